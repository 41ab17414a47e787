/** An authority for tests: certificates of every kind, good and bad. */
import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as Crypto);
const DAY = 86_400_000;
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export type Issued = { readonly pem: string; readonly keyPem: string; readonly keys: CryptoKeyPair };
export type CertificateInput = {
  readonly subject: string;
  readonly names?: readonly string[];
  readonly from?: number;
  readonly to?: number;
  /** RSA with so many bits; P-256 unless said. */
  readonly rsaBits?: number;
  /** The hash its issuer signs with. */
  readonly hash?: string;
  readonly authority?: boolean;
  readonly purposes?: readonly string[];
  /** Names the key of its issuer. */
  readonly namesIssuer?: boolean;
  /** Signs itself unless said. */
  readonly issuer?: Issued;
  /** A key that somebody else has: the answer to a request. */
  readonly publicKey?: CryptoKey;
};

export async function issue(request: CertificateInput): Promise<Issued> {
  const algorithm = request.rsaBits
    ? {
        name: 'RSASSA-PKCS1-v1_5',
        hash: 'SHA-256',
        publicExponent: new Uint8Array([1, 0, 1]),
        modulusLength: request.rsaBits,
      }
    : EC;
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const issuer = request.issuer ?? { pem: undefined, keys };
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex'),
    subject: request.subject,
    issuer: issuer.pem === undefined ? request.subject : new x509.X509Certificate(issuer.pem).subject,
    notBefore: new Date(request.from ?? Date.now() - DAY),
    notAfter: new Date(request.to ?? Date.now() + 90 * DAY),
    publicKey: request.publicKey ?? keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: { ...EC, hash: request.hash ?? 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(request.authority === true, undefined, true),
      ...(request.namesIssuer
        ? [await x509.AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey)]
        : []),
      ...(request.purposes ? [new x509.ExtendedKeyUsageExtension([...request.purposes])] : []),
      ...(request.names
        ? [
            new x509.SubjectAlternativeNameExtension(
              request.names.map((value) => ({
                type: isIP(value) ? ('ip' as const) : ('dns' as const),
                value,
              })),
            ),
          ]
        : []),
    ],
  });
  return { pem: `${certificate.toString('pem')}\n`, keyPem: await pemOf(keys.privateKey), keys };
}

async function pemOf(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs8',
  }) as string;
}

export type Authority = {
  readonly root: Issued;
  readonly intermediate: Issued;
  /** Of the intermediate, for these names. */
  issue(request?: Partial<CertificateInput>): Promise<Issued>;
  /** Leaf, intermediate, root. */
  chain(leaf: Issued): string;
};

export async function makeAuthority(names: readonly string[] = ['localhost']): Promise<Authority> {
  const root = await issue({ subject: 'CN=Test Root', authority: true });
  const intermediate = await issue({ subject: 'CN=Test Intermediate', authority: true, issuer: root });
  return {
    root,
    intermediate,
    issue: (request) => issue({ subject: 'CN=localhost', names, issuer: intermediate, ...request }),
    chain: (leaf) => leaf.pem + intermediate.pem + root.pem,
  };
}
