/**
 * Credentials of agents of the authentication API that all agents of a deployment may share: an access ID and an access key. The agent says by
 * `clientId` which one it is.
 */
import { z } from 'zod';
import { timeSchema, versionSchema } from './fields.ts';
import { idParams, type Operation, page } from './operation.ts';

const noteSchema = z
  .string()
  .trim()
  .max(1020)
  .meta({ description: 'What it is for, for administrators.', example: 'Data center 2' });
const deprecatedSchema = z.boolean().meta({
  description: 'To be replaced: it still works, and `usedBy` shows which agents have yet to get another.',
});

export const agentCredentialSchema = z
  .object({
    id: z.string(),
    accessId: z.string().meta({ description: 'What an agent that signs its requests sends in X-Access-ID.' }),
    note: noteSchema,
    deprecated: deprecatedSchema,
    usedBy: z
      .array(z.object({ agent: z.string(), lastUsedAt: timeSchema }))
      .meta({ description: 'Agents that have used it, the latest first.' }),
    lastUsedAt: timeSchema.optional(),
    createdAt: timeSchema,
    createdBy: z.string(),
    version: versionSchema,
  })
  .meta({ id: 'AgentCredential' });

export const agentCredentialInputSchema = z
  .strictObject({ note: noteSchema.default('') })
  .meta({ id: 'NewAgentCredential' });
export const agentCredentialPatchSchema = z
  .strictObject({ note: noteSchema.optional(), deprecated: deprecatedSchema.optional() })
  .meta({ id: 'AgentCredentialPatch' });
export const agentCredentialMadeSchema = agentCredentialSchema
  .extend({ accessKey: z.string().meta({ description: 'Shown in this answer only.' }) })
  .meta({ id: 'AgentCredentialMade' });

export type AgentCredential = z.infer<typeof agentCredentialSchema>;
export type AgentCredentialInput = z.output<typeof agentCredentialInputSchema>;
export type AgentCredentialPatch = z.output<typeof agentCredentialPatchSchema>;

export const AGENT_CREDENTIAL_OPERATIONS = {
  listAgentCredentials: {
    method: 'GET',
    path: '/agent-credentials',
    summary: 'List the credentials that agents share',
    permission: 'agents:view',
    response: page(agentCredentialSchema),
  },
  addAgentCredential: {
    method: 'POST',
    path: '/agent-credentials',
    summary: 'Add a credential that agents share; its access key is shown once',
    permission: 'agents:edit',
    body: agentCredentialInputSchema,
    response: agentCredentialMadeSchema,
    created: true,
    freshProof: true,
  },
  editAgentCredential: {
    method: 'PATCH',
    path: '/agent-credentials/:id',
    summary: 'Edit the note of a credential, or mark it as deprecated',
    permission: 'agents:edit',
    params: idParams,
    body: agentCredentialPatchSchema,
    response: agentCredentialSchema,
    ifMatch: true,
    freshProof: true,
  },
  deleteAgentCredential: {
    method: 'DELETE',
    path: '/agent-credentials/:id',
    summary: 'Delete a credential; agents that use it are refused from now on',
    permission: 'agents:edit',
    params: idParams,
    freshProof: true,
  },
} as const satisfies Record<string, Operation>;
