/**
 * The encrypted form of the store: AES-256-GCM under a key from a passphrase (scrypt) or from a key file. The readable head says
 * which, and is authenticated with the rest. Reads and writes no file.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { objectIn } from '@sower/api/json';

const FORMAT = 'sower-authenticator';
const VERSION = 1;

/** About 128 MiB and a third of a second a guess. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1 } as const;
/** What a file may ask of us, so that a forged one cannot take all memory. */
const SCRYPT_MOST = { N: 2 ** 20, r: 8, p: 4 } as const;

export type Protection =
  | {
      readonly kind: 'passphrase';
      readonly N: number;
      readonly r: number;
      readonly p: number;
      /** Base64. */
      readonly salt: string;
    }
  | { readonly kind: 'key-file'; readonly salt: string };

export type Sealed = {
  readonly protection: Protection;
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
};

export function newProtection(kind: Protection['kind']): Protection {
  const salt = randomBytes(16).toString('base64');
  return kind === 'passphrase' ? { kind, ...SCRYPT, salt } : { kind, salt };
}

/** @param secret the passphrase, or the octets of the key file */
export async function keyFor(protection: Protection, secret: string | Uint8Array): Promise<Uint8Array> {
  const salt = Buffer.from(protection.salt, 'base64');
  if (protection.kind === 'key-file') return new Uint8Array(hkdfSync('sha256', secret, salt, FORMAT, 32));
  const { N, r, p } = protection;
  const derive = promisify<string | Uint8Array, Uint8Array, number, object, Buffer>(scrypt);
  // The same passphrase may be typed composed or decomposed.
  const typed = typeof secret === 'string' ? secret.normalize('NFC') : secret;
  return derive(typed, salt, 32, { N, r, p, maxmem: 256 * N * r });
}

export function seal(protection: Protection, key: Uint8Array, plaintext: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(head(protection));
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  const document = {
    format: FORMAT,
    version: VERSION,
    protection,
    iv: iv.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** The plaintext; undefined when the key is wrong or a bit was changed. */
export function unseal(sealed: Sealed, key: Uint8Array): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.iv, 'base64'), {
    authTagLength: 16,
  });
  decipher.setAAD(head(sealed.protection));
  try {
    decipher.setAuthTag(Buffer.from(sealed.tag, 'base64'));
    return decipher.update(sealed.ciphertext, 'base64', 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

/** Reads the file's text; undefined when it is not a store this version can open. */
export function sealedIn(text: string): Sealed | undefined {
  const document = objectIn(text);
  if (document?.format !== FORMAT || document.version !== VERSION) return undefined;
  const { iv, ciphertext, tag } = document;
  const protection = protectionIn(document.protection);
  if (protection === undefined || !isText(iv) || !isText(ciphertext) || !isText(tag)) return undefined;
  return { protection, iv, ciphertext, tag };
}

function protectionIn(value: unknown): Protection | undefined {
  const { kind, salt, N, r, p } = (value ?? {}) as Record<string, unknown>;
  if (!isText(salt)) return undefined;
  if (kind === 'key-file') return { kind, salt };
  if (kind !== 'passphrase') return undefined;
  if (!within(N, SCRYPT_MOST.N) || !within(r, SCRYPT_MOST.r) || !within(p, SCRYPT_MOST.p)) return undefined;
  if ((N & (N - 1)) !== 0) return undefined;
  return { kind, N, r, p, salt };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const within = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

/** What the file says about itself, in one unambiguous form. */
function head(protection: Protection): Buffer {
  const values =
    protection.kind === 'passphrase'
      ? [protection.kind, protection.N, protection.r, protection.p, protection.salt]
      : [protection.kind, protection.salt];
  return Buffer.from(JSON.stringify([FORMAT, VERSION, ...values]));
}
