/** Reporting > Reports: those that the administrator may read. */
import { Card, CardBody, CardTitle } from '@patternfly/react-core';
import { REPORT_NAMES, REPORT_OPERATION_OF, REPORTS } from '@sower/api/reports';
import { Link } from 'react-router';
import { useConsole } from '../session/use-console.ts';
import { Screen } from '../ui/screen.tsx';

export function Component() {
  const { t, can } = useConsole();
  const readable = REPORT_NAMES.filter((name) => can(REPORT_OPERATION_OF[REPORTS[name].about].permission));
  return (
    <Screen title={t('reporting.reports')} intro={t('reporting.reportsIntro')}>
      <div className="sower-columns sower-tiles">
        {readable.map((name) => (
          <Card key={name} component="section">
            <CardTitle component="h2">
              <Link to={`/reporting/reports/${name}`}>{t(`report-title.${name}`)}</Link>
            </CardTitle>
            <CardBody>{t(`reportSays.${name}`)}</CardBody>
          </Card>
        ))}
      </div>
    </Screen>
  );
}
