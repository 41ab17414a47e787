/** What an administrator should look at, each with the way there. */

import { List, ListItem } from '@patternfly/react-core';
import { type AlertKind, KEY_ENDS_SOON_DAYS } from '@sower/api/checks';
import { expiringBefore, type Statistics } from '@sower/api/statistics';
import { endsSoon, stoppedByOwner } from '../administration/warnings.ts';
import { isProblem } from '../api/problem-words.ts';
import { useAnswer } from '../api/use-answer.ts';
import { CertificateFindings } from '../certificates/certificate-findings.tsx';
import { useCertificate } from '../certificates/use-certificate.ts';
import { useConsole } from '../session/use-console.ts';
import { Link } from '../ui/link.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { ALERT_PLACES } from './alert-places.ts';

/** With more to it, below or above. */
const SHOWN_BESIDE: ReadonlySet<AlertKind> = new Set(['certificate', 'acme', 'guessing']);

export function Attention({ statistics }: { statistics: Statistics }) {
  const { t, can, time } = useConsole();
  const certificate = useCertificate();
  const { tokens, distributions, expiringDays } = statistics;
  const soon = expiringBefore(Date.now(), expiringDays);
  const apiKeys = useAnswer('listApiKeys', {}, { enabled: can('keys:edit') });
  const keys = apiKeys.data?.items ?? [];
  const raised = useAnswer('listAlerts', {}, { enabled: can('audit:view') });
  const alerts = raised.data?.items.filter(({ kind }) => !SHOWN_BESIDE.has(kind)) ?? [];
  const waiting = useAnswer('listSecondApprovals', {}, { enabled: can('settings:edit') });
  const approvals = waiting.data?.items ?? [];
  const points = [
    {
      count: approvals.filter(({ mayApprove }) => mayApprove).length,
      key: 'approvals',
      to: '/second-approvals',
    },
    { count: distributions.failed, key: 'failed', to: '/tokens?distribution=failed' },
    { count: distributions.expired, key: 'expired', to: '/tokens?distribution=expired' },
    { count: distributions.issued, key: 'issued', to: '/tokens?distribution=issued' },
    { count: distributions.opened, key: 'opened', to: '/tokens?distribution=opened' },
    { count: distributions.provisioned, key: 'provisioned', to: '/tokens?distribution=provisioned' },
    { count: tokens.expiring, key: 'expiring', to: `/tokens?expired=false&expiresBefore=${soon}` },
    { count: tokens.lost, key: 'lost', to: '/tokens?lost=true' },
    { count: keys.filter(endsSoon).length, key: 'keysEnding', to: '/api-keys' },
    { count: keys.filter(stoppedByOwner).length, key: 'keysStopped', to: '/api-keys' },
  ] as const;
  const open = points.filter(({ count }) => count > 0);
  const problems = certificate.data?.problems ?? [];
  const { guessing } = statistics;
  const asked = [certificate, apiKeys, raised, waiting];
  const failed = asked.find(({ error }) => error !== null && !isProblem(error, 'not-permitted'));
  // What could not be asked, or has not been answered yet, is not nothing.
  const known = failed === undefined && asked.every(({ isLoading }) => !isLoading);
  if (known && !guessing && alerts.length + open.length + problems.length === 0) {
    return <p>{t('home.nothing')}</p>;
  }
  return (
    <div className="sower-stack">
      {failed && <ProblemAlert error={failed.error} onRetry={() => failed.refetch()} />}
      {guessing && (
        <Alert variant="danger" title={t('home.guessing')}>
          <p>{t('home.guessingSays')}</p>
          <Link to="/audit?action=ctkip.wrong-code" otherwise={null}>
            {t('home.guessingLink')}
          </Link>
        </Alert>
      )}
      {alerts.map(({ id, kind, text, since }) => (
        <Alert key={id} variant="warning" title={text}>
          <p>{t('home.alertsSince', { time: time(since) })}</p>
          <Link to={ALERT_PLACES[kind]} otherwise={null}>
            {t('home.alertsLink')}
          </Link>
        </Alert>
      ))}
      {open.length > 0 && (
        <List isPlain>
          {open.map(({ count, key, to }) => (
            <ListItem key={key}>
              <Link to={to}>
                {t(`home.points.${key}`, {
                  count,
                  days: key === 'keysEnding' ? KEY_ENDS_SOON_DAYS : expiringDays,
                })}
              </Link>
            </ListItem>
          ))}
        </List>
      )}
      {problems.length > 0 && (
        <Alert variant="warning" title={t('home.certificate')}>
          <CertificateFindings findings={problems} />
          <Link to="/certificates" otherwise={null}>
            {t('distribute.certificateLink')}
          </Link>
        </Alert>
      )}
    </div>
  );
}
