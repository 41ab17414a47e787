/** The handlers of offers and requests. */

import type { REQUEST_OPERATIONS, TokenRequest } from '@sower/api/requests';
import { text } from '@sower/messages/outcomes';
import { denied, scopesOf } from '../core/actor.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { requestToken } from '../requests/ask.ts';
import {
  approveRequest,
  cancelRequest,
  deferRequest,
  distributeRequest,
  rejectRequest,
  showRequest,
} from '../requests/decide.ts';
import { addOffer, editOffer, removeOffer, showOffers } from '../requests/offers.ts';
import { type RequestView, viewRequests } from '../requests/request-view.ts';
import {
  listOwnOffers,
  listOwnRequests,
  requestOwnToken,
  withdrawOwnRequest,
} from '../self-service/own-requests.ts';
import { listRequests } from '../store/tables/requests.ts';
import type { Handlers } from './call.ts';
import type { InWords } from './language.ts';
import { keyOf, page } from './page.ts';

/** As the API shows it: what the caller cannot do, and why, is a text. */
const wordedBy =
  (inWords: InWords) =>
  ({ notDecidable, notDistributable, ...request }: RequestView): TokenRequest => ({
    ...request,
    ...(notDecidable === undefined ? {} : { notDecidable: inWords(notDecidable) }),
    ...(notDistributable === undefined ? {} : { notDistributable: inWords(notDistributable) }),
  });

async function worded(
  outcome: Promise<Outcome<RequestView>>,
  inWords: InWords,
): Promise<Outcome<TokenRequest>> {
  const made = await outcome;
  return made.ok ? done(wordedBy(inWords)(made.value)) : made;
}

const nobody = () => refused('not-authenticated', text('session.ended'));

export const REQUEST_HANDLERS: Handlers<keyof typeof REQUEST_OPERATIONS> = {
  listOffers: (uses, { actor }) => showOffers(uses, actor),
  addOffer: (uses, { actor, body }) => addOffer(uses, actor, body),
  editOffer: (uses, { actor, params, body, version }) =>
    editOffer(uses, actor, { id: params.id, version, change: body }),
  deleteOffer: (uses, { actor, params }) => removeOffer(uses, actor, params.id),
  listRequests: async (uses, { actor, query, inWords }) => {
    const denial = denied(actor, 'requests:view');
    if (denial) return denial;
    const { limit, cursor, ...filter } = query;
    const scopes = scopesOf(actor, 'requests:view');
    const rows = await listRequests(uses.db, { ...filter, scopes }, uses.now(), limit + 1, keyOf(cursor));
    const views = await viewRequests(uses.db, actor, rows.slice(0, limit));
    return done(page(rows, limit, (row) => row.id, views.map(wordedBy(inWords))));
  },
  getRequest: (uses, { actor, params, inWords }) => worded(showRequest(uses, actor, params.id), inWords),
  requestToken: (uses, { actor, body, inWords }) => worded(requestToken(uses, actor, body), inWords),
  cancelRequest: (uses, { actor, params, body, inWords }) =>
    worded(cancelRequest(uses, actor, { ...params, ...body }), inWords),
  approveRequest: (uses, { actor, params, body, version, inWords }) =>
    worded(approveRequest(uses, actor, { ...params, ...body, version }), inWords),
  rejectRequest: (uses, { actor, params, body, version, inWords }) =>
    worded(rejectRequest(uses, actor, { ...params, ...body, version }), inWords),
  deferRequest: (uses, { actor, params, body, version, inWords }) =>
    worded(deferRequest(uses, actor, { ...params, ...body, version }), inWords),
  distributeRequest: async (uses, { actor, params, body, inWords }) => {
    const outcome = await distributeRequest(uses, actor, params.id, body);
    return outcome.ok
      ? done({ ...outcome.value, notices: outcome.value.notices.map((notice) => inWords(notice)) })
      : outcome;
  },

  listOwnOffers: async (uses, { person }) => (person ? listOwnOffers(uses) : nobody()),
  listOwnRequests: async (uses, { person }) => (person ? listOwnRequests(uses, person) : nobody()),
  requestOwnToken: async (uses, { person, body }) =>
    person ? requestOwnToken(uses, person, body) : nobody(),
  cancelOwnRequest: async (uses, { person, params }) =>
    person ? withdrawOwnRequest(uses, person, params.id) : nobody(),
};
