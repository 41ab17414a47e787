/**
 * Finds connections to PostgreSQL that have fallen silent. On the connection itself, a lost answer cannot be distinguished from a slow one.
 * The database can tell: asked over a new connection, it says which of ours it is working for. The others, and all of them if it does not
 * answer, are cut, so that their callers get an error within seconds and their locks are released.
 */
import type pg from 'pg';
import type { PendingQuery } from './connection.ts';
import { ConnectionLost } from './failures.ts';
import type { Hosts } from './hosts.ts';
import { Connection } from './pg.later.ts';
import type { Time } from './served-time.ts';

const LOOK_MILLISECONDS = 250;
/** A query that waits longer than this is investigated. */
const SUSPECT_MILLISECONDS = 1_000;
/** How long the database may take to say what it is working on: an overloaded machine is slow, not silent. */
const ANSWER_MILLISECONDS = 4_000;
/** How long an answer may take after the database has said that it is done: it says so before it sends, and we may read that first. */
const DELIVERY_MILLISECONDS = 250;

/**
 * How long a commit may wait for its standby. PostgreSQL would wait forever. Another host may have been promoted without this one knowing.
 */
const STANDBY_MILLISECONDS = 5_000;

/** How often a new attempt begins while the database is unreachable, whatever happened to the previous one. */
const RETRY_MILLISECONDS = 500;

/**
 * Whether connecting failed because no one answers, or it is starting: not because it refuses us, nor because all connections are in use.
 */
export function isOutOfReach(error: unknown): boolean {
  const { code, severity, message } = error as { code?: unknown; severity?: unknown; message?: string };
  if (typeof severity === 'string') return code === '57P03';
  return message !== ALL_IN_USE;
}
/** As pg-pool puts it. */
export const ALL_IN_USE = 'timeout exceeded when trying to connect';

/** While the database is unreachable, callers get an error at once, rather than each waiting for an attempt of its own. */
export function reachability(
  hosts: Hosts,
  connections: ReadonlySet<Connection & { readonly url: string }>,
): {
  /** @throws while the database is unreachable */
  check(): void;
  /** @param begun when the failed work began: work begun before the database came back says nothing about it now */
  lost(error: unknown, begun: number): void;
  stop(): void;
} {
  let outage: ConnectionLost | undefined;
  let timer: NodeJS.Timeout | undefined;
  let backAt = Number.NEGATIVE_INFINITY;
  const back = (): void => {
    if (!outage) return;
    outage = undefined;
    backAt = performance.now();
    clearInterval(timer);
    // Attempts from the outage would keep their places in the pool until they give up.
    for (const connection of connections) {
      if (!connection.connected) connection.cut('begun while the database was out of reach');
    }
  };
  const attempt = async (): Promise<void> => {
    try {
      await hosts.find();
      // Whatever is still connected to another host must not write there when it wakes up.
      for (const connection of connections)
        if (connection.url !== hosts.current) connection.cut('another host has taken over');
      back();
    } catch (error) {
      if (!isOutOfReach(error)) back();
    }
  };
  return {
    check() {
      if (outage) throw outage;
    },
    lost(error, begun) {
      if (outage || begun <= backAt) return;
      outage = new ConnectionLost(error);
      timer = setInterval(() => void attempt(), RETRY_MILLISECONDS);
      timer.unref();
      void attempt();
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * @param longest milliseconds after which a query is given up even if the database is working on it
 * @returns ends the watch, and waits for what it is looking at: until then it has a connection of its own, and needs the time
 */
export function watchSilence(
  hosts: Hosts,
  connections: ReadonlySet<Connection>,
  {
    longest,
    onNoAnswer,
    time,
  }: {
    readonly longest: number;
    readonly onNoAnswer: (error: unknown, begun: number) => void;
    /** Of the connections too. */
    readonly time: Time;
  },
): () => Promise<void> {
  let looking: Promise<void> | undefined;

  async function look(suspects: ReadonlyMap<Connection, PendingQuery>): Promise<void> {
    const names = [...suspects.keys()].map(({ listedAs }) => listedAs);
    const begun = performance.now();
    const asked = await askDatabase(hosts, names, time);
    if (asked.failed !== undefined && isOutOfReach(asked.failed)) onNoAnswer(asked.failed, begun);
    const patience = (connection: Connection): number =>
      asked.awaitsStandby(connection.listedAs) ? STANDBY_MILLISECONDS : Number.POSITIVE_INFINITY;
    const silentNow = (): Connection[] =>
      [...suspects].flatMap(([connection, pending]) =>
        // Otherwise it was answered meanwhile: it was only slow.
        connection.pending === pending &&
        (!asked.working(connection.listedAs) || time.now() - pending.since > patience(connection))
          ? connection
          : [],
      );
    if (asked.failed === undefined && silentNow().length > 0)
      await new Promise<void>((resolve) => time.after(DELIVERY_MILLISECONDS, resolve));
    const silent = silentNow();
    if (silent.some(({ listedAs }) => asked.awaitsStandby(listedAs)))
      onNoAnswer(new Error('commits wait for a standby that does not answer'), begun);
    if (silent.length > 0) {
      // Idle ones probably failed the same way, and replacing them costs the next callers nothing.
      const idle = [...connections].filter(({ inUse, pending }) => !inUse && !pending);
      for (const connection of [...silent, ...idle]) connection.cut('the database has fallen silent');
    }
    await asked.endOnServer(silent.map(({ listedAs }) => listedAs));
  }

  const timer = setInterval(() => {
    const now = time.now();
    const suspects = new Map<Connection, PendingQuery>();
    for (const connection of connections) {
      const { pending } = connection;
      if (!pending) continue;
      if (now - pending.since > longest) connection.cut('a query took too long');
      else if (now - pending.since > SUSPECT_MILLISECONDS) suspects.set(connection, pending);
    }
    if (suspects.size === 0 || looking) return;
    looking = look(suspects)
      .catch(() => {})
      .finally(() => {
        looking = undefined;
      });
  }, LOOK_MILLISECONDS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

type Asked = {
  /** Why there was no answer. */
  readonly failed?: unknown;
  /** Whether the database is working for this connection, or answers but does not say. */
  working(listedAs: string): boolean;
  /** Whether its commit is done here, and a standby has not said so. */
  awaitsStandby(listedAs: string): boolean;
  /** Ends their sessions there too, because their transactions hold locks. */
  endOnServer(listedAs: readonly string[]): Promise<void>;
};

async function askDatabase(hosts: Hosts, names: readonly string[], time: Time): Promise<Asked> {
  const connection = new Connection(
    { connectionString: hosts.current, connectionTimeoutMillis: hosts.connectMilliseconds },
    undefined,
    undefined,
    time,
  );
  const inTime = time.after(ANSWER_MILLISECONDS, () => connection.cut('no answer'));
  try {
    await connection.connect();
    // Waiting for the client is not working: what was sent is lost, or its output is not being read.
    const { rows }: pg.QueryResult<{ name: string; standby: boolean }> = await connection.query(
      `select application_name as name, wait_event is not distinct from 'SyncRep' as standby from pg_stat_activity
       where application_name = any($1) and state = 'active' and wait_event_type is distinct from 'Client'`,
      [names],
    );
    inTime();
    const working = new Map(rows.map(({ name, standby }) => [name, standby]));
    return {
      working: (listedAs) => working.has(listedAs),
      awaitsStandby: (listedAs) => working.get(listedAs) === true,
      async endOnServer(listedAs) {
        const inTimeAgain = time.after(ANSWER_MILLISECONDS, () => connection.cut('no answer'));
        try {
          if (listedAs.length > 0) {
            await connection.query(
              'select pg_terminate_backend(pid) from pg_stat_activity where application_name = any($1)',
              [listedAs],
            );
          }
        } finally {
          inTimeAgain();
          await connection.end();
        }
      },
    };
  } catch (error) {
    connection.cut('not needed any more');
    // A database that refuses us, for example because of too many connections, is alive, and may be working on everything.
    const refused = typeof (error as { severity?: unknown }).severity === 'string';
    return { failed: error, working: () => refused, awaitsStandby: () => false, endOnServer: async () => {} };
  } finally {
    inTime();
  }
}
