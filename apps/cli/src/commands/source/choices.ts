/** `sower source choose` and what belongs to it: what happens to entries whose user ID someone else has. */

import { type Chosen, conflictChoices, conflictKinds, type SourceChoice } from '@sower/api/source-conflicts';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { type ListOptions, list, listOptions } from '../../listing.ts';
import { unchanged, wholeNumber } from '../../options.ts';
import { fail } from '../../outcome.ts';
import { type Column, printable, table, time } from '../../terminal/output.ts';
import { confirmByName } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';
import { findSource } from './find.ts';

const CHOICES: readonly Column<SourceChoice>[] = [
  { title: 'field.key', value: ({ key }) => key },
  { title: 'field.choice', value: ({ choice }) => choice },
  { title: 'field.userId', value: ({ userId, suffix }) => `${userId}${suffix ?? ''}` },
  { title: 'field.by', value: ({ chosenBy }) => chosenBy },
  { title: 'field.at', value: ({ chosenAt }) => time(chosenAt) },
];
const REFUSALS: readonly Column<Chosen['refusals'][number]>[] = [
  { title: 'field.number', value: ({ number }) => number, align: 'right' },
  { title: 'field.userId', value: ({ userId }) => userId },
  { title: 'field.why', value: ({ detail }) => detail },
];

type Options = {
  number?: number[];
  all?: (typeof conflictKinds)[number];
  suffix?: string;
  yes?: boolean;
};

const numbered = (text: string, earlier: number[] | undefined): number[] => [
  ...(earlier ?? []),
  wholeNumber(1, 10_000_000)(text),
];

export function addSourceChoiceCommands(frame: Frame, source: Command): void {
  addServerCommand<Options>(
    frame,
    source,
    'choose <name> <run> <choice>',
    t('source.choose.summary'),
    (command) => {
      command.registeredArguments[2]?.choices([...conflictChoices, 'none']);
      return command
        .addOption(new Option('--number <n>', t('source.choose.number')).argParser(numbered))
        .addOption(new Option('--all <kind>', t('source.choose.all')).choices(conflictKinds))
        .option('--suffix <text>', t('source.choose.suffix'))
        .option('--yes', t('option.yes'));
    },
    async ({ api, args, options, terminal }) => {
      const { number: numbers, all: kind, suffix, yes } = options;
      if ((numbers === undefined) === (kind === undefined))
        return fail('usage', 'invalid-value', t('source.choose.which'));
      const found = await findSource(api, args[0]!);
      if (!found.ok) return found;
      const { id, name } = found.value;
      const params = { id, run: args[1]! };
      const choice = args[2] as (typeof conflictChoices)[number] | 'none';
      const more = suffix === undefined ? {} : { suffix };
      let which: { numbers: number[] } | { kind: NonNullable<typeof kind>; count: number };
      if (kind === undefined) which = { numbers: numbers ?? [] };
      else {
        const { conflicts } = await api('getSourceRun', { params });
        const count = conflicts?.[kind] ?? 0;
        const stop = await confirmByName(terminal, {
          name,
          consequence: t('source.choose.confirm', { count, choice: t(`source.choose.choice.${choice}`) }),
          yes,
        });
        if (stop !== undefined) return stop;
        which = { kind, count };
      }
      const chosen = await api('chooseForConflicts', { params, body: { choice, ...which, ...more } });
      return {
        ok: true,
        json: chosen,
        text: [
          t('source.choose.chosen', { count: chosen.chosen }),
          ...(chosen.refused === 0
            ? []
            : [t('source.choose.refused', { count: chosen.refused }), table(REFUSALS, chosen.refusals)]),
        ].join('\n'),
        ...(chosen.refused > 0 ? { exit: 'refused' as const } : {}),
        notes: chosen.chosen > 0 ? [t('source.choose.next')] : [],
      };
    },
  );

  addServerCommand<ListOptions>(
    frame,
    source,
    'choices <name>',
    t('source.choices.summary'),
    listOptions,
    async ({ api, args, options, terminal }) => {
      const found = await findSource(api, args[0]!);
      if (!found.ok) return found;
      const params = { id: found.value.id };
      const what = { columns: CHOICES, name: t('source.choices.name'), empty: t('source.choices.none') };
      return list(terminal, options, what, (query) => api('listSourceChoices', { params, query }));
    },
  );

  addServerCommand(
    frame,
    source,
    'forget <name> <key>',
    t('source.forget.summary'),
    unchanged,
    async ({ api, args }) => {
      const found = await findSource(api, args[0]!);
      if (!found.ok) return found;
      const key = args[1]!;
      await api('forgetSourceChoice', { params: { id: found.value.id, key } });
      return { ok: true, json: { forgotten: key }, text: t('source.forgotten', { key: printable(key) }) };
    },
  );
}
