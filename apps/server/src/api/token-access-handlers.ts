/** Policies, and what the help desk does when access fails. */

import type { POLICY_OPERATIONS } from '@sower/api/policies';
import type { TOKEN_ACCESS_OPERATIONS } from '@sower/api/token-access';
import { unlockUser } from '../authentication/limits/hold-back.ts';
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
import { resynchronizeToken } from '../authentication/token-access/resynchronize.ts';
import { testToken } from '../authentication/token-access/test-token.ts';
import type { Handlers } from './call.ts';

export const TOKEN_ACCESS_HANDLERS = {
  getTokenAccess: (context, { actor, params }) => showTokenAccess(context, actor, params.serial),
  testToken: (context, { actor, params, body }) => testToken(context, actor, { ...params, ...body }),
  resynchronizeToken: (context, { actor, params, body }) =>
    resynchronizeToken(context, actor, { ...params, ...body }),
  requireNewPin: (context, { actor, params, body }) => requireNewPin(context, actor, { ...params, ...body }),
  giveEmergencyAccess: (context, { actor, params, body }) =>
    giveEmergencyAccess(context, actor, { ...params, ...body }),
  endEmergencyAccess: (context, { actor, params }) => endEmergencyAccess(context, actor, params),
  unlockUser: (context, { actor, params }) => unlockUser(context, actor, params.userId),
  getUserActivity: (context, { actor, params }) => showUserActivity(context, actor, params.userId),
} as const satisfies Pick<Handlers, keyof typeof TOKEN_ACCESS_OPERATIONS>;

export const POLICY_HANDLERS = {
  listPolicies: (context, { actor, params }) => showPolicies(context, actor, params.kind),
  getPolicy: (context, { actor, params }) => showPolicy(context, actor, params),
  getPolicyReach: (context, { actor, params }) => policyReach(context, actor, params),
  editTokenPolicy: (context, { actor, params, body, version }) =>
    editPolicy(context, actor, { kind: 'token', domain: params.domain, policy: body, version }),
  editLockoutPolicy: (context, { actor, params, body, version }) =>
    editPolicy(context, actor, { kind: 'lockout', domain: params.domain, policy: body, version }),
  editEmergencyPolicy: (context, { actor, params, body, version }) =>
    editPolicy(context, actor, { kind: 'emergency', domain: params.domain, policy: body, version }),
  removePolicy: (context, { actor, params }) => removePolicy(context, actor, params),
} as const satisfies Pick<Handlers, keyof typeof POLICY_OPERATIONS>;
