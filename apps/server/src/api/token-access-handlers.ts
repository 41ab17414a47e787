/** Policies, and what is done when access does not work as it should. */
import type { POLICY_OPERATIONS } from '@sower/api/policies';
import type { TOKEN_ACCESS_OPERATIONS } from '@sower/api/token-access';
import { unlockUser } from '../authentication/limits/unlock.ts';
import { requireNewPin } from '../authentication/pin/set-pin.ts';
import {
  editPolicy,
  policyReach,
  removePolicy,
  showPolicies,
  showPolicy,
} from '../authentication/policy/policy.ts';
import { showTokenAccess, showUserActivity } from '../authentication/token-access/access-view.ts';
import { endEmergencyAccess, giveEmergencyAccess } from '../authentication/token-access/emergency.ts';
import { resynchroniseToken } from '../authentication/token-access/resynchronise.ts';
import { testToken } from '../authentication/token-access/test-token.ts';
import { done } from '../core/outcome.ts';
import type { Handlers } from './call.ts';

export const TOKEN_ACCESS_HANDLERS = {
  getTokenAccess: (uses, { actor, params }) => showTokenAccess(uses, actor, params.serial),
  testToken: async (uses, { actor, params, body, inWords }) => {
    const tested = await testToken(uses, actor, { ...params, ...body });
    return tested.ok ? done({ result: tested.value.result, detail: inWords(tested.value.detail) }) : tested;
  },
  resynchroniseToken: (uses, { actor, params, body }) =>
    resynchroniseToken(uses, actor, { ...params, ...body }),
  requireNewPin: (uses, { actor, params, body }) => requireNewPin(uses, actor, { ...params, ...body }),
  giveEmergencyAccess: (uses, { actor, params, body }) =>
    giveEmergencyAccess(uses, actor, { ...params, ...body }),
  endEmergencyAccess: (uses, { actor, params }) => endEmergencyAccess(uses, actor, params),
  unlockUser: (uses, { actor, params }) => unlockUser(uses, actor, params.userId),
  getUserActivity: (uses, { actor, params }) => showUserActivity(uses, actor, params.userId),
} as const satisfies Pick<Handlers, keyof typeof TOKEN_ACCESS_OPERATIONS>;

export const POLICY_HANDLERS = {
  listPolicies: (uses, { actor, params }) => showPolicies(uses, actor, params.kind),
  getPolicy: (uses, { actor, params }) => showPolicy(uses, actor, params),
  getPolicyReach: (uses, { actor, params }) => policyReach(uses, actor, params),
  editTokenPolicy: (uses, { actor, params, body, version }) =>
    editPolicy(uses, actor, { kind: 'token', domain: params.domain, policy: body, version }),
  editLockoutPolicy: (uses, { actor, params, body, version }) =>
    editPolicy(uses, actor, { kind: 'lockout', domain: params.domain, policy: body, version }),
  editEmergencyPolicy: (uses, { actor, params, body, version }) =>
    editPolicy(uses, actor, { kind: 'emergency', domain: params.domain, policy: body, version }),
  removePolicy: (uses, { actor, params }) => removePolicy(uses, actor, params),
} as const satisfies Pick<Handlers, keyof typeof POLICY_OPERATIONS>;
