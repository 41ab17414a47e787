/** `sower schedule`: what the server does at set times. */
import { type Schedule, scheduleInputSchema } from '@sower/api/schedules';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { findNamed } from '../../lookup.ts';
import { invalidValue, see, unchanged } from '../../options.ts';
import { fail } from '../../outcome.ts';
import { type Column, printable, table } from '../../terminal/output.ts';
import { t } from '../../texts.ts';

const COLUMNS: readonly Column<Schedule>[] = [
  { title: 'field.name', value: ({ id }) => id },
  { title: 'field.does', value: ({ kind }) => t(`schedule.kind.${kind}`) },
  { title: 'field.times', value: ({ cron }) => cron },
  { title: 'field.timeZone', value: ({ timeZone }) => timeZone },
  { title: 'field.next', value: ({ nextAt }) => nextAt },
  { title: 'field.last', value: ({ lastAt }) => lastAt },
];

export function addScheduleCommands(frame: Frame, program: Command): void {
  const schedule = program.command('schedule').description(t('schedule.summary'));

  addServerCommand(frame, schedule, 'list', t('schedule.list'), unchanged, async ({ api }) => {
    const schedules = await api('listSchedules', {});
    return { ok: true, json: schedules, text: table(COLUMNS, schedules.items) };
  });

  addServerCommand<{ cron?: string; timeZone?: string }>(
    frame,
    schedule,
    'edit <name>',
    t('schedule.edit'),
    (command) =>
      command
        .option('--cron <times>', t('schedule.option.cron'))
        .option('--time-zone <zone>', t('schedule.option.timeZone')),
    async ({ api, args, options }) => {
      const name = args[0]!;
      const { items } = await api('listSchedules', {});
      const found = findNamed(items, name, ({ id }) => [id]);
      if (found === undefined)
        return fail(
          'refused',
          'not-found',
          t('schedule.notFound', { name: printable(name) }),
          see('sower schedule list'),
        );
      const { id, version } = found;
      const read = scheduleInputSchema.safeParse({
        cron: options.cron ?? found.cron,
        timeZone: options.timeZone ?? found.timeZone,
      });
      if (!read.success) return invalidValue(read.error);
      const edited = await api('editSchedule', { params: { id }, body: read.data, ifMatch: version });
      return { ok: true, json: edited, text: t('schedule.edited', { name: id, next: edited.nextAt }) };
    },
  );
}
