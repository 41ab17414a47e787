/** What keeps a server running: `sower status`, `alerts`, `node`, `schedule`, `retention`, `backup`, `key` and `doctor`. */
import type { Backup } from '@sower/api/backups';
import { isTrusted } from '@sower/api/certificates';
import type { Retention } from '@sower/api/retention';
import { type Schedule, scheduleInputSchema } from '@sower/api/schedules';
import { SET_UP_STEPS } from '@sower/api/server';
import { command, group, launched, type ServerCall } from '../command.ts';
import { act, findNamed, listing } from '../operations.ts';
import { invalidValue, notFound } from '../options.ts';
import { fail, type Outcome } from '../outcome.ts';
import { type Column, fields, printable, table, tabled, time } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { t } from '../texts.ts';

/** Which server answers, whether its clock agrees with this one, and which set-up steps are done. */
export const STATUS = command({
  usage: 'status',
  run: async ({ api }) => {
    const asked = Date.now();
    const server = await api('getServer', {});
    // It answered somewhere in between.
    const here = (asked + Date.now()) / 2;
    const progress = await api('getSetupProgress', {});
    const setup = { certificate: isTrusted(await api('getCertificate', {})), ...progress };
    const seconds = Math.round((Date.parse(server.now) - here) / 1000);
    const head = fields([
      [t('field.server'), `${server.product} ${server.version}`],
      [t('field.publicUrl'), server.publicUrl],
      [t('field.ctkipUrl'), server.ctkipUrl],
      [t('field.clock'), t('status.clock', { time: server.now, seconds })],
    ]);
    const steps = table<(typeof SET_UP_STEPS)[number]>(
      [
        { title: 'field.setUp', value: (step) => t(`status.step.${step}`) },
        { title: 'field.done', value: (step) => t(setup[step] ? 'output.yes' : 'output.no') },
      ],
      SET_UP_STEPS,
    );
    return { ok: true, json: { server, setup }, text: `${head}\n\n${steps}` };
  },
});

export const ALERTS = listing('listAlerts', {
  usage: 'alerts',
  empty: 'alerts.none',
  columns: [
    { title: 'field.since', value: ({ since }) => time(since) },
    { title: 'field.name', value: ({ id }) => id },
    { title: 'field.reason', value: ({ text }) => text },
  ],
});

export const NODE = group('node', [
  listing('listNodes', {
    columns: [
      'field.host',
      { title: 'field.process', value: ({ process }) => String(process) },
      'field.version',
      { title: 'field.started', value: ({ startedAt }) => startedAt },
      { title: 'field.seen', value: ({ seenAt }) => seenAt },
      { title: 'field.clockAhead', value: ({ clockAhead }) => clockAhead.toFixed(1) },
      { title: 'field.problems', value: ({ problems }) => problems.join(' ') },
    ],
  }),
]);

export const SCHEDULE = group('schedule', [
  listing('listSchedules', {
    columns: [
      { title: 'field.name', value: ({ id }) => id },
      { title: 'field.does', value: ({ kind }) => t(`schedule-kind.${kind}`) },
      { title: 'field.times', value: ({ cron }) => cron },
      'field.timeZone',
      { title: 'field.next', value: ({ nextAt }) => nextAt },
      { title: 'field.last', value: ({ lastAt }) => lastAt },
      { title: 'field.failing', value: ({ failingSince }) => failingSince },
    ],
  }),
  command<Partial<Pick<Schedule, 'cron' | 'timeZone'>>>({
    usage: 'edit <name>',
    options: [
      ['--cron <times>', 'schedule.option.cron'],
      ['--time-zone <zone>', 'schedule.option.timeZone'],
    ],
    run: async ({ api, args, options }) => {
      const wanted = args[0]!;
      const { items } = await api('listSchedules', {});
      const found = findNamed(items, wanted, ({ id }) => [id]);
      if (found === undefined) return notFound('schedule.notFound', wanted, 'sower schedule list');
      const { id, version, cron, timeZone } = found;
      const read = scheduleInputSchema.safeParse({ cron, timeZone, ...options });
      if (!read.success) return invalidValue(read.error);
      const edited = await api('editSchedule', { params: { id }, body: read.data, ifMatch: version });
      return { ok: true, json: edited, text: t('schedule.edited', { name: id, next: edited.nextAt }) };
    },
  }),
]);

const kindsText = ({ kinds, mostCounted }: Retention): string =>
  table(
    [
      { title: 'field.kind', value: ({ kind }) => t(`retention.kind.${kind}`) },
      { title: 'field.days', value: ({ days }) => String(days) },
      { title: 'field.due', value: ({ due }) => (due >= mostCounted ? `${mostCounted}+` : String(due)) },
      'field.oldest',
    ],
    kinds,
  );

/** How long old rows are kept, what would be deleted now, and doing it now. */
export const RETENTION = group('retention', [
  act('showRetention', {
    usage: 'show',
    isDefault: true,
    done: (shown) => {
      const [cut] = shown.cuts;
      return {
        text: kindsText(shown),
        notes: [
          ...(shown.hold === '' ? [] : [t('retention.hold', { why: printable(shown.hold) })]),
          t(`retention.archive.${shown.archive}`),
          ...(cut ? [t('retention.cut', { link: cut.link, at: cut.at })] : []),
        ],
      };
    },
  }),
  act('runRetention', { usage: 'run', done: () => t('retention.begun') }),
]);

const LOOK_MILLISECONDS = 500;

async function makeBackup({ api, terminal }: ServerCall<object>): Promise<Outcome> {
  let backup = await api('makeBackup', {});
  await withProgress(terminal, { message: t('backup.making', { rows: 0 }) }, async ({ report }) => {
    while (backup.state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
      backup = await api('showBackup', { params: { id: backup.id } });
      report(t('backup.making', { rows: backup.rows }));
    }
  });
  const { state, name, rows, size = 0, detail = '' } = backup;
  if (state === 'failed') return fail('refused', 'backup-failed', printable(detail), { details: { backup } });
  return { ok: true, json: backup, text: t('backup.made', { name, rows, size }) };
}

const BACKUPS: readonly Column<Backup>[] = [
  'field.name',
  {
    title: 'field.state',
    value: ({ state, removedAt }) => t(`backup-state.${removedAt ? 'removed' : state}`),
  },
  { title: 'field.begun', value: ({ begunAt }) => begunAt },
  { title: 'field.ended', value: ({ endedAt }) => endedAt },
  { title: 'field.octets', value: ({ size }) => (size === undefined ? undefined : String(size)) },
  { title: 'field.verified', value: ({ verifiedAt }) => verifiedAt },
];

/** Verifying and restoring need no server. */
export const BACKUP = group('backup', [
  command({ usage: 'make', isDefault: true, run: makeBackup }),
  act('listBackups', {
    usage: 'list',
    columns: BACKUPS,
    done: ({ items, configured }) => ({
      ...tabled(BACKUPS, items),
      ...(items.length === 0 && { text: t('backup.none') }),
      notes: configured ? [] : [t('backup.notConfigured')],
    }),
  }),
  act('reportVerified', {
    usage: 'report <id>',
    options: [['--proof <proof>', 'backup.proof', { required: true }]],
    done: ({ name }) => t('backup.reported', { name }),
  }),
  launched('verify [file]', 'backup.launcher'),
]);
export const RESTORE = launched('restore [file]', 'backup.launcher');

export const KEY = group('key', [
  launched('rotate <which>', 'key.launcher', [
    ['--new-key <file-or-uri>', 'key.newKey'],
    ['--no-wait', 'key.noWait'],
    ['--without-approval', 'key.withoutApproval'],
  ]),
  launched('status', 'key.launcher'),
]);
export const DOCTOR = launched('doctor', 'doctor.launcher');
