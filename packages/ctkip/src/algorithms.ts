/**
 * Every identifier of the protocol: namespaces, algorithms, status codes.
 *
 * The rest of the package refers to algorithms by the short names that key these tables. Which of them a server wants is its policy, and
 * not here.
 */

/** RFC 4758 Appendix A. */
export const CT_KIP = 'http://www.rsasecurity.com/rsalabs/otps/schemas/2005/12/ct-kip#';
/** The namespace that deployed clients use in their requests; an earlier edition of the same schema. */
export const CT_KIP_2005_11 = 'http://www.rsasecurity.com/rsalabs/otps/schemas/2005/11/ct-kip#';
export const XML_DSIG = 'http://www.w3.org/2000/09/xmldsig#';
export const XML_SCHEMA = 'http://www.w3.org/2001/XMLSchema';
export const XML_SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
/** Sower's own extensions. */
export const SOWER = 'urn:sower:ctkip';
/**
 * A client that understands `PinConfigurationType` lists this URI among its key types, where Appendix A allows any URI and servers ignore
 * unknown ones. The extension's type resolves only with our schema, so it must not be sent to anyone else.
 */
export const PIN_EXTENSION = 'urn:sower:ctkip:extension:pin-configuration';

/** The only protocol version. */
export const VERSION = '1.0';

/**
 * What a K_TOKEN is for. `dsLen` is its length in octets.
 *
 * RFC 4758 names only SecurID-AES and leaves other key types to others; the `urn:sower` identifiers are ours, and their length is that of
 * the hash, so that both sides derive the same number of octets.
 */
export const KEY_TYPES = {
  'securid-aes': {
    uri: 'http://www.rsasecurity.com/rsalabs/otps/schemas/2005/09/otps-wst#SecurID-AES',
    dsLen: 16,
  },
  'totp-sha1': { uri: 'urn:sower:ctkip:key-type:totp-sha1', dsLen: 20 },
  'totp-sha256': { uri: 'urn:sower:ctkip:key-type:totp-sha256', dsLen: 32 },
  'hotp-sha1': { uri: 'urn:sower:ctkip:key-type:hotp-sha1', dsLen: 20 },
  'hotp-sha256': { uri: 'urn:sower:ctkip:key-type:hotp-sha256', dsLen: 32 },
} as const satisfies Record<string, { readonly uri: string; readonly dsLen: number }>;

export type KeyType = keyof typeof KEY_TYPES;

export function keyTypeOf(uri: string): KeyType | undefined {
  return (Object.keys(KEY_TYPES) as KeyType[]).find((name) => KEY_TYPES[name].uri === uri);
}

/** The realizations of CT-KIP-PRF by the fragment of their URI (RFC 4758 Appendix D); the dialect determines the namespace before it. */
export const PRF_NAMES = ['ct-kip-prf-aes', 'ct-kip-prf-sha256'] as const;
export type PrfName = (typeof PRF_NAMES)[number];

export type MacAlgorithm = PrfName;

/**
 * Octets of R_C. RFC 4758 Appendix A: a nonce has 16, which is the only length that both realizations of the PRF take as a key. One length, so
 * that a server can check the padding of RSAES-PKCS1-v1_5 at fixed positions.
 */
export const R_C_LENGTH = 16;

/** Public-key encryption of R_C. The dialect determines what `rsa-1_5` means; `rsa-oaep-mgf1p` is OAEP with SHA-1 in both. */
export const RSA_ENCRYPTION = {
  'rsa-1_5': 'http://www.w3.org/2001/04/xmlenc#rsa-1_5',
  'rsa-oaep-mgf1p': 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
} as const;
export type RsaEncryption = keyof typeof RSA_ENCRYPTION;

/** A PRF's name among the encryption algorithms means the shared-key method, RFC 4758 §3.6. */
export type EncryptionAlgorithm = RsaEncryption | PrfName;

export function isPrf(name: EncryptionAlgorithm): name is PrfName {
  return (PRF_NAMES as readonly string[]).includes(name);
}

/** The algorithms of one exchange. */
export type Suite = {
  readonly keyType: KeyType;
  readonly encryptionAlgorithm: EncryptionAlgorithm;
  readonly macAlgorithm: MacAlgorithm;
};

/** Algorithms in order of preference: a client's offer or a server's policy. */
export type AlgorithmLists = {
  readonly keyTypes: readonly KeyType[];
  readonly encryptionAlgorithms: readonly EncryptionAlgorithm[];
  readonly macAlgorithms: readonly MacAlgorithm[];
};

/** RFC 4758 §3.7.5: those that end a run without a key. */
export const FAILURE_STATUSES = [
  'Abort',
  'AccessDenied',
  'MalformedRequest',
  'UnknownRequest',
  'UnknownCriticalExtension',
  'UnsupportedVersion',
  'NoSupportedKeyTypes',
  'NoSupportedEncryptionAlgorithms',
  'NoSupportedMACAlgorithms',
  'InitializationFailed',
] as const;
export type FailureStatus = (typeof FAILURE_STATUSES)[number];

/** `Continue` occurs in a ServerHello only, `Success` in a ServerFinished only. */
export type Status = 'Continue' | 'Success' | FailureStatus;
