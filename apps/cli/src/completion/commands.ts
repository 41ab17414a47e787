/** `sower completion SHELL` and `sower manual`: what the commands are, for the shell and for man(1). */
import { localCommand, type Row } from '../command.ts';
import { t } from '../texts.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { manualPage } from './manual.ts';
import { wordsOf } from './words.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;

export const COMPLETION: Row = (frame, program) =>
  localCommand({
    usage: 'completion <shell>',
    summary: 'completion.summary',
    arguments: [{ text: 'completion.shell', choices: Object.keys(SCRIPTS) }],
    help: () => t('completion.load'),
    run: async ({ args: [shell] }) => {
      const script = SCRIPTS[shell as Shell](wordsOf(program));
      return { ok: true, json: { script }, text: script };
    },
  })(frame, program);

export const MANUAL: Row = (frame, program) =>
  localCommand({
    usage: 'manual',
    summary: 'manual.summary',
    run: async ({ terminal }) => {
      const page = manualPage(wordsOf(program), terminal.version);
      return { ok: true, json: { page }, text: page };
    },
  })(frame, program);
