/** Whether what was answered survives a crash and a failover. A used tokencode that is lost with its commit would be accepted again. */
import { sql } from 'kysely';
import type { Database } from '../../schema/schema.ts';
import { isPostgresql } from '../database-kind.ts';

export type Replication = {
  /**
   * `alone`: no standby follows, and commits wait for none. `awaited`: each commit waits for a standby. `not-awaited`: standbys follow
   * later, and one of them may take over. `missing`: commits wait for a standby, and none is connected. `not-durable`: commits do not even
   * wait for the disk. `standby`: it accepts no writes.
   */
  readonly state: 'alone' | 'awaited' | 'not-awaited' | 'missing' | 'not-durable' | 'standby';
  readonly standbys: number;
  /** Which standbys commits wait for: `synchronous_standby_names`. */
  readonly names: string;
  /** Enabled subscriptions of this database: another one writes into it, and single use needs one writer. */
  readonly subscriptions: readonly string[];
};

/** Programs that copy a database, or its log. None of them takes over. */
const COPIES = '(pg_basebackup|pg_receivewal|receive_wal)';

/** Subscribers of a logical replication are in a database; standbys are in none. */
const STANDBYS = sql`pg_stat_replication r left join pg_stat_activity a on a.pid = r.pid
  where a.datname is null and coalesce(r.state, '') <> 'backup' and r.application_name !~ ${COPIES}`;

export type StandbyLag = {
  /** As it calls itself. */
  readonly name: string;
  /** Of the log that it has not applied; undefined: this role may not see that. */
  readonly bytes?: number;
  /** What the last transaction took to be applied there; undefined as well if nothing was written for a while. */
  readonly seconds?: number;
};

/** How far each standby is behind. Roles without `pg_monitor` see the names only. */
export async function readStandbyLag(db: Database): Promise<readonly StandbyLag[]> {
  if (!isPostgresql(db)) return [];
  // A standby cannot measure its lag from its own position.
  const { rows } = await sql<{ name: string; bytes: string | null; seconds: number | null }>`
    select r.application_name as name, extract(epoch from r.replay_lag)::float8 as seconds,
      case when not pg_is_in_recovery() then pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn) end as bytes
    from ${STANDBYS} order by 1`.execute(db);
  return rows.map(({ name, bytes, seconds }) => ({
    name,
    // What was read first may be behind what was read after it.
    ...(bytes === null ? {} : { bytes: Math.max(0, Number(bytes)) }),
    ...(seconds === null ? {} : { seconds }),
  }));
}

/** As the sessions of this server have it. SQLite is always alone. */
export async function readReplication(db: Database): Promise<Replication> {
  if (!isPostgresql(db)) return { state: 'alone', standbys: 0, names: '', subscriptions: [] };
  // Without privileges one sees that standbys are connected and what they call themselves, but not their state.
  const { rows } = await sql<{
    standby: boolean;
    commits: string;
    names: string;
    standbys: number;
    subscriptions: string[];
  }>`
    select pg_is_in_recovery() as standby, current_setting('synchronous_commit') as commits,
      current_setting('synchronous_standby_names') as names,
      (select count(*) from ${STANDBYS}) as standbys,
      array(select s.subname::text from pg_subscription s join pg_database d on d.oid = s.subdbid
        where s.subenabled and d.datname = current_database() order by 1) as subscriptions`.execute(db);
  const { standby, commits, names, standbys, subscriptions } = rows[0] as (typeof rows)[0];
  const count = Number(standbys);
  const state = (): Replication['state'] => {
    if (standby) return 'standby';
    if (commits === 'off') return 'not-durable';
    if (count > 0) return names === '' || commits === 'local' ? 'not-awaited' : 'awaited';
    return names === '' || commits === 'local' ? 'alone' : 'missing';
  };
  return { state: state(), standbys: count, names, subscriptions };
}
