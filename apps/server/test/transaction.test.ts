/** All or nothing: what a refusal, returned or thrown, leaves behind, on both databases. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from '@sower/texts/outcomes';
import { Kysely, sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { type DatabaseKind, onBothDatabases, POSTGRESQL } from '../../../test/harness/databases.ts';
import { openedDatabase } from '../../../test/harness/deployed.ts';
import { done, refused } from '../src/core/outcome.ts';
import { allOrNothing, undo } from '../src/core/transaction.ts';
import { knowsSchema, ranMigrations } from '../src/store/db/loading.ts';
import { MIGRATIONS, migrateUpTo } from '../src/store/db/migrate.ts';
import { type OpenDatabase, openDatabase } from '../src/store/db/open.ts';
import { postgresDialect } from '../src/store/db/postgresql/dialect.ts';
import { hasRow, insertOnce, setRow, takeRow } from '../src/store/db/rows.ts';
import { PreparedDatabase } from '../src/store/db/sqlite/writer.ts';
import { inTransaction } from '../src/store/db/transaction.ts';
import { findDomain, insertDomain } from '../src/store/directory/domains.ts';
import type { Connection, Schema } from '../src/store/schema/schema.ts';

onBothDatabases('all or nothing', (kind: DatabaseKind) => {
  const { stored: open } = openedDatabase(kind.fresh);

  test('a row that is found by no values is refused: it would be every row', async () => {
    const { db } = open;
    const [id, none] = ['kept', 'there are none'];
    const names = async () =>
      (await db.selectFrom('security_domains').select('name').execute()).map(({ name }) => name);
    await insertOnce(db, 'security_domains', {
      ...{ id, name: id, name_key: id, path: `/${id}/`, parent_id: null, created_at: 0, version: 1 },
    });
    await expect(takeRow(db, 'security_domains', {})).rejects.toThrow(none);
    await expect(setRow(db, 'security_domains', {}, { name: 'all' })).rejects.toThrow(none);
    await expect(hasRow(db, 'security_domains', {})).rejects.toThrow(none);
    expect(await names()).toContain(id);
    expect(await takeRow(db, 'security_domains', { id })).toBe(true);
  });

  test('a migration that came in with a lower number than one that ran is made up for', async () => {
    const { db } = open;
    const late = '0096-loans';
    const all = await ranMigrations(db);
    await sql`drop index tokens_lent`.execute(db);
    for (const column of ['lent_until', 'lent_instead'])
      await sql`alter table tokens drop column ${sql.ref(column)}`.execute(db);
    await sql`delete from kysely_migration where name = ${late}`.execute(db);
    const earlier = await ranMigrations(db);
    expect(earlier).toEqual(all.filter((name) => name !== late));
    expect(earlier.at(-1)! > late).toBe(true);
    expect(knowsSchema(earlier)).toBe(true);
    await migrateUpTo(db);
    expect(await ranMigrations(db)).toEqual(all);
    expect(await db.selectFrom('tokens').select('lent_until').execute()).toEqual([]);
    expect(knowsSchema([...all, '9999-of-a-later-version'])).toBe(false);
  });

  const insert = (trx: Connection, id: string) =>
    insertDomain(trx, {
      ...{ id, name: id, name_key: id, path: `/${id}/`, parent_id: null, created_at: 0, version: 1 },
    });
  const refusal = refused('in-use', text('role.in-use'));

  test('done: everything stays', async () => {
    const outcome = await allOrNothing(open.db, async (trx) => done((await insert(trx, 'stays')).name));
    expect(outcome).toEqual(done('stays'));
    expect(await findDomain(open.db, 'stays')).toBeDefined();
  });

  test('a refusal that is returned undoes everything, and is the outcome', async () => {
    const outcome = await allOrNothing(open.db, async (trx) => {
      await insert(trx, 'returned');
      return refusal;
    });
    expect(outcome).toEqual(refusal);
    expect(await findDomain(open.db, 'returned')).toBeUndefined();
  });

  test('a refusal from deep inside does the same', async () => {
    const outcome = await allOrNothing(open.db, async (trx) => {
      await insert(trx, 'thrown');
      return undo('in-use', text('role.in-use'));
    });
    expect(outcome).toEqual(refusal);
    expect(await findDomain(open.db, 'thrown')).toBeUndefined();
  });

  test('an exception undoes everything, and stays one', async () => {
    const run = allOrNothing(open.db, async (trx) => {
      await insert(trx, 'broken');
      throw new Error('a bug');
    });
    await expect(run).rejects.toThrow('a bug');
    expect(await findDomain(open.db, 'broken')).toBeUndefined();
  });

  test('what is there already is a refusal only where one is given for it', async () => {
    await allOrNothing(open.db, async (trx) => done(await insert(trx, 'taken')));
    const again = (trx: Connection) => insert(trx, 'taken').then(done);
    expect(await allOrNothing(open.db, again, () => refusal)).toEqual(refusal);
    await expect(allOrNothing(open.db, again)).rejects.toThrow();
  });

  test('what belongs to something that was deleted meanwhile is a refusal, and not a bug', async () => {
    const body = { domain_id: 'gone', kind: 'token', body: '{}', version: 1 } as const;
    const outcome = await allOrNothing(open.db, async (trx) => {
      await insert(trx, 'before');
      return done(await trx.insertInto('policies').values(body).execute());
    });
    expect(outcome).toMatchObject({ ok: false, problem: 'edited-meanwhile' });
    expect(await findDomain(open.db, 'before')).toBeUndefined();
  });

  test('what a deadlock ended runs again', async () => {
    let attempts = 0;
    const outcome = await allOrNothing(open.db, async (trx) => {
      attempts += 1;
      await insert(trx, 'again');
      if (attempts === 1) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
      return done(attempts);
    });
    expect(outcome).toEqual(done(2));
  });

  test('a part of a transaction is undone alone, whatever ends it; what deadlocks ends the whole', async () => {
    let attempts = 0;
    const codes = await inTransaction(open.db, async (trx) => {
      attempts += 1;
      const part = (work: (inner: Connection) => Promise<unknown>) =>
        allOrNothing(
          trx,
          async (inner) => done(await work(inner)),
          () => refusal,
        );
      await insert(trx, 'around');
      const outcomes = [
        await part((inner) => insert(inner, 'part')),
        await part(async (inner) => {
          await insert(inner, 'refused');
          undo('in-use', text('role.in-use'));
        }),
        // PostgreSQL refuses everything that follows an error, up to the savepoint.
        await part(async (inner) => {
          await insert(inner, 'doubled');
          await insert(inner, 'part');
        }),
        await part((inner) => part(() => insert(inner, 'within'))),
      ];
      const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' });
      if (attempts === 1) await part(() => Promise.reject(deadlock));
      await insert(trx, 'after');
      return outcomes.map(({ ok }) => ok);
    });
    expect([attempts, codes]).toEqual([2, [true, false, false, true]]);
    const there = async (id: string) => (await findDomain(open.db, id)) !== undefined;
    for (const id of ['around', 'part', 'within', 'after']) expect(await there(id), id).toBe(true);
    for (const id of ['refused', 'doubled']) expect(await there(id), id).toBe(false);
  });
});

test('SQLite: after another process has changed a table, a statement that was prepared before answers with its columns', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-columns-'));
  const file = join(folder, 'sower.sqlite');
  const [here, another] = [new PreparedDatabase(file, 1000), new PreparedDatabase(file, 1000)];
  try {
    for (const table of ['a', 'b']) {
      another.run(`create table ${table} (id integer, ${table} text)`, []);
      another.run(`insert into ${table} values (1, '${table}')`, []);
    }
    const read = () => here.run('select a.*, b.* from a, b', []).rows;
    expect(read()).toEqual([{ id: 1, a: 'a', b: 'b' }]);
    another.run("alter table a add column more text default 'more'", []);
    expect(read()).toEqual([{ id: 1, a: 'a', more: 'more', b: 'b' }]);
  } finally {
    for (const { database } of [here, another]) database.close();
    rmSync(folder, { recursive: true });
  }
});

test.skipIf(!inject('postgresql'))(
  'a migration that waits for a table holds up nobody else for long, and goes on when it is free',
  async () => {
    const empty = await POSTGRESQL.empty();
    const { url } = empty.location as { readonly url: string };
    const said: string[] = [];
    const before = new Kysely<Schema>({
      dialect: postgresDialect(url, { onLost: () => {}, onError: () => {}, migrate: true }),
      log: ({ query }) => void said.push(query.sql),
    });
    try {
      // The next one changes jobs.
      await migrateUpTo(before, '0063-rows-set-aside');
      // The lock of a session would stay with a connection of others, where they are pooled by transaction.
      expect(said.filter((text) => text.includes('advisory'))).toEqual([
        "select pg_advisory_xact_lock('3853314791062309107'::bigint)",
      ]);
      const waits: boolean[] = [];
      let opening: Promise<OpenDatabase> | undefined;
      await before.transaction().execute(async (trx) => {
        // As a backup does, for as long as it takes.
        await trx.selectFrom('jobs').select('id').execute();
        opening = openDatabase(empty.location, { onWait: (_, inUse) => void waits.push(inUse) });
        await expect.poll(() => waits, { timeout: 8_000 }).toEqual([true]);
        await before.selectFrom('jobs').select('id').execute();
      });
      const open = await opening;
      expect(open && (await ranMigrations(open.db))).toEqual(Object.keys(MIGRATIONS).sort());
      await open?.close();
    } finally {
      await before.destroy();
      await empty.drop();
    }
  },
);
