/** Extracts the certificates and private keys from a PKCS#12 file (RFC 7292). Only password integrity, which is what all programs write. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { pkijs } from './asn1.later.ts';
import { decryptWithPassword, derivePkcs12Key, Unreadable } from './password-based.ts';

const BAG = {
  key: '1.2.840.113549.1.12.10.1.1',
  shroudedKey: '1.2.840.113549.1.12.10.1.2',
  certificate: '1.2.840.113549.1.12.10.1.3',
  contents: '1.2.840.113549.1.12.10.1.6',
} as const;
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const DATA = '1.2.840.113549.1.7.1';

const MAC_HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** DER. */
type Pkcs12Contents = { readonly certificates: Uint8Array[]; readonly keys: Uint8Array[] };

/** @throws {Unreadable} saying what is wrong with the file or its password */
export async function readPkcs12(file: Uint8Array, password: string): Promise<Pkcs12Contents> {
  try {
    return await read(file, password);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable('pkcs12-damaged', {}, 'file');
  }
}

async function read(file: Uint8Array, password: string): Promise<Pkcs12Contents> {
  const pfx = pkijs.PFX.fromBER(new Uint8Array(file));
  const safe = octetsOf(pfx.authSafe);
  checkMac(pfx, safe, password);
  const found: { certificates: Uint8Array[]; keys: Uint8Array[] } = { certificates: [], keys: [] };
  for (const info of pkijs.AuthenticatedSafe.fromBER(safe).safeContents) {
    if (info.contentType === DATA)
      await takeBags(pkijs.SafeContents.fromBER(octetsOf(info)), password, found, 0);
    else if (info.contentType === ENCRYPTED_DATA) {
      const { encryptedContentInfo } = new pkijs.EncryptedData({ schema: info.content });
      const plain = await decryptWithPassword(
        encryptedContentInfo.contentEncryptionAlgorithm,
        new Uint8Array(encryptedContentInfo.getEncryptedContent()),
        password,
      );
      await takeBags(pkijs.SafeContents.fromBER(new Uint8Array(plain)), password, found, 0);
    } else throw new Unreadable('encryption-method', { method: info.contentType }, 'file');
  }
  return found;
}

function octetsOf(info: pkijs.ContentInfo): Uint8Array<ArrayBuffer> {
  if (info.contentType !== pkijs.ContentInfo.DATA) {
    throw new Unreadable('encryption-method', { method: info.contentType }, 'file');
  }
  return new Uint8Array((info.content as { getValue(): ArrayBuffer }).getValue());
}

/** RFC 7292 §4: the MAC covers the octets of the AuthenticatedSafe. It distinguishes a wrong password from a damaged file. */
function checkMac(pfx: pkijs.PFX, safe: Uint8Array, password: string): void {
  const { macData } = pfx;
  if (!macData) return;
  const method = macData.mac.digestAlgorithm.algorithmId;
  const hash = MAC_HASHES[method];
  if (hash === undefined) throw new Unreadable('encryption-method', { method }, 'file');
  const digest = macData.mac.digest.valueBlock.valueHexView;
  const key = derivePkcs12Key(
    hash,
    3,
    password,
    macData.macSalt.valueBlock.valueHexView,
    macData.iterations ?? 1,
    digest.length,
  );
  const mac = createHmac(hash, key).update(safe).digest();
  if (mac.length !== digest.length || !timingSafeEqual(mac, digest)) {
    throw new Unreadable('password-wrong', {}, 'password');
  }
}

async function takeBags(
  contents: pkijs.SafeContents,
  password: string,
  found: { certificates: Uint8Array[]; keys: Uint8Array[] },
  depth: number,
): Promise<void> {
  if (depth > 3) throw new Unreadable('pkcs12-damaged', {}, 'file');
  for (const { bagId, bagValue } of contents.safeBags) {
    if (bagId === BAG.certificate) {
      const bag = bagValue as pkijs.CertBag;
      if (bag.certId !== X509_CERTIFICATE) continue;
      // The octets as they are in the file: the signature covers these.
      found.certificates.push(der('getValue' in bag.certValue ? bag.certValue : bag.parsedValue));
    } else if (bagId === BAG.key) {
      found.keys.push(der(bagValue as pkijs.PrivateKeyInfo));
    } else if (bagId === BAG.shroudedKey) {
      const bag = bagValue as pkijs.PKCS8ShroudedKeyBag;
      const encrypted = bag.encryptedData.valueBlock.valueHexView;
      found.keys.push(await decryptWithPassword(bag.encryptionAlgorithm, encrypted, password));
    } else if (bagId === BAG.contents) {
      await takeBags(bagValue as pkijs.SafeContents, password, found, depth + 1);
    }
  }
}

type Encodable = { toSchema?(encode?: boolean): { toBER(sizeOnly?: boolean): ArrayBuffer } } & {
  getValue?(): ArrayBuffer;
};

function der(value: unknown): Uint8Array {
  const block = value as Encodable;
  if (block.getValue) return new Uint8Array(block.getValue());
  if (!block.toSchema) throw new Unreadable('pkcs12-damaged', {}, 'file');
  return new Uint8Array(block.toSchema().toBER(false));
}
