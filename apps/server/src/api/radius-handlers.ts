/** Handlers of authentications, RADIUS clients and authentication agents. */

import type { ResponseOf } from '@sower/api/operations';
import { isoTime } from '@sower/api/time';
import type { AttemptStep } from '../authentication/challenge/attempt.ts';
import {
  addAgentCredential,
  editAgentCredential,
  removeAgentCredential,
  showAgentCredentials,
} from '../clients/agent-credentials.ts';
import { addAgent, changeAgentKey, editAgent, removeAgent, showAgents } from '../clients/agents.ts';
import {
  addRadiusClient,
  changeRadiusSecret,
  editRadiusClient,
  removeRadiusClient,
  showRadiusClients,
} from '../clients/radius-clients.ts';
import {
  addCoexistence,
  editCoexistence,
  removeCoexistence,
  showCoexistences,
} from '../coexistence/coexistences.ts';
import { showMoves, showProgress } from '../coexistence/progress.ts';
import { type Actor, actorName, scopesOf } from '../core/actor.ts';
import { done } from '../core/outcome.ts';
import type { Answer } from '../core/unworded.ts';
import type { Handlers } from './call.ts';
import { prompted } from './problem.ts';

const clientName = (actor: Actor, source: string, userId: string) => ({
  client: actorName(actor),
  // Two keys may have the same name, and an administrator may have several sessions.
  binding: actor.session ?? actor.key,
  source,
  within: scopesOf(actor, 'authenticate'),
  handsOn: { name: userId, otherNames: false },
});

function view(step: AttemptStep): Answer<ResponseOf<'authenticate'>> {
  if (step.state === 'accepted') {
    const means = step.means === 'emergency' ? 'emergency-tokencode' : 'passcode';
    return { result: 'accepted', userId: step.userId, means };
  }
  if (step.state === 'rejected') return { result: 'rejected' };
  const { attempt: id, challenge, expiresAt } = step;
  return { result: 'challenge', ...prompted({ id, challenge, expiresAt: isoTime(expiresAt) }) };
}

export const RADIUS_HANDLERS = {
  authenticate: async (context, { actor, body, source }) =>
    done(view(await context.attempts.start({ ...clientName(actor, source, body.userId), ...body }))),
  answerChallenge: async (context, { actor, params, body, source }) =>
    done(
      view(
        await context.attempts.answer({
          ...clientName(actor, source, body.userId),
          attempt: params.id,
          ...body,
        }),
      ),
    ),
  cancelAuthentication: async (context, { actor, params, query, source }) => {
    await context.attempts.cancel({
      ...clientName(actor, source, query.userId),
      attempt: params.id,
      ...query,
    });
    return done(undefined);
  },

  listRadiusClients: async (context, { actor }) => {
    const shown = await showRadiusClients(context, actor);
    return shown.ok ? done({ ...shown.value, listeners: [...context.radiusListeners()] }) : shown;
  },
  addRadiusClient: (context, { actor, body }) => addRadiusClient(context, actor, body),
  editRadiusClient: (context, { actor, params, body, version }) =>
    editRadiusClient(context, actor, { id: params.id, version, change: body }),
  changeRadiusSecret: (context, { actor, params, body }) =>
    changeRadiusSecret(context, actor, { id: params.id, secret: body.secret }),
  deleteRadiusClient: (context, { actor, params }) => removeRadiusClient(context, actor, params.id),

  listAgents: (context, { actor }) => showAgents(context, actor),
  addAgent: (context, { actor, body }) => addAgent(context, actor, body),
  editAgent: (context, { actor, params, body, version }) =>
    editAgent(context, actor, { id: params.id, version, change: body }),
  changeAgentKey: (context, { actor, params }) => changeAgentKey(context, actor, params.id),
  deleteAgent: (context, { actor, params }) => removeAgent(context, actor, params.id),

  listAgentCredentials: (context, { actor }) => showAgentCredentials(context, actor),
  addAgentCredential: (context, { actor, body }) => addAgentCredential(context, actor, body),
  editAgentCredential: (context, { actor, params, body, version }) =>
    editAgentCredential(context, actor, { id: params.id, version, change: body }),
  deleteAgentCredential: (context, { actor, params }) => removeAgentCredential(context, actor, params.id),

  listCoexistences: (context, { actor }) => showCoexistences(context, actor),
  addCoexistence: (context, { actor, body }) => addCoexistence(context, actor, body),
  editCoexistence: (context, { actor, params, body, version }) =>
    editCoexistence(context, actor, { id: params.id, version, change: body }),
  deleteCoexistence: (context, { actor, params }) => removeCoexistence(context, actor, params.id),
  getCoexistenceProgress: (context, { actor }) => showProgress(context, actor),
  listCoexistenceUsers: (context, { actor, query }) => showMoves(context, actor, query),
} satisfies Partial<Handlers>;
