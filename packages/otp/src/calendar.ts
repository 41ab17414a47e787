/**
 * Calendar days as the carriers need them: `YYYY-MM-DD` text and whole days since 1970-01-01, proleptic Gregorian, UTC.
 *
 * Pure arithmetic: no clock, no time zone, no formatting.
 */

const DAY_MS = 86_400_000;

/** Days since 1970-01-01 of a `YYYY-MM-DD` day, or undefined if there is no such day. */
export function dayNumber(day: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match) return undefined;
  const number = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / DAY_MS;
  // Date.UTC turns 30 February into March (and years below 100 into 19xx); converting back reveals it.
  return dayText(number) === day ? number : undefined;
}

/** `YYYY-MM-DD` of a whole number of days since 1970-01-01, or undefined outside the years 0 to 9999. */
export function dayText(number: number): string | undefined {
  if (!Number.isInteger(number)) return undefined;
  const date = new Date(number * DAY_MS);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) return undefined;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}
