/**
 * Decrypts password-protected PKCS#8 and PKCS#12 files: PBES2 with PBKDF2 or scrypt (RFC 8018 §6.2, RFC 7914), and the Triple DES of RFC
 * 7292 that other systems still export. Files may demand any number of rounds; here they get no more than a file of an honest program
 * needs.
 */
import { createDecipheriv, createHash, pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { pkijs } from './asn1.later.ts';
import { type CertificateFinding, certificateFinding } from './certificate-findings.ts';

/** Thrown while a file is read, and turned into a finding where reading began. */
export class Unreadable extends Error {
  readonly finding: CertificateFinding;
  constructor(...finding: Parameters<typeof certificateFinding>) {
    super(finding[0]);
    this.finding = certificateFinding(...finding);
  }
}

const MAX_PBKDF2_ROUNDS = 5_000_000;
const MAX_SCRYPT_OCTETS = 64 * 1024 * 1024;
/** These run on the event loop; ten thousand take some milliseconds. */
const MAX_PKCS12_ROUNDS = 200_000;

const PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const CIPHERS: Readonly<Record<string, { readonly name: string; readonly keyLength: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyLength: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyLength: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyLength: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyLength: 24 },
};
const OUTDATED: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.12.1.1': 'RC4',
  '1.2.840.113549.1.12.1.2': 'RC4, 40 bits',
  '1.2.840.113549.1.12.1.4': 'Triple DES with two keys',
  '1.2.840.113549.1.12.1.5': 'RC2',
  '1.2.840.113549.1.12.1.6': 'RC2, 40 bits',
};
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';
const TRIPLE_DES_SHA1 = '1.2.840.113549.1.12.1.3';

type Octets = { readonly valueBlock: { readonly valueHexView: Uint8Array } };
type Numeral = { readonly valueBlock: { readonly valueDec: number } };
type Params = { readonly valueBlock: { readonly value: readonly unknown[] } };

/** @throws {Unreadable} if the password is wrong or the method is not supported */
export async function decryptWithPassword(
  algorithm: pkijs.AlgorithmIdentifier,
  encrypted: Uint8Array,
  password: string,
): Promise<Uint8Array> {
  const method = algorithm.algorithmId;
  if (method === TRIPLE_DES_SHA1) {
    const [saltBlock, roundsBlock] = (algorithm.algorithmParams as Params).valueBlock.value as [
      Octets,
      Numeral,
    ];
    const salt = saltBlock.valueBlock.valueHexView;
    const rounds = roundsBlock.valueBlock.valueDec;
    const derive = (purpose: 1 | 2, length: number): Uint8Array =>
      derivePkcs12Key('sha1', purpose, password, salt, rounds, length);
    return decipher('des-ede3-cbc', derive(1, 24), derive(2, 8), encrypted);
  }
  if (method !== PBES2) throw new Unreadable('encryption-method', { method: OUTDATED[method] ?? method });
  const { keyDerivationFunc, encryptionScheme } = new pkijs.PBES2Params({
    schema: algorithm.algorithmParams,
  });
  const cipher = CIPHERS[encryptionScheme.algorithmId];
  if (!cipher) throw new Unreadable('encryption-method', { method: encryptionScheme.algorithmId });
  const key = await deriveKey(keyDerivationFunc, password, cipher.keyLength);
  const iv = (encryptionScheme.algorithmParams as Octets).valueBlock.valueHexView;
  return decipher(cipher.name, key, iv, encrypted);
}

async function deriveKey(
  kdf: pkijs.AlgorithmIdentifier,
  password: string,
  length: number,
): Promise<Uint8Array> {
  if (kdf.algorithmId === SCRYPT) {
    // RFC 7914 §7: salt, cost N, block size r, parallelization p.
    const [saltBlock, ...numbers] = (kdf.algorithmParams as Params).valueBlock.value as [
      Octets,
      ...Numeral[],
    ];
    const [N = 0, r = 0, p = 0] = numbers.map(({ valueBlock }) => valueBlock.valueDec);
    if (128 * N * r * p > MAX_SCRYPT_OCTETS) throw new Unreadable('too-many-rounds', { found: String(N) });
    return new Promise((resolve, reject) => {
      scrypt(
        password,
        saltBlock.valueBlock.valueHexView,
        length,
        { N, r, p, maxmem: 2 * MAX_SCRYPT_OCTETS },
        (error, key) => (error ? reject(error) : resolve(key)),
      );
    });
  }
  if (kdf.algorithmId !== PBKDF2) throw new Unreadable('encryption-method', { method: kdf.algorithmId });
  const parameters = new pkijs.PBKDF2Params({ schema: kdf.algorithmParams });
  // RFC 8018 §A.2: HMAC-SHA-1 by default.
  const prf = parameters.prf === undefined ? 'sha1' : PRFS[parameters.prf.algorithmId];
  if (prf === undefined) throw new Unreadable('encryption-method', { method: 'PBKDF2' });
  limitRounds(parameters.iterationCount, MAX_PBKDF2_ROUNDS);
  const salt = (parameters.salt as Octets).valueBlock.valueHexView;
  return promisify(pbkdf2)(password, salt, parameters.iterationCount, length, prf);
}

function decipher(name: string, key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Uint8Array {
  const cipher = createDecipheriv(name, key, iv);
  try {
    return Buffer.concat([cipher.update(encrypted), cipher.final()]);
  } catch {
    // The padding is wrong, so the key was wrong.
    throw new Unreadable('password-wrong', {}, 'password');
  }
}

function limitRounds(count: number, most: number): void {
  if (!Number.isSafeInteger(count) || count < 1 || count > most) {
    throw new Unreadable('too-many-rounds', { found: String(count) });
  }
}

/**
 * The derivation of RFC 7292 §B.2.
 * @param purpose 1 for a key, 2 for an initialization vector, 3 for a MAC (§B.3)
 */
export function derivePkcs12Key(
  hash: string,
  purpose: 1 | 2 | 3,
  password: string,
  salt: Uint8Array,
  rounds: number,
  length: number,
): Uint8Array {
  limitRounds(rounds, MAX_PKCS12_ROUNDS);
  const u = createHash(hash).digest().length;
  const v = hash === 'sha384' || hash === 'sha512' ? 128 : 64;
  const D = Buffer.alloc(v, purpose);
  // Big-endian UTF-16 with two octets of zero at the end (§B.1).
  const P = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const fill = (octets: Uint8Array): Buffer =>
    Buffer.alloc(octets.length === 0 ? 0 : v * Math.ceil(octets.length / v), octets);
  const I = Buffer.concat([fill(salt), fill(P)]);
  const A: Buffer[] = [];
  for (let have = 0; have < length; have += u) {
    let A_i = createHash(hash).update(D).update(I).digest();
    for (let round = 1; round < rounds; round += 1) A_i = createHash(hash).update(A_i).digest();
    A.push(A_i);
    const B = Buffer.alloc(v, A_i);
    for (let block = 0; block < I.length; block += v) {
      // I_j = (I_j + B + 1) mod 2^(8v)
      let carry = 1;
      for (let at = v - 1; at >= 0; at -= 1) {
        carry += (I[block + at] as number) + (B[at] as number);
        I[block + at] = carry & 0xff;
        carry >>= 8;
      }
    }
  }
  return Buffer.concat(A).subarray(0, length);
}
