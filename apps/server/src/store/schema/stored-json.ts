/**
 * JSON in columns. It may have been written by an earlier version, by a later one that runs beside this one during an upgrade, or by a hand
 * in the database, so it is never taken for what this version writes: a schema reads it.
 */
import type { Text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { Schema } from './schema.ts';

type Column = { [T in keyof Schema]: `${T}.${keyof Schema[T] & string}` }[keyof Schema];

/**
 * A reader for one column. Schemas say what a value is made of, not what may be entered today: rules become stricter, and rows stay. Fields
 * that this version does not know are ignored, also where a schema of the API refuses them.
 * @param at named in the error; `sealed …` for what is sealed and handed out, and in no table
 * @param before what rows say that were written before the field existed
 * @returns a function that throws if the value does not fit. The error says where and which field, never what is stored: it may be a secret
 */
export function storedJson<T>(
  at: Column | `sealed ${string}`,
  schema: z.ZodType<T>,
  before?: Readonly<Record<string, unknown>>,
): (text: string) => T {
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
      if (before && isFields(value)) value = { ...before, ...value };
    } catch {
      // The engine's own error quotes the text.
      throw new Error(`${at}: a stored value is not JSON`);
    }
    const read = schema.safeParse(value);
    if (read.success) return read.data;
    const again = withoutUnknown(value, read.error.issues) ? schema.safeParse(value) : read;
    if (again.success) return again.data;
    const why = again.error.issues.map(({ path, code }) => `${path.join('.') || 'the value'} (${code})`);
    throw new Error(`${at}: a stored value is not what this version reads: ${why.join(', ')}`);
  };
}

/** Takes out the fields that the issues are about. @returns false if they are about anything else */
function withoutUnknown(value: unknown, issues: readonly z.core.$ZodIssue[]): boolean {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') return false;
    const inner = issue.path.reduce<unknown>(
      (part, name) => (isFields(part) ? part[String(name)] : undefined),
      value,
    );
    if (!isFields(inner)) return false;
    for (const key of issue.keys) delete inner[key];
  }
  return true;
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** A text of the catalogue within a stored value: `readText` is for those that are a value of their own. */
export const storedText: z.ZodType<Text> = z.custom<Text>(
  (value) => isFields(value) && typeof value.code === 'string',
);
