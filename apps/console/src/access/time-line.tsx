/** What happened to a user or a token, latest first: a timeline with the entries of each day under its date. */
import { type AuditEntry, userInTrail } from '@sower/api/audit';
import { visible } from '@sower/bytes/printable';
import { holderOf, useActorWords, useAuditWords } from '../api/user-words.ts';
import { useTimes } from '../ui/times.ts';

/** A user by name, and by user ID as everywhere; anything else as the trail has it. */
function objectOf({ object, userName }: AuditEntry): string {
  const userId = userInTrail(object);
  return userId === undefined ? visible(object) : holderOf({ userId, userName });
}

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
