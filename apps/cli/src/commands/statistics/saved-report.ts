/** `sower saved-report`: reports saved under a name, and mailed to administrators at set times. */

import type { ApiClient } from '@sower/api/client';
import { REPORT_NAMES } from '@sower/api/reports';
import type { SavedReport } from '@sower/api/saved-reports';
import { Argument, type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { addDeleteCommand } from '../../delete-command.ts';
import { lookUp } from '../../lookup.ts';
import { unchanged, wholeNumber } from '../../options.ts';
import type { Outcome, Result } from '../../outcome.ts';
import { type Column, printable, table, time } from '../../terminal/output.ts';
import { t } from '../../texts.ts';

const COLUMNS: readonly Column<SavedReport>[] = [
  { title: 'field.name', value: ({ name }) => name },
  { title: 'field.report', value: ({ report }) => report },
  { title: 'field.recipient', value: ({ recipients }) => recipients.join(', ') },
  { title: 'field.times', value: ({ schedule }) => schedule?.cron },
  { title: 'field.next', value: ({ nextAt }) => time(nextAt) },
  { title: 'field.by', value: ({ owner }) => owner },
  { title: 'field.last', value: ({ lastRunAt }) => time(lastRunAt) },
  { title: 'field.why', value: ({ detail }) => detail },
];

type Options = {
  readonly days?: number;
  readonly format?: 'csv' | 'pdf';
  readonly to?: string[];
  /** False: never any more. */
  readonly cron?: string | false;
  readonly timeZone?: string;
};

const savedOptions = (command: Command): Command =>
  command
    .option('--days <n>', t('report.days'), wholeNumber(1, 3650))
    .addOption(new Option('--format <format>', t('savedReport.format')).choices(['csv', 'pdf']))
    .option('--to <username...>', t('savedReport.to'))
    .option('--cron <times>', t('savedReport.cron'))
    .option('--time-zone <name>', t('savedReport.timeZone'));

/** What is given, over what was there. */
function inputOf(
  before: Pick<SavedReport, 'name' | 'report'> & Partial<SavedReport>,
  { days = before.days, format, to, cron, timeZone }: Options,
) {
  const times = cron === false ? undefined : (cron ?? before.schedule?.cron);
  const zone = timeZone ?? before.schedule?.timeZone;
  return {
    name: before.name,
    report: before.report,
    ...(days === undefined ? {} : { days }),
    format: format ?? before.format ?? 'csv',
    recipients: to ?? before.recipients ?? [],
    ...(times === undefined
      ? {}
      : { schedule: { cron: times, ...(zone === undefined ? {} : { timeZone: zone }) } }),
  };
}

const findSaved = (api: ApiClient, nameOrId: string): Promise<Result<SavedReport>> =>
  lookUp(api('listSavedReports', {}), nameOrId, {
    notFound: (named) => t('savedReport.notFound', named),
    list: 'sower saved-report list',
  });

function told(saved: SavedReport): Outcome {
  const name = printable(saved.name);
  return {
    ok: true,
    json: saved,
    text:
      saved.nextAt === undefined
        ? t('savedReport.add.done', { name })
        : t('savedReport.add.next', { name, next: time(saved.nextAt) as string }),
  };
}

export function addSavedReportCommands(frame: Frame, program: Command): void {
  const saved = program.command('saved-report').description(t('savedReport.summary'));

  addServerCommand(frame, saved, 'list', t('savedReport.list.summary'), unchanged, async ({ api }) => {
    const reports = await api('listSavedReports', {});
    return {
      ok: true,
      json: reports,
      text: reports.items.length === 0 ? t('savedReport.list.none') : table(COLUMNS, reports.items),
    };
  });

  addServerCommand<Options>(
    frame,
    saved,
    'add <name>',
    t('savedReport.add.summary'),
    (command) =>
      savedOptions(command.addArgument(new Argument('<report>', t('report.which')).choices(REPORT_NAMES))),
    async ({ api, args, options }) => {
      const body = inputOf({ name: args[0]!, report: args[1] as SavedReport['report'] }, options);
      return told(await api('addSavedReport', { body }));
    },
  );

  addServerCommand<Options>(
    frame,
    saved,
    'edit <name>',
    t('savedReport.edit.summary'),
    (command) => savedOptions(command).option('--no-cron', t('savedReport.noCron')),
    async ({ api, args, options }) => {
      const found = await findSaved(api, args[0]!);
      if (!found.ok) return found;
      const { id, version } = found.value;
      const body = inputOf(found.value, options);
      return told(await api('editSavedReport', { params: { id }, ifMatch: version, body }));
    },
  );

  addServerCommand(
    frame,
    saved,
    'mail <name>',
    t('savedReport.mail.summary'),
    unchanged,
    async ({ api, args }) => {
      const found = await findSaved(api, args[0]!);
      if (!found.ok) return found;
      const mailed = await api('mailSavedReport', { params: { id: found.value.id } });
      return { ok: true, json: mailed, text: t('savedReport.mail.done', { name: printable(mailed.name) }) };
    },
  );

  addDeleteCommand(frame, saved, {
    summary: t('savedReport.delete.summary'),
    find: findSaved,
    confirm: (name) => t('savedReport.delete.confirm', { name }),
    remove: (api, id) => api('deleteSavedReport', { params: { id } }),
    done: (name) => t('savedReport.delete.done', { name }),
    deleted: 'id',
  });
}
