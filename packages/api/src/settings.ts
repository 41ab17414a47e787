/**
 * Deployment settings stored in the database: each has its type, default and meaning here, for the documentation and the API; people read
 * names.json of the texts. What the process needs before it has a database (addresses, files) is configuration of the server, not here.
 */

import { z } from 'zod';
import { rule } from './field-rules.ts';
import { flag, named, patchOf, strict, versionSchema, whole } from './fields.ts';
import { edit, get, post, proven } from './operation.ts';
import { codeExpirySchema } from './profiles.ts';

/** Agents that translate look prompts up by these. */
const promptId = (id: string, of: string) =>
  z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, rule('resource-id'))
    .default(id)
    .meta({
      description: `ID by which agents look up the prompt for ${of}. No two prompts have the same one.`,
    });

export const settingsSchema = strict('Settings', {
  'tokens.maxPerUser': whole(1, 10, 3).meta({ description: 'How many tokens a user may have.' }),
  'tokens.lifetimeDays': whole(1, 36_500, 3650).meta({
    description: 'Lifetime of minted token records for which no expiration date is given, in days.',
  }),
  'tokens.autoAssignDays': whole(0, 3650, 30).meta({
    description:
      'A token is chosen automatically only if it is valid for at least this many more days. The one that expires last is chosen first.',
  }),
  'organization.name': z.string().trim().max(80).default('').meta({
    description: 'Name of the organization, on letters, in mails and on the first page.',
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
    .meta({
      description:
        'Mark of the organization, on letters, in mails and on the first page: a PNG or JPEG image as a data URL, of at least 16 pixels in each direction and at most 4 million in all.',
    }),
  'organization.color': z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^$|^#[0-9a-f]{6}$/, rule('color'))
    .default('')
    .meta({
      description:
        'Color of the organization, such as `#1f6f4a`: of buttons, links and the edge of mails and of the first page. White text on it must have a contrast of at least 4.5 : 1. Empty: the color of Sower.',
    }),
  'organization.helpText': z.string().trim().max(300).default('').meta({
    description:
      'Where users get help, such as the telephone number of the help desk and its hours, its lines separated by line breaks or semicolons: at the end of mails and on the first page.',
  }),
  'organization.callerChecks': z.string().trim().max(300).default('').meta({
    description:
      'What the help desk asks callers for before it helps them, such as `employee number; date of the last logon`, its lines separated by line breaks or semicolons: on the User Dashboard. Empty: nothing.',
  }),
  'organization.codesByTelephone': flag(true).meta({
    description:
      'Whether the help desk may read activation codes and emergency tokencodes to callers. What mails, letters, the consoles and the first page say of it follows this setting.',
  }),
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
  'provisioning.port': whole(0, 65_535, 0).meta({
    description: 'Port in links that are handed out. 0: the port of the public URL.',
  }),
  'provisioning.codeExpiry': codeExpirySchema.default('7d').meta({
    description:
      'When activation codes expire, for new token profiles that do not specify it: `never`, hours such as `12h`, days such as `7d`.',
  }),
  'approvals.second': flag(false).meta({
    description:
      'Two-person rule: whether a second administrator has to approve before the activation codes of a job, or more than `approvals.singleCodes` one by one, are handed out, a server key or the master key is changed, or this setting is turned off.',
  }),
  'approvals.singleCodes': whole(1, 10_000, 20).meta({
    description:
      'With the two-person rule: how many activation codes one person may be shown in a day, one by one, until another administrator has to approve as many again.',
  }),
  'retention.auditDays': whole(90, 36_500, 2555).meta({
    description:
      'How many days the audit trail is kept. Older rows are cut off; if backups are made, they are archived beside them first.',
  }),
  'retention.accountingDays': whole(1, 36_500, 365).meta({
    description:
      'How many days the sessions that RADIUS clients report (accounting) are kept. They are not archived.',
  }),
  'retention.cutUnforwarded': flag(false).meta({
    description:
      'Whether rows of the audit trail may be cut off before they have arrived everywhere that they are forwarded to. If not, they are kept until then, however old they are.',
  }),
  'retention.historyDays': whole(30, 36_500, 1095).meta({
    description:
      'How many days the events of distributions that have ended are kept, and distributions that were replaced by later ones.',
  }),
  'retention.sentMailDays': whole(1, 36_500, 90).meta({
    description:
      'How many days the record that a mail was sent is kept; for a reminder, at least until what it is about has expired. The content of the mail is deleted at once.',
  }),
  'retention.failedMailDays': whole(1, 36_500, 365).meta({
    description: 'How many days the record that a mail could not be sent is kept, and why.',
  }),
  'retention.requestsDays': whole(30, 36_500, 1095).meta({
    description: 'How many days requests that have ended are kept, with their decisions.',
  }),
  'retention.jobsDays': whole(30, 36_500, 365).meta({
    description: 'How many days jobs that have ended are kept, with their rows.',
  }),
  'retention.hold': z.string().trim().max(200).default('').meta({
    description: 'Why nothing is deleted, such as a legal hold and its reference. Empty: rows are deleted.',
  }),
  'activation.minChosenLength': whole(8, 64, 10).meta({
    description: 'Minimum length of an activation code chosen by an administrator.',
  }),
  'activation.resendSeconds': whole(60, 3600, 600).meta({
    description:
      'For how many seconds a client that repeats its ClientNonce byte for byte gets the same reply again.',
  }),
  'activation.showCode': flag(false).meta({
    description:
      'Whether the Self-Service Console also shows the link and activation code as text, for users who cannot scan the QR code.',
  }),
  'activation.sameDevice': flag(true).meta({
    description:
      'Whether the Self-Service Console offers the link itself to a user who opens it on the phone that is to get the token.',
  }),
  'activation.windowHours': whole(1, 168, 24).meta({
    description: 'How long an activation window that an administrator opens stays open, in hours.',
  }),
  'agents.registerFrom': z
    .string()
    .trim()
    .max(500)
    .overwrite((networks) => networks.replace(/[\s,;]+/g, ' '))
    .default('')
    .meta({
      description:
        'Addresses and networks, separated by spaces, from which an agent that no administrator has added registers itself when it comes with a credential that agents share. Who has such a credential there can then speak in any name, for all users. Empty: agents are added by administrators.',
    }),
  'agents.dateHeader': z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9-]{1,64}$/, rule('header-name'))
    .default('date')
    .meta({
      description: 'In which header an agent that signs its requests sends the date that it signed.',
    }),
  'agents.promptPasscode': promptId('PASSCODE', 'the passcode'),
  'agents.promptNextTokencode': promptId('NEXT_TOKENCODE', 'the next tokencode'),
  'agents.promptNewPin': promptId('NEWPIN', 'a new PIN'),
  'agents.promptNewPinOrSystem': promptId('NEWPIN_OR_SYSTEM', 'a new PIN, or one made by the server'),
  'agents.promptSystemPin': promptId('SYSTEM_GENERATED_PIN', 'whether to take the PIN that the server made'),
  'agents.promptPasscodeWithNewPin': promptId('PASSCODE_WITH_NEW_PIN', 'the passcode with the new PIN'),
  'alerts.mail': flag(true).meta({
    description: 'Whether administrators who may change settings get a mail when an alert begins.',
  }),
  'alerts.fewestTokens': whole(0, 100_000, 0).meta({
    description: 'There is an alert while fewer tokens than this are left to assign. 0: never.',
  }),
  'selfService.requests': flag(true).meta({
    description: 'Whether users may request tokens that are offered, and replacements.',
  }),
  'selfService.rename': flag(true).meta({ description: 'Whether users may rename their tokens.' }),
  'selfService.changePin': flag(true).meta({
    description:
      'Whether users may change a PIN. They can always create one for a token that has none, or whose PIN must be replaced.',
  }),
  'selfService.replacePin': flag(false).meta({
    description:
      'Whether users who have forgotten a PIN may choose another with two successive tokencodes. If on, a password and the device are enough to get at what the PIN protects. If off, the help desk clears the PIN.',
  }),
  'selfService.move': flag(true).meta({
    description:
      'Whether users may move a token to a new phone with approval from the old one. If off, an administrator distributes it again.',
  }),
  'selfService.resynchronise': flag(true).meta({
    description: 'Whether users may resynchronize a token with two successive tokencodes.',
  }),
  'selfService.reportLost': flag(true).meta({
    description:
      'Whether users may report a token as lost. If off, a thief can use the token until the help desk is reached.',
  }),
  'logOn.freshProofMinutes': whole(1, 60, 5).meta({
    description:
      'How long, in minutes, a logon or a later proof of identity allows an administrator to change credentials, keys, factors, roles and logon policies. The longer it is, the more an unattended screen is worth to an attacker.',
  }),
  'logOn.temporaryPasswordDays': whole(1, 365, 7).meta({
    description:
      'How many days a temporary password can be used to log on to either console. A password is temporary if someone else set it and it must be changed. After that, an administrator has to set another.',
  }),
  'requests.approverMail': z.enum(['off', 'immediate', 'daily']).default('daily').meta({
    description:
      'When those who can approve a request get mail about it: `immediate`, within a minute; `daily`, at the time of the schedule `approval-digest`; `off`, never. Only administrators with a mail address get mail.',
  }),
  'requests.remindDays': whole(0, 365, 3).meta({
    description: 'After how many days approvers get mail about a request again. 0: never.',
  }),
  'requests.escalateDays': whole(0, 365, 0).meta({
    description:
      'After how many days a request that is still waiting for the same approval is escalated: this is recorded, and others who can decide on the request get mail. 0: never.',
  }),
  'requests.escalateTo': z.string().trim().max(128).default('').meta({
    description:
      'To whom requests are escalated: the name of an administrator, or of a role. They get no further rights. Empty, or if none of them can decide: Super Admins.',
  }),
  'verify.window': whole(0, 10, 1).meta({
    description: 'Intervals before and after the expected one in which a single tokencode is enough.',
  }),
  'verify.firstUseSeconds': whole(0, 1800, 300).meta({
    description:
      'Clock difference, in either direction, up to which a tokencode is recognized. Beyond the window, the next one is required too.',
  }),
  'verify.maxDriftSeconds': whole(60, 3600, 600).meta({
    description:
      'Largest clock difference that a device may have: learned over time, or recognized after long silence from two tokencodes.',
  }),
  'verify.hotpLookAhead': whole(1, 100, 10).meta({
    description:
      'How many counters ahead an HOTP tokencode is recognized. Beyond the first few, the next one is required too.',
  }),
  'verify.failoverHotpJump': whole(0, 100, 0).meta({
    description:
      'By how much HOTP counters are advanced when PostgreSQL fails over to a standby that commits do not wait for. Users have to press as often before a tokencode is accepted; one that was used and lies further ahead is accepted again. 0: HOTP seeds are deleted, and these tokens have to be distributed again.',
  }),
});

export type Settings = z.infer<typeof settingsSchema>;
export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});
export const settingsPatchSchema = patchOf('SettingsPatch', settingsSchema.shape);
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
const settingsViewSchema = named('SettingsView', { settings: settingsSchema, version: versionSchema });

const addressSchema = strict('Address', {
  host: settingsSchema.shape['provisioning.host'],
  port: settingsSchema.shape['provisioning.port'],
});
const addressCheckSchema = named('AddressCheck', {
  url: z.string(),
  reachable: z.enum(['trusted', 'untrusted', 'unreachable']),
  /** Whether it is this deployment that answers; absent when nothing does. */
  thisServer: z.boolean().optional(),
  /** Whether the certificate shown there names the host; absent when nothing answers. */
  named: z.boolean().optional(),
});
export type AddressCheck = z.infer<typeof addressCheckSchema>;

export const SETTINGS_OPERATIONS = {
  getSettings: get('/settings', 'settings:edit', 'Show the settings', { response: settingsViewSchema }),
  editSettings: edit('/settings', proven('settings:edit'), 'Change settings', {
    body: settingsPatchSchema,
    response: settingsViewSchema,
    bodyLimit: 300_000,
  }),
  checkAddress: post(
    '/settings/address-check',
    'settings:edit',
    'Whether this server answers at a host name and port that links may contain',
    { body: addressSchema, response: addressCheckSchema },
  ),
};
