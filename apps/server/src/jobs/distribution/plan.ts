/** What is common to all tokens of a distribution to many, with its errors found before anything is written; and who may get one. */

import type { Algorithm } from '@sower/api/device-types';
import type { DistributeMany } from '@sower/api/jobs';
import { replaceManySchema, tokenSources } from '@sower/api/jobs';
import { LIMITS } from '@sower/api/limits';
import { normalizeDeviceId } from '@sower/ctkip/provisioning-data';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers } from '../../core/actor.ts';
import { type Outcome, refusedAt } from '../../core/outcome.ts';
import { encryptionProblem } from '../../keys/x509/mail-certificate.ts';
import {
  type DistributeContext,
  type DistributionPlan,
  planDistribution,
} from '../../provisioning/distribution/distribute.ts';
import { againstWay } from '../../provisioning/distribution/mail-delivery.ts';
import { type Bar, barTo, fitsAlgorithm } from '../../provisioning/tokens/eligibility.ts';
import { NO_TOKEN, NO_USER } from '../../store/schema/brands.ts';
import type { Fact } from '../../store/work/distribution-batches.ts';
import { permissionsToGive } from '../../work/rights.ts';

export type DistributionContext = DistributeContext &
  Pick<ServerContext, 'onAlteredRow' | 'policies' | 'databaseNow'>;
type Input = Omit<DistributeMany, 'choose'>;
export const storedGiving = z.object({
  tokens: z.enum(tokenSources),
  binding: z.enum(['class', 'any', 'file']),
  nickname: z.string(),
  profile: z.string().optional(),
  mail: z.enum(['separate', 'encrypted']).optional(),
  expiresOn: z.string().optional(),
  replace: replaceManySchema.optional(),
  again: z.boolean(),
  by: z.enum(['user', 'token']),
  /** Unassigned tokens at the time when the job was created. */
  stock: z.number(),
  /** Made by a rule: it begins by itself after the check, and gives a token to so many at most. */
  most: z.number().optional(),
});
/** What is stored of a distribution, or of an assignment, which has no profile. */
export type StoredGiving = Readonly<z.infer<typeof storedGiving>>;

const NOBODY = { id: NO_TOKEN, serial: '', user_id: NO_USER, holder: '', pin: null };

/** What is wrong with the input is found by the function for a single one. */
export async function planOf(context: DistributionContext, input: Input): Promise<Outcome<DistributionPlan>> {
  const planned = await planDistribution(context, NOBODY, {
    profile: input.profile,
    deviceBinding: { kind: input.binding === 'any' ? 'any' : 'class' },
    nickname: '',
    revokeNow: false,
    ...(input.activationCode === undefined ? {} : { activationCode: input.activationCode }),
    ...(input.codeExpires === undefined ? {} : { codeExpires: input.codeExpires }),
    ...(input.mail === undefined ? {} : { mail: input.mail }),
  });
  if (!planned.ok || input.mail === undefined) return planned;
  const { settings } = await context.mailSettings.current(context.db);
  const against = againstWay(settings, input.mail);
  return against ? refusedAt('mail', 'wrong-state', against) : planned;
}

type Judging = {
  readonly now: number;
  /** Tokens that a user may have. */
  readonly limit: number;
};

/** @param algorithm of the profile; absent: nothing is distributed */
export function reasonAgainst(
  actor: Actor,
  input: StoredGiving,
  fact: Fact,
  { now, limit, algorithm }: Judging & { readonly algorithm: Algorithm | undefined },
): Text | undefined {
  const needed = permissionsToGive(input);
  const domain = fact.domain ?? fact.token_domain;
  const sees = domain !== null && covers(actor, 'tokens:view', domain);
  if (domain === null || (!sees && !covers(actor, needed[0], domain)))
    return text(input.by === 'user' ? 'job-row.no-user' : 'job-row.no-token');
  if (needed.some((permission) => !covers(actor, permission, domain))) return text('job-row.another-domain');
  if (fact.doubled === 1) return text('job-row.doubled');
  const bar = barAgainst(input, fact, { now, limit });
  if (bar === 'not-assigned') return text('job-row.not-assigned');
  if (fact.target !== null && fact.target !== fact.user_id) return text('job-row.another-holder');
  // Before the question whether it serves its user already: it takes no code, however many are included.
  if (bar === 'user-disabled' || bar === 'hardware') return text(`job-row.${bar}`);
  if (!input.again && input.profile === undefined && fact.holds === 1) return text('job-row.has-token');
  if (!input.again && input.profile !== undefined && fact.has_one === 1) return text('job-row.has-one');
  const replaces = input.replace !== undefined;
  if (
    !input.again &&
    input.profile !== undefined &&
    !replaces &&
    input.tokens !== 'held' &&
    fact.token_id !== null
  )
    return text('job-row.holds-one');
  if (input.tokens === 'held' && fact.token_id === null) return text('job-row.holds-none');
  if (bar === 'at-limit') return text('job-row.at-limit', { count: limit });
  if (bar !== undefined) return text(`job-row.${bar}`);
  if (input.tokens === 'held' && algorithm !== undefined && !fitsAlgorithm(algorithm, fact.serial ?? ''))
    return text('job-row.serial');
  if (input.mail !== undefined && fact.email === '') return text('job-row.no-address');
  if (input.mail === 'encrypted') {
    if (fact.certificate === null) return text('job-row.no-certificate');
    const problem = encryptionProblem(fact.certificate, fact.email ?? '', now);
    if (problem) return problem;
  }
  if (input.binding === 'file') {
    const id = normalizeDeviceId(fact.device_id ?? '');
    if (id === '' || id.length > 64) return text('job-row.no-device-id');
  }
  return undefined;
}

/** By the rule of single acts; a user who holds none has no token to judge. */
const barAgainst = (
  input: StoredGiving,
  { user_id, user_enabled, assigned, token_id, kind, enabled, lost, expires_on, pair }: Fact,
  { now, limit }: Judging,
): Bar | undefined =>
  barTo(
    {
      userEnabled: user_id === null ? null : user_enabled,
      ...(input.replace !== undefined
        ? { pair: pair ?? undefined }
        : input.tokens !== 'held'
          ? { room: { assigned, limit } }
          : token_id === null || enabled === null || lost === null || expires_on === null
            ? {}
            : { token: { enabled, lost, expires_on }, ...(kind === null ? {} : { kind }) }),
    },
    now,
  );

/** The pattern with the user's own values inserted; only characters that every client accepts. */
export function nicknameOf(input: Pick<Input, 'nickname'>, fact: Fact): string {
  const values: Readonly<Record<string, string>> = {
    userId: fact.holder ?? '',
    firstName: fact.first_name ?? '',
    lastName: fact.last_name ?? '',
    number: String(fact.position + 1),
  };
  return (fact.nickname ?? input.nickname.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''))
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, LIMITS.nickname);
}
