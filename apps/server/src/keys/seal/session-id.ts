/**
 * The SessionID of CT-KIP as a sealed value: everything the server must remember between ServerHello and ClientNonce travels in it, so a
 * ClientHello needs no storage, and any node can finish what another began.
 *
 * Its text has a form that deployed clients are known to handle: 34 hexadecimal digits, `-`, the base64 of 57 octets whose last is zero;
 * 111 characters, within the 128 of RFC 4758 §3.7.6.
 */
import { type EncryptionAlgorithm, type KeyType, PRF_NAMES, type Suite } from '@sower/ctkip/algorithms';
import type { DialectName } from '@sower/ctkip/dialect';
import { formatId, idBytes } from '../../store/db/ids.ts';
import type { Sealing } from './sealing.ts';

export type ExchangeSession = {
  readonly dialect: DialectName;
  readonly suite: Suite;
  /** Number of the server's RSA key. */
  readonly serverKey: number;
  /** Which of the client's keys the run replaces; the MACs prove that one. A token has one seed in each state while a code is live. */
  readonly renewal: 'none' | 'current' | 'pending';
  /** The seed itself, see {@link seedMark}: a tokencode can confirm the pending one while the run is under way. 0 without a renewal. */
  readonly seedMark: number;
  /** Whether the client offered the extension for the PIN. */
  readonly pinExtension: boolean;
  readonly distributionId: string;
  /** Which code of the distribution began it, see {@link codeMark}. */
  readonly codeMark: number;
  readonly R_S: Uint8Array;
  /** Epoch seconds. */
  readonly expiresAt: number;
};

// Positions in these lists are part of sessions in flight: append only.
const DIALECTS: readonly DialectName[] = ['deployed', 'rfc4758'];
const KEY_TYPES: readonly KeyType[] = ['securid-aes', 'totp-sha1', 'totp-sha256', 'hotp-sha1', 'hotp-sha256'];
const ENCRYPTION: readonly EncryptionAlgorithm[] = ['rsa-1_5', 'rsa-oaep-mgf1p'];

const RENEWALS = ['none', 'current', 'pending'] as const;

const PLAIN_LENGTH = 45;
const HEAD = 17;

/** A code of a distribution by its number, in one octet; never 0, which sessions of versions without it have. */
export const codeMark = (codeNumber: number): number => 1 + (codeNumber % 255);

/** Whether a session was begun with this code, as far as it says. */
export const isOfCode = (session: Pick<ExchangeSession, 'codeMark'>, codeNumber: number): boolean =>
  session.codeMark === 0 || session.codeMark === codeMark(codeNumber);

/** A seed of a token in seven bits; never 0, which renewals of versions without it have. Two seeds have the same one in 127 once. */
export const seedMark = (seedId: string): number => 1 + ((idBytes(seedId).at(-1) ?? 0) % 127);

/** Which of the token's seeds a renewal replaces; undefined if it is gone. */
export function seedOf<S extends { readonly id: string; readonly state: 'current' | 'pending' }>(
  session: Pick<ExchangeSession, 'renewal' | 'seedMark'>,
  seeds: readonly S[],
): S | undefined {
  const inState = (some: readonly S[]) => some.find(({ state }) => state === session.renewal);
  if (session.seedMark === 0) return inState(seeds);
  const marked = seeds.filter(({ id }) => seedMark(id) === session.seedMark);
  return inState(marked) ?? marked[0];
}

export function sealSessionId(sealing: Sealing, session: ExchangeSession): string {
  const plain = new Uint8Array(PLAIN_LENGTH);
  const view = new DataView(plain.buffer);
  view.setUint8(0, DIALECTS.indexOf(session.dialect));
  view.setUint8(1, KEY_TYPES.indexOf(session.suite.keyType));
  view.setUint8(2, ENCRYPTION.indexOf(session.suite.encryptionAlgorithm));
  view.setUint8(3, PRF_NAMES.indexOf(session.suite.macAlgorithm));
  view.setUint8(4, RENEWALS.indexOf(session.renewal));
  view.setUint16(5, session.serverKey);
  view.setUint32(7, session.expiresAt);
  plain.set(idBytes(session.distributionId), 11);
  plain.set(session.R_S, 27);
  view.setUint8(43, (session.pinExtension ? 1 : 0) | (session.seedMark << 1));
  view.setUint8(44, session.codeMark);
  const sealed = sealing.sealToken('ctkip-session', plain);
  const tail = Buffer.concat([sealed.subarray(HEAD), Buffer.alloc(1)]);
  return `${Buffer.from(sealed.subarray(0, HEAD)).toString('hex')}-${tail.toString('base64')}`;
}

/** `undefined` if this deployment did not make it; the caller checks expiry. */
export function openSessionId(sealing: Sealing, sessionId: string): ExchangeSession | undefined {
  if (!/^[0-9a-f]{34}-[A-Za-z0-9+/]{76}$/.test(sessionId)) return undefined;
  const tail = Buffer.from(sessionId.slice(HEAD * 2 + 1), 'base64');
  // The last octet is fixed, so that one session has only one text.
  if (tail.at(-1) !== 0) return undefined;
  const plain = sealing.openToken(
    'ctkip-session',
    Buffer.concat([Buffer.from(sessionId.slice(0, HEAD * 2), 'hex'), tail.subarray(0, -1)]),
  );
  if (plain?.length !== PLAIN_LENGTH) return undefined;
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length);
  const dialect = DIALECTS[view.getUint8(0)];
  const keyType = KEY_TYPES[view.getUint8(1)];
  const encryptionAlgorithm = ENCRYPTION[view.getUint8(2)];
  const macAlgorithm = PRF_NAMES[view.getUint8(3)];
  const renewal = RENEWALS[view.getUint8(4)];
  if (!dialect || !keyType || !encryptionAlgorithm || !macAlgorithm || !renewal) return undefined;
  return {
    dialect,
    suite: { keyType, encryptionAlgorithm, macAlgorithm },
    renewal,
    serverKey: view.getUint16(5),
    expiresAt: view.getUint32(7),
    distributionId: formatId(plain.subarray(11, 27)),
    R_S: Uint8Array.from(plain.subarray(27, 43)),
    pinExtension: (view.getUint8(43) & 1) === 1,
    seedMark: view.getUint8(43) >> 1,
    codeMark: view.getUint8(44),
  };
}
