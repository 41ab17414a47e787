/** Arguments and options that several commands have, read and refused alike. */
import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import { isSerial, typedSerial } from '@sower/api/serial';
import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import type { OptionRow } from './command.ts';
import { fileText } from './files.ts';
import { type Failure, fail, type Outcome, type Result, success } from './outcome.ts';
import { printable } from './terminal/output.ts';
import { type CliMessage, type PlainKey, t } from './texts.ts';

export const ONLY_GROUP: OptionRow = [
  '--only-group <dn>',
  'option.onlyGroup',
  { to: 'onlyGroups', read: (text, earlier = []) => [...earlier, text] },
];
/** Of what may have a limit already. */
export const ALL_GROUPS: OptionRow = ['--all-groups', 'option.allGroups', { to: 'onlyGroups', is: [] }];

/** @param texts what it means to enable it, and to disable it */
export const enabling = (...[enable, disable]: readonly [PlainKey, PlainKey]): readonly OptionRow[] => [
  ['--enable', enable, { conflicts: 'disable', to: 'enabled', is: true }],
  ['--disable', disable, { to: 'enabled', is: false }],
];

export const permissionOption = (what: PlainKey, more: OptionRow[2] = {}): OptionRow => [
  '--permission <name>',
  () => t('option.permission', { what: t(what) }),
  {
    to: 'permissions',
    read: (text, earlier = []) => [...earlier, ...text.split(',').map((name) => permissionName(name.trim()))],
    ...more,
  },
];

/** The table of permissions, for the help of a command. */
export const permissionHelp = (): string =>
  `${t('option.permissions')}\n${PERMISSION_NAMES.map((name) => `  ${name.padEnd(19)}  ${t(`permission-name.${name}`)}`).join('\n')}`;

export function permissionName(text: string): Permission {
  const name = PERMISSION_NAMES.find((known) => known === text);
  if (name === undefined) throw new InvalidArgumentError(t('usage.permission', { name: text }));
  return name;
}

/** The key of a text that says that nothing has this name. */
type KeyOf<Code extends string> = Extract<
  CliMessage,
  { readonly code: Code; readonly values: { readonly name: unknown } }
>['code'];
export type NotFoundKey = KeyOf<`${string}.notFound`>;
type UnknownKey = KeyOf<`${string}.unknown`>;

/** @param command the one that lists what there is */
export const notFound = (key: NotFoundKey, name: string, command: string): Failure =>
  fail('refused', 'not-found', t(key, { name: printable(name) }), see(command));

/** @param path of the command, whose help has what can be edited */
export function nothingToEdit({ path }: { readonly path: string }): Outcome {
  return fail('usage', 'nothing-to-edit', t('usage.nothingToEdit'), see(`${path} --help`));
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

type Shape = Readonly<Record<string, z.ZodType>>;
/** Of a name that was typed; undefined for those that every object has, such as `constructor`. */
export const schemaOf = (shape: Shape, name: string): z.ZodType | undefined =>
  Object.hasOwn(shape, name) ? shape[name] : undefined;

/** As it is typed: a number, a boolean or a list as such, or the text itself; its schema decides what fits. */
export function valueIn(schema: z.ZodType, name: string, text: string): Result<unknown> {
  const read = [
    /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text === 'true' ? true : text === 'false' ? false : text,
    // A host name may look like a number.
    text,
    text.split(/[\s,;]+/).filter(Boolean),
  ].map((value) => schema.safeParse(value));
  const fits = read.find(({ success: fit }) => fit);
  if (fits) return success(fits.data);
  const near = read.find(({ error }) => error?.issues[0]?.code !== 'invalid_type');
  return invalidValue((near ?? read[0])?.error, name);
}

/**
 * The value that a setting gets.
 * @param file the setting whose value is many lines, such as a certificate: its file is named
 */
export function settingIn(
  shape: Shape,
  [name = '', text = '']: readonly string[],
  { file, unknown, list }: { file?: string; unknown: UnknownKey; list: string },
): Result<unknown> {
  const schema = schemaOf(shape, name);
  if (schema === undefined) return fail('usage', 'unknown-setting', t(unknown, { name }), see(list));
  const read = name === file && text !== '' ? fileText(text, 'unreadable') : success(text);
  return read.ok ? valueIn(schema, name, read.value) : read;
}

/** What to do next, where a command shows what there is. */
export const see = (command: string) => ({ next: t('usage.see', { command }) });

export function serialNumber(text: string): string {
  const serial = typedSerial(text);
  if (!isSerial(serial)) throw new InvalidArgumentError(t('usage.serial'));
  return serial;
}

/** Of a command whose first argument is a serial number. */
export const SERIAL = [{ read: serialNumber }] as const;

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(t('usage.wholeNumber', { least, most }));
    }
    return value;
  };
}

function isCalendarDate(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

export function calendarDate(text: string): string {
  if (!isCalendarDate(text)) throw new InvalidArgumentError(t('usage.date'));
  return text;
}

/** How activation codes for many are generated; digits is the default, as for one. */
export const CODE: OptionRow = [
  '--code <kind>',
  'option.code',
  {
    choices: ['digits', 'long'],
    to: 'activationCode',
    as: (kind) => (kind === 'long' ? { kind } : undefined),
  },
];

/** By the clock and the time zone of this host. */
function localTime(text: string): string {
  const time = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  // The 30th of February would be read as the 2nd of March.
  if (Number.isNaN(time) || !isCalendarDate(text.slice(0, 10)))
    throw new InvalidArgumentError(t('usage.time'));
  return new Date(time).toISOString();
}
/** When a job begins. */
export const AT: OptionRow = ['--at <time>', 'option.at', { read: localTime }];

export function codeExpiry(text: string): string {
  if (!/^(never|[1-9]\d{0,3}[hd])$/.test(text)) {
    throw new InvalidArgumentError(t('usage.codeExpiry'));
  }
  return text;
}

/** @returns when it begins, in UTC; undefined if it is no day */
export function dayOf(text: string): number | undefined {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
