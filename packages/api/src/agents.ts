/** Authentication agents: programs that use the agent API. */
import { z } from 'zod';
import {
  domainReference,
  heldNameSchema,
  nameSchema,
  onlyGroupsSchema,
  timeSchema,
  versionSchema,
} from './fields.ts';
import { idParams, type Operation, page } from './operation.ts';

export const agentSchema = z
  .object({
    id: z.string(),
    name: heldNameSchema,
    securityDomain: z.string(),
    onlyGroups: onlyGroupsSchema,
    enabled: z.boolean(),
    createdAt: timeSchema,
    createdBy: z.string(),
    version: versionSchema,
  })
  .meta({ id: 'Agent' });

export const agentInputSchema = z
  .strictObject({
    name: nameSchema,
    securityDomain: domainReference.optional(),
    onlyGroups: onlyGroupsSchema.default([]),
  })
  .meta({ id: 'NewAgent' });

export const agentPatchSchema = z
  .strictObject({
    name: nameSchema.optional(),
    securityDomain: domainReference.optional(),
    onlyGroups: onlyGroupsSchema.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'AgentPatch' });

export const agentMadeSchema = agentSchema
  .extend({ key: z.string().meta({ description: 'Shown in this answer only.' }) })
  .meta({ id: 'AgentMade' });

export type Agent = z.infer<typeof agentSchema>;
export type AgentInput = z.output<typeof agentInputSchema>;
export type AgentPatch = z.output<typeof agentPatchSchema>;

export const AGENT_OPERATIONS = {
  listAgents: {
    method: 'GET',
    path: '/agents',
    summary: 'List authentication agents',
    permission: 'agents:view',
    response: page(agentSchema),
  },
  addAgent: {
    method: 'POST',
    path: '/agents',
    summary: 'Add an authentication agent; its key is shown once',
    permission: 'agents:edit',
    body: agentInputSchema,
    response: agentMadeSchema,
    created: true,
    freshProof: true,
  },
  editAgent: {
    method: 'PATCH',
    path: '/agents/:id',
    summary: 'Edit, enable or disable an authentication agent',
    permission: 'agents:edit',
    params: idParams,
    body: agentPatchSchema,
    response: agentSchema,
    ifMatch: true,
    freshProof: true,
  },
  changeAgentKey: {
    method: 'PUT',
    path: '/agents/:id/key',
    summary: 'Change the key of an authentication agent; the earlier one stops working within seconds',
    permission: 'agents:edit',
    params: idParams,
    response: agentMadeSchema,
    freshProof: true,
  },
  deleteAgent: {
    method: 'DELETE',
    path: '/agents/:id',
    summary: 'Delete an authentication agent',
    permission: 'agents:edit',
    params: idParams,
    freshProof: true,
  },
} as const satisfies Record<string, Operation>;
