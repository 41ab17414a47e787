/**
 * Every problem the API can answer with (RFC 9457), once. `detail` is written where the problem arises; `title` and `status` here.
 * CT-KIP answers are not problems: they have status codes of their own (RFC 4758 §3.7.5).
 */
import { z } from 'zod';
import { openChallengeSchema } from './challenges.ts';
import { PERMISSION_NAMES } from './permissions.ts';

export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'not-authenticated': { status: 401, title: 'Log on or send an API key' },
  'log-on-failed': { status: 401, title: 'The log-on was not accepted' },
  'second-factor-required': { status: 401, title: 'The password alone is not enough' },
  'answer-needed': { status: 401, title: 'The passcode alone is not enough' },
  'not-permitted': { status: 403, title: 'You are not permitted to do this' },
  'passcode-needed': { status: 403, title: 'Enter a passcode of the token you have first' },
  'proof-needed': { status: 403, title: 'Prove again that it is you' },
  'password-change-needed': { status: 403, title: 'Change your password first' },
  'cross-site': { status: 403, title: 'The request came from another site' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'already-exists': { status: 409, title: 'It exists already' },
  'in-use': { status: 409, title: 'It is still in use' },
  'wrong-state': { status: 409, title: 'This is not possible in the present state' },
  'token-limit': { status: 409, title: 'The user has as many tokens as are allowed' },
  'no-token-available': { status: 409, title: 'There is no token to assign' },
  'last-super-admin': { status: 409, title: 'The last Super Admin stays' },
  'password-refused': { status: 422, title: 'This password cannot be used' },
  'code-refused': { status: 422, title: 'This activation code cannot be used' },
  'passcode-refused': { status: 422, title: 'This passcode is not accepted' },
  'pin-refused': { status: 422, title: 'This PIN cannot be used' },
  'definition-refused': { status: 422, title: 'This device definition cannot be used' },
  'certificate-refused': { status: 422, title: 'This certificate cannot be used' },
  'template-refused': { status: 422, title: 'This template cannot be used' },
  'edited-meanwhile': { status: 412, title: 'Somebody else has edited it meanwhile' },
  'version-required': { status: 428, title: 'Say which version you are editing (If-Match)' },
  'too-many-requests': { status: 429, title: 'Too many attempts; wait before trying again' },
  'too-large': { status: 413, title: 'The request is too large' },
  unavailable: { status: 503, title: 'The server cannot do this at the moment' },
  internal: { status: 500, title: 'The server failed' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The type URI is a name, not a page. */
export const PROBLEM_TYPE_PREFIX = 'urn:sower:problem:';

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().optional(),
    /** One entry a wrong field: its path in the request, and what is wrong with it. */
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** What the caller lacks, with `not-permitted`. */
    permission: z.enum(PERMISSION_NAMES).optional(),
    /** What is asked, with `answer-needed`. */
    challenge: openChallengeSchema.optional(),
  })
  .meta({ id: 'Problem' });

export type ProblemDocument = z.infer<typeof problemSchema>;

export function problemDocument(
  code: ProblemCode,
  detail?: string,
  errors?: ProblemDocument['errors'],
  more: Pick<ProblemDocument, 'permission' | 'challenge'> = {},
): ProblemDocument {
  return {
    type: PROBLEM_TYPE_PREFIX + code,
    title: PROBLEMS[code].title,
    status: PROBLEMS[code].status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...more,
  };
}
