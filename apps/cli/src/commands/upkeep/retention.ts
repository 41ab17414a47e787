/** `sower retention`: how long old rows are kept, what would be deleted now, and doing it now. */
import type { Retention } from '@sower/api/retention';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { unchanged } from '../../options.ts';
import { type Column, printable, table } from '../../terminal/output.ts';
import { t } from '../../texts.ts';

type Kind = Retention['kinds'][number];

const columns = (most: number): readonly Column<Kind>[] => [
  { title: 'field.kind', value: ({ kind }) => t(`retention.kind.${kind}`) },
  { title: 'field.days', value: ({ days }) => String(days) },
  { title: 'field.due', value: ({ due }) => (due >= most ? `${most}+` : String(due)) },
  { title: 'field.oldest', value: ({ oldest }) => oldest },
];

export function addRetentionCommands(frame: Frame, program: Command): void {
  const retention = program.command('retention').description(t('retention.summary'));
  addServerCommand(
    frame,
    retention,
    { usage: 'show', isDefault: true },
    t('retention.summary'),
    unchanged,
    async ({ api }) => {
      const shown = await api('showRetention', {});
      const [cut] = shown.cuts;
      return {
        ok: true,
        json: shown,
        text: table(columns(shown.mostCounted), shown.kinds),
        notes: [
          ...(shown.hold === '' ? [] : [t('retention.hold', { why: printable(shown.hold) })]),
          t(`retention.archive.${shown.archive}`),
          ...(cut ? [t('retention.cut', { link: cut.link, at: cut.at })] : []),
        ],
      };
    },
  );
  addServerCommand(frame, retention, 'run', t('retention.run'), unchanged, async ({ api }) => ({
    ok: true,
    json: await api('runRetention', {}),
    text: t('retention.begun'),
  }));
}
