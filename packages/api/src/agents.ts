/** Authentication agents: programs that check passcodes over HTTPS, each in the shape that it speaks. */
import { z } from 'zod';
import {
  domainReference,
  named,
  nameSchema,
  onlyGroupsSchema,
  patchOf,
  storedNameSchema,
  strict,
  timeSchema,
  versionSchema,
} from './fields.ts';
import { add, edit, get, page, proven, put, remove } from './operation.ts';

/** `authentication-api`: initialize and verify under /mfa. `validate`: /validate/check and what belongs to it. */
export const AGENT_KINDS = ['authentication-api', 'validate'] as const;
export type AgentKind = (typeof AGENT_KINDS)[number];

/** What an agent of the kind `validate` may do beside checking passcodes. */
export const AGENT_RIGHTS = ['trigger', 'tokens'] as const;
export type AgentRight = (typeof AGENT_RIGHTS)[number];

const networksSchema = z
  .array(z.string().trim().min(2).max(64))
  .max(20)
  .meta({
    description: 'Addresses and CIDR ranges that it may call from; none: any.',
    example: ['192.0.2.0/24'],
  });
const realmSchema = z.strictObject({
  realm: z.string().trim().min(1).max(128),
  securityDomain: domainReference,
});
/** As people write one: `example.com = Sales`. @returns undefined if it is none */
export function readRealm(line: string): z.output<typeof realmSchema> | undefined {
  const at = line.indexOf('=');
  const read = realmSchema.safeParse({
    realm: line.slice(0, Math.max(at, 0)),
    securityDomain: line.slice(at + 1),
  });
  return read.success ? read.data : undefined;
}

const realmsSchema = z.array(realmSchema).max(50).meta({
  description: 'Which security domain a realm stands for. A realm that is not here has no users.',
});
const rightsSchema = z.array(z.enum(AGENT_RIGHTS)).meta({
  description: '`trigger`: ask for a challenge without a passcode. `tokens`: list the tokens of a user.',
});

const agentSchema = named('Agent', {
  id: z.string(),
  name: storedNameSchema,
  kind: z.enum(AGENT_KINDS),
  securityDomain: z.string(),
  onlyGroups: onlyGroupsSchema,
  networks: networksSchema,
  realms: z.array(realmSchema.extend({ securityDomain: z.string() })),
  rights: rightsSchema,
  registeredItself: z.boolean().meta({
    description: 'It came with a credential that agents share, from where agents may register themselves.',
  }),
  enabled: z.boolean(),
  lastSeenAt: timeSchema.optional(),
  recent: z.object({ steps: z.int(), refused: z.int() }).meta({
    description:
      'Of its last hundred steps of authentications: how many there were, and how many were refused.',
  }),
  userAgent: z
    .string()
    .optional()
    .meta({ description: 'The name and version that it last gave for itself.' }),
  createdAt: timeSchema,
  createdBy: z.string(),
  version: versionSchema,
});

const agentInputSchema = strict('NewAgent', {
  name: nameSchema,
  kind: z.enum(AGENT_KINDS).default('authentication-api'),
  securityDomain: domainReference.optional(),
  onlyGroups: onlyGroupsSchema.default([]),
  networks: networksSchema.default([]),
  realms: realmsSchema.default([]),
  rights: rightsSchema.default([]),
});

const agentPatchSchema = patchOf('AgentPatch', {
  name: nameSchema,
  securityDomain: domainReference,
  onlyGroups: onlyGroupsSchema,
  networks: networksSchema,
  realms: realmsSchema,
  rights: rightsSchema,
  enabled: z.boolean(),
});

const agentMadeSchema = agentSchema
  .extend({ key: z.string().meta({ description: 'Shown in this answer only.' }) })
  .meta({ id: 'AgentMade' });

export type Agent = z.infer<typeof agentSchema>;
export type AgentInput = z.output<typeof agentInputSchema>;
export type AgentPatch = z.output<typeof agentPatchSchema>;

export const AGENT_OPERATIONS = {
  listAgents: get('/agents', 'agents:view', 'List authentication agents', { response: page(agentSchema) }),
  addAgent: add('/agents', proven('agents:edit'), 'Add an authentication agent; its key is shown once', {
    body: agentInputSchema,
    response: agentMadeSchema,
  }),
  editAgent: edit('/agents/:id', proven('agents:edit'), 'Edit, enable or disable an authentication agent', {
    body: agentPatchSchema,
    response: agentSchema,
  }),
  changeAgentKey: put(
    '/agents/:id/key',
    proven('agents:edit'),
    'Change the key of an authentication agent; the earlier one stops working within seconds',
    { response: agentMadeSchema },
  ),
  deleteAgent: remove('/agents/:id', proven('agents:edit'), 'Delete an authentication agent'),
};
