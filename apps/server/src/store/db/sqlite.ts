/**
 * SQLite (Node's built-in) under Kysely: one connection that writes, one that reads, statements prepared once.
 *
 * Kysely's own driver begins transactions deferred (so a second process can make one fail half way) and prepares every statement again.
 * Here every transaction is IMMEDIATE, and waiting for another process never blocks the event loop.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';
import { keepCheckpoints } from './checkpoints.ts';

/** https://www.sqlite.org/rescode.html */
const BUSY = 5;

/** The primary SQLite result code of an error: the lowest octet of the extended one. Undefined for other errors. */
export function sqliteResult(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** How long a writer waits for another process before the caller gets an error. */
const BUSY_MILLISECONDS = 10_000;

/** SQLite has one isolation level. This name marks transactions whose commit need not wait for the disk. */
export const UNSYNCED = 'read uncommitted';

/**
 * @param onError sees every error of a write
 * @param checkpoints in a thread of their own: for a process that stays
 */
export function sqliteDialect(
  file: string,
  onError: (error: unknown) => void = () => {},
  checkpoints = false,
): Dialect {
  return {
    createDriver: () => new SqliteDriver(file, onError, checkpoints),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new TransactionalAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** SQLite's data definition is transactional. Declaring it makes two processes that start at once migrate one after the other. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class PreparedDatabase {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, { statement: StatementSync; answers: boolean }>();

  /** @param timeout milliseconds for which a statement may block the event loop while another process writes */
  constructor(file: string, timeout: number) {
    this.database = new DatabaseSync(file, { timeout });
  }

  run(sql: string, parameters: readonly unknown[]): QueryResult<unknown> {
    let prepared = this.#statements.get(sql);
    if (!prepared) {
      const statement = this.database.prepare(sql);
      prepared = { statement, answers: statement.columns().length > 0 };
      // Batches make statements of many lengths; a bound keeps them from living forever.
      if (this.#statements.size >= 500) this.#statements.clear();
      this.#statements.set(sql, prepared);
    }
    const values = parameters as readonly SQLInputValue[];
    if (prepared.answers) return { rows: prepared.statement.all(...values) };
    const { changes } = prepared.statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }
}

class SqliteDriver implements Driver {
  readonly #file: string;
  readonly #onError: (error: unknown) => void;
  readonly #checkpoints: boolean;
  #stopCheckpoints: (() => Promise<void>) | undefined;
  #writer!: PreparedDatabase;
  #reader!: PreparedDatabase;
  /** Resolves when the writer is free; each taker puts its own promise here. */
  #tail: Promise<void> = Promise.resolve();

  constructor(file: string, onError: (error: unknown) => void, checkpoints: boolean) {
    this.#file = file;
    this.#onError = onError;
    this.#checkpoints = checkpoints;
  }

  async init(): Promise<void> {
    this.#writer = new PreparedDatabase(this.#file, 0);
    await this.whileBusy(() => this.#writer.database.exec('pragma journal_mode = WAL'));
    this.#writer.database.exec(
      'pragma synchronous = FULL; pragma foreign_keys = ON; pragma cache_size = -16384',
    );
    this.#reader = new PreparedDatabase(this.#file, 1000);
    this.#reader.database.exec('pragma query_only = ON; pragma cache_size = -16384');
    if (this.#checkpoints) this.#stopCheckpoints = keepCheckpoints(this.#file, this.#writer.database);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SqliteConnection(this);
  }

  async beginTransaction(
    connection: SqliteConnection,
    { isolationLevel }: TransactionSettings = {},
  ): Promise<void> {
    const free = await this.takeWriter();
    const unsynced = isolationLevel === UNSYNCED;
    const release = (): void => {
      // Not possible within a transaction; one that could not be rolled back keeps the level, and the next one fails too.
      if (unsynced) this.#writer.database.exec('pragma synchronous = FULL');
      free();
    };
    try {
      if (unsynced) this.#writer.database.exec('pragma synchronous = NORMAL');
      await this.whileBusy(() => this.#writer.run('begin immediate', []));
    } catch (error) {
      release();
      throw error;
    }
    connection.release = release;
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    // A failed commit leaves the transaction open; Kysely then rolls back, which releases the writer.
    await this.whileBusy(() => this.#writer.run('commit', []));
    connection.letGo();
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    try {
      if (this.#writer.database.isTransaction) this.#writer.run('rollback', []);
    } finally {
      connection.letGo();
    }
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#stopCheckpoints?.();
    this.#reader?.database.close();
    this.#writer?.database.close();
  }

  async execute(connection: SqliteConnection, query: CompiledQuery): Promise<QueryResult<unknown>> {
    if (connection.release) return this.whileBusy(() => this.#writer.run(query.sql, query.parameters));
    if (query.query.kind === 'SelectQueryNode' || /^\s*select\b/.test(query.sql))
      return this.#reader.run(query.sql, query.parameters);
    const release = await this.takeWriter();
    try {
      return await this.whileBusy(() => this.#writer.run(query.sql, query.parameters));
    } finally {
      release();
    }
  }

  async takeWriter(): Promise<() => void> {
    const before = this.#tail;
    let release!: () => void;
    this.#tail = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  }

  async whileBusy<T>(attempt: () => T): Promise<T> {
    const until = performance.now() + BUSY_MILLISECONDS;
    for (let wait = 0.2; ; wait = Math.min(wait * 2, 20)) {
      try {
        return attempt();
      } catch (error) {
        if (sqliteResult(error) !== BUSY || performance.now() > until) {
          this.#onError(error);
          throw error;
        }
        // Half of it random, so that two processes do not keep colliding.
        await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
      }
    }
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #driver: SqliteDriver;
  /** Set while this connection is in a transaction. */
  release: (() => void) | undefined;

  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  letGo(): void {
    this.release?.();
    this.release = undefined;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#driver.execute(this, query) as Promise<QueryResult<R>>;
  }

  // biome-ignore lint/correctness/useYield: SQLite answers whole; nothing here streams
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('streaming is not supported');
  }
}
