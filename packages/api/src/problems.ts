/**
 * Every problem that the API can answer with (RFC 9457). Its text is made where the reader's language is known. CT-KIP answers are not
 * problems: they have their own status codes (RFC 4758 §3.7.5).
 */
import { z } from 'zod';
import { openChallengeSchema } from './challenges.ts';
import { named } from './fields.ts';
import { PERMISSION_NAMES } from './permissions.ts';

/** The HTTP status of each kind of problem. */
export const PROBLEMS = {
  'invalid-request': 400,
  'not-authenticated': 401,
  'log-on-failed': 401,
  'second-factor-required': 401,
  'answer-needed': 401,
  'not-permitted': 403,
  'passcode-needed': 403,
  'proof-needed': 403,
  'approval-needed': 403,
  'password-change-needed': 403,
  'cross-site': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'already-exists': 409,
  'in-use': 409,
  'wrong-state': 409,
  'token-limit': 409,
  'no-token-available': 409,
  repeated: 409,
  'last-super-admin': 409,
  'password-refused': 422,
  'code-refused': 422,
  'passcode-refused': 422,
  'pin-refused': 422,
  'key-reused': 422,
  'definition-refused': 422,
  'certificate-refused': 422,
  'template-refused': 422,
  'edited-meanwhile': 412,
  'version-required': 428,
  'too-many-requests': 429,
  'too-large': 413,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<string, number>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The type URI is a name, not a page. */
const PROBLEM_TYPE_PREFIX = 'urn:sower:problem:';

/** A text as data: its key, and its values. A value may itself be a text (`code`, `params`), or a list. */
export const reasonShape = {
  /** A key of the catalogue, such as `token.expired`: more specific than `code`, and stable. */
  reason: z.string().optional().meta({ description: 'What exactly is wrong, such as `token.expired`' }),
  params: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'The values in the words, by name' }),
};

export const problemSchema = named('Problem', {
  type: z.string(),
  title: z.string().meta({ description: 'The kind of problem, in the language of the caller' }),
  status: z.int(),
  code: z
    .enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]])
    .meta({ description: 'The kind of problem; the end of `type`' }),
  ...reasonShape,
  detail: z.string().optional().meta({ description: 'What is wrong, in the language of the caller' }),
  /** One entry per wrong field: its path in the request, and what is wrong with it. */
  errors: z.array(z.object({ path: z.string(), message: z.string(), ...reasonShape })).optional(),
  /** The missing permission, with `not-permitted`. */
  permission: z.enum(PERMISSION_NAMES).optional(),
  /** The question, with `answer-needed`. */
  challenge: openChallengeSchema.optional(),
});

export type ProblemDocument = z.infer<typeof problemSchema>;

/** @param words what differs from case to case, in the language of the caller */
export function problemDocument(
  code: ProblemCode,
  words: Omit<ProblemDocument, 'type' | 'status' | 'code'>,
): ProblemDocument {
  const { title, ...rest } = words;
  return { type: PROBLEM_TYPE_PREFIX + code, title, status: PROBLEMS[code], code, ...rest };
}
