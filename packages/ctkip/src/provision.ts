/**
 * One exchange from a client's end, over a `send` that the caller supplies.
 *
 * No clock and no socket: time limits are up to `send`, pauses up to `wait`. Nothing is stored; the result contains what to store.
 */

import { equalOctets, utf8 } from '@sower/bytes/octets';
import { type AlgorithmLists, type FailureStatus, type KeyType, R_C_LENGTH } from './algorithms.ts';
import {
  type ClientErrorKind,
  clientHello,
  clientNonce,
  type Issued,
  processServerFinished,
  processServerHello,
  type Renewal,
} from './client.ts';
import { decodeTrigger } from './decode.ts';
import type { Dialect, DialectName } from './dialect.ts';
import { encodeMessage } from './encode.ts';
import { type HttpRequest, type HttpResponse, requestHeaders, triggerRequest } from './http.ts';
import { normalizeActivationCode, serverUrl } from './links.ts';
import type {
  ClientHello,
  ClientNonce,
  CtkipTrigger,
  OtpFormat,
  OtpMode,
  PinConfiguration,
} from './messages.ts';
import { textOf } from './octets.ts';
import { decodeFinalProvisioningData, encodeClientProvisioningData } from './provisioning-data.ts';
import { decodeSoapResponse, encodeSoapRequest, faultMessage } from './soap.ts';

/** What deployed clients offer, and what a Sower client offers if the server need not be an old one. */
export const DEFAULT_OFFERS: Readonly<Record<DialectName, AlgorithmLists>> = {
  deployed: {
    keyTypes: ['securid-aes'],
    encryptionAlgorithms: ['rsa-1_5'],
    macAlgorithms: ['ct-kip-prf-aes'],
  },
  rfc4758: {
    keyTypes: ['securid-aes', 'totp-sha1', 'totp-sha256', 'hotp-sha1', 'hotp-sha256'],
    encryptionAlgorithms: ['rsa-oaep-mgf1p', 'rsa-1_5'],
    macAlgorithms: ['ct-kip-prf-sha256', 'ct-kip-prf-aes'],
  },
};

export type ProvisionOptions = {
  readonly dialect: Dialect;
  /** The CT-KIP endpoint. May be absent if a trigger names one. */
  readonly url?: string | undefined;
  /** Required in the deployed dialect; in the RFC's it is exchanged for a trigger. */
  readonly activationCode?: string | undefined;
  /** A trigger already received. */
  readonly trigger?: CtkipTrigger | undefined;
  readonly deviceId?: string | undefined;
  readonly deviceClass?: string | undefined;
  /** The client's name for itself. */
  readonly client: { readonly version: string; readonly manufacturer: string; readonly formFactor?: string };
  /** Sends a request and returns the reply; rejects if there is none. Must not follow redirects to another origin. */
  readonly send: (request: HttpRequest) => Promise<HttpResponse>;
  /** That many octets from a cryptographic generator. */
  readonly random: (length: number) => Uint8Array;
  readonly offer?: AlgorithmLists | undefined;
  /** The key to replace. */
  readonly renewal?: Omit<Renewal, 'R'> | undefined;
  readonly sharedKey?: ((name: string) => Uint8Array | undefined) | undefined;
  readonly minModulusBits?: number | undefined;
  readonly allowHttp?: boolean | undefined;
  /** How often the ClientNonce is sent at most; 3 by default. */
  readonly attempts?: number | undefined;
  /**
   * Pause before sending again; none by default.
   * @param attempt 1 before the second
   */
  readonly wait?: ((attempt: number) => Promise<void>) | undefined;
};

/** Everything an authenticator stores. */
export type ProvisionedToken = {
  /** TokenID as text if it is printable ASCII (12 digits from every known server), otherwise in hexadecimal. */
  readonly serial: string;
  readonly tokenId: Uint8Array;
  readonly keyId: Uint8Array;
  readonly keyType: KeyType;
  readonly seed: Uint8Array;
  readonly format: OtpFormat;
  readonly digits: number;
  readonly modes: readonly OtpMode[];
  /** Seconds. */
  readonly interval: number;
  /** Unix seconds. */
  readonly expiry: number | undefined;
  readonly addPin: boolean;
  readonly pinType: number;
  readonly serviceId: string | undefined;
  readonly userId: string | undefined;
};

export type ProvisionFailure = {
  readonly ok: false;
  readonly stage: 'start' | 'trigger' | 'ClientHello' | 'ClientNonce';
  /**
   * Besides the client's own: `url-refused` and `activation-code-missing` before anything is sent; `transport` = no reply; `http` = a reply
   * that is not a message; `fault` = the server's refusal in SOAP, whose words are `detail`; `auth-data-mismatch` = the reply belongs to
   * another code.
   */
  readonly error:
    | ClientErrorKind
    | 'url-refused'
    | 'activation-code-missing'
    | 'transport'
    | 'http'
    | 'fault'
    | 'auth-data-mismatch';
  readonly status?: FailureStatus | undefined;
  readonly httpStatus?: number | undefined;
  readonly detail: string;
};

export type Provisioned = { readonly ok: true; readonly token: ProvisionedToken } | ProvisionFailure;

/** Runs one exchange. Never rejects, whatever `send` does or returns. */
export async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const start = await startOf(options);
  if (!start.ok) return start;
  const { dialect, random, renewal } = options;
  const mismatch = triggerMismatch(start.trigger, renewal);
  if (mismatch) return mismatch;
  const link: Link = { ...start, options };

  const hello = {
    offer: options.offer ?? DEFAULT_OFFERS[dialect.name],
    renewal: renewal && { ...renewal, R: random(R_C_LENGTH) },
    triggerNonce: start.trigger?.triggerNonce,
    tokenId: start.trigger?.tokenId,
  };
  const first = await post(link, clientHello(dialect, hello), 1);
  if (!first.ok) return first;
  const answer = processServerHello(dialect, first.pdu, { ...options, ...hello });
  if (!answer.ok) return { ...answer, stage: 'ClientHello' };

  const { agreement } = answer;
  const R_C = Uint8Array.from(random(R_C_LENGTH));
  try {
    const nonce = await clientNonce(dialect, agreement, R_C, random);
    if (!nonce.ok) return { ...nonce, stage: 'ClientHello' };
    const second = await post(link, nonce.message, options.attempts ?? 3);
    if (!second.ok) return second;
    const tokenId = renewal?.tokenId ?? hello.tokenId;
    const end = processServerFinished(dialect, second.pdu, { agreement, R_C, tokenId });
    if (!end.ok) return { ...end, stage: 'ClientNonce' };
    const pin =
      end.issued.pin ?? (second.provisioningData && decodeFinalProvisioningData(second.provisioningData));
    return { ok: true, token: tokenOf(end.issued, pin) };
  } finally {
    // RFC 4758 §3.7.5: nonces are not kept, however the run ends.
    R_C.fill(0);
  }
}

/** RFC 4758 §3.8.3: the TokenID and KeyID of the ClientHello are those of its trigger. If they cannot be, there is no run. */
function triggerMismatch(
  trigger: CtkipTrigger | undefined,
  renewal: ProvisionOptions['renewal'],
): ProvisionFailure | undefined {
  if (trigger?.tokenId && renewal && !equalOctets(trigger.tokenId, renewal.tokenId)) {
    return failure('trigger', 'token-mismatch', 'the trigger is for another token than the one to renew');
  }
  if (trigger?.keyId && !(renewal && equalOctets(trigger.keyId, renewal.keyId))) {
    return failure('trigger', 'unknown-key', 'the trigger names a key to replace that is not here');
  }
  return undefined;
}

type Start = {
  readonly ok: true;
  readonly url: string;
  readonly code: string;
  readonly trigger: CtkipTrigger | undefined;
};

/** Where to send what, after fetching the trigger if one is needed. */
async function startOf(options: ProvisionOptions): Promise<Start | ProvisionFailure> {
  const { dialect } = options;
  const code = normalizeActivationCode(options.activationCode ?? '');
  let { trigger } = options;
  let url = options.url;
  if (dialect.binding === 'soap' && code === '') {
    return failure('start', 'activation-code-missing', 'no activation code');
  }
  if (dialect.binding === 'xml' && !trigger && code !== '') {
    const base = serverUrl(url ?? '', options);
    if (!base.ok) return failure('start', 'url-refused', base.defect);
    const { deviceId, deviceClass } = options;
    const request = triggerRequest(base.url, { activationCode: code, deviceId, deviceClass });
    const reply = await attempt(options, request);
    if (!reply) return failure('trigger', 'transport', 'no reply');
    if (reply.status !== 200)
      return { ...failure('trigger', 'http', 'no trigger'), httpStatus: reply.status };
    const decoded = decodeTrigger(dialect, reply.body);
    if (!decoded.ok) return failure('trigger', 'malformed', decoded.reason);
    trigger = decoded.message;
  }
  // RFC 4758 §3.8.2: a run starts at the trigger's CT-KIPURL, or else at the client's configured address.
  url = trigger?.url ?? url;
  const address = serverUrl(url ?? '', options);
  if (!address.ok) return failure('start', 'url-refused', address.defect);
  return { ok: true, url: address.url, code, trigger };
}

function failure(
  stage: ProvisionFailure['stage'],
  error: ProvisionFailure['error'],
  detail: string,
): ProvisionFailure {
  return { ok: false, stage, error, detail };
}

type Link = Start & { readonly options: ProvisionOptions };
type Reply = { readonly ok: true; readonly pdu: Uint8Array; readonly provisioningData?: Uint8Array };

/** Sends a message up to `attempts` times, each time the same bytes: a server gives the same answer to a repeated ClientNonce. */
async function post(
  link: Link,
  message: ClientHello | ClientNonce,
  attempts: number,
): Promise<Reply | ProvisionFailure> {
  const { options, url, code } = link;
  const { dialect } = options;
  const pdu = utf8(encodeMessage(dialect, message));
  const soap = dialect.binding === 'soap';
  const request: HttpRequest = {
    method: 'POST',
    url,
    headers: requestHeaders(dialect, message.kind, soap ? code : undefined),
    body: soap
      ? utf8(encodeSoapRequest({ authData: code, provisioningData: description(options), request: pdu }))
      : pdu,
  };
  for (let sent = 1; ; sent += 1) {
    const reply = await attempt(options, request);
    // Like silence, a gateway's failure does not reveal whether the server has answered.
    const lost = !reply || [502, 503, 504].includes(reply.status);
    if (reply && !lost) return unwrap(link, message.kind, reply);
    if (sent >= attempts) {
      return { ...failure(message.kind, 'transport', 'no reply'), httpStatus: reply?.status };
    }
    await options.wait?.(sent);
  }
}

async function attempt(options: ProvisionOptions, request: HttpRequest): Promise<HttpResponse | undefined> {
  try {
    return await options.send(request);
  } catch {
    return undefined;
  }
}

function description(options: ProvisionOptions): Uint8Array {
  const { client, deviceId, deviceClass } = options;
  return utf8(encodeClientProvisioningData({ ...client, deviceId, deviceClass }));
}

function unwrap(
  link: Link,
  stage: 'ClientHello' | 'ClientNonce',
  reply: HttpResponse,
): Reply | ProvisionFailure {
  const httpStatus = reply.status;
  if (httpStatus !== 200) return { ...failure(stage, 'http', 'the reply is an HTTP error'), httpStatus };
  if (link.options.dialect.binding === 'xml') return { ok: true, pdu: reply.body };
  const decoded = decodeSoapResponse(reply.body);
  if (!decoded.ok) return { ...failure(stage, 'http', decoded.reason), httpStatus };
  if ('fault' in decoded) return failure(stage, 'fault', faultMessage(decoded.fault));
  if (decoded.authData !== link.code) {
    return failure(stage, 'auth-data-mismatch', 'the reply is to another activation code');
  }
  return { ok: true, pdu: decoded.response, provisioningData: decoded.provisioningData };
}

function tokenOf(issued: Issued, pin: PinConfiguration | undefined): ProvisionedToken {
  const { otp, pin: _, ...rest } = issued;
  const text = textOf(issued.tokenId);
  const hex = [...issued.tokenId].map((octet) => octet.toString(16).padStart(2, '0')).join('');
  // Defaults if the server does not specify the token: SecurID's usual form, and RFC 6238's for the others.
  const securid = issued.keyType === 'securid-aes';
  return {
    ...rest,
    serial: /^[\x21-\x7e]+$/.test(text) ? text : hex,
    format: otp?.format ?? 'Decimal',
    digits: otp?.length ?? (securid ? 8 : 6),
    modes: otp && otp.modes.length > 0 ? otp.modes : [issued.keyType.startsWith('hotp') ? 'Counter' : 'Time'],
    interval: otp?.timeInterval ?? (securid ? 60 : 30),
    addPin: pin?.addPin ?? false,
    pinType: pin?.pinType ?? 0,
  };
}
