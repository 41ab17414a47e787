/**
 * Messages about wrong usage, in the words of the catalogue. Commander has its own, in English, in methods that these replace; the test of
 * the pseudo-locale ensures that none of Commander's words remains.
 */
import { Argument, Command, type Help, InvalidArgumentError, type Option } from 'commander';
import { type PlainKey, t } from './texts.ts';

export class LocalizedCommand extends Command {
  override createCommand(name?: string): Command {
    return new LocalizedCommand(name);
  }

  missingArgument(name: string): never {
    return this.mistake('missingArgument', t('usage.missingArgument', { name }));
  }

  optionMissingArgument(option: Option): never {
    return this.mistake('optionMissingArgument', t('usage.missingOptionArgument', { option: option.flags }));
  }

  missingMandatoryOptionValue(option: Option): never {
    return this.mistake('missingMandatoryOptionValue', t('usage.missingOption', { option: option.flags }));
  }

  _conflictingOption(option: Option, other: Option): never {
    return this.mistake(
      'conflictingOption',
      t('usage.conflict', { option: option.flags, other: other.flags }),
    );
  }

  unknownOption(option: string): never {
    const known = this.createHelp().visibleOptions(this);
    const similar = similarTo(
      option,
      known.flatMap(({ long }) => long ?? []),
    );
    return this.mistake('unknownOption', t('usage.unknownOption', { option }) + similar);
  }

  unknownCommand(): never {
    const [command = ''] = this.args;
    const known = this.createHelp().visibleCommands(this);
    const similar = similarTo(
      command,
      known.map((each) => each.name()),
    );
    return this.mistake('unknownCommand', t('usage.unknownCommand', { command }) + similar);
  }

  _excessArguments(received: readonly string[]): never {
    const count = this.registeredArguments.length;
    const given = received.join(', ');
    return this.mistake('excessArguments', t('usage.tooMany', { count, received: received.length, given }));
  }

  _callParseArg(target: Option | Argument, value: string, previous: unknown): unknown {
    const invalid = (why: string): never =>
      this.mistake(
        'invalidArgument',
        target instanceof Argument
          ? t('usage.invalidArgument', { name: target.name(), value, why })
          : t('usage.invalidOption', { option: target.flags, value, why }),
      );
    const { argChoices, parseArg } = target as { argChoices?: string[]; parseArg?: Parse };
    if (argChoices?.includes(value) === false) {
      return invalid(t('usage.allowed', { choices: argChoices.join(', ') }));
    }
    try {
      return parseArg === undefined ? value : parseArg.call(target, value, previous);
    } catch (error) {
      if (error instanceof InvalidArgumentError) return invalid(error.message);
      throw error;
    }
  }

  private mistake(code: string, mistake: string): never {
    return this.error(t('usage.error', { mistake }), { code: `commander.${code}` });
  }
}

type Parse = (value: string, previous: unknown) => unknown;

const TITLES: Readonly<Record<string, PlainKey>> = {
  'Usage:': 'usage.usage',
  'Arguments:': 'usage.arguments',
  'Options:': 'usage.options',
  'Commands:': 'usage.commands',
};

/** What `configureHelp` takes. */
export const localizedHelp: Partial<Help> = {
  styleTitle: (title) => (title in TITLES ? t(TITLES[title] as PlainKey) : title),
  optionDescription: (option) => described(option.description, option.argChoices, option.defaultValue),
  argumentDescription: (argument) =>
    described(argument.description, argument.argChoices, argument.defaultValue),
};

function described(description: string, choices: readonly string[] | undefined, value: unknown): string {
  const more = [
    ...(choices === undefined ? [] : [t('usage.choices', { choices: choices.join(', ') })]),
    ...(value === undefined ? [] : [t('usage.default', { value: String(value) })]),
  ];
  return [description, ...(more.length === 0 ? [] : [`(${more.join(', ')})`])]
    .filter((part) => part !== '')
    .join(' ');
}

/** On a line of its own: what may have been meant by a mistyped word. */
function similarTo(word: string, known: readonly string[]): string {
  const near = known.filter((each) => distance(word, each) <= Math.min(3, each.length * 0.4));
  return near.length === 0 ? '' : `\n${t('usage.similar', { similar: near.join(', ') })}`;
}

/** Levenshtein's. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (const [column, against] of [...other].entries()) {
      const replaced = row[column]! + (letter === against ? 0 : 1);
      next.push(Math.min(replaced, row[column + 1]! + 1, next[column]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
