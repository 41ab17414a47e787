/** `sower saved-report`: reports saved under a name, and mailed to administrators at set times. */

import type { SavedReport } from '@sower/api/saved-reports';
import { command, group, type OptionRow } from '../../command.ts';
import { act, listing, named, remove } from '../../operations.ts';
import type { Outcome } from '../../outcome.ts';
import { printable, time } from '../../terminal/output.ts';
import { t } from '../../texts.ts';
import { DAYS, WHICH } from './report.ts';

type Options = {
  readonly days?: number;
  readonly format?: 'csv' | 'pdf';
  readonly to?: string[];
  /** False: never any more. */
  readonly cron?: string | false;
  readonly timeZone?: string;
};

const FIELDS: readonly OptionRow[] = [
  DAYS,
  ['--format <format>', 'savedReport.format', { choices: ['csv', 'pdf'] }],
  ['--to <username...>', 'savedReport.to'],
  ['--cron <times>', 'savedReport.cron'],
  ['--time-zone <name>', 'savedReport.timeZone'],
];

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

const report = named('listSavedReports', 'savedReport.notFound', 'sower saved-report list');

function savedDone(saved: SavedReport): Outcome {
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

export const SAVED_REPORT = group('saved-report', [
  listing('listSavedReports', {
    emptyText: 'savedReport.list.none',
    columns: [
      'field.name',
      { title: 'field.report', value: (saved) => saved.report },
      { title: 'field.recipient', value: ({ recipients }) => recipients.join(', ') },
      { title: 'field.times', value: ({ schedule }) => schedule?.cron },
      { title: 'field.next', value: ({ nextAt }) => time(nextAt) },
      { title: 'field.by', value: ({ owner }) => owner },
      { title: 'field.last', value: ({ lastRunAt }) => time(lastRunAt) },
      { title: 'field.why', value: ({ detail }) => detail },
    ],
  }),
  command<Options>({
    usage: 'add <name> <report>',
    arguments: [{}, WHICH],
    options: FIELDS,
    run: async ({ api, args, options }) => {
      const body = inputOf({ name: args[0]!, report: args[1] as SavedReport['report'] }, options);
      return savedDone(await api('addSavedReport', { body }));
    },
  }),
  command<Options>({
    usage: 'edit <name>',
    options: [...FIELDS, ['--no-cron', 'savedReport.noCron']],
    run: async ({ api, args, options }) => {
      const looked = await report(api, args[0]!);
      if (!looked.ok) return looked;
      const { item } = looked.value;
      const params = { id: item.id };
      const body = inputOf(item, options);
      return savedDone(await api('editSavedReport', { params, ifMatch: item.version, body }));
    },
  }),
  act('mailSavedReport', {
    usage: 'mail <name>',
    of: report,
    done: ({ name }) => t('savedReport.mail.done', { name: printable(name) }),
  }),
  remove('deleteSavedReport', {
    of: report,
    confirm: ({ name }) => t('savedReport.delete.confirm', { name }),
    deleted: ({ id }) => id,
    done: (name) => t('savedReport.delete.done', { name }),
  }),
]);
