/**
 * The CT-KIP edge: HTTP in and out, for both dialects.
 *
 * `/ctkip/services/CtkipService` is the SOAP binding that deployed clients use, `/ctkip` the RFC's own (RFC 4758 §4.2), and
 * `/ctkip/trigger` exchanges an activation code for the trigger that admits a run there. exchange.ts decides what to answer.
 */

import { type DecodeFailure, decodeRequest } from '@sower/ctkip/decode';
import { DEPLOYED, type Dialect, RFC4758 } from '@sower/ctkip/dialect';
import { encodeMessage } from '@sower/ctkip/encode';
import { decodeTriggerRequest, responseHeaders, type TriggerRequest } from '@sower/ctkip/http';
import type { StatusMessage } from '@sower/ctkip/messages';
import { PATHS } from '@sower/ctkip/paths';
import { assertedDevice, encodeFinalProvisioningData } from '@sower/ctkip/provisioning-data';
import { statusMessage } from '@sower/ctkip/server';
import { decodeSoapRequest, encodeSoapFault, encodeSoapResponse } from '@sower/ctkip/soap';
import type { GuardedSource, GuessLimit } from '../core/guess-limit.ts';
import type { Counters } from '../core/metrics.ts';
import {
  type Admittance,
  admitByCode,
  admitByTrigger,
  decoyAdmission,
  openTrigger,
  usedCode,
} from '../provisioning/distribution/admission.ts';
import { type AssertedDevice, judgeDevice } from '../provisioning/distribution/device-policy.ts';
import { linkBase } from '../provisioning/distribution/distribution-settings.ts';
import type { RecordReuse } from '../provisioning/distribution/record-run.ts';
import type { Snapshot } from '../provisioning/distribution/snapshot.ts';
import { isUnavailable } from '../store/db/errors.ts';
import { readOctets, UnreadableBody } from '../web/body.ts';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';
import type { Handle, Method, Routes } from '../web/routes.ts';
import { answerHello, answerNonce, type ExchangeContext, type ExchangeReply } from './exchange.ts';
import { admitOrigins } from './origins.ts';

export type CtkipContext = ExchangeContext & {
  readonly codeLimit: Pick<GuessLimit, 'from'>;
  /** For web authenticators hosted elsewhere; see origins.ts. */
  readonly authenticatorOrigins: readonly string[];
  readonly recordReuse: RecordReuse;
  readonly counters: Counters;
};

/** Base64 in base64 of a 64 KiB message, and the envelope; no client sends anything larger. */
const BODY_LIMIT = 128 * 1024;

/** The same answer for every code that does not admit: unknown, expired, used, withdrawn, or for another device. */
const FAULT = encodeSoapFault();

/** Methods that a path does not support, and the Allow header of the answer (RFC 9110 §15.5.6). */
const OTHER_METHODS = [
  [PATHS.deployed, ['PUT', 'PATCH', 'DELETE'], 'GET, HEAD, POST'],
  [PATHS.rfc4758, ['PUT', 'PATCH', 'DELETE'], 'GET, HEAD, POST'],
  [PATHS.trigger, ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'], 'POST'],
] as const;

const FOR_PEOPLE =
  'This address is reachable. It is for authenticator apps: type it, or open the link you were given, in the app.\n';

export function ctkipRoutes(routes: Routes, context: CtkipContext): void {
  const paths = Object.values(PATHS);
  const admits = admitOrigins(routes, paths, context.authenticatorOrigins, context.publicUrl);
  const at = (methods: Method | readonly Method[], path: string, handle: Handle): void =>
    routes.on(methods, path, async (request, reply) => {
      try {
        if (admits(request, reply)) await handle(request, reply);
      } catch (error) {
        answerFailure(error, request, reply);
      }
    });
  // People open the address in a browser to see whether it is reachable.
  for (const path of [PATHS.deployed, PATHS.rfc4758])
    at(['GET', 'HEAD'], path, (_, reply) => reply.type('text/plain').send(FOR_PEOPLE));
  for (const [path, methods, allow] of OTHER_METHODS)
    at(methods, path, (_, reply) =>
      reply.code(405).header('allow', allow).type('text/plain').send(`use ${allow}\n`),
    );
  const work = [
    [PATHS.deployed, deployed],
    [PATHS.rfc4758, strict],
    [PATHS.trigger, trigger],
  ] as const;
  for (const [path, exchange] of work)
    at('POST', path, async (request, reply) => {
      const source = context.codeLimit.from(request.ip);
      // Before the body is read: a source over its limit costs nothing.
      if (source.turnsAway()) return turnedAway(context, reply, source);
      // Clients use several media types for the same thing; parsing shows what it is.
      const body = await readOctets(request, BODY_LIMIT);
      // No part of a request is parsed until its source may try a code.
      const send = await source.guard(() => exchange(context, { request, reply, body }));
      return send ? send() : turnedAway(context, reply, source);
    });
}

/** Nothing was promised and nothing is half done; the client tries again. */
function answerFailure(error: unknown, request: Request, reply: Reply): void {
  const status = isUnavailable(error) ? 503 : error instanceof UnreadableBody ? error.status : 500;
  if (status >= 500) request.log.error({ err: error }, 'a CT-KIP request failed');
  if (reply.sent) return;
  reply
    .code(status)
    .headers(NO_STORE)
    .type('text/plain')
    .send(status >= 500 ? 'unavailable\n' : 'bad request\n');
}

/** A request that has been read. */
type Sent = { readonly request: Request; readonly reply: Reply; readonly body: Buffer };

/** The result of a request: whether it guessed wrong, right or not at all, and the answer. */
type Answered = { readonly wrong: boolean; readonly right?: boolean; readonly value: () => Reply };

async function deployed(context: CtkipContext, { request, reply, body }: Sent): Promise<Answered> {
  const soap = decodeSoapRequest(body);
  if (!soap.ok) return notRead(reply, 'not a CT-KIP request\n');
  const { authData, provisioningData } = soap;
  const respond = (xml: string, data: Uint8Array | string): Reply =>
    reply.headers(responseHeaders(DEPLOYED)).send(
      encodeSoapResponse({
        authData,
        provisioningData: typeof data === 'string' ? Buffer.from(data) : data,
        response: Buffer.from(xml),
      }),
    );
  const decoded = decodeRequest(DEPLOYED, soap.request);
  if (!decoded.ok) {
    context.counters.exchange('deployed', decoded.answer, decoded.status);
    const xml = encodeMessage(DEPLOYED, refusalOf(decoded));
    return { wrong: false, value: () => respond(xml, provisioningData) };
  }
  const { message } = decoded;
  const { authorization } = request.headers;
  const device = (snapshot: Snapshot) => deviceOf(snapshot, provisioningData);
  const run = { dialect: DEPLOYED, device, source: request.ip };
  const codeFits = authorization === undefined || authorization.trim() === authData.trim();
  const admittance: Admittance = await admitByCode(context, codeFits ? authData : '');
  const answer =
    message.kind === 'ClientHello'
      ? await answerHello(context, run, message, admittance)
      : await answerNonce(context, run, message, soap.request, admittance);
  count(context, DEPLOYED, message.kind, answer);
  if (answer.kind === 'refused') {
    reportReuse(context, admittance, request.ip);
    return { wrong: true, value: () => reply.headers(responseHeaders(DEPLOYED)).send(FAULT) };
  }
  // The client's own octets are returned, until there is something to say about the PIN.
  const data = answer.pin ? encodeFinalProvisioningData(answer.pin) : provisioningData;
  // Whatever else was wrong: the code was looked at, and admits.
  return { wrong: false, right: true, value: () => respond(answer.xml, data) };
}

async function strict(context: CtkipContext, { request, reply, body }: Sent): Promise<Answered> {
  const decoded = decodeRequest(RFC4758, body);
  const respond = (xml: string) => (): Reply => reply.headers(responseHeaders(RFC4758)).send(xml);
  if (!decoded.ok) {
    context.counters.exchange('rfc4758', decoded.answer, decoded.status);
    // RFC 4758 §4.2.5 asks for 500 for a wrong namespace; it is the client's fault, and is answered as such.
    if (decoded.fault !== 'message') return notRead(reply, 'not a CT-KIP message\n');
    return { wrong: false, value: respond(encodeMessage(RFC4758, refusalOf(decoded))) };
  }
  const { message } = decoded;
  const run = { dialect: RFC4758, source: request.ip };
  const nonce = message.kind === 'ClientHello' ? message.triggerNonce : undefined;
  const admittance: Admittance = nonce ? await admitByTrigger(context, nonce) : { kind: 'refused' };
  const answer =
    message.kind === 'ClientHello'
      ? await answerHello(context, run, message, admittance)
      : await answerNonce(context, run, message, body);
  count(context, RFC4758, message.kind, answer);
  if (answer.kind === 'message') {
    // A ClientNonce names a session, and anybody can name one: only what comes to its end began with a code.
    const right = message.kind === 'ClientHello' || answer.outcome === 'success';
    return { wrong: false, right, value: respond(answer.xml) };
  }
  reportReuse(context, admittance, request.ip);
  const which = message.kind === 'ClientHello' ? 'ServerHello' : 'ServerFinished';
  return { wrong: true, value: respond(encodeMessage(RFC4758, statusMessage(which, 'AccessDenied'))) };
}

/** RFC 4758 §3.8.2 does not say how a client gets a trigger: here, for an activation code and the device that the client asserts. */
async function trigger(context: CtkipContext, { request, reply, body }: Sent): Promise<Answered> {
  const asked = decodeTriggerRequest(request.headers['content-type'], body);
  if (!asked) return notRead(reply, 'Send activationCode, deviceId and deviceClass as a form.\n');
  const opened = await openedTrigger(context, asked, request.ip);
  context.counters.exchange('rfc4758', 'CT-KIPTrigger', opened ? 'success' : 'refused');
  if (!opened) {
    const refusal = reply.code(403).headers(NO_STORE).type('text/plain');
    return { wrong: true, value: () => refusal.send('This activation code is not valid.\n') };
  }
  const xml = encodeMessage(RFC4758, {
    kind: 'CT-KIPTrigger',
    tokenId: Buffer.from(opened.serial),
    triggerNonce: opened.nonce,
    url: `${await linkBase(context)}${PATHS.rfc4758}`,
  });
  return { wrong: false, right: true, value: () => reply.headers(responseHeaders(RFC4758)).send(xml) };
}

async function openedTrigger(
  context: CtkipContext,
  asked: TriggerRequest,
  source: string,
): Promise<{ readonly serial: string; readonly nonce: Uint8Array } | undefined> {
  const admittance = await admitByCode(context, asked.activationCode);
  const live = admittance.kind === 'live' ? admittance.admission : undefined;
  const verdict = judgeDevice(live ?? decoyAdmission(), asked);
  if (!live) {
    reportReuse(context, admittance, source);
    return undefined;
  }
  if (!verdict.ok) {
    context.recordRefused(live, { ...verdict, source });
    return undefined;
  }
  const nonce = await openTrigger(context, live, verdict.deviceId);
  return nonce && { serial: live.serial, nonce };
}

/** Not a message, so not a guess either. */
function notRead(reply: Reply, text: string): Answered {
  return {
    wrong: false,
    value: () => reply.code(400).headers(NO_STORE).type('text/plain').send(text),
  };
}

function reportReuse(context: CtkipContext, admittance: Admittance, source: string): void {
  const used = usedCode(admittance);
  if (used) context.recordReuse(used, source);
}

const NO_STORE = { 'cache-control': 'no-store' };

/** A refusal of a ClientHello has no session to name (RFC 4758 §3.8.4). */
const refusalOf = ({ answer, status, sessionId }: DecodeFailure): StatusMessage =>
  statusMessage(answer, status, answer === 'ServerFinished' ? sessionId : undefined);

function deviceOf(snapshot: Snapshot, data: Uint8Array): AssertedDevice {
  const { idFields, classFields } = snapshot.deviceType.binding;
  return assertedDevice(data, { deviceId: idFields, deviceClass: classFields });
}

function turnedAway(context: CtkipContext, reply: Reply, source: GuardedSource): Reply {
  context.counters.turnedAway();
  return reply
    .code(429)
    .headers(NO_STORE)
    .header('retry-after', String(source.secondsToWait()))
    .type('text/plain')
    .send('Too many wrong activation codes; wait.\n');
}

function count(context: CtkipContext, dialect: Dialect, step: string, answer: ExchangeReply): void {
  context.counters.exchange(dialect.name, step, answer.kind === 'refused' ? 'refused' : answer.outcome);
}
