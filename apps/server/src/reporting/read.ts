/** Reads a report with the rights of the reader: a page of it, or all of it as a document. */

import type { Permission } from '@sower/api/permissions';
import {
  daysOfReport,
  MAX_REPORT_ROWS,
  operationOfReport,
  type Report,
  type ReportName,
} from '@sower/api/reports';
import { isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName, denied, scopesOf, within } from '../core/actor.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { actorText, type Cell, columnText, REPORT_DEFINITIONS, type ReportRow } from './reports.ts';

type ReportAsked = {
  readonly report: ReportName;
  readonly days: number | undefined;
  readonly limit: number;
  readonly after: string | undefined;
  readonly inWords: (words: Text) => string;
  /** It is read for this administrator: only what both may see. */
  readonly reader?: Actor | undefined;
};

type ReportRows = Omit<Report, 'items' | 'next' | 'document'> & {
  /** One more than asked for, if there is one. */
  readonly rows: readonly { readonly key: string; readonly cells: string[] }[];
};

function inCell(cell: Cell, inWords: ReportAsked['inWords']): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return cell;
  if ('code' in cell) return inWords(cell);
  const parts = cell.map((part) => inCell(part, inWords));
  // The names of some permissions have commas of their own.
  return parts.join(parts.some((part) => part.includes(',')) ? '; ' : ', ');
}

export async function readReport(
  context: Pick<ServerContext, 'db' | 'now'>,
  actor: Actor,
  asked: ReportAsked,
): Promise<Outcome<ReportRows>> {
  const { report, inWords, after } = asked;
  const { permission } = operationOfReport(report);
  const denial = denied(actor, permission) ?? (asked.reader && denied(asked.reader, permission));
  if (denial) return denial;
  const standard = daysOfReport(report);
  const days = standard === undefined ? undefined : (asked.days ?? standard);
  const { columns, rows } = REPORT_DEFINITIONS[report];
  const found: ReportRow[] = await rows(context.db, {
    ...reachOf(actor, asked.reader, permission),
    now: context.now(),
    days: days ?? 0,
    limit: asked.limit + 1,
    after,
  });
  return done({
    report,
    title: inWords(text(`report-title.${report}`)),
    days: days ?? null,
    columns: columns.map(({ name, kind }) => ({
      name,
      label: inWords(columnText(name)),
      kind: kind ?? 'text',
    })),
    rows: found.map(({ key, cells }) => ({ key, cells: cells.map((cell) => inCell(cell, inWords)) })),
  });
}

/** Paths of domains: in which both may read a report, and in which they see the names of users. Two readers with the same reach read the same. */
export function reachOf(
  actor: Actor,
  reader: Actor | undefined,
  permission: Permission,
): { readonly scopes: string[]; readonly seen: string[] } {
  const both = (wanted: Permission) => {
    const scopes = scopesOf(actor, wanted);
    return (reader === undefined ? scopes : within(scopes, scopesOf(reader, wanted))).sort();
  };
  return { scopes: both(permission), seen: both('users:view') };
}

/** All rows as a document; more than it has room for are refused before anything is drawn. */
export async function printReport(
  context: Pick<ServerContext, 'db' | 'now' | 'drawReport'>,
  actor: Actor,
  asked: ReportAsked,
): Promise<Outcome<Report>> {
  const read = await readReport(context, actor, { ...asked, limit: MAX_REPORT_ROWS });
  if (!read.ok) return read;
  const { rows, ...head } = read.value;
  const { inWords } = asked;
  if (rows.length > MAX_REPORT_ROWS)
    return refused('wrong-state', text('report.too-long', { count: MAX_REPORT_ROWS }));
  const now = isoTime(context.now());
  const pdf = await context.drawReport({
    title: head.title,
    language: inWords(text('report.language')),
    notes: [
      inWords(text('report.made', { time: writtenIn(now), actor: actorText(actorName(actor)) })),
      ...(head.days === null ? [] : [inWords(text('report.days', { days: head.days }))]),
    ],
    columns: head.columns.map(({ label }) => label),
    rows: rows.map(({ cells }) =>
      cells.map((cell, index) => (head.columns[index]?.kind === 'time' ? writtenIn(cell) : cell)),
    ),
    page: inWords(text('report.page', { page: '{page}', pages: '{pages}' })),
  });
  return done({
    ...head,
    items: [],
    document: {
      fileName: `${head.report}-${now.slice(0, 10)}.pdf`,
      pdf: Buffer.from(pdf).toString('base64'),
      cut: false,
    },
  });
}

/** A document is read by anyone, anywhere: its times are those of UTC, and say so. */
const writtenIn = (iso: string): string => iso.replace('T', ' ').replace(/:\d\d(\.\d+)?Z$/, ' UTC');
