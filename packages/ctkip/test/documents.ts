/** Cases: the transcript's documents byte for byte, and their reading. */

import { base64 } from '@sower/bytes/base64';
import { concat, utf8 } from '@sower/bytes/octets';
import transcript from '../../../vectors/ctkip-transcript.json' with { type: 'json' };
import { type AlgorithmLists, type PrfName, VERSION } from '../src/algorithms.ts';
import { clientHello } from '../src/client.ts';
import { decodeRequest, decodeServerFinished, decodeServerHello, decodeTrigger } from '../src/decode.ts';
import { DEPLOYED, type Dialect, RFC4758 } from '../src/dialect.ts';
import { encodeMessage } from '../src/encode.ts';
import type { ClientHello, ClientNonce, Message, ServerFinished, ServerHello } from '../src/messages.ts';
import { fromBase64 } from '../src/octets.ts';
import {
  decodeFinalProvisioningData,
  encodeClientProvisioningData,
  encodeFinalProvisioningData,
} from '../src/provisioning-data.ts';
import { finish, serverHello, statusMessage } from '../src/server.ts';
import { encodeSoapFault, encodeSoapResponse } from '../src/soap.ts';
import { assert, type Cases, same, sha256, unhex } from './assert.ts';
import { EXPONENT, MODULUS } from './memory-server.ts';

const R_S = unhex(transcript.R_S);
const { sessionId } = transcript;
const offer: AlgorithmLists = {
  keyTypes: ['securid-aes'],
  encryptionAlgorithms: ['rsa-1_5'],
  macAlgorithms: ['ct-kip-prf-aes'],
};

/** The transcript's messages, made as a server and a client make them. */
export function transcriptMessages(dialect: Dialect, macAlgorithm: PrfName = 'ct-kip-prf-aes') {
  const suite = { keyType: 'securid-aes', encryptionAlgorithm: 'rsa-1_5', macAlgorithm } as const;
  const hello = clientHello(dialect, { offer: { ...offer, macAlgorithms: [macAlgorithm] } });
  const answer = serverHello(dialect, {
    hello,
    suite,
    sessionId,
    R_S,
    encryptionKey: { kind: 'rsa', modulus: MODULUS, exponent: EXPONENT },
  });
  assert(answer.ok, 'ServerHello');
  const encrypted = dialect === DEPLOYED ? transcript.encryptedNonceOaep : transcript.encryptedNoncePkcs1;
  const nonce: ClientNonce = {
    kind: 'ClientNonce',
    sessionId,
    encryptedNonce: fromBase64(encrypted) as Uint8Array,
    serverInfo: R_S,
  };
  const done = finish(dialect, {
    suite,
    sessionId,
    R_C: unhex(transcript.R_C),
    R_S,
    k: MODULUS,
    tokenId: utf8(transcript.serial),
    keyId: utf8(transcript.serial),
    keyExpiry: Date.parse(transcript.keyExpiry) / 1000,
    serviceId: transcript.serviceId,
    userId: transcript.userId,
    otp: { format: 'Decimal', length: transcript.digits, modes: ['Time'], timeInterval: transcript.interval },
    pin: { addPin: transcript.addPin, pinType: transcript.pinType },
  });
  assert(done.ok, 'ServerFinished');
  return { hello, serverHello: answer.message, nonce, serverFinished: done.message, seed: done.K_TOKEN };
}

async function exactly(text: string, name: keyof typeof transcript.documents): Promise<void> {
  same([utf8(text).length, await sha256(text)], Object.values(transcript.documents[name]), name);
}

const clientData = encodeClientProvisioningData(transcript.client);
const finalData = encodeFinalProvisioningData(transcript);

export const cases: Cases = {
  async 'deployed messages are exact to the byte'() {
    const messages = transcriptMessages(DEPLOYED);
    same(messages.seed, unhex(transcript.deployed['ct-kip-prf-aes'].K_TOKEN), 'K_TOKEN');
    await exactly(encodeMessage(DEPLOYED, messages.hello), 'clientHello');
    await exactly(encodeMessage(DEPLOYED, messages.serverHello), 'serverHello');
    await exactly(encodeMessage(DEPLOYED, messages.nonce), 'clientNonce');
    await exactly(encodeMessage(DEPLOYED, messages.serverFinished), 'serverFinished');
  },

  async 'deployed ProvisioningData and envelopes are exact to the byte'() {
    const messages = transcriptMessages(DEPLOYED);
    await exactly(clientData, 'clientProvisioningData');
    await exactly(finalData, 'finalProvisioningData');
    const envelope = (provisioningData: string, message: Message) =>
      encodeSoapResponse({
        authData: transcript.activationCode,
        provisioningData: utf8(provisioningData),
        response: utf8(encodeMessage(DEPLOYED, message)),
      });
    await exactly(envelope(clientData, messages.serverHello), 'soapResponse1');
    await exactly(envelope(finalData, messages.serverFinished), 'soapResponse2');
    await exactly(encodeSoapFault(), 'fault');
    same(decodeFinalProvisioningData(utf8(finalData)), { addPin: true, pinType: 0 }, 'read back');
  },

  async 'a ClientNonce with line feeds in its base64, as the open client sends it'() {
    const { nonce } = transcriptMessages(DEPLOYED);
    const text = encodeMessage(DEPLOYED, nonce).replace(/=<\//g, '=\n</');
    await exactly(text, 'clientNonceLineFeeds');
    same(decodeRequest(DEPLOYED, text), { ok: true, message: nonce }, 'read alike');
    const wrapped = text.replace(base64(R_S), ` \t${base64(R_S).slice(0, 7)}\r\n${base64(R_S).slice(7)}`);
    same(decodeRequest(DEPLOYED, wrapped), { ok: true, message: nonce }, 'and wrapped anywhere');
  },

  'every message survives writing and reading in both dialects'() {
    const octets = utf8('sixteen octets!!');
    for (const dialect of [DEPLOYED, RFC4758]) {
      const { hello, serverHello: answer, nonce, serverFinished } = transcriptMessages(dialect);
      const requests: (ClientHello | ClientNonce)[] = [
        hello,
        {
          ...hello,
          tokenId: octets,
          keyId: octets,
          clientNonce: octets,
          triggerNonce: octets,
          clientInfo: octets,
        },
        nonce,
        { ...nonce, clientInfo: octets },
        { ...nonce, sessionId: `a<&>"' \t\n` },
      ];
      for (const message of requests) {
        same(decodeRequest(dialect, encodeMessage(dialect, message)), { ok: true, message }, message.kind);
      }
      const hellos: ServerHello[] = [
        answer,
        { ...answer, encryptionKey: { kind: 'shared', name: 'K & L' } },
        { ...answer, clientInfo: octets, serverInfo: octets, mac: answer.mac ?? serverFinished.mac },
      ];
      for (const message of hellos) {
        same(
          decodeServerHello(dialect, encodeMessage(dialect, message)),
          { ok: true, message },
          'ServerHello',
        );
      }
      const ends: ServerFinished[] = [
        { ...serverFinished, pin: undefined },
        { ...serverFinished, pin: undefined, userId: '', serviceId: ' <Ö & "☃"> ', clientInfo: octets },
        { ...serverFinished, pin: undefined, keyExpiry: undefined, otp: undefined, sessionId: undefined },
        { ...serverFinished, pin: undefined, serviceLogo: { mimeType: 'image/gif', image: octets } },
        {
          ...serverFinished,
          pin: undefined,
          otp: { format: 'Hexadecimal', length: 16, modes: ['Counter', 'Challenge'] },
        },
      ];
      for (const message of ends) {
        const read = decodeServerFinished(dialect, encodeMessage(dialect, message));
        same(read, { ok: true, message }, 'ServerFinished');
      }
      const trigger: Message = {
        kind: 'CT-KIPTrigger',
        triggerNonce: octets,
        url: 'https://otp.example.com/',
      };
      same(
        decodeTrigger(dialect, encodeMessage(dialect, trigger)),
        { ok: true, message: trigger },
        'trigger',
      );
      for (const status of ['AccessDenied', 'InitializationFailed'] as const) {
        const text = encodeMessage(dialect, statusMessage('ServerHello', status));
        same(
          decodeServerHello(dialect, text),
          { ok: true, message: { kind: 'ServerHello', status } },
          status,
        );
        const last = statusMessage('ServerFinished', status, 's');
        same(
          decodeServerFinished(dialect, encodeMessage(dialect, last)),
          { ok: true, message: last },
          status,
        );
      }
    }
  },

  'a modulus with zeros in front is the same key'() {
    const { serverHello: answer } = transcriptMessages(DEPLOYED);
    const padded = base64(concat(new Uint8Array(3), MODULUS));
    const text = encodeMessage(DEPLOYED, answer).replace(base64(MODULUS), padded);
    assert(text.includes(padded), 'padded');
    same(decodeServerHello(DEPLOYED, text), { ok: true, message: answer }, 'read');
  },

  'the PIN travels in an extension of the RFC dialect, which others may pass over'() {
    const { serverFinished } = transcriptMessages(RFC4758);
    const text = encodeMessage(RFC4758, serverFinished);
    const read = decodeServerFinished(RFC4758, text);
    assert(read.ok && read.message.status === 'Success', 'read');
    same(read.message.pin, { addPin: true, pinType: 0 }, 'pin');
    assert(!text.includes('Critical'), 'not critical');
    assert(
      !encodeMessage(DEPLOYED, transcriptMessages(DEPLOYED).serverFinished).includes('sower'),
      'not deployed',
    );
  },

  'RFC messages: children in the order of the schema, unqualified, algorithms of 2005/12'() {
    for (const macAlgorithm of ['ct-kip-prf-aes', 'ct-kip-prf-sha256'] as const) {
      const messages = transcriptMessages(RFC4758, macAlgorithm);
      same(messages.seed, unhex(transcript.rfc4758[macAlgorithm].K_TOKEN), 'K_TOKEN');
      same(messages.serverFinished.mac.value, unhex(transcript.rfc4758[macAlgorithm].MAC_2), 'MAC 2');
    }
    const messages = transcriptMessages(RFC4758);
    const order = (text: string) => [...text.matchAll(/<([A-Z]\w*)/g)].map(([, name]) => name);
    same(
      order(encodeMessage(RFC4758, messages.serverHello)),
      ['KeyType', 'EncryptionAlgorithm', 'MacAlgorithm', 'EncryptionKey', 'Payload', 'Nonce'],
      'ServerHello',
    );
    const finished = encodeMessage(RFC4758, { ...messages.serverFinished, pin: undefined });
    same(
      order(finished),
      [
        'TokenID',
        'KeyID',
        'KeyExpiryDate',
        'ServiceID',
        'UserID',
        'Extensions',
        'Extension',
        'OTPFormat',
        'OTPLength',
        'OTPMode',
        'Time',
        'Mac',
      ],
      'ServerFinished',
    );
    assert(finished.includes('<KeyExpiryDate>2027-01-31T00:00:00Z<'), 'time');
    assert(finished.includes(`Version="${VERSION}"`), 'Version');
    assert(!encodeMessage(RFC4758, messages.hello).includes('2005/11'), 'no 2005/11');
    assert(
      !encodeMessage(DEPLOYED, statusMessage('ServerFinished', 'Abort')).includes('Version'),
      'deployed',
    );
  },

  'a UserID that has no place in the message is left out, and never altered'() {
    for (const dialect of [DEPLOYED, RFC4758]) {
      const sent = (userId: string): string | undefined => {
        const done = finish(dialect, {
          suite: { keyType: 'securid-aes', encryptionAlgorithm: 'rsa-1_5', macAlgorithm: 'ct-kip-prf-aes' },
          sessionId,
          R_C: unhex(transcript.R_C),
          R_S,
          k: MODULUS,
          tokenId: utf8('1'),
          keyId: utf8('1'),
          userId,
        });
        assert(done.ok, 'ServerFinished');
        const read = decodeServerFinished(dialect, encodeMessage(dialect, done.message));
        assert(read.ok && read.message.status === 'Success', 'read');
        return read.message.userId;
      };
      same(sent('u'.repeat(128)), 'u'.repeat(128), '128 octets');
      same(sent('ü'.repeat(64)), 'ü'.repeat(64), '128 octets in 64 characters');
      same(sent('u'.repeat(129)), undefined, '129 octets');
      same(sent('ü'.repeat(65)), undefined, '130 octets in 65 characters');
      for (const none of ['a\ufffe', '\uffffa', 'a\u0000', '\ud800']) same(sent(none), undefined, none);
      same(sent('a\ufffd'), 'a\ufffd', 'a replacement character of their own');
    }
  },

  'every message is read in UTF-8 and UTF-16, with comments and processing instructions around it'() {
    const utf16 = (text: string, little: boolean): Uint8Array => {
      const octets = new Uint8Array(text.length * 2);
      const view = new DataView(octets.buffer);
      for (let i = 0; i < text.length; i += 1) view.setUint16(i * 2, text.charCodeAt(i), little);
      return octets;
    };
    for (const dialect of [DEPLOYED, RFC4758]) {
      const { hello, nonce } = transcriptMessages(dialect);
      for (const message of [hello, nonce]) {
        const text = encodeMessage(dialect, message).replace(/^<\?xml[^>]*>/, '');
        const decorated = `<!-- ü --><?a b?>${text.replace('><', '><!-- \u{1f511} --><?c?><')}<?d ?><!---->`;
        for (const written of [text, decorated]) {
          const forms = {
            'UTF-8': utf8(written),
            'UTF-8, marked': utf8(`\ufeff${written}`),
            'UTF-8, declared': utf8(`<?xml version="1.0" encoding="utf-8"?>${written}`),
            'UTF-16LE': utf16(`\ufeff${written}`, true),
            'UTF-16BE': utf16(`\ufeff${written}`, false),
            'UTF-16BE, declared': utf16(`\ufeff<?xml version='1.0' encoding='UTF-16'?>${written}`, false),
          };
          for (const [name, octets] of Object.entries(forms)) {
            same(decodeRequest(dialect, octets), { ok: true, message }, `${dialect.name} ${name}`);
          }
        }
      }
    }
  },
};
