/** What TLS-ALPN-01 shows (RFC 8737 §3): a certificate of its own, signed by itself, with the proof in an extension that no client accepts. */

import { KeyObject, webcrypto } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { DAY } from '@sower/api/time';
import { pemOfPrivateKey } from '../private-key.ts';
import { x509 } from '../x509/asn1.later.ts';

const ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const OCTET_STRING = 0x04;

/** @param proof SHA-256 of the key authorization */
export async function validationContext(
  name: string,
  proof: Uint8Array,
  now: number,
): Promise<SecureContext> {
  x509.cryptoProvider.set(webcrypto as Crypto);
  const keys = (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=ACME validation',
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
      new x509.Extension(ACME_IDENTIFIER, true, new Uint8Array([OCTET_STRING, proof.length, ...proof])),
    ],
  });
  const { privateKey } = keys;
  return createSecureContext({
    cert: certificate.toString('pem'),
    key: pemOfPrivateKey(KeyObject.from(privateKey)),
  });
}
