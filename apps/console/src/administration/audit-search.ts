/** What the audit log is searched by, in the address and as the API takes it. */

import { matching } from '@sower/api/search-words';
import { DAY, HOUR } from '@sower/api/time';
import { AUDIT_ACTIONS } from '@sower/texts/tables/audit-actions';
import { partOf, type SearchValues, valuesIn } from '../ui/lists/search-form.tsx';
import { startOfDay } from '../ui/times.ts';

export const FIELDS = ['action', 'user', 'actor', 'object', 'result', 'source', 'request'] as const;
/** By calendar, of the browser: the first day and the last. */
export const DAYS = ['from', 'to'] as const;
type Filter = SearchValues<(typeof FIELDS)[number]>;
type Days = SearchValues<(typeof DAYS)[number]>;
export type Search = Filter & Days;

const PARTS: readonly string[] = ['actor', 'object', 'source'];
const typedPart = (value: string): string => value.replace(/^\*([^*]+)\*$/, '$1');

type ActionWords = (name: string) => string;

/** As its fields show it: without the asterisks that stand for the rest, and with an action in words. */
export const asTyped = (filter: Filter, wordsOf: ActionWords): Filter =>
  Object.fromEntries(
    Object.entries(filter).map(([name, value]) => [
      name,
      PARTS.includes(name) ? typedPart(value) : name === 'action' ? wordsOf(value) : value,
    ]),
  );

/** What is typed is sought as a part. What is in the address already stays so: a click beside the table seeks the whole. */
export function narrowedBy(next: Search, now: Filter, wordsOf: ActionWords): Search {
  const before = asTyped(now, wordsOf);
  return Object.fromEntries(
    Object.entries(next).map(([name, value]) => {
      const kept = now[name as keyof Filter];
      if (kept !== undefined && before[name as keyof Filter] === value) return [name, kept];
      return [name, PARTS.includes(name) ? partOf(value) : value];
    }),
  );
}

/** As the API takes it: of an action in words, or a part of them, all that are called so. */
export const asAsked = (filter: Filter, wordsOf: ActionWords): Filter =>
  filter.action === undefined || (AUDIT_ACTIONS as readonly string[]).includes(filter.action)
    ? filter
    : {
        ...filter,
        action:
          matching(AUDIT_ACTIONS, filter.action, (name) => [wordsOf(name), name]).join(',') || filter.action,
      };

/** Periods by name, so that a saved address always means the time before one looks. */
export const AUDIT_PERIODS = {
  hour: HOUR,
  day: DAY,
  week: 604_800_000,
  month: 2_592_000_000,
} as const;
type AuditPeriod = keyof typeof AUDIT_PERIODS;
export const AUDIT_PERIOD_NAMES = Object.keys(AUDIT_PERIODS) as AuditPeriod[];

/** Those in the address that are days. */
export const daysIn = (parameters: URLSearchParams): Days =>
  Object.fromEntries(
    Object.entries(valuesIn(parameters, DAYS)).filter(
      ([, day]) => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)),
    ),
  );

export function timeOf(period: AuditPeriod | undefined, { from, to }: Days, now = Date.now()) {
  if (period !== undefined) return { since: new Date(now - AUDIT_PERIODS[period]).toISOString() };
  return {
    ...(from === undefined ? {} : { since: startOfDay(from).toISOString() }),
    ...(to === undefined ? {} : { until: startOfDay(to, 1).toISOString() }),
  };
}
