/**
 * Fields that several resources have. Times are ISO 8601 in UTC, dates `YYYY-MM-DD`; `version` is the value for If-Match.
 */
import { prints } from '@sower/bytes/printable';
import { z } from 'zod';
import { rule } from './field-rules.ts';
import { LIMITS } from './limits.ts';
import { canonicalSerial, isSerial, typedSerialPart } from './serial.ts';
import { isUserName, preparedName } from './user-name.ts';

/** Of a serial number. */
export const serialPartSchema = z.string().min(1).max(LIMITS.serial).overwrite(typedSerialPart);

export const serialSchema = z
  .string()
  .min(1)
  .overwrite(canonicalSerial)
  .refine((serial) => serial === '' || isSerial(serial), rule('serial-number'))
  .meta({
    description:
      'Serial number: 12 decimal digits, or as the maker of the token wrote it, in upper case and with up to 64 characters',
    example: '000100000001',
  });

/** Names a user who may have been added by an earlier version, which took more characters. For a new one: {@link userNameSchema}. */
export const userIdSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a user id with a line break could forge lines elsewhere
  .regex(/^[^\u0000-\u001f\u007f]*$/, rule('control-characters'));

/** Steps in the path of an address (RFC 3986 §3.3): what is called so could be listed, and neither edited nor deleted. */
const isPathStep = (name: string): boolean => name === '.' || name === '..';

/** A user ID or the name of an administrator, given by anyone: two that look the same would be two users. */
export const userNameSchema = z
  .string()
  .trim()
  .overwrite(preparedName)
  .min(1)
  .max(128)
  // An empty one is missing, and not wrong too.
  .refine((name) => name === '' || isUserName(name), rule('user-name'))
  .refine((name) => !isPathStep(name), rule('path-step'));

/** Typed by an administrator: IDs are quoted and put into links. */
export const newUserIdSchema = userNameSchema.regex(/^[^\s&%<>]*$/, rule('user-id'));

/** A first or last name. Between letters, the joiners that Persian and Indic scripts are written with are part of it. */
export const personNameSchema = z
  .string()
  .trim()
  .max(LIMITS.name)
  .refine(
    (name) => prints(name.replace(/(?<=[\p{L}\p{M}])[\u200c\u200d](?=\p{L})/gu, '')),
    rule('control-characters'),
  );

/** Restricted as in comparable products: names end up in reports, mails, tables and logs. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.name)
  .regex(/^[^&%<>]*$/, rule('link-characters'))
  .refine(prints, rule('control-characters'));

/** Of what the path of an operation names by it. */
export const addressableNameSchema = nameSchema.refine((name) => !isPathStep(name), rule('path-step'));

/** In answers: an earlier version took more characters. */
export const storedNameSchema = z.string();

export const timeSchema = z.iso.datetime();

export const dateSchema = z.iso.date();

export const versionSchema = z.int().nonnegative();

/** A number within bounds; and what it is unless said. */
export const whole = (least: number, most: number, usual: number) =>
  z.int().min(least).max(most).default(usual);
/** Whether something is so; and whether it is unless said. */
export const flag = (usual: boolean) => z.boolean().default(usual);

/** A security domain by its ID or name; the top one by default. */
export const domainReference = z.string().trim().min(1).max(128);

export type Serial = z.infer<typeof serialSchema>;

/** Long enough for any phrase, and short enough to be hashed quickly. */
export const passwordSchema = z.string().min(1).max(1024);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** Empty: none. */
export const emailSchema = z.union([z.email().max(254), z.literal('')], rule('email'));
export const timeZoneSchema = z.string().max(64).refine(isTimeZone, 'not a time zone, such as Europe/Berlin');

/** Distinguished name of a group whose members an identity source keeps. */
export const groupNameSchema = z.string().trim().min(1).max(1024);

export const onlyGroupsSchema = z.array(groupNameSchema).max(50).meta({
  description:
    'Groups of directories, of which an identity source keeps the members: users in none of them do not exist for this client. Empty: all.',
});

/** A part of the contract that the API's description calls by a name. A caller of the version before passes over fields of a newer one. */
export const named = <S extends z.core.$ZodLooseShape>(id: string, shape: S) => z.object(shape).meta({ id });

/** One that is sent: what is not known is refused, since it would have no effect. */
export const strict = <S extends z.core.$ZodLooseShape>(id: string, shape: S) =>
  z.strictObject(shape).meta({ id });

type WithoutDefault<S> = S extends z.ZodDefault<infer Inner> | z.ZodPrefault<infer Inner> ? Inner : S;

/** Changes to some of the fields: each as it is where it is added, and none has a default. */
export const patchOf = <S extends Record<string, z.ZodType>>(id: string, shape: S) =>
  strict(
    id,
    Object.fromEntries(
      Object.entries(shape).map(([name, schema]) => [
        name,
        z.optional(
          schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? schema.unwrap() : schema,
        ),
      ]),
    ) as { [K in keyof S]: z.ZodOptional<WithoutDefault<S[K]>> },
  );

/** Of a field that is one of a few values, these; and its default, if it has one. */
export const choicesOf = (schema: z.ZodType) => {
  const { enum: choices, default: usual } = z.toJSONSchema(schema, { io: 'input' });
  return { choices: choices?.map(String), usual };
};
