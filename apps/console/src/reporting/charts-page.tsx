/** Reporting > Charts: logons, distributions, tokens, clients, mail, directories and nodes over a period, which is in the address. */
import { FIGURE_RANGE_NAMES, type FigureRange } from '@sower/api/figures';
import { useSearchParams } from 'react-router';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField, inWords } from '../ui/field.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { Chart, FigureCard } from './chart-card.tsx';
import { byOutcome, byState, byWay } from './chart-data.ts';
import { Clients, Expiry, Funnel, Reasons } from './figure-cards.tsx';
import { HealthCards } from './health-cards.tsx';
import { useFigures } from './use-figures.ts';

export function Component() {
  const { t, can } = useConsole();
  const [address, setAddress] = useSearchParams();
  const range = FIGURE_RANGE_NAMES.find((name) => name === address.get('range')) ?? 'month';
  const logOns = useFigures('getLogOnFigures', { query: { range } });
  const distributions = useFigures('getDistributionFigures', { query: { range } });
  const tokens = useFigures('getTokenFigures', { query: { range } });
  return (
    <Screen title={t('reporting.charts')} intro={t('reporting.intro')} stacked>
      <div className="pf-v6-c-form sower-filters sower-no-print">
        <ChoiceField
          label={t('reporting.range')}
          value={range}
          onChange={(next) => setAddress({ range: next }, { replace: true })}
          choices={inWords(FIGURE_RANGE_NAMES, (name) => t(`reporting.ranges.${name}`))}
        />
      </div>
      <p className="sower-print-only">{t(`reporting.ranges.${range}`)}</p>
      <StillCounting waiting={logOns.data?.waiting ?? 0} />
      <FigureCard title={t('reporting.byOutcome')} query={logOns}>
        {(figures, title) => <Chart title={title} figures={byOutcome(t, figures)} />}
      </FigureCard>
      <FigureCard title={t('reporting.byWay')} query={logOns}>
        {(figures, title) => <Chart title={title} figures={byWay(t, figures)} />}
      </FigureCard>
      <FigureCard title={t('reporting.reasons')} query={logOns}>
        {(figures) => <Reasons figures={figures} />}
      </FigureCard>
      <FigureCard title={t('reporting.funnel')} says={t('reporting.funnelSays')} query={distributions}>
        {(figures) => <Funnel figures={figures} />}
      </FigureCard>
      {can('agents:view') && <ClientsCard range={range} />}
      <FigureCard title={t('reporting.states')} query={tokens}>
        {(figures, title) => <Chart title={title} figures={byState(t, figures)} />}
      </FigureCard>
      <FigureCard title={t('reporting.expiry')} query={tokens}>
        {(figures) => <Expiry figures={figures} />}
      </FigureCard>
      {can('settings:edit') && <HealthCards range={range} />}
    </Screen>
  );
}

/** Which clients ask most: for those who may see clients. */
function ClientsCard({ range }: { range: FigureRange }) {
  const t = useTexts();
  const clients = useFigures('getClientFigures', { query: { range } });
  return (
    <FigureCard title={t('reporting.clients')} query={clients}>
      {(figures) => <Clients figures={figures} />}
    </FigureCard>
  );
}

/** What is written all the time is counted a moment later. */
const MANY = 1_000;

/** Says that figures are being added up again, and how much is left. */
function StillCounting({ waiting }: { waiting: number }) {
  const t = useTexts();
  if (waiting <= MANY) return null;
  return (
    <Alert variant="info" title={t('reporting.waiting', { count: waiting })}>
      {t('reporting.waitingSays')}
    </Alert>
  );
}
