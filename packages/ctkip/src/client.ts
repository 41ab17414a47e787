/**
 * The client's side as functions over values: `clientHello`, `processServerHello`, `clientNonce`, `processServerFinished`.
 *
 * No key is returned until MAC 2 is verified, and nothing is answered until MAC 1 is, if it is due. The loop that sends is `provision.ts`.
 */

import { equalOctets } from '@sower/bytes/octets';
import {
  type AlgorithmLists,
  type FailureStatus,
  isPrf,
  KEY_TYPES,
  type KeyType,
  type MacAlgorithm,
  PIN_EXTENSION,
  type Suite,
} from './algorithms.ts';
import { type DecodeFailure, decodeServerFinished, decodeServerHello } from './decode.ts';
import { type Dialect, encryptionUri, nonceEncryption, prfOf, prfUri } from './dialect.ts';
import { K_TOKEN, MAC_1, MAC_2, sharedKeyNonce } from './keys.ts';
import type {
  ClientHello,
  ClientNonce,
  EncryptionKey,
  Mac,
  OtpConfiguration,
  PinConfiguration,
  ServerFinished,
} from './messages.ts';
import { keyFits } from './prf.ts';
import { encryptNonce, keyDefect } from './rsa.ts';

/**
 * Why a client stops.
 *
 * `mac-mismatch` and `mac-missing`: the answer may not come from the server; tell the user, it can be an attacker in the middle. `status`:
 * the server refused, with this status. `malformed`: its answer is not a message. `critical-extension`: it insists on something unknown.
 * `not-offered`: it chose what was not offered. `session-mismatch`, `token-mismatch`, `client-info-mismatch`: it does not return what it
 * must. `weak-key`, `bad-key`: its public key is too small, or not a key. `unknown-key`: a shared key, or a key to replace, that this
 * client does not have. `key-unfit`: a key of a length that the chosen algorithm cannot use.
 */
export type ClientErrorKind =
  | 'mac-mismatch'
  | 'mac-missing'
  | 'status'
  | 'malformed'
  | 'critical-extension'
  | 'not-offered'
  | 'session-mismatch'
  | 'token-mismatch'
  | 'client-info-mismatch'
  | 'weak-key'
  | 'bad-key'
  | 'unknown-key'
  | 'key-unfit';

export type ClientFailure = {
  readonly ok: false;
  readonly error: ClientErrorKind;
  readonly status?: FailureStatus | undefined;
  readonly detail: string;
};

function fail(error: ClientErrorKind, detail: string, status?: FailureStatus): ClientFailure {
  return { ok: false, error, status, detail };
}

/** An existing key that the run replaces. */
export type Renewal = {
  readonly tokenId: Uint8Array;
  readonly keyId: Uint8Array;
  /** The existing key, or the key that token and server have for authentication. */
  readonly K_AUTH: Uint8Array;
  /** The RFC's R: new random octets, as many as a nonce has. */
  readonly R: Uint8Array;
};

export type HelloOptions = {
  readonly offer: AlgorithmLists;
  readonly renewal?: Renewal | undefined;
  readonly triggerNonce?: Uint8Array | undefined;
  /** TokenID of a trigger. */
  readonly tokenId?: Uint8Array | undefined;
  readonly clientInfo?: Uint8Array | undefined;
};

export function clientHello(dialect: Dialect, options: HelloOptions): ClientHello {
  const { offer, renewal } = options;
  return {
    kind: 'ClientHello',
    tokenId: renewal?.tokenId ?? options.tokenId,
    keyId: renewal?.keyId,
    clientNonce: renewal?.R,
    triggerNonce: options.triggerNonce,
    keyTypes: [
      ...offer.keyTypes.map((name) => KEY_TYPES[name].uri),
      ...(dialect.pinExtension ? [PIN_EXTENSION] : []),
    ],
    encryptionAlgorithms: offer.encryptionAlgorithms.map((name) => encryptionUri(dialect, 'offered', name)),
    macAlgorithms: offer.macAlgorithms.map((name) => prfUri(dialect, 'offered', name)),
    clientInfo: options.clientInfo,
  };
}

/** What both sides have agreed on after the ServerHello. */
export type Agreement = {
  readonly suite: Suite;
  readonly sessionId: string;
  readonly R_S: Uint8Array;
  readonly serverInfo: Uint8Array | undefined;
  readonly encryptionKey: EncryptionKey;
  /** What K_TOKEN is derived with: modulus or shared key. */
  readonly k: Uint8Array;
  readonly K_AUTH: Uint8Array | undefined;
};

export type ServerHelloOptions = HelloOptions & {
  /** Minimum bits of the server's modulus; 1024 by default, since deployed servers have no more. */
  readonly minModulusBits?: number | undefined;
  /** The shared key with this name. */
  readonly sharedKey?: ((name: string) => Uint8Array | undefined) | undefined;
};

/**
 * Processes the answer to a ClientHello made with the same options.
 * @param pdu the message, without its binding
 */
export function processServerHello(
  dialect: Dialect,
  pdu: Uint8Array,
  options: ServerHelloOptions,
): { readonly ok: true; readonly agreement: Agreement } | ClientFailure {
  const decoded = decodeServerHello(dialect, pdu);
  if (!decoded.ok) return undecodable(decoded);
  const { message } = decoded;
  if (message.status !== 'Continue') return fail('status', 'the server refused', message.status);
  const { suite, sessionId, R_S, serverInfo, encryptionKey } = message;
  const { offer, renewal } = options;
  const offered =
    offer.keyTypes.includes(suite.keyType) &&
    offer.encryptionAlgorithms.includes(suite.encryptionAlgorithm) &&
    offer.macAlgorithms.includes(suite.macAlgorithm);
  if (!offered) return fail('not-offered', 'the server chose an algorithm that was not offered');
  if (!returnsClientInfo(options.clientInfo, message.clientInfo)) {
    return fail('client-info-mismatch', 'ClientInfo was changed on the way');
  }
  const K_AUTH = renewal?.K_AUTH;
  if (!keyFits(suite.macAlgorithm, K_AUTH?.length ?? KEY_TYPES[suite.keyType].dsLen)) {
    return fail('key-unfit', 'the MAC algorithm chosen cannot take the authentication key');
  }
  if (renewal) {
    const expected = MAC_1(dialect, suite.macAlgorithm, { K_AUTH: renewal.K_AUTH, R: renewal.R, R_S });
    const wrong = checkMac(dialect, suite.macAlgorithm, message.mac, expected);
    if (wrong) return wrong;
  }
  const k = encryptingKey(suite, encryptionKey, options);
  if (!(k instanceof Uint8Array)) return k;
  return { ok: true, agreement: { suite, sessionId, R_S, serverInfo, encryptionKey, k, K_AUTH } };
}

function encryptingKey(
  { encryptionAlgorithm }: Suite,
  key: EncryptionKey,
  options: ServerHelloOptions,
): Uint8Array | ClientFailure {
  if (isPrf(encryptionAlgorithm) !== (key.kind === 'shared')) {
    return fail('malformed', 'the EncryptionKey is not one of the EncryptionAlgorithm');
  }
  if (key.kind === 'shared') {
    const K_SHARED = options.sharedKey?.(key.name);
    if (!K_SHARED) return fail('unknown-key', 'no shared key of that name');
    return isPrf(encryptionAlgorithm) && keyFits(encryptionAlgorithm, K_SHARED.length)
      ? K_SHARED
      : fail('key-unfit', 'the encryption algorithm cannot take the shared key');
  }
  switch (keyDefect(key, options.minModulusBits ?? 1024)) {
    case 'too small':
      return fail('weak-key', "the server's public key is too small");
    case 'not an RSA key':
      return fail('bad-key', "the server's public key is none");
    default:
      return key.modulus;
  }
}

/**
 * The ClientNonce with R_C.
 * @param random that many random octets, for the padding of RSAES-PKCS1-v1_5
 */
export async function clientNonce(
  dialect: Dialect,
  agreement: Agreement,
  R_C: Uint8Array,
  random: (length: number) => Uint8Array,
): Promise<{ readonly ok: true; readonly message: ClientNonce } | ClientFailure> {
  const { suite, sessionId, R_S, serverInfo, encryptionKey, k } = agreement;
  const { encryptionAlgorithm } = suite;
  const scheme = nonceEncryption(dialect, encryptionAlgorithm);
  const encryptedNonce =
    scheme === 'shared-key' || encryptionKey.kind === 'shared'
      ? sharedKeyNonce(dialect, encryptionAlgorithm as MacAlgorithm, { K_SHARED: k, R_S, nonce: R_C })
      : await encryptNonce(scheme, encryptionKey, R_C, random);
  if (!encryptedNonce) return fail('bad-key', "the server's public key cannot encrypt");
  return { ok: true, message: { kind: 'ClientNonce', sessionId, encryptedNonce, serverInfo } };
}

/** A key whose possession the server has proven, and what it is for. */
export type Issued = {
  /** K_TOKEN. */
  readonly seed: Uint8Array;
  readonly keyType: KeyType;
  readonly tokenId: Uint8Array;
  readonly keyId: Uint8Array;
  /** Unix seconds. */
  readonly expiry: number | undefined;
  readonly serviceId: string | undefined;
  readonly userId: string | undefined;
  readonly otp: OtpConfiguration | undefined;
  readonly pin: PinConfiguration | undefined;
};

/**
 * Processes the answer to a ClientNonce and returns the key.
 * @param pdu the message, without its binding
 */
export function processServerFinished(
  dialect: Dialect,
  pdu: Uint8Array,
  { agreement, R_C, tokenId }: FinishedOptions,
): { readonly ok: true; readonly issued: Issued } | ClientFailure {
  const decoded = decodeServerFinished(dialect, pdu);
  if (!decoded.ok) return undecodable(decoded);
  const { message } = decoded;
  if (message.status !== 'Success') return fail('status', 'the server refused', message.status);
  if (message.sessionId !== undefined && message.sessionId !== agreement.sessionId) {
    return fail('session-mismatch', 'SessionID is not that of the run');
  }
  const { suite, k, R_S } = agreement;
  const { dsLen } = KEY_TYPES[suite.keyType];
  const seed = K_TOKEN(dialect, suite.macAlgorithm, { R_C, k, R_S, dsLen });
  const K_AUTH = agreement.K_AUTH ?? seed;
  const expected = MAC_2(dialect, suite.macAlgorithm, { K_AUTH, R_C });
  const wrong = checkMac(dialect, suite.macAlgorithm, message.mac, expected);
  if (wrong) return refuseSeed(seed, wrong);
  if (tokenId && !equalOctets(tokenId, message.tokenId)) {
    return refuseSeed(seed, fail('token-mismatch', 'TokenID is not that of the ClientHello'));
  }
  return { ok: true, issued: issued(message, suite.keyType, seed) };
}

export type FinishedOptions = {
  readonly agreement: Agreement;
  readonly R_C: Uint8Array;
  /** TokenID of the ClientHello, if it had one. */
  readonly tokenId?: Uint8Array | undefined;
};

function refuseSeed(seed: Uint8Array, failure: ClientFailure): ClientFailure {
  seed.fill(0);
  return failure;
}

function issued(message: ServerFinished, keyType: KeyType, seed: Uint8Array): Issued {
  const { tokenId, keyId, serviceId, userId, otp, pin } = message;
  return { seed, keyType, tokenId, keyId, expiry: message.keyExpiry, serviceId, userId, otp, pin };
}

function checkMac(
  dialect: Dialect,
  chosen: MacAlgorithm,
  mac: Mac | undefined,
  expected: Uint8Array,
): ClientFailure | undefined {
  if (!mac) return fail('mac-missing', 'the server did not prove that it has the key');
  // A MAC with a different algorithm from the one agreed on proves nothing, whatever its value.
  if (mac.algorithm !== undefined && prfOf(dialect, mac.algorithm) !== chosen) {
    return fail('mac-mismatch', 'the MAC is by another algorithm than the one chosen');
  }
  if (equalOctets(mac.value, expected)) return undefined;
  return fail('mac-mismatch', 'the MAC is wrong: this may not be the server');
}

function returnsClientInfo(sent: Uint8Array | undefined, returned: Uint8Array | undefined): boolean {
  if (sent === undefined) return true;
  return returned !== undefined && equalOctets(sent, returned);
}

function undecodable(failure: DecodeFailure): ClientFailure {
  const { status, reason } = failure;
  return fail(status === 'UnknownCriticalExtension' ? 'critical-extension' : 'malformed', reason);
}
