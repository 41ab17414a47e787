/** RADIUS clients: network equipment that verifies passcodes here, and the attributes in its replies. */
import { z } from 'zod';
import { rule } from './field-rules.ts';
import {
  domainReference,
  groupNameSchema,
  named,
  nameSchema,
  onlyGroupsSchema,
  patchOf,
  storedNameSchema,
  strict,
  timeSchema,
  versionSchema,
} from './fields.ts';
import { LIMITS } from './limits.ts';
import { add, edit, get, page, proven, put, remove } from './operation.ts';

/** As network equipment accepts it: printable ASCII without spaces. */
export const radiusSecretSchema = z
  .string()
  .min(LIMITS.radiusSecret, rule('secret-length'))
  .max(128)
  .regex(/^[\x21-\x7e]+$/, rule('secret-characters'));

/** An attribute as people write it: see docs/radius.md for the names. */
const replyAttributeSchema = strict('ReplyAttribute', {
  name: z.string().trim().min(1).max(64),
  value: z.string().min(1).max(600),
  securityDomain: domainReference.optional().meta({
    description:
      'Only for users of this security domain and those below it. Replaces attributes of the same name from above.',
  }),
  group: groupNameSchema.optional().meta({
    description:
      'Only for users in this group of a directory. Replaces attributes of the same name that are for no group; of several groups, the first in the list decides.',
  }),
});

const networkSchema = z
  .string()
  .trim()
  .min(2)
  .max(64)
  .meta({ description: 'An address or a CIDR range; the longest one decides.', example: '192.0.2.0/24' });

/** SHA-256 of the client's certificate, hexadecimal, colons or none. */
const fingerprintSchema = z
  .string()
  .trim()
  .regex(/^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/, rule('fingerprint'));

const clientFields = {
  name: storedNameSchema,
  network: networkSchema,
  messageAuthenticator: z.enum(['required', 'optional']),
  password: z.enum(['none', 'then-passcode', 'with-passcode']).meta({
    description:
      'How it sends the password of a user: not at all, first and then the passcode as the answer to a challenge, or both in one field, the passcode last.',
  }),
  otherNames: z.boolean().meta({
    description:
      'With a password, users may also enter another name from an attribute that the source names in protectedNames. The client must let in the User-Name of the Access-Accept, not the name that it sent.',
  }),
  replyAttributes: z.array(replyAttributeSchema).max(50),
  onlyGroups: onlyGroupsSchema,
  enabled: z.boolean(),
};

const radiusClientSchema = named('RadiusClient', {
  id: z.string(),
  ...clientFields,
  /** A server of the version before, which serves on during an upgrade, does not answer it. */
  otherNames: clientFields.otherNames.default(false),
  /** Name of the security domain whose users it may authenticate, with those below it. */
  securityDomain: z.string(),
  /** RadSec: fingerprint of the certificate that the client presents. */
  certificate: z.string().optional(),
  createdAt: timeSchema,
  version: versionSchema,
});

export const radiusClientInputSchema = strict('NewRadiusClient', {
  name: nameSchema,
  network: networkSchema,
  secret: radiusSecretSchema.optional().meta({ description: 'Made by the server when left out.' }),
  messageAuthenticator: clientFields.messageAuthenticator.default('required'),
  password: clientFields.password.default('none'),
  otherNames: clientFields.otherNames.default(false),
  replyAttributes: clientFields.replyAttributes.default([]),
  onlyGroups: onlyGroupsSchema.default([]),
  securityDomain: domainReference.optional(),
  certificate: fingerprintSchema.optional(),
});

const radiusClientPatchSchema = patchOf('RadiusClientPatch', {
  ...clientFields,
  name: nameSchema,
  securityDomain: domainReference,
  certificate: z.union([fingerprintSchema, z.literal('')]),
});

const radiusClientMadeSchema = radiusClientSchema
  .extend({
    secret: z
      .string()
      .optional()
      .meta({ description: 'The one made by the server; shown in this answer only.' }),
  })
  .meta({ id: 'RadiusClientMade' });

const radiusSecretInputSchema = strict('NewRadiusSecret', { secret: radiusSecretSchema.optional() });

const radiusListenerSchema = named('RadiusListener', {
  kind: z.enum(['authentication', 'accounting', 'radsec']),
  address: z.string(),
});

export type RadiusClient = z.infer<typeof radiusClientSchema>;
export type RadiusClientInput = z.output<typeof radiusClientInputSchema>;
export type RadiusClientPatch = z.output<typeof radiusClientPatchSchema>;
export type RadiusListener = z.infer<typeof radiusListenerSchema>;
export type ReplyAttribute = z.infer<typeof replyAttributeSchema>;

export const RADIUS_CLIENT_OPERATIONS = {
  listRadiusClients: get(
    '/radius-clients',
    'agents:view',
    'List RADIUS clients, and where this server listens for them',
    { response: page(radiusClientSchema).extend({ listeners: z.array(radiusListenerSchema) }) },
  ),
  addRadiusClient: add(
    '/radius-clients',
    proven('agents:edit'),
    'Add a RADIUS client; a secret generated by the server is shown once',
    { body: radiusClientInputSchema, response: radiusClientMadeSchema },
  ),
  editRadiusClient: edit(
    '/radius-clients/:id',
    proven('agents:edit'),
    'Edit, enable or disable a RADIUS client',
    { body: radiusClientPatchSchema, response: radiusClientSchema },
  ),
  changeRadiusSecret: put(
    '/radius-clients/:id/secret',
    proven('agents:edit'),
    'Change the secret of a RADIUS client; the earlier one stops working within seconds',
    { body: radiusSecretInputSchema, response: radiusClientMadeSchema },
  ),
  deleteRadiusClient: remove('/radius-clients/:id', proven('agents:edit'), 'Delete a RADIUS client'),
};
