/** Authentications: whether a passcode is right, and the challenges on the way. */
import { z } from 'zod';
import { openChallengeSchema } from './challenges.ts';
import { strict } from './fields.ts';
import { post, remove } from './operation.ts';

const authenticationInputSchema = strict('AuthenticationRequest', {
  userId: z.string().min(1).max(128),
  passcode: z.string().min(1).max(64),
});

const acceptedMeans = ['passcode', 'emergency-tokencode'] as const;

const authenticationResultSchema = z
  .discriminatedUnion('result', [
    z.object({
      result: z.literal('accepted'),
      userId: z.string().meta({ description: 'The user who was accepted.' }),
      means: z.enum(acceptedMeans).meta({
        description:
          'What was accepted: a `passcode` from the token, or an `emergency-tokencode` that an administrator gave the user.',
      }),
    }),
    z.object({ result: z.literal('rejected') }),
    openChallengeSchema.extend({ result: z.literal('challenge') }),
  ])
  .meta({ id: 'AuthenticationResult' });

/** A challenge is answered, or canceled, for the user it was issued to. */
const answererSchema = z.strictObject({ userId: z.string().min(1).max(128) });

const cancelAuthenticationSchema = answererSchema;

const challengeAnswerSchema = answererSchema
  .extend({ answer: z.string().max(64) })
  .meta({ id: 'ChallengeAnswer' });

export const AUTHENTICATION_OPERATIONS = {
  authenticate: post(
    '/authentications',
    'authenticate',
    'Verify a passcode, which is accepted at most once. One call is enough unless the answer is a challenge',
    { body: authenticationInputSchema, response: authenticationResultSchema },
  ),
  answerChallenge: post(
    '/authentications/:id',
    'authenticate',
    'Answer the challenge of an authentication, naming the user it was begun for; each takes one answer',
    { body: challengeAnswerSchema, response: authenticationResultSchema },
  ),
  cancelAuthentication: remove(
    '/authentications/:id',
    'authenticate',
    'Cancel an authentication that is waiting for an answer, naming the user it was begun for',
    { query: cancelAuthenticationSchema },
  ),
};
