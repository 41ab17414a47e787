/**
 * Which timeline of PostgreSQL commits go to, and whether they wait for a standby. A server that is promoted begins a new timeline, and may
 * lack the last commits of the one before it. So nothing is committed on a timeline before it was settled what that means: everything that
 * could be used only once and may have been used meanwhile is put beyond use (operations/nodes/promotion.ts), or nothing was lost.
 *
 * Each transaction reads it itself, since behind a balancer or a pool a connection may lead to another server than before.
 */
import { sql } from 'kysely';
import type { Connection } from '../../schema/schema.ts';
import { NAMED } from '../prepared.ts';
import { ConnectionLost } from './failures.ts';

/** Of the server that answers; null for a standby. */
export const TIMELINE = `case when pg_is_in_recovery() then null
  else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end`;

export const READ_STANDING = `select ${TIMELINE} as timeline,
  (current_setting('synchronous_standby_names') <> '' and current_setting('synchronous_commit') not in ('off', 'local')) as awaited`;
export const READ_STANDING_OFTEN = `${NAMED}${READ_STANDING}`;

export type Standing = {
  readonly timeline: number | null;
  /** Commits wait for a standby. */
  readonly awaited: boolean;
};

/** @param last what this process committed under so far @returns what it may commit under from now on */
export type Settle = (last: Standing | undefined) => Promise<Standing>;

/** How long a caller waits while it is settled. With many tokens that takes longer; the caller then gets an error. */
const PATIENCE_MILLISECONDS = 1_000;

export class TimelineGuard {
  #settle: Settle | undefined;
  #known: Standing | undefined;
  #settling: Promise<void> | undefined;

  /** Nothing is committed under anything else than `settle` returns, from now on. */
  async begin(settle: Settle): Promise<void> {
    this.#known = await settle(undefined);
    this.#settle = settle;
  }

  get isOn(): boolean {
    return this.#settle !== undefined;
  }

  admits(seen: Standing | undefined): boolean {
    if (!this.#settle) return true;
    return (
      seen !== undefined &&
      seen.timeline !== null &&
      seen.timeline === this.#known?.timeline &&
      seen.awaited === this.#known.awaited
    );
  }

  /** Once for all that wait for it. @throws ConnectionLost if it fails, or takes long */
  async settled(): Promise<void> {
    const settle = this.#settle;
    if (!settle) return;
    this.#settling ??= settle(this.#known)
      .then((standing) => {
        this.#known = standing;
      })
      .finally(() => {
        this.#settling = undefined;
      });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(UNSETTLED)), PATIENCE_MILLISECONDS);
    });
    try {
      await Promise.race([this.#settling, late]);
    } catch (error) {
      throw new ConnectionLost(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

export const UNSETTLED = 'another server was promoted, and what it may lack is not settled yet';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: not supported, insufficient privilege, undefined function. */
const UNKNOWN = ['0A000', '42501', '42883'];

export async function hasTimelines(db: Connection): Promise<boolean> {
  try {
    await readStanding(db);
    return true;
  } catch (error) {
    if (UNKNOWN.includes(String((error as { code?: unknown }).code))) return false;
    throw error;
  }
}

export async function readStanding(db: Connection): Promise<Standing> {
  const { rows } = await sql<Standing>`${sql.raw(READ_STANDING)}`.execute(db);
  return rows[0] as Standing;
}
