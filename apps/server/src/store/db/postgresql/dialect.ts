/**
 * PostgreSQL under Kysely. Connections break, and they fall silent (a firewall that dropped them, an address that moved, a frozen host):
 * neither ends the process, and neither keeps a caller waiting for long. Work in progress on a lost connection is reported as unavailable.
 */
import { PostgresAdapter, PostgresDialect, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { Changes } from '../changes.ts';
import { NAMED } from '../prepared.ts';
import { announcing, hearChanges } from './announcements.ts';
import { Connection, ConnectionLost } from './connection.ts';
import { assertWritable, hostsOf, SHOW_WHETHER_READ_ONLY } from './hosts.ts';
import { HOT_MILLISECONDS } from './hot.ts';
import { servedTime } from './served-time.ts';
import { sharedConnection } from './shared-connection.ts';
import { ALL_IN_USE, isOutOfReach, reachability, watchSilence } from './silent-connections.ts';
import { READ_STANDING, READ_STANDING_OFTEN, type Standing, TimelineGuard, UNSETTLED } from './timeline.ts';

/** Connections of one server; no process has fewer than the second number. */
const CONNECTIONS = { all: 10, least: 5 };
/** For changes by a single named statement: few run at once, since each is made for many callers. */
const CHANGING_CONNECTIONS = { all: 4, least: 2 };
const NAMED_READ = `${NAMED}select`;
/** How long a caller waits for a free connection. */
const QUEUE_MILLISECONDS = 5_000;
const KEEP_ALIVE_MILLISECONDS = 10_000;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html read_only_sql_transaction: a standby, since a moment ago. */
const READ_ONLY = '25006';
/** How long one statement may take on the server, if no one waits to be let in by it; `migrate` has no such limit. */
const STATEMENT_MILLISECONDS = 30_000;
const isBegin = (text: string): boolean => text === 'begin' || text.startsWith('start transaction');

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
function ours(client: pg.ClientBase): Connection {
  if (client instanceof Connection) return client;
  throw new Error('the pool has a connection of another kind');
}

/**
 * @param onLost called with connections that were cut because they were silent, or broke
 * @param onError sees every error of a statement
 * @param onDeaf given, changes by other processes are listened for; called if they do not arrive
 * @param timeline what is committed only as it says
 */
export function postgresDialect(
  url: string,
  {
    onLost,
    onError,
    onDeaf,
    migrate = false,
    processes = 1,
    timeline = new TimelineGuard(),
  }: {
    readonly onLost: (error: Error) => void;
    readonly onError: (error: unknown) => void;
    readonly onDeaf?: (() => void) | undefined;
    readonly migrate?: boolean;
    /** How many processes the connections are for. */
    readonly processes?: number;
    readonly timeline?: TimelineGuard;
  },
): PostgresDialect {
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
      const place = { connectionString: current, connectionTimeoutMillis: connectMilliseconds };
      const told = (error: unknown): void => {
        onError(error);
        if (hosts.writable && (error as { code?: unknown }).code === READ_ONLY) {
          this.cut('it accepts no writes any more');
          reach.lost(error, performance.now());
        }
      };
      super({ ...config, ...place }, nameOf, told, time);
      this.url = current;
      connections.add(this);
      this.on('error', onLost);
      this.once('end', () => connections.delete(this));
    }
  }
  const connections = new Set<PooledConnection>();
  const common = {
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MILLISECONDS,
    types: {
      // int8 contains epoch milliseconds, intervals and counters here: all within a double's exact range.
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  };
  const settingsOf = ({ listedAs }: Connection): string =>
    migrate
      ? sessionSettings(listedAs, 0, 0)
      : sessionSettings(listedAs, STATEMENT_MILLISECONDS, HOT_MILLISECONDS);
  const plannedOnce = ({ listedAs }: Connection): string =>
    `${sessionSettings(listedAs, migrate ? 0 : HOT_MILLISECONDS, migrate ? 0 : HOT_MILLISECONDS)}; ${BY_KEY}`;
  const prepare = async (
    connection: Connection,
    settings: (connection: Connection) => string,
  ): Promise<void> => {
    const answers = await connection.query(`${settings(connection)}; ${SHOW_WHETHER_READ_ONLY}`);
    if (hosts.writable) assertWritable(answers);
  };
  const poolOf = (
    max: number,
    settings: (connection: Connection) => string,
    more: { readonly pipeline?: boolean } = {},
  ): pg.Pool => {
    const pool = new pg.Pool({
      ...common,
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
      throw new ConnectionLost(error);
    }
  };
  /** A connection out of the pool. Anyone who has waited too long for one leaves it to the next. */
  const lease = (of: pg.Pool): Promise<pg.PoolClient> =>
    connecting(
      () =>
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
        }),
    );
  const apart = async (
    settings: (connection: Connection) => string,
    more: object = {},
  ): Promise<Connection> => {
    const connection = new PooledConnection({ ...common, ...more } as pg.ClientConfig);
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
  const shared = sharedConnection(() => connecting(() => apart(plannedOnce, { pipeline: true })));
  /**
   * Begins a transaction, once more after the timeline was settled if it is not the known one.
   * @param begin resolves with what the server said of itself
   * @param undo of what `begin` did
   */
  async function settled<T>(
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
  async function change(text: string, values: readonly unknown[]): Promise<unknown> {
    const client = await lease(changing);
    let spoilt = true;
    try {
      const answer = await settled(
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
  const changes = new Changes();
  /** The connection that Kysely gets: it takes a real one out of the pool with the first statement that needs it. */
  class Lent {
    #own: pg.PoolClient | undefined;
    #run: ReturnType<typeof announcing> | undefined;
    #inTransaction = false;

    async query(text: string, values: readonly unknown[]): Promise<unknown> {
      if (!this.#own && text.startsWith(NAMED)) {
        if (text.startsWith(NAMED_READ)) return shared.query(text, values);
        return change(text, values);
      }
      this.#run ??= announcing(changes, async (one, given) => {
        this.#own ??= await lease(pool);
        return this.#guarded(this.#own, one, given as unknown[]);
      });
      return this.#run(text, values);
    }

    /** Reads do not check the timeline: whatever follows from them is committed with a statement that does. */
    async #guarded(own: pg.PoolClient, text: string, values: unknown[]): Promise<unknown> {
      if (isBegin(text)) {
        if (timeline.isOn) await this.#beginSettled(own, text);
        else await own.query(text);
        this.#inTransaction = true;
        return { rows: [] };
      }
      if (text === 'commit' || text === 'rollback') this.#inTransaction = false;
      else if (timeline.isOn && !this.#inTransaction && !/^\s*(?:select|show)\b/i.test(text))
        await settled(
          own,
          async () => [standingIn(await own.query(READ_STANDING)), undefined],
          async () => {},
        );
      return own.query(text, values);
    }

    #beginSettled(own: pg.PoolClient, text: string): Promise<unknown> {
      return settled(
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
  const stopHearing = onDeaf
    ? hearChanges(
        changes,
        () => connecting(() => apart(settingsOf)),
        async (text, values) => {
          const client = await lease(pool);
          await client.query(text, values as unknown[]).finally(() => client.release());
        },
        onDeaf,
      )
    : async () => {};
  class Adapter extends PostgresAdapter {
    readonly changes = changes;
    // migrate.ts has a lock of its own.
    override async acquireMigrationLock(): Promise<void> {}
    override async releaseMigrationLock(): Promise<void> {}
  }
  class Dialect extends PostgresDialect {
    override createAdapter(): PostgresAdapter {
      return new Adapter();
    }
  }
  return new Dialect({
    pool: {
      connect: async () => {
        reach.check();
        return new Lent() as unknown as PostgresPoolClient;
      },
      end: async () => {
        reach.stop();
        await stopHearing();
        await Promise.all([pool.end(), changing.end(), shared.end()]);
        stopWatching();
        time.stop();
      },
      options: pool.options,
    },
  });
}
