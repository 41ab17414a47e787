/** What a record of a file becomes, or why it becomes nothing: the same rules for the check and for the work. Writes nothing. */

import { isSerial } from '@sower/api/serial';
import { dayOf } from '@sower/api/time';
import { EXISTING_TOKENS, IMPORTED_PINS, readingOfPartsSchema } from '@sower/api/token-imports';
import { tokenKinds } from '@sower/api/tokens';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { type Actor, covers } from '../../core/actor.ts';
import { barTo } from '../../provisioning/tokens/eligibility.ts';
import { storedJson } from '../../store/schema/stored-json.ts';
import { isExpired } from '../../store/tokens/tokens.ts';
import type { Owner, PresentToken } from '../../store/work/token-imports.ts';

/** What is stored of the request: without password, key and file. */
const storedTokenImport = z.object({
  /** By which an undo knows what it is about. */
  of: z.literal('token-file'),
  existing: z.enum(EXISTING_TOKENS),
  pins: z.enum(IMPORTED_PINS).default('new'),
  kind: z.enum(tokenKinds),
  enabled: z.boolean(),
  maker: z.string(),
  formFactor: z.string(),
  expiresOn: z.string(),
  /** ID. */
  securityDomain: z.string(),
  /** Of one that comes in parts. */
  reading: readingOfPartsSchema.optional(),
});
export type StoredTokenImport = Readonly<z.infer<typeof storedTokenImport>>;
export const readTokenImport = storedJson('jobs.input', storedTokenImport);

/** Why a record cannot be read, in words of their own; anything else is a field that is wrong. */
const RECORD_PROBLEMS = [
  'policy',
  'algorithm',
  'integrity',
  'mac-missing',
  'unprotected',
  'seed',
  'doubled',
  'no-serial',
  'pin',
  'field',
] as const;
export type RecordProblem = (typeof RECORD_PROBLEMS)[number];

const storedTokenRow = z.object({
  owner: z.string(),
  /** Canonical. */
  ownerKey: z.string(),
  problem: z.enum(RECORD_PROBLEMS).optional(),
  at: z.string().optional(),
  token: z
    .object({
      algorithm: z.enum(['securid', 'totp', 'hotp']),
      hash: z.enum(['sha1', 'sha256', 'sha512']),
      digits: z.union([z.literal(6), z.literal(7), z.literal(8)]),
      intervalSeconds: z.number(),
      counter: z.number(),
      drift: z.number(),
      authenticationType: z.enum(['pinpad', 'fob', 'tokencode']),
      newPin: z.boolean().default(false),
      /** A PIN is sealed behind the seed. */
      carriesPin: z.boolean().default(false),
      maker: z.string(),
      model: z.string(),
      label: z.string(),
      expiresOn: z.string(),
      validFrom: z.number().optional(),
    })
    .optional(),
});
/** What is stored of a record; its seed is sealed beside it. */
export type StoredTokenRow = Readonly<z.infer<typeof storedTokenRow>>;
export const readTokenRow = storedJson('job_rows.fields', storedTokenRow);

/** Seconds that an interval may have. */
export const STEPS = { least: 10, most: 600 } as const;

export type Decided =
  | { readonly against: Text }
  | {
      readonly token: NonNullable<StoredTokenRow['token']>;
      readonly owner: Owner | undefined;
      readonly replaces: PresentToken | undefined;
      readonly expiresOn: string;
      /** Path. */
      readonly domain: string;
    };

export function decideToken(
  actor: Actor,
  input: StoredTokenImport,
  row: { readonly key: string; readonly fields: StoredTokenRow; readonly sealed: string | null },
  known: {
    readonly doubled: boolean;
    readonly present: PresentToken | undefined;
    readonly owner: Owner | undefined;
    /** Tokens that the owner has, and gets by earlier records. */
    readonly assigned: number;
    readonly limit: number;
    readonly domain: string;
    readonly now: number;
  },
): Decided {
  const { fields, key } = row;
  const { token, problem, at = '' } = fields;
  const { present, owner, now } = known;
  const no = (against: Text): Decided => ({ against });
  if (problem === 'policy' || problem === 'algorithm' || problem === 'field')
    return no(text(`token-row.${problem}`, { at }));
  if (problem) return no(text(`token-row.${problem}`));
  if (!isSerial(key)) return no(text('token-row.bad-serial'));
  if (known.doubled) return no(text('token-row.doubled'));
  if (!token || row.sealed === null) return no(text('token-row.seed-gone'));
  if (
    token.algorithm === 'totp' &&
    (token.intervalSeconds < STEPS.least || token.intervalSeconds > STEPS.most)
  )
    return no(text('token-row.step', { seconds: token.intervalSeconds, ...STEPS }));
  if (token.validFrom !== undefined && token.validFrom > now)
    return no(text('token-row.not-yet', { date: dayOf(token.validFrom) }));
  const expiresOn = token.expiresOn || input.expiresOn;
  if (isExpired(expiresOn, now)) return no(text('token-row.expired', { date: expiresOn }));
  if (present && !covers(actor, 'tokens:mint', present.domain)) return no(text('token-row.taken'));
  if (present && input.existing !== 'replace')
    return no(text(input.existing === 'stop' ? 'token-row.exists-stop' : 'token-row.exists'));
  if (present && present.user_id !== null) return no(text('token-row.live'));
  if (present && !covers(actor, 'tokens:delete', present.domain)) return no(text('job-row.another-domain'));
  if (fields.owner === '')
    return { token, owner: undefined, replaces: present, expiresOn, domain: known.domain };
  // Outside the actor's scope, the user does not exist.
  if (!owner || !covers(actor, 'tokens:assign', owner.domain) || !covers(actor, 'tokens:mint', owner.domain))
    return no(text('token-row.no-user', { user: fields.owner }));
  switch (
    barTo({ userEnabled: owner.enabled, room: { assigned: known.assigned, limit: known.limit } }, now)
  ) {
    case 'user-disabled':
      return no(text('job-row.user-disabled'));
    case 'at-limit':
      return no(text('job-row.at-limit', { count: known.limit }));
  }
  return { token, owner, replaces: present, expiresOn, domain: owner.domain };
}
