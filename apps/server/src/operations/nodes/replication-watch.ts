/**
 * Whether a node may call itself ready although a tokencode could be accepted twice. Commits could be lost on the server that it uses: a
 * crash that loses the position of a token accepts its code again, and nothing shows that it happened. Or another database writes into this
 * one, and both accept. What a failover may lose is dealt with when it happens (promotion.ts).
 * Asks the database every few seconds at most.
 */

import { type Text, text } from '@sower/texts/outcomes';
import { isUnavailable } from '../../store/db/errors.ts';
import { type Replication, readReplication } from '../../store/db/postgresql/replication.ts';
import type { Database } from '../../store/schema/schema.ts';

/** Readiness itself counts for a second: both together are less than five. */
const FRESH_MILLISECONDS = 3_000;

/**
 * @returns a function that says why what was committed cannot be trusted to stay, if so
 * @throws if the database is unavailable
 */
export function replicationWatch({
  db,
  clock,
  accepted,
  read = readReplication,
}: {
  readonly db: Database;
  /** Milliseconds of any steady clock. */
  readonly clock: () => number;
  /** What the operator accepts. */
  readonly accepted: AcceptedReplication;
  readonly read?: (db: Database) => Promise<Replication>;
}): () => Promise<Text | undefined> {
  let asked = Number.NEGATIVE_INFINITY;
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
    why = found && whyUntrusted(found, accepted);
    return why;
  };
}

type AcceptedReplication = {
  /** Commits that do not wait for the disk. */
  readonly asynchronousReplication: boolean;
  /** Another database that writes into this one. */
  readonly logicalSubscription: boolean;
};

function whyUntrusted(found: Replication, accepted: AcceptedReplication): Text | undefined {
  if (found.subscriptions.length > 0 && !accepted.logicalSubscription)
    return text('doctor.subscribed', { names: found.subscriptions.join(', ') });
  return found.state === 'not-durable' && !accepted.asynchronousReplication
    ? text('doctor.commits-later')
    : undefined;
}
