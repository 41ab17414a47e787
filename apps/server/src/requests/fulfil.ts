/**
 * Fulfills a granted request: a token, picked from unassigned ones or minted, is assigned and distributed in the transaction of the
 * decision. Either all of it happens, or the request stays as it was.
 */

import { distributeInputSchema } from '@sower/api/distributions';
import type { RequestDistribution } from '@sower/api/requests';
import { text } from '@sower/texts/outcomes';
import type { AuditActor } from '../core/actor.ts';
import { done, type Outcome, refused, refusedAt } from '../core/outcome.ts';
import { undo } from '../core/transaction.ts';
import {
  type DistributeContext,
  type Distributed,
  type DistributionPlan,
  distributed,
  issueDistribution,
  newCode,
  planDistribution,
} from '../provisioning/distribution/distribute.ts';
import { deliveryOptions } from '../provisioning/distribution/mail-delivery.ts';
import { firstGoodDay, recordAssignments } from '../provisioning/tokens/assign.ts';
import { barTo } from '../provisioning/tokens/eligibility.ts';
import { expiryOfNew, mintRecords } from '../provisioning/tokens/mint.ts';
import { beginReplacement } from '../provisioning/tokens/replace.ts';
import { isUniqueViolation } from '../store/db/errors.ts';
import { lockUser } from '../store/directory/users.ts';
import { NO_TOKEN } from '../store/schema/brands.ts';
import type { Connection, Row } from '../store/schema/schema.ts';
import { listReplacements } from '../store/tokens/replacements.ts';
import {
  claimNextToken,
  claimToken,
  countTokensOf,
  findToken,
  lockToken,
  type TokenRow,
} from '../store/tokens/tokens.ts';

export type FulfilContext = DistributeContext;

type Fulfilment = {
  readonly plan: DistributionPlan;
  readonly limit: number;
  /** For a token minted for it. */
  readonly expiresOn: string;
  /** The earliest day on which an existing token may expire. */
  readonly expiresFrom: string;
  /** Serial number of the token to replace. */
  readonly replaces: string | null;
};

const AS_REQUESTED = true;

/** Everything that can be wrong, checked before anything is written. */
export async function planFulfilment(
  context: FulfilContext,
  user: Row<'users'>,
  { profile_id: profile, replaces }: Pick<Row<'token_requests'>, 'profile_id' | 'replaces'>,
  choices: { readonly nickname: string } & Partial<RequestDistribution>,
): Promise<Outcome<Fulfilment>> {
  if (barTo({ userEnabled: user.enabled }, context.now()))
    return refused('wrong-state', text('token-request.user-disabled'));
  if (choices.mail !== undefined) {
    const reason = (await deliveryOptions(context, context.db, user.id))[choices.mail];
    if (reason !== undefined) return refusedAt('mail', 'wrong-state', reason);
  }
  const { comment: _, ...rest } = choices;
  const settings = await context.settings.current();
  // Which token it is becomes known in the transaction.
  const token = { id: NO_TOKEN, serial: '', pin: null, user_id: user.id, holder: user.user_id };
  const plan = await planDistribution(context, token, distributeInputSchema.parse({ ...rest, profile }));
  if (!plan.ok) return plan;
  return done({
    plan: plan.value,
    limit: settings['tokens.maxPerUser'],
    expiresOn: expiryOfNew(settings, context.now()),
    expiresFrom: firstGoodDay(context.now(), settings['tokens.autoAssignDays']),
    replaces,
  });
}

/** In the caller's transaction, which a refusal undoes. */
export async function fulfil(
  trx: Connection,
  context: FulfilContext,
  auditActor: AuditActor,
  planned: Row<'users'>,
  { plan, limit, expiresOn, expiresFrom, replaces }: Fulfilment,
): Promise<{ readonly serial: string; readonly result: Distributed }> {
  const user = await lockUser(trx, planned.id);
  if (!user) undo('not-found', text('user.just-deleted'));
  // The actor's permission was checked for the domain at that time.
  if (user.domain !== planned.domain) undo('edited-meanwhile', text('user.just-moved'));
  const old = replaces === null ? undefined : await replaceable(trx, user, replaces);
  // One more than allowed, while the user has both.
  const room = old ? undefined : { assigned: await countTokensOf(trx, user.id), limit };
  switch (barTo({ userEnabled: user.enabled, ...(room && { room }) }, context.now())) {
    case 'user-disabled':
      undo('wrong-state', text('token-request.user-disabled'));
      break;
    case 'at-limit':
      undo('token-limit', text('token.limit-reached', { user: user.user_id, count: limit }));
  }
  const domain = user.domain;
  let token = await claimNextToken(trx, user.id, { domain, expiresFrom });
  if (!token) {
    const [made] = await mintRecords(trx, context, auditActor, { count: 1, expiresOn, domain });
    token = { id: made?.id ?? NO_TOKEN, serial: made?.serial ?? '', domain };
    await claimToken(trx, token.id, user.id);
  }
  await recordAssignments(trx, context, auditActor, [{ holder: user, token }], 'event.to-as-requested');
  const afterwards = { keepPin: false, afterwards: 'unassign' } as const;
  if (old) await beginReplacement(trx, context, auditActor, old, token, afterwards, AS_REQUESTED);
  const whole = { ...plan, token: { ...plan.token, id: token.id, serial: token.serial } };
  const code = newCode(context, whole);
  const id = await issueDistribution(trx, context, auditActor, whole, code);
  return { serial: token.serial, result: distributed(whole, id, code) };
}

/** Undefined if the user no longer has it, or it is already being replaced: then the new one is an additional token. */
async function replaceable(
  trx: Connection,
  user: Row<'users'>,
  serial: string,
): Promise<TokenRow | undefined> {
  const found = await findToken(trx, serial);
  // Otherwise it could be taken from the user meanwhile, and the pair would be about the token of the next user who gets it.
  const token = found && (await lockToken(trx, found.id));
  if (token?.user_id !== user.id) return undefined;
  return (await listReplacements(trx, [token.id])).length > 0 ? undefined : token;
}

/** A duplicate activation code undoes its transaction, and another one is tried. */
export async function repeatingCodes<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isUniqueViolation(error) || tries === 3) throw error;
    }
  }
}
