/**
 * Entries of a directory whose user ID someone else has, and what an administrator can choose for them. No one is overwritten: an entry
 * waits until someone has chosen.
 */
import { z } from 'zod';
import { named, strict, timeSchema, userNameSchema } from './fields.ts';
import { reasonShape } from './problems.ts';

/** Who has the user ID. */
export const conflictKinds = [
  /** A user of the internal database. */
  'internal',
  /** One who is gone from the directory that they came from. */
  'gone',
  /** One of this directory or of another. */
  'source',
  /** No one yet: another entry of this directory gets it. */
  'entry',
] as const;
export type ConflictKind = (typeof conflictKinds)[number];

export const conflictChoices = ['link', 'qualify', 'skip'] as const;
export type ConflictChoice = (typeof conflictChoices)[number];

const count = z.int().nonnegative();

export const conflictSchema = named('SourceConflict', {
  kind: z.enum(conflictKinds),
  /** What can be chosen; `link` only for a user of the internal database, or one who is gone from their directory. */
  choices: z.array(z.enum(conflictChoices)),
  /** Who has the user ID, if the caller may view them. */
  holder: z
    .object({
      userId: z.string(),
      firstName: z.string(),
      lastName: z.string(),
      email: z.string(),
      /** Name of their directory; absent for the internal database. */
      source: z.string().optional(),
    })
    .optional(),
});

export const conflictCountsSchema = z
  .object({ internal: count, gone: count, source: count, entry: count })
  .meta({ id: 'SourceConflictCounts', description: 'Conflicts for which nothing has been chosen' });

const suffix = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .refine((value) => userNameSchema.safeParse(`x${value}`).success);

export const chooseSchema = strict('ChooseForConflicts', {
  choice: z.enum([...conflictChoices, 'none']).meta({
    description:
      'link: the entry is linked to the user who has the user ID; qualify: the entry gets its user ID with the suffix; ' +
      'skip: the entry is left out; none: as if nothing had been chosen',
  }),
  /** Of findings. */
  numbers: z.array(z.int().min(1)).min(1).max(500).optional(),
  /** Instead of numbers: all conflicts of a kind for which nothing has been chosen. */
  kind: z.enum(conflictKinds).optional(),
  /** How many they are, with `kind`: if there are more or fewer by now, nothing is chosen. */
  count: count.optional(),
  /** With `qualify`. */
  suffix: suffix.optional(),
});

export const chosenSchema = named('ChosenForConflicts', {
  chosen: count,
  refused: count,
  /** The first of those for whom it could not be chosen, and why. */
  refusals: z.array(z.object({ number: z.int(), userId: z.string(), ...reasonShape, detail: z.string() })),
});

export const sourceChoiceSchema = named('SourceChoice', {
  /** The immutable key of the entry. */
  key: z.string(),
  choice: z.enum(conflictChoices),
  /** Of the entry, when it was chosen. */
  userId: z.string(),
  entry: z.string(),
  suffix: z.string().optional(),
  chosenBy: z.string(),
  chosenAt: timeSchema,
});

export type SourceConflict = z.infer<typeof conflictSchema>;
export type ConflictCounts = z.infer<typeof conflictCountsSchema>;
export type ChooseInput = z.output<typeof chooseSchema>;
export type Chosen = z.infer<typeof chosenSchema>;
export type SourceChoice = z.infer<typeof sourceChoiceSchema>;
