/** Times and numbers in the person's language and time zone. */
import { useLanguage } from '../texts/language.ts';

const SIZE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

function sizeIn(language: string, bytes: number): string {
  const power = Math.min(SIZE_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const unit = SIZE_UNITS[power] as (typeof SIZE_UNITS)[number];
  const format = { style: 'unit', unit, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, format).format(bytes / 1000 ** power);
}

function timesIn(language: string) {
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const count = new Intl.NumberFormat(language);
  const compact = new Intl.NumberFormat(language, { notation: 'compact' });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  return {
    time: (iso: string) => time.format(new Date(iso)),
    exact: (iso: string) => exact.format(new Date(iso)),
    /** The day of a time, in the person's time zone, and the time of that day. */
    day: (iso: string) => day.format(new Date(iso)),
    /** The last day with access, of the time at which access ends: the beginning of the day after it, where it was set. */
    lastDay: (endsAt: string) => day.format(new Date(Date.parse(endsAt) - 1)),
    clock: (iso: string) => clock.format(new Date(iso)),
    /** For `YYYY-MM-DD`. */
    date: (day: string) => date.format(new Date(`${day}T00:00:00Z`)),
    count: (value: number) => count.format(value),
    /** Short, for the axis of a chart. */
    compact: (value: number) => compact.format(value),
    /** Bytes in the unit in which they are a short number. */
    size: (bytes: number) => sizeIn(language, bytes),
    percent: (share: number) => percent.format(share),
  };
}

type Times = ReturnType<typeof timesIn>;

/** Made once a language: a format costs more than what it is used for, and every part of a page has them. */
const made = new Map<string, Times>();

export function useTimes(): Times {
  const shown = useLanguage();
  // The regional format (en-GB, de-AT) if the browser names one for this language.
  const language = navigator.languages.find((tag) => tag.startsWith(shown)) ?? shown;
  const times = made.get(language) ?? timesIn(language);
  made.set(language, times);
  return times;
}

/**
 * A day as the browser's clock has it, from its beginning.
 * @param day as in YYYY-MM-DD
 * @param later so many days later
 */
export function startOfDay(day: string, later = 0): Date {
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + later);
  return at;
}

/** What has to be typed before something is done to many: a name, or a number as it is shown, whose digits are in groups. */
export const isTypedAgain = (typed: string, asked: string): boolean =>
  typed.trim() === asked || (/^\d+$/.test(asked) && typed.replace(/[\s.,'’]/g, '') === asked);
