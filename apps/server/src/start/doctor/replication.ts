/**
 * PostgreSQL: whether it can be written to, and whether what was answered outlives a crash and a failover. A used tokencode that is lost with
 * its commit would be accepted again.
 */
import { text } from '@sower/messages/outcomes';
import { sql } from 'kysely';
import type { Config } from '../../config.ts';
import type { Database } from '../../store/tables/schema.ts';
import { bad, type Finding, good, warn } from './findings.ts';

type Found = {
  readonly standby: boolean;
  readonly commits: string;
  readonly awaited: string;
  readonly standbys: string;
};

export async function lookAtReplication(db: Database, { database }: Config): Promise<Finding[]> {
  if (database.kind !== 'postgresql') return [];
  // Whoever is not privileged sees that standbys are connected, and no more of them.
  const { rows } = await sql<Found>`
    select pg_is_in_recovery() as standby, current_setting('synchronous_commit') as commits,
      current_setting('synchronous_standby_names') as awaited, (select count(*) from pg_stat_replication) as standbys`.execute(
    db,
  );
  const { standby, commits, awaited, standbys } = rows[0] as Found;
  const count = Number(standbys);
  if (standby) return [bad('replication', text('doctor.standby'))];
  if (commits === 'off') return [bad('replication', text('doctor.commits-later'))];
  if (count === 0)
    return awaited === '' ? [] : [bad('replication', text('doctor.standby-missing', { names: awaited }))];
  if (awaited === '' || commits === 'local')
    return [warn('replication', text('doctor.replication-later', { count }))];
  return [good('replication', text('doctor.replication', { count, names: awaited }))];
}
