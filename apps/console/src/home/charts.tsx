/** The last thirty days on Home: logons, and how far distributions come. */
import { Chart } from '../reporting/chart-card.tsx';
import { byOutcome } from '../reporting/chart-data.ts';
import { Funnel } from '../reporting/figure-cards.tsx';
import { useDistributionFigures, useLogOnFigures } from '../reporting/use-figures.ts';
import { useTexts } from '../texts/use-texts.ts';
import { LinkButton } from '../ui/link-button.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { TitledCard } from '../ui/titled-card.tsx';

export function HomeCharts() {
  const t = useTexts();
  const logOns = useLogOnFigures('month');
  const distributions = useDistributionFigures('month');
  return (
    <div className="sower-columns sower-tiles">
      <TitledCard
        title={t('home.logOns')}
        actions={
          <LinkButton to="/reporting" variant="link">
            {t('reporting.all')}
          </LinkButton>
        }
      >
        <Loaded query={logOns} lines={4}>
          {(figures) => <Chart title={t('home.logOns')} figures={byOutcome(t, figures)} height={170} />}
        </Loaded>
      </TitledCard>
      <TitledCard title={t('home.funnel')}>
        <Loaded query={distributions} lines={4}>
          {(figures) => <Funnel figures={figures} isShort />}
        </Loaded>
      </TitledCard>
    </div>
  );
}
