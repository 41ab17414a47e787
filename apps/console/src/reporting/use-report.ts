/** Reads a report, by the operation that is for it. */
import { REPORT_OPERATION_OF, REPORTS, type Report, type ReportName } from '@sower/api/reports';
import { useApi } from '../api/use-api.ts';

export type ReportQuery = {
  readonly days?: number;
  readonly limit?: number;
  readonly cursor?: string;
  readonly format?: 'pdf';
};

export function useReportReader(): (report: ReportName, query: ReportQuery) => Promise<Report> {
  const api = useApi();
  return (report, query) => {
    const { name } = REPORT_OPERATION_OF[REPORTS[report].about];
    return api(name, { params: { report }, query });
  };
}
