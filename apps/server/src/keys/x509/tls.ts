/**
 * The server's TLS certificate: files that are read again when they change, or one issued by its own CA.
 *
 * The own CA makes a first start work at once; authenticators elsewhere will not accept it, and the startup message says so.
 */

import { createPrivateKey, createPublicKey, KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { DAY } from '@sower/api/time';
import { pemOfPrivateKey, pkcs8Of } from '../private-key.ts';
import { writePrivate } from '../seal/private-file.ts';
import { x509 } from './asn1.later.ts';

export type TlsMaterial = { readonly cert: string; readonly key: string };

const SUITES_1_3 = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];
/**
 * For TLS 1.2, what RFC 9325 §4.2 recommends: recordings cannot be decrypted if the key is stolen later, and there is no padding to probe.
 */
const SUITES = ['ECDSA', 'RSA'].flatMap((kind) =>
  ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map((rest) => `ECDHE-${kind}-${rest}`),
);
/** For clients that support nothing else; last in order. */
const OLD_SUITES = [
  ...['ECDHE-ECDSA', 'ECDHE-RSA'].flatMap((kind) => [`${kind}-AES128-SHA`, `${kind}-AES256-SHA`]),
  ...['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-SHA', 'AES256-SHA'],
];

export type TlsListening = TlsMaterial & {
  readonly minVersion: 'TLSv1.2';
  readonly ciphers: string;
  readonly honorCipherOrder: true;
};

/** Options for every listener, HTTPS and RadSec, at startup and when the certificate is replaced. */
export function tlsListening({ cert, key }: TlsMaterial, oldClients: boolean): TlsListening {
  const suites = [...SUITES_1_3, ...SUITES, ...(oldClients ? OLD_SUITES : [])];
  return { cert, key, minVersion: 'TLSv1.2', ciphers: suites.join(':'), honorCipherOrder: true };
}

const CA_DAYS = 3650;
const CERTIFICATE_DAYS = 397;
/** Renewed when fewer days than this are left. */
const RENEW_DAYS = 30;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const SERVER_ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
} as const;

function belong(key: string, { publicKey }: X509Certificate): boolean {
  const spki = { format: 'der', type: 'spki' } as const;
  return createPublicKey(createPrivateKey(key)).export(spki).equals(publicKey.export(spki));
}

/**
 * Reads a certificate chain and its key and checks that they belong together.
 * @throws with a sentence if they do not
 */
export async function readTlsFiles(certificate: string, key: string): Promise<TlsMaterial> {
  const [certText, keyText] = await Promise.all([readFile(certificate, 'utf8'), readFile(key, 'utf8')]);
  const leaf = new X509Certificate(certText);
  if (!belong(keyText, leaf)) {
    throw new Error(`${key} is not the key of ${certificate}`);
  }
  return { cert: certText, key: keyText };
}

/** Watches modification times rather than events: renewals replace files, links and whole folders. */
export function watchTlsFiles(
  files: { certificate: string; key: string },
  onChange: (material: TlsMaterial) => void,
  onProblem: (error: unknown) => void,
): () => void {
  let last = '';
  const look = async (): Promise<void> => {
    try {
      const stats = await Promise.all([stat(files.certificate), stat(files.key)]);
      const now = stats.map(({ mtimeMs, size, ino }) => `${mtimeMs}:${size}:${ino}`).join(' ');
      if (last === '') last = now;
      if (now === last) return;
      // Half a renewal does not match; the next check finds the other half.
      onChange(await readTlsFiles(files.certificate, files.key));
      last = now;
    } catch (error) {
      onProblem(error);
    }
  };
  void look();
  const timer = setInterval(look, 5_000);
  timer.unref();
  return () => clearInterval(timer);
}

type OwnCertificate = TlsMaterial & { readonly made: boolean };

/** The certificate of the own CA in `folder`, issued or renewed if needed. `made` if it is new. */
export async function ownCertificate(
  folder: string,
  hosts: readonly string[],
  now: number,
): Promise<OwnCertificate> {
  const isMade = async (): Promise<boolean> => (await readdir(folder).catch(() => [])).length > 0;
  if (await isMade()) return certificateIn(folder, hosts, now);
  // Of several processes that find nothing, one puts the whole folder in its place, and the others take what is in that.
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const own = await mkdtemp(`${folder}.`);
  try {
    const made = await certificateIn(own, hosts, now);
    await rename(own, folder);
    return made;
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    if (await isMade()) return certificateIn(folder, hosts, now);
    throw error;
  }
}

async function certificateIn(folder: string, hosts: readonly string[], now: number): Promise<OwnCertificate> {
  const path = (name: string): string => join(folder, name);
  if (existsSync(path('server.pem')) && existsSync(path('server.key'))) {
    const cert = await readFile(path('server.pem'), 'utf8');
    const leaf = new X509Certificate(cert);
    const named = hosts.every(
      (host) => (isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)) !== undefined,
    );
    const key = await readFile(path('server.key'), 'utf8');
    // A clock that was ahead made one that no one accepts yet.
    const isValid =
      leaf.validFromDate.getTime() <= now && leaf.validToDate.getTime() - now > RENEW_DAYS * DAY;
    // Two processes that renewed at once may have left halves of two pairs, or one of the other's CA.
    if (named && isValid && belong(key, leaf) && (await isIssuedBy(path('ca.pem'), leaf)))
      return { cert, key, made: false };
  }
  x509.cryptoProvider.set(webcrypto as Crypto);
  const ca = await ownCa(path, now);
  const keys = await webcrypto.subtle.generateKey(SERVER_ALGORITHM, true, ['sign', 'verify']);
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${hosts[0] ?? 'localhost'}`,
    issuer: ca.certificate.subject,
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + CERTIFICATE_DAYS * DAY),
    publicKey: keys.publicKey as CryptoKey,
    signingKey: ca.key as CryptoKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
        true,
      ),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(ca.certificate.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as CryptoKey),
    ],
  });
  const cert = `${leaf.toString('pem')}\n${ca.certificate.toString('pem')}\n`;
  const key = privatePem(keys.privateKey);
  await writePrivate(path('server.key'), key);
  await writePrivate(path('server.pem'), cert, 0o644);
  return { cert, key, made: true };
}

/** By the CA that the instructions name, if it is there. */
async function isIssuedBy(file: string, leaf: X509Certificate): Promise<boolean> {
  if (!existsSync(file)) return true;
  const ca = new X509Certificate(await readFile(file));
  return leaf.checkIssued(ca) && leaf.verify(ca.publicKey);
}

async function ownCa(
  path: (name: string) => string,
  now: number,
): Promise<{ certificate: x509.X509Certificate; key: webcrypto.CryptoKey }> {
  if (existsSync(path('ca.pem')) && existsSync(path('ca.key'))) {
    const text = await readFile(path('ca.pem'), 'utf8');
    const certificate = new x509.X509Certificate(text);
    const pem = await readFile(path('ca.key'), 'utf8');
    const { notBefore, notAfter } = certificate;
    const isValid = notBefore.getTime() <= now && notAfter.getTime() - now > CERTIFICATE_DAYS * DAY;
    if (isValid && belong(pem, new X509Certificate(text))) {
      const der = pkcs8Of(createPrivateKey(pem));
      return {
        certificate,
        key: await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']),
      };
    }
  }
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Sower own CA',
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + CA_DAYS * DAY),
    signingAlgorithm: ALGORITHM,
    keys: keys as CryptoKeyPair,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as CryptoKey),
    ],
  });
  await writePrivate(path('ca.key'), privatePem(keys.privateKey));
  await writePrivate(path('ca.pem'), `${certificate.toString('pem')}\n`, 0o644);
  return { certificate, key: keys.privateKey };
}

const privatePem = (key: webcrypto.CryptoKey): string => pemOfPrivateKey(KeyObject.from(key));

function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] as number) & 0x7f;
  return Buffer.from(bytes).toString('hex');
}
