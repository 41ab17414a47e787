/**
 * SQLite (Node's built-in) under Kysely: one connection that writes, one that reads, statements prepared once. In a long-running process, a
 * thread does the writing (docs/decisions/0118-speed-and-memory.md).
 *
 * Kysely's own driver begins transactions deferred (so a second process can make one fail half way) and prepares every statement again.
 * Here every transaction is IMMEDIATE, and waiting for another process never holds the event loop.
 */
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
import type { DataKeys } from '../../../keys/seal/key-ring.ts';
import { Changes, changedTable, type KeptTable } from '../changes.ts';
import { type DatabaseWork, type Meter, UNMETERED } from '../meter.ts';
import type { ChainEnd } from './audit-links.ts';
import { type Checkpoints, keepCheckpoints, USUAL_PAGES } from './checkpoints.ts';
import { type Act, type Answer, type Begin, type Claims, PreparedDatabase } from './writer.ts';
import { type Writer, writerHere, writerInThread } from './writers.ts';

/** SQLite has one isolation level. This name marks transactions whose commit need not wait for the disk. */
export const UNSYNCED = 'read uncommitted';

type Uses = {
  readonly onError: (error: unknown) => void;
  readonly stays: boolean;
  readonly meter: Meter;
};

/**
 * @param onError sees every error of a write
 * @param stays has threads for writing and for checkpoints: for a long-running process
 */
export function sqliteDialect(file: string, uses: Partial<Uses> = {}): Dialect {
  const driver = new SqliteDriver(file, { onError: () => {}, stays: false, meter: UNMETERED, ...uses });
  return {
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new DirectAdapter(driver),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** Also gives access to the driver without Kysely's connections, which cost as much as a short statement. */
export class DirectAdapter extends SqliteAdapter {
  readonly #driver: SqliteDriver;

  get changes(): Changes {
    return this.#driver.changes;
  }

  get meter(): Meter {
    return this.#driver.meter;
  }

  constructor(driver: SqliteDriver) {
    super();
    this.#driver = driver;
  }

  /** The driver has a connection that reads and a queue for the one that writes. Otherwise Kysely lends one at a time, to readers too. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /** SQLite's data definition is transactional. Declaring it makes two processes that start at once migrate one after the other. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** Outside transactions. */
  read(query: CompiledQuery): Promise<unknown[]> {
    return this.#driver.read(query);
  }

  /** @returns of each row, whether it was claimed; durable then */
  claim(statements: Claims['statements'], rows: Claims['rows']): Promise<readonly boolean[]> {
    return this.#driver.claim({ kind: 'claims', statements, rows });
  }

  /**
   * From now on, rows of the audit trail are linked where they are written.
   * @param keys as they are now, each time they are needed
   * @param seen a link that was the end of the chain
   */
  linkAudit(keys: () => DataKeys, seen: number): void {
    this.#driver.linkAudit(keys, seen);
  }

  /** The last link that was written from here. */
  get chainEnd(): ChainEnd | undefined {
    return this.#driver.chainEnd;
  }
}

class SqliteDriver implements Driver {
  readonly changes = new Changes();
  readonly #file: string;
  readonly #onError: (error: unknown) => void;
  readonly #stays: boolean;
  readonly meter: Meter;
  /** Transactions that wait for the writer, and acts that it has not answered. */
  #waiting = 0;
  #unanswered = 0;
  #checkpoints: Checkpoints | undefined;
  #checkpointsAt: Act = { kind: 'checkpoints', pages: USUAL_PAGES };
  #writer!: Writer;
  /** For batches: their values would cost more as messages than as statements. Only one of the two writers has a transaction. */
  #batchWriter: Promise<Writer> | undefined;
  /** Settles when the writer has done everything it was given. */
  #done: Promise<unknown> = Promise.resolve();
  #reader!: PreparedDatabase;
  #keys: (() => DataKeys) | undefined;
  /** With which data keys, and behind which link, each writer links rows of the audit trail. */
  readonly #linking = new WeakMap<Writer, { readonly keys: DataKeys; readonly seen: number }>();
  #seen = 0;
  chainEnd: ChainEnd | undefined;
  /** Resolves when the writer is free; each taker puts its own promise here. */
  #tail: Promise<void> = Promise.resolve();

  constructor(file: string, { onError, stays, meter }: Uses) {
    this.#file = file;
    this.#onError = onError;
    this.#stays = stays;
    this.meter = meter;
    meter.watch('writer', () => ({ waiting: this.#waiting, used: this.#unanswered }));
  }

  #ready: Promise<void> | undefined;

  init(): Promise<void> {
    this.#ready ??= this.#open();
    return this.#ready;
  }

  async #open(): Promise<void> {
    this.#writer = await (this.#stays ? writerInThread : writerHere)(this.#file);
    this.#reader = new PreparedDatabase(this.#file, 1000);
    this.#reader.database.exec('pragma query_only = ON; pragma cache_size = -16384');
    if (this.#stays)
      this.#checkpoints = keepCheckpoints(this.#file, (pages) => {
        this.#checkpointsAt = { kind: 'checkpoints', pages };
        // If it fails, commits run into the same fault, and report it; an unhandled rejection would end the process.
        this.#write(this.#checkpointsAt).catch(() => {});
        this.#batchWriter?.then((writer) => writer.do(this.#checkpointsAt)).catch(() => {});
      });
  }

  async #openBatchWriter(): Promise<Writer> {
    const writer = await writerHere(this.#file);
    // A checkpoint in its commits would hold the event loop for as long as the disk takes.
    await writer.do(this.#checkpointsAt);
    return writer;
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SqliteConnection(this);
  }

  async beginTransaction(
    connection: SqliteConnection,
    { isolationLevel }: TransactionSettings = {},
  ): Promise<void> {
    const release = await this.#takeWriter();
    const unsynced = isolationLevel === UNSYNCED;
    let writer = this.#writer;
    if (unsynced && this.#stays) {
      try {
        await this.#done;
        this.#batchWriter ??= this.#openBatchWriter();
        writer = await this.#batchWriter;
      } catch (error) {
        this.#batchWriter = undefined;
        release();
        throw error;
      }
    }
    const begin = unsynced ? 'unsynced' : 'synced';
    connection.transaction = { begin, sent: false, changed: new Set(), writer, release };
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    // If it fails, it has ended the transaction too.
    await this.#end(connection, { kind: 'commit' });
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    await this.#end(connection, { kind: 'rollback' });
  }

  async #end(connection: SqliteConnection, act: Act): Promise<void> {
    const { transaction } = connection;
    connection.transaction = undefined;
    if (!transaction) return;
    const ended = transaction.sent ? this.#write(act, transaction.writer) : undefined;
    if (transaction.writer !== this.#writer) await ended?.catch(() => {});
    transaction.release();
    await ended;
    if (act.kind === 'commit') this.changes.tell(transaction.changed);
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    await this.#checkpoints?.stop();
    this.#reader?.database.close();
    await (await this.#batchWriter)?.close();
    await this.#writer?.close();
  }

  async execute(connection: SqliteConnection, { sql, parameters, query }: CompiledQuery): Promise<Answer> {
    const { transaction } = connection;
    if (transaction) {
      transaction.sent = true;
      const act: Act = { kind: 'run', sql, parameters, begin: transaction.begin };
      const answer = await this.#write(act, transaction.writer);
      transaction.begin = 'begun';
      const table = changedTable(sql);
      if (table !== undefined) transaction.changed.add(table);
      return answer;
    }
    if (query.kind === 'SelectQueryNode' || /^\s*select\b/.test(sql)) return this.#read(sql, parameters);
    const answer = await this.#writeAlone({ kind: 'run', sql, parameters });
    const table = changedTable(sql);
    if (table !== undefined) this.changes.tell([table]);
    return answer;
  }

  async read({ sql, parameters }: CompiledQuery): Promise<unknown[]> {
    await this.init();
    return this.#read(sql, parameters).rows;
  }

  #read(sql: string, parameters: readonly unknown[]): Answer {
    const begun = performance.now();
    const answer = this.#reader.run(sql, parameters);
    this.meter.took('read', performance.now() - begun);
    return answer;
  }

  async claim(claims: Claims): Promise<readonly boolean[]> {
    await this.init();
    return (await this.#writeAlone(claims)).claimed ?? [];
  }

  /** Between two transactions. Anyone who comes next need not wait for the answer: acts are done in their order. */
  async #writeAlone(act: Act): Promise<Answer> {
    const release = await this.#takeWriter();
    const answer = this.#write(act);
    release();
    return answer;
  }

  async #takeWriter(): Promise<() => void> {
    const before = this.#tail;
    let release!: () => void;
    this.#tail = new Promise((resolve) => {
      release = resolve;
    });
    this.#waiting += 1;
    await before;
    this.#waiting -= 1;
    return release;
  }

  linkAudit(keys: () => DataKeys, seen: number): void {
    this.#keys = keys;
    this.#seen = Math.max(this.#seen, seen);
  }

  /** A change of the data keys reaches the writer before whatever is written next. */
  #tellKeys(writer: Writer): void {
    if (!this.#keys) return;
    const [keys, seen, sent] = [this.#keys(), this.#seen, this.#linking.get(writer)];
    if (sent?.keys === keys && sent.seen === seen) return;
    this.#linking.set(writer, { keys, seen });
    writer.do({ kind: 'link-with', keys, seen }).catch(() => {});
  }

  async #write(act: Act, writer = this.#writer): Promise<Answer> {
    const begun = performance.now();
    this.#unanswered += 1;
    this.#tellKeys(writer);
    const answer = writer.do(act);
    if (writer === this.#writer) this.#done = answer.catch(() => {});
    try {
      const answered = await answer;
      this.chainEnd = answered.chainEnd ?? this.chainEnd;
      const work = workOf(act);
      if (work === 'commit') this.#checkpoints?.committed();
      if (work !== undefined) this.meter.took(work, performance.now() - begun);
      return answered;
    } catch (error) {
      this.#onError(error);
      throw error;
    } finally {
      this.#unanswered -= 1;
    }
  }
}

/** A statement outside a transaction commits by itself. */
function workOf(act: Act): DatabaseWork | undefined {
  if (act.kind === 'run') return act.begin === undefined ? 'commit' : 'write';
  return act.kind === 'commit' || act.kind === 'claims' ? 'commit' : undefined;
}

class SqliteConnection implements DatabaseConnection {
  readonly #driver: SqliteDriver;
  /** `sent`: whether a statement of it may have reached the writer. */
  transaction:
    | {
        begin: Begin;
        sent: boolean;
        readonly changed: Set<KeptTable>;
        readonly writer: Writer;
        readonly release: () => void;
      }
    | undefined;

  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.#driver.execute(this, query);
    return changes === undefined ? { rows: rows as R[] } : { rows: [], numAffectedRows: BigInt(changes) };
  }

  // biome-ignore lint/correctness/useYield: SQLite answers whole; nothing here streams
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('streaming is not supported');
  }
}
