/** The handlers of offers and requests. */

import type { OFFER_OPERATIONS } from '@sower/api/offers';
import type { REQUEST_OPERATIONS, TokenRequest } from '@sower/api/requests';
import type { SECOND_APPROVAL_OPERATIONS } from '@sower/api/second-approvals';
import type { STAND_IN_OPERATIONS } from '@sower/api/stand-ins';
import { denied } from '../core/actor.ts';
import { done, type Outcome } from '../core/outcome.ts';
import { decideOnSecondApproval, showSecondApprovals } from '../directory/second-approval.ts';
import { requestToken } from '../requests/ask.ts';
import {
  approveRequest,
  cancelRequest,
  decideRequests,
  deferRequest,
  distributeRequest,
  rejectRequest,
  showRequest,
} from '../requests/decide.ts';
import { decidersOf, shownScopes } from '../requests/deciders.ts';
import { addOffer, editOffer, removeOffer, showOffers } from '../requests/offers.ts';
import { type RequestView, viewRequests } from '../requests/request-view.ts';
import { addStandIn, endStandIn, showStandIns } from '../requests/stand-ins.ts';
import {
  listOwnOffers,
  listOwnRequests,
  requestOwnToken,
  withdrawOwnRequest,
} from '../self-service/own-requests.ts';
import { listRequests } from '../store/distribution/requests.ts';
import type { InWords } from '../web/language.ts';
import type { Handlers } from './call.ts';
import { keyOf, page } from './page.ts';
import { asData } from './problem.ts';

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

export const REQUEST_HANDLERS: Handlers<
  | keyof typeof OFFER_OPERATIONS
  | keyof typeof REQUEST_OPERATIONS
  | keyof typeof STAND_IN_OPERATIONS
  | keyof typeof SECOND_APPROVAL_OPERATIONS
> = {
  listSecondApprovals: (context, { actor }) => showSecondApprovals(context, actor),
  approveSecondApproval: (context, { actor, params, body }) =>
    decideOnSecondApproval(context, actor, params.id, body.object),
  rejectSecondApproval: (context, { actor, params }) =>
    decideOnSecondApproval(context, actor, params.id, undefined),
  listOffers: (context, { actor }) => showOffers(context, actor),
  addOffer: (context, { actor, body }) => addOffer(context, actor, body),
  editOffer: (context, { actor, params, body, version }) =>
    editOffer(context, actor, { id: params.id, version, change: body }),
  deleteOffer: (context, { actor, params }) => removeOffer(context, actor, params.id),
  listRequests: async (context, { actor, query, inWords }) => {
    const deciders = await decidersOf(context, actor);
    const scopes = shownScopes(deciders);
    const denial = denied(actor, 'requests:view');
    if (denial && scopes.length === 0) return denial;
    const { limit, cursor, ...filter } = query;
    const rows = await listRequests(
      context.db,
      { ...filter, scopes },
      context.now(),
      limit + 1,
      keyOf(cursor),
    );
    const views = await viewRequests(context.db, deciders, rows.slice(0, limit));
    return done(page(rows, limit, (row) => row.id, views.map(wordedBy(inWords))));
  },
  getRequest: (context, { actor, params, inWords }) =>
    worded(showRequest(context, actor, params.id), inWords),
  requestToken: (context, { actor, body, inWords }) => worded(requestToken(context, actor, body), inWords),
  cancelRequest: (context, { actor, params, body, inWords }) =>
    worded(cancelRequest(context, actor, { ...params, ...body }), inWords),
  approveRequest: (context, { actor, params, body, version, inWords }) =>
    worded(approveRequest(context, actor, { ...params, ...body, version }), inWords),
  rejectRequest: (context, { actor, params, body, version, inWords }) =>
    worded(rejectRequest(context, actor, { ...params, ...body, version }), inWords),
  decideRequests: async (context, { actor, body, inWords }) => {
    const outcome = await decideRequests(context, actor, body);
    if (!outcome.ok) return outcome;
    const failures = outcome.value.failures.map(({ detail, ...failed }) => ({
      ...failed,
      ...asData(detail),
      detail: inWords(detail),
    }));
    return done({ ...outcome.value, failures });
  },
  deferRequest: (context, { actor, params, body, version, inWords }) =>
    worded(deferRequest(context, actor, { ...params, ...body, version }), inWords),
  distributeRequest: async (context, { actor, params, body, inWords }) => {
    const outcome = await distributeRequest(context, actor, params.id, body);
    return outcome.ok
      ? done({ ...outcome.value, notices: outcome.value.notices.map((notice) => inWords(notice)) })
      : outcome;
  },

  listStandIns: (context, { actor }) => showStandIns(context, actor),
  addStandIn: (context, { actor, body }) => addStandIn(context, actor, body),
  endStandIn: (context, { actor, params }) => endStandIn(context, actor, params.id),

  listOwnOffers: (context) => listOwnOffers(context),
  listOwnRequests: (context, { signedInUser }) => listOwnRequests(context, signedInUser),
  requestOwnToken: (context, { signedInUser, body }) => requestOwnToken(context, signedInUser, body),
  cancelOwnRequest: (context, { signedInUser, params }) =>
    withdrawOwnRequest(context, signedInUser, params.id),
};
