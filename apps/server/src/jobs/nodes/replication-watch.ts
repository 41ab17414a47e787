/**
 * Whether a node may call itself ready although commits could be lost: a failover that loses the position of a token accepts its code a second
 * time. Asks the database every few seconds at most.
 */
import { type Text, text } from '@sower/messages/outcomes';
import { type Replication, readReplication } from '../../store/db/postgresql/replication.ts';
import { isUnavailable } from '../../store/db/unavailable.ts';
import type { Database } from '../../store/tables/schema.ts';

const FRESH_MILLISECONDS = 5_000;
/**
 * After a failover, a former primary follows for a while before it is waited for, and is not promoted meanwhile: Patroni takes it into
 * `synchronous_standby_names` within some rounds of its own.
 */
const SETTLE_MILLISECONDS = 60_000;

/**
 * @returns a function that says why replication cannot be trusted, if so
 * @throws if the database is unavailable
 */
export function replicationWatch({
  db,
  clock,
  read = readReplication,
}: {
  readonly db: Database;
  /** Milliseconds of any steady clock. */
  readonly clock: () => number;
  readonly read?: (db: Database) => Promise<Replication>;
}): () => Promise<Text | undefined> {
  let asked = Number.NEGATIVE_INFINITY;
  // What is found at startup was not caused by a failover a moment ago.
  let trustedAt = Number.NEGATIVE_INFINITY;
  let why: Text | undefined;

  return async () => {
    const at = clock();
    if (at - asked < FRESH_MILLISECONDS) return why;
    const found = await read(db).catch((error: unknown) => {
      if (isUnavailable(error)) throw error;
      // A database like PostgreSQL but without these views: no standby is known.
      return undefined;
    });
    asked = at;
    const untrusted = found && reason(found);
    if (!untrusted) trustedAt = at;
    why = untrusted && at - trustedAt >= SETTLE_MILLISECONDS ? untrusted : undefined;
    return why;
  };
}

function reason({ state, standbys }: Replication): Text | undefined {
  if (state === 'not-awaited') return text('doctor.replication-later', { count: standbys });
  return state === 'not-durable' ? text('doctor.commits-later') : undefined;
}
