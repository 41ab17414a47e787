/**
 * Every kind of message of both dialects under its schema, and that the schemas refuse what is not one.
 *
 * The harness validates what other tests send (`deployment.ts`, `authenticator.ts`, `authenticator-app.ts`, the responder of the
 * command line's tests); here are the portable suite's runs, and the refusals that no run has.
 */
import { FAILURE_STATUSES } from '@sower/ctkip/algorithms';
import { DEPLOYED, RFC4758 } from '@sower/ctkip/dialect';
import { encodeMessage } from '@sower/ctkip/encode';
import type { Message } from '@sower/ctkip/messages';
import { encodeClientProvisioningData } from '@sower/ctkip/provisioning-data';
import { statusMessage } from '@sower/ctkip/server';
import { encodeSoapFault, encodeSoapRequest, encodeSoapResponse } from '@sower/ctkip/soap';
import { beforeAll, describe, expect, test } from 'vitest';
import { transcriptMessages } from '../../../packages/ctkip/test/documents.ts';
import { witnesses } from '../../../packages/ctkip/test/memory-server.ts';
import { cases } from '../../../packages/ctkip/test/portable.ts';
import { assertValidMessage, schemaError, validated } from '../../harness/documents/message-schemas.ts';

const octets = new Uint8Array(16);
const strict = (message: Message): string => encodeMessage(RFC4758, message);

describe('messages of the portable suite', () => {
  const bodies: Uint8Array[] = [];
  beforeAll(async () => {
    const see = (body: Uint8Array): unknown => bodies.push(body);
    witnesses.add(see);
    for (const run of Object.values(cases)) await run();
    witnesses.delete(see);
  });

  test('whatever its clients and servers send is valid', () => {
    for (const body of bodies) assertValidMessage(body);
    expect(bodies.length).toBeGreaterThan(200);
    for (const root of ['ClientHello', 'ServerHello', 'ClientNonce', 'ServerFinished']) {
      expect(validated.get(`strict ${root}`), root).toBeGreaterThan(10);
      expect(validated.get(`deployed ${root}`), root).toBeGreaterThan(10);
    }
    console.log([...validated].map(([kind, count]) => `${kind} ${count}`).join(', '));
  });
});

describe('messages one by one', () => {
  test('a strict message is valid under Appendix A alone, however full it is', () => {
    const { hello, serverHello, nonce, serverFinished } = transcriptMessages(RFC4758);
    const { mac } = serverFinished;
    const messages: Message[] = [
      hello,
      {
        ...hello,
        tokenId: octets,
        keyId: octets,
        clientNonce: octets,
        triggerNonce: octets,
        clientInfo: octets,
      },
      serverHello,
      { ...serverHello, mac, clientInfo: octets, encryptionKey: { kind: 'shared', name: 'K & L' } },
      nonce,
      { ...nonce, clientInfo: octets },
      { ...serverFinished, pin: undefined },
      {
        ...serverFinished,
        pin: undefined,
        clientInfo: octets,
        otp: { format: 'Binary', length: 8, modes: ['Counter', 'Challenge'] },
        serviceLogo: { mimeType: 'image/gif', image: octets },
      },
      { kind: 'CT-KIPTrigger', triggerNonce: octets },
      {
        kind: 'CT-KIPTrigger',
        triggerNonce: octets,
        tokenId: octets,
        keyId: octets,
        url: 'https://h.example/',
      },
      ...FAILURE_STATUSES.map((status) => statusMessage('ServerHello', status)),
      ...FAILURE_STATUSES.map((status) => statusMessage('ServerFinished', status, 's-1')),
    ];
    for (const message of messages) expect(schemaError('ct-kip-2005-12', strict(message))).toBeUndefined();
  });

  test('the extension for the PIN is valid under our schema, and under Appendix A alone it is not', () => {
    const { serverFinished } = transcriptMessages(RFC4758);
    expect(serverFinished.pin).toBeDefined();
    expect(schemaError('sower-ctkip', strict(serverFinished))).toBeUndefined();
    expect(schemaError('ct-kip-2005-12', strict(serverFinished))).toMatch(/PinConfigurationType/);
  });

  test('a deployed message is valid within its envelope: requests, answers, refusals, faults', () => {
    const { hello, serverHello, nonce, serverFinished } = transcriptMessages(DEPLOYED);
    const authData = '1234 & 5678';
    const provisioningData = Buffer.from(
      encodeClientProvisioningData({ version: '1.0', manufacturer: 'a & b', deviceId: 'A1' }),
    );
    const written = (message: Message): Buffer => Buffer.from(encodeMessage(DEPLOYED, message));
    for (const message of [hello, { ...hello, keyId: octets, clientInfo: octets }, nonce]) {
      assertValidMessage(encodeSoapRequest({ authData, provisioningData, request: written(message) }));
    }
    for (const message of [
      serverHello,
      { ...serverHello, clientInfo: octets, mac: serverFinished.mac },
      {
        ...serverFinished,
        clientInfo: octets,
        otp: { format: 'Decimal', length: 8, modes: ['Counter'] },
      } as const,
      ...FAILURE_STATUSES.map((status) => statusMessage('ServerFinished', status, 's-1')),
      ...FAILURE_STATUSES.map((status) => statusMessage('ServerHello', status)),
    ]) {
      assertValidMessage(
        encodeSoapResponse({
          authData,
          provisioningData: message.status === 'Success' ? finalData : provisioningData,
          response: written(message),
        }),
      );
    }
    assertValidMessage(encodeSoapFault());
  });

  const finalData = Buffer.from(
    '<?xml version="1.0"?>\n<ProvisioningData>\n<PinType>0</PinType><AddPIN>1</AddPIN></ProvisioningData>\n',
  );

  test.each<[string, (text: string) => string]>([
    [
      'children out of order',
      (text) => text.replace(/(<TokenID>.*?<\/TokenID>)(<KeyID>.*?<\/KeyID>)/, '$2$1'),
    ],
    ['a qualified child', (text) => text.replace(/(<\/?)KeyID>/g, '$1k:KeyID>')],
    ['an element too few', (text) => text.replace(/<KeyID>.*?<\/KeyID>/, '')],
    ['no MAC', (text) => text.replace(/<Mac .*?<\/Mac>/, '')],
    ['no Version', (text) => text.replace(' Version="1.0"', '')],
    ['a status of no RFC', (text) => text.replace('"Success"', '"Fine"')],
    ['an extension without a type', (text) => text.replace(/ xsi:type="[^"]*"/, '')],
    ['a UserID of 129 characters', (text) => text.replace(/(<UserID>)[^<]*/, `$1${'u'.repeat(129)}`)],
    ['a day that is none', (text) => text.replace(/(<KeyExpiryDate>)[^<]*/, '$12027-02-30T00:00:00Z')],
    ['what is not base64', (text) => text.replace(/(<TokenID>)./, '$1*')],
  ])('%s is found', (_, change) => {
    const { serverFinished } = transcriptMessages(RFC4758);
    const text = strict({ ...serverFinished, pin: undefined });
    expect(change(text)).not.toBe(text);
    expect(schemaError('ct-kip-2005-12', change(text))).toBeDefined();
  });
});
