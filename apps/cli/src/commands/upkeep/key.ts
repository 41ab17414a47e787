/** `sower key` and `sower doctor`, listed for the help only: they work with the master key and the database, and the launcher hands them to the server's code. */
import type { Command } from 'commander';
import { t } from '../../texts.ts';

export function addKeyCommands(program: Command): void {
  const key = program.command('key').description(t('key.summary'));
  const launched = (_: unknown, command: Command): void => command.error(t('key.launcher'));
  key
    .command('rotate')
    .argument('<which>')
    .description(t('key.rotate'))
    .option('--new-key <file-or-uri>', t('key.newKey'))
    .option('--no-wait', t('key.noWait'))
    .option('--without-approval', t('key.withoutApproval'))
    .action((_, __, command: Command) => launched(_, command));
  key.command('status').description(t('key.status')).action(launched);
  program
    .command('doctor')
    .description(t('doctor.summary'))
    .action((_, command: Command) => {
      command.error(t('doctor.launcher'));
    });
}
