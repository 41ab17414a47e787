/** Handlers of authentications, RADIUS clients and authentication agents. */

import type { ResponseOf } from '@sower/api/operations';
import type { AttemptStep } from '../authentication/challenge/attempt.ts';
import { addAgent, changeAgentKey, editAgent, removeAgent, showAgents } from '../clients/agents.ts';
import {
  addRadiusClient,
  changeRadiusSecret,
  editRadiusClient,
  removeRadiusClient,
  showRadiusClients,
} from '../clients/radius-clients.ts';
import { type Actor, actorName, denied, scopesOf } from '../core/actor.ts';
import { done, type Outcome } from '../core/outcome.ts';
import { isoTime } from '../core/time.ts';
import type { ApiUses, Handlers } from './call.ts';
import type { InWords } from './language.ts';
import { openInWords } from './problem.ts';

const askerOf = (actor: Actor, source: string) => ({
  asker: actorName(actor),
  // Two keys may have the same name, and an administrator several sessions.
  binding: actor.session ?? actor.key,
  source,
  within: scopesOf(actor, 'authenticate'),
});

function view(step: AttemptStep, inWords: InWords): ResponseOf<'authenticate'> {
  if (step.state === 'accepted') {
    const means = step.means === 'emergency' ? 'emergency-tokencode' : 'passcode';
    return { result: 'accepted', userId: step.userId, means };
  }
  if (step.state === 'rejected') return { result: 'rejected' };
  const { attempt: id, challenge, expiresAt } = step;
  return { result: 'challenge', ...openInWords({ id, challenge, expiresAt: isoTime(expiresAt) }, inWords) };
}

function changed<T>(uses: ApiUses, outcome: Outcome<T>): Outcome<T> {
  if (outcome.ok) uses.forgetRadiusClients();
  return outcome;
}

export const RADIUS_HANDLERS = {
  authenticate: async (uses, { actor, body, source, inWords }) =>
    denied(actor, 'authenticate') ??
    done(view(await uses.attempts.start({ ...askerOf(actor, source), ...body }), inWords)),
  answerChallenge: async (uses, { actor, params, body, source, inWords }) =>
    denied(actor, 'authenticate') ??
    done(
      view(await uses.attempts.answer({ ...askerOf(actor, source), attempt: params.id, ...body }), inWords),
    ),
  cancelAuthentication: async (uses, { actor, params, query, source }) => {
    const denial = denied(actor, 'authenticate');
    if (denial) return denial;
    await uses.attempts.cancel({ ...askerOf(actor, source), attempt: params.id, ...query });
    return done(undefined);
  },

  listRadiusClients: async (uses, { actor }) => {
    const shown = await showRadiusClients(uses, actor);
    return shown.ok ? done({ ...shown.value, listeners: [...uses.radiusListeners()] }) : shown;
  },
  addRadiusClient: async (uses, { actor, body }) => changed(uses, await addRadiusClient(uses, actor, body)),
  editRadiusClient: async (uses, { actor, params, body, version }) =>
    changed(uses, await editRadiusClient(uses, actor, { id: params.id, version, change: body })),
  changeRadiusSecret: async (uses, { actor, params, body }) =>
    changed(uses, await changeRadiusSecret(uses, actor, { id: params.id, secret: body.secret })),
  deleteRadiusClient: async (uses, { actor, params }) =>
    changed(uses, await removeRadiusClient(uses, actor, params.id)),

  listAgents: (uses, { actor }) => showAgents(uses, actor),
  addAgent: (uses, { actor, body }) => addAgent(uses, actor, body),
  editAgent: (uses, { actor, params, body, version }) =>
    editAgent(uses, actor, { id: params.id, version, change: body }),
  changeAgentKey: (uses, { actor, params }) => changeAgentKey(uses, actor, params.id),
  deleteAgent: (uses, { actor, params }) => removeAgent(uses, actor, params.id),
} satisfies Partial<Handlers>;
