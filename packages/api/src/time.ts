/** Times: how they are written on the wire, and how long they take. In milliseconds, since the epoch where they are a moment. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** RFC 3339, in UTC. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/**
 * RFC 9110 §10.2.3: seconds, or a date (§5.6.7).
 * @param header as it came; what is neither counts as absent
 * @returns epoch milliseconds, possibly past
 */
export function retryAfter(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d{1,9}$/.test(header)) return now + Number(header) * 1_000;
  // Date.parse reads a date out of almost anything, and the oldest of the three forms as local time.
  const at = /^[A-Z][a-z]+,? .+:\d\d/.test(header)
    ? Date.parse(header.replace(/( GMT)?$/, ' GMT'))
    : Number.NaN;
  return Number.isFinite(at) ? at : undefined;
}

let latest: { readonly day: number; readonly text: string } | undefined;

/** The day in UTC, as `2026-12-01`. Each verification needs that of now, and writing a date takes longer than three codes. */
export function dayOf(milliseconds: number): string {
  const day = Math.floor(milliseconds / DAY);
  if (latest?.day !== day) latest = { day, text: isoTime(milliseconds).slice(0, 10) };
  return latest.text;
}
