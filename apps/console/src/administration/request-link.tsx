/** From a row of the audit trail, or from an error, to all that the same request did. */
import { use } from 'react';
import { SessionContext } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Link } from '../ui/link.tsx';
import { AUDIT_PERIOD_NAMES, AUDIT_PERIODS } from './audit-search.ts';

/** How much of an ID tells requests apart on one page: our own begin with the time, and are numbered at the end. */
const SHOWN = 4;

/** @param since when the request was: one that a caller named is looked for in the last day only, unless a period is given */
export function RequestLink({ request, since }: { request: string; since: string }) {
  const t = useTexts();
  const age = Date.now() - Date.parse(since);
  const period =
    age < AUDIT_PERIODS.day ? undefined : AUDIT_PERIOD_NAMES.find((name) => AUDIT_PERIODS[name] > age);
  return (
    <Link
      to={`/audit?request=${request}${period === undefined ? '' : `&period=${period}`}`}
      title={t('audit.ofRequest', { request })}
    >
      {t('audit.requestEnd', { end: request.slice(-SHOWN) })}
    </Link>
  );
}

/** What the server did before it failed. */
export function FailedRequest({ request }: { request: string }) {
  const t = useTexts();
  return use(SessionContext)?.permissions.includes('audit:view') ? (
    <p>
      <Link to={`/audit?request=${request}`}>{t('audit.failedRequest')}</Link>
    </p>
  ) : null;
}
