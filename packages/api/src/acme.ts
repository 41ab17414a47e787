/** Certificates by ACME (RFC 8555): where they are ordered, and the state of the order. Keys are never returned. */
import { z } from 'zod';
import { certificateKeyTypes, hostName, storedCertificateSchema } from './certificates.ts';
import { rule } from './field-rules.ts';
import { named, strict, timeSchema, versionSchema } from './fields.ts';
import { get, post, proven, put } from './operation.ts';

export const acmeChallenges = ['http-01', 'tls-alpn-01', 'dns-01'] as const;

export const acmeSettingsSchema = strict('AcmeSettings', {
  enabled: z.boolean().default(false),
  /** URL of the directory, from which all other URLs are taken. */
  directory: z
    .string()
    .trim()
    .max(500)
    .regex(/^$|^https:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/, rule('https-url'))
    .default(''),
  /** PEM: the only authorities trusted for connections to the directory; empty: those that the operating system trusts. */
  authority: z.string().max(32_000).default(''),
  /** Where the authority may send mail; empty: nowhere. */
  contact: z.union([z.email().max(254), z.literal('')]).default(''),
  termsAgreed: z.boolean().default(false),
  challenge: z.enum(acmeChallenges).default('http-01'),
  keyType: z.enum(certificateKeyTypes).default('rsa-2048'),
  /** In addition to the names that clients connect to. */
  names: z.array(hostName).max(50).default([]),
  /** ID of the external account binding; empty: none. */
  bindingKeyId: z.string().trim().max(500).default(''),
});

const acmeSettingsInputSchema = acmeSettingsSchema
  .extend({
    /** Key of the external account binding, in base64url; absent: as it is stored. */
    bindingKey: z
      .string()
      .trim()
      .max(1_000)
      .regex(/^[A-Za-z0-9_-]*={0,2}$/, rule('base64url'))
      .optional(),
  })
  .meta({ id: 'AcmeChange' });

const acmeSchema = named('Acme', {
  settings: acmeSettingsSchema,
  bindingKeySet: z.boolean(),
  version: versionSchema,
  /**
   * `aside`: another certificate was put into use by hand, and is left alone. `unable`: no command for DNS was given to the process that
   * answers this.
   */
  state: z.enum(['off', 'ordering', 'waiting', 'failing', 'aside', 'unable']),
  /** When a node checks again. */
  nextAt: timeSchema.optional(),
  /** When the certificate is to be renewed, as far as is known. */
  renewAt: timeSchema.optional(),
  /** Attempts in a row that failed. */
  failures: z.int(),
  failedAt: timeSchema.optional(),
  /** Why the last one failed, in the language of the caller. */
  failure: z.string().optional(),
  /** What a certificate is ordered for. */
  orderedNames: z.array(z.string()),
});

export const revocationReasons = [
  'unspecified',
  'keyCompromise',
  'superseded',
  'cessationOfOperation',
] as const;

export const ACME_OPERATIONS = {
  getAcme: get('/acme', 'keys:edit', 'Show how certificates are ordered by ACME, and how far that is', {
    response: acmeSchema,
  }),
  editAcme: put('/acme', proven('keys:edit'), 'Set whether and where certificates are ordered by ACME', {
    body: acmeSettingsInputSchema,
    response: acmeSchema,
    ifMatch: true,
  }),
  orderCertificate: post(
    '/acme/order',
    proven('keys:edit'),
    'Order a certificate by ACME now, and use it whatever is in use',
    { response: acmeSchema },
  ),
  revokeCertificate: post(
    '/certificates/:id/revoke',
    proven('keys:edit'),
    'Have the authority revoke a certificate that came by ACME and is not in use',
    {
      body: z.strictObject({ reason: z.enum(revocationReasons).default('unspecified') }),
      response: storedCertificateSchema,
    },
  ),
};

export type AcmeSettings = z.infer<typeof acmeSettingsSchema>;
export type AcmeSettingsInput = z.infer<typeof acmeSettingsInputSchema>;
export type Acme = z.infer<typeof acmeSchema>;
export type RevocationReason = (typeof revocationReasons)[number];
