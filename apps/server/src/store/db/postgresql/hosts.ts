/**
 * Which host of a URL connections go to: the one that accepts writes. node-postgres accepts only one host and does not check its role. All
 * hosts are tried at once, so that one that never answers causes no delay.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Connection, pg } from './pg.later.ts';
import { type Time, WALL_TIME } from './served-time.ts';
import { TIMELINE } from './timeline.ts';
import { hostOf, readPostgresqlUrl } from './url.ts';

/** The last one in a query of several statements. */
export const SHOW_WHETHER_READ_ONLY = 'show transaction_read_only';
/** Once one host accepts writes, how long to wait for the answers of the others. */
const OTHERS_MILLISECONDS = 500;
const ANSWER_MILLISECONDS = 4_000;

export type Hosts = {
  /** The URL that new connections take. */
  readonly current: string;
  readonly writable: boolean;
  readonly connectMilliseconds: number;
  /** Waits until `current` is known. */
  known(): Promise<void>;
  /** Asks all of them again. @throws if none is suitable: `current` stays */
  find(): Promise<void>;
};

/** @param text a URL that the configuration has let pass */
export function hostsOf(text: string, time: Time = WALL_TIME): Hosts {
  const endpoints = readPostgresqlUrl(text);
  if (typeof endpoints === 'string') throw new Error(`the URL of the database ${endpoints}`);
  const { urls, writable, connectMilliseconds } = endpoints;
  let current = urls[0] as string;
  let first: Promise<void> | undefined = urls.length === 1 ? Promise.resolve() : undefined;
  let begun = 0;
  let latest = 0;

  async function find(): Promise<void> {
    begun += 1;
    const own = begun;
    const found = await choose(urls, writable, connectMilliseconds, time);
    // One that began later has newer information.
    if (own < latest) return;
    latest = own;
    current = found;
  }

  return {
    get current() {
      return current;
    },
    writable,
    connectMilliseconds,
    known() {
      first ??= find().catch((error: unknown) => {
        first = undefined;
        throw error;
      });
      return first;
    },
    async find() {
      await find();
      first = Promise.resolve();
    },
  };
}

/** @throws unless it accepts writes; this is not a refusal by the database, which may accept them in a moment */
export function assertWritable(
  answers: unknown,
): asserts answers is readonly pg.QueryResult<{ transaction_read_only: string }>[] {
  const last = (answers as readonly pg.QueryResult<{ transaction_read_only: string }>[]).at(-1);
  if (last?.rows[0]?.transaction_read_only !== 'off') throw new Error('it accepts no writes');
}

async function choose(
  urls: readonly string[],
  writable: boolean,
  connectMilliseconds: number,
  time: Time,
): Promise<string> {
  const asked = urls.map(async (url) => {
    await ask(url, connectMilliseconds, time, async (connection) => {
      if (writable) assertWritable([await connection.query(SHOW_WHETHER_READ_ONLY)]);
    });
    return url;
  });
  const all = Promise.allSettled(asked);
  const first = await Promise.any(asked).catch(async () => {
    throw whyNone(urls, await all);
  });
  if (!writable || urls.length === 1) return first;
  const good = new Set<string>();
  for (const one of asked)
    one.then(
      (url) => good.add(url),
      () => {},
    );
  await Promise.race([all, wait(OTHERS_MILLISECONDS, undefined, { ref: false })]);
  return good.size > 1 ? latestTimeline([...good], connectMilliseconds, time) : first;
}

/** A former primary that was cut off from the others may still accept writes. The one promoted after it has a later timeline. */
async function latestTimeline(
  urls: readonly string[],
  connectMilliseconds: number,
  time: Time,
): Promise<string> {
  const timelines = await Promise.all(
    urls.map((url) =>
      ask(url, connectMilliseconds, time, async (connection) => {
        const { rows } = await connection.query(`select ${TIMELINE} as timeline`);
        return Number((rows[0] as { timeline: number | null }).timeline);
      }).catch(() => 0),
    ),
  );
  return urls[timelines.indexOf(Math.max(...timelines))] as string;
}

async function ask<T>(
  url: string,
  connectMilliseconds: number,
  time: Time,
  question: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = new Connection(
    { connectionString: url, connectionTimeoutMillis: connectMilliseconds },
    undefined,
    undefined,
    time,
  );
  const inTime = time.after(connectMilliseconds + ANSWER_MILLISECONDS, () => connection.cut('no answer'));
  try {
    await connection.connect();
    const answer = await question(connection);
    connection.end().catch(() => {});
    return answer;
  } catch (error) {
    connection.cut('not needed any more');
    throw error;
  } finally {
    inTime();
  }
}

/** Only if all of them refuse us does the database refuse us; otherwise, one may come back. */
function whyNone(urls: readonly string[], results: readonly PromiseSettledResult<string>[]): unknown {
  const reasons = results.map((result) => (result.status === 'rejected' ? result.reason : undefined));
  if (urls.length === 1 || reasons.every(refuses)) return reasons[0];
  const each = urls.map((url, index) => `${hostOf(url)}: ${(reasons[index] as Error).message}`);
  return new Error(each.join('; '));
}

/** Whatever it says, except that it is starting or ending. */
function refuses(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !error.code?.startsWith('57P');
}
