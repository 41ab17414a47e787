/**
 * Coexistence with a RADIUS server that is being replaced: users who have not moved yet are forwarded to it, and what it accepts teaches which
 * imported token is whose.
 */
import { z } from 'zod';
import { rule } from './field-rules.ts';
import {
  dateSchema,
  domainReference,
  named,
  nameSchema,
  patchOf,
  storedNameSchema,
  strict,
  timeSchema,
  versionSchema,
} from './fields.ts';
import { add, edit, get, page, proven, remove } from './operation.ts';
import { radiusSecretSchema } from './radius-clients.ts';

/** A host that is tried after another. */
const MAX_OLD_SERVERS = 8;
/** Seeds that one accepted passcode is compared with at most. */
export const MAX_SEEDS_COMPARED = 5_000;

const serverSchema = z
  .string()
  .trim()
  .max(64)
  .regex(/^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]{2,45}\]):\d{1,5}$/, rule('old-server'))
  .meta({ description: 'Address and port; an IPv6 address in brackets.', example: '192.0.2.9:1812' });

const fields = {
  servers: z.array(serverSchema).min(1).max(MAX_OLD_SERVERS).meta({
    description: 'The old RADIUS servers, in the order in which they are asked. All have the same secret.',
  }),
  timeoutSeconds: z.int().min(1).max(30).meta({
    description: 'How long to wait for an old server, in seconds.',
  }),
  endsOn: dateSchema.meta({
    description:
      'The last day on which users are forwarded (UTC). After it, users without a token here are refused.',
  }),
  enabled: z.boolean(),
};

const coexistenceSchema = named('Coexistence', {
  id: z.string(),
  name: storedNameSchema,
  ...fields,
  /** Name of the security domain whose users are forwarded, with those below it. */
  securityDomain: z.string(),
  radiusClient: z.object({ id: z.string(), name: z.string() }).optional().meta({
    description: 'Only what this RADIUS client sends is forwarded. Absent: what all of them send.',
  }),
  state: z.enum(['on', 'off', 'ended']),
  createdAt: timeSchema,
  version: versionSchema,
});

const oldSecretSchema = radiusSecretSchema.meta({
  description: 'The secret that this server shares with the old servers, as one of their RADIUS clients.',
});

const coexistenceInputSchema = strict('NewCoexistence', {
  name: nameSchema,
  servers: fields.servers,
  secret: oldSecretSchema,
  timeoutSeconds: fields.timeoutSeconds.default(3),
  endsOn: fields.endsOn,
  enabled: fields.enabled.default(false),
  securityDomain: domainReference.optional(),
  radiusClient: z.string().optional().meta({ description: 'ID of a RADIUS client.' }),
});

const coexistencePatchSchema = patchOf('CoexistencePatch', {
  name: nameSchema,
  ...fields,
  secret: oldSecretSchema,
});

/** Where a user is on the way. */
export const MOVES = ['moved', 'waiting', 'conflict'] as const;
export type Move = (typeof MOVES)[number];

/** What the last passcode that an old server accepted has taught. */
const LESSONS = [
  /** One seed or several matched; the next passcode decides. */
  'matched',
  'moved',
  /** No imported seed matched. */
  'no-seed',
  /** More imported seeds than are compared. */
  'too-many-seeds',
  /** The old server knows a user who does not exist here. */
  'unknown-user',
  /** Two seeds or more matched twice. */
  'several-seeds',
  /** The seed that matched belongs to another user. */
  'seed-of-another',
  /** The token cannot be given to this user: expired, disabled user, or too many tokens. */
  'barred',
] as const;
export type Lesson = (typeof LESSONS)[number];

/** Those that an administrator has to settle. */
export const CONFLICTS: readonly Lesson[] = ['unknown-user', 'several-seeds', 'seed-of-another', 'barred'];

const count = z.int().nonnegative();

const coexistenceUserSchema = named('CoexistenceUser', {
  userId: z.string(),
  userName: z.string().optional().meta({ description: 'First and last name.' }),
  move: z.enum(MOVES),
  lesson: z.enum(LESSONS).optional().meta({
    description: 'What the last passcode that an old server accepted has taught; absent if none was.',
  }),
  serials: z.array(z.string()).meta({ description: 'The tokens that a conflict is about.' }),
  at: timeSchema.optional().meta({ description: 'When an old server last accepted the user.' }),
});

const coexistenceProgressSchema = named('CoexistenceProgress', {
  moved: count,
  waiting: count,
  conflicts: count,
  seeds: z.object({ unassigned: count, most: count }).meta({
    description: 'Imported seeds that no user has, and how many a passcode is compared with at most.',
  }),
  odds: z
    .object({
      digits: count,
      window: count,
      matches: count,
      seeds: count,
      once: z.number().meta({
        description: 'The probability that two passcodes of one user match a seed that is not theirs.',
      }),
      all: z.number().meta({ description: 'The probability that this happens to any user who waits.' }),
    })
    .meta({ description: 'The odds of a false match.' }),
});

/** Passcodes in a row that have to match the same seed. */
export const MATCHES_NEEDED = 2;

/**
 * The probability that a user gets a token that is not theirs: each of the passcodes in a row matches the same one of `seeds` seeds, by
 * chance, in one of `window` intervals. It is at most this: of two seeds that match, neither is taken.
 */
export function oddsOfFalseMatch(of: {
  readonly digits: number;
  /** Intervals, or counters, in which a tokencode counts. */
  readonly window: number;
  readonly matches: number;
  readonly seeds: number;
}): number {
  const one = (of.window / 10 ** of.digits) ** of.matches;
  return atLeastOnce(one, of.seeds);
}

/** 1 - (1 - p)^n, exact for a tiny p too. */
export const atLeastOnce = (p: number, n: number): number => -Math.expm1(n * Math.log1p(-p));

/** What people read of a probability: once in so many, in two digits; undefined for none. */
export const onceIn = (probability: number): number | undefined =>
  probability > 0 ? Math.round(Number((1 / probability).toPrecision(2))) : undefined;

export type Coexistence = z.infer<typeof coexistenceSchema>;
export type CoexistenceInput = z.output<typeof coexistenceInputSchema>;
export type CoexistencePatch = z.output<typeof coexistencePatchSchema>;
export type CoexistenceUser = z.infer<typeof coexistenceUserSchema>;
export type CoexistenceProgress = z.infer<typeof coexistenceProgressSchema>;

export const COEXISTENCE_OPERATIONS = {
  listCoexistences: get(
    '/coexistences',
    'agents:view',
    'List the old RADIUS servers that users are forwarded to',
    { response: page(coexistenceSchema) },
  ),
  addCoexistence: add(
    '/coexistences',
    proven('agents:edit'),
    'Add old RADIUS servers that users who have not moved are forwarded to',
    { body: coexistenceInputSchema, response: coexistenceSchema },
  ),
  editCoexistence: edit(
    '/coexistences/:id',
    proven('agents:edit'),
    'Edit, turn on or turn off the forwarding to old RADIUS servers',
    { body: coexistencePatchSchema, response: coexistenceSchema },
  ),
  deleteCoexistence: remove(
    '/coexistences/:id',
    proven('agents:edit'),
    'Delete the forwarding to old RADIUS servers',
  ),
  getCoexistenceProgress: get(
    '/coexistence-progress',
    'agents:view',
    'How many users have moved, wait or conflict, and the odds of a false match',
    { response: coexistenceProgressSchema },
  ),
  listCoexistenceUsers: get(
    '/coexistence-users',
    'users:view',
    'List the users who have moved, wait or conflict',
    {
      query: z.strictObject({
        move: z.enum(MOVES),
        cursor: z.string().max(600).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      response: page(coexistenceUserSchema),
    },
  ),
};
