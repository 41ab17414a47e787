/**
 * The load of CT-KIP exchanges: four-pass, deployed dialect, one activation code each.
 *
 * What does not depend on the server's answer is made before the clock starts, and every answer is verified in full, MAC and all,
 * after it stops: between, the client only takes the session out of the ServerHello and puts it into the ClientNonce.
 */
import { randomBytes } from 'node:crypto';
import { clientHello, clientNonce, processServerFinished, processServerHello } from '@sower/ctkip/client';
import { DEPLOYED } from '@sower/ctkip/dialect';
import { encodeMessage } from '@sower/ctkip/encode';
import { requestHeaders } from '@sower/ctkip/http';
import { DEFAULT_OFFERS } from '@sower/ctkip/provision';
import { encodeClientProvisioningData } from '@sower/ctkip/provisioning-data';
import { decodeSoapResponse, encodeSoapRequest } from '@sower/ctkip/soap';
import { SOWER_CLASS } from '../harness/authenticator.ts';
import { type Connections, openConnection, opener, requestBytes, type Target } from './connection.ts';
import { type Pace, runPaced } from './pace.ts';

export type ExchangeJob = {
  readonly kind: 'exchanges';
  readonly targets: readonly Target[];
  readonly codes: readonly string[];
  readonly inFlight: number;
  readonly seconds: number;
  /** Open loop. */
  readonly perSecond?: number | undefined;
  readonly connections?: Connections;
};

export type LoadResult = Pace & {
  /** What succeeded, verified. */
  readonly done: number;
  readonly failed: number;
  /** The first failure in words. */
  readonly failure: string | undefined;
};

type Prepared = { readonly code: string; readonly R_C: Uint8Array; readonly encryptedNonce: Uint8Array };
type Ran = Prepared & { hello: Buffer; finished: Buffer };

const PATH = '/ctkip/services/CtkipService';
const OFFER = { offer: DEFAULT_OFFERS.deployed };
const HELLO = Buffer.from(encodeMessage(DEPLOYED, clientHello(DEPLOYED, OFFER)));
const DEVICE = Buffer.from(
  encodeClientProvisioningData({
    version: '1.0',
    manufacturer: 'Sower',
    deviceId: 'A1B2C3D4E5F60718293A4B5C',
    deviceClass: SOWER_CLASS,
  }),
);
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

export async function runExchanges(job: ExchangeJob): Promise<LoadResult> {
  const { targets, codes, inFlight, seconds, perSecond } = job;
  const prepared = await prepare(targets[0] as Target, codes);
  const ran: Ran[] = [];
  let next = 0;
  const pace = await runPaced(targets, {
    open: opener(job.connections),
    inFlight,
    seconds,
    perSecond,
    step: async (connection) => {
      const mine = prepared[next];
      if (!mine) return false;
      next += 1;
      const hello = await connection.send(soapRequest('ClientHello', mine.code, HELLO));
      const session = sessionOf(hello.body);
      const nonce = encodeMessage(DEPLOYED, {
        kind: 'ClientNonce',
        encryptedNonce: mine.encryptedNonce,
        ...session,
      });
      const finished = await connection.send(soapRequest('ClientNonce', mine.code, Buffer.from(nonce)));
      ran.push({ ...mine, hello: hello.body, finished: finished.body });
      return true;
    },
  });
  const failures = ran.flatMap((run) => failureOf(run) ?? []);
  return { ...pace, done: ran.length - failures.length, failed: failures.length, failure: failures[0] };
}

/** Draws and encrypts R_C for each code, under the key of a ServerHello that leads nowhere. */
async function prepare(target: Target, codes: readonly string[]): Promise<Prepared[]> {
  const connection = await openConnection(target);
  const answer = await connection.send(soapRequest('ClientHello', codes[0] as string, HELLO));
  connection.close();
  const hello = processServerHello(DEPLOYED, pduOf(answer.body), OFFER);
  if (!hello.ok) throw new Error(`no ServerHello: ${hello.detail}`);
  return Promise.all(
    codes.map(async (code) => {
      const R_C = random(16);
      const nonce = await clientNonce(DEPLOYED, hello.agreement, R_C, random);
      if (!nonce.ok) throw new Error(nonce.detail);
      return { code, R_C, encryptedNonce: nonce.message.encryptedNonce };
    }),
  );
}

function soapRequest(message: 'ClientHello' | 'ClientNonce', code: string, request: Buffer): Buffer {
  return requestBytes(
    PATH,
    requestHeaders(DEPLOYED, message, code),
    encodeSoapRequest({ authData: code, provisioningData: DEVICE, request }),
  );
}

/** Without reading the XML: the verification after the clock does that. */
function sessionOf(body: Buffer): { sessionId: string; serverInfo: Uint8Array } {
  const envelope = body.toString('latin1');
  const base64 = /<Response>([^<]*)</.exec(envelope)?.[1];
  const pdu = Buffer.from(base64 ?? '', 'base64').toString('latin1');
  const sessionId = /SessionID="([^"]+)"/.exec(pdu)?.[1];
  const R_S = /<Nonce[^>]*>([^<]+)</.exec(pdu)?.[1];
  if (sessionId === undefined || R_S === undefined) throw new Error(`not a ServerHello: ${pdu || envelope}`);
  return { sessionId, serverInfo: new Uint8Array(Buffer.from(R_S, 'base64')) };
}

function pduOf(body: Buffer): Uint8Array {
  const soap = decodeSoapResponse(body);
  if (!soap.ok || 'fault' in soap) throw new Error(`not an answer: ${body.toString()}`);
  return soap.response;
}

/** What is wrong with an exchange as a careful client sees it. */
function failureOf(run: Ran): string | undefined {
  try {
    const hello = processServerHello(DEPLOYED, pduOf(run.hello), OFFER);
    if (!hello.ok) return hello.detail;
    const end = processServerFinished(DEPLOYED, pduOf(run.finished), {
      agreement: hello.agreement,
      R_C: run.R_C,
    });
    return end.ok ? undefined : end.detail;
  } catch (error) {
    return String(error);
  }
}
