/**
 * From an upload to certificates and a key: PEM, PKCS#12, or an authority's answer in DER or PKCS#7. certificate-examination.ts decides
 * whether they can be used.
 */

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { CertificateInput } from '@sower/api/certificates';
import { LIMITS } from '@sower/api/limits';
import { readPkcs8 } from '../private-key.ts';
import { pkijs, x509 } from './asn1.later.ts';
import { type CertificateFinding, certificateFinding } from './certificate-findings.ts';
import { decryptWithPassword, Unreadable } from './password-based.ts';
import { certificateBlocks, pemBlocks } from './pem.ts';
import { readPkcs12 } from './pkcs12.ts';

/**
 * The certificates in a PKCS#7 file (RFC 2315, .p7b), which some authorities send as their answer. It contains no key, and its order means
 * nothing.
 */

/** @returns undefined if it is something else */
function readPkcs7(octets: Uint8Array): X509Certificate[] | undefined {
  try {
    const info = pkijs.ContentInfo.fromBER(new Uint8Array(octets));
    if (info.contentType !== pkijs.ContentInfo.SIGNED_DATA) return undefined;
    const { certificates = [] } = new pkijs.SignedData({ schema: info.content });
    return certificates
      .filter((certificate) => certificate instanceof pkijs.Certificate)
      .map((certificate) => new X509Certificate(new Uint8Array(certificate.toSchema(false).toBER(false))));
  } catch {
    return undefined;
  }
}

type ReadCertificate = {
  readonly chain: readonly X509Certificate[];
  /** Absent: none was given. */
  readonly key: KeyObject | undefined;
};
export type Reading =
  | ({ readonly ok: true } & ReadCertificate)
  | { readonly ok: false; readonly finding: CertificateFinding };

export async function readCertificate(input: CertificateInput): Promise<Reading> {
  try {
    const read = input.kind === 'pem' ? await readPem(input) : await readFile(input.file, input.password);
    if (read.chain.length > LIMITS.chain) {
      return refuse('chain-too-long', { found: read.chain.length }, pathOf(input));
    }
    return { ok: true, ...read };
  } catch (error) {
    if (error instanceof Unreadable) {
      return { ok: false, finding: { path: input.kind === 'pem' ? 'key' : 'file', ...error.finding } };
    }
    throw error;
  }
}

const refuse = (...finding: Parameters<typeof certificateFinding>): Reading => ({
  ok: false,
  finding: certificateFinding(...finding),
});

export const pathOf = (input: CertificateInput): 'chain' | 'file' =>
  input.kind === 'pem' ? 'chain' : 'file';

async function readPem(input: Extract<CertificateInput, { kind: 'pem' }>): Promise<ReadCertificate> {
  const certificates = certificateBlocks(input.chain);
  const [bag] = pemBlocks(input.chain).filter(({ label }) => label === 'PKCS7');
  if (certificates.length === 0 && bag === undefined)
    throw new Unreadable('certificate-missing', {}, 'chain');
  const listed = certificates.map((block, index) => {
    try {
      return new X509Certificate(block.pem);
    } catch {
      const line = input.chain.slice(0, block.index).split('\n').length;
      throw new Unreadable('certificate-damaged', { number: index + 1, line }, 'chain');
    }
  });
  const chain = bag === undefined ? listed : readBag(bag.pem);
  // The key may be in a file of its own, or before or after the chain.
  const beside = (input.key ?? '').trim();
  const keys = pemBlocks(beside === '' ? input.chain : beside).filter(({ label }) =>
    label.endsWith('PRIVATE KEY'),
  );
  const path = beside === '' ? 'chain' : 'key';
  if (keys.length > 1) throw new Unreadable('several-keys', { found: keys.length }, path);
  const pem = keys[0]?.pem;
  if (pem === undefined && beside !== '') throw new Unreadable('key-damaged', {}, 'key');
  return { chain, key: pem === undefined ? undefined : await readKey(pem, input.password ?? '', path) };
}

function readBag(pem: string): X509Certificate[] {
  const answered = readPkcs7(octetsOf(pem));
  if (!answered?.length) throw new Unreadable('certificate-damaged', { number: 1, line: 1 }, 'chain');
  return inOrder(answered, undefined);
}

const octetsOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');

async function readKey(pem: string, password: string, path: 'chain' | 'key'): Promise<KeyObject> {
  if (pem.startsWith('-----BEGIN ENCRYPTED PRIVATE KEY-----')) {
    if (password === '') throw new Unreadable('password-missing', {}, 'password');
    let bag: pkijs.PKCS8ShroudedKeyBag;
    try {
      bag = pkijs.PKCS8ShroudedKeyBag.fromBER(new Uint8Array(octetsOf(pem)));
    } catch {
      throw new Unreadable('key-damaged', {}, path);
    }
    const encrypted = bag.encryptedData.valueBlock.valueHexView;
    try {
      return privateKey(await decryptWithPassword(bag.encryptionAlgorithm, encrypted, password));
    } catch (error) {
      if (error instanceof Unreadable) throw error;
      throw new Unreadable('key-damaged', {}, path);
    }
  }
  // The older form: its key is one round of a hash, so testing a wrong password costs nothing.
  const encrypted = /^Proc-Type: 4,ENCRYPTED/m.test(pem);
  if (encrypted && password === '') throw new Unreadable('password-missing', {}, 'password');
  try {
    return createPrivateKey(encrypted ? { key: pem, passphrase: password } : pem);
  } catch {
    throw new Unreadable(encrypted ? 'password-wrong' : 'key-damaged', {}, encrypted ? 'password' : path);
  }
}

/** A wrong password may leave padding that looks right, followed by something that is not a key. */
function privateKey(pkcs8: Uint8Array): KeyObject {
  try {
    return readPkcs8(pkcs8);
  } catch {
    throw new Unreadable('password-wrong', {}, 'password');
  }
}

async function readFile(base64: string, password: string): Promise<ReadCertificate> {
  const octets = Buffer.from(base64, 'base64');
  // Authorities also answer with the bare certificate in DER.
  const bare = bareCertificate(octets);
  if (bare) return { chain: [bare], key: undefined };
  const answered = readPkcs7(octets);
  if (answered?.length) return { chain: inOrder(answered, undefined), key: undefined };
  const { certificates, keys } = await readPkcs12(octets, password);
  if (certificates.length === 0) throw new Unreadable('certificate-missing', {}, 'file');
  if (keys.length > 1) throw new Unreadable('several-keys', { found: keys.length }, 'file');
  const key = keys[0] === undefined ? undefined : privateKey(keys[0]);
  const chain = certificates.map((der, index) => {
    try {
      return new X509Certificate(der);
    } catch {
      throw new Unreadable('certificate-damaged', { number: index + 1, line: 1 }, 'file');
    }
  });
  return { chain: inOrder(chain, key), key };
}

function bareCertificate(octets: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(octets);
  } catch {
    return undefined;
  }
}

/** Such a file is unordered: sort it to the key's certificate, then the issuer of each. The rest goes at the end. */
function inOrder(bag: readonly X509Certificate[], key: KeyObject | undefined): X509Certificate[] {
  const left = [...bag];
  const ordered: X509Certificate[] = [];
  // Without a key, the server's certificate is the one that issued no other.
  let next =
    key === undefined
      ? left.find((one) => !left.some((other) => other !== one && other.checkIssued(one)))
      : left.find((certificate) => certificate.checkPrivateKey(key));
  next ??= left[0];
  while (next !== undefined) {
    const last: X509Certificate = next;
    ordered.push(last);
    left.splice(left.indexOf(last), 1);
    next = left.find((certificate) => last.checkIssued(certificate));
  }
  return [...ordered, ...left];
}

/**
 * The identifier of a certificate at its authority (RFC 9773 §4.1).
 * @returns undefined if it does not name its authority's key
 */
export function certificateId(certificate: X509Certificate): string | undefined {
  const parsed = new x509.X509Certificate(new Uint8Array(certificate.raw));
  const keyId = parsed.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId;
  if (keyId === undefined) return undefined;
  const hex = parsed.serialNumber.length % 2 === 1 ? `0${parsed.serialNumber}` : parsed.serialNumber;
  // As in DER: positive.
  const serial = Buffer.from(Number.parseInt(hex.slice(0, 2), 16) > 0x7f ? `00${hex}` : hex, 'hex');
  return `${Buffer.from(keyId, 'hex').toString('base64url')}.${serial.toString('base64url')}`;
}
