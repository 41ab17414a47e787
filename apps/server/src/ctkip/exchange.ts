/**
 * One CT-KIP exchange on the server: ClientHello to ServerHello, ClientNonce to ServerFinished, in either dialect.
 *
 * Claim, compute, commit: what admitted the run is read, everything is computed with no transaction open, and one commit redeems the code.
 * Between the two requests the server stores nothing; the SessionID carries the state. Bindings (HTTP, SOAP) are the endpoint's job.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { AlgorithmLists, FailureStatus } from '@sower/ctkip/algorithms';
import { type Dialect, nonceEncryption } from '@sower/ctkip/dialect';
import { encodeMessage } from '@sower/ctkip/encode';
import type { ClientHello, ClientNonce, PinConfiguration } from '@sower/ctkip/messages';
import {
  finish,
  negotiate,
  returnsServerInfo,
  serverHello,
  statusMessage,
  understandsPin,
} from '@sower/ctkip/server';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import {
  codeMark,
  type ExchangeSession,
  isOfCode,
  openSessionId,
  sealSessionId,
  seedMark,
  seedOf,
} from '../keys/seal/session-id.ts';
import type { ActivateToken } from '../provisioning/distribution/activate.ts';
import {
  type Admission,
  type Admittance,
  admitById,
  decoyAdmission,
} from '../provisioning/distribution/admission.ts';
import {
  type AssertedDevice,
  type DeviceVerdict,
  judgeDevice,
} from '../provisioning/distribution/device-policy.ts';
import { type Openings, type RecordRefused, recordRefusal } from '../provisioning/distribution/record-run.ts';
import type { Snapshot } from '../provisioning/distribution/snapshot.ts';
import type { KeyedHash } from '../store/schema/brands.ts';
import { listSeeds } from '../store/tokens/seeds.ts';

export type ExchangeContext = ServerContext & {
  readonly activate: ActivateToken;
  readonly openings: Openings;
  readonly recordRefused: RecordRefused;
};

/** `refused`: the code does not admit, for whatever reason; the endpoint gives one answer for all. */
export type ExchangeReply =
  | {
      readonly kind: 'message';
      readonly xml: string;
      readonly outcome: 'continue' | 'success' | FailureStatus;
      /** Only with the ServerFinished of a success. */
      readonly pin?: PinConfiguration;
    }
  | { readonly kind: 'refused' };

type Run = {
  readonly dialect: Dialect;
  /** The device that the client asserts in this request; absent if it did so, and was checked, when it requested its trigger. */
  readonly device?: (snapshot: Snapshot) => AssertedDevice;
  readonly source: string;
};

/** Deployed clients may know only this name; the RFC's dialect uses our own. */
const SERVICE_IDS = { deployed: 'RSA CT-KIP', rfc4758: 'Sower' } as const;
/** RFC 4758 §3.7.6 leaves it open; long enough for a person to accept a certificate on the way. */
const SESSION_SECONDS = 300;
const EXPONENT = Uint8Array.of(1, 0, 1);

/** Key types by what a profile requires. */
const KEY_TYPES: Readonly<Record<Snapshot['algorithm'], AlgorithmLists['keyTypes']>> = {
  securid: ['securid-aes'],
  totp: ['totp-sha1'],
  hotp: ['hotp-sha1'],
};
/**
 * OAEP first, for clients that can name it; deployed clients say rsa-1_5 and mean OAEP. The shared-key methods need a key that both sides
 * already have; Sower has none, so it never chooses them.
 */
const ENCRYPTION: AlgorithmLists['encryptionAlgorithms'] = ['rsa-oaep-mgf1p', 'rsa-1_5'];
const MACS: AlgorithmLists['macAlgorithms'] = ['ct-kip-prf-sha256', 'ct-kip-prf-aes'];

/** What the administrator reads if there is no algorithm of a kind in common. */
const NOTHING_IN_COMMON: Readonly<Partial<Record<FailureStatus, Text>>> = {
  NoSupportedKeyTypes: text('run.no-key-type'),
  NoSupportedEncryptionAlgorithms: text('run.no-encryption'),
};

export async function answerHello(
  context: ExchangeContext,
  run: Run,
  hello: ClientHello,
  admittance: Admittance,
): Promise<ExchangeReply> {
  const { dialect } = run;
  // Before any other check: for any other device a right code is like a wrong one, in the answer and in the time it takes.
  const verdict = judge(run, admittance);
  if (admittance.kind !== 'live') return { kind: 'refused' };
  const { admission } = admittance;
  if (!verdict.ok) {
    context.recordRefused(admission, { ...verdict, source: run.source });
    return { kind: 'refused' };
  }
  const existing = hello.keyId ? await existingKey(context, admission, { keyId: hello.keyId }) : undefined;
  const K_AUTH = existing?.key;
  const chosen = negotiate(dialect, hello, {
    keyTypes: KEY_TYPES[admission.snapshot.algorithm],
    encryptionAlgorithms: ENCRYPTION,
    macAlgorithms: MACS,
    authenticationKeyLength: K_AUTH?.length,
  });
  if (!chosen.ok) {
    await recordRefusal(context, admission, {
      reason: NOTHING_IN_COMMON[chosen.status] ?? text('run.no-mac'),
      source: run.source,
      deviceId: undefined,
    });
    return status(dialect, 'ServerHello', chosen.status);
  }
  if (hello.tokenId && !equal(hello.tokenId, Buffer.from(admission.serial))) {
    return status(dialect, 'ServerHello', 'AccessDenied');
  }
  // Without the key that the client wants to replace there is no MAC 1, and without MAC 1 the client must not continue.
  if (hello.keyId && !K_AUTH && dialect.mac1Required) return status(dialect, 'ServerHello', 'AccessDenied');

  const key = await context.serverKeys.active();
  const R_S = context.random(16);
  const sessionId = sealSessionId(context.sealing, {
    dialect: dialect.name,
    suite: chosen.suite,
    serverKey: key.id,
    renewal: existing?.state ?? 'none',
    seedMark: existing ? seedMark(existing.id) : 0,
    pinExtension: understandsPin(hello),
    distributionId: admission.distributionId,
    codeMark: codeMark(admission.codeNumber),
    R_S,
    expiresAt: Math.floor(context.now() / 1000) + SESSION_SECONDS,
  });
  const built = serverHello(dialect, {
    hello,
    suite: chosen.suite,
    sessionId,
    R_S,
    encryptionKey: { kind: 'rsa', modulus: key.modulus, exponent: EXPONENT },
    serverInfo: R_S,
    K_AUTH,
  });
  K_AUTH?.fill(0);
  if (!built.ok) return status(dialect, 'ServerHello', built.status);
  context.openings.begun(admission, { deviceId: verdict.deviceId, source: run.source });
  return { kind: 'message', xml: encodeMessage(dialect, built.message), outcome: 'continue' };
}

/**
 * @param admittance what the activation code of this request admits; absent if only the session says it
 * @param document the ClientNonce as received, to recognize a repetition
 */
export async function answerNonce(
  context: ExchangeContext,
  run: Run,
  nonce: ClientNonce,
  document: Uint8Array,
  admittance?: Admittance,
): Promise<ExchangeReply> {
  const { dialect, source } = run;
  const failed = status(dialect, 'ServerFinished', 'InitializationFailed');
  const claimed = admittance && judge(run, admittance);
  if (admittance?.kind === 'refused') return { kind: 'refused' };
  if (admittance?.kind === 'live' && claimed?.ok === false) {
    context.recordRefused(admittance.admission, { ...claimed, source });
    return { kind: 'refused' };
  }
  const session = openSessionId(context.sealing, nonce.sessionId);
  const admitted = admittance ?? (session ? await admitById(context, session.distributionId) : undefined);
  const requestHash = context.sealing.keyedHash(
    'client-nonce',
    createHash('sha256').update(document).digest(),
  );
  if (admitted?.kind === 'redeemed')
    return resend(context, admitted, requestHash) ?? (admittance ? { kind: 'refused' } : failed);
  if (!session || admitted?.kind !== 'live') return failed;
  const { admission } = admitted;
  const theirs = session.distributionId === admission.distributionId;
  // Begun with a code that another one has replaced since: no longer admitted, and it uses up no attempt of the present code.
  if (theirs && !isOfCode(session, admission.codeNumber)) return failed;

  // From here on, the client is known to have the code. Its mistakes are counted and reported to the administrator; it learns nothing.
  const fail = async (reason: Text): Promise<ExchangeReply> => {
    context.openings.ended(admission, 'refused');
    await recordRefusal(context, admission, { reason, source, deviceId: undefined });
    return failed;
  };
  if (!theirs) return fail(text('run.other-code'));
  if (session.dialect !== dialect.name) return fail(text('run.other-dialect'));
  if (session.expiresAt * 1000 < context.now()) return fail(text('run.too-long'));
  if (!returnsServerInfo(dialect, nonce, session.R_S)) {
    return fail(text('run.nonce'));
  }
  const verdict = claimed ?? judge(run, admitted);
  context.openings.continued(admission, { source, deviceId: verdict.deviceId });
  const key = await context.serverKeys.find(session.serverKey);
  if (!key) return fail(text('run.unknown-server-key'));
  const existing =
    session.renewal === 'none' ? undefined : await existingKey(context, admission, { session });
  if (session.renewal !== 'none' && !existing) return fail(text('run.key-gone'));
  const scheme = nonceEncryption(dialect, session.suite.encryptionAlgorithm);
  const padding = scheme === 'RSAES-OAEP-SHA1' ? 'oaep-sha1' : 'pkcs1-v1_5';
  const R_C = await context.rsa.decrypt(key.id, padding, nonce.encryptedNonce);

  const tokenId = Buffer.from(admission.serial);
  const keyId = dialect.name === 'deployed' ? tokenId : context.random(16);
  const { snapshot } = admission;
  const finished = finish(dialect, {
    suite: session.suite,
    sessionId: nonce.sessionId,
    R_C,
    R_S: session.R_S,
    k: key.modulus,
    K_AUTH: existing?.key,
    tokenId,
    keyId,
    keyExpiry: Date.parse(`${admission.expiresOn}T00:00:00Z`) / 1000,
    serviceId: SERVICE_IDS[dialect.name],
    userId: admission.userId,
    otp: {
      format: 'Decimal',
      length: snapshot.digits,
      modes: [snapshot.algorithm === 'hotp' ? 'Counter' : 'Time'],
      ...(snapshot.algorithm === 'hotp' ? {} : { timeInterval: snapshot.intervalSeconds }),
    },
    pin: session.pinExtension ? pinOf(snapshot) : undefined,
    clientInfo: nonce.clientInfo,
  });
  // RFC 4758 §3.7.5: nonces and copies of keys do not outlive the run, however it ends.
  if (!finished.ok) {
    R_C?.fill(0);
    existing?.key.fill(0);
    return fail(text('run.undecryptable'));
  }
  const { K_TOKEN, message } = finished;
  const xml = encodeMessage(dialect, message);
  const { 'activation.resendSeconds': resendSeconds } = await context.settings.current();
  let won: boolean;
  try {
    won = await context.activate({
      admission,
      K_TOKEN,
      keyId: Buffer.from(keyId).toString('base64'),
      requestHash,
      reply: xml,
      resendMilliseconds: resendSeconds * 1000,
      deviceId: verdict.deviceId,
      source,
    });
  } finally {
    R_C?.fill(0);
    K_TOKEN.fill(0);
    existing?.key.fill(0);
  }
  if (won) {
    context.openings.ended(admission, 'provisioned');
    return { kind: 'message', xml, outcome: 'success', pin: pinOf(snapshot) };
  }
  // Another run was faster. If it was this very request, sent twice, both get the same answer.
  const after = await admitById(context, admission.distributionId);
  const again = after.kind === 'redeemed' ? resend(context, after, requestHash) : undefined;
  return again ?? (admittance ? { kind: 'refused' } : failed);
}

/** The same work for a code that admits no one. */
function judge(run: Run, admittance: Admittance): DeviceVerdict {
  const live = admittance.kind === 'live' ? admittance.admission : undefined;
  if (!run.device) return { ok: true, deviceId: live?.triggerDeviceId };
  const admission = live ?? decoyAdmission();
  return judgeDevice(admission, run.device(admission.snapshot));
}

function resend(
  context: ExchangeContext,
  redeemed: Extract<Admittance, { kind: 'redeemed' }>,
  requestHash: KeyedHash,
): ExchangeReply | undefined {
  if (redeemed.replyHash !== requestHash) return undefined;
  const xml = Buffer.from(
    context.sealing.open(aadOf('distributions.reply', redeemed.distributionId), redeemed.reply),
  ).toString();
  return { kind: 'message', xml, outcome: 'success', pin: pinOf(redeemed.snapshot) };
}

/** PINPad apps add the PIN to the code themselves; PIN types other than 0 have no known meaning. */
const pinOf = (snapshot: Snapshot): PinConfiguration => ({
  addPin: snapshot.authenticationType === 'pinpad',
  pinType: 0,
});

/**
 * A seed that the client has now, for MAC 1 and the MAC 2 of a renewal: by the KeyID it sends, or as recorded in the session. Deployed clients
 * send the serial number, which the latest seed has too: one that is still waiting for its first tokencode has replaced the one before.
 */
async function existingKey(
  context: ExchangeContext,
  admission: Admission,
  by: { readonly keyId: Uint8Array } | { readonly session: ExchangeSession },
): Promise<
  { readonly id: string; readonly key: Uint8Array; readonly state: 'current' | 'pending' } | undefined
> {
  const seeds = await listSeeds(context.db, admission.tokenId);
  const keyId = 'keyId' in by ? Buffer.from(by.keyId).toString('base64') : undefined;
  const seed =
    'session' in by ? seedOf(by.session, seeds) : seeds.findLast((candidate) => candidate.key_id === keyId);
  return (
    seed && {
      id: seed.id,
      key: context.sealing.open(aadOf('seeds.sealed', seed.id), seed.sealed),
      state: seed.state,
    }
  );
}

function status(
  dialect: Dialect,
  which: 'ServerHello' | 'ServerFinished',
  failure: FailureStatus,
): ExchangeReply {
  return { kind: 'message', xml: encodeMessage(dialect, statusMessage(which, failure)), outcome: failure };
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
