/** Handlers of reports, and of figures over time. */

import type { ReportName } from '@sower/api/reports';
import { showHealthFigures } from '../audit/figures/health.ts';
import {
  showClientFigures,
  showDistributionFigures,
  showLogOnFigures,
  showTokenFigures,
} from '../audit/figures/view.ts';
import type { Actor } from '../core/actor.ts';
import { done } from '../core/outcome.ts';
import { printReport, readReport } from '../reporting/read.ts';
import {
  addSavedReport,
  editSavedReport,
  hastenSavedReport,
  removeSavedReport,
  showSavedReports,
} from '../reporting/saved.ts';
import type { InWords } from '../web/language.ts';
import type { ApiContext, Handlers } from './call.ts';
import { keyOf, page } from './page.ts';

async function report(
  context: ApiContext,
  {
    actor,
    params,
    query,
    inWords,
  }: {
    readonly actor: Actor;
    readonly params: { readonly report: ReportName };
    readonly query: {
      readonly limit: number;
      readonly cursor?: string | undefined;
      readonly days?: number | undefined;
      readonly format: 'rows' | 'pdf';
    };
    readonly inWords: InWords;
  },
) {
  const asked = {
    report: params.report,
    days: query.days,
    limit: query.limit,
    after: keyOf(query.cursor),
    inWords,
  };
  if (query.format === 'pdf') return printReport(context, actor, asked);
  const read = await readReport(context, actor, asked);
  if (!read.ok) return read;
  const { rows, ...head } = read.value;
  return done({
    ...head,
    ...page(
      rows,
      query.limit,
      ({ key }) => key,
      rows.map(({ cells }) => cells),
    ),
  });
}

export const REPORT_HANDLERS = {
  getTokenReport: report,
  getUserReport: report,
  getRequestReport: report,
  getAuditReport: report,
  getAdministratorReport: report,
  listSavedReports: (context, { actor }) => showSavedReports(context, actor),
  addSavedReport: (context, { actor, body }) => addSavedReport(context, actor, body),
  editSavedReport: (context, { actor, params, version, body }) =>
    editSavedReport(context, actor, { id: params.id, version, change: body }),
  deleteSavedReport: (context, { actor, params }) => removeSavedReport(context, actor, params.id),
  mailSavedReport: (context, { actor, params }) => hastenSavedReport(context, actor, params.id),
  getLogOnFigures: (context, { actor, query }) => showLogOnFigures(context, actor, query.range),
  getDistributionFigures: (context, { actor, query }) => showDistributionFigures(context, actor, query.range),
  getTokenFigures: (context, { actor, query }) => showTokenFigures(context, actor, query.range),
  getClientFigures: (context, { actor, query }) => showClientFigures(context, actor, query.range),
  getHealthFigures: (context, { actor, query }) => showHealthFigures(context, actor, query.range),
} satisfies Partial<Handlers>;
