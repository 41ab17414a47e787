/**
 * The server's own PostgreSQL driver over a real PostgreSQL, with the same points as the other (database.ts). A statement that is sent is
 * answered, or waits for a lock of another node: then whoever else can go on is chosen, and it is answered when the lock is free.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Schema } from '@sower/server/store/schema/schema';
import { CompiledQuery, type DatabaseConnection, type Dialect, Kysely } from 'kysely';
import pg from 'pg';
import { freshPostgresql } from '../harness/fresh-database.ts';
import { startPostgresql } from '../harness/postgresql.ts';
import {
  type Act,
  changesIn,
  type Hub,
  isEnd,
  isRead,
  lostOrNot,
  type NodeDatabase,
  nameOf,
} from './database.ts';
import { fill, type Stage, setStage } from './stage.ts';
import type { Version } from './version.ts';

/** So soon PostgreSQL looks for a deadlock among those who wait. */
const DEADLOCK_MILLISECONDS = 20;
/** So long a statement may take before it is looked at whether it waits for a lock. */
const PATIENCE_MILLISECONDS = 2;

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: deadlock detected. */
const DEADLOCK = '40P01';

/** Statements that are sent and not answered. */
class Flight {
  count = 0;
  /** How many were answered. */
  landed = 0;
  #told: () => void = () => {};
  #next = new Promise<void>((resolve) => {
    this.#told = resolve;
  });

  async through<T>(work: () => Promise<T>): Promise<T> {
    this.count += 1;
    try {
      return await work();
    } finally {
      this.count -= 1;
      this.landed += 1;
      this.#told();
      this.#next = new Promise((resolve) => {
        this.#told = resolve;
      });
    }
  }

  /** Resolves when one is answered. */
  next(): Promise<void> {
    return this.#next;
  }
}

type Shipped = { readonly changes: { tell(tables: Iterable<never>): void } };
type Driver = {
  acquireConnection(...given: unknown[]): Promise<DatabaseConnection>;
  destroy(): Promise<void>;
};

/** The driver of an earlier version is reached into as the present one is: all nodes have one flight. */
function postgresqlNode(
  url: string,
  hub: Hub,
  flight: Flight,
  { postgresDialect, Changes }: Version,
): NodeDatabase {
  const shipped = postgresDialect(url, { onLost: () => {}, onError: () => {} });
  const shared = shipped.createAdapter() as unknown as Shipped;
  const driver = shipped.createDriver() as unknown as Driver;
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async (...given) => {
    const connection = await acquire(...given);
    intercept(connection, hub, flight);
    return connection;
  };
  return {
    async open(life) {
      const { changes, heard } = changesIn(life, hub, Changes);
      shared.changes.tell = (tables) => changes.tell(tables);
      // What reads wait for in common is kept by it, and ends with a life.
      const adapter = Object.assign(Object.create(shared), { changes });
      const dialect: Dialect = {
        createDriver: () => driver as never,
        createAdapter: () => adapter,
        createQueryCompiler: () => shipped.createQueryCompiler(),
        createIntrospector: (db) => shipped.createIntrospector(db),
      };
      return { db: new Kysely<Schema>({ dialect }), heard };
    },
    close: () => driver.destroy(),
  };
}

const isBegin = (sql: string): boolean => sql === 'begin' || sql.startsWith('start transaction');

function intercept(connection: DatabaseConnection, hub: Hub, flight: Flight): void {
  const { executeQuery } = Object.getPrototypeOf(connection) as DatabaseConnection;
  const run = async (query: CompiledQuery): Promise<never> => {
    try {
      return (await flight.through(() => executeQuery.call(connection, query))) as never;
    } catch (error) {
      if ((error as { code?: unknown }).code === DEADLOCK) {
        hub.deadlocks.push(nameOf(query.sql));
        hub.scheduler.trace.push(`PostgreSQL ends a deadlock at: ${nameOf(query.sql)}`);
      }
      throw error;
    }
  };
  let inTransaction = false;
  connection.executeQuery = async (query) => {
    const { sql } = query;
    if (isBegin(sql)) {
      inTransaction = !hub.meddling.tearsTransactions;
      return inTransaction ? run(query) : ({ rows: [] } as never);
    }
    if (sql === 'rollback') {
      if (!inTransaction) return { rows: [] } as never;
      inTransaction = false;
      return run(hub.meddling.commitsFailed ? CompiledQuery.raw('commit') : query);
    }
    if (sql === 'commit') {
      if (!inTransaction) return { rows: [] } as never;
      await hub.scheduler.point('commit');
      inTransaction = false;
      const answer = await run(hub.meddling.losesCommits ? CompiledQuery.raw('rollback') : query);
      await lostOrNot(hub);
      return hub.meddling.losesCommits ? ({ rows: [] } as never) : answer;
    }
    hub.onStatement(sql);
    try {
      await hub.scheduler.point(nameOf(sql), undefined, query);
    } catch (error) {
      if (inTransaction && hub.meddling.ignoresFailures && !isEnd(error))
        return { rows: [], numAffectedRows: 1n } as never;
      throw error;
    }
    const answer = await run({ ...query, sql: hub.meddling.rewrite?.(sql) ?? sql });
    if (inTransaction || isRead(query as Act)) return answer;
    await lostOrNot(hub);
    return answer;
  };
}

/** @returns undefined where there is no PostgreSQL for tests */
export async function setPostgresqlStage(): Promise<Stage | undefined> {
  const server = await startPostgresql([
    `deadlock_timeout=${DEADLOCK_MILLISECONDS}ms`,
    'synchronous_commit=off',
  ]);
  if (!server) return undefined;
  const { location } = await freshPostgresql(server.url);
  if (location.kind !== 'postgresql') throw new Error('another database was made');
  const { url } = location;
  // What a run leaves is judged there, by the same queries.
  const judged = await setStage({ judges: true });
  await fill(location, judged.sealing);
  const client = new pg.Client({
    connectionString: url,
    types: { getTypeParser: (oid: number) => (oid === 20 ? Number : pg.types.getTypeParser(oid)) as never },
  });
  await client.connect();
  const watch = new pg.Client({ connectionString: url });
  await watch.connect();
  // Neither triggers nor foreign keys when tables are put back.
  await client.query('create schema template; set session_replication_role = replica');
  for (const table of judged.tables)
    await client.query(`create table template.${table} as table public.${table}`);
  const rowsOf = async (table: string) => (await client.query(`select * from ${table}`)).rows;
  const all = new Set(judged.tables);
  await judged.take(all, rowsOf, 'template');
  await judged.reset(all);
  const flight = new Flight();
  let saved: readonly string[] = [];
  const waiting = async (): Promise<number> => {
    const { rows } = await watch.query(
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rows[0].n;
  };
  const stage: Stage = {
    ...judged,
    node: (hub, version) => postgresqlNode(url, hub, flight, version),
    async settle() {
      let quiet = 0;
      while (quiet < 2) {
        await new Promise((resolve) => setImmediate(resolve));
        quiet += 1;
        if (flight.count === 0) continue;
        quiet = 0;
        const { landed } = flight;
        await Promise.race([flight.next(), wait(PATIENCE_MILLISECONDS)]);
        if (flight.landed === landed && (await waiting()) >= flight.count && flight.landed === landed) return;
      }
    },
    async goesOn() {
      if (flight.count === 0) return false;
      await flight.next();
      return true;
    },
    async one(sql, ...values) {
      const [first = '', ...parts] = sql.split('?');
      const text = parts.reduce((whole, part, at) => `${whole}$${at + 1}${part}`, first);
      const { rows } = await client.query(text, values);
      return rows[0];
    },
    async gather(changed) {
      await judged.take(changed, rowsOf);
    },
    async backUp(changed, leftOut) {
      saved = judged.along(changed).filter((table) => !leftOut.has(table));
      await client.query(
        `begin isolation level repeatable read; drop schema if exists saved cascade; create schema saved;
         ${saved.map((table) => `create table saved.${table} as table public.${table};`).join(' ')} commit`,
      );
    },
    async restore(changed) {
      const kept = saved;
      await stage.reset(changed);
      if (kept.length > 0)
        await client.query(
          `begin; ${kept.map((table) => `delete from ${table}; insert into ${table} select * from saved.${table};`).join(' ')} commit`,
        );
    },
    async reset(changed) {
      saved = [];
      await judged.reset(changed);
      const tables = judged.along(changed);
      if (tables.length > 0)
        await client.query(
          `begin; ${tables.map((table) => `delete from ${table}; insert into ${table} select * from template.${table};`).join(' ')} commit`,
        );
    },
    async close() {
      await judged.close();
      await client.end();
      await watch.end();
      await server.stop();
    },
  };
  return stage;
}
