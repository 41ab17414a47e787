/** The one connection to SQLite that writes. It answers synchronously; in a long-running process it lives in a thread (sqlite-thread.ts). */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { AuditLinks, type ChainEnd, LINKED, type LinkWith } from './audit-links.ts';

/** Rows as plain objects, and how many rows a statement without an answer has changed. */
export type Answer = {
  readonly rows: unknown[];
  readonly changes?: number;
  /** Of each row of claims, whether it was claimed. */
  readonly claimed?: readonly boolean[];
  /** Of a commit that is durable, and in which the audit chain has grown. */
  readonly chainEnd?: ChainEnd;
};

/** A transaction begins with its first statement, so that this costs no message of its own. */
export type Act =
  | {
      readonly kind: 'run';
      readonly sql: string;
      readonly parameters: readonly unknown[];
      readonly begin?: Begin;
    }
  | { readonly kind: 'commit' }
  | Claims
  | { readonly kind: 'rollback' }
  | { readonly kind: 'checkpoints'; readonly pages: number }
  | ({ readonly kind: 'link-with' } & LinkWith);

/**
 * One transaction: for each row the first statement claims something, and only if it changed a row, the others follow.
 * Each row has the parameters of every statement.
 */
export type Claims = {
  readonly kind: 'claims';
  readonly statements: readonly string[];
  readonly rows: readonly (readonly (readonly unknown[])[])[];
};

/** `unsynced`: its commit does not wait for the disk. `begun`: it has begun, and nothing of it may happen outside it. */
export type Begin = 'synced' | 'unsynced' | 'begun';

/** https://www.sqlite.org/rescode.html */
const BUSY = 5;

/** The primary SQLite result code of an error: the lowest octet of the extended one. Undefined for other errors. */
export function sqliteResult(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** How long a writer waits for another process before the caller gets an error. */
const BUSY_MILLISECONDS = 10_000;
const LONGEST_PAUSE_MILLISECONDS = 20;

/** After `error` from a writer, how many milliseconds to wait before the next attempt; undefined: do not try again. */
export function pausesWhileBusy(): (error: unknown) => number | undefined {
  let until: number | undefined;
  let pause = 0.1;
  return (error) => {
    const now = performance.now();
    until ??= now + BUSY_MILLISECONDS;
    if (sqliteResult(error) !== BUSY || now > until) return undefined;
    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
    // Half of it random, so that two processes do not keep colliding.
    return pause * (0.5 + Math.random() / 2);
  };
}

const columnsOf = (statement: StatementSync): string[] => statement.columns().map(({ name }) => name);

/**
 * Makes rows of a statement by a literal of its own, which V8 gives a hidden class: in a tenth of the time of a loop that all statements share.
 * An object that gets more than some sixteen properties one by one would be a hash table, and every reader would pay again.
 */
function rowMaker(columns: readonly string[]): (values: readonly unknown[]) => object {
  const properties = columns.map((column, index) => `${JSON.stringify(column)}: values[${index}]`);
  return new Function('values', `return { ${properties.join(', ')} }`) as ReturnType<typeof rowMaker>;
}

type Prepared = { readonly statement: StatementSync; columns: number; makeRow: ReturnType<typeof rowMaker> };

function shapeOf(statement: StatementSync): Pick<Prepared, 'columns' | 'makeRow'> {
  const columns = columnsOf(statement);
  return { columns: columns.length, makeRow: rowMaker(columns) };
}

const NOTHING: Answer = { rows: [] };

/** Prepares each statement once. */
export class PreparedDatabase {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, Prepared>();

  /** @param timeout milliseconds for which a statement may hold the thread while another process writes */
  constructor(file: string, timeout: number) {
    this.database = new DatabaseSync(file, { timeout });
  }

  run(sql: string, parameters: readonly unknown[]): Answer {
    let prepared = this.#statements.get(sql);
    if (!prepared) {
      const statement = this.database.prepare(sql);
      prepared = { statement, ...shapeOf(statement) };
      // node:sqlite makes objects that are such tables.
      if (prepared.columns > 0) statement.setReturnArrays(true);
      // Batches make statements of many lengths; a bound keeps them from living forever.
      if (this.#statements.size >= 500) this.#statements.clear();
      this.#statements.set(sql, prepared);
    }
    const values = parameters as readonly SQLInputValue[];
    if (prepared.columns > 0) {
      const rows = prepared.statement.all(...values) as unknown as unknown[][];
      // After another process has changed a table, `*` means different columns.
      if (rows.length > 0 && rows[0]?.length !== prepared.columns)
        Object.assign(prepared, shapeOf(prepared.statement));
      return { rows: rows.map(prepared.makeRow) };
    }
    return { rows: [], changes: Number(prepared.statement.run(...values).changes) };
  }
}

/** Where another process holds the lock, every act throws BUSY at once, has changed nothing, and may be repeated. */
export class SqliteWriter {
  readonly #prepared: PreparedDatabase;
  readonly #links: AuditLinks;
  #unsynced = false;

  constructor(file: string) {
    this.#prepared = new PreparedDatabase(file, 0);
    this.#links = new AuditLinks((sql, parameters) => this.#prepared.run(sql, parameters));
  }

  open(): Answer {
    const { database } = this.#prepared;
    database.exec('pragma journal_mode = WAL');
    database.exec('pragma synchronous = FULL; pragma foreign_keys = ON; pragma cache_size = -16384');
    return NOTHING;
  }

  do(act: Act): Answer {
    const { database } = this.#prepared;
    switch (act.kind) {
      case 'run':
        if (!database.isTransaction && !act.begin && act.sql.startsWith(LINKED))
          return this.#atOnce(() => this.#run(act.sql, act.parameters));
        if (!database.isTransaction) this.#begin(act.begin);
        return this.#run(act.sql, act.parameters);
      case 'claims':
        return this.#atOnce(() => this.#claim(act));
      case 'commit':
        return this.#commit(NOTHING);
      case 'rollback':
        this.#rollback();
        return NOTHING;
      case 'checkpoints':
        database.exec(`pragma wal_autocheckpoint = ${act.pages}`);
        return NOTHING;
      case 'link-with':
        this.#links.use(act);
        return NOTHING;
    }
  }

  /** If an act fails for good: a commit ends its transaction even then, since another begins after it. */
  giveUp({ kind }: Act): void {
    if (kind === 'commit') this.#rollback();
  }

  #run(sql: string, parameters: readonly unknown[]): Answer {
    if (!sql.startsWith(LINKED)) return this.#prepared.run(sql, parameters);
    this.#links.append(sql, parameters);
    return NOTHING;
  }

  /** In a transaction of its own. */
  #atOnce(work: () => Answer): Answer {
    this.#begin('synced');
    try {
      return this.#commit(work());
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  /** Throws if SQLite has ended the transaction, as a full disk makes it. */
  #commit(answer: Answer): Answer {
    this.#prepared.run('commit', []);
    const chainEnd = this.#links.committed();
    return chainEnd && !this.#unsynced ? { ...answer, chainEnd } : answer;
  }

  #claim({ statements, rows }: Claims): Answer {
    const [claim = '', ...following] = statements;
    const claimed = rows.map(([own = [], ...parameters]) => {
      // A statement that returns the rows it changes does not count them.
      const { rows: returned, changes = returned.length } = this.#prepared.run(claim, own);
      if (changes === 0) return false;
      following.forEach((statement, index) => {
        this.#run(statement, parameters[index] ?? []);
      });
      return true;
    });
    return { rows: [], claimed };
  }

  close(): void {
    this.#prepared.database.close();
  }

  #rollback(): void {
    if (this.#prepared.database.isTransaction) this.#prepared.run('rollback', []);
  }

  #begin(how: Begin | undefined): void {
    // Code that continues after that would write outside the transaction.
    if (how === 'begun') throw new Error('SQLite has ended this transaction');
    // Not possible within a transaction.
    const unsynced = how === 'unsynced';
    if (unsynced !== this.#unsynced) {
      this.#prepared.database.exec(`pragma synchronous = ${unsynced ? 'NORMAL' : 'FULL'}`);
      this.#unsynced = unsynced;
    }
    if (!how) return;
    this.#prepared.run('begin immediate', []);
    this.#links.begun();
  }
}
