/**
 * Generated hostile documents against both CT-KIP paths over HTTPS: no crash, no 5xx, memory flat, and what was provisioned before
 * goes on working. The seed is printed; TEST_LONG=1 sends more.
 */
import { clientHello, clientNonce, processServerHello } from '@sower/ctkip/client';
import { DEPLOYED, RFC4758 } from '@sower/ctkip/dialect';
import { encodeMessage } from '@sower/ctkip/encode';
import { DEFAULT_OFFERS } from '@sower/ctkip/provision';
import { decodeSoapResponse, encodeSoapRequest } from '@sower/ctkip/soap';
import { beforeAll, expect, test } from 'vitest';
import { provisioned, random, runExchange, tokencode } from '../../harness/authenticator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { amount, randomness } from '../../harness/randomness.ts';

const DOCUMENTS = amount({ usual: 6_000, long: 100_000 });
const AT_ONCE = 32;
/** As clients whose fields are not known: it says nothing about its device. */
const SILENT = { deviceId: undefined, deviceClass: undefined };

onBothDatabases('hostile documents', (kind) => {
  const { deployment } = deployed(kind, {
    arguments: ['--wrong-codes', '100000000', '--log-level', 'error'],
  });

  beforeAll(async () => {
    await deployment.api('addProfile', {
      body: { name: 'p', deviceType: 'android', delivery: 'url', authenticationType: 'tokencode' },
    });
  });

  async function holder(userId: string): Promise<string> {
    await deployment.api('addUser', { body: { userId } });
    const { first: serial } = await deployment.api('mintTokens', { body: {} });
    await deployment.api('assignToken', { params: { serial }, body: { userId } });
    return serial;
  }
  const distribute = (serial: string) =>
    deployment.api('distributeToken', { params: { serial }, body: { profile: 'p' } });

  async function residentMegabytes(): Promise<number> {
    const metrics = await deployment.metrics(0);
    return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]) / 2 ** 20;
  }

  test(`${DOCUMENTS} documents`, async () => {
    const next = randomness('fuzzed documents');
    const below = (limit: number): number => Math.floor(next() * limit);
    const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

    const serial = await holder('steady');
    const steady = await provisioned(deployment, await distribute(serial), SILENT);
    const verify = async (offset: number): Promise<string> => {
      const passcode = tokencode(steady, offset);
      return (await deployment.api('authenticate', { body: { userId: 'steady', passcode } })).result;
    };
    expect(await verify(-1)).toBe('accepted');
    let code = (await distribute(serial)).activationCode as string;

    // Documents of a real run, to begin from.
    const hello = { offer: DEFAULT_OFFERS.deployed };
    const helloXml = encodeMessage(DEPLOYED, clientHello(DEPLOYED, hello));
    const envelope = (authData: string, request: string | Uint8Array): string =>
      encodeSoapRequest({
        authData,
        provisioningData: Buffer.from('<ProvisioningData/>'),
        request: Buffer.from(request),
      });
    const headers = { 'content-type': 'text/xml' };
    const path = '/ctkip/services/CtkipService';
    const begun = await deployment.send(0, { method: 'POST', path, headers, body: envelope(code, helloXml) });
    const answer = decodeSoapResponse(begun.body);
    if (!answer.ok || 'fault' in answer) throw new Error('the run did not begin');
    const processed = processServerHello(DEPLOYED, answer.response, hello);
    if (!processed.ok) throw new Error(processed.detail);
    const nonce = await clientNonce(DEPLOYED, processed.agreement, random(16), random);
    if (!nonce.ok) throw new Error(nonce.detail);
    const strictHello = { offer: DEFAULT_OFFERS.rfc4758, triggerNonce: random(16) };
    const documents = {
      deployed: [helloXml, encodeMessage(DEPLOYED, nonce.message)],
      strict: [
        encodeMessage(RFC4758, clientHello(RFC4758, strictHello)),
        encodeMessage(RFC4758, { ...nonce.message, serverInfo: random(16) }),
      ],
    };
    const fragments = [
      '<!DOCTYPE a [<!ENTITY x "y">]>',
      '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
      '&x;',
      '&#0;',
      '&#xD800;',
      '<![CDATA[',
      ']]>',
      '<?php ?>',
      '<!--',
      '-->',
      '\u0000',
      'xmlns:a=""',
      'xmlns="urn:x"',
      '<a>'.repeat(40),
      '<a/>'.repeat(2_000),
      'A'.repeat(70_000),
      'Status="Success"',
      'Critical="true"',
      '<Extensions><Extension Critical="true"><x/></Extension></Extensions>',
      '====',
      '\ud800',
      '9'.repeat(400),
      '__proto__',
      'constructor',
    ];
    const mutate = (text: string): string => {
      let result = text;
      for (let times = 1 + below(3); times > 0; times -= 1) {
        const at = below(result.length + 1);
        switch (below(7)) {
          case 0:
            result = result.slice(0, at);
            break;
          case 1:
            result = result.slice(0, at) + pick(fragments) + result.slice(at);
            break;
          case 2:
            result = result.slice(0, at) + String.fromCharCode(below(256)) + result.slice(at + 1);
            break;
          case 3:
            result = result.slice(0, at) + result.slice(at + below(60));
            break;
          case 4: {
            const tags = result.match(/<\/?[\w:-]+/g) ?? ['<a'];
            result = result.replace(pick(tags), pick(tags));
            break;
          }
          case 5:
            result = result.replace(/"[^"]*"/, `"${pick(fragments)}"`);
            break;
          default:
            result = result.slice(0, at) + result.slice(below(result.length + 1));
        }
      }
      return result;
    };
    const hostile = (): { path: string; body: string | Uint8Array } => {
      const authData = pick([code, code, '000000000000', '', "' or 1=1 --", '9'.repeat(300)]);
      switch (below(6)) {
        case 0:
          return { path, body: mutate(envelope(authData, pick(documents.deployed))) };
        case 1:
        case 2:
          return { path, body: envelope(authData, mutate(pick(documents.deployed))) };
        case 3:
          return { path: pick(['/ctkip', path]), body: random(below(400)) };
        case 4:
          return { path: '/ctkip/trigger', body: mutate(`activationCode=${authData}&deviceId=x`) };
        default:
          return { path: '/ctkip', body: mutate(pick(documents.strict)) };
      }
    };

    const statuses = new Map<number, number>();
    let sent = 0;
    const worker = async (): Promise<void> => {
      while (sent < DOCUMENTS) {
        sent += 1;
        if (sent % 2_000 === 0) code = (await distribute(serial)).activationCode as string;
        const document = hostile();
        const type =
          document.path === '/ctkip/trigger'
            ? 'application/x-www-form-urlencoded'
            : pick(['text/xml', 'application/vnd.otps.ct-kip', 'application/vnd.otps.ct-kip+xml']);
        const reply = await deployment.send(0, {
          method: 'POST',
          ...document,
          headers: { 'content-type': type },
        });
        statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
        if (reply.status >= 500)
          throw new Error(
            `${reply.status} for ${document.path}: ${Buffer.from(document.body).toString().slice(0, 2_000)}`,
          );
      }
    };
    const measured: number[] = [];
    const meter = setInterval(
      () =>
        void residentMegabytes().then(
          (size) => measured.push(size),
          () => {},
        ),
      2_000,
    );
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    clearInterval(meter);
    const huge = Buffer.alloc(10 * 2 ** 20, '<');
    for (const target of ['/ctkip', path]) {
      const reply = await deployment
        .send(0, { method: 'POST', path: target, headers, body: huge })
        .catch(() => undefined);
      if (reply) expect(reply.status).toBe(413);
    }

    // The token is as it was: the seed from before verifies, and a new run succeeds.
    expect(await verify(0)).toBe('accepted');
    expect(await runExchange(deployment, await distribute(serial), SILENT)).toMatchObject({ ok: true });
    expect((await deployment.send(0, { path: '/healthz' })).status).toBe(200);
    expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    const half = measured.slice(Math.floor(measured.length / 2));
    console.log(
      `${kind.name}: statuses ${JSON.stringify(Object.fromEntries(statuses))}; MB ${measured.map(Math.round).join(' ')}`,
    );
    if (half.length >= 3) expect(Math.max(...half) - Math.min(...half)).toBeLessThan(80);
  }, 900_000);
});
