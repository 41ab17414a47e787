/**
 * Requirements of RFC 4758 that no other test shows by itself, one each; docs/conformance.md says which test stands for which.
 *
 * Over the functions of packages/ctkip where that is enough, else over HTTPS.
 */
import type { DistributeResult } from '@sower/api/distributions';
import { CT_KIP, CT_KIP_2005_11, KEY_TYPES, PRF_NAMES } from '@sower/ctkip/algorithms';
import { clientHello, clientNonce, type HelloOptions, processServerHello } from '@sower/ctkip/client';
import { decodeServerFinished, decodeServerHello, decodeTrigger } from '@sower/ctkip/decode';
import { DEPLOYED, RFC4758 } from '@sower/ctkip/dialect';
import { encodeMessage } from '@sower/ctkip/encode';
import { MEDIA_TYPE_XML, requestHeaders, triggerRequest } from '@sower/ctkip/http';
import type { ClientHello, CtkipTrigger, Message, ServerFinished, ServerHello } from '@sower/ctkip/messages';
import { DEFAULT_OFFERS, provision } from '@sower/ctkip/provision';
import { statusMessage } from '@sower/ctkip/server';
import { decodeSoapResponse } from '@sower/ctkip/soap';
import { beforeAll, describe, expect, test } from 'vitest';
import { CODE, memoryServer } from '../../../packages/ctkip/test/memory-server.ts';
import vectors from '../../../vectors/ctkip-prf.json' with { type: 'json' };
import { provisioned, random, SOWER_CLASS } from '../../harness/authenticator.ts';
import { SQLITE } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import type { HttpAnswer } from '../../harness/deployment.ts';
import { schemaError } from '../../harness/documents/message-schemas.ts';

const OFFER = DEFAULT_OFFERS.rfc4758;
const utf8 = (text: string): Uint8Array => Buffer.from(text);

describe('client', () => {
  /** The ClientHello that `provision` sends, by a server that answers nothing. */
  async function sentBy(options: Partial<Parameters<typeof provision>[0]>): Promise<string> {
    let sent = '';
    await provision({
      dialect: RFC4758,
      url: 'https://otp.example.com/ctkip',
      client: { version: '1.0', manufacturer: 'Sower' },
      random,
      send: async ({ body }) => {
        sent = Buffer.from(body).toString();
        return { status: 500, body: new Uint8Array(0) };
      },
      ...options,
    });
    return sent;
  }
  const trigger = { kind: 'CT-KIPTrigger', triggerNonce: random(16), tokenId: utf8('000123456789') } as const;

  test('a ClientHello repeats TokenID and TriggerNonce of the trigger', async () => {
    const hello = await sentBy({ trigger });
    expect(hello).toContain(`<TokenID>${Buffer.from(trigger.tokenId).toString('base64')}</TokenID>`);
    expect(hello).toContain(
      `<TriggerNonce>${Buffer.from(trigger.triggerNonce).toString('base64')}</TriggerNonce>`,
    );
  });

  test('TokenID and KeyID of a trigger stand in the ClientHello, or nothing is sent', async () => {
    const keyId = utf8('key 1');
    const renewal = { tokenId: trigger.tokenId, keyId, K_AUTH: random(16) };
    const hello = await sentBy({ trigger: { ...trigger, keyId }, renewal });
    expect(hello).toContain(`<TokenID>${Buffer.from(trigger.tokenId).toString('base64')}</TokenID>`);
    expect(hello).toContain(`<KeyID>${Buffer.from(keyId).toString('base64')}</KeyID>`);
    expect(await sentBy({ trigger, renewal })).toContain('<KeyID>');
    for (const options of [
      { trigger: { ...trigger, keyId } },
      { trigger: { ...trigger, keyId: utf8('key 2') }, renewal },
      { trigger: { ...trigger, tokenId: utf8('000000000001') }, renewal },
    ]) {
      expect(await sentBy(options)).toBe('');
    }
  });

  test('every request is a POST', async () => {
    const methods: string[] = [];
    const server = memoryServer({ dialect: RFC4758, policy: OFFER });
    const result = await provision({
      dialect: RFC4758,
      url: 'https://otp.example.com/ctkip',
      activationCode: CODE,
      client: { version: '1.0', manufacturer: 'Sower' },
      random,
      send: (request) => {
        methods.push(request.method);
        return server.send(request);
      },
    });
    expect(result.ok).toBe(true);
    expect(methods).toEqual(['POST', 'POST', 'POST']);
  });

  test.each(PRF_NAMES)('%s among the encryption algorithms is the method of the shared key', async (name) => {
    const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
    const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
    const { R_C, R_S, K_SHARED } = vectors.inputs;
    const uri = `http://www.rsasecurity.com/rsalabs/otps/schemas/2005/12/ct-kip#${name}`;
    const options: HelloOptions = {
      offer: { keyTypes: ['securid-aes'], encryptionAlgorithms: [name], macAlgorithms: [name] },
    };
    const hello = encodeMessage(RFC4758, clientHello(RFC4758, options));
    expect(hello).toContain(
      `<SupportedEncryptionAlgorithms><Algorithm>${uri}</Algorithm></SupportedEncryptionAlgorithms>`,
    );
    const answer =
      `<k:ServerHello xmlns:k="${CT_KIP}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Version="1.0" SessionID="s" Status="Continue">` +
      `<KeyType>${KEY_TYPES['securid-aes'].uri}</KeyType><EncryptionAlgorithm>${uri}</EncryptionAlgorithm>` +
      `<MacAlgorithm>${uri}</MacAlgorithm><EncryptionKey><ds:KeyName>K</ds:KeyName></EncryptionKey>` +
      `<Payload><Nonce>${base64(R_S)}</Nonce></Payload></k:ServerHello>`;
    expect(schemaError('ct-kip-2005-12', answer)).toBeUndefined();
    const shared = { ...options, sharedKey: () => octets(K_SHARED) };
    const processed = processServerHello(RFC4758, utf8(answer), shared);
    if (!processed.ok) throw new Error(processed.detail);
    const nonce = await clientNonce(RFC4758, processed.agreement, octets(R_C), random);
    if (!nonce.ok) throw new Error(nonce.detail);
    expect(Buffer.from(nonce.message.encryptedNonce).toString('hex')).toBe(vectors.encryptedNonce[name]);
  });

  test('without a trigger and a key there is no TriggerNonce, no TokenID and no KeyID', async () => {
    expect(await sentBy({})).not.toMatch(/TriggerNonce|TokenID|KeyID/);
  });

  test('a renewal always carries a nonce R, another one each time', async () => {
    const renewal = { tokenId: utf8('t'), keyId: utf8('k'), K_AUTH: random(16) };
    const nonces = [await sentBy({ renewal }), await sentBy({ renewal })].map(
      (hello) => /<ClientNonce>(.{24})<\/ClientNonce>/.exec(hello)?.[1],
    );
    expect(nonces).not.toContain(undefined);
    expect(new Set(nonces).size).toBe(2);
  });

  test('a status ends the run: nothing more is sent, not even again', async () => {
    let sent = 0;
    const refusal = encodeMessage(RFC4758, statusMessage('ServerHello', 'Abort'));
    const send = async () => {
      sent += 1;
      return { status: 200, body: utf8(refusal) };
    };
    const client = { version: '1.0', manufacturer: 'Sower' };
    const result = await provision({
      dialect: RFC4758,
      trigger,
      client,
      random,
      send,
      url: 'https://h.example/',
    });
    expect(result).toMatchObject({ ok: false, error: 'status', status: 'Abort' });
    expect(sent).toBe(1);
  });

  test('requests forbid caches to keep them', () => {
    for (const message of ['ClientHello', 'ClientNonce'] as const) {
      expect(requestHeaders(RFC4758, message)).toEqual({
        'Content-Type': 'application/vnd.otps.ct-kip+xml',
        Accept: 'application/vnd.otps.ct-kip+xml',
        'Cache-Control': 'no-cache, no-store',
        Pragma: 'no-cache',
      });
    }
  });

  test('a KeyID of 64 octets is taken', () => {
    const message: ServerFinished = {
      kind: 'ServerFinished',
      status: 'Success',
      tokenId: utf8('t'),
      keyId: random(64),
      mac: { value: random(16) },
    };
    const read = decodeServerFinished(RFC4758, encodeMessage(RFC4758, message));
    expect(read.ok && 'keyId' in read.message && read.message.keyId).toEqual(message.keyId);
  });
});

describe('server', () => {
  const { deployment } = deployed(SQLITE);
  let serial: string;

  beforeAll(async () => {
    const { api } = deployment;
    await api('addProfile', {
      body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'tokencode' },
    });
    await api('addUser', { body: { userId: 'jdoe' } });
    serial = (await api('mintTokens', { body: {} })).first;
    await api('assignToken', { params: { serial }, body: { userId: 'jdoe' } });
  });

  const distribute = (): Promise<DistributeResult> =>
    deployment.api('distributeToken', { params: { serial }, body: { profile: 'p' } });
  const post = (body: string | Uint8Array, path = '/ctkip', type = MEDIA_TYPE_XML): Promise<HttpAnswer> =>
    deployment.send(0, { method: 'POST', path, headers: { 'content-type': type }, body });

  async function triggerAnswer(code = ''): Promise<HttpAnswer> {
    const activationCode = code || ((await distribute()).activationCode as string);
    const request = triggerRequest('https://localhost/ctkip', {
      activationCode,
      deviceId: 'A1',
      deviceClass: SOWER_CLASS,
    });
    return post(request.body, '/ctkip/trigger', request.headers['Content-Type']);
  }
  async function aTrigger(code?: string): Promise<CtkipTrigger> {
    const decoded = decodeTrigger(RFC4758, (await triggerAnswer(code)).body);
    if (!decoded.ok) throw new Error(decoded.reason);
    return decoded.message;
  }
  const sayHello = (fields: Partial<ClientHello>): Promise<HttpAnswer> =>
    post(encodeMessage(RFC4758, { ...clientHello(RFC4758, { offer: OFFER }), ...fields }));
  const statusOf = (answer: HttpAnswer): string | undefined =>
    /<k:Server(?:Hello|Finished) [^>]*Status="(\w+)"/.exec(answer.body.toString())?.[1];
  function serverHello(answer: HttpAnswer): ServerHello {
    const decoded = decodeServerHello(RFC4758, answer.body);
    if (!decoded.ok || decoded.message.status !== 'Continue') throw new Error(answer.body.toString());
    return decoded.message;
  }
  /** Hello and nonce of a run, as far as its ServerFinished. */
  async function run(
    change: { clientInfo?: Uint8Array; serverInfo?: Uint8Array | undefined; sessionId?: string } = {},
    keyTypes?: readonly string[],
    critical = false,
  ): Promise<{ hello: HttpAnswer; end: HttpAnswer }> {
    const written = (message: Message): string => {
      const text = encodeMessage(RFC4758, message);
      return critical ? text.replaceAll('<Extension ', '<Extension Critical="true" ') : text;
    };
    const { triggerNonce, tokenId } = await aTrigger();
    const options: HelloOptions = { offer: OFFER, triggerNonce, tokenId, clientInfo: change.clientInfo };
    const first = clientHello(RFC4758, options);
    const hello = await post(written(keyTypes ? { ...first, keyTypes } : first));
    const processed = processServerHello(RFC4758, hello.body, options);
    if (!processed.ok) throw new Error(processed.detail);
    const nonce = await clientNonce(RFC4758, processed.agreement, random(16), random);
    if (!nonce.ok) throw new Error(nonce.detail);
    return { hello, end: await post(written({ ...nonce.message, ...change })) };
  }

  test('a trigger is a 200 with a CT-KIPTrigger that names the token, a nonce of 16 octets and the URL', async () => {
    const answer = await triggerAnswer();
    expect([answer.status, answer.headers['content-type']]).toEqual([200, MEDIA_TYPE_XML]);
    expect(answer.body.toString()).toMatch(/<k:CT-KIPTrigger [^>]*Version="1\.0"/);
    const decoded = decodeTrigger(RFC4758, answer.body);
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(decoded.message.triggerNonce).toHaveLength(16);
    expect(Buffer.from(decoded.message.tokenId ?? []).toString()).toBe(serial);
    expect(decoded.message.url).toMatch(/^https:\/\/localhost:\d+\/ctkip$/);
  });

  test('a Content-Type that is empty is not looked at either, and other methods are told which there are', async () => {
    const hello = encodeMessage(RFC4758, clientHello(RFC4758, { offer: OFFER }));
    expect(statusOf(await post(hello, '/ctkip', ''))).toBe('AccessDenied');
    for (const [path, allowed] of [
      ['/ctkip', 'GET, HEAD, POST'],
      ['/ctkip/services/CtkipService', 'GET, HEAD, POST'],
      ['/ctkip/trigger', 'POST'],
    ] as const) {
      for (const method of [
        'PUT',
        'PATCH',
        'DELETE',
        ...(path === '/ctkip/trigger' ? ['GET', 'HEAD'] : []),
      ]) {
        const { status, headers } = await deployment.send(0, { method, path });
        expect([method, path, status, headers.allow]).toEqual([method, path, 405, allowed]);
      }
    }
  });

  test('a TriggerNonce that is invented, missing or superseded admits nobody', async () => {
    const code = (await distribute()).activationCode as string;
    const first = await aTrigger(code);
    const second = await aTrigger(code);
    expect(second.triggerNonce).not.toEqual(first.triggerNonce);
    for (const triggerNonce of [first.triggerNonce, random(16), undefined]) {
      expect(statusOf(await sayHello({ triggerNonce }))).toBe('AccessDenied');
    }
    expect(statusOf(await sayHello({ triggerNonce: second.triggerNonce }))).toBe('Continue');
  });

  test('a TokenID that is not the one of the trigger, or comes without a trigger, is not taken', async () => {
    const { triggerNonce } = await aTrigger();
    const other = utf8('000000000000');
    expect(statusOf(await sayHello({ triggerNonce, tokenId: other }))).toBe('AccessDenied');
    expect(statusOf(await sayHello({ tokenId: utf8(serial) }))).toBe('AccessDenied');
    expect(statusOf(await sayHello({ triggerNonce, tokenId: utf8(serial) }))).toBe('Continue');
  });

  test('each ServerHello has an R_S and a SessionID of its own, within their lengths', async () => {
    const { triggerNonce } = await aTrigger();
    const hellos = await Promise.all(
      [1, 2, 3].map(async () => serverHello(await sayHello({ triggerNonce }))),
    );
    expect(new Set(hellos.map(({ R_S }) => Buffer.from(R_S).toString('hex'))).size).toBe(3);
    expect(new Set(hellos.map(({ sessionId }) => sessionId)).size).toBe(3);
    for (const { R_S, sessionId } of hellos) {
      expect(R_S).toHaveLength(16);
      expect(Buffer.byteLength(sessionId)).toBeLessThanOrEqual(128);
    }
  });

  test('ClientInfo comes back unmodified in both answers, critical or not; ServerInfo stands in the first only', async () => {
    const clientInfo = Uint8Array.from({ length: 200 }, (_, i) => i);
    const { hello, end } = await run({ clientInfo });
    expect(serverHello(hello).clientInfo).toEqual(clientInfo);
    const finished = decodeServerFinished(RFC4758, end.body);
    expect(finished.ok && 'clientInfo' in finished.message && finished.message.clientInfo).toEqual(
      clientInfo,
    );
    expect([hello, end].map(({ body }) => body.includes('ServerInfoType'))).toEqual([true, false]);
    const { triggerNonce } = await aTrigger();
    const critical = encodeMessage(RFC4758, {
      ...clientHello(RFC4758, { offer: OFFER, triggerNonce, clientInfo }),
    }).replace('<Extension ', '<Extension Critical="true" ');
    expect(serverHello(await post(critical)).clientInfo).toEqual(clientInfo);
  });

  test('a ClientNonce needs the ServerInfo and the SessionID it was given', async () => {
    for (const change of [
      { serverInfo: random(16) },
      { serverInfo: undefined },
      { sessionId: serverHello((await run()).hello).sessionId },
      { sessionId: 'invented' },
    ]) {
      expect(statusOf((await run(change)).end)).toBe('InitializationFailed');
    }
    expect(statusOf((await run()).end)).toBe('Success');
  });

  test('deployed dialect: a session of another activation code ends nothing, and neither code is used up', async () => {
    const { api } = deployment;
    const { first: other } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial: other }, body: { userId: 'jdoe' } });
    const codes = [
      await distribute(),
      await api('distributeToken', { params: { serial: other }, body: { profile: 'p' } }),
    ];
    const answers: Buffer[] = [];
    for (const [index, { ctkipUrl, activationCode }] of codes.entries()) {
      await provision({
        dialect: DEPLOYED,
        url: ctkipUrl,
        activationCode,
        deviceId: 'A1',
        deviceClass: SOWER_CLASS,
        client: { version: '1.0', manufacturer: 'Sower' },
        random,
        attempts: 1,
        send: async ({ url, headers, body }) => {
          const isNonce = headers.SOAPAction === 'ServerFinished';
          // The second client's ClientNonce goes out under the code of the first.
          if (isNonce && index === 0) return { status: 502, body: new Uint8Array(0) };
          const own = String(activationCode);
          const sent = Buffer.from(body).toString();
          const swapped = isNonce ? sent.replace(own, String(codes[0]?.activationCode)) : sent;
          const { Authorization: _, ...rest } = headers;
          const answer = await deployment.send(0, {
            method: 'POST',
            path: new URL(url).pathname,
            headers: rest,
            body: swapped,
          });
          if (isNonce) answers.push(answer.body);
          return answer;
        },
      });
    }
    const inner = decodeSoapResponse(answers[0] as Buffer);
    if (!inner.ok || 'fault' in inner) throw new Error('no answer');
    expect(decodeServerFinished(DEPLOYED, inner.response)).toMatchObject({
      ok: true,
      message: { status: 'InitializationFailed' },
    });
    for (const token of [serial, other]) {
      const { distribution } = await api('getToken', { params: { serial: token } });
      expect(['issued', 'opened']).toContain(distribution?.state);
    }
  });

  test('a ServerFinished names the token of the ClientHello, and a KeyID of its own within 64 octets', async () => {
    const tokens = [await provisioned(deployment, await distribute(), { dialectName: 'rfc4758' })];
    tokens.push(await provisioned(deployment, await distribute(), { dialectName: 'rfc4758' }));
    expect(new Set(tokens.map(({ keyId }) => Buffer.from(keyId).toString('hex'))).size).toBe(2);
    for (const { keyId, serial: named } of tokens) {
      expect(named).toBe(serial);
      expect(keyId.length).toBeGreaterThanOrEqual(16);
      expect(keyId.length).toBeLessThanOrEqual(64);
    }
  });

  test('the extension for the PIN goes to a client that offers it; to any other every message is valid under Appendix A', async () => {
    const plain = await run({}, [KEY_TYPES['securid-aes'].uri]);
    for (const { body } of [plain.hello, plain.end]) {
      expect(schemaError('ct-kip-2005-12', body)).toBeUndefined();
    }
    expect(statusOf(plain.end)).toBe('Success');
    expect(plain.end.body.toString()).not.toContain('urn:sower');
    const ours = await run();
    expect(schemaError('sower-ctkip', ours.end.body)).toBeUndefined();
    expect(schemaError('ct-kip-2005-12', ours.end.body)).toMatch(/PinConfigurationType/);
    const finished = decodeServerFinished(RFC4758, ours.end.body);
    expect(finished.ok && 'pin' in finished.message && finished.message.pin).toEqual({
      addPin: false,
      pinType: 0,
    });
  });

  test('the MAC of a ServerFinished names the algorithm that the ServerHello chose', async () => {
    const { hello, end } = await run();
    const chosen = /<MacAlgorithm>(.*?)<\/MacAlgorithm>/.exec(hello.body.toString())?.[1];
    expect(chosen).toMatch(/#ct-kip-prf-sha256$/);
    expect(/<Mac MacAlgorithm="(.*?)">/.exec(end.body.toString())?.[1]).toBe(chosen);
  });

  test('a user id that does not print is not taken, so that UserID always does', async () => {
    for (const unseen of ['\u0007', '\u0085', '\u200b', '\u202e', '\ufffe', '\ufe0f', '\u{e0041}']) {
      const adding = deployment.api('addUser', { body: { userId: `a${unseen}b` } });
      await expect(adding, JSON.stringify(unseen)).rejects.toThrow('userId: ');
    }
    await deployment.api('addUser', { body: { userId: 'zoë' } });
  });

  test('a refusal carries Status and Version, a SessionID at most, and nothing else', async () => {
    const refusals = [
      await sayHello({}),
      await sayHello({ triggerNonce: (await aTrigger()).triggerNonce, keyTypes: ['urn:other'] }),
      (await run({ sessionId: 'invented' })).end,
    ];
    expect(refusals.map(statusOf)).toEqual(['AccessDenied', 'NoSupportedKeyTypes', 'InitializationFailed']);
    for (const { body, status } of refusals) {
      expect(status).toBe(200);
      const attributes = /^<\?xml [^>]*\?><k:Server(?:Hello|Finished)((?: [\w:]+="[^"]*")*)\/>$/.exec(
        body.toString(),
      )?.[1];
      expect(attributes).toMatch(/ Version="1\.0"/);
      expect(attributes?.replace(/ (?:xmlns:\w+|Version|Status|SessionID)="[^"]*"/g, '')).toBe('');
    }
  });

  test('with Continue and with Success every element is there, each status and extension in its place', async () => {
    const clientInfo = random(8);
    const { hello, end } = await run({ clientInfo });
    expect([statusOf(hello), statusOf(end)]).toEqual(['Continue', 'Success']);
    const elements = (answer: HttpAnswer): (string | undefined)[] =>
      [...answer.body.toString().matchAll(/<(?:ds:)?([A-Z]\w*)/g)].map(([, name]) => name);
    expect(elements(hello)).toEqual([
      ...['KeyType', 'EncryptionAlgorithm', 'MacAlgorithm'],
      ...['EncryptionKey', 'KeyValue', 'RSAKeyValue', 'Modulus', 'Exponent', 'Payload', 'Nonce'],
      ...['Extensions', 'Extension', 'Data', 'Extension', 'Data'],
    ]);
    expect(elements(end)).toEqual([
      ...['TokenID', 'KeyID', 'KeyExpiryDate', 'ServiceID', 'UserID'],
      ...['Extensions', 'Extension', 'Data', 'Extension', 'OTPFormat', 'OTPLength', 'OTPMode', 'Time'],
      ...['Extension', 'PinType', 'AddPIN', 'Mac'],
    ]);
    const types = (answer: HttpAnswer): (string | undefined)[] =>
      [...answer.body.toString().matchAll(/xsi:type="([^"]*)"/g)].map(([, name]) => name);
    expect(types(hello)).toEqual(['k:ClientInfoType', 'k:ServerInfoType']);
    expect(types(end)).toEqual([
      'k:ClientInfoType',
      'k:OTPKeyConfigurationDataType',
      'sower:PinConfigurationType',
    ]);
    expect(end.body.toString()).toMatch(/<ServiceID>[\x20-\x7e]+<\/ServiceID>/);
  });

  test('a TriggerNonce is used once: of the runs it begins one ends well, and it begins no other', async () => {
    const { triggerNonce, tokenId } = await aTrigger();
    const options: HelloOptions = { offer: OFFER, triggerNonce, tokenId };
    const nonces = [];
    for (const _ of [1, 2]) {
      const hello = await post(encodeMessage(RFC4758, clientHello(RFC4758, options)));
      const processed = processServerHello(RFC4758, hello.body, options);
      if (!processed.ok) throw new Error(processed.detail);
      const nonce = await clientNonce(RFC4758, processed.agreement, random(16), random);
      if (!nonce.ok) throw new Error(nonce.detail);
      nonces.push(encodeMessage(RFC4758, nonce.message));
    }
    const [first, second] = nonces as [string, string];
    expect(statusOf(await post(first))).toBe('Success');
    expect(statusOf(await post(second))).toBe('InitializationFailed');
    expect(statusOf(await sayHello({ triggerNonce, tokenId }))).toBe('AccessDenied');
    // As when the code that it stands for comes again.
    await expect
      .poll(async () => {
        const query = { action: 'ctkip.reused', object: `token:${serial}` } as const;
        return (await deployment.api('listAudit', { query })).items.length;
      })
      .toBe(1);
  });

  test('ClientInfo is octets: none, what looks like XML, all of a kind, critical or not, in either message', async () => {
    for (const clientInfo of [
      new Uint8Array(0),
      new TextEncoder().encode('<a b="&amp;">\r\n</a> \u0000'),
      Uint8Array.from({ length: 256 }, (_, i) => 255 - i),
      new Uint8Array(4096).fill(0xff),
    ]) {
      for (const critical of [false, true]) {
        const { hello, end } = await run({ clientInfo }, undefined, critical);
        expect(serverHello(hello).clientInfo).toEqual(clientInfo);
        const finished = decodeServerFinished(RFC4758, end.body);
        expect(finished.ok && 'clientInfo' in finished.message && finished.message.clientInfo).toEqual(
          clientInfo,
        );
      }
    }
  });

  test('one algorithm in common is enough, whatever else is offered', async () => {
    const { triggerNonce } = await aTrigger();
    const offered = clientHello(RFC4758, { offer: OFFER });
    for (const list of ['keyTypes', 'encryptionAlgorithms', 'macAlgorithms'] as const) {
      for (const uris of [
        ['urn:other', ...offered[list]],
        [...offered[list], 'urn:other'],
      ]) {
        expect(statusOf(await sayHello({ triggerNonce, [list]: uris })), list).toBe('Continue');
      }
    }
  });

  test('no list in common: the status says which', async () => {
    const { triggerNonce } = await aTrigger();
    for (const [fields, status] of [
      [{ keyTypes: ['urn:other'] }, 'NoSupportedKeyTypes'],
      [{ encryptionAlgorithms: ['urn:other'] }, 'NoSupportedEncryptionAlgorithms'],
      [{ macAlgorithms: ['urn:other'] }, 'NoSupportedMACAlgorithms'],
    ] as const) {
      expect(statusOf(await sayHello({ triggerNonce, ...fields }))).toBe(status);
      // The administrator reads it in their language.
      const query = { object: `token:${serial}`, action: 'ctkip.refused', limit: 1 } as const;
      const { items } = await deployment.api('listAudit', { query });
      expect(items[0]?.reasonCode, status).toMatch(/^run\.no-/);
    }
  });

  test('HTTP 200 for every CT-KIP answer, 400 for what has no type or another namespace', async () => {
    const root = (name: string, namespace = CT_KIP) => `<k:${name} xmlns:k="${namespace}" Version="1.0"/>`;
    const answers = async (...bodies: string[]) =>
      Promise.all(bodies.map(async (body) => ({ body, answer: await post(body) })));
    for (const { body, answer } of await answers('', 'hello', '<a', root('ClientHello', CT_KIP_2005_11))) {
      expect(answer.status, body).toBe(400);
    }
    const [unknown, malformed, version] = await answers(
      root('Nothing'),
      root('ClientHello'),
      root('ClientHello').replace('1.0', '2.0'),
    );
    expect([unknown, malformed, version].map((reply) => reply?.answer.status)).toEqual([200, 200, 200]);
    expect([unknown, malformed, version].map((reply) => reply && statusOf(reply.answer))).toEqual([
      'UnknownRequest',
      'MalformedRequest',
      'UnsupportedVersion',
    ]);
  });

  test('answers carry the media type, forbid caches to keep them, and have no validator', async () => {
    const { hello, end } = await run();
    for (const { headers } of [hello, end, await sayHello({}), await triggerAnswer()]) {
      expect(headers['content-type']).toBe('application/vnd.otps.ct-kip+xml');
      for (const directive of ['no-cache', 'no-store', 'no-must-revalidate', 'private']) {
        expect(String(headers['cache-control']).split(', ')).toContain(directive);
      }
      expect(headers.pragma).toBe('no-cache');
      expect([headers.etag, headers['last-modified']]).toEqual([undefined, undefined]);
    }
  });

  test('whoever is refused a trigger gets 403', async () => {
    expect((await triggerAnswer('000000000000')).status).toBe(403);
  });
});
