/** Device types: what an app on a platform can do, and how it gets a token. */
import { z } from 'zod';
import { rule } from './field-rules.ts';
import { nameSchema, storedNameSchema, strict, versionSchema } from './fields.ts';
import { add, get, page, remove } from './operation.ts';

export const authenticationTypes = ['pinpad', 'fob', 'tokencode'] as const;
/** Whether a token with seeds of these types may have a PIN. One without a seed may: it can become of any type. */
export const mayHavePin = (types: readonly string[]): boolean =>
  types.length === 0 || types.some((type) => type !== 'tokencode');

export const algorithms = ['securid', 'totp', 'hotp'] as const;

export const deviceDefinitionSchema = strict('DeviceDefinition', {
  id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, rule('device-type-id')),
  name: nameSchema,
  /** The app this definition is for; shown to users. */
  application: nameSchema,
  algorithms: z.array(z.enum(algorithms)).min(1),
  digits: z.array(z.union([z.literal(6), z.literal(8)])).min(1),
  intervals: z.array(z.union([z.literal(30), z.literal(60)])).min(1),
  authenticationTypes: z.array(z.enum(authenticationTypes)).min(1),
  /** Class GUID; the default content of DeviceSerialNumber. */
  deviceClass: z.guid(),
  dynamicSeedProvisioning: z.boolean(),
  qrCode: z.boolean(),
  /** The link of this platform; see docs/configuration.md for the placeholders. */
  linkTemplate: z.string().max(512),
  binding: z.strictObject({
    /** `required`: an exchange without device ID and class is refused. `when-present`: it is accepted. */
    assertion: z.enum(['required', 'when-present']),
    /** Names of the ProvisioningData elements that contain the device ID and the device class; case does not matter. */
    idFields: z.array(z.string().max(64)).max(16),
    classFields: z.array(z.string().max(64)).max(16),
  }),
  /** The platform refuses certificates that it does not trust, without asking the user. */
  trustedCertificateRequired: z.boolean(),
  downloadUrl: z.url({ protocol: /^https$/ }).optional(),
});

const deviceTypeSchema = deviceDefinitionSchema
  .extend({
    name: storedNameSchema,
    application: storedNameSchema,
    imported: z.boolean(),
    version: versionSchema,
  })
  .meta({ id: 'DeviceType' });

export type DeviceDefinition = z.infer<typeof deviceDefinitionSchema>;
export type DeviceType = z.infer<typeof deviceTypeSchema>;
export type Algorithm = (typeof algorithms)[number];

export const DEVICE_TYPE_OPERATIONS = {
  listDeviceTypes: get('/device-types', 'profiles:view', 'List device types', {
    response: page(deviceTypeSchema),
  }),
  importDeviceType: add('/device-types', 'profiles:edit', 'Import a device definition', {
    body: deviceDefinitionSchema,
    response: deviceTypeSchema,
  }),
  deleteDeviceType: remove(
    '/device-types/:id',
    'profiles:edit',
    'Delete an imported device type that no profile uses',
  ),
};
