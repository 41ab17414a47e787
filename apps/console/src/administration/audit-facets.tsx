/** What the entries of a search are about, with counts: one click narrows the search down to it, another takes that back. */
import {
  AUDIT_FACETS,
  type AuditEntry,
  type AuditFacet,
  type AuditFacets as Counted,
  userInTrail,
} from '@sower/api/audit';
import { holderOf, useActorWords, useAuditWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';

/** Beside the table where there is room; above it, and closed, where there is not. */
const WIDE = '(width >= 100rem)';

export function AuditFacets({
  counted,
  chosen,
  onChoose,
}: {
  counted: Counted | undefined;
  chosen: Readonly<Partial<Record<AuditFacet, string>>>;
  /** Undefined: any value. */
  onChoose: (facet: AuditFacet, value: string | undefined) => void;
}) {
  const { t, count, exact } = useConsole();
  const words = useAuditWords();
  const actorWords = useActorWords();
  const said = (facet: AuditFacet, value: string, userName?: string): string =>
    facet === 'action'
      ? words.action(value)
      : facet === 'result'
        ? words.result(value as AuditEntry['result'])
        : facet === 'actor'
          ? actorWords(value, userName)
          : userName === undefined
            ? value
            : holderOf({ userId: userInTrail(value), userName });
  const counts = (number: number): string =>
    counted?.complete === false ? t('audit.facets.atLeast', { number: count(number) }) : count(number);
  return (
    <details className="sower-facets" open={window.matchMedia(WIDE).matches}>
      <summary>{t('audit.facets.title')}</summary>
      <div className="sower-stack">
        {counted && (
          <p role="status">
            {counted.complete || counted.since === undefined
              ? t('audit.facets.found', { count: counted.count })
              : t('audit.facets.foundSince', {
                  entries: counts(counted.count),
                  since: exact(counted.since),
                })}
          </p>
        )}
        {AUDIT_FACETS.map((facet) => {
          const selected = chosen[facet];
          const values = counted?.facets.find(({ name }) => name === facet);
          const rows = values?.values ?? [];
          return (
            <section key={facet} aria-labelledby={`facet-${facet}`}>
              <h2 id={`facet-${facet}`} className="sower-legend">
                {t(`audit.${facet}`)}
              </h2>
              <ul className="sower-plain">
                {(selected === undefined || rows.some(({ value }) => value === selected)
                  ? rows
                  : [{ value: selected, count: 0, userName: undefined }, ...rows]
                ).map((row) => (
                  <li key={row.value}>
                    <button
                      type="button"
                      className="sower-facet"
                      aria-pressed={row.value === selected}
                      onClick={() => onChoose(facet, row.value === selected ? undefined : row.value)}
                    >
                      <span className="sower-wrap">{said(facet, row.value, row.userName)}</span>
                      <span>{counts(row.count)}</span>
                    </button>
                  </li>
                ))}
                {(values?.others ?? 0) > 0 && (
                  <li>{t('audit.facets.others', { count: values?.others ?? 0 })}</li>
                )}
              </ul>
            </section>
          );
        })}
      </div>
    </details>
  );
}
