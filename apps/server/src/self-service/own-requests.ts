/** Requesting a token, and following the request, by the user. Who decides is not disclosed. */
import type { OwnOffer } from '@sower/api/offers';
import type { OwnRequest, TokenRequestInput } from '@sower/api/requests';
import { text } from '@sower/texts/outcomes';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { askForToken, listOpenOffers, listRequestsOf, shownRequest } from '../requests/ask.ts';
import { cancelOwnRequest } from '../requests/decide.ts';
import type { FulfilContext } from '../requests/fulfil.ts';
import type { RequestView } from '../requests/request-view.ts';
import { findUserById } from '../store/directory/users.ts';
import { ownToken, type SignedInUser, switchedOff } from './signed-in-user.ts';

function view(request: RequestView): OwnRequest {
  const { steps, history, ...rest } = request;
  return {
    ...rest,
    approvals: steps.length,
    history: history.map(({ decision, at, comment }) => ({ decision, at, comment })),
  };
}

async function userOf(context: Pick<FulfilContext, 'db'>, signedInUser: SignedInUser) {
  const user = await findUserById(context.db, signedInUser.id);
  return user ? done(user) : refused('not-authenticated', text('session.ended'));
}

export async function listOwnOffers(
  context: Pick<FulfilContext, 'db' | 'settings'>,
): Promise<Outcome<{ items: OwnOffer[] }>> {
  if (await switchedOff(context, 'requests')) return done({ items: [] });
  return done({ items: await listOpenOffers(context) });
}

export async function listOwnRequests(
  context: Pick<FulfilContext, 'db' | 'now'>,
  signedInUser: SignedInUser,
): Promise<Outcome<{ items: OwnRequest[] }>> {
  const user = await userOf(context, signedInUser);
  if (!user.ok) return user;
  return done({ items: (await listRequestsOf(context, user.value)).map(view) });
}

export async function requestOwnToken(
  context: FulfilContext,
  signedInUser: SignedInUser,
  input: Omit<TokenRequestInput, 'userId'>,
): Promise<Outcome<OwnRequest>> {
  const user = await userOf(context, signedInUser);
  if (!user.ok) return user;
  const old =
    input.replaces === undefined ? undefined : await ownToken(context, signedInUser, input.replaces);
  if (old?.ok === false) return old;
  const off = await switchedOff(context, 'requests');
  if (off) return off;
  const asked = await askForToken(context, signedInUser.auditActor, user.value, input);
  if (!asked.ok) return asked;
  const made = await shownRequest(context, undefined, asked.value);
  return made.ok ? done(view(made.value)) : made;
}

export async function withdrawOwnRequest(
  context: FulfilContext,
  signedInUser: SignedInUser,
  id: string,
): Promise<Outcome<OwnRequest>> {
  const user = await userOf(context, signedInUser);
  if (!user.ok) return user;
  const withdrawn = await cancelOwnRequest(context, signedInUser.auditActor, user.value, id);
  return withdrawn.ok ? done(view(withdrawn.value)) : withdrawn;
}
