/** Times: how they are written on the wire, and how long they take. In milliseconds, since the epoch where they are a moment. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** RFC 3339, in UTC. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The day in UTC, as `2026-12-01`. */
export const dayOf = (milliseconds: number): string => isoTime(milliseconds).slice(0, 10);
