/**
 * PostgreSQL under Kysely. Connections break, and they fall silent (a firewall that forgot them, an address that moved, a frozen host):
 * neither ends the process, and neither keeps a caller waiting for long. What a lost connection had begun is reported as unavailable.
 */
import { PostgresDialect, type PostgresPool } from 'kysely';
import pg from 'pg';
import { Connection, ConnectionLost } from './postgresql-connection.ts';
import { isOutOfReach, reachability, watchSilence } from './silent-connections.ts';

const CONNECTIONS = 10;
/** How long a caller waits for a connection to become free. */
const QUEUE_MILLISECONDS = 5_000;
const KEEP_ALIVE_MILLISECONDS = 10_000;
/** How long one statement may take on the server; `migrate` has no such limit. */
const STATEMENT_MILLISECONDS = 30_000;

/**
 * What the server is told to do on its side: end what takes too long, and let go of locks whose client is gone. Set on the connection, not
 * in the startup packet, which PgBouncer would refuse.
 */
function sessionSettings(name: string, statementMilliseconds: number): string {
  return [
    `set application_name = '${name}'`,
    `set statement_timeout = ${statementMilliseconds}`,
    'set idle_in_transaction_session_timeout = 10000',
    'set tcp_keepalives_idle = 10',
    'set tcp_keepalives_interval = 5',
    'set tcp_keepalives_count = 3',
    'set tcp_user_timeout = 15000',
  ].join('; ');
}

/**
 * @param onLost is told of connections that were cut because they were silent, or broke
 * @param onError sees every error of a statement
 */
export function postgresDialect(
  url: string,
  {
    onLost,
    onError,
    migrate = false,
  }: {
    readonly onLost: (error: Error) => void;
    readonly onError: (error: unknown) => void;
    readonly migrate?: boolean;
  },
): PostgresDialect {
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `sower_${names.size + 1}`;
    names.set(text, name);
    return name;
  };
  const connections = new Set<Connection>();
  class PooledConnection extends Connection {
    constructor(config?: pg.ClientConfig) {
      super(config, nameOf, onError);
      connections.add(this);
      this.on('error', onLost);
      this.once('end', () => connections.delete(this));
    }
  }
  const pool = new pg.Pool({
    Client: PooledConnection as unknown as new () => pg.Client,
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: QUEUE_MILLISECONDS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MILLISECONDS,
    onConnect: async (client) => {
      const { listedAs } = client as unknown as Connection;
      await client.query(sessionSettings(listedAs, migrate ? 0 : STATEMENT_MILLISECONDS));
    },
    types: {
      // int8 holds epoch milliseconds, intervals and counters here: all within a double's exact range.
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // The connection's own listener has reported it.
  pool.on('error', () => {});
  pool.on('acquire', (client) => {
    (client as unknown as Connection).inUse = true;
  });
  pool.on('release', (_, client) => {
    (client as unknown as Connection).inUse = false;
  });
  const reach = reachability(url, connections);
  const stopWatching = watchSilence(url, connections, {
    longest: migrate ? Number.POSITIVE_INFINITY : STATEMENT_MILLISECONDS + 5_000,
    onNoAnswer: reach.lost,
  });
  return new PostgresDialect({
    pool: {
      connect: async () => {
        reach.check();
        try {
          return await pool.connect();
        } catch (error) {
          if (isOutOfReach(error)) reach.lost(error);
          throw new ConnectionLost(error);
        }
      },
      end: async () => {
        reach.stop();
        await pool.end();
        stopWatching();
      },
      options: pool.options,
    } as unknown as PostgresPool,
  });
}
