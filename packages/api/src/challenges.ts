/** The question to a user after a right passcode that is not enough. */
import { z } from 'zod';
import { timeSchema } from './fields.ts';

const pinRulesSchema = z.object({ minLength: z.int(), maxLength: z.int(), alphanumeric: z.boolean() });
const challengeSchema = z
  .discriminatedUnion('kind', [
    /** Wait for the display to change and enter the tokencode alone. */
    z.object({ kind: z.literal('next-tokencode') }),
    /** `refused`: what was wrong with the last PIN. */
    z.object({ kind: z.literal('new-pin'), rules: pinRulesSchema, refused: z.string().optional() }),
    /** A PIN of the user's own, or an empty answer to have one generated. */
    z.object({
      kind: z.literal('new-pin-or-system'),
      rules: pinRulesSchema,
      refused: z.string().optional(),
    }),
    /** The PIN generated for the user, shown only now; the answer `y` accepts it. */
    z.object({ kind: z.literal('system-pin'), pin: z.string() }),
    z.object({ kind: z.literal('passcode-with-new-pin') }),
  ])
  .meta({ id: 'Challenge' });
export type Challenge = z.infer<typeof challengeSchema>;

export const challengeIdSchema = z.string().min(1).max(64);

/** A challenge waiting for its one answer. */
export const openChallengeSchema = z.object({
  /** Names it in the answer. */
  id: z.string(),
  challenge: challengeSchema,
  prompt: z.string().meta({
    description: 'What the user is to read, in the language of Accept-Language: a sentence or two.',
  }),
  expiresAt: timeSchema,
});
export type OpenChallenge = z.infer<typeof openChallengeSchema>;
