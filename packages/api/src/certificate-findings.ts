/**
 * Everything that can be said against a TLS certificate, once: by a code, so that every language has its own sentence, and in English.
 * `{{…}}` are filled in by the server. The sentences say where it is and what to do.
 */
import { z } from 'zod';

export const CERTIFICATE_FINDINGS = {
  // What was given cannot be read.
  'certificate-missing':
    'There is no certificate in it. A certificate in PEM begins with the line -----BEGIN CERTIFICATE-----.',
  'certificate-damaged':
    'Certificate {{number}}, which begins in line {{line}}, cannot be read: it is damaged. Copy the file again.',
  'certificate-repeated': 'Certificate {{number}} ({{subject}}) is in the chain twice. Take one of them out.',
  'chain-too-long':
    'There are {{count}} certificates in it; a chain has 10 at most. Take out what is not part of it.',
  'key-missing':
    'There is no private key with it, and no key made here belongs to this certificate. Add the key file.',
  'key-damaged':
    'The private key cannot be read. A key in PEM begins with the line -----BEGIN PRIVATE KEY-----, or ENCRYPTED, RSA or EC PRIVATE KEY.',
  'several-keys': 'There are {{count}} private keys in it. Leave the one of the certificate.',
  'password-missing': 'The private key is encrypted. Type its password.',
  'password-wrong': 'The password is not the right one.',
  'pkcs12-damaged': 'This is no PKCS#12 file (.p12 or .pfx), or it is damaged. Choose the file again.',
  'encryption-method':
    'It is encrypted in a way that cannot be read here ({{method}}). Export it again with AES-256 and SHA-256.',
  'too-many-rounds':
    'The file asks for {{count}} rounds to check its password, which is more than any program makes. Export it again.',

  // What was read cannot be used.
  'key-of-another':
    'The private key is not the one of certificate {{number}} ({{subject}}). Give the key that was made with the request for it.',
  'key-further-down':
    "The private key belongs to certificate {{number}} ({{subject}}). The server's own certificate has to come first: the order is wrong.",
  expired: 'Certificate {{number}} ({{subject}}) expired on {{date}}. Ask its authority for a new one.',
  'not-yet-valid':
    'Certificate {{number}} ({{subject}}) is valid only from {{date}}. Wait until then, or check the clock of this server.',
  'name-missing':
    'Certificate 1 does not name {{host}}, which clients call; it names {{names}}. Ask for one with this name as a DNS name.',
  'not-for-servers':
    'Certificate 1 ({{subject}}) is not made for servers: its extended key usage has no "TLS Web Server Authentication".',
  'weak-key':
    'Certificate {{number}} ({{subject}}) has a key that clients refuse: {{key}}. Use RSA with 2048 bits or more, or EC P-256.',
  'weak-signature':
    'Certificate {{number}} ({{subject}}) is signed with {{algorithm}}, which clients refuse. Ask for one signed with SHA-256.',
  'wrong-order':
    'Certificate {{number}} ({{subject}}) did not issue the one before it; certificate {{right}} did. The order is: server, then each one that issued the one before.',
  'foreign-certificate':
    'Certificate {{number}} ({{subject}}) did not issue the one before it, nor did any other here. Add the certificate of "{{issuer}}" after certificate {{before}}, or take number {{number}} out.',
  'chain-incomplete':
    'The chain ends with certificate {{number}}, which "{{issuer}}" issued, and no authority known here is called so. Append the certificate of the issuer.',

  // What is presented now.
  'own-authority':
    "The certificate is of this server's own CA. Phones refuse it, and people are asked to accept it. Use one of a trusted authority: Setup > Certificates, or sower certificate request.",
  'self-signed': 'The certificate is self-signed. Phones refuse it. Use one of a trusted authority.',
  'expires-soon':
    'Certificate {{number}} ({{subject}}) expires in {{days}} days, on {{date}}. Replace it before; clients accept it no longer then.',
  overridden:
    'A certificate is stored here, but this server was started with --tls-certificate, which goes before it. Start it without, and the stored one is used.',
  unreachable: '{{url}} does not answer from this host. Phones must reach it, from where they are.',
  'another-server':
    '{{url}} answers, but it is not this server. Check the host name, the port and the proxy.',
  untrusted:
    '{{url}} answers with a certificate that this host does not trust ({{reason}}). Phones without its authority refuse it.',
  'no-tls':
    '{{url}} answers without TLS. Authenticators call nothing but https; put a proxy before this server.',
  'wrong-name': '{{url}} answers with a certificate that does not name {{host}}.',
  'other-certificate':
    '{{url}} answers with another certificate than the one here: a proxy before this server has its own.',
} as const;

export type CertificateFindingCode = keyof typeof CERTIFICATE_FINDINGS;

export const certificateFindingSchema = z
  .object({
    code: z.enum(Object.keys(CERTIFICATE_FINDINGS) as [CertificateFindingCode, ...CertificateFindingCode[]]),
    /** The field of the upload it is about; absent for what is presented now. */
    path: z.enum(['chain', 'key', 'password', 'file']).optional(),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
    /** The sentence in English. */
    text: z.string(),
  })
  .meta({ id: 'CertificateFinding' });
export type CertificateFinding = z.infer<typeof certificateFindingSchema>;

export function certificateFinding(
  code: CertificateFindingCode,
  values: CertificateFinding['values'] = {},
  path?: CertificateFinding['path'],
): CertificateFinding {
  const text = CERTIFICATE_FINDINGS[code].replace(/\{\{(\w+)\}\}/g, (_, name: string) =>
    String(values[name] ?? ''),
  );
  return { code, values, text, ...(path === undefined ? {} : { path }) };
}
