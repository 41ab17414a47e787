/** `sower stand-in`: who decides requests in place of an administrator who is away. */
import type { StandIn } from '@sower/api/stand-ins';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { listed } from '../../listing.ts';
import { unchanged } from '../../options.ts';
import { fail } from '../../outcome.ts';
import { type Column, printable, time } from '../../terminal/output.ts';
import { t } from '../../texts.ts';

const DAY = 86_400_000;

const COLUMNS: readonly Column<StandIn>[] = [
  { title: 'field.id', value: (row) => row.id },
  { title: 'field.away', value: (row) => row.administrator },
  { title: 'field.standIn', value: (row) => row.standIn },
  { title: 'field.from', value: (row) => time(row.from) },
  { title: 'field.until', value: (row) => time(row.until) },
];

export function addStandInCommands(frame: Frame, program: Command): void {
  const standIn = program.command('stand-in').description(t('standIn.summary'));

  addServerCommand(frame, standIn, 'list', t('standIn.list.summary'), unchanged, async ({ api }) => {
    const { items } = await api('listStandIns', {});
    return listed(items, { columns: COLUMNS, empty: t('standIn.list.none') });
  });

  addServerCommand<{ until: string; from?: string; for?: string }>(
    frame,
    standIn,
    'add <username>',
    t('standIn.add.summary'),
    (command) =>
      command
        .requiredOption('--until <YYYY-MM-DD>', t('standIn.add.until'))
        .option('--from <YYYY-MM-DD>', t('standIn.add.from'))
        .option('--for <username>', t('standIn.add.for')),
    async ({ api, args, options }) => {
      const wrong = [options.until, options.from].find(
        (day) => day !== undefined && dayOf(day) === undefined,
      );
      if (wrong !== undefined) return fail('usage', 'invalid-date', t('standIn.notADay', { day: wrong }));
      const {
        administrator,
        standIn: name,
        ...rest
      } = await api('addStandIn', {
        body: {
          standIn: args[0]!,
          // The last day is one of them.
          until: new Date(dayOf(options.until)! + DAY).toISOString(),
          ...(options.from === undefined ? {} : { from: new Date(dayOf(options.from)!).toISOString() }),
          ...(options.for === undefined ? {} : { administrator: options.for }),
        },
      });
      const values = {
        standIn: printable(name),
        administrator: printable(administrator),
        until: time(rest.until)!,
      };
      return {
        ok: true,
        json: { administrator, standIn: name, ...rest },
        text: t('standIn.add.done', values),
      };
    },
  );

  addServerCommand(frame, standIn, 'end <id>', t('standIn.end.summary'), unchanged, async ({ api, args }) => {
    const id = args[0]!;
    await api('endStandIn', { params: { id } });
    return { ok: true, json: { ended: id }, text: t('standIn.end.done', { id: printable(id) }) };
  });
}

function dayOf(text: string): number | undefined {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
