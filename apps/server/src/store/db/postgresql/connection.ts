/** A connection to PostgreSQL that knows what it is waiting for, can be cut, and never ends the process. */

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type DatabaseWork, type Meter, UNMETERED } from '../meter.ts';
import { NAMED } from '../prepared.ts';
import { ConnectionLost } from './failures.ts';
import { type Time, WALL_TIME } from './served-time.ts';

/** How long connecting may take, unless the configuration says so. */
const CONNECT_MILLISECONDS = 5_000;
/** A graceful close of a silent connection would never end. */
const GOODBYE_MILLISECONDS = 1_000;

/**
 * A notice of PostgreSQL from here: somebody has ended the wait for a standby (`pg_cancel_backend`), and the commit, which is on the primary
 * alone, is reported as done. Its words depend on the server's language.
 */
const NOT_REPLICATED = 'SyncRepWaitForLSN';

/** What only prepares others, such as a setting, is not counted. */
function workOf(text: string): DatabaseWork | undefined {
  if (text === 'commit') return 'commit';
  const word = /^\s*(?:\/\*.*?\*\/\s*)?(\w+)/.exec(text)?.[1]?.toLowerCase() ?? '';
  if (word === 'select') return 'read';
  return WRITES.has(word) ? 'write' : undefined;
}
const WRITES = new Set(['insert', 'update', 'delete', 'with']);

/** By the time of its connection. */
export type PendingQuery = { readonly since: number };

export class Connection extends pg.Client {
  /** The server's name for it (pg_stat_activity). */
  readonly listedAs = `sower ${randomBytes(8).toString('hex')}`;
  readonly #pending: PendingQuery[] = [];
  /** Taken out of the pool. */
  inUse = false;
  connected = false;
  #lost = false;
  /** Why it was lost: what comes later says only that it cannot be used. */
  #cause: Error | undefined;
  #notReplicated = false;
  readonly #nameOf: (text: string) => string;
  readonly #onError: (error: unknown) => void;
  readonly #time: Time;
  readonly #meter: Meter;
  readonly #connectMilliseconds: number;

  constructor(
    config: pg.ClientConfig | undefined,
    nameOf: (text: string) => string = (text) => text,
    onError: (error: unknown) => void = () => {},
    time: Time = WALL_TIME,
    meter: Meter = UNMETERED,
  ) {
    // Its own limit is one of the clock on the wall.
    super({ ...config, connectionTimeoutMillis: 0 });
    this.#connectMilliseconds = config?.connectionTimeoutMillis ?? CONNECT_MILLISECONDS;
    this.#time = time;
    this.#meter = meter;
    this.#nameOf = nameOf;
    this.#onError = onError;
    // For its whole life: an error event without a listener ends the process.
    this.on('error', (error) => {
      this.#lost = true;
      this.#cause ??= error;
    });
    this.once('connect', () => {
      this.connected = true;
    });
    this.on('end', () => {
      this.#lost = true;
    });
    this.on('notice', ({ routine }) => {
      if (routine === NOT_REPLICATED) this.#notReplicated = true;
    });
  }

  /** What has waited longest for its answer: answers arrive in order. */
  get pending(): PendingQuery | undefined {
    return this.#pending[0];
  }

  /** Ends it at once: everyone who waits for an answer gets an error. */
  cut(reason: string): void {
    this.connection.stream.destroy(new Error(reason));
  }

  // biome-ignore lint/suspicious/noExplicitAny: one of two overloads, passed on as it came
  override connect(...args: any[]): any {
    const cancel = this.#time.after(this.#connectMilliseconds, () => this.cut('timeout expired'));
    for (const end of ['connect', 'error', 'end'] as const) this.once(end, cancel);
    return (super.connect as (...given: unknown[]) => unknown).apply(this, args);
  }

  // biome-ignore lint/suspicious/noExplicitAny: one of many overloads, passed on as it came
  override query(...args: any[]): any {
    const [text, values] = args;
    // Statements that ask for it get a name, so that the connection prepares them.
    const named = typeof text === 'string' && text.startsWith(NAMED);
    const query = super.query as (...given: unknown[]) => unknown;
    const given = named ? [{ name: this.#nameOf(text), text, values }] : args;
    // Queries made in other ways: by pg-pool itself, and pg-cursor.
    if (typeof given.at(-1) === 'function' || typeof text?.submit === 'function')
      return query.apply(this, given);
    const pending = { since: this.#time.now() };
    this.#pending.push(pending);
    const begun = performance.now();
    const answered = new Promise((resolve, reject) => {
      // At the very moment of the answer, so that a notice belongs to this statement and to no other of a pipeline.
      query.call(this, ...given, (error: unknown, result: unknown) => {
        this.#pending.shift();
        const work = error ? undefined : workOf(text);
        if (work !== undefined) this.#meter.took(work, performance.now() - begun);
        const notReplicated = this.#notReplicated;
        this.#notReplicated = false;
        if (error) reject(error);
        else if (notReplicated) reject(new ConnectionLost(new Error('the commit did not reach a standby')));
        else resolve(result);
      });
    });
    return answered.catch((error: Error) => {
      // From here, the stack leads to the caller.
      Error.captureStackTrace(error);
      if (this.#lost) this.#cause ??= error;
      const reported =
        this.#lost && !(error instanceof ConnectionLost) ? new ConnectionLost(this.#cause ?? error) : error;
      this.#onError(reported);
      throw reported;
    });
  }

  override end(...args: unknown[]): Promise<void> {
    const goodbye = setTimeout(() => this.cut('no goodbye from the database'), GOODBYE_MILLISECONDS);
    goodbye.unref();
    this.once('end', () => clearTimeout(goodbye));
    return (super.end as (...given: unknown[]) => Promise<void>).apply(this, args);
  }
}
