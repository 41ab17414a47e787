/** Mail: how it is sent, what is waiting and what failed, its templates, and users' mail settings. */
import { z } from 'zod';
import { flag, named, patchOf, strict, timeSchema, timeZoneSchema, versionSchema, whole } from './fields.ts';
import { MAIL_EVENT_NAMES, MAIL_LANGUAGES } from './mail-events.ts';
import { edit, get, listOf, page, pageQuery, patch, post, proven, put, remove } from './operation.ts';

/** One line: it becomes a header. */
const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would begin another header
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'no line breaks or control characters');
const address = z.email().max(254);
const pem = z.string().max(32_000);

export const mailSettingsSchema = strict('MailSettings', {
  /** Off: nothing is queued and nothing is sent. */
  enabled: flag(false),
  host: line(253).default(''),
  port: whole(1, 65_535, 587),
  /** `none` is accepted only for a mail server on the same host. */
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  /** Empty: no authentication. */
  user: line(254).default(''),
  from: z.union([address, z.literal('')]).default(''),
  fromName: line(128).default(''),
  replyTo: z.union([address, z.literal('')]).default(''),
  /** PEM of a CA that the operating system does not trust; empty: those it trusts. */
  certificateAuthority: pem.default(''),
  language: z.enum(MAIL_LANGUAGES).default('en'),
  timeZone: timeZoneSchema.default('UTC'),
  /** How administrators may mail link and code of a URL delivery. `separate` includes `encrypted`. */
  urlDelivery: z.enum(['never', 'encrypted', 'separate']).default('never'),
  codeExpiringHours: whole(1, 168, 24),
  tokenExpiringDays: whole(1, 60, 30),
  /** So many days before its date, users learn that their access ends; 0: never. */
  accessEndingDays: whole(0, 60, 7),
});

/** The destination of the password, and how it is protected on the way: it must be entered again when one of these changes. */
export const MAIL_DESTINATION = ['host', 'port', 'security', 'user', 'certificateAuthority'] as const;

/** Details of a certificate. */
const mailCertificateSchema = named('MailCertificate', {
  subject: z.string(),
  issuer: z.string(),
  addresses: z.array(z.string()),
  validFrom: timeSchema,
  validTo: timeSchema,
  fingerprint: z.string(),
});

const mailSettingsViewSchema = named('MailSettingsView', {
  settings: mailSettingsSchema,
  passwordSet: z.boolean(),
  /** The certificate for signing mail (S/MIME); absent: mail is not signed. */
  signing: mailCertificateSchema.optional(),
  version: versionSchema,
});

const mailSettingsPatchSchema = patchOf('MailSettingsPatch', {
  ...mailSettingsSchema.shape,
  /** Empty removes it. Required if a password is stored and host, port, security, user or certificateAuthority changes. */
  password: z.string().max(1024),
});

const signingInputSchema = strict('NewSigningIdentity', {
  /** A PKCS#12 file in base64. */
  pkcs12: z.base64().max(40_000),
  password: z.string().max(1024),
});

const testMailResultSchema = named('TestMailResult', {
  accepted: z.boolean(),
  /** The mail server's last answer, or why it could not be contacted. */
  reply: z.string(),
});

export const mailStates = ['queued', 'sent', 'dead'] as const;
const mailMessageSchema = named('MailMessage', {
  id: z.string(),
  event: z.string(),
  recipient: z.string(),
  subject: z.string(),
  encrypted: z.boolean(),
  state: z.enum(mailStates),
  attempts: z.int(),
  createdAt: timeSchema,
  /** Time of the next attempt; only for queued mail. */
  nextAt: timeSchema.optional(),
  sentAt: timeSchema.optional(),
  /** The server's last answer. */
  reason: z.string().optional(),
  messageId: z.string(),
});

const event = z.enum(MAIL_EVENT_NAMES);
const language = z.enum(MAIL_LANGUAGES);
/** ID of a device type; empty for all without a template of their own. */
const deviceType = z.string().regex(/^([a-z][a-z0-9-]{0,63})?$/);

const mailTemplateSchema = named('MailTemplate', {
  event,
  deviceType,
  language,
  subject: z.string(),
  body: z.string(),
  /** The original, never edited. */
  original: z.boolean(),
  version: versionSchema,
});
const templateKey = z.object({ event, language });
const mailTemplateInputSchema = strict('NewMailTemplate', {
  deviceType: deviceType.default(''),
  subject: line(200).pipe(z.string().min(1, 'a mail needs a subject')),
  body: z.string().min(1).max(10_000),
});
const mailPreviewSchema = named('MailPreview', {
  subject: z.string(),
  text: z.string(),
  html: z.string(),
});

const userMailSchema = named('UserMail', {
  /** Set here. Absent: what the identity source says, or else the language of the deployment. */
  language: language.optional(),
  /** Stored here. Absent: the one of the identity source, if any. */
  certificate: mailCertificateSchema.optional(),
  /** What the identity source says; of a user who comes from one. */
  source: z
    .object({ language: language.optional(), certificate: mailCertificateSchema.optional() })
    .optional(),
});
const userMailPatchSchema = patchOf('UserMailPatch', {
  /** Empty: what the identity source says, or else the language of the deployment. */
  language: z.union([language, z.literal('')]),
  /** PEM, or DER in base64; empty removes it. */
  certificate: pem,
});

/** Absent: possible. Otherwise why not. */
const mailDeliveryOptionsSchema = named('MailDeliveryOptions', {
  separate: z.string().optional(),
  encrypted: z.string().optional(),
});

export type MailSettings = z.infer<typeof mailSettingsSchema>;
export type MailSettingsPatch = z.infer<typeof mailSettingsPatchSchema>;
export type MailSettingsView = z.infer<typeof mailSettingsViewSchema>;
export type MailCertificate = z.infer<typeof mailCertificateSchema>;
export type MailMessage = z.infer<typeof mailMessageSchema>;
export type MailTemplate = z.infer<typeof mailTemplateSchema>;
export type MailTemplateInput = z.infer<typeof mailTemplateInputSchema>;
export type MailPreview = z.infer<typeof mailPreviewSchema>;
export type UserMail = z.infer<typeof userMailSchema>;
export type UserMailPatch = z.infer<typeof userMailPatchSchema>;
export type MailDeliveryOptions = z.infer<typeof mailDeliveryOptionsSchema>;
export const DEFAULT_MAIL_SETTINGS: MailSettings = mailSettingsSchema.parse({});

export const MAIL_OPERATIONS = {
  getMailSettings: get('/mail/settings', 'settings:edit', 'Show how mail is sent', {
    response: mailSettingsViewSchema,
  }),
  editMailSettings: edit(
    '/mail/settings',
    'settings:edit',
    'Change how mail is sent; the password is never shown again',
    { body: mailSettingsPatchSchema, response: mailSettingsViewSchema },
  ),
  sendTestMail: post(
    '/mail/test',
    'settings:edit',
    'Send a test mail now, and show the mail server’s answer',
    { body: z.strictObject({ to: address }), response: testMailResultSchema },
  ),
  listMail: get(
    '/mail/messages',
    'settings:edit',
    'Mail that is waiting, was sent or could not be sent, latest first',
    {
      query: z.strictObject({ ...pageQuery, state: z.enum(mailStates).optional() }),
      response: page(mailMessageSchema),
    },
  ),
  setMailSigning: put(
    '/mail/signing',
    proven('settings:edit'),
    'Sign mail with the key and certificate of a PKCS#12 file (S/MIME)',
    { body: signingInputSchema, response: mailSettingsViewSchema },
  ),
  removeMailSigning: remove('/mail/signing', proven('settings:edit'), 'Stop signing mail', {
    response: mailSettingsViewSchema,
  }),
  listMailTemplates: get(
    '/mail/templates',
    'settings:edit',
    'The mail templates: for each event and language, with those for single device types',
    { response: listOf(mailTemplateSchema) },
  ),
  editMailTemplate: put(
    '/mail/templates/:event/:language',
    'settings:edit',
    'Edit a mail template; unknown placeholders are refused',
    { params: templateKey, body: mailTemplateInputSchema, response: mailTemplateSchema },
  ),
  resetMailTemplate: post(
    '/mail/templates/:event/:language/reset',
    'settings:edit',
    'Reset a template to the original; one for a device type is deleted',
    { params: templateKey, body: z.strictObject({ deviceType: deviceType.default('') }) },
  ),
  previewMailTemplate: post(
    '/mail/templates/:event/:language/preview',
    'settings:edit',
    'Preview a template with sample data',
    { params: templateKey, body: mailTemplateInputSchema, response: mailPreviewSchema },
  ),
  getUserMail: get(
    '/users/:userId/mail',
    'users:view',
    'The language of a user, and the certificate for encrypted mail',
    { response: userMailSchema },
  ),
  editUserMail: patch(
    '/users/:userId/mail',
    'users:edit',
    'Set the language of a user, or the certificate for encrypted mail',
    { body: userMailPatchSchema, response: userMailSchema },
  ),
  getMailDeliveryOptions: get(
    '/tokens/:serial/mail-delivery',
    'tokens:distribute',
    'Whether link and activation code may be mailed to the user, and how',
    { response: mailDeliveryOptionsSchema },
  ),
  resendMail: post('/mail/messages/:id/send-again', 'settings:edit', 'Resend a mail that could not be sent', {
    response: mailMessageSchema,
  }),
};
