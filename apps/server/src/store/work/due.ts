/**
 * Due times and leases, and the one file that mistrusts the clocks they were written by. Each host has its own; one may have been ahead, and
 * was set back later. A time that no right clock can have written counts as due, free or silent, so a wrong clock delays work by no more than
 * its usual bound.
 */
import { type RawBuilder, sql } from 'kysely';

/**
 * @param column epoch milliseconds
 * @param farthest milliseconds ahead that a right clock sets it at most
 */
export const isDue = (column: string, now: number, farthest: number): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(column)} <= ${now} or ${sql.ref(column)} > ${now + farthest})`;

/** The same, of a row that has been read. */
export const isDueAt = (at: number, now: number, farthest: number): boolean =>
  at <= now || at > now + farthest;

/**
 * No process has the lease that ends at `lease_until`. The clock of its holder may be a little ahead of this one.
 * @param milliseconds that it lasts
 */
export const isFree = (now: number, milliseconds: number): RawBuilder<boolean> =>
  sql<boolean>`(lease_until is null or lease_until < ${now} or lease_until > ${now + 2 * milliseconds})`;

/**
 * A process that notes a time regularly has died.
 * @param milliseconds after which it has
 */
export const isSilent = (column: string, now: number, milliseconds: number): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(column)} < ${now - milliseconds} or ${sql.ref(column)} > ${now + milliseconds})`;

/** What a node shows to prove that a lease is its own: 22 characters. */
export const newLease = ({ random }: { random(length: number): Uint8Array }): string =>
  Buffer.from(random(16)).toString('base64url');
