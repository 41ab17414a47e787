/**
 * The connections of one process to PostgreSQL: a pool for transactions, one for changes by a single named statement, and some apart. Whatever
 * becomes of the server, a caller learns soon that it is out of reach.
 */

import type { Meter } from '../meter.ts';
import { ConnectionLost, HOT_MILLISECONDS } from './failures.ts';
import { assertWritable, hostsOf, SHOW_WHETHER_READ_ONLY } from './hosts.ts';
import { Connection, pg } from './pg.later.ts';
import { servedTime } from './served-time.ts';
import { ALL_IN_USE, isOutOfReach, reachability, watchSilence } from './silent-connections.ts';

/** Connections of one server; no process has fewer than the second number. */
const CONNECTIONS = { all: 10, least: 5 };
/** For changes by a single named statement: few run at once, since each is made for many callers. */
const CHANGING_CONNECTIONS = { all: 4, least: 2 };
/** How long a caller waits for a free connection. */
const QUEUE_MILLISECONDS = 5_000;
const KEEP_ALIVE_MILLISECONDS = 10_000;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html read_only_sql_transaction: a standby, since a moment ago. */
const READ_ONLY = '25006';
/** How long one statement may take on the server, if no one waits to be let in by it; `migrate` has no such limit. */
const STATEMENT_MILLISECONDS = 30_000;

/**
 * Settings of the server on its side: end what takes too long, and release locks whose client is gone. Set on the connection, not in
 * the startup packet, which PgBouncer would refuse.
 */
function sessionSettings(name: string, statementMilliseconds: number, lockMilliseconds: number): string {
  return [
    `set application_name = '${name}'`,
    `set statement_timeout = ${statementMilliseconds}`,
    `set lock_timeout = ${lockMilliseconds}`,
    'set idle_in_transaction_session_timeout = 10000',
    'set tcp_keepalives_idle = 10',
    'set tcp_keepalives_interval = 5',
    'set tcp_keepalives_count = 3',
    'set tcp_user_timeout = 15000',
  ].join('; ');
}

/**
 * If every statement finds rows by a key, one plan is right whatever the values. It uses indexes even if it was made while the tables were
 * empty, so it need not be made again as they grow.
 */
const BY_KEY = [
  'set plan_cache_mode = force_generic_plan',
  ...['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit'].map((name) => `set ${name} = off`),
].join('; ');

/** The pool makes no other ones. */
export function ours(client: pg.ClientBase): Connection {
  if (client instanceof Connection) return client;
  throw new Error('the pool has a connection of another kind');
}

/** Of each connection. */
const COMMON = {
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEP_ALIVE_MILLISECONDS,
  types: {
    // int8 contains epoch milliseconds, intervals and counters here: all within a double's exact range.
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
  },
};

type ServedTime = ReturnType<typeof servedTime>;
type SettingsOf = (connection: Connection) => string;

export type Pools = ReturnType<typeof poolsOf>;

type Uses = {
  /** Called with connections that were cut because they were silent, or broke. */
  readonly onLost: (error: Error) => void;
  /** Sees every error of a statement. */
  readonly onError: (error: unknown) => void;
  readonly migrate: boolean;
  /** How many processes the connections are for. */
  readonly processes: number;
  readonly meter: Meter;
};

export function poolsOf(url: string, { onLost, onError, migrate, processes, meter }: Uses) {
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `sower_${names.size + 1}`;
    names.set(text, name);
    return name;
  };
  const time = servedTime();
  const hosts = hostsOf(url, time);
  class PooledConnection extends Connection {
    readonly url: string;
    constructor(config?: pg.ClientConfig) {
      const { current, connectMilliseconds } = hosts;
      const options = { connectionString: current, connectionTimeoutMillis: connectMilliseconds };
      const onFailure = (error: unknown): void => {
        onError(error);
        if (hosts.writable && (error as { code?: unknown }).code === READ_ONLY) {
          this.cut('it accepts no writes any more');
          reach.lost(error, performance.now());
        }
      };
      super({ ...config, ...options }, nameOf, onFailure, time, meter);
      this.url = current;
      connections.add(this);
      this.on('error', onLost);
      this.once('end', () => connections.delete(this));
    }
  }
  const connections = new Set<PooledConnection>();
  const settingsOf = ({ listedAs }: Connection): string =>
    migrate
      ? sessionSettings(listedAs, 0, 0)
      : sessionSettings(listedAs, STATEMENT_MILLISECONDS, HOT_MILLISECONDS);
  const plannedOnce = ({ listedAs }: Connection): string =>
    `${sessionSettings(listedAs, migrate ? 0 : HOT_MILLISECONDS, migrate ? 0 : HOT_MILLISECONDS)}; ${BY_KEY}`;
  const prepare = async (connection: Connection, settings: SettingsOf): Promise<void> => {
    const answers = await connection.query(`${settings(connection)}; ${SHOW_WHETHER_READ_ONLY}`);
    if (hosts.writable) assertWritable(answers);
  };
  const poolOf = (max: number, settings: SettingsOf, more: { readonly pipeline?: boolean } = {}): pg.Pool => {
    const pool = new pg.Pool({
      ...COMMON,
      ...more,
      Client: PooledConnection,
      max,
      onConnect: (client) => prepare(ours(client), settings),
    });
    // The connection's own listener has reported it.
    pool.on('error', () => {});
    pool.on('acquire', (client) => {
      ours(client).inUse = true;
    });
    pool.on('release', (_, client) => {
      ours(client).inUse = false;
    });
    return pool;
  };
  const part = ({ all, least }: typeof CONNECTIONS): number => Math.max(least, Math.ceil(all / processes));
  const pool = poolOf(part(CONNECTIONS), settingsOf);
  const changing = poolOf(part(CHANGING_CONNECTIONS), plannedOnce, { pipeline: true });
  for (const [name, one] of [
    ['pool', pool],
    ['changing', changing],
  ] as const)
    meter.watch(name, () => ({ waiting: one.waitingCount, used: one.totalCount - one.idleCount }));
  const reach = reachability(hosts, connections);
  const stopWatching = watchSilence(hosts, connections, {
    longest: migrate ? Number.POSITIVE_INFINITY : STATEMENT_MILLISECONDS + 5_000,
    onNoAnswer: reach.lost,
    time,
  });
  const connecting = async <C>(connect: () => Promise<C>): Promise<C> => {
    const begun = performance.now();
    try {
      await hosts.known();
      return await connect();
    } catch (error) {
      if (isOutOfReach(error)) reach.lost(error, begun);
      meter.failed('connection');
      throw new ConnectionLost(error);
    }
  };
  const apart = async (settings: SettingsOf, more: object = {}): Promise<Connection> => {
    const connection = new PooledConnection({ ...COMMON, ...more } as pg.ClientConfig);
    await connection.connect();
    try {
      await prepare(connection, settings);
    } catch (error) {
      // A host that accepts no writes keeps it open, and it is tried again and again.
      connection.end().catch(() => {});
      throw error;
    }
    return connection;
  };
  return {
    pool,
    changing,
    reach,
    /** A connection out of a pool. */
    lease: (of: pg.Pool): Promise<pg.PoolClient> => connecting(() => connectionFrom(of, time)),
    /** One that is in no pool. @param planned for statements that find rows by a key */
    apart: ({ planned }: { readonly planned: boolean }): Promise<Connection> =>
      connecting(() => (planned ? apart(plannedOnce, { pipeline: true }) : apart(settingsOf))),
    /** @param also ends beside the pools, watched as they are */
    async end(also: Promise<unknown>): Promise<void> {
      await Promise.all([pool.end(), changing.end(), also]);
      await stopWatching();
      time.stop();
    },
  };
}

/** A connection out of the pool. Anyone who has waited too long for one leaves it to the next. */
const connectionFrom = (of: pg.Pool, time: ServedTime): Promise<pg.PoolClient> =>
  new Promise((resolve, reject) => {
    let left = false;
    const inTime = time.after(QUEUE_MILLISECONDS, () => {
      left = true;
      reject(new Error(ALL_IN_USE));
    });
    of.connect().then(
      (client) => {
        inTime();
        if (left) client.release();
        else resolve(client);
      },
      (error) => {
        inTime();
        reject(error);
      },
    );
  });
