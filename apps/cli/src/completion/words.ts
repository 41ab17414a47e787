/** What can be typed where on the command line: read from the commands themselves, so that nothing can be missing or out of date. */
import type { Argument, Command, Option } from 'commander';

/** What may follow an option or stand for an argument. */
export type Value = { readonly choices: readonly string[]; readonly isFile: boolean };

type OptionWords = {
  /** As typed: `--profile`, `-h`. */
  readonly names: readonly string[];
  readonly summary: string;
  /** Undefined if nothing follows. */
  readonly value: Value | undefined;
};

export type CommandWords = {
  /** Words after `sower`: `[]`, `['token', 'distribute']`. */
  readonly path: readonly string[];
  readonly command: Command;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OptionWords[];
  /** Of its first argument; the others have no choices that would be known here. */
  readonly argument: Value | undefined;
};

/** Every command, the outermost first. */
export function wordsOf(command: Command, path: readonly string[] = []): CommandWords[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const [argument] = command.registeredArguments;
  return [
    {
      path,
      command,
      commands: commands.map((each) => ({ name: each.name(), summary: each.description() })),
      options: help.visibleOptions(command).map((option) => ({
        names: [option.long, option.short].filter((name) => name !== undefined && name !== null),
        summary: option.description,
        value: option.required || option.optional ? valueIn(option, option.flags) : undefined,
      })),
      argument: argument && valueIn(argument, `<${argument.name()}>`),
    },
    ...command.commands
      .filter((each) => commands.includes(each))
      .flatMap((each) => wordsOf(each, [...path, each.name()])),
  ];
}

const valueIn = ({ argChoices }: Option | Argument, flags: string): Value => ({
  choices: argChoices ?? [],
  isFile: /<(file|dir|image|csv)>/.test(flags),
});
