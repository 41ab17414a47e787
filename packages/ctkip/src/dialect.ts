/**
 * The two dialects as data: RFC 4758 to the letter, and what deployed clients and servers speak.
 *
 * One engine reads these rows; nothing else in the package depends on a dialect's name. They differ in cryptography and must never be mixed
 * within an exchange.
 */
import {
  CT_KIP,
  CT_KIP_2005_11,
  type EncryptionAlgorithm,
  isPrf,
  PRF_NAMES,
  type PrfName,
  RSA_ENCRYPTION,
  type RsaEncryption,
} from './algorithms.ts';
import type { BlockOrder } from './prf.ts';

export type DialectName = 'rfc4758' | 'deployed';

/** How an RSA key encrypts R_C. */
export type RsaScheme = 'RSAES-PKCS1-v1_5' | 'RSAES-OAEP-SHA1';

export type Dialect = {
  readonly name: DialectName;
  /** Bare XML with the RFC's media type, or base64 within SOAP 1.1. */
  readonly binding: 'xml' | 'soap';

  readonly blockOrder: BlockOrder;
  /** Parts of the string that K_TOKEN is derived from, in order. */
  readonly keyGeneration: readonly ('label' | 'k' | 'R_S')[];
  readonly labels: {
    readonly keyGeneration: string;
    readonly encryption: string;
    readonly mac1: string;
    readonly mac2: string;
  };
  /** What the algorithm label `rsa-1_5` stands for. */
  readonly rsa_1_5: RsaScheme;
  /** Octets a nonce may have, inclusive. */
  readonly nonceLength: { readonly min: number; readonly max: number };

  /** Namespaces allowed for a message's root. Children may always be in either CT-KIP namespace or in none. */
  readonly rootNamespaces: readonly string[];
  /** Whether messages must carry a Version. */
  readonly versionRequired: boolean;
  /** Whether an extension without xsi:type is recognized by its content. */
  readonly untypedExtensions: boolean;
  /** Whether a ClientNonce must repeat the server's ServerInfo. */
  readonly serverInfoRequired: boolean;
  /** Whether the PIN configuration is sent in an extension of our own, to clients that offer `PIN_EXTENSION`. */
  readonly pinExtension: boolean;
  /** Whether the server's ServerInfo is always R_S. */
  readonly serverInfoIsR_S: boolean;
  /** Whether a KeyID in the ClientHello requires the server to prove the existing key with MAC 1. */
  readonly mac1Required: boolean;

  /** Namespaces before a PRF's name, by where the URI is used. */
  readonly prfNamespaces: {
    readonly accepted: readonly string[];
    readonly offered: string;
    readonly chosen: string;
    readonly macAttribute: string;
  };
  /** The suffix of a time in UTC. */
  readonly utcSuffix: 'Z' | '+00:00';
};

export const RFC4758: Dialect = {
  name: 'rfc4758',
  binding: 'xml',
  blockOrder: 'INT(i) || s',
  keyGeneration: ['label', 'k', 'R_S'],
  labels: {
    keyGeneration: 'Key generation',
    encryption: 'Encryption',
    mac1: 'MAC 1 computation',
    mac2: 'MAC 2 computation',
  },
  rsa_1_5: 'RSAES-PKCS1-v1_5',
  // RFC 4758 §3.7.7 says at least 16, Appendix A exactly 16; we send 16.
  nonceLength: { min: 16, max: 128 },
  rootNamespaces: [CT_KIP],
  versionRequired: true,
  untypedExtensions: false,
  serverInfoRequired: true,
  pinExtension: true,
  serverInfoIsR_S: false,
  mac1Required: true,
  prfNamespaces: { accepted: [CT_KIP], offered: CT_KIP, chosen: CT_KIP, macAttribute: CT_KIP },
  utcSuffix: 'Z',
};

/**
 * As deployed clients send and expect it. They are not known to use MAC 1 or a shared key; the label of MAC 1 and where its element stands
 * are ours, by analogy with MAC 2.
 */
export const DEPLOYED: Dialect = {
  name: 'deployed',
  binding: 'soap',
  blockOrder: 's || INT(i)',
  keyGeneration: ['k', 'label', 'R_S'],
  labels: {
    keyGeneration: 'Key generation',
    encryption: 'Encryption',
    mac1: 'MAC 1 Computation',
    mac2: 'MAC 2 Computation',
  },
  rsa_1_5: 'RSAES-OAEP-SHA1',
  nonceLength: { min: 16, max: 16 },
  rootNamespaces: [CT_KIP_2005_11, CT_KIP, ''],
  versionRequired: false,
  untypedExtensions: true,
  serverInfoRequired: false,
  pinExtension: false,
  serverInfoIsR_S: true,
  mac1Required: false,
  prfNamespaces: {
    accepted: [CT_KIP, CT_KIP_2005_11],
    offered: CT_KIP_2005_11,
    chosen: CT_KIP_2005_11,
    macAttribute: CT_KIP,
  },
  utcSuffix: '+00:00',
};

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = { rfc4758: RFC4758, deployed: DEPLOYED };

/** Where a PRF's URI is used; the dialects put different namespaces there. */
export type PrfPosition = 'offered' | 'chosen' | 'macAttribute';

export function prfUri(dialect: Dialect, position: PrfPosition, name: PrfName): string {
  return `${dialect.prfNamespaces[position]}${name}`;
}

export function encryptionUri(dialect: Dialect, position: PrfPosition, name: EncryptionAlgorithm): string {
  return isPrf(name) ? prfUri(dialect, position, name) : RSA_ENCRYPTION[name];
}

/** The PRF that a URI names in this dialect. URIs are compared exactly, RFC 4758 §3.7.2. */
export function prfOf(dialect: Dialect, uri: string): PrfName | undefined {
  return PRF_NAMES.find((name) =>
    dialect.prfNamespaces.accepted.some((namespace) => uri === `${namespace}${name}`),
  );
}

export function encryptionAlgorithmOf(dialect: Dialect, uri: string): EncryptionAlgorithm | undefined {
  const rsa = (Object.keys(RSA_ENCRYPTION) as RsaEncryption[]).find((name) => RSA_ENCRYPTION[name] === uri);
  return rsa ?? prfOf(dialect, uri);
}

/** How `encryptionAlgorithm` encrypts R_C in this dialect. */
export function nonceEncryption(dialect: Dialect, name: EncryptionAlgorithm): RsaScheme | 'shared-key' {
  if (isPrf(name)) return 'shared-key';
  return name === 'rsa-1_5' ? dialect.rsa_1_5 : 'RSAES-OAEP-SHA1';
}
