/**
 * PostgreSQL under Kysely. Connections break, and they fall silent (a firewall that dropped them, an address that moved, a frozen host):
 * neither ends the process, and neither keeps a caller waiting for long. Work in progress on a lost connection is reported as unavailable.
 */
import { PostgresAdapter, PostgresDialect, type PostgresPoolClient } from 'kysely';
import { Changes } from '../changes.ts';
import { type Meter, UNMETERED } from '../meter.ts';
import { hearChanges } from './announcements.ts';
import { poolsOf } from './pools.ts';
import { sharedConnection } from './shared-connection.ts';
import { Lent, type Statements } from './statements.ts';
import { TimelineGuard } from './timeline.ts';

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
    meter = UNMETERED,
  }: {
    readonly onLost: (error: Error) => void;
    readonly onError: (error: unknown) => void;
    readonly onDeaf?: (() => void) | undefined;
    readonly migrate?: boolean;
    /** How many processes the connections are for. */
    readonly processes?: number;
    readonly timeline?: TimelineGuard;
    readonly meter?: Meter;
  },
): PostgresDialect {
  const pools = poolsOf(url, { onLost, onError, migrate, processes, meter });
  const shared = sharedConnection(() => pools.apart({ planned: true }));
  const changes = new Changes();
  const statements: Statements = { pools, shared, timeline, changes };
  const stopHearing = onDeaf
    ? hearChanges(
        changes,
        () => pools.apart({ planned: false }),
        async (text, values) => {
          const client = await pools.lease(pools.pool);
          await client.query(text, values as unknown[]).finally(() => client.release());
        },
        onDeaf,
      )
    : async () => {};
  class Adapter extends PostgresAdapter {
    readonly changes = changes;
    readonly meter = meter;
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
        pools.reach.check();
        return new Lent(statements) as unknown as PostgresPoolClient;
      },
      end: async () => {
        pools.reach.stop();
        await stopHearing();
        await pools.end(shared.end());
      },
      options: pools.pool.options,
    },
  });
}
