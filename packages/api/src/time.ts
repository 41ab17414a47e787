/** Times: how they are written on the wire, and how long they take. In milliseconds, since the epoch where they are a moment. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** RFC 3339, in UTC. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

let latest: { readonly day: number; readonly text: string } | undefined;

/** The day in UTC, as `2026-12-01`. Each verification needs that of now, and writing a date takes longer than three codes. */
export function dayOf(milliseconds: number): string {
  const day = Math.floor(milliseconds / DAY);
  if (latest?.day !== day) latest = { day, text: isoTime(milliseconds).slice(0, 10) };
  return latest.text;
}
