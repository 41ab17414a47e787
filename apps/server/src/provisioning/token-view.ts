/** A token as the API shows it. */
import type { Distribution, Token } from '@sower/api/resources';
import type { Floor } from '../floor.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import { listDistributions, listLatestDistributions } from '../store/distributions.ts';
import type { Connection } from '../store/schema.ts';
import { listSeeds } from '../store/seeds.ts';
import { findToken, type TokenRow } from '../store/tokens.ts';
import { isoTime, viewDistributions } from './distribution-view.ts';

/** A token is good through its last day in UTC and half a day more, so that no time zone loses any of it. */
export function isExpired(expiresOn: string, now: number): boolean {
  return now >= Date.parse(`${expiresOn}T00:00:00Z`) + 36 * 3_600_000;
}

function summary(row: TokenRow, distribution: Distribution | undefined, now: number): Omit<Token, 'seeds'> {
  return {
    serial: row.serial,
    ...(row.holder === null ? {} : { userId: row.holder }),
    enabled: row.enabled === 1,
    expiresOn: row.expires_on,
    expired: isExpired(row.expires_on, now),
    pinSet: row.pin !== null,
    lost: row.lost === 1,
    failures: row.failures,
    ...(distribution ? { distribution } : {}),
    createdAt: isoTime(row.created_at),
    version: row.version,
  };
}

export async function viewTokens(
  db: Connection,
  rows: readonly TokenRow[],
  now: number,
): Promise<Omit<Token, 'seeds'>[]> {
  const latest = await listLatestDistributions(
    db,
    rows.map((row) => row.id),
  );
  const views = await viewDistributions(db, latest, now);
  const byToken = new Map(latest.map((row, index) => [row.token_id, views[index]]));
  return rows.map((row) => summary(row, byToken.get(row.id), now));
}

export async function showToken(uses: Pick<Floor, 'db' | 'now'>, serial: string): Promise<Outcome<Token>> {
  const row = await findToken(uses.db, serial);
  if (!row) return noSuchToken(serial);
  const now = uses.now();
  const [seeds, distributions] = await Promise.all([
    listSeeds(uses.db, row.id),
    listDistributions(uses.db, row.id, 1),
  ]);
  const [distribution] = await viewDistributions(uses.db, distributions, now);
  return done({
    ...summary(row, distribution, now),
    seeds: seeds.map((seed) => ({
      state: seed.state,
      algorithm: seed.algorithm,
      digits: seed.digits,
      interval: seed.interval_seconds,
      authenticationType: seed.authentication_type,
      provisionedAt: isoTime(seed.created_at),
      ...(seed.last_accepted_at === null ? {} : { lastAcceptedAt: isoTime(seed.last_accepted_at) }),
    })),
  });
}

export const noSuchToken = (serial: string) =>
  refused('not-found', `There is no token with the serial number ${serial}.`);
