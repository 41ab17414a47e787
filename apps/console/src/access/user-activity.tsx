/** The activity of a user and their tokens in the last seven days, and whether they have to wait after wrong passcodes. */
import { AlertActionLink } from '@patternfly/react-core';
import { type AuditEntry, userInTrail } from '@sower/api/audit';
import { visible } from '@sower/bytes/printable';
import { useAnswer } from '../api/use-answer.ts';
import { holderOf, useActorWords, useAuditWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { Link } from '../ui/link.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { useTimes } from '../ui/times.ts';
import { TitledCard } from '../ui/titled-card.tsx';
import { useAtOnce } from '../ui/use-work.ts';

export function UserActivity({ userId }: { userId: string }) {
  const { t, api, can, time } = useConsole();
  const atOnce = useAtOnce();
  const activity = useAnswer('getUserActivity', { params: { userId } });
  const unlock = (): void =>
    atOnce(api('unlockUser', { params: { userId } }), t('access.unlocked', { userId }));
  return (
    <TitledCard title={t('activity.title')}>
      <Loaded query={activity}>
        {(value) => (
          <div className="sower-stack">
            {value.lockedUntil !== undefined && (
              <Alert
                variant="warning"
                title={t('activity.locked', { until: time(value.lockedUntil) })}
                {...(can('tokens:edit')
                  ? {
                      actionLinks: <AlertActionLink onClick={unlock}>{t('access.unlock')}</AlertActionLink>,
                    }
                  : {})}
              >
                {t('activity.lockedBody')}
              </Alert>
            )}
            {value.failures > 0 && <p>{t('activity.failures', { count: value.failures })}</p>}
            {value.items.length === 0 ? (
              <p>{t('activity.none')}</p>
            ) : (
              <TimeLine label={t('activity.title')} entries={value.items} />
            )}
          </div>
        )}
      </Loaded>
      <Link to={`/audit?user=${encodeURIComponent(userId)}`} otherwise={null}>
        {t('dashboard.allAudit')}
      </Link>
    </TitledCard>
  );
}

/** A user by name, and by user ID as everywhere; anything else as the trail has it. */
function objectOf({ object, userName }: AuditEntry): string {
  const userId = userInTrail(object);
  return userId === undefined ? visible(object) : holderOf({ userId, userName });
}

/** What happened to a user or a token, latest first: a timeline with the entries of each day under its date. */
export function TimeLine({ label, entries }: { label: string; entries: readonly AuditEntry[] }) {
  const words = useAuditWords();
  const actorWords = useActorWords();
  const { day, clock } = useTimes();
  const days = Map.groupBy(entries, ({ at }) => day(at));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by the keyboard
    <section className="sower-activity" tabIndex={0} aria-label={label}>
      {[...days].map(([date, those]) => (
        <section key={date} aria-label={date}>
          <h3 className="sower-legend">{date}</h3>
          <ol className="sower-time-line">
            {those.map((entry) => (
              <li key={entry.id} data-result={entry.result}>
                <strong>{words.action(entry.action)}</strong> – {words.result(entry.result)}
                <br />
                {clock(entry.at)}, {actorWords(entry.actor, entry.actorName)}, {objectOf(entry)}
                {entry.reason === undefined ? '' : ` (${entry.reason})`}
              </li>
            ))}
          </ol>
        </section>
      ))}
    </section>
  );
}
