/**
 * Deployment settings kept in the database: each with its type, default and meaning, once. The documentation and the API read this
 * table. What the process needs before it has a database (addresses, files) is configuration of the server, not here.
 */

import { z } from 'zod';
import { rule } from './field-rules.ts';
import { versionSchema } from './fields.ts';
import type { Operation } from './operation.ts';
import { codeExpirySchema } from './profiles.ts';

export const settingsSchema = z
  .strictObject({
    'tokens.maxPerUser': z
      .int()
      .min(1)
      .max(10)
      .default(3)
      .meta({ description: 'How many tokens a user may hold.' }),
    'tokens.lifetimeDays': z
      .int()
      .min(1)
      .max(36_500)
      .default(3650)
      .meta({ description: 'Expiry of minted token records that name none, in days.' }),
    'tokens.autoAssignDays': z.int().min(0).max(3650).default(30).meta({
      description:
        'A token is chosen automatically only when it does not expire for so many days; the one that lives longest goes first.',
    }),
    'organization.name': z.string().trim().max(80).default('').meta({
      description: 'Name of the organization, on letters.',
    }),
    'organization.address': z.string().trim().max(200).default('').meta({
      description:
        'Postal address of the organization, on letters: its lines, separated by line breaks or semicolons.',
    }),
    'organization.logo': z
      .string()
      .max(200_000)
      .regex(/^$|^data:image\/(?:png|jpeg);base64,[A-Za-z0-9+/]+={0,2}$/, rule('logo'))
      .default('')
      .meta({ description: 'Logo on letters: a PNG or JPEG image as a data URL.' }),
    'provisioning.host': z
      .string()
      .trim()
      .toLowerCase()
      .max(253)
      .regex(
        /^$|^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
        rule('host-name'),
      )
      .default('')
      .meta({
        description:
          'Fully qualified host name in the links that are handed out. Empty: the one of the public URL. Links handed out before keep theirs.',
      }),
    'provisioning.port': z.int().min(0).max(65_535).default(0).meta({
      description: 'Port in the links that are handed out. 0: the one of the public URL.',
    }),
    'provisioning.codeExpiry': codeExpirySchema.default('7d').meta({
      description:
        'When activation codes expire, for token profiles that are added without saying it: `never`, hours such as `12h`, days such as `7d`.',
    }),
    'activation.minChosenLength': z
      .int()
      .min(8)
      .max(64)
      .default(10)
      .meta({ description: 'Least length of an activation code chosen by an administrator.' }),
    'activation.resendSeconds': z.int().min(60).max(3600).default(600).meta({
      description: 'For how long the reply to a repeated, byte-identical ClientNonce is sent again.',
    }),
    'activation.showCode': z.boolean().default(false).meta({
      description:
        'Whether the Self-Service Console also shows link and activation code as text to those who cannot scan the QR code.',
    }),
    'activation.sameDevice': z.boolean().default(true).meta({
      description:
        'Whether the Self-Service Console offers the link itself to who opens it on the phone that is to take the token.',
    }),
    'activation.windowHours': z
      .int()
      .min(1)
      .max(168)
      .default(24)
      .meta({ description: 'For how long an activation window that an administrator opens stays open.' }),
    'selfService.requests': z
      .boolean()
      .default(true)
      .meta({ description: 'Whether users may ask for tokens that are offered, and for replacements.' }),
    'selfService.rename': z
      .boolean()
      .default(true)
      .meta({ description: 'Whether users may give their tokens other nicknames.' }),
    'selfService.changePin': z.boolean().default(true).meta({
      description:
        'Whether users may change a PIN. Creating one for a token that has none, or has to have another, is always theirs.',
    }),
    'selfService.replacePin': z.boolean().default(false).meta({
      description:
        'Whether users who have forgotten a PIN may choose another by two successive tokencodes. Then a password and the device are enough for what the PIN protects; off, the help desk clears it.',
    }),
    'selfService.move': z.boolean().default(true).meta({
      description:
        'Whether users may move a token to a new phone by the consent of the old one. Off, an administrator distributes it again.',
    }),
    'selfService.resynchronise': z
      .boolean()
      .default(true)
      .meta({ description: 'Whether users may resynchronize a token by two successive tokencodes.' }),
    'selfService.reportLost': z.boolean().default(true).meta({
      description:
        'Whether users may report a token as lost. Off, a thief has until somebody answers the telephone.',
    }),
    'logOn.freshProofMinutes': z.int().min(1).max(60).default(5).meta({
      description:
        'For how long a log-on, or a proof asked for later, lets an administrator change credentials, keys, factors, roles and log-on policies. More makes a screen left open worth more.',
    }),
    'logOn.temporaryPasswordDays': z.int().min(1).max(365).default(7).meta({
      description:
        'For how long a password that somebody else gave, and that has to be changed, opens a session: a user’s in the Self-Service Console, an administrator’s in the Security Console. Afterwards an administrator gives another.',
    }),
    'verify.window': z
      .int()
      .min(0)
      .max(10)
      .default(1)
      .meta({ description: 'Intervals before and after the expected one of which one tokencode is enough.' }),
    'verify.firstUseSeconds': z.int().min(0).max(1800).default(300).meta({
      description:
        'Clock difference, either way, with which a tokencode is found; beyond the window the next one is asked for.',
    }),
    'verify.maxDriftSeconds': z.int().min(60).max(3600).default(600).meta({
      description:
        'Largest clock difference a device may have, learned, or found after long silence with two tokencodes.',
    }),
    'verify.hotpLookAhead': z.int().min(1).max(100).default(10).meta({
      description:
        'Counters ahead at which an HOTP tokencode is found; beyond the first few the next one is asked for.',
    }),
  })
  .meta({ id: 'Settings' });

export type Settings = z.infer<typeof settingsSchema>;
export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});
export const settingsPatchSchema = z
  .strictObject(
    Object.fromEntries(
      Object.entries(settingsSchema.shape).map(([name, schema]) => [name, schema.unwrap().optional()]),
    ) as unknown as { [K in keyof Settings]: z.ZodOptional<z.ZodType<Settings[K]>> },
  )
  .meta({ id: 'SettingsPatch' });
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
export const settingsViewSchema = z
  .object({ settings: settingsSchema, version: versionSchema })
  .meta({ id: 'SettingsView' });

export const addressSchema = z
  .strictObject({
    host: settingsSchema.shape['provisioning.host'],
    port: settingsSchema.shape['provisioning.port'],
  })
  .meta({ id: 'Address' });
export const addressCheckSchema = z
  .object({
    url: z.string(),
    reachable: z.enum(['trusted', 'untrusted', 'unreachable']),
    /** Whether it is this deployment that answers; absent when nothing does. */
    thisServer: z.boolean().optional(),
    /** Whether the certificate shown there names the host; absent when nothing answers. */
    named: z.boolean().optional(),
  })
  .meta({ id: 'AddressCheck' });
export type AddressCheck = z.infer<typeof addressCheckSchema>;

export const SETTINGS_OPERATIONS = {
  getSettings: {
    method: 'GET',
    path: '/settings',
    summary: 'Show the settings',
    permission: 'settings:edit',
    response: settingsViewSchema,
  },
  editSettings: {
    method: 'PATCH',
    path: '/settings',
    summary: 'Change settings',
    permission: 'settings:edit',
    body: settingsPatchSchema,
    response: settingsViewSchema,
    ifMatch: true,
    freshProof: true,
    bodyLimit: 300_000,
  },
  checkAddress: {
    method: 'POST',
    path: '/settings/address-check',
    summary: 'Whether this server answers at a host name and port that links may carry',
    permission: 'settings:edit',
    body: addressSchema,
    response: addressCheckSchema,
  },
} as const satisfies Record<string, Operation>;
