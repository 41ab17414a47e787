/**
 * Deployment settings stored in the database: each has its type, default and meaning here, for the documentation and the API; people read
 * names.en.ts of the catalogue. What the process needs before it has a database (addresses, files) is configuration of the server, not here.
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
      .meta({ description: 'How many tokens a user may have.' }),
    'tokens.lifetimeDays': z.int().min(1).max(36_500).default(3650).meta({
      description: 'Lifetime of minted token records for which no expiration date is given, in days.',
    }),
    'tokens.autoAssignDays': z.int().min(0).max(3650).default(30).meta({
      description:
        'A token is chosen automatically only if it is valid for at least this many more days. The one that expires last is chosen first.',
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
          'Fully qualified host name in links that are handed out. Empty: the host of the public URL. Links that were already handed out do not change.',
      }),
    'provisioning.port': z.int().min(0).max(65_535).default(0).meta({
      description: 'Port in links that are handed out. 0: the port of the public URL.',
    }),
    'provisioning.codeExpiry': codeExpirySchema.default('7d').meta({
      description:
        'When activation codes expire, for new token profiles that do not specify it: `never`, hours such as `12h`, days such as `7d`.',
    }),
    'approvals.second': z.boolean().default(false).meta({
      description:
        'Two-person rule: whether activation codes of jobs are handed out, server keys and the master key are changed, and this setting is turned off, only after a second administrator has approved it.',
    }),
    'retention.auditDays': z.int().min(90).max(36_500).default(2555).meta({
      description:
        'How many days the audit trail is kept. What is older is archived beside the backups, and cut off.',
    }),
    'retention.accountingDays': z.int().min(1).max(36_500).default(365).meta({
      description:
        'How many days it is kept what RADIUS clients report of sessions (accounting). It is not archived.',
    }),
    'retention.cutUnforwarded': z.boolean().default(false).meta({
      description:
        'Whether rows of the audit trail that have not arrived everywhere they are forwarded to may be cut off too. If not, they stay until they have, however old.',
    }),
    'retention.historyDays': z.int().min(30).max(36_500).default(1095).meta({
      description:
        'How many days the events of distributions that have ended are kept, and distributions that later ones replaced.',
    }),
    'retention.sentMailDays': z.int().min(1).max(36_500).default(90).meta({
      description:
        'How many days it is kept that a mail was sent; of a reminder, until what it is about has expired. Its content is deleted at once.',
    }),
    'retention.failedMailDays': z.int().min(1).max(36_500).default(365).meta({
      description: 'How many days it is kept that a mail could not be sent.',
    }),
    'retention.requestsDays': z.int().min(30).max(36_500).default(1095).meta({
      description: 'How many days requests that have ended are kept, with their decisions.',
    }),
    'retention.jobsDays': z.int().min(30).max(36_500).default(365).meta({
      description: 'How many days jobs that have ended are kept, with their rows.',
    }),
    'retention.hold': z.string().trim().max(200).default('').meta({
      description: 'Why nothing is deleted, such as a legal hold and its reference. Empty: rows are deleted.',
    }),
    'activation.minChosenLength': z
      .int()
      .min(8)
      .max(64)
      .default(10)
      .meta({ description: 'Minimum length of an activation code chosen by an administrator.' }),
    'activation.resendSeconds': z.int().min(60).max(3600).default(600).meta({
      description: 'How long the reply to a repeated, byte-identical ClientNonce is sent again, in seconds.',
    }),
    'activation.showCode': z.boolean().default(false).meta({
      description:
        'Whether the Self-Service Console also shows the link and activation code as text, for users who cannot scan the QR code.',
    }),
    'activation.sameDevice': z.boolean().default(true).meta({
      description:
        'Whether the Self-Service Console offers the link itself to a user who opens it on the phone that is to get the token.',
    }),
    'activation.windowHours': z.int().min(1).max(168).default(24).meta({
      description: 'How long an activation window that an administrator opens stays open, in hours.',
    }),
    'alerts.mail': z.boolean().default(true).meta({
      description: 'Whether administrators who may change settings get a mail when an alert begins.',
    }),
    'alerts.fewestTokens': z.int().min(0).max(100_000).default(0).meta({
      description: 'There is an alert while fewer tokens than this are left to assign. 0: never.',
    }),
    'selfService.requests': z
      .boolean()
      .default(true)
      .meta({ description: 'Whether users may request tokens that are offered, and replacements.' }),
    'selfService.rename': z
      .boolean()
      .default(true)
      .meta({ description: 'Whether users may rename their tokens.' }),
    'selfService.changePin': z.boolean().default(true).meta({
      description:
        'Whether users may change a PIN. They can always create one for a token that has none, or whose PIN must be replaced.',
    }),
    'selfService.replacePin': z.boolean().default(false).meta({
      description:
        'Whether users who have forgotten a PIN may choose another with two successive tokencodes. If on, a password and the device are enough to get at what the PIN protects. If off, the help desk clears the PIN.',
    }),
    'selfService.move': z.boolean().default(true).meta({
      description:
        'Whether users may move a token to a new phone with approval from the old one. If off, an administrator distributes it again.',
    }),
    'selfService.resynchronise': z
      .boolean()
      .default(true)
      .meta({ description: 'Whether users may resynchronize a token with two successive tokencodes.' }),
    'selfService.reportLost': z.boolean().default(true).meta({
      description:
        'Whether users may report a token as lost. If off, a thief can use the token until the help desk is reached.',
    }),
    'logOn.freshProofMinutes': z.int().min(1).max(60).default(5).meta({
      description:
        'How long, in minutes, a logon or a later proof of identity allows an administrator to change credentials, keys, factors, roles and logon policies. The longer it is, the more an unattended screen is worth to an attacker.',
    }),
    'logOn.temporaryPasswordDays': z.int().min(1).max(365).default(7).meta({
      description:
        'How many days a temporary password, which somebody else set and which must be changed, can be used to log on: by a user to the Self-Service Console, by an administrator to the Security Console. After that, an administrator has to set another.',
    }),
    'requests.approverMail': z.enum(['off', 'immediate', 'daily']).default('daily').meta({
      description:
        'How those who can approve a request are written to: `off`; `immediate`, within a minute; `daily`, at the time of the schedule `approval-digest`. Only administrators with a mail address get mail.',
    }),
    'requests.remindDays': z.int().min(0).max(365).default(3).meta({
      description: 'After how many days approvers are written to again about a request. 0: never.',
    }),
    'requests.escalateDays': z.int().min(0).max(365).default(0).meta({
      description:
        'After how many days a request that waits for the same approval is escalated: it is recorded, and others who can decide on it are written to. 0: never.',
    }),
    'requests.escalateTo': z.string().trim().max(128).default('').meta({
      description:
        'To whom requests are escalated: the name of an administrator, or of a role. They get no further rights. Empty, or if none of them can decide: Super Admins.',
    }),
    'verify.window': z.int().min(0).max(10).default(1).meta({
      description: 'Intervals before and after the expected one in which a single tokencode is enough.',
    }),
    'verify.firstUseSeconds': z.int().min(0).max(1800).default(300).meta({
      description:
        'Clock difference, in either direction, up to which a tokencode is recognized. Beyond the window, the next one is required too.',
    }),
    'verify.maxDriftSeconds': z.int().min(60).max(3600).default(600).meta({
      description:
        'Largest clock difference that a device may have: learned over time, or recognized after long silence from two tokencodes.',
    }),
    'verify.hotpLookAhead': z.int().min(1).max(100).default(10).meta({
      description:
        'How many counters ahead an HOTP tokencode is recognized. Beyond the first few, the next one is required too.',
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
    summary: 'Whether this server answers at a host name and port that links may contain',
    permission: 'settings:edit',
    body: addressSchema,
    response: addressCheckSchema,
  },
} as const satisfies Record<string, Operation>;
