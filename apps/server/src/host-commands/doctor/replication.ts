/** PostgreSQL: whether it can be written to, and whether what was answered survives a crash and a failover. */
import { text } from '@sower/texts/outcomes';
import type { Config } from '../../config.ts';
import { type Replication, readReplication } from '../../store/db/postgresql/replication.ts';
import type { Database } from '../../store/schema/schema.ts';
import { bad, type Finding, good, warn } from './findings.ts';

export async function lookAtReplication(db: Database, config: Config): Promise<Finding[]> {
  const found = await readReplication(db);
  const subscribed = found.subscriptions.join(', ');
  return [
    ...ofStandbys(found, config),
    ...(subscribed === ''
      ? []
      : [
          (config.logicalSubscription ? warn : bad)(
            'replication',
            text('doctor.subscribed', { names: subscribed }),
          ),
        ]),
  ];
}

function ofStandbys({ state, standbys: count, names }: Replication, config: Config): Finding[] {
  switch (state) {
    case 'alone':
      return [];
    case 'awaited':
      return [good('replication', text('doctor.replication', { count, names }))];
    case 'missing':
      return [bad('replication', text('doctor.standby-missing', { names }))];
    case 'standby':
      return [bad('replication', text('doctor.standby'))];
    case 'not-durable':
      return [(config.asynchronousReplication ? warn : bad)('replication', text('doctor.commits-later'))];
    case 'not-awaited':
      return [warn('replication', text('doctor.replication-later', { count }))];
  }
}
