/** A CT-KIP server in this process, over HTTPS, made of the package's server side. It can be told to misbehave. */
import { constants, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyType } from '@sower/ctkip/algorithms';
import { decodeRequest } from '@sower/ctkip/decode';
import { DEPLOYED, type Dialect, nonceEncryption, RFC4758 } from '@sower/ctkip/dialect';
import { encodeMessage } from '@sower/ctkip/encode';
import { decodeTriggerRequest, responseHeaders, TRIGGER_PATH } from '@sower/ctkip/http';
import type { ClientHello, ClientNonce } from '@sower/ctkip/messages';
import { assertedDevice, encodeFinalProvisioningData } from '@sower/ctkip/provisioning-data';
import { finish, negotiate, serverHello, statusMessage, understandsPin } from '@sower/ctkip/server';
import { decodeSoapRequest, encodeSoapFault, encodeSoapResponse } from '@sower/ctkip/soap';
import { assertValidMessage } from '../../../../test/harness/documents/message-schemas.ts';
import { CERTIFICATE, KEY } from '../fake-server.ts';

export const CODE = '123456789012';
export const SERIAL = '000100000042';

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const JWK = RSA.publicKey.export({ format: 'jwk' });
const MODULUS = new Uint8Array(Buffer.from(JWK.n!, 'base64url'));
const EXPONENT = new Uint8Array(Buffer.from(JWK.e!, 'base64url'));

export type Responder = {
  port: number;
  /** Every path asked for. */
  asked: string[];
  /** The seeds made, latest last. */
  seeds: Uint8Array[];
  device: { deviceId?: string | undefined; deviceClass?: string | undefined };
  /** May be changed while it runs. */
  behavior: Behavior;
  close: () => Promise<void>;
};

export type Behavior = {
  keyType?: KeyType;
  serial?: string;
  digits?: number;
  interval?: number;
  addPin?: boolean;
  wrongMac?: boolean;
  status?: 'AccessDenied' | 'Abort';
  /** Answers that are computed, and then lost on the way. */
  loseReplies?: number;
  raw?: { status: number; body?: string; headers?: Record<string, string> };
};

type Answer = { status?: number; headers?: Record<string, string>; body: string; isNonce: boolean };
type Run = { sessionId: string; R_S: Uint8Array; hello: ClientHello };

export async function ctkipResponder(behavior: Behavior = {}, { tls = true } = {}): Promise<Responder> {
  const runs = new Map<string, Run>();
  const replies = new Map<string, string>();
  const responder: Responder = {
    port: 0,
    asked: [],
    seeds: [],
    device: {},
    behavior,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      responder.asked.push(request.url ?? '');
      const body = new Uint8Array(Buffer.concat(chunks));
      const { raw } = responder.behavior;
      if (raw !== undefined) return response.writeHead(raw.status, raw.headers).end(raw.body);
      const answer = answerTo(request, body);
      if (!request.url?.endsWith(TRIGGER_PATH)) assertValidMessage(body);
      if (answer.status === undefined) assertValidMessage(answer.body);
      if (answer.isNonce && (responder.behavior.loseReplies ?? 0) > 0) {
        responder.behavior.loseReplies! -= 1;
        return request.socket.destroy();
      }
      return response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
    });
  };

  function answerTo(request: IncomingMessage, body: Uint8Array): Answer {
    if (request.url?.endsWith(TRIGGER_PATH)) return trigger(request, body);
    return request.url === '/ctkip' ? strict(body) : deployed(body);
  }

  function trigger(request: IncomingMessage, body: Uint8Array) {
    const asked = decodeTriggerRequest(request.headers['content-type'], body);
    if (asked?.activationCode !== CODE) return { status: 403, body: 'no', isNonce: false };
    responder.device = asked;
    const message = {
      kind: 'CT-KIPTrigger' as const,
      tokenId: Buffer.from(responder.behavior.serial ?? SERIAL),
      triggerNonce: new Uint8Array(16).fill(7),
    };
    return { headers: responseHeaders(RFC4758), body: encodeMessage(RFC4758, message), isNonce: false };
  }

  function strict(body: Uint8Array) {
    const { xml, isNonce } = message(RFC4758, body);
    return { headers: responseHeaders(RFC4758), body: xml, isNonce };
  }

  function deployed(body: Uint8Array) {
    const soap = decodeSoapRequest(body);
    if (!soap.ok) return { status: 400, body: soap.reason, isNonce: false };
    const headers = responseHeaders(DEPLOYED);
    if (soap.authData !== CODE) return { headers, body: encodeSoapFault(), isNonce: false };
    responder.device = assertedDevice(soap.provisioningData);
    const { xml, isNonce } = message(DEPLOYED, soap.request);
    const provisioningData = isNonce
      ? Buffer.from(encodeFinalProvisioningData({ addPin: responder.behavior.addPin ?? false, pinType: 0 }))
      : soap.provisioningData;
    const { authData } = soap;
    return {
      headers,
      body: encodeSoapResponse({ authData, provisioningData, response: Buffer.from(xml) }),
      isNonce,
    };
  }

  function message(dialect: Dialect, pdu: Uint8Array): { xml: string; isNonce: boolean } {
    const decoded = decodeRequest(dialect, pdu);
    if (!decoded.ok) throw new Error(decoded.reason);
    const isNonce = decoded.message.kind === 'ClientNonce';
    const { status } = responder.behavior;
    if (status !== undefined && !isNonce) {
      return { xml: encodeMessage(dialect, statusMessage('ServerHello', status)), isNonce };
    }
    if (decoded.message.kind === 'ClientHello') return { xml: hello(dialect, decoded.message), isNonce };
    const document = Buffer.from(pdu).toString();
    const xml = replies.get(document) ?? nonce(dialect, decoded.message);
    replies.set(document, xml);
    return { xml, isNonce };
  }

  function hello(dialect: Dialect, asked: ClientHello): string {
    const sessionId = randomBytes(12).toString('hex');
    const R_S = new Uint8Array(randomBytes(16));
    runs.set(sessionId, { sessionId, R_S, hello: asked });
    const answer = serverHello(dialect, {
      hello: asked,
      suite: suiteOf(dialect, asked),
      sessionId,
      R_S,
      encryptionKey: { kind: 'rsa', modulus: MODULUS, exponent: EXPONENT },
      serverInfo: R_S,
    });
    if (!answer.ok) throw new Error(answer.reason);
    return encodeMessage(dialect, answer.message);
  }

  function suiteOf(dialect: Dialect, asked: ClientHello) {
    const chosen = negotiate(dialect, asked, {
      keyTypes: [responder.behavior.keyType ?? 'securid-aes'],
      encryptionAlgorithms: ['rsa-1_5'],
      macAlgorithms: ['ct-kip-prf-sha256', 'ct-kip-prf-aes'],
    });
    if (!chosen.ok) throw new Error(chosen.reason);
    return chosen.suite;
  }

  function nonce(dialect: Dialect, asked: ClientNonce): string {
    const run = runs.get(asked.sessionId)!;
    const suite = suiteOf(dialect, run.hello);
    const oaep = nonceEncryption(dialect, suite.encryptionAlgorithm) === 'RSAES-OAEP-SHA1';
    const { behavior: how } = responder;
    const padding = oaep ? constants.RSA_PKCS1_OAEP_PADDING : constants.RSA_PKCS1_PADDING;
    const tokenId = Buffer.from(how.serial ?? SERIAL);
    const addPin = how.addPin ?? false;
    const done = finish(dialect, {
      suite,
      sessionId: run.sessionId,
      R_C: privateDecrypt({ key: RSA.privateKey, padding, oaepHash: 'sha1' }, asked.encryptedNonce),
      R_S: run.R_S,
      k: MODULUS,
      tokenId,
      keyId: tokenId,
      keyExpiry: Date.UTC(2036, 4, 31) / 1000,
      userId: 'ada',
      otp: {
        format: 'Decimal',
        length: how.digits ?? 8,
        modes: [suite.keyType.startsWith('hotp') ? 'Counter' : 'Time'],
        timeInterval: how.interval ?? 60,
      },
      pin: understandsPin(run.hello) ? { addPin, pinType: 0 } : undefined,
    });
    if (!done.ok) throw new Error(done.reason);
    responder.seeds.push(done.K_TOKEN);
    if (how.wrongMac) done.message.mac.value[0]! ^= 1;
    return encodeMessage(dialect, done.message);
  }

  const server = tls ? createHttps({ key: KEY, cert: CERTIFICATE }, listener) : createHttp(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  responder.port = (server.address() as AddressInfo).port;
  return responder;
}
