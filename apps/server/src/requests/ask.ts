/** Requesting a token: by a user, or by an administrator on behalf of one. An offer without steps grants the token at once. */

import type { Offer } from '@sower/api/offers';
import type { TokenRequestInput } from '@sower/api/requests';
import { text } from '@sower/texts/outcomes';
import { type Actor, type AuditActor, auditActorOf } from '../core/actor.ts';
import { done, missingAt, type Outcome, refused, refusedAt } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { allOrNothing } from '../core/transaction.ts';
import { userFor } from '../directory/users.ts';
import { barTo } from '../provisioning/tokens/eligibility.ts';
import { isUniqueViolation } from '../store/db/errors.ts';
import { newId } from '../store/db/ids.ts';
import {
  closeRequest,
  findOffer,
  findRequest,
  insertRequest,
  listOffers,
  listRequests,
  type RequestRow,
} from '../store/distribution/requests.ts';
import type { Row } from '../store/schema/schema.ts';
import { findProfile } from '../store/tokens/profiles.ts';
import { listReplacements } from '../store/tokens/replacements.ts';
import { findToken } from '../store/tokens/tokens.ts';
import { type DecidersContext, decidersOf } from './deciders.ts';
import { type FulfilContext, fulfil, planFulfilment, repeatingCodes } from './fulfil.ts';
import { noSuchOffer, stepsOf, viewOffer } from './offers.ts';
import { type RequestView, requestMail, viewRequests } from './request-view.ts';

/** On behalf of a user. */
export async function requestToken(context: FulfilContext, actor: Actor, input: TokenRequestInput) {
  const found = await userFor(context, actor, 'requests:make', input.userId);
  if (!found.ok) return missingAt('userId', found);
  const asked = await askForToken(context, auditActorOf(actor), found.value, input);
  return asked.ok ? shownRequest(context, actor, asked.value) : asked;
}

/**
 * For self-service, and for {@link requestToken}. The caller has made sure that it is this user, or may act for them.
 * @returns the ID of the request
 */
export async function askForToken(
  context: FulfilContext,
  auditActor: AuditActor,
  user: Row<'users'>,
  input: Omit<TokenRequestInput, 'userId'>,
): Promise<Outcome<string>> {
  if (barTo({ userEnabled: user.enabled }, context.now()))
    return refused('wrong-state', text('user.disabled'));
  const offer = await findOffer(context.db, input.offer);
  if (offer?.enabled !== 1) return missingAt('offer', noSuchOffer(input.offer));
  const profile = await findProfile(context.db, offer.profile_id);
  if (!profile) {
    return refused('wrong-state', text('offer.empty', { offer: offer.name }));
  }
  const old = input.replaces === undefined ? undefined : await findToken(context.db, input.replaces);
  if (input.replaces !== undefined && old?.user_id !== user.id) {
    return refusedAt(
      'replaces',
      'not-found',
      text('token.not-of-user', { user: user.user_id, serial: input.replaces }),
    );
  }
  if (old && (await listReplacements(context.db, [old.id])).length > 0) {
    return refused('wrong-state', text('token.replacement-busy', { serial: old.serial }));
  }
  const waits = offer.distribution === 1 || profile.delivery === 'url';
  const steps = stepsOf(offer);
  const row = {
    id: newId(context),
    user_id: user.id,
    offer_id: offer.id,
    offer_name: offer.name,
    help_url: offer.help_url,
    profile_id: offer.profile_id,
    state: steps.length > 0 ? ('pending' as const) : ('approved' as const),
    reason: input.reason,
    nickname: input.nickname,
    steps: offer.steps,
    step: 0,
    distribution: waits ? (1 as const) : (0 as const),
    deferred_until: null,
    serial: null,
    replaces: old?.serial ?? null,
    created_at: context.now(),
    created_by: auditActor.name,
    person: auditActor.principal ?? null,
    version: 1,
  };
  const plan =
    steps.length === 0 && !waits
      ? await planFulfilment(context, user, row, { nickname: input.nickname })
      : undefined;
  if (plan && !plan.ok) return plan;
  try {
    const outcome = await repeatingCodes(() =>
      allOrNothing(context.db, async (trx) => {
        await insertRequest(trx, row);
        await record(trx, context, auditActor, {
          action: 'request.make',
          object: `request:${row.id}`,
          reason: text('event.offer-for', { offer: offer.name, user: user.user_id }),
        });
        await context.queueMail(trx, requestMail('request-submitted', row));
        if (!plan) return done(undefined);
        const { serial } = await fulfil(trx, context, auditActor, user, plan.value);
        await closeRequest(trx, row.id, serial);
        return done(undefined);
      }),
    );
    if (!outcome.ok) return outcome;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return refused('already-exists', text('token-request.open', { offer: offer.name }));
  }
  return done(row.id);
}

export async function shownRequest(
  context: DecidersContext,
  /** The viewer; undefined for the user whose request it is. */
  actor: Actor | undefined,
  id: string,
) {
  const row = await findRequest(context.db, id);
  if (!row) return refused('not-found', text('token-request.not-found'));
  const [view] = await viewRequests(context.db, actor && (await decidersOf(context, actor)), [row]);
  return done(view as RequestView);
}

/** For self-service: the current offers, the default first. */
export async function listOpenOffers(context: Pick<FulfilContext, 'db'>): Promise<Offer[]> {
  const rows = (await listOffers(context.db)).filter((row) => row.enabled === 1);
  const views = await Promise.all(rows.map((row) => viewOffer(context.db, row)));
  return views.sort((one, other) => Number(other.isDefault) - Number(one.isDefault));
}

/** For self-service: the requests of one user. */
export async function listRequestsOf(
  context: Pick<FulfilContext, 'db' | 'now'>,
  user: Row<'users'>,
): Promise<RequestView[]> {
  const filter = { scopes: [user.domain], userId: user.user_id, order: 'latest' } as const;
  const rows: RequestRow[] = await listRequests(context.db, filter, context.now(), 100);
  return viewRequests(context.db, undefined, rows);
}
