/** Arguments and options that several commands have, read and refused alike. */
import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { type Failure, fail, type Outcome } from './outcome.ts';
import { t } from './texts.ts';

export const unchanged = (command: Command): Command => command;

export const yesOption = (command: Command): Command => command.option('--yes', t('option.yes'));

/** @param what as the help says it, such as "the security domain of the user" */
export function securityDomainOption(command: Command, what: string): Command {
  return command.option('--security-domain <name>', what);
}

/** @returns what was said, by the name it has in the API */
export function securityDomainOf({ securityDomain }: { securityDomain?: string }) {
  return securityDomain === undefined ? {} : { securityDomain };
}

/** @param edit whether to offer removing the limit: a client that is being added has none */
export function onlyGroupsOption(command: Command, edit: boolean): Command {
  command.option(
    '--only-group <dn>',
    t('option.onlyGroup'),
    (text: string, earlier: string[] | undefined) => [...(earlier ?? []), text],
  );
  return edit ? command.option('--all-groups', t('option.allGroups')) : command;
}

/** @returns what was said, by the name it has in the API */
export function onlyGroupsOf({ onlyGroup, allGroups }: { onlyGroup?: string[]; allGroups?: boolean }) {
  return allGroups ? { onlyGroups: [] } : onlyGroup === undefined ? {} : { onlyGroups: onlyGroup };
}

export function enabledOptions(command: Command, words: { enable: string; disable: string }): Command {
  return command
    .addOption(new Option('--enable', words.enable).conflicts('disable'))
    .option('--disable', words.disable);
}

/** @returns what was said, by the name it has in the API */
export function enabledOf({ enable, disable }: { enable?: boolean; disable?: boolean }) {
  return enable || disable ? { enabled: enable === true } : {};
}

export function permissionOption(what: string): Option {
  return new Option('--permission <name>', t('option.permission', { what })).argParser(
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
    `\n${t('option.permissions')}\n${PERMISSION_NAMES.map((name) => `  ${name.padEnd(19)}  ${t(`permission-name.${name}`)}`).join('\n')}`,
  );
}

export function permissionName(text: string): Permission {
  const name = PERMISSION_NAMES.find((known) => known === text);
  if (name === undefined) throw new InvalidArgumentError(t('usage.permission', { name: text }));
  return name;
}

export function nothingToEdit(help: string): Outcome {
  return fail('usage', 'nothing-to-edit', t('usage.nothingToEdit'), see(help));
}

/** @param name of the one value that was given; absent, the error says which field of several it is */
export function invalidValue(error: z.ZodError | undefined, name?: string): Failure {
  const issue = error?.issues[0];
  const fields = name ?? fieldsIn(issue);
  const problem = problemIn(issue);
  return fail(
    'usage',
    'invalid-value',
    fields === '' ? problem : t('usage.valueOf', { name: fields, problem }),
  );
}

function fieldsIn(issue: z.core.$ZodIssue | undefined): string {
  const path = issue?.path ?? [];
  if (issue?.code !== 'unrecognized_keys') return path.join('.');
  return issue.keys.map((key) => [...path, key].join('.')).join(', ');
}

function problemIn(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'too_small':
      return t('usage.atLeast', { least: Number(issue.minimum) });
    case 'too_big':
      return t('usage.atMost', { most: Number(issue.maximum) });
    case 'invalid_value':
      return t('usage.allowed', { choices: issue.values.join(', ') });
    case 'unrecognized_keys':
      return t('usage.unknownField');
    default:
      return t('usage.notAValue');
  }
}

/** What to do next, where a command shows what there is. */
export const see = (command: string) => ({ next: t('usage.see', { command }) });

export function serialNumber(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError(t('usage.serial'));
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
      throw new InvalidArgumentError(t('usage.wholeNumber', { least, most }));
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
    throw new InvalidArgumentError(t('usage.date'));
  }
  return text;
}

export function codeExpiry(text: string): string {
  if (!/^(never|[1-9]\d{0,3}[hd])$/.test(text)) {
    throw new InvalidArgumentError(t('usage.codeExpiry'));
  }
  return text;
}
