/**
 * Whether a node may call itself ready although commits could be lost on the server that it uses: a crash that loses the position of a token
 * accepts its code a second time, and nothing shows that it happened. What a failover may lose is dealt with when it happens (promotion.ts).
 * Asks the database every few seconds at most.
 */
import { type Text, text } from '@sower/texts/outcomes';
import { type Replication, readReplication } from '../../store/db/postgresql/replication.ts';
import { isUnavailable } from '../../store/db/unavailable.ts';
import type { Database } from '../../store/schema/schema.ts';

const FRESH_MILLISECONDS = 5_000;

/**
 * @returns a function that says why what was committed cannot be trusted to stay, if so
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
    why = found?.state === 'not-durable' ? text('doctor.commits-later') : undefined;
    return why;
  };
}
