/** Hostile input: whatever arrives, decoders give a value. Seeds are fixed, so a failure repeats. */

import { base64 } from '@sower/bytes/base64';
import { utf8 } from '@sower/bytes/octets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURE_STATUSES } from '../src/algorithms.ts';
import { processServerFinished, processServerHello } from '../src/client.ts';
import { decodeRequest, decodeServerFinished, decodeServerHello, decodeTrigger } from '../src/decode.ts';
import { DEPLOYED, RFC4758 } from '../src/dialect.ts';
import { encodeMessage } from '../src/encode.ts';
import { decodeTriggerRequest, dialectOf } from '../src/http.ts';
import { normalizeActivationCode, parseLink, renderLink } from '../src/links.ts';
import { fromBase64 } from '../src/octets.ts';
import { provision } from '../src/provision.ts';
import { assertedDevice, decodeFinalProvisioningData } from '../src/provisioning-data.ts';
import { decodeSoapRequest, decodeSoapResponse, encodeSoapRequest, faultMessage } from '../src/soap.ts';
import { counter } from './assert.ts';
import { transcriptMessages } from './documents.ts';
import { EVERYTHING, options } from './exchanges.ts';
import { memoryServer } from './memory-server.ts';

const RUNS = { seed: 4758, numRuns: 400 };

/** Everything that reads bytes from outside. */
function readAll(bytes: Uint8Array): void {
  for (const dialect of [DEPLOYED, RFC4758]) {
    for (const decode of [decodeRequest, decodeServerHello, decodeServerFinished, decodeTrigger]) {
      const decoded = decode(dialect, bytes);
      if (decoded.ok) continue;
      expect(FAILURE_STATUSES).toContain(decoded.status);
      expect(decoded.sessionId?.length ?? 0).toBeLessThanOrEqual(128);
    }
    processServerHello(dialect, bytes, { offer: EVERYTHING });
    const agreement = {
      suite: { keyType: 'securid-aes', encryptionAlgorithm: 'rsa-1_5', macAlgorithm: 'ct-kip-prf-aes' },
      sessionId: 's',
      R_S: new Uint8Array(16),
      serverInfo: undefined,
      encryptionKey: { kind: 'shared', name: '' },
      k: new Uint8Array(16),
      K_AUTH: undefined,
    } as const;
    expect(processServerFinished(dialect, bytes, { agreement, R_C: new Uint8Array(16) }).ok).toBe(false);
  }
  decodeSoapRequest(bytes);
  decodeSoapResponse(bytes);
  assertedDevice(bytes);
  decodeFinalProvisioningData(bytes);
  decodeTriggerRequest('application/x-www-form-urlencoded', bytes);
  dialectOf('application/vnd.otps.ct-kip+xml', bytes);
}

const documents = [DEPLOYED, RFC4758].flatMap((dialect) => {
  const { hello, serverHello, nonce, serverFinished } = transcriptMessages(dialect);
  return [hello, serverHello, nonce, serverFinished].map((message) => encodeMessage(dialect, message));
});
documents.push(
  encodeSoapRequest({ authData: '1', provisioningData: utf8('<a/>'), request: utf8(documents[0] as string) }),
);

describe('hostile input', () => {
  it('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), readAll), RUNS);
  });

  it('messages with bytes changed, cut out and put in', () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.nat(40),
      fc.oneof(
        fc.string({ maxLength: 20 }),
        fc.constantFrom(
          '<',
          '>',
          '"',
          '&#0;',
          '<![CDATA[',
          ']]>',
          '&amp;',
          '<x>',
          ' xmlns=""',
          ' Critical="true"',
        ),
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...documents),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        (document, edits) => {
          let text = document;
          for (const [at, cut, put] of edits) {
            const start = at % (text.length + 1);
            text = text.slice(0, start) + put + text.slice(start + cut);
          }
          readAll(utf8(text));
        },
      ),
      RUNS,
    );
  });

  it('messages with any value in any place', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...documents),
        fc.nat(),
        fc.string({ unit: 'binary', maxLength: 60 }),
        (document, which, value) => {
          const places = [...document.matchAll(/(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)/g)];
          const place = places[which % places.length] as RegExpMatchArray & { index: number };
          const safe = value.replace(/[<&"]/g, '');
          readAll(
            utf8(document.slice(0, place.index) + safe + document.slice(place.index + place[0].length)),
          );
        },
      ),
      RUNS,
    );
  });

  it('links and codes', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        'x://ctkip?',
        'url=',
        '&',
        'scheme=',
        'https://',
        '%',
        '%zz',
        '=3D',
        '#ctkip?',
        '@',
        '[',
        ':',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        const parsed = parseLink(text);
        if (parsed.ok) {
          const url = new URL(parsed.url);
          expect([url.protocol, url.username, url.password, url.hash]).toEqual(['https:', '', '', '']);
        }
        renderLink(text, { url: text });
        normalizeActivationCode(text);
        faultMessage({ code: text, text });
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });

  it('base64 there and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        expect(fromBase64(base64(octets))).toEqual(octets);
      }),
      RUNS,
    );
  });

  it('a server that answers anything at all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(DEPLOYED, RFC4758),
        fc.nat(599),
        fc.uint8Array({ maxLength: 200 }),
        async (dialect, status, body) => {
          const server = memoryServer({ dialect, policy: EVERYTHING });
          const result = await provision(
            options(dialect, server, { send: async () => ({ status, body }), random: counter(1) }),
          );
          expect(result.ok).toBe(false);
        },
      ),
      { ...RUNS, numRuns: 100 },
    );
  });

  it('long and deep documents end soon', () => {
    const started = process.cpuUsage();
    readAll(utf8('<a>'.repeat(20_000)));
    readAll(utf8(`<a ${'b="c" '.repeat(10_000)}/>`));
    readAll(utf8('<p:a '.repeat(12_000)));
    readAll(utf8(`<ClientHello>${'<Extensions/>'.repeat(5_000)}</ClientHello>`));
    parseLink('x://ctkip?'.repeat(200));
    // In microseconds of processor time: a busy machine takes longer by the clock.
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
  });
});
