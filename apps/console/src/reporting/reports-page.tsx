/** Reporting > Reports: those that the administrator may read. */
import { operationOfReport, REPORT_NAMES } from '@sower/api/reports';
import { useConsole } from '../session/use-console.ts';
import { Link } from '../ui/link.tsx';
import { Screen } from '../ui/screen.tsx';
import { TitledCard } from '../ui/titled-card.tsx';

export function Component() {
  const { t, can } = useConsole();
  const readable = REPORT_NAMES.filter((name) => can(operationOfReport(name).permission));
  return (
    <Screen title={t('reporting.reports')} intro={t('reporting.reportsIntro')}>
      <div className="sower-columns sower-tiles">
        {readable.map((name) => (
          <TitledCard
            key={name}
            title={<Link to={`/reporting/reports/${name}`}>{t(`report-title.${name}`)}</Link>}
          >
            {t(`reportSays.${name}`)}
          </TitledCard>
        ))}
      </div>
    </Screen>
  );
}
