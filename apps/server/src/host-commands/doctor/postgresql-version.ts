/** Whether the version of PostgreSQL is one that is supported, and for how long still. */
import { text } from '@sower/texts/outcomes';
import { SUPPORTED_POSTGRESQL } from '../../store/db/postgresql/versions.ts';
import { bad, type Finding, good, warn } from './findings.ts';

/** Time for planning an upgrade. */
const AHEAD_MILLISECONDS = 180 * 86_400_000;

export function judgePostgresql(
  { name, major }: { readonly name: string; readonly major: number },
  now: number,
): Finding {
  const until = SUPPORTED_POSTGRESQL[major];
  const versions = Object.keys(SUPPORTED_POSTGRESQL).map(Number);
  const range = { version: name, first: Math.min(...versions), last: Math.max(...versions) };
  if (until === undefined)
    return major < range.first
      ? bad('versions', text('doctor.postgresql-old', range))
      : warn('versions', text('doctor.postgresql-new', range));
  const left = Date.parse(until) + 86_400_000 - now;
  const found = { version: name, until, last: range.last };
  if (left < 0) return bad('versions', text('doctor.postgresql-ended', found));
  if (left < AHEAD_MILLISECONDS) return warn('versions', text('doctor.postgresql-ends', found));
  return good('versions', text('doctor.postgresql', found));
}
