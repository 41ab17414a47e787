/** Figures by name: why logons were refused, how far distributions come, when tokens expire, which clients ask most. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ClientFigures, DistributionFigures, LogOnFigures, TokenFigures } from '@sower/api/figures';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { useTimes } from '../ui/times.ts';
import { useFigureTimes } from './chart-data.ts';

export function Reasons({ figures }: { figures: LogOnFigures }) {
  const t = useTexts();
  if (figures.reasons.length === 0) return <p>{t('reporting.none')}</p>;
  return (
    <BarTable
      label={t('reporting.reasons')}
      columns={[t('reporting.column.reason'), t('reporting.column.count')]}
      bars={figures.reasons.map(({ reason, count }) => ({
        key: reason,
        name: t(`figure-name.reasons.${reason}`),
        count,
      }))}
    />
  );
}

/** @param isShort without shares and times, for a narrow column */
export function Funnel({ figures, isShort = false }: { figures: DistributionFigures; isShort?: boolean }) {
  const { t, count, percent } = useConsole();
  const span = useSpan();
  const { stages, medianSeconds } = figures;
  const issued = stages[0]?.count ?? 0;
  if (issued === 0) return <p>{t('reporting.none')}</p>;
  return (
    <>
      <BarTable
        label={t('reporting.funnel')}
        columns={[
          t('reporting.column.stage'),
          t('reporting.column.count'),
          ...(isShort
            ? [t('reporting.column.stopped')]
            : [t('reporting.column.share'), t('reporting.column.stopped'), t('reporting.column.median')]),
        ]}
        bars={stages.map((one, index) => {
          const next = stages[index + 1];
          const stopped = next ? count(Math.max(0, one.count - next.count)) : t('reporting.noFigure');
          const median = span(index === 0 ? null : one.medianSeconds);
          return {
            key: one.stage,
            name: t(`figure-name.stages.${one.stage}`),
            count: one.count,
            more: isShort ? [stopped] : [percent(one.count / issued), stopped, median],
          };
        })}
      />
      {medianSeconds !== null && <p>{t('reporting.whole', { time: span(medianSeconds) })}</p>}
    </>
  );
}

/** Beyond, months are added up. */
const MONTHS = 18;

export function Expiry({ figures }: { figures: TokenFigures }) {
  const { t, count, time } = useConsole();
  const { month: monthName } = useFigureTimes('day');
  const { expiry, expiryAt } = figures;
  if (expiry.length === 0) return <p>{t('reporting.none')}</p>;
  const later = expiry.slice(MONTHS).reduce((sum, one) => sum + one.count, 0);
  return (
    <>
      <BarTable
        label={t('reporting.expiry')}
        columns={[t('reporting.column.month'), t('reporting.column.count')]}
        bars={expiry
          .slice(0, MONTHS)
          .map(({ month, count: number }) => ({ key: month, name: monthName(month), count: number }))}
      />
      <p>
        {later > 0 && <>{t('reporting.past', { number: count(later) })} </>}
        {expiryAt !== null && t('reporting.countedAt', { time: time(expiryAt) })}
      </p>
    </>
  );
}

export function Clients({ figures }: { figures: ClientFigures }) {
  const { t, count } = useConsole();
  const { clients, others } = figures;
  if (clients.length === 0) return <p>{t('reporting.none')}</p>;
  const rows = [
    ...clients.map((one) => ({
      ...one,
      key: `${one.way}:${one.name}`,
      way: t(`figure-name.ways.${one.way}`),
    })),
    ...(others.clients === 0
      ? []
      : [{ ...others, key: 'others', name: t('reporting.others', { count: others.clients }), way: '' }]),
  ];
  return (
    <BarTable
      label={t('reporting.clients')}
      columns={[
        t('reporting.column.client'),
        t('reporting.column.total'),
        t('reporting.column.way'),
        t('figure-name.outcomes.accepted'),
        t('figure-name.outcomes.refused'),
        t('figure-name.outcomes.asked'),
      ]}
      bars={rows.map(({ key, name, way, accepted, refused, asked }) => ({
        key,
        name,
        count: accepted + refused + asked,
        more: [way, count(accepted), count(refused), count(asked)],
      }))}
    />
  );
}

const UNITS = [
  ['days', 86_400, 2],
  ['hours', 3_600, 2],
  ['minutes', 60, 1],
] as const;

/** How long something took, in the largest unit that it fills. */
function useSpan(): (seconds: number | null) => string {
  const t = useTexts();
  return (seconds) => {
    if (seconds === null) return t('reporting.noFigure');
    const unit = UNITS.find(([, length, least]) => seconds >= length * least);
    return unit
      ? t(`reporting.span.${unit[0]}`, { count: Math.round(seconds / unit[1]) })
      : t('reporting.span.seconds', { count: seconds });
  };
}

/** Numbers by name, each with a bar: a chart and its table in one. */
type Bar = {
  readonly key: string;
  readonly name: string;
  readonly count: number;
  /** Cells after the bar. */
  readonly more?: readonly string[];
};

export function BarTable({
  label,
  columns: [name, number, ...more],
  bars,
}: {
  label: string;
  columns: readonly [name: string, number: string, ...more: string[]];
  bars: readonly Bar[];
}) {
  const { count } = useTimes();
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  return (
    <Table aria-label={label} variant="compact" gridBreakPoint={more.length === 0 ? '' : 'grid-md'}>
      <Thead>
        <Tr>
          <Th width={30}>{name}</Th>
          <Th>{number}</Th>
          {more.map((title) => (
            <Th key={title}>{title}</Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {bars.map((bar) => (
          <Tr key={bar.key}>
            <Td dataLabel={name} className="sower-bar-name">
              {bar.name}
            </Td>
            <Td dataLabel={number}>
              <span className="sower-bar-cell">
                <span className="sower-bar-number">{count(bar.count)}</span>
                <span aria-hidden="true" className="sower-bar-room">
                  <span className="sower-bar" style={{ inlineSize: `${(bar.count / most) * 100}%` }} />
                </span>
              </span>
            </Td>
            {more.map((title, index) => (
              <Td key={title} dataLabel={title}>
                {bar.more?.[index] ?? ''}
              </Td>
            ))}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
