/** The clock of the database, which all nodes share, and how far that of this host is from it. SQLite has none but that of its host. */
import { sql } from 'kysely';
import type { Database } from '../../schema/schema.ts';
import { isPostgresql } from '../database-kind.ts';

async function timeOf(db: Database): Promise<number> {
  const { rows } = await sql<{ at: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::double precision as at`.execute(db);
  return Number(rows[0]?.at);
}

/** @returns milliseconds that this host is ahead, or behind if negative; accurate to half of what the answer took */
export async function clockAhead(db: Database, now: () => number): Promise<number> {
  if (!isPostgresql(db)) return 0;
  const begun = now();
  const at = await timeOf(db);
  return Math.round((begun + now()) / 2 - at);
}

/** By which leases and due times are written and judged, whatever the clocks of the nodes say. */
export type DatabaseClock = {
  /** Epoch milliseconds, since the last reading by the steady clock of this process. */
  now(): number;
  /** Before each round of background work. */
  read(): Promise<void>;
};

/** @param monotonic milliseconds of a steady clock */
export function databaseClock({
  db,
  now,
  monotonic,
}: {
  readonly db: Database;
  readonly now: () => number;
  readonly monotonic: () => number;
}): DatabaseClock {
  if (!isPostgresql(db)) return { now, read: async () => {} };
  /** What the steady clock has to be added to. */
  let origin: number | undefined;
  let reading: Promise<void> | undefined;
  async function readOnce(): Promise<void> {
    const begun = monotonic();
    const at = await timeOf(db);
    origin = at - (begun + monotonic()) / 2;
  }
  return {
    now: () => (origin === undefined ? now() : Math.round(origin + monotonic())),
    read() {
      reading ??= readOnce().finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}
