/** Mail, runs of identity sources and nodes: for those who may change how they are set up. */
import { type FigureRange, type HealthFigures, RUN_FIGURES } from '@sower/api/figures';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Chart, FigureCard } from './chart-card.tsx';
import { byMail, byNode, byRun } from './chart-data.ts';
import { BarTable } from './figure-cards.tsx';
import { useFigures } from './use-figures.ts';

export function HealthCards({ range }: { range: FigureRange }) {
  const t = useTexts();
  const health = useFigures('getHealthFigures', { query: { range } });
  return (
    <>
      <FigureCard title={t('reporting.mail')} query={health}>
        {(figures, title) => (
          <Chart title={title} figures={byMail(t, figures)} none={t('reporting.mailNone')} />
        )}
      </FigureCard>
      <FigureCard title={t('reporting.runs')} query={health}>
        {(figures, title) => (
          <>
            <Chart title={title} figures={byRun(t, figures)} none={t('reporting.runsNone')} />
            {figures.sources.some(({ runs }) => runs.length > 0) && <Sources figures={figures} />}
          </>
        )}
      </FigureCard>
      <FigureCard title={t('reporting.nodes')} says={t('reporting.nodesSay')} query={health}>
        {(figures, title) => (
          <>
            <Chart title={title} figures={byNode(t, figures)} none={t('reporting.nodesNone')} />
            {figures.nodes.length > 0 && <Nodes figures={figures} />}
          </>
        )}
      </FigureCard>
    </>
  );
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

function Sources({ figures }: { figures: HealthFigures }) {
  const { t, count } = useConsole();
  return (
    <BarTable
      label={t('reporting.runsBySource')}
      columns={[
        t('reporting.column.source'),
        t('reporting.column.runs'),
        ...RUN_FIGURES.map((outcome) => t(`figure-name.runs.${outcome}`)),
      ]}
      bars={figures.sources.map(({ id, name, runs }) => {
        const counts = RUN_FIGURES.map((outcome) =>
          sum(runs.find((one) => one.outcome === outcome)?.counts ?? []),
        );
        return { key: id, name, count: sum(counts), more: counts.map(count) };
      })}
    />
  );
}

function Nodes({ figures: { nodes, others } }: { figures: HealthFigures }) {
  const { t, count } = useConsole();
  const rows = [
    ...nodes.map((node) => ({ ...node, key: `node:${node.host}` })),
    ...(others.nodes === 0
      ? []
      : [{ ...others, key: 'others', host: t('reporting.others', { count: others.nodes }) }]),
  ];
  return (
    <BarTable
      label={t('reporting.minutesByNode')}
      columns={[
        t('reporting.column.node'),
        t('figure-name.nodes.seen'),
        t('figure-name.nodes.not-ready'),
        t('figure-name.nodes.clock'),
      ]}
      bars={rows.map(({ key, host, seen, notReady, clock }) => ({
        key,
        name: host,
        count: sum(seen),
        more: [count(notReady), count(clock)],
      }))}
    />
  );
}
