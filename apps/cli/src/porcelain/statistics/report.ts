/** `sower report`: what auditors ask for, for people, as CSV and as a PDF. */
import { csvText } from '@sower/api/csv';
import { operationOfReport, REPORT_NAMES, REPORTS, type Report, type ReportName } from '@sower/api/reports';
import { command, group, localCommand, type OptionRow, type ServerCall } from '../../command.ts';
import { makeFile, saveFile } from '../../files.ts';
import { LIST_OPTIONS, type ListOptions, pagesOf } from '../../listing.ts';
import { wholeNumber } from '../../options.ts';
import type { Outcome } from '../../outcome.ts';
import { type Column, type LabelledColumn, printable, tabled } from '../../terminal/output.ts';
import { t } from '../../texts.ts';

type Options = { readonly days?: number };
type Query = { readonly limit?: number; readonly cursor?: string; readonly format?: 'pdf' };

/** The argument that names a report. */
export const WHICH = { text: 'report.which', choices: REPORT_NAMES } as const;
export const DAYS: OptionRow = ['--days <n>', 'report.days', { read: wholeNumber(1, 3650) }];

function read({ api, args, options }: ServerCall<Options>, query: Query): Promise<Report> {
  const report = args[0] as ReportName;
  const call = {
    params: { report },
    query: { ...query, ...(options.days === undefined ? {} : { days: options.days }) },
  };
  return api(operationOfReport(report).name, call);
}

const saveCsv = (call: ServerCall<Options>, path: string): Promise<Outcome> =>
  makeFile(path, async (append) => {
    let count = 0;
    for await (const { columns, items } of pagesOf((query) => read(call, query))) {
      if (count === 0) append(csvText([columns.map(({ label }) => label)]));
      append(csvText(items));
      count += items.length;
    }
    return { ok: true, json: { file: path, count }, text: t('report.saved', { count, file: path }) };
  });

const TITLES: readonly Column<ReportName>[] = [
  { title: 'field.name', value: (name) => name },
  { title: 'field.meaning', value: (name) => t(`report-title.${name}`) },
];

export const REPORT = group('report', [
  localCommand({
    usage: 'list',
    columns: TITLES,
    run: async () => ({
      ok: true,
      json: { items: REPORT_NAMES.map((name) => ({ report: name, ...REPORTS[name] })) },
      ...tabled(TITLES, REPORT_NAMES),
    }),
  }),
  command<Options & ListOptions>({
    usage: 'show <report>',
    arguments: [WHICH],
    options: [DAYS, ...LIST_OPTIONS],
    columns: 'answered',
    run: async (call) => {
      const { all, limit, cursor } = call.options;
      const items: string[][] = [];
      const wanted = all === true ? Number.POSITIVE_INFINITY : (limit ?? 100);
      const left = (): number => wanted - items.length;
      let head: Omit<Report, 'next'> | undefined;
      let next: string | undefined;
      for await (const page of pagesOf((query) => read(call, query), cursor, left)) {
        items.push(...page.items);
        ({ next, ...head } = page);
      }
      const json = { ...head, items };
      const columns = (head?.columns ?? []).map(
        (column, index): LabelledColumn<string[]> => ({ ...column, value: (row) => row[index] }),
      );
      return {
        ok: true,
        json: next === undefined ? json : { ...json, next },
        ...tabled(columns, items),
        notes: [
          ...(items.length === 0 ? [t('report.empty')] : []),
          ...(next === undefined ? [] : [t('output.more', { cursor: printable(next) })]),
        ],
      };
    },
  }),
  command<Options>({
    usage: 'save <report> <file>',
    arguments: [WHICH, { text: 'report.file' }],
    options: [DAYS],
    run: async (call) => {
      const path = call.args[1] as string;
      if (!/\.pdf$/i.test(path)) return saveCsv(call, path);
      return saveFile(path, async () => {
        const { document } = await read(call, { format: 'pdf' });
        return Buffer.from(document?.pdf ?? '', 'base64');
      });
    },
  }),
]);
