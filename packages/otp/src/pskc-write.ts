/**
 * Writing PSKC (RFC 6030), a record at a time, so that a file may be longer than memory.
 *
 * Secrets are encrypted with AES-CBC and a MAC. Counters and drifts are in the clear, as in the RFC's figures: other readers expect them
 * there. Nothing is signed.
 */
import { base64 } from '@sower/bytes/base64';
import { escapeAttribute, escapeText, isXmlText } from '@sower/xml';
import {
  encryptCbc,
  type MacName,
  macLength,
  pbkdf2,
  RSA_OAEP,
  RSA_OAEP_DIGEST,
  RSA_OAEP_MGF,
  valueMac,
} from './pskc-protection.ts';
import { defectOf, PSKC_TEXTS, type PskcToken } from './pskc-token.ts';
import { encryptToTransferKey, type TransferPublicKey } from './transfer-key.ts';

export type PskcProtection =
  | { readonly kind: 'password'; readonly password: string; readonly iterations?: number }
  /** 16, 24 or 32 bytes. The name says which key it is. */
  | { readonly kind: 'key'; readonly key: Uint8Array; readonly name?: string }
  /** AES-256 under a key that is made for the file and encrypted to this one, whatever the hash. */
  | { readonly kind: 'transfer-key'; readonly to: TransferPublicKey }
  /** Anyone who has the file has the seeds. */
  | { readonly kind: 'none' };

export type PskcWriterInput = {
  readonly protection: PskcProtection;
  /**
   * For the MAC, and for PBKDF2. `sha1`, the default, with AES-128 for a password: what every reader knows. `sha256`, with AES-256 for a
   * password, for readers that know it.
   */
  readonly hash?: 'sha1' | 'sha256';
  /** That many random octets: salt, MAC key and initialization vectors. */
  readonly random: (length: number) => Uint8Array;
};

export type PskcWriteReason = 'invalid-password' | 'invalid-key' | 'invalid-iterations' | 'invalid-text';

export type PskcWriter = {
  /** What comes before the first record. A file has at least one. */
  readonly head: string;
  readonly record: (
    token: PskcToken,
  ) =>
    | { readonly ok: true; readonly xml: string }
    | { readonly ok: false; readonly reason: 'invalid-token' | 'invalid-text'; readonly at: string };
  /** What comes after the last one. */
  readonly tail: string;
};

export type PskcWriterResult =
  | { readonly ok: true; readonly writer: PskcWriter }
  | { readonly ok: false; readonly reason: PskcWriteReason };

const XENC = 'http://www.w3.org/2001/04/xmlenc#';
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const DSIG_MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const PKCS5 = 'http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#';
const NAMESPACES = [
  'xmlns="urn:ietf:params:xml:ns:keyprov:pskc"',
  `xmlns:ds="${DSIG}"`,
  `xmlns:xenc="${XENC}"`,
  'xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"',
  `xmlns:pkcs5="${PKCS5}"`,
].join(' ');

const MAC_URIS: Readonly<Partial<Record<MacName, string>>> = {
  'hmac-sha1': `${DSIG}hmac-sha1`,
  'hmac-sha256': `${DSIG_MORE}hmac-sha256`,
};

const ALGORITHMS: Readonly<Record<PskcToken['algorithm'], string>> = {
  hotp: 'urn:ietf:params:xml:ns:keyprov:pskc:hotp',
  totp: 'urn:ietf:params:xml:ns:keyprov:pskc:totp',
  securid: 'http://www.rsasecurity.com/rsalabs/otps/schemas/2005/09/otps-wst#SecurID-AES',
};

const SALT_LENGTH = 16;
const IV_LENGTH = 16;
const CONTENT_KEY_LENGTH = 32;
const DEFAULT_ITERATIONS = 600_000;
const MIN_ITERATIONS = 1_000;
const MAX_ITERATIONS = 2_000_000;

/** Derives the key, once, and returns what writes the parts of the file. */
export async function pskcWriter({
  protection,
  hash = 'sha1',
  random,
}: PskcWriterInput): Promise<PskcWriterResult> {
  if (protection.kind === 'none') return { ok: true, writer: writerOf('', undefined) };
  const mac = protection.kind === 'transfer-key' ? 'hmac-sha256' : (`hmac-${hash}` as const);
  let key: Uint8Array;
  let encryptionKey: string;
  if (protection.kind === 'key') {
    ({ key } = protection);
    const name = protection.name ?? 'Pre-shared-key';
    if (![16, 24, 32].includes(key.length)) return { ok: false, reason: 'invalid-key' };
    if (!isXmlText(name)) return { ok: false, reason: 'invalid-text' };
    encryptionKey = element('ds:KeyName', escapeText(name));
  } else if (protection.kind === 'transfer-key') {
    key = random(CONTENT_KEY_LENGTH);
    const encrypted = await encryptToTransferKey(protection.to, key);
    if (!encrypted) return { ok: false, reason: 'invalid-key' };
    encryptionKey = encryptedKey(protection.to.fingerprint, encrypted);
  } else {
    const { password, iterations = DEFAULT_ITERATIONS } = protection;
    if (password === '' || !password.isWellFormed()) return { ok: false, reason: 'invalid-password' };
    if (!Number.isInteger(iterations) || iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS)
      return { ok: false, reason: 'invalid-iterations' };
    const salt = random(SALT_LENGTH);
    const keyLength = hash === 'sha1' ? 16 : 32;
    key = await pbkdf2({ password, salt, iterations, keyLength, prf: mac });
    encryptionKey = derivedKey({ salt, iterations, keyLength, mac });
  }
  const macKey = random(macLength(mac));
  const seal = (octets: Uint8Array): Uint8Array => encryptCbc(key, random(IV_LENGTH), octets);
  const encrypted = (value: Uint8Array): string =>
    `<xenc:EncryptionMethod Algorithm="${XENC}aes${key.length * 8}-cbc"/>` +
    element('xenc:CipherData', element('xenc:CipherValue', base64(value)));
  const head =
    element('EncryptionKey', encryptionKey) +
    `<MACMethod Algorithm="${MAC_URIS[mac]}">${element('MACKey', encrypted(seal(macKey)))}</MACMethod>`;
  const secret = (seed: Uint8Array): string => {
    const value = seal(seed);
    return (
      element('EncryptedValue', encrypted(value)) +
      element('ValueMAC', base64(valueMac({ name: mac, key: macKey }, value)))
    );
  };
  return { ok: true, writer: writerOf(`${head}\n`, secret) };
}

function writerOf(protection: string, secret: ((seed: Uint8Array) => string) | undefined): PskcWriter {
  return {
    head: `<?xml version="1.0" encoding="UTF-8"?>\n<KeyContainer Version="1.0" ${NAMESPACES}>\n${protection}`,
    record: (token) => {
      const defect = defectOf(token);
      if (defect) return { ok: false, reason: 'invalid-token', at: defect.at };
      const unwritable = PSKC_TEXTS.find((name) => !isXmlText(token[name]));
      if (unwritable) return { ok: false, reason: 'invalid-text', at: unwritable };
      return { ok: true, xml: recordOf(token, secret ?? plain) };
    },
    tail: '</KeyContainer>\n',
  };
}

/** XML Encryption 1.1 §5.5.2: RSA-OAEP, with SHA-256 for both of its hashes. */
const encryptedKey = (name: string, value: Uint8Array): string =>
  element(
    'xenc:EncryptedKey',
    `<xenc:EncryptionMethod Algorithm="${RSA_OAEP}"><ds:DigestMethod Algorithm="${RSA_OAEP_DIGEST}"/>` +
      `<xenc11:MGF Algorithm="${RSA_OAEP_MGF}"/></xenc:EncryptionMethod>` +
      element('ds:KeyInfo', element('ds:KeyName', escapeText(name))) +
      element('xenc:CipherData', element('xenc:CipherValue', base64(value))),
  );

function derivedKey(parameters: {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly keyLength: number;
  readonly mac: MacName;
}): string {
  const { salt, iterations, keyLength, mac } = parameters;
  // As in the RFC's figure 7: the parameters in no namespace, where the readers there are look for them.
  const inner =
    `<Salt xmlns="">${element('Specified', base64(salt))}</Salt>` +
    `<IterationCount xmlns="">${iterations}</IterationCount>` +
    `<KeyLength xmlns="">${keyLength}</KeyLength>` +
    `<PRF xmlns=""${mac === 'hmac-sha1' ? '' : ` Algorithm="${MAC_URIS[mac]}"`}/>`;
  return element(
    'xenc11:DerivedKey',
    `<xenc11:KeyDerivationMethod Algorithm="${PKCS5}pbkdf2">` +
      element('pkcs5:PBKDF2-params', inner) +
      '</xenc11:KeyDerivationMethod>' +
      element('xenc11:MasterKeyName', 'Password'),
  );
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;
const plain = (value: Uint8Array | number): string =>
  element('PlainValue', typeof value === 'number' ? String(value) : base64(value));
/** Left out if it is empty. */
const text = (name: string, value: string | undefined): string =>
  value ? element(name, escapeText(value)) : '';
const dateOf = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time * 1000).toISOString().replace('.000Z', 'Z');

const PIN_MODES = { local: 'Local', prepend: 'Prepend' } as const;

/** In the order of the schema (RFC 6030 §11), which some readers insist on. */
function recordOf(token: PskcToken, secret: (seed: Uint8Array) => string): string {
  const device = [
    text('Manufacturer', token.manufacturer),
    text('SerialNo', token.serial),
    text('Model', token.model),
    text('IssueNo', token.issueNumber),
    text('DeviceBinding', token.deviceBinding),
    text('UserId', token.deviceUserId),
  ];
  const suite = token.algorithm === 'securid' ? '' : `HMAC-${token.hash.toUpperCase()}`;
  const factor =
    token.algorithm === 'hotp'
      ? element('Counter', plain(token.counter))
      : element('Time', plain(0)) +
        element('TimeInterval', plain(token.intervalSeconds)) +
        element('TimeDrift', plain(token.driftIntervals));
  const policy = [
    text('StartDate', dateOf(token.startTime)),
    text('ExpiryDate', dateOf(token.expiryTime)),
    token.pin === 'none' ? '' : `<PINPolicy PINUsageMode="${PIN_MODES[token.pin]}"/>`,
    element('KeyUsage', 'OTP'),
  ];
  const key = [
    text('Issuer', token.issuer),
    element(
      'AlgorithmParameters',
      `${text('Suite', suite)}<ResponseFormat Encoding="DECIMAL" Length="${token.digits}"/>`,
    ),
    text('FriendlyName', token.friendlyName),
    element('Data', element('Secret', secret(token.seed)) + factor),
    text('UserId', token.userId),
    element('Policy', policy.join('')),
  ];
  return `${element(
    'KeyPackage',
    `${element('DeviceInfo', device.join(''))}<Key Id="${escapeAttribute(token.keyId || token.serial)}" Algorithm="${ALGORITHMS[token.algorithm]}">${key.join('')}</Key>`,
  )}\n`;
}
