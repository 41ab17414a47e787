/** `sower completion SHELL` and `sower manual`: what the commands are, for the shell and for man(1). */

import type { Command } from 'commander';
import { localCommand, type Row } from '../command.ts';
import { EXIT_CODES, type Exit } from '../outcome.ts';
import { t } from '../texts.ts';
import { bashScript, fishScript, zshScript } from './scripts.ts';
import { type CommandWords, wordsOf } from './words.ts';

/** The manual page sower(1), in the macros of man(7), made from the commands and their summaries. */
function manualPage(all: readonly CommandWords[], version: string): string {
  const sections = all
    .filter(({ path }) => path.length > 0)
    .flatMap(({ path, command, options }) => [
      `.SS ${escaped(['sower', ...path].join(' '))}`,
      escaped(command.description()),
      '.PP',
      `.B ${escaped(usageOf(command))}`,
      ...options.flatMap(({ names, summary }) => [
        '.TP',
        `.B ${escaped(names.join(', '))}`,
        escaped(summary),
      ]),
    ]);
  const exits = Object.entries(EXIT_CODES).flatMap(([name, code]) => [
    '.TP',
    `.B ${code}`,
    escaped(t(`exit.${name as Exit}`)),
  ]);
  return [
    `.TH SOWER 1 "" ${escaped(`"sower ${version}"`)}`,
    `.SH ${escaped(t('manual.name'))}`,
    `sower \\- ${escaped(t('program.summary'))}`,
    `.SH ${escaped(t('manual.synopsis'))}`,
    '.B sower',
    escaped('[options] [command]'),
    `.SH ${escaped(t('manual.commands'))}`,
    ...sections,
    `.SH ${escaped(t('manual.server'))}`,
    escaped(t('program.finding')),
    `.SH ${escaped(t('manual.exits'))}`,
    ...exits,
  ].join('\n');
}

function usageOf(command: Command): string {
  const path = command.parent === null ? [] : [usagePath(command.parent)];
  return [...path, command.name(), command.usage()].join(' ');
}

const usagePath = (command: Command): string =>
  command.parent === null ? command.name() : `${usagePath(command.parent)} ${command.name()}`;

/** A hyphen that can be copied, and nothing that begins a line as a request to the formatter. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;

export const COMPLETION: Row = (frame, program) =>
  localCommand({
    usage: 'completion <shell>',
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
    run: async ({ terminal }) => {
      const page = manualPage(wordsOf(program), terminal.version());
      return { ok: true, json: { page }, text: page };
    },
  })(frame, program);
