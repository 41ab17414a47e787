/**
 * The lock: a PIN or a passkey supplies the key that opens the vault's key, under which seeds are sealed.
 *
 * Without a lock there is no vault key: seeds are then WebCrypto keys, which cannot be sealed afterwards because no one can read them. So a
 * lock is set before the first token. Every attempt with a PIN is counted before it is made.
 */
import { type Database, type Facts, type Lock, readFact, type Sealed, writeFact } from './database.ts';

export const MIN_PIN = 6;
export const isPin = (text: string): boolean => /^\d{6,32}$/.test(text);
export const ERASE_AFTER = 10;

const ITERATIONS = 600_000;
/** From this many wrong PINs on there is a wait, doubling each time. */
const FREE_TRIES = 3;
const FIRST_WAIT = 5_000;
const LONGEST_WAIT = 300_000;

const random = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length));
const octets = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const AES: AesKeyAlgorithm = { name: 'AES-GCM', length: 256 };

/** What opens a lock, once. */
export type Opener = { readonly key: CryptoKey };

/** The key that a PIN gives in this browser: PBKDF2, then HMAC under a key that cannot be carried away by a script. */
async function openerOfPin(
  pin: string,
  lock: { salt: Uint8Array<ArrayBuffer>; iterations: number },
  pepper: CryptoKey,
): Promise<Opener> {
  const typed = await crypto.subtle.importKey('raw', octets(pin), 'PBKDF2', false, ['deriveBits']);
  const { salt, iterations } = lock;
  const stretched = await crypto.subtle.deriveBits(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
    typed,
    256,
  );
  const mixed = await crypto.subtle.sign('HMAC', pepper, stretched);
  return { key: await crypto.subtle.importKey('raw', mixed, AES, false, ['wrapKey', 'unwrapKey']) };
}

async function openerOfSecret(secret: BufferSource): Promise<Opener> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const info = octets('Sower authenticator vault');
  const key = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
    base,
    AES,
    false,
    ['wrapKey', 'unwrapKey'],
  );
  return { key };
}

async function wrapped(vaultKey: CryptoKey, opener: Opener): Promise<Sealed> {
  const iv = random(12);
  const data = await crypto.subtle.wrapKey('raw', vaultKey, opener.key, { name: 'AES-GCM', iv });
  return { iv, data: new Uint8Array(data) };
}

/** Undefined when this is not what opens it. @param extractable only to wrap it again */
async function unwrapped(lock: Lock, opener: Opener, extractable = false): Promise<CryptoKey | undefined> {
  const { iv, data } = lock.vaultKey;
  try {
    return await crypto.subtle.unwrapKey('raw', data, opener.key, { name: 'AES-GCM', iv }, AES, extractable, [
      'encrypt',
      'unwrapKey',
    ]);
  } catch {
    return undefined;
  }
}

async function pepperOf(database: Database): Promise<CryptoKey> {
  const present = await readFact(database, 'pepper');
  if (present) return present;
  const made = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  await writeFact(database, 'pepper', made);
  return made;
}

export type LockRequest =
  | { readonly kind: 'pin'; readonly pin: string; readonly eraseAfter?: number | undefined }
  | { readonly kind: 'passkey' };

/** Makes a lock around a vault's key: a fresh one, or the one that the lock before opened. Stores nothing. */
export async function makeLock(
  database: Database,
  request: LockRequest,
  extractableVaultKey?: CryptoKey,
): Promise<Lock | undefined> {
  const vaultKey =
    extractableVaultKey ?? (await crypto.subtle.generateKey(AES, true, ['encrypt', 'unwrapKey']));
  if (request.kind === 'pin') {
    const shape = { salt: random(16), iterations: ITERATIONS };
    const opener = await openerOfPin(request.pin, shape, await pepperOf(database));
    const { eraseAfter } = request;
    return {
      kind: 'pin',
      ...shape,
      vaultKey: await wrapped(vaultKey, opener),
      ...(eraseAfter === undefined ? {} : { eraseAfter }),
    };
  }
  const salt = random(32);
  const credentialId = await makePasskey(salt);
  if (!credentialId) return undefined;
  const secret = await passkeySecret(credentialId, salt);
  if (!secret) return undefined;
  return {
    kind: 'passkey',
    credentialId,
    salt,
    vaultKey: await wrapped(vaultKey, await openerOfSecret(secret)),
  };
}

export type Opened =
  | { readonly ok: true; readonly vaultKey: CryptoKey; readonly opener: Opener }
  | { readonly ok: false; readonly why: 'wrong-pin'; readonly left?: number | undefined }
  | { readonly ok: false; readonly why: 'wait'; readonly seconds: number }
  | { readonly ok: false; readonly why: 'erase' }
  | { readonly ok: false; readonly why: 'no-passkey' };

/** @param pin what was typed, of a lock that takes one */
export const openLock = (database: Database, lock: Lock, pin: string, now: number): Promise<Opened> =>
  lock.kind === 'pin' ? openByPin(database, lock, pin, now) : openByPasskey(lock);

async function openByPin(
  database: Database,
  lock: Lock & { kind: 'pin' },
  pin: string,
  now: number,
): Promise<Opened> {
  const tried = await countTry(database, lock, now);
  if (typeof tried !== 'number') return tried;
  const opener = await openerOfPin(pin, lock, await pepperOf(database));
  const vaultKey = await unwrapped(lock, opener);
  if (vaultKey) {
    await writeFact(database, 'wrongPins', { count: 0, at: now });
    return { ok: true, vaultKey, opener };
  }
  if (lock.eraseAfter !== undefined && tried >= lock.eraseAfter) return { ok: false, why: 'erase' };
  return {
    ok: false,
    why: 'wrong-pin',
    left: lock.eraseAfter === undefined ? undefined : lock.eraseAfter - tried,
  };
}

/** The number of this try, after it is on the disk: closing the app in between does not give it back. */
async function countTry(
  database: Database,
  lock: Lock & { kind: 'pin' },
  now: number,
): Promise<number | Opened> {
  const transaction = database.transaction('facts', 'readwrite', { durability: 'strict' });
  const { count, at } = ((await transaction.store.get('wrongPins')) as Facts['wrongPins'] | undefined) ?? {
    count: 0,
    at: 0,
  };
  if (lock.eraseAfter !== undefined && count >= lock.eraseAfter) {
    await transaction.done;
    return { ok: false, why: 'erase' };
  }
  const wait = count < FREE_TRIES ? 0 : Math.min(FIRST_WAIT * 2 ** (count - FREE_TRIES), LONGEST_WAIT);
  // If the clock is set back, the wait starts over: this does not shorten it, and prolongs it by no more than the wait itself.
  const since = Math.max(0, now - at);
  if (since < wait) {
    if (at > now) await transaction.store.put({ count, at: now }, 'wrongPins');
    await transaction.done;
    return { ok: false, why: 'wait', seconds: Math.ceil((wait - since) / 1000) };
  }
  await transaction.store.put({ count: count + 1, at: now }, 'wrongPins');
  await transaction.done;
  return count + 1;
}

async function openByPasskey(lock: Lock & { kind: 'passkey' }): Promise<Opened> {
  const secret = await passkeySecret(lock.credentialId, lock.salt);
  if (!secret) return { ok: false, why: 'no-passkey' };
  const opener = await openerOfSecret(secret);
  const vaultKey = await unwrapped(lock, opener);
  return vaultKey ? { ok: true, vaultKey, opener } : { ok: false, why: 'no-passkey' };
}

/** The vault's key so that it can be put behind another lock. */
export function vaultKeyToMove(lock: Lock, opener: Opener): Promise<CryptoKey | undefined> {
  return unwrapped(lock, opener, true);
}

export function passkeysPossible(): boolean {
  return typeof PublicKeyCredential === 'function';
}

/** Undefined when the user or the device says no, or has no secret to give (the PRF extension). */
async function makePasskey(salt: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const made = (await navigator.credentials.create({
      publicKey: {
        challenge: random(32),
        rp: { name: 'Sower Authenticator' },
        user: { id: random(16), name: 'Sower Authenticator', displayName: 'Sower Authenticator' },
        pubKeyCredParams: [
          { type: 'public-key', alg: -7 },
          { type: 'public-key', alg: -257 },
        ],
        authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
        extensions: { prf: { eval: { first: salt } } },
      },
    })) as PublicKeyCredential | null;
    if (!made?.getClientExtensionResults().prf?.enabled) return undefined;
    return new Uint8Array(made.rawId);
  } catch {
    return undefined;
  }
}

async function passkeySecret(id: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>) {
  try {
    const used = (await navigator.credentials.get({
      publicKey: {
        challenge: random(32),
        allowCredentials: [{ type: 'public-key', id }],
        userVerification: 'required',
        extensions: { prf: { eval: { first: salt } } },
      },
    })) as PublicKeyCredential | null;
    return used?.getClientExtensionResults().prf?.results?.first;
  } catch {
    return undefined;
  }
}
