/**
 * The server's side as functions over values: choose algorithms, build the ServerHello, derive the key and build the ServerFinished.
 *
 * No state, no private key, no randomness: session IDs, R_S and the decrypted R_C come in, messages and K_TOKEN go out. The caller decides
 * whether a code, a session or a device is valid.
 */

import { equalOctets, utf8 } from '@sower/bytes/octets';
import { isXmlText } from '@sower/xml';
import {
  type AlgorithmLists,
  type FailureStatus,
  isPrf,
  KEY_TYPES,
  keyTypeOf,
  PIN_EXTENSION,
  R_C_LENGTH,
  type Suite,
} from './algorithms.ts';
import { type Dialect, encryptionAlgorithmOf, prfOf, prfUri } from './dialect.ts';
import { LIMITS } from './fields.ts';
import { K_TOKEN, MAC_1, MAC_2 } from './keys.ts';
import type {
  ClientHello,
  ClientNonce,
  EncryptionKey,
  OtpConfiguration,
  PinConfiguration,
  ServerFinished,
  ServerHello,
  StatusMessage,
} from './messages.ts';
import { minimalOctets } from './octets.ts';
import { keyFits } from './prf.ts';

/** A refusal that the protocol has a status for; `reason` is for the audit trail only. */
export type Failure = { readonly ok: false; readonly status: FailureStatus; readonly reason: string };

export type Policy = AlgorithmLists & {
  /** Octets of the K_AUTH that will authenticate this run, if it is not the new K_TOKEN itself. */
  readonly authenticationKeyLength?: number | undefined;
};

export type Negotiated = { readonly ok: true; readonly suite: Suite } | Failure;

/**
 * The first algorithms of the policy that the client offers. A MAC algorithm whose PRF cannot use the key (AES takes 16 octets, an
 * HMAC-SHA-1 seed has 20) counts as not offered.
 */
export function negotiate(dialect: Dialect, hello: ClientHello, policy: Policy): Negotiated {
  const offered = {
    keyTypes: hello.keyTypes.map(keyTypeOf),
    encryptionAlgorithms: hello.encryptionAlgorithms.map((uri) => encryptionAlgorithmOf(dialect, uri)),
    macAlgorithms: hello.macAlgorithms.map((uri) => prfOf(dialect, uri)),
  };
  const keyTypes = policy.keyTypes.filter((name) => offered.keyTypes.includes(name));
  if (keyTypes.length === 0) return refuse('NoSupportedKeyTypes', 'no key type in common');
  const encryptionAlgorithm = policy.encryptionAlgorithms.find((name) =>
    offered.encryptionAlgorithms.includes(name),
  );
  if (!encryptionAlgorithm) return refuse('NoSupportedEncryptionAlgorithms', 'no encryption in common');
  const macAlgorithms = policy.macAlgorithms.filter((name) => offered.macAlgorithms.includes(name));
  for (const keyType of keyTypes) {
    const length = policy.authenticationKeyLength ?? KEY_TYPES[keyType].dsLen;
    const macAlgorithm = macAlgorithms.find((name) => keyFits(name, length));
    if (macAlgorithm) return { ok: true, suite: { keyType, encryptionAlgorithm, macAlgorithm } };
  }
  return refuse('NoSupportedMACAlgorithms', 'no MAC algorithm in common that fits the key');
}

/** Whether the client may be sent the PIN configuration: without its schema, a ServerFinished that contains it is invalid. */
export function understandsPin(hello: ClientHello): boolean {
  return hello.keyTypes.includes(PIN_EXTENSION);
}

function refuse(status: FailureStatus, reason: string): Failure {
  return { ok: false, status, reason };
}

export type HelloInput = {
  readonly hello: ClientHello;
  readonly suite: Suite;
  readonly sessionId: string;
  readonly R_S: Uint8Array;
  /** The key for encrypting R_C. */
  readonly encryptionKey: EncryptionKey;
  /** The key that the hello's KeyID names, to prove that we have it. */
  readonly K_AUTH?: Uint8Array | undefined;
  /** Data that the client has to return; the deployed dialect returns R_S whatever is given here. */
  readonly serverInfo?: Uint8Array | undefined;
};

export type HelloOutcome = { readonly ok: true; readonly message: ServerHello } | Failure;

/** The ServerHello. MAC 1 is added if the hello named a key and `K_AUTH` is given. */
export function serverHello(dialect: Dialect, input: HelloInput): HelloOutcome {
  const { hello, suite, sessionId, R_S, K_AUTH } = input;
  const proving = hello.keyId !== undefined && K_AUTH !== undefined;
  if (hello.keyId && !K_AUTH && dialect.mac1Required) {
    return refuse('Abort', 'no key to prove by MAC 1');
  }
  if (proving && !keyFits(suite.macAlgorithm, K_AUTH.length)) {
    return refuse('Abort', 'the MAC algorithm does not fit the existing key');
  }
  if (isPrf(suite.encryptionAlgorithm) !== (input.encryptionKey.kind === 'shared')) {
    return refuse('Abort', 'the encryption algorithm does not fit the kind of key');
  }
  const mac = proving
    ? {
        value: MAC_1(dialect, suite.macAlgorithm, { K_AUTH, R: hello.clientNonce, R_S }),
        algorithm: prfUri(dialect, 'macAttribute', suite.macAlgorithm),
      }
    : undefined;
  const message: ServerHello = {
    kind: 'ServerHello',
    status: 'Continue',
    sessionId,
    suite,
    encryptionKey: minimalKey(input.encryptionKey),
    R_S,
    clientInfo: hello.clientInfo,
    serverInfo: dialect.serverInfoIsR_S ? R_S : input.serverInfo,
    mac,
  };
  return { ok: true, message };
}

function minimalKey(key: EncryptionKey): EncryptionKey {
  if (key.kind === 'shared') return key;
  return { kind: 'rsa', modulus: minimalOctets(key.modulus), exponent: minimalOctets(key.exponent) };
}

/**
 * Whether a ClientNonce returns the ServerInfo it was given, compared in constant time.
 * @param sent the content of the ServerHello: R_S in the deployed dialect, otherwise its `serverInfo`
 */
export function returnsServerInfo(
  dialect: Dialect,
  message: ClientNonce,
  sent: Uint8Array | undefined,
): boolean {
  if (message.serverInfo === undefined) return sent === undefined || !dialect.serverInfoRequired;
  return sent !== undefined && equalOctets(message.serverInfo, sent);
}

export type FinishInput = {
  readonly suite: Suite;
  readonly sessionId: string;
  /** The decrypted nonce, or `undefined` if it could not be decrypted. */
  readonly R_C: Uint8Array | undefined;
  readonly R_S: Uint8Array;
  /** The key that encrypted R_C: the public key's modulus, or the shared key. */
  readonly k: Uint8Array;
  /** The existing key, if this run replaces one or token and server have a key for authentication; otherwise the new key is used. */
  readonly K_AUTH?: Uint8Array | undefined;
  readonly tokenId: Uint8Array;
  readonly keyId: Uint8Array;
  /** Unix seconds. */
  readonly keyExpiry?: number | undefined;
  readonly serviceId?: string | undefined;
  /** Omitted from the message if it does not fit: over 128 octets, or characters that XML does not allow. */
  readonly userId?: string | undefined;
  readonly otp?: OtpConfiguration | undefined;
  /** Only for a client whose ClientHello `understandsPin`. */
  readonly pin?: PinConfiguration | undefined;
  /** ClientInfo of the ClientNonce. */
  readonly clientInfo?: Uint8Array | undefined;
};

export type Finished =
  | { readonly ok: true; readonly K_TOKEN: Uint8Array; readonly message: ServerFinished }
  | Failure;

/**
 * Derives K_TOKEN and builds the ServerFinished. Send nothing before the key is stored.
 *
 * Every bad nonce fails in the same way with InitializationFailed, after the same work as a good one.
 */
export function finish(dialect: Dialect, input: FinishInput): Finished {
  const { suite, R_S, tokenId, keyId } = input;
  const good = input.R_C?.length === R_C_LENGTH;
  const R_C = good ? (input.R_C as Uint8Array) : new Uint8Array(R_C_LENGTH);
  const { dsLen } = KEY_TYPES[suite.keyType];
  if (!keyFits(suite.macAlgorithm, input.K_AUTH?.length ?? dsLen)) {
    return refuse('InitializationFailed', 'the MAC algorithm does not fit the authentication key');
  }
  const k = isPrf(suite.encryptionAlgorithm) ? input.k : minimalOctets(input.k);
  const key = K_TOKEN(dialect, suite.macAlgorithm, { R_C, k, R_S, dsLen });
  // RFC 4758 §3.8.6  K_AUTH is the existing key if there is one, otherwise the new K_TOKEN
  const value = MAC_2(dialect, suite.macAlgorithm, { K_AUTH: input.K_AUTH ?? key, R_C });
  if (!good) {
    key.fill(0);
    return refuse('InitializationFailed', 'the nonce did not decrypt to one of the right length');
  }
  const message: ServerFinished = {
    kind: 'ServerFinished',
    status: 'Success',
    sessionId: input.sessionId,
    tokenId,
    keyId,
    keyExpiry: input.keyExpiry,
    serviceId: input.serviceId,
    userId: input.userId !== undefined && fitsIdentifier(input.userId) ? input.userId : undefined,
    otp: input.otp,
    pin: input.pin,
    clientInfo: input.clientInfo,
    mac: { value, algorithm: prfUri(dialect, 'macAttribute', suite.macAlgorithm) },
  };
  return { ok: true, K_TOKEN: key, message };
}

/** RFC 4758 §3.7.6 counts octets where its schema counts characters; an altered name could be another user's. */
function fitsIdentifier(text: string): boolean {
  return isXmlText(text) && utf8(text).length <= LIMITS.identifier;
}

/** The message that ends a run without a key. */
export function statusMessage(
  kind: StatusMessage['kind'],
  status: FailureStatus,
  sessionId?: string,
): StatusMessage {
  return { kind, status, sessionId };
}
