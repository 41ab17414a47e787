/** Keys for the server's certificate, and requests for it (PKCS#10, RFC 2986). The key is generated here and never leaves. */
import { KeyObject, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type { CertificateRequest } from '@sower/api/certificates';
import { x509 } from './asn1.later.ts';

const rsa = (modulusLength: number) => ({
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength,
});
const ALGORITHMS = {
  'rsa-2048': rsa(2048),
  'rsa-3072': rsa(3072),
  'rsa-4096': rsa(4096),
  'ec-p256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
} as const satisfies Record<CertificateRequest['keyType'], object>;

type MadeRequest = {
  /** PKCS#10 in PEM. */
  readonly pem: string;
  readonly subject: string;
  readonly key: KeyObject;
};

export async function makeCertificateRequest(input: CertificateRequest): Promise<MadeRequest> {
  x509.cryptoProvider.set(webcrypto as Crypto);
  const algorithm = ALGORITHMS[input.keyType];
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  // From the whole to the part, the order of a name in RFC 5280 §4.1.2.4.
  const parts: [string, string | undefined][] = [
    ['C', input.country],
    ['ST', input.state],
    ['L', input.locality],
    ['O', input.organization],
    ['OU', input.organizationalUnit],
    // A common name has at most 64 characters (RFC 5280 §A.1); a longer host name is only among the names.
    ['CN', input.commonName || input.names.find((name) => name.length <= 64)],
  ];
  // As values and not as text, in which commas and quotes would have a meaning.
  const subject = parts.flatMap(([type, value]): x509.JsonAttributeAndObjectValue[] =>
    value ? [{ [type]: [type === 'C' ? { printableString: value } : { utf8String: value }] }] : [],
  );
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: new x509.Name(subject),
    keys: keys as CryptoKeyPair,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.SubjectAlternativeNameExtension(
        input.names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
    ],
  });
  return {
    pem: `${request.toString('pem')}\n`,
    subject: request.subject,
    key: KeyObject.from(keys.privateKey),
  };
}
