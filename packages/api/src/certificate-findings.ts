/** Everything that can be wrong with a TLS certificate, each with a code. */
import { z } from 'zod';
import { named } from './fields.ts';

export const CERTIFICATE_FINDINGS = [
  'certificate-missing',
  'certificate-damaged',
  'certificate-repeated',
  'chain-too-long',
  'key-missing',
  'key-damaged',
  'several-keys',
  'password-missing',
  'password-wrong',
  'pkcs12-damaged',
  'encryption-method',
  'too-many-rounds',
  'key-of-another',
  'key-further-down',
  'expired',
  'not-yet-valid',
  'name-missing',
  'not-for-servers',
  'weak-key',
  'weak-signature',
  'wrong-order',
  'foreign-certificate',
  'chain-incomplete',
  'own-authority',
  'self-signed',
  'expires-soon',
  'overridden',
  'acme-failed',
  'acme-aside',
  'unreachable',
  'another-server',
  'untrusted',
  'no-tls',
  'wrong-name',
  'other-certificate',
] as const;

export type CertificateFindingCode = (typeof CERTIFICATE_FINDINGS)[number];

export const certificateFindingSchema = named('CertificateFinding', {
  code: z.enum(CERTIFICATE_FINDINGS),
  /** The field of the upload concerned; absent for what is presented now. */
  path: z.enum(['chain', 'key', 'password', 'file']).optional(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  /** In the language of the caller. */
  text: z.string(),
});
export type CertificateFinding = z.infer<typeof certificateFindingSchema>;
