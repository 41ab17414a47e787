/** `sower source choose` and what belongs to it: what happens to entries whose user ID someone else has. */
import { type Chosen, conflictChoices, conflictKinds } from '@sower/api/source-conflicts';
import { command, YES } from '../../command.ts';
import { act, listing } from '../../operations.ts';
import { wholeNumber } from '../../options.ts';
import { fail } from '../../outcome.ts';
import { type Column, printable, table, time } from '../../terminal/output.ts';
import { confirmByName } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';
import { source } from './runs.ts';

const REFUSALS: readonly Column<Chosen['refusals'][number]>[] = [
  { title: 'field.number', value: ({ number }) => number, align: 'right' },
  'field.userId',
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

export const SOURCE_CHOICES = [
  command<Options>({
    usage: 'choose <name> <run> <choice>',
    arguments: [{}, {}, { choices: [...conflictChoices, 'none'] }],
    options: [
      ['--number <n>', 'source.choose.number', { read: numbered }],
      ['--all <kind>', 'source.choose.all', { choices: conflictKinds }],
      ['--suffix <text>', 'source.choose.suffix'],
      YES,
    ],
    run: async ({ api, args, options, terminal }) => {
      const { number: numbers, all: kind, suffix, yes } = options;
      if ((numbers === undefined) === (kind === undefined))
        return fail('usage', 'invalid-value', t('source.choose.which'));
      const found = await source(api, args[0]!);
      if (!found.ok) return found;
      const { id, name } = found.value.item;
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
  }),
  listing('listSourceChoices', {
    usage: 'choices <name>',
    of: source,
    reads: 'source.choices.name',
    empty: 'source.choices.none',
    columns: [
      'field.key',
      'field.choice',
      { title: 'field.userId', value: ({ userId, suffix }) => `${userId}${suffix ?? ''}` },
      { title: 'field.by', value: ({ chosenBy }) => chosenBy },
      { title: 'field.at', value: ({ chosenAt }) => time(chosenAt) },
    ],
  }),
  act('forgetSourceChoice', {
    usage: 'forget <name> <key>',
    of: source,
    params: ({ args: [, key] }) => ({ key: key! }),
    done: (_, { args: [, key] }) => ({
      json: { forgotten: key },
      text: t('source.forgotten', { key: printable(key!) }),
    }),
  }),
];
