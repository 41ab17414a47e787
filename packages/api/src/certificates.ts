/** Certificates of the server: what is presented, what is stored, requests for new ones. Private keys are accepted, but never returned. */

import { prints } from '@sower/bytes/printable';
import { z } from 'zod';
import { certificateFindingSchema } from './certificate-findings.ts';
import { rule } from './field-rules.ts';
import { named, strict, timeSchema } from './fields.ts';
import { add, get, page, post, proven, remove } from './operation.ts';

const chainEntrySchema = named('ChainEntry', {
  subject: z.string(),
  issuer: z.string(),
  names: z.array(z.string()),
  validFrom: timeSchema,
  validTo: timeSchema,
  /** Whole days until it expires; negative if it has. */
  daysLeft: z.int(),
  selfSigned: z.boolean(),
  keyType: z.string(),
  signature: z.string(),
  /** SHA-256. */
  fingerprint: z.string(),
});

const certificateSchema = named('Certificate', {
  /**
   * Source of the certificate that is presented. `files`: --tls-certificate, which takes precedence over a stored one. `stored`: in the
   * database. `own`: from the server's own CA. `none`: the server uses plain HTTP, and a proxy has the certificate.
   */
  source: z.enum(['own', 'stored', 'files', 'none']),
  publicUrl: z.string(),
  /** Leaf first; behind a proxy, what the public URL presents. */
  chain: z.array(chainEntrySchema),
  /** The public URL as reached from this host, which trusts what the runtime and the operating system trust. */
  reachable: z.enum(['trusted', 'untrusted', 'unreachable']),
  /** Whether this deployment answers there; absent if nothing answers. */
  thisServer: z.boolean().optional(),
  /** Most important first; empty if there is nothing to fix. */
  problems: z.array(certificateFindingSchema),
});

/** Whole files as text; a certificate chain with its key has some kilobytes. */
const pem = z.string().max(48 * 1024);
const password = z.string().max(1024);

const certificateInputSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('pem'),
      /** The chain, leaf first; the key may be in the same text. */
      chain: pem.min(1),
      /** Absent: a key generated here with a request, or that of an earlier certificate. */
      key: pem.optional(),
      /** For an encrypted key. */
      password: password.optional(),
    }),
    z.strictObject({
      kind: z.literal('pkcs12'),
      /** Base64 of the file. */
      file: z
        .string()
        .min(1)
        .max(48 * 1024)
        .regex(/^[A-Za-z0-9+/]+={0,2}$/, rule('base64')),
      password: password.default(''),
    }),
  ])
  .meta({ id: 'CertificateUpload' });

const certificateCheckSchema = named('CertificateCheck', {
  /** Whether it could be used. */
  usable: z.boolean(),
  chain: z.array(chainEntrySchema),
  findings: z.array(certificateFindingSchema),
});

export const storedCertificateSchema = named('StoredCertificate', {
  id: z.string(),
  /** `request`: waiting for its certificate. `in-use`: chosen. `kept`: used earlier; it can be chosen again. `revoked`: by its authority. */
  state: z.enum(['request', 'in-use', 'kept', 'revoked']),
  subject: z.string(),
  names: z.array(z.string()),
  /** The certificate signing request in PEM, if it began with one. */
  request: z.string().optional(),
  /** Empty for a request. */
  chain: z.array(chainEntrySchema),
  createdAt: timeSchema,
  createdBy: z.string(),
  /** It was ordered by ACME, and can be revoked. */
  byAcme: z.boolean(),
});

export const certificateKeyTypes = ['rsa-2048', 'rsa-3072', 'rsa-4096', 'ec-p256'] as const;

const subjectPart = z.string().trim().max(64).refine(prints, rule('control-characters')).optional();
export const hostName = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^(\*\.)?([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$|^[0-9a-f:.]+$/,
    rule('host-or-address'),
  );

const certificateRequestSchema = strict('NewCertificateRequest', {
  keyType: z.enum(certificateKeyTypes).default('rsa-2048'),
  /** DNS names and IP addresses. */
  names: z.array(hostName).min(1).max(50),
  commonName: subjectPart,
  organization: subjectPart,
  organizationalUnit: subjectPart,
  locality: subjectPart,
  state: subjectPart,
  country: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^([A-Z]{2})?$/, rule('country'))
    .optional(),
});

export const CERTIFICATE_OPERATIONS = {
  getCertificate: get(
    '/certificate',
    'tokens:view',
    'What clients see of the TLS certificate, and whether the public URL answers',
    { response: certificateSchema },
  ),
  listCertificates: get(
    '/certificates',
    'keys:edit',
    'List the stored certificates and the requests waiting for an answer, latest first',
    { response: page(storedCertificateSchema) },
  ),
  checkCertificate: post(
    '/certificates/check',
    'keys:edit',
    'Check a certificate and its key without storing anything: what is wrong, and where',
    { body: certificateInputSchema, response: certificateCheckSchema },
  ),
  addCertificate: add(
    '/certificates',
    proven('keys:edit'),
    'Store a certificate and use it from now on; refused without any change if it could not be used',
    { body: certificateInputSchema, response: storedCertificateSchema },
  ),
  requestCertificate: post(
    '/certificates/requests',
    proven('keys:edit'),
    'Generate a key and a certificate signing request; the key never leaves the server',
    { body: certificateRequestSchema, response: storedCertificateSchema, created: '/certificates/:id' },
  ),
  useCertificate: post(
    '/certificates/:id/use',
    proven('keys:edit'),
    'Go back to an earlier certificate; `own` is the one that the server has without a stored one',
  ),
  deleteCertificate: remove(
    '/certificates/:id',
    proven('keys:edit'),
    'Delete a request or a certificate that is not in use, with its key',
  ),
};

export type ChainEntry = z.infer<typeof chainEntrySchema>;
export type Certificate = z.infer<typeof certificateSchema>;

/** Whether devices accept it: the step of the set-up. */
export const isTrusted = ({ reachable, problems }: Pick<Certificate, 'reachable' | 'problems'>): boolean =>
  reachable === 'trusted' && problems.length === 0;
export type CertificateInput = z.infer<typeof certificateInputSchema>;
export type CertificateCheck = z.infer<typeof certificateCheckSchema>;
export type StoredCertificate = z.infer<typeof storedCertificateSchema>;
export type CertificateRequest = z.infer<typeof certificateRequestSchema>;
