/**
 * Statements on the connections of one process. Kysely gets a connection of its own, which takes a real one out of the pool with the first
 * statement that needs it; named statements go over connections that others share. What is committed is committed on a known timeline.
 */
import type pg from 'pg';
import type { Changes } from '../changes.ts';
import { NAMED } from '../prepared.ts';
import { announcing } from './announcements.ts';
import { ConnectionLost } from './failures.ts';
import { ours, type Pools } from './pools.ts';
import type { sharedConnection } from './shared-connection.ts';
import {
  READ_STANDING,
  READ_STANDING_OFTEN,
  type Standing,
  type TimelineGuard,
  UNSETTLED,
} from './timeline.ts';

const NAMED_READ = `${NAMED}select`;
const isBegin = (text: string): boolean => text === 'begin' || text.startsWith('start transaction');

export type Statements = {
  readonly pools: Pools;
  /** For reads by named statements. */
  readonly shared: ReturnType<typeof sharedConnection>;
  readonly timeline: TimelineGuard;
  readonly changes: Changes;
};

/**
 * Begins a transaction, once more after the timeline was settled if it is not the known one.
 * @param begin resolves with what the server said of itself
 * @param undo of what `begin` did
 */
async function settled<T>(
  { timeline, pools: { reach } }: Statements,
  client: pg.PoolClient,
  begin: () => Promise<readonly [Standing | undefined, T]>,
  undo: () => Promise<unknown>,
): Promise<T> {
  for (let again = true; ; again = false) {
    const [standing, answer] = await begin();
    if (timeline.admits(standing)) return answer;
    await undo();
    if (!again) break;
    await timeline.settled();
  }
  // It leads to a server that was replaced, or that was promoted a moment ago.
  const lost = new ConnectionLost(new Error(UNSETTLED));
  ours(client).cut(UNSETTLED);
  reach.lost(lost, performance.now());
  throw lost;
}

const standingIn = (answer: unknown): Standing | undefined =>
  (answer as { rows: Standing[] } | undefined)?.rows[0];

/** Committed only once the answer has arrived, so whatever was in flight on a connection that breaks did not happen. */
async function change(statements: Statements, text: string, values: readonly unknown[]): Promise<unknown> {
  const { pools, timeline } = statements;
  const client = await pools.lease(pools.changing);
  let spoilt = true;
  try {
    const answer = await settled(
      statements,
      client,
      async () => {
        const [, standing, changed] = await Promise.all([
          client.query('begin'),
          timeline.isOn ? client.query(READ_STANDING_OFTEN) : undefined,
          client.query(text, values as unknown[]),
        ]);
        return [standingIn(standing), changed];
      },
      () => client.query('rollback'),
    );
    await client.query('commit');
    spoilt = false;
    return answer;
  } catch (error) {
    await client.query('rollback').then(
      () => {
        spoilt = false;
      },
      () => {},
    );
    throw error;
  } finally {
    client.release(spoilt);
  }
}

/** The connection that Kysely gets: it takes a real one out of the pool with the first statement that needs it. */
export class Lent {
  readonly #statements: Statements;
  #own: pg.PoolClient | undefined;
  #run: ReturnType<typeof announcing> | undefined;
  #inTransaction = false;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  async query(text: string, values: readonly unknown[]): Promise<unknown> {
    if (!this.#own && text.startsWith(NAMED)) {
      if (text.startsWith(NAMED_READ)) return this.#statements.shared.query(text, values);
      return change(this.#statements, text, values);
    }
    this.#run ??= announcing(this.#statements.changes, async (one, given) => {
      const { pools } = this.#statements;
      this.#own ??= await pools.lease(pools.pool);
      return this.#guarded(this.#own, one, given as unknown[]);
    });
    return this.#run(text, values);
  }

  /** Reads do not check the timeline: whatever follows from them is committed with a statement that does. */
  async #guarded(own: pg.PoolClient, text: string, values: unknown[]): Promise<unknown> {
    const { timeline } = this.#statements;
    if (isBegin(text)) {
      if (timeline.isOn) await this.#beginSettled(own, text);
      else await own.query(text);
      this.#inTransaction = true;
      return { rows: [] };
    }
    if (text === 'commit' || text === 'rollback') this.#inTransaction = false;
    else if (timeline.isOn && !this.#inTransaction && !/^\s*(?:select|show)\b/i.test(text))
      await settled(
        this.#statements,
        own,
        async () => [standingIn(await own.query(READ_STANDING)), undefined],
        async () => {},
      );
    return own.query(text, values);
  }

  #beginSettled(own: pg.PoolClient, text: string): Promise<unknown> {
    return settled(
      this.#statements,
      own,
      async () => {
        const answers: unknown = await own.query(`${text}; ${READ_STANDING}`);
        return [standingIn(Array.isArray(answers) ? answers.at(-1) : answers), undefined];
      },
      () => own.query('rollback'),
    );
  }

  release(discard: boolean): void {
    this.#own?.release(discard);
  }
}
