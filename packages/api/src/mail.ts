/** Mail: how it is sent, what is waiting and what failed, its templates, and users' mail settings. */
import { z } from 'zod';
import { patchOf, timeSchema, timeZoneSchema, versionSchema } from './fields.ts';
import { MAIL_EVENT_NAMES, MAIL_LANGUAGES } from './mail-events.ts';
import { idParams, type Operation, page, pageQuery, serialParams, userParams } from './operation.ts';

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

export const mailSettingsSchema = z
  .strictObject({
    /** Off: nothing is queued and nothing is sent. */
    enabled: z.boolean().default(false),
    host: line(253).default(''),
    port: z.int().min(1).max(65_535).default(587),
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
    codeExpiringHours: z.int().min(1).max(168).default(24),
    tokenExpiringDays: z.int().min(1).max(60).default(30),
    /** So many days before its date, users learn that their access ends; 0: never. */
    accessEndingDays: z.int().min(0).max(60).default(7),
  })
  .meta({ id: 'MailSettings' });

/** The destination of the password, and how it is protected on the way: it must be entered again when one of these changes. */
export const MAIL_DESTINATION = ['host', 'port', 'security', 'user', 'certificateAuthority'] as const;

/** Details of a certificate. */
export const mailCertificateSchema = z
  .object({
    subject: z.string(),
    issuer: z.string(),
    addresses: z.array(z.string()),
    validFrom: timeSchema,
    validTo: timeSchema,
    fingerprint: z.string(),
  })
  .meta({ id: 'MailCertificate' });

export const mailSettingsViewSchema = z
  .object({
    settings: mailSettingsSchema,
    passwordSet: z.boolean(),
    /** The certificate for signing mail (S/MIME); absent: mail is not signed. */
    signing: mailCertificateSchema.optional(),
    version: versionSchema,
  })
  .meta({ id: 'MailSettingsView' });

export const mailSettingsPatchSchema = z
  .strictObject({
    ...patchOf(mailSettingsSchema.shape),
    /** Empty removes it. Required if a password is stored and host, port, security, user or certificateAuthority changes. */
    password: z.string().max(1024).optional(),
  })
  .meta({ id: 'MailSettingsPatch' });

export const signingInputSchema = z
  .strictObject({
    /** A PKCS#12 file in base64. */
    pkcs12: z.base64().max(40_000),
    password: z.string().max(1024),
  })
  .meta({ id: 'NewSigningIdentity' });

export const testMailResultSchema = z
  .object({
    accepted: z.boolean(),
    /** The mail server's last answer, or why it could not be contacted. */
    reply: z.string(),
  })
  .meta({ id: 'TestMailResult' });

export const mailStates = ['queued', 'sent', 'dead'] as const;
export const mailMessageSchema = z
  .object({
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
  })
  .meta({ id: 'MailMessage' });

const event = z.enum(MAIL_EVENT_NAMES);
const language = z.enum(MAIL_LANGUAGES);
/** ID of a device type; empty for all without a template of their own. */
const deviceType = z.string().regex(/^([a-z][a-z0-9-]{0,63})?$/);

export const mailTemplateSchema = z
  .object({
    event,
    deviceType,
    language,
    subject: z.string(),
    body: z.string(),
    /** The original, never edited. */
    original: z.boolean(),
    version: versionSchema,
  })
  .meta({ id: 'MailTemplate' });
const templateKey = z.object({ event, language });
export const mailTemplateInputSchema = z
  .strictObject({
    deviceType: deviceType.default(''),
    subject: line(200).pipe(z.string().min(1, 'a mail needs a subject')),
    body: z.string().min(1).max(10_000),
  })
  .meta({ id: 'NewMailTemplate' });
export const mailPreviewSchema = z
  .object({ subject: z.string(), text: z.string(), html: z.string() })
  .meta({ id: 'MailPreview' });

export const userMailSchema = z
  .object({
    /** Set here. Absent: what the identity source says, or else the language of the deployment. */
    language: language.optional(),
    /** Stored here. Absent: the one of the identity source, if any. */
    certificate: mailCertificateSchema.optional(),
    /** What the identity source says; of a user who comes from one. */
    source: z
      .object({ language: language.optional(), certificate: mailCertificateSchema.optional() })
      .optional(),
  })
  .meta({ id: 'UserMail' });
export const userMailPatchSchema = z
  .strictObject({
    /** Empty: what the identity source says, or else the language of the deployment. */
    language: z.union([language, z.literal('')]).optional(),
    /** PEM, or DER in base64; empty removes it. */
    certificate: pem.optional(),
  })
  .meta({ id: 'UserMailPatch' });

/** Absent: possible. Otherwise why not. */
export const mailDeliveryOptionsSchema = z
  .object({ separate: z.string().optional(), encrypted: z.string().optional() })
  .meta({ id: 'MailDeliveryOptions' });

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
  getMailSettings: {
    method: 'GET',
    path: '/mail/settings',
    summary: 'Show how mail is sent',
    permission: 'settings:edit',
    response: mailSettingsViewSchema,
  },
  editMailSettings: {
    method: 'PATCH',
    path: '/mail/settings',
    summary: 'Change how mail is sent; the password is never shown again',
    permission: 'settings:edit',
    body: mailSettingsPatchSchema,
    response: mailSettingsViewSchema,
    ifMatch: true,
  },
  sendTestMail: {
    method: 'POST',
    path: '/mail/test',
    summary: 'Send a test mail now, and show the mail server’s answer',
    permission: 'settings:edit',
    body: z.strictObject({ to: address }),
    response: testMailResultSchema,
  },
  listMail: {
    method: 'GET',
    path: '/mail/messages',
    summary: 'Mail that is waiting, was sent or could not be sent, latest first',
    permission: 'settings:edit',
    query: z.strictObject({ ...pageQuery, state: z.enum(mailStates).optional() }),
    response: page(mailMessageSchema),
  },
  setMailSigning: {
    method: 'PUT',
    path: '/mail/signing',
    summary: 'Sign mail with the key and certificate of a PKCS#12 file (S/MIME)',
    permission: 'settings:edit',
    body: signingInputSchema,
    response: mailSettingsViewSchema,
    freshProof: true,
  },
  removeMailSigning: {
    method: 'DELETE',
    path: '/mail/signing',
    summary: 'Stop signing mail',
    permission: 'settings:edit',
    response: mailSettingsViewSchema,
    freshProof: true,
  },
  listMailTemplates: {
    method: 'GET',
    path: '/mail/templates',
    summary: 'The mail templates: for each event and language, with those for single device types',
    permission: 'settings:edit',
    response: z.object({ items: z.array(mailTemplateSchema) }),
  },
  editMailTemplate: {
    method: 'PUT',
    path: '/mail/templates/:event/:language',
    summary: 'Edit a mail template; unknown placeholders are refused',
    permission: 'settings:edit',
    params: templateKey,
    body: mailTemplateInputSchema,
    response: mailTemplateSchema,
  },
  resetMailTemplate: {
    method: 'POST',
    path: '/mail/templates/:event/:language/reset',
    summary: 'Reset a template to the original; one for a device type is deleted',
    permission: 'settings:edit',
    params: templateKey,
    body: z.strictObject({ deviceType: deviceType.default('') }),
  },
  previewMailTemplate: {
    method: 'POST',
    path: '/mail/templates/:event/:language/preview',
    summary: 'Preview a template with sample data',
    permission: 'settings:edit',
    params: templateKey,
    body: mailTemplateInputSchema,
    response: mailPreviewSchema,
  },
  getUserMail: {
    method: 'GET',
    path: '/users/:userId/mail',
    summary: 'The language of a user, and the certificate for encrypted mail',
    permission: 'users:view',
    params: userParams,
    response: userMailSchema,
  },
  editUserMail: {
    method: 'PATCH',
    path: '/users/:userId/mail',
    summary: 'Set the language of a user, or the certificate for encrypted mail',
    permission: 'users:edit',
    params: userParams,
    body: userMailPatchSchema,
    response: userMailSchema,
  },
  getMailDeliveryOptions: {
    method: 'GET',
    path: '/tokens/:serial/mail-delivery',
    summary: 'Whether link and activation code may be mailed to the user, and how',
    permission: 'tokens:distribute',
    params: serialParams,
    response: mailDeliveryOptionsSchema,
  },
  resendMail: {
    method: 'POST',
    path: '/mail/messages/:id/send-again',
    summary: 'Resend a mail that could not be sent',
    permission: 'settings:edit',
    params: idParams,
    response: mailMessageSchema,
  },
} as const satisfies Record<string, Operation>;
