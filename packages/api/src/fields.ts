/**
 * Fields that several resources have. Times are ISO 8601 in UTC, dates `YYYY-MM-DD`, serial numbers 12 digits; `version` is the value for
 * If-Match.
 */
import { z } from 'zod';
import { rule } from './field-rules.ts';

export const serialSchema = z
  .string()
  .regex(/^\d{12}$/, rule('serial-number'))
  .meta({ description: 'Serial number, 12 decimal digits', example: '000100000001' });

export const userIdSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a user id with a line break could forge lines elsewhere
  .regex(/^[^\u0000-\u001f\u007f]*$/, rule('control-characters'));

/** Of a user who is added here: IDs are typed, quoted and put into links. A directory's own are taken as they are. */
export const newUserIdSchema = userIdSchema.regex(/^[^\s&%<>]*$/, rule('user-id'));

/** Restricted as in comparable products: names end up in reports and mails. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names are printed in tables and logs
  .regex(/^[^&%<>\u0000-\u001f\u007f]*$/, rule('link-characters'));

export const timeSchema = z.iso.datetime();

export const dateSchema = z.iso.date();

export const versionSchema = z.int().nonnegative();

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
