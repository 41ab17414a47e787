/**
 * Credentials of agents of the authentication API that all agents of a deployment may share: an access ID and an access key. The agent says by
 * `clientId` which one it is.
 */
import { z } from 'zod';
import { named, patchOf, strict, timeSchema, versionSchema } from './fields.ts';
import { add, edit, get, page, proven, remove } from './operation.ts';

const noteSchema = z
  .string()
  .trim()
  .max(1020)
  .meta({ description: 'What it is for, for administrators.', example: 'Data center 2' });
const deprecatedSchema = z.boolean().meta({
  description: 'To be replaced: it still works, and `usedBy` shows which agents have yet to get another.',
});

const agentCredentialSchema = named('AgentCredential', {
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
});

const agentCredentialInputSchema = strict('NewAgentCredential', { note: noteSchema.default('') });
const agentCredentialPatchSchema = patchOf('AgentCredentialPatch', {
  note: noteSchema,
  deprecated: deprecatedSchema,
});
const agentCredentialMadeSchema = agentCredentialSchema
  .extend({ accessKey: z.string().meta({ description: 'Shown in this answer only.' }) })
  .meta({ id: 'AgentCredentialMade' });

export type AgentCredential = z.infer<typeof agentCredentialSchema>;
export type AgentCredentialInput = z.output<typeof agentCredentialInputSchema>;
export type AgentCredentialPatch = z.output<typeof agentCredentialPatchSchema>;

export const AGENT_CREDENTIAL_OPERATIONS = {
  listAgentCredentials: get('/agent-credentials', 'agents:view', 'List the credentials that agents share', {
    response: page(agentCredentialSchema),
  }),
  addAgentCredential: add(
    '/agent-credentials',
    proven('agents:edit'),
    'Add a credential that agents share; its access key is shown once',
    { body: agentCredentialInputSchema, response: agentCredentialMadeSchema },
  ),
  editAgentCredential: edit(
    '/agent-credentials/:id',
    proven('agents:edit'),
    'Edit the note of a credential, or mark it as deprecated',
    { body: agentCredentialPatchSchema, response: agentCredentialSchema },
  ),
  deleteAgentCredential: remove(
    '/agent-credentials/:id',
    proven('agents:edit'),
    'Delete a credential; agents that use it are refused from now on',
  ),
};
