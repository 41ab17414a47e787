/**
 * A server in memory for the suite: what a real one does around `server.ts`, with a fixed key and no care for secrets.
 *
 * It decrypts with WebCrypto (OAEP) and BigInt (PKCS1 v1.5, without any defence: never copy it).
 */

import { utf8 } from '@sower/bytes/octets';
import transcript from '../../../vectors/ctkip-transcript.json' with { type: 'json' };
import { type AlgorithmLists, isPrf, KEY_TYPES, PRF_NAMES, type Suite } from '../src/algorithms.ts';
import { decodeRequest } from '../src/decode.ts';
import { type Dialect, nonceEncryption, type RsaScheme } from '../src/dialect.ts';
import { encodeMessage } from '../src/encode.ts';
import { decodeTriggerRequest, dialectOf, type HttpRequest, type HttpResponse } from '../src/http.ts';
import { sharedKeyNonce } from '../src/keys.ts';
import type { ClientHello, ClientNonce, Message, ServerFinished, ServerHello } from '../src/messages.ts';
import { fromBase64 } from '../src/octets.ts';
import { encodeFinalProvisioningData } from '../src/provisioning-data.ts';
import {
  finish,
  negotiate,
  returnsServerInfo,
  serverHello,
  statusMessage,
  understandsPin,
} from '../src/server.ts';
import { decodeSoapRequest, encodeSoapFault, encodeSoapResponse } from '../src/soap.ts';
import { counter } from './assert.ts';

export const MODULUS = fromBase64(transcript.modulus) as Uint8Array;
export const EXPONENT = fromBase64(transcript.exponent) as Uint8Array;
export const CODE = transcript.activationCode;
export const URL = 'https://otp.example.com/ctkip';
export const TRIGGER_NONCE = utf8('trigger nonce 16');
export const K_SHARED = utf8('shared key of 16');

export type MemoryServer = {
  readonly send: (request: HttpRequest) => Promise<HttpResponse>;
  readonly requests: HttpRequest[];
  readonly received: (ClientHello | ClientNonce)[];
  /** Keys issued, in order. */
  readonly seeds: Uint8Array[];
};

export type MemoryServerOptions = {
  readonly dialect: Dialect;
  readonly policy: AlgorithmLists;
  readonly K_AUTH?: Uint8Array | undefined;
  readonly finishWithAuth?: boolean;
  /** Changes an answer on its way. */
  readonly tamper?: (message: ServerHello | ServerFinished) => ServerHello | ServerFinished;
  /** Changes a request's message on its way. */
  readonly tamperRequest?: (message: ClientHello | ClientNonce) => ClientHello | ClientNonce;
  /** Changes the finished text of an answer. */
  readonly rewrite?: (text: string) => string;
  readonly authData?: string;
};

/** Whoever wants to see every request as it came and every answer that no option changed. */
export const witnesses = new Set<(body: Uint8Array) => void>();

export function memoryServer(options: MemoryServerOptions): MemoryServer {
  const { dialect, policy, K_AUTH } = options;
  const random = counter(7);
  const sessions = new Map<string, { suite: Suite; R_S: Uint8Array; withPin: boolean }>();
  const requests: HttpRequest[] = [];
  const received: (ClientHello | ClientNonce)[] = [];
  const seeds: Uint8Array[] = [];
  const replies = new Map<string, Message>();

  const hello = (message: ClientHello): Message => {
    const fits = { ...policy, authenticationKeyLength: message.keyId && K_AUTH?.length };
    const chosen = negotiate(dialect, message, fits);
    if (!chosen.ok) return statusMessage('ServerHello', chosen.status);
    const { suite } = chosen;
    const sessionId = `s-${sessions.size}`;
    const R_S = random(16);
    sessions.set(sessionId, { suite, R_S, withPin: understandsPin(message) });
    const shared = isPrf(suite.encryptionAlgorithm);
    const answer = serverHello(dialect, {
      hello: message,
      suite,
      sessionId,
      R_S,
      encryptionKey: shared
        ? { kind: 'shared', name: 'K' }
        : { kind: 'rsa', modulus: MODULUS, exponent: EXPONENT },
      K_AUTH,
      serverInfo: R_S,
    });
    return answer.ok ? answer.message : statusMessage('ServerHello', answer.status);
  };

  const nonce = async (message: ClientNonce): Promise<Message> => {
    const { sessionId, encryptedNonce } = message;
    const session = sessions.get(sessionId);
    const refused = statusMessage('ServerFinished', 'InitializationFailed', sessionId);
    if (!session || !returnsServerInfo(dialect, message, session.R_S)) return refused;
    const { suite, R_S, withPin } = session;
    const scheme = nonceEncryption(dialect, suite.encryptionAlgorithm);
    const prf = PRF_NAMES.find((name) => name === suite.encryptionAlgorithm);
    const R_C = prf
      ? sharedKeyNonce(dialect, prf, { K_SHARED, R_S, nonce: encryptedNonce })
      : await decryptNonce(scheme as RsaScheme, encryptedNonce);
    const done = finish(dialect, {
      suite,
      sessionId,
      R_C,
      R_S,
      k: prf ? K_SHARED : MODULUS,
      K_AUTH: options.finishWithAuth ? K_AUTH : undefined,
      tokenId: utf8(transcript.serial),
      keyId: utf8(transcript.serial),
      keyExpiry: Date.parse(transcript.keyExpiry) / 1000,
      serviceId: transcript.serviceId,
      userId: transcript.userId,
      otp: { format: 'Decimal', length: 6, modes: ['Time'], timeInterval: 30 },
      pin: withPin ? { addPin: true, pinType: 0 } : undefined,
      clientInfo: message.clientInfo,
    });
    if (!done.ok) return refused;
    if (done.K_TOKEN.length !== KEY_TYPES[suite.keyType].dsLen) throw new Error('K_TOKEN of a wrong length');
    seeds.push(done.K_TOKEN);
    return done.message;
  };

  const answerTo = async (pdu: Uint8Array): Promise<Message> => {
    const key = String(pdu);
    const earlier = replies.get(key);
    if (earlier) return earlier;
    const decoded = decodeRequest(dialect, pdu);
    if (!decoded.ok) return statusMessage(decoded.answer, decoded.status, decoded.sessionId);
    const message = options.tamperRequest?.(decoded.message) ?? decoded.message;
    received.push(message);
    const answer = message.kind === 'ClientHello' ? hello(message) : await nonce(message);
    if (message.kind === 'ClientNonce') replies.set(key, answer);
    return answer;
  };

  const write = (message: Message): Uint8Array => {
    const whole = 'suite' in message || 'mac' in message;
    const changed = whole ? (options.tamper?.(message as ServerHello) ?? message) : message;
    const text = encodeMessage(dialect, changed);
    return utf8(options.rewrite?.(text) ?? text);
  };

  const changed = options.tamper ?? options.tamperRequest ?? options.rewrite ?? options.authData;
  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    requests.push(request);
    const response = await respond(request);
    for (const see of witnesses) {
      if (!request.url.endsWith('/trigger')) see(request.body);
      if (changed === undefined && response.status === 200) see(response.body);
    }
    return response;
  };

  const respond = async (request: HttpRequest): Promise<HttpResponse> => {
    const type = request.headers['Content-Type'];
    if (request.url.endsWith('/trigger')) {
      const fields = decodeTriggerRequest(type, request.body);
      if (fields?.activationCode !== CODE) return { status: 403, body: new Uint8Array(0) };
      const trigger: Message = { kind: 'CT-KIPTrigger', triggerNonce: TRIGGER_NONCE, url: URL };
      return { status: 200, body: utf8(encodeMessage(dialect, trigger)) };
    }
    if (dialectOf(type, request.body) !== dialect.name) return { status: 415, body: new Uint8Array(0) };
    if (dialect.binding === 'xml') return { status: 200, body: write(await answerTo(request.body)) };
    const soap = decodeSoapRequest(request.body);
    if (!soap.ok) return { status: 400, body: new Uint8Array(0) };
    if (soap.authData !== CODE) return { status: 200, body: utf8(encodeSoapFault()) };
    const message = await answerTo(soap.request);
    const final = message.kind === 'ServerFinished';
    const body = encodeSoapResponse({
      authData: options.authData ?? soap.authData,
      provisioningData: final
        ? utf8(encodeFinalProvisioningData({ addPin: true, pinType: 0 }))
        : soap.provisioningData,
      response: write(message),
    });
    return { status: 200, body: utf8(body) };
  };

  return { send, requests, received, seeds };
}

/** R_C, or `undefined` when it does not decrypt. */
export async function decryptNonce(scheme: RsaScheme, C: Uint8Array): Promise<Uint8Array | undefined> {
  if (scheme === 'RSAES-OAEP-SHA1') {
    const algorithm = { name: 'RSA-OAEP', hash: 'SHA-1' };
    try {
      const key = await crypto.subtle.importKey('jwk', transcript.rsaKey, algorithm, false, ['decrypt']);
      return new Uint8Array(await crypto.subtle.decrypt({ name: 'RSA-OAEP' }, key, Uint8Array.from(C)));
    } catch {
      return undefined;
    }
  }
  const integer = (octets: Uint8Array) => octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  const url = (text: string) =>
    fromBase64(`${text.replaceAll('-', '+').replaceAll('_', '/')}=`.padEnd(172, '='));
  const d = integer(url(transcript.rsaKey.d) as Uint8Array);
  const n = integer(MODULUS);
  let [m, square] = [1n, integer(C) % n];
  for (let e = d; e > 0n; e >>= 1n) {
    if (e & 1n) m = (m * square) % n;
    square = (square * square) % n;
  }
  const EM = Uint8Array.from({ length: MODULUS.length }, (_, i) =>
    Number((m >> BigInt(8 * (MODULUS.length - 1 - i))) & 255n),
  );
  const end = EM.indexOf(0, 2);
  return EM[0] === 0 && EM[1] === 2 && end >= 10 ? EM.slice(end + 1) : undefined;
}
