/** An engine that lacks what the store needs is refused at the start, by name, before anything is written. */
import { openDatabase } from '@sower/server/store/db/open';
import { Client } from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { POSTGRESQL } from '../../harness/databases.ts';

describe.skipIf(!inject('postgresql'))('an engine like PostgreSQL', () => {
  test.each([
    ['pg_try_advisory_xact_lock(integer, integer)', 'boolean', 'advisory locks'],
    ['pg_notify(text, text)', 'void', 'LISTEN and NOTIFY'],
  ])('without %s is refused by name, and nothing is written', async (signature, returns, name) => {
    const database = await POSTGRESQL.empty();
    if (database.location.kind !== 'postgresql') throw new Error('PostgreSQL');
    const client = new Client({ connectionString: database.location.url });
    await client.connect();
    // Before those of PostgreSQL itself, where they are found first.
    await client.query('create schema lacking');
    await client.query(
      `create function lacking.${signature} returns ${returns} language plpgsql as
        $$ begin raise exception 'not implemented' using errcode = '0A000'; end $$`,
    );
    const { rows } = await client.query('select current_database() as name');
    await client.query(`alter database "${rows[0].name}" set search_path = lacking, pg_catalog, public`);
    await expect(openDatabase(database.location)).rejects.toThrow(`it lacks ${name}, which`);
    const tables = await client.query(`select 1 from pg_tables where schemaname in ('public', 'lacking')`);
    expect(tables.rows).toEqual([]);
    await client.end();
    await database.drop();
  });
});
