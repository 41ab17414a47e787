/**
 * Bytes to messages. Never throws: a document that is not the expected message is a typed failure.
 *
 * Whether a message's algorithms are wanted and its session is known is not checked here.
 */
import { readXml, type XmlElement } from '@sower/xml';
import { FAILURE_STATUSES, type FailureStatus, keyTypeOf, VERSION } from './algorithms.ts';
import { type Dialect, encryptionAlgorithmOf, prfOf } from './dialect.ts';
import { readExtensions } from './extensions.ts';
import {
  algorithmList,
  dateTime,
  LIMITS,
  malformed,
  nonce,
  octets,
  optional,
  optionalNonce,
  optionalOctets,
  optionalText,
  Refusal,
  required,
  sessionId,
  text,
  token,
} from './fields.ts';
import type {
  ClientHello,
  ClientNonce,
  CtkipTrigger,
  EncryptionKey,
  Mac,
  Message,
  ServerFinished,
  ServerHello,
  StatusMessage,
} from './messages.ts';
import { minimalOctets } from './octets.ts';

/**
 * Why a document is not a message, and how to answer.
 *
 * `fault` tells the HTTP binding what RFC 4758 §4.2 requires: `document` = not XML, so the type of message cannot be determined (400);
 * `namespace` = not CT-KIP (500); `message` = answer with a CT-KIP message with the status (200). `reason` is for the audit trail only.
 */
export type DecodeFailure = {
  readonly ok: false;
  readonly status: FailureStatus;
  readonly reason: string;
  readonly fault: 'document' | 'namespace' | 'message';
  /** The message that contains the status. */
  readonly answer: 'ServerHello' | 'ServerFinished';
  readonly sessionId?: string | undefined;
};

export type Decoded<T> = { readonly ok: true; readonly message: T } | DecodeFailure;

/** A client's message. */
export function decodeRequest(
  dialect: Dialect,
  bytes: Uint8Array | string,
): Decoded<ClientHello | ClientNonce> {
  const readers = { ClientHello: clientHello, ClientNonce: clientNonce };
  return decode<ClientHello | ClientNonce>(dialect, bytes, readers);
}

/** A server's answer to a ClientHello. */
export function decodeServerHello(
  dialect: Dialect,
  bytes: Uint8Array | string,
): Decoded<ServerHello | StatusMessage> {
  return decode(dialect, bytes, { ServerHello: serverHello });
}

/** A server's answer to a ClientNonce. */
export function decodeServerFinished(
  dialect: Dialect,
  bytes: Uint8Array | string,
): Decoded<ServerFinished | StatusMessage> {
  return decode(dialect, bytes, { ServerFinished: serverFinished });
}

export function decodeTrigger(dialect: Dialect, bytes: Uint8Array | string): Decoded<CtkipTrigger> {
  return decode(dialect, bytes, { 'CT-KIPTrigger': trigger });
}

type Reader<T> = (dialect: Dialect, root: XmlElement) => T;

function decode<T extends Message>(
  dialect: Dialect,
  bytes: Uint8Array | string,
  readers: Readonly<Record<string, Reader<T>>>,
): Decoded<T> {
  const document = readXml(bytes);
  if (!document.ok) {
    const { reason } = document;
    return { ok: false, status: 'MalformedRequest', reason, fault: 'document', answer: 'ServerHello' };
  }
  const { root } = document;
  const answer =
    root.name === 'ClientNonce' || root.name === 'ServerFinished' ? 'ServerFinished' : 'ServerHello';
  const failure = (status: FailureStatus, reason: string, fault: DecodeFailure['fault']): DecodeFailure => {
    const { SessionID } = root.attributes;
    const known = SessionID && SessionID.length <= LIMITS.identifier ? SessionID : undefined;
    return { ok: false, status, reason, fault, answer, sessionId: known };
  };
  if (!dialect.rootNamespaces.includes(root.namespace)) {
    return failure('MalformedRequest', 'root element in a wrong namespace', 'namespace');
  }
  const read = Object.hasOwn(readers, root.name) ? readers[root.name] : undefined;
  if (!read) return failure('UnknownRequest', 'not a message expected here', 'message');
  try {
    checkVersion(dialect, root);
    return { ok: true, message: read(dialect, root) };
  } catch (error) {
    if (error instanceof Refusal) return failure(error.status, error.message, 'message');
    throw error;
  }
}

function checkVersion(dialect: Dialect, root: XmlElement): void {
  const { Version } = root.attributes;
  // Deployed servers omit it from the ServerFinished.
  if (Version === undefined) {
    if (dialect.versionRequired) malformed('no Version');
    return;
  }
  if (Version === VERSION) return;
  if (!/^\d{1,2}\.\d{1,3}$/.test(Version)) malformed('Version is not a version');
  // RFC 4758 §3.7.5 allows UnsupportedVersion only in the first response.
  throw new Refusal(
    root.name === 'ClientNonce' ? 'MalformedRequest' : 'UnsupportedVersion',
    'Version not 1.0',
  );
}

function trigger(dialect: Dialect, root: XmlElement): CtkipTrigger {
  const element = required(root, 'InitializationTrigger');
  const url = optional(element, 'CT-KIPURL');
  return {
    kind: 'CT-KIPTrigger',
    tokenId: optionalOctets(element, 'TokenID', { min: 1, max: LIMITS.tokenId }),
    keyId: optionalOctets(element, 'KeyID', { min: 1, max: LIMITS.keyId }),
    triggerNonce: nonce(dialect, required(element, 'TriggerNonce')),
    url: url && token(url, LIMITS.uri),
  };
}

function clientHello(dialect: Dialect, root: XmlElement): ClientHello {
  return {
    kind: 'ClientHello',
    tokenId: optionalOctets(root, 'TokenID', { min: 1, max: LIMITS.tokenId }),
    keyId: optionalOctets(root, 'KeyID', { min: 1, max: LIMITS.keyId }),
    clientNonce: optionalNonce(dialect, root, 'ClientNonce'),
    triggerNonce: optionalNonce(dialect, root, 'TriggerNonce'),
    keyTypes: algorithmList(root, 'SupportedKeyTypes'),
    encryptionAlgorithms: algorithmList(root, 'SupportedEncryptionAlgorithms'),
    macAlgorithms: algorithmList(root, 'SupportedMACAlgorithms'),
    clientInfo: readExtensions(dialect, 'ClientHello', root).clientInfo,
  };
}

function clientNonce(dialect: Dialect, root: XmlElement): ClientNonce {
  const { clientInfo, serverInfo } = readExtensions(dialect, 'ClientNonce', root);
  return {
    kind: 'ClientNonce',
    sessionId: sessionId(root) ?? malformed('no SessionID'),
    encryptedNonce: octets(required(root, 'EncryptedNonce'), {
      min: dialect.nonceLength.min,
      max: LIMITS.encryptedNonce,
    }),
    clientInfo,
    serverInfo,
  };
}

function serverHello(dialect: Dialect, root: XmlElement): ServerHello | StatusMessage {
  const status = statusOf(root, 'Continue');
  if (status !== 'Continue') return { kind: 'ServerHello', status, sessionId: sessionId(root) };
  const { clientInfo, serverInfo } = readExtensions(dialect, 'ServerHello', root);
  return {
    kind: 'ServerHello',
    status,
    sessionId: sessionId(root) ?? malformed('no SessionID'),
    suite: {
      keyType: keyTypeOf(token(required(root, 'KeyType'), LIMITS.uri)) ?? malformed('unknown KeyType'),
      encryptionAlgorithm:
        encryptionAlgorithmOf(dialect, token(required(root, 'EncryptionAlgorithm'), LIMITS.uri)) ??
        malformed('unknown EncryptionAlgorithm'),
      macAlgorithm:
        prfOf(dialect, token(required(root, 'MacAlgorithm'), LIMITS.uri)) ??
        malformed('unknown MacAlgorithm'),
    },
    encryptionKey: encryptionKey(required(root, 'EncryptionKey')),
    R_S: nonce(dialect, required(required(root, 'Payload'), 'Nonce')),
    clientInfo,
    serverInfo,
    mac: mac(optional(root, 'Mac')),
  };
}

function serverFinished(dialect: Dialect, root: XmlElement): ServerFinished | StatusMessage {
  const status = statusOf(root, 'Success');
  if (status !== 'Success') return { kind: 'ServerFinished', status, sessionId: sessionId(root) };
  const expiry = optional(root, 'KeyExpiryDate');
  const logo = optional(root, 'ServiceLogo');
  const { clientInfo, otp, pin } = readExtensions(dialect, 'ServerFinished', root);
  return {
    kind: 'ServerFinished',
    status,
    sessionId: sessionId(root),
    tokenId: octets(required(root, 'TokenID'), { min: 1, max: LIMITS.tokenId }),
    keyId: octets(required(root, 'KeyID'), { min: 1, max: LIMITS.keyId }),
    keyExpiry: expiry && dateTime(expiry),
    serviceId: optionalText(root, 'ServiceID', LIMITS.identifier),
    serviceLogo: logo && {
      mimeType: logo.attributes.MimeType ?? malformed('no MimeType'),
      image: octets(logo, { min: 0, max: LIMITS.logo }),
    },
    userId: optionalText(root, 'UserID', LIMITS.identifier),
    otp,
    pin,
    clientInfo,
    mac: mac(required(root, 'Mac')) as Mac,
  };
}

function statusOf<Good extends 'Continue' | 'Success'>(root: XmlElement, good: Good): Good | FailureStatus {
  const { Status } = root.attributes;
  if (Status === good) return good;
  return FAILURE_STATUSES.find((status) => status === Status) ?? malformed('no Status of this message');
}

function encryptionKey(element: XmlElement): EncryptionKey {
  const value = optional(element, 'KeyValue');
  if (value) {
    const rsa = required(value, 'RSAKeyValue');
    const number = (name: string): Uint8Array =>
      minimalOctets(octets(required(rsa, name), { min: 1, max: LIMITS.rsaNumber + 1 }));
    return { kind: 'rsa', modulus: number('Modulus'), exponent: number('Exponent') };
  }
  return { kind: 'shared', name: text(required(element, 'KeyName'), LIMITS.identifier) };
}

function mac(element: XmlElement | undefined): Mac | undefined {
  if (!element) return undefined;
  return { value: octets(element, { min: 1, max: 128 }), algorithm: element.attributes.MacAlgorithm?.trim() };
}
