/**
 * What the store needs of an engine that speaks like PostgreSQL, asked before anything is written. Engines that lack one of these accept a
 * connection and most statements, and would fail in the middle of an acceptance.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Connection, Database } from '../../schema/schema.ts';
import { inTransaction } from '../transaction.ts';

const TABLE = sql.ref('sower_needs');

type Need = {
  readonly name: string;
  readonly ask: RawBuilder<unknown>;
  /** It needs a table to ask with. */
  readonly table?: true;
};

const NEEDS: readonly Need[] = [
  { name: 'advisory locks', ask: sql`select pg_try_advisory_xact_lock(7301, 8)` },
  { name: 'LISTEN and NOTIFY', ask: sql`select pg_notify('sower_needs', '')` },
  {
    name: 'WITH … RETURNING',
    table: true,
    ask: sql`with made as (insert into ${TABLE} values (1) returning id) select id from made`,
  },
  {
    name: 'FOR NO KEY UPDATE SKIP LOCKED',
    table: true,
    ask: sql`select id from ${TABLE} for no key update skip locked`,
  },
  { name: 'synchronous_commit', ask: sql`select current_setting('synchronous_commit')` },
];

/** Not supported, a syntax that is unknown, and no such function, parameter or type: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LACKING = /^(?:0A...|42601|42883|42704|42P..)$/;

/** @throws whatever else keeps the database from being used now */
export async function lackedNeeds(db: Database): Promise<string[]> {
  const lacked: string[] = [];
  for (const { name, ask, table } of NEEDS) {
    try {
      await inTransaction(db, async (trx) => {
        if (table !== true || (await makesTable(trx))) await ask.execute(trx);
      });
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      if (typeof code !== 'string' || !LACKING.test(code)) throw error;
      lacked.push(name);
    }
  }
  return lacked;
}

/** A role that may not make one is not asked about what needs it. */
async function makesTable(trx: Connection): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    select has_database_privilege(current_database(), 'TEMPORARY') as may`.execute(trx);
  if (rows[0]?.may !== true) return false;
  await sql`create temporary table ${TABLE} (id integer) on commit drop`.execute(trx);
  return true;
}
