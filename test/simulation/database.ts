/**
 * The server's own SQLite driver, with a point of the scheduler before each statement, commit and claim, and one before its answer arrives
 * (postgresql.ts has the other).
 *
 * The driver is the shipped one, over a real database. Nodes share the file as processes do: a transaction of one holds back the writes of the
 * others. A planted defect may change what is sent (defects.ts); without one, every statement arrives as the store wrote it.
 */

import { Changes, type KeptTable } from '@sower/server/store/db/changes';
import { sqliteDialect } from '@sower/server/store/db/sqlite/dialect';
import type { Database, Schema } from '@sower/server/store/schema/schema';
import { type Dialect, Kysely } from 'kysely';
import { currentLife, type Life, NodeEnded, type Scheduler } from './scheduler.ts';

/** What a statement does to the run, besides being carried out. */
export type Meddling = {
  /** The text that is sent in place of this one. */
  readonly rewrite?: (sql: string) => string;
  /** Whether an announcement of a change is lost on its way. */
  readonly swallows?: (table: KeptTable) => boolean;
  /** Claims are answered before they are carried out. */
  readonly answersClaimsEarly?: boolean;
  /** A commit is answered before it is carried out. */
  readonly answersCommitsEarly?: boolean;
  /** A commit that is answered, and does not happen. */
  readonly losesCommits?: boolean;
  /** Each statement of a transaction is a transaction of its own. */
  readonly tearsTransactions?: boolean;
  /** What a transaction has done by its failure stays. */
  readonly commitsFailed?: boolean;
  /** Of a statement that fails in a transaction, nothing is noticed. */
  readonly ignoresFailures?: boolean;
  /** A node reads each row once, and never again. */
  readonly readsOnce?: boolean;
};

export type Act = {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly query: { kind: string };
};
type Claims = { readonly kind: 'claims'; readonly statements: readonly string[]; readonly rows: unknown };
type Held = { transaction: object | undefined };

/** As far as it is reached into. */
type ShippedDriver = {
  changes: Changes;
  init(): Promise<void>;
  destroy(): Promise<void>;
  execute(connection: Held, act: Act): Promise<unknown>;
  read(act: Act): Promise<unknown[]>;
  claim(claims: Claims): Promise<unknown>;
  beginTransaction(connection: Held, settings?: object): Promise<void>;
  commitTransaction(connection: Held): Promise<void>;
  rollbackTransaction(connection: Held): Promise<void>;
};

/** Of all nodes that share a database. The driver of an earlier version is reached into by its own simulator, which takes it as it is: fields are only added. */
export type Hub = {
  scheduler: Scheduler;
  meddling: Meddling;
  /** Has begun to write; others wait. */
  writer: object | undefined;
  /** Whose commit is done next, without its answer. */
  losing: Set<Life>;
  /** Announcements between nodes: which nodes hear of a change of a table. */
  announce: (tables: readonly KeptTable[], from: Life) => void;
  onStatement: (sql: string) => void;
  /** Statements at which PostgreSQL has ended a transaction because each waited for the other. */
  deadlocks: string[];
};

/** A database as one node has it. */
export type NodeDatabase = {
  /** For another life of the node: nothing is cached. */
  open(
    life: Life,
  ): Promise<{ readonly db: Database; readonly heard: (tables: readonly KeptTable[]) => void }>;
  close(): Promise<void>;
};

/** What the caches of one life listen to, and what other nodes tell it. @param ofVersion caches listen to that of their own version */
export function changesIn(
  life: Life,
  hub: Hub,
  ofVersion = Changes,
): { readonly changes: Changes; readonly heard: (tables: readonly KeptTable[]) => void } {
  const changes = new ofVersion();
  const tell = changes.tell.bind(changes);
  const heard = (tables: readonly KeptTable[]): void =>
    tell(tables.filter((table) => !hub.meddling.swallows?.(table)));
  // Only what this node has committed comes this way.
  changes.tell = (tables) => {
    const list = [...tables];
    heard(list);
    if (list.length > 0) hub.announce(list, life);
  };
  return { changes, heard };
}

/** The commit happened, or not: the node does not learn which. */
export class AnswerLost extends Error {
  /** As PostgreSQL's driver reports a connection that broke. */
  readonly code = '08006';
  readonly severity = 'FATAL';
}

export async function lostOrNot(hub: Hub): Promise<void> {
  const life = currentLife();
  if (life && hub.losing.delete(life)) throw new AnswerLost('the answer of a commit was lost');
  await hub.scheduler.point('answer of the commit');
}

export const isRead = ({ sql, query }: Act): boolean =>
  query.kind === 'SelectQueryNode' || /^\s*(?:\/\*.*?\*\/)?\s*select\b/.test(sql);

/** Short enough for a trace. */
const names = new Map<string, string>();
export function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    const plain = sql
      .replaceAll(/\/\*.*?\*\/|"/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
    // Tables of parameters come first, and say little.
    const does = /\b(insert into|update|delete from)\b/.exec(plain.startsWith('with v') ? plain : '');
    name = plain.slice(does?.index ?? 0).slice(0, 100);
    names.set(sql, name);
  }
  return name;
}

export function sqliteNode(file: string, hub: Hub): NodeDatabase {
  const shipped = sqliteDialect(file);
  const driver = shipped.createDriver() as unknown as ShippedDriver;
  intercept(driver, hub);
  const adapter = shipped.createAdapter();
  const dialect: Dialect = { ...shipped, createDriver: () => driver as never, createAdapter: () => adapter };
  return {
    async open(life) {
      const { changes, heard } = changesIn(life, hub);
      driver.changes = changes;
      await driver.init();
      return { db: new Kysely<Schema>({ dialect }), heard };
    },
    close: () => driver.destroy(),
  };
}

function intercept(driver: ShippedDriver, hub: Hub): void {
  const { execute, read, claim, beginTransaction, commitTransaction, rollbackTransaction } =
    Object.getPrototypeOf(driver) as ShippedDriver;
  const sent = (sql: string): string => hub.meddling.rewrite?.(sql) ?? sql;
  const free = (by?: object) => () => hub.writer === undefined || hub.writer === by;
  /** Transactions of this node, which follow one another. What has none waits for them, and by then another node may write. */
  const open = new Set<object>();
  const freeHere = (): boolean => hub.writer === undefined && open.size === 0;
  const release = (by: object): void => {
    open.delete(by);
    if (hub.writer === by) hub.writer = undefined;
  };

  const reads = new WeakMap<Life, Map<string, unknown[]>>();
  driver.execute = async (connection, act) => {
    hub.onStatement(act.sql);
    const text = { ...act, sql: sent(act.sql) };
    const { transaction } = connection;
    if (transaction) {
      try {
        await hub.scheduler.point(nameOf(act.sql), free(connection), act);
      } catch (error) {
        if (hub.meddling.ignoresFailures && !isEnd(error)) return { rows: [], changes: 1 };
        throw error;
      }
      if (connection.transaction) hub.writer = connection;
      return execute.call(driver, connection, text);
    }
    if (isRead(act)) {
      await hub.scheduler.point(nameOf(act.sql), undefined, act);
      return execute.call(driver, connection, text);
    }
    await hub.scheduler.point(nameOf(act.sql), freeHere, act);
    const answer = await execute.call(driver, connection, text);
    await hub.scheduler.point('its answer', undefined, act);
    return answer;
  };
  driver.read = async (act) => {
    hub.onStatement(act.sql);
    await hub.scheduler.point(nameOf(act.sql));
    const rows = (): Promise<unknown[]> => read.call(driver, { ...act, sql: sent(act.sql) });
    const life = currentLife();
    if (!hub.meddling.readsOnce || !life) return rows();
    const key = JSON.stringify([act.sql, act.parameters]);
    const known = reads.get(life) ?? new Map<string, unknown[]>();
    reads.set(life, known);
    const found = known.get(key) ?? (await rows());
    known.set(key, found);
    return found;
  };
  driver.claim = async (claims) => {
    for (const statement of claims.statements) hub.onStatement(statement);
    const statements = claims.statements.map(sent);
    if (hub.meddling.answersClaimsEarly) {
      hub.scheduler
        .point(`late claims: ${nameOf(claims.statements[0] ?? '')}`, freeHere)
        .then(() => claim.call(driver, { ...claims, statements }))
        .catch(() => {});
      return (claims.rows as unknown[]).map(() => true);
    }
    await hub.scheduler.point(`claims: ${nameOf(claims.statements[0] ?? '')}`, freeHere);
    const answer = await claim.call(driver, { ...claims, statements });
    await lostOrNot(hub);
    return answer;
  };
  driver.beginTransaction = async (connection, settings) => {
    if (hub.meddling.tearsTransactions) return;
    await beginTransaction.call(driver, connection, settings);
    open.add(connection);
  };
  driver.commitTransaction = async (connection) => {
    if (hub.meddling.answersCommitsEarly) {
      hub.scheduler
        .point('late commit')
        .then(() => commitTransaction.call(driver, connection))
        .catch(() => rollbackTransaction.call(driver, connection))
        .finally(() => release(connection));
      return;
    }
    try {
      await hub.scheduler.point('commit');
      if (hub.meddling.losesCommits) return await driver.rollbackTransaction(connection);
    } catch (error) {
      await driver.rollbackTransaction(connection);
      throw error;
    }
    try {
      await commitTransaction.call(driver, connection);
    } finally {
      release(connection);
    }
    await lostOrNot(hub);
  };
  driver.rollbackTransaction = async (connection) => {
    try {
      const ends = hub.meddling.commitsFailed ? commitTransaction : rollbackTransaction;
      await ends.call(driver, connection);
    } finally {
      release(connection);
    }
  };
}

/** Whether an error says that the node is gone, rather than what a caller would see. */
export const isEnd = (error: unknown): boolean => error instanceof NodeEnded;
