/** Arguments and options that several commands have, read and refused alike. */
import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { fail, type Outcome } from './outcome.ts';
import { t } from './texts.ts';

export const unchanged = (command: Command): Command => command;

export const yesOption = (command: Command): Command => command.option('--yes', 'do not ask');

/** @param what as the help says it, such as "the security domain of the user" */
export function securityDomainOption(command: Command, what: string): Command {
  return command.option('--security-domain <name>', what);
}

/** @returns what was said, by the name it has in the API */
export function securityDomainOf({ securityDomain }: { securityDomain?: string }) {
  return securityDomain === undefined ? {} : { securityDomain };
}

export function permissionOption(what: string): Option {
  return new Option('--permission <name>', `${what}; repeat it, or separate with commas`).argParser(
    (text: string, earlier: Permission[] | undefined) => [
      ...(earlier ?? []),
      ...text.split(',').map((name) => permissionName(name.trim())),
    ],
  );
}

/** Adds the table of permissions to the help of a command. */
export function permissionHelp(command: Command): Command {
  return command.addHelpText(
    'after',
    `\nPermissions:\n${PERMISSION_NAMES.map((name) => `  ${name.padEnd(19)}  ${t(`permission-name.${name}`)}`).join('\n')}`,
  );
}

export function permissionName(text: string): Permission {
  const name = PERMISSION_NAMES.find((known) => known === text);
  if (name === undefined) throw new InvalidArgumentError(`There is no permission ${text}.`);
  return name;
}

export function nothingToEdit(help: string): Outcome {
  return fail('usage', 'nothing-to-edit', 'Nothing to edit was said.', { next: `See: ${help}` });
}

export function serialNumber(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('A serial number has 12 digits.');
  return text;
}

/** Reads the command's first argument as a serial number. */
export function serialArgument(command: Command): Command {
  command.registeredArguments[0]?.argParser(serialNumber);
  return command;
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

export function calendarDate(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (
    !/^\d{4}-\d\d-\d\d$/.test(text) ||
    Number.isNaN(time) ||
    !new Date(time).toISOString().startsWith(text)
  ) {
    throw new InvalidArgumentError('Give a date as YYYY-MM-DD.');
  }
  return text;
}

export function codeExpiry(text: string): string {
  if (!/^(never|[1-9]\d{0,3}[hd])$/.test(text)) {
    throw new InvalidArgumentError('Give never, a number of hours such as 12h, or of days such as 7d.');
  }
  return text;
}
