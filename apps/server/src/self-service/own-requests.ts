/** Asking for a token, and following what was asked for, by the user. Who decides is not told. */
import type { OwnOffer, OwnRequest, TokenRequestInput } from '@sower/api/requests';
import { text } from '@sower/messages/outcomes';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { askForToken, listOpenOffers, listRequestsOf, shownRequest } from '../requests/ask.ts';
import { cancelOwnRequest } from '../requests/decide.ts';
import type { FulfilUses } from '../requests/fulfil.ts';
import type { RequestView } from '../requests/request-view.ts';
import type { Row } from '../store/tables/schema.ts';
import { findUserById } from '../store/tables/users.ts';
import { ownToken, type Person, switchedOff } from './person.ts';

function view(request: RequestView): OwnRequest {
  const { steps, history, notDecidable: _, ...rest } = request;
  return {
    ...rest,
    approvals: steps.length,
    history: history.map(({ decision, at, comment }) => ({ decision, at, comment })),
  };
}

async function userOf(uses: Pick<FulfilUses, 'db'>, person: Person): Promise<Outcome<Row<'users'>>> {
  const user = await findUserById(uses.db, person.id);
  return user ? done(user) : refused('not-authenticated', text('session.ended'));
}

export async function listOwnOffers(
  uses: Pick<FulfilUses, 'db' | 'settings'>,
): Promise<Outcome<{ items: OwnOffer[] }>> {
  if (await switchedOff(uses, 'requests')) return done({ items: [] });
  return done({ items: await listOpenOffers(uses) });
}

export async function listOwnRequests(
  uses: Pick<FulfilUses, 'db' | 'now'>,
  person: Person,
): Promise<Outcome<{ items: OwnRequest[] }>> {
  const user = await userOf(uses, person);
  if (!user.ok) return user;
  return done({ items: (await listRequestsOf(uses, user.value)).map(view) });
}

export async function requestOwnToken(
  uses: FulfilUses,
  person: Person,
  input: Omit<TokenRequestInput, 'userId'>,
): Promise<Outcome<OwnRequest>> {
  const user = await userOf(uses, person);
  if (!user.ok) return user;
  const old = input.replaces === undefined ? undefined : await ownToken(uses, person, input.replaces);
  if (old?.ok === false) return old;
  const off = await switchedOff(uses, 'requests');
  if (off) return off;
  const asked = await askForToken(uses, person.doer, user.value, input);
  if (!asked.ok) return asked;
  const made = await shownRequest(uses, undefined, asked.value);
  return made.ok ? done(view(made.value)) : made;
}

export async function withdrawOwnRequest(
  uses: FulfilUses,
  person: Person,
  id: string,
): Promise<Outcome<OwnRequest>> {
  const user = await userOf(uses, person);
  if (!user.ok) return user;
  const withdrawn = await cancelOwnRequest(uses, person.doer, user.value, id);
  return withdrawn.ok ? done(view(withdrawn.value)) : withdrawn;
}
