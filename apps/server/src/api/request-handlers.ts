/** The handlers of offers and requests. */

import type { OFFER_OPERATIONS } from '@sower/api/offers';
import type { REQUEST_OPERATIONS } from '@sower/api/requests';
import type { SECOND_APPROVAL_OPERATIONS } from '@sower/api/second-approvals';
import type { STAND_IN_OPERATIONS } from '@sower/api/stand-ins';
import { denied } from '../core/actor.ts';
import { done } from '../core/outcome.ts';
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
import { viewRequests } from '../requests/request-view.ts';
import { addStandIn, endStandIn, showStandIns } from '../requests/stand-ins.ts';
import {
  listOwnOffers,
  listOwnRequests,
  requestOwnToken,
  withdrawOwnRequest,
} from '../self-service/own-requests.ts';
import { listRequests } from '../store/distribution/requests.ts';
import type { Handlers } from './call.ts';
import { keyOf, page } from './page.ts';

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
  listRequests: async (context, { actor, query }) => {
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
    return done(page(rows, limit, (row) => row.id, views));
  },
  getRequest: (context, { actor, params }) => showRequest(context, actor, params.id),
  requestToken: (context, { actor, body }) => requestToken(context, actor, body),
  cancelRequest: (context, { actor, params, body }) => cancelRequest(context, actor, { ...params, ...body }),
  approveRequest: (context, { actor, params, body, version }) =>
    approveRequest(context, actor, { ...params, ...body, version }),
  rejectRequest: (context, { actor, params, body, version }) =>
    rejectRequest(context, actor, { ...params, ...body, version }),
  decideRequests: (context, { actor, body }) => decideRequests(context, actor, body),
  deferRequest: (context, { actor, params, body, version }) =>
    deferRequest(context, actor, { ...params, ...body, version }),
  distributeRequest: (context, { actor, params, body }) => distributeRequest(context, actor, params.id, body),
  listStandIns: (context, { actor }) => showStandIns(context, actor),
  addStandIn: (context, { actor, body }) => addStandIn(context, actor, body),
  endStandIn: (context, { actor, params }) => endStandIn(context, actor, params.id),

  listOwnOffers: (context) => listOwnOffers(context),
  listOwnRequests: (context, { signedInUser }) => listOwnRequests(context, signedInUser),
  requestOwnToken: (context, { signedInUser, body }) => requestOwnToken(context, signedInUser, body),
  cancelOwnRequest: (context, { signedInUser, params }) =>
    withdrawOwnRequest(context, signedInUser, params.id),
};
