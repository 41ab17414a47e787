/** `sower completion SHELL` and `sower manual`: what the commands are, for the shell and for man(1). */
import type { Command } from 'commander';
import { Argument } from 'commander';
import { addCommand, type Frame } from '../command.ts';
import { t } from '../texts.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { manualPage } from './manual.ts';
import { wordsOf } from './words.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;

export function addCompletionCommands(frame: Frame, program: Command): void {
  addCommand(
    frame,
    program,
    'completion',
    t('completion.summary'),
    (command) =>
      command
        .addArgument(new Argument('<shell>', t('completion.shell')).choices(Object.keys(SCRIPTS)))
        .addHelpText('after', `\n${t('completion.load')}`),
    async ({ args: [shell] }) => {
      const script = SCRIPTS[shell as Shell](wordsOf(program));
      return { ok: true, json: { script }, text: script };
    },
  );
  addCommand(
    frame,
    program,
    'manual',
    t('manual.summary'),
    (command) => command,
    async () => {
      const page = manualPage(wordsOf(program), frame.terminal.version);
      return { ok: true, json: { page }, text: page };
    },
  );
}
