/** `sower backup`: has the server make one, and lists them. Verifying and restoring need no server: the launcher does them. */
import type { Backup } from '@sower/api/backups';
import type { Command } from 'commander';
import { addServerCommand, type Frame, type ServerCall } from '../../command.ts';
import { unchanged } from '../../options.ts';
import { fail, type Outcome } from '../../outcome.ts';
import { type Column, printable, table } from '../../terminal/output.ts';
import { withProgress } from '../../terminal/progress.ts';
import { t } from '../../texts.ts';

const COLUMNS: readonly Column<Backup>[] = [
  { title: 'field.name', value: ({ name }) => name },
  {
    title: 'field.state',
    value: ({ state, removedAt }) => t(`backup.state.${removedAt ? 'removed' : state}`),
  },
  { title: 'field.begun', value: ({ begunAt }) => begunAt },
  { title: 'field.ended', value: ({ endedAt }) => endedAt },
  { title: 'field.octets', value: ({ size }) => (size === undefined ? undefined : String(size)) },
  { title: 'field.verified', value: ({ verifiedAt }) => verifiedAt },
];

const LOOK_MILLISECONDS = 500;

export function addBackupCommands(frame: Frame, program: Command): void {
  const backup = program.command('backup').description(t('backup.summary'));
  addServerCommand(frame, backup, { usage: 'make', isDefault: true }, t('backup.make'), unchanged, make);
  addServerCommand(frame, backup, 'list', t('backup.list'), unchanged, async ({ api }) => {
    const backups = await api('listBackups', {});
    return {
      ok: true,
      json: backups,
      text: backups.items.length === 0 ? t('backup.none') : table(COLUMNS, backups.items),
      notes: backups.configured ? [] : [t('backup.notConfigured')],
    };
  });
  addServerCommand<{ proof: string }>(
    frame,
    backup,
    'report <id>',
    t('backup.report'),
    (command) => command.requiredOption('--proof <proof>', t('backup.proof')),
    async ({ api, args, options: { proof } }) => {
      const reported = await api('reportVerified', { params: { id: args[0]! }, body: { proof } });
      return { ok: true, json: reported, text: t('backup.reported', { name: reported.name }) };
    },
  );
  addLaunched(backup, 'verify', t('backup.verify'));
  addLaunched(program, 'restore', t('backup.restore'));
}

/** For the help only. */
function addLaunched(parent: Command, name: string, summary: string): void {
  parent
    .command(`${name} [file]`)
    .description(summary)
    .action((_, __, command: Command) => {
      command.error(t('backup.launcher'));
    });
}

async function make({ api, terminal }: ServerCall<object>): Promise<Outcome> {
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
