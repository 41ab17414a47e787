/** The handlers of offers and requests. */
import type { REQUEST_OPERATIONS, TokenRequest } from '@sower/api/requests';
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
import { viewRequests } from '../requests/request-view.ts';
import {
  listOwnOffers,
  listOwnRequests,
  requestOwnToken,
  withdrawOwnRequest,
} from '../self-service/own-requests.ts';
import { listRequests } from '../store/tables/requests.ts';
import type { Handlers } from './call.ts';
import type { Say } from './language.ts';
import { keyOf, page } from './page.ts';

/** Why the caller cannot decide is a sentence of ours. */
const saying =
  (say: Say) =>
  (request: TokenRequest): TokenRequest => ({
    ...request,
    ...(request.notDecidable === undefined ? {} : { notDecidable: say(request.notDecidable) }),
    ...(request.notDistributable === undefined ? {} : { notDistributable: say(request.notDistributable) }),
  });

async function said(outcome: Promise<Outcome<TokenRequest>>, say: Say): Promise<Outcome<TokenRequest>> {
  const made = await outcome;
  return made.ok ? done(saying(say)(made.value)) : made;
}

const nobody = () => refused('not-authenticated', 'Your session has ended. Log on again.');

export const REQUEST_HANDLERS: Handlers<keyof typeof REQUEST_OPERATIONS> = {
  listOffers: (uses, { actor }) => showOffers(uses, actor),
  addOffer: (uses, { actor, body }) => addOffer(uses, actor, body),
  editOffer: (uses, { actor, params, body, version }) =>
    editOffer(uses, actor, { id: params.id, version, change: body }),
  deleteOffer: (uses, { actor, params }) => removeOffer(uses, actor, params.id),
  listRequests: async (uses, { actor, query, say }) => {
    const denial = denied(actor, 'requests:view');
    if (denial) return denial;
    const { limit, cursor, ...filter } = query;
    const scopes = scopesOf(actor, 'requests:view');
    const rows = await listRequests(uses.db, { ...filter, scopes }, uses.now(), limit + 1, keyOf(cursor));
    const views = await viewRequests(uses.db, actor, rows.slice(0, limit));
    return done(page(rows, limit, (row) => row.id, views.map(saying(say))));
  },
  getRequest: (uses, { actor, params, say }) => said(showRequest(uses, actor, params.id), say),
  requestToken: (uses, { actor, body, say }) => said(requestToken(uses, actor, body), say),
  cancelRequest: (uses, { actor, params, body, say }) =>
    said(cancelRequest(uses, actor, { ...params, ...body }), say),
  approveRequest: (uses, { actor, params, body, version, say }) =>
    said(approveRequest(uses, actor, { ...params, ...body, version }), say),
  rejectRequest: (uses, { actor, params, body, version, say }) =>
    said(rejectRequest(uses, actor, { ...params, ...body, version }), say),
  deferRequest: (uses, { actor, params, body, version, say }) =>
    said(deferRequest(uses, actor, { ...params, ...body, version }), say),
  distributeRequest: (uses, { actor, params, body }) => distributeRequest(uses, actor, params.id, body),

  listOwnOffers: async (uses, { person }) => (person ? listOwnOffers(uses) : nobody()),
  listOwnRequests: async (uses, { person }) => (person ? listOwnRequests(uses, person) : nobody()),
  requestOwnToken: async (uses, { person, body }) =>
    person ? requestOwnToken(uses, person, body) : nobody(),
  cancelOwnRequest: async (uses, { person, params }) =>
    person ? withdrawOwnRequest(uses, person, params.id) : nobody(),
};
