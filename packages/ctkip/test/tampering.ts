/** Cases: each field changed on its way, and the error that must come of it. */

import { utf8 } from '@sower/bytes/octets';
import { type AlgorithmLists, isPrf, PRF_NAMES } from '../src/algorithms.ts';
import { clientHello, processServerFinished, processServerHello } from '../src/client.ts';
import { DEPLOYED, type Dialect, RFC4758 } from '../src/dialect.ts';
import { encodeMessage } from '../src/encode.ts';
import type { ClientHello, ClientNonce, Mac, ServerFinished, ServerHello } from '../src/messages.ts';
import { type ProvisionOptions, provision } from '../src/provision.ts';
import { finish, serverHello } from '../src/server.ts';
import { assert, type Cases, same } from './assert.ts';
import { BOTH, EVERYTHING, options, RENEWAL } from './exchanges.ts';
import { EXPONENT, type MemoryServerOptions, MODULUS, memoryServer } from './memory-server.ts';

type Change = Partial<MemoryServerOptions> & { client?: Partial<ProvisionOptions> };

async function outcome(dialect: Dialect, { client, ...change }: Change): Promise<string> {
  const policy: AlgorithmLists = { ...EVERYTHING, keyTypes: ['securid-aes'] };
  const server = memoryServer({ dialect, policy, ...change });
  const result = await provision(options(dialect, server, { offer: EVERYTHING, ...client }));
  if (result.ok) return 'ok';
  return [result.stage, result.error, result.status].filter(Boolean).join(' ');
}

function flip(octets: Uint8Array, at = 0): Uint8Array {
  return octets.map((octet, i) => (i === at ? octet ^ 1 : octet));
}

const flipMac = (mac: Mac): Mac => ({ ...mac, value: flip(mac.value, mac.value.length - 1) });
const atHello = (change: (message: ServerHello) => Partial<ServerHello>): Change => ({
  tamper: (message) => (message.kind === 'ServerHello' ? { ...message, ...change(message) } : message),
});
const atEnd = (change: (message: ServerFinished) => Partial<ServerFinished>): Change => ({
  tamper: (message) => (message.kind === 'ServerFinished' ? { ...message, ...change(message) } : message),
});
const inHello = (change: (message: ClientHello) => Partial<ClientHello>): Change => ({
  tamperRequest: (message) => (message.kind === 'ClientHello' ? { ...message, ...change(message) } : message),
});
const inNonce = (change: (message: ClientNonce) => Partial<ClientNonce>): Change => ({
  tamperRequest: (message) => (message.kind === 'ClientNonce' ? { ...message, ...change(message) } : message),
});
const renewing: Change = { K_AUTH: RENEWAL.K_AUTH, finishWithAuth: true, client: { renewal: RENEWAL } };
const withShared: Change = { policy: { ...EVERYTHING, encryptionAlgorithms: PRF_NAMES } };

async function expectAll(
  dialect: Dialect,
  rows: readonly (readonly [string, Change, string])[],
): Promise<void> {
  for (const [what, change, expected] of rows)
    same(await outcome(dialect, change), expected, `${dialect.name}: ${what}`);
}

export const cases: Cases = {
  async 'nothing changed: all of these runs succeed'() {
    for (const dialect of BOTH) {
      await expectAll(dialect, [
        ['as is', {}, 'ok'],
        ['renewing', renewing, 'ok'],
        ['shared key', withShared, 'ok'],
        ['an untouched copy', atHello(() => ({})), 'ok'],
      ]);
    }
  },

  async 'ServerHello changed'() {
    for (const dialect of BOTH) {
      const lost = 'ClientNonce status InitializationFailed';
      const mismatch = 'ClientNonce mac-mismatch';
      await expectAll(dialect, [
        ['SessionID', atHello(() => ({ sessionId: 's-1' })), lost],
        ['R_S', atHello(({ R_S }) => ({ R_S: flip(R_S) })), mismatch],
        ['R_S, shared key', { ...withShared, ...atHello(({ R_S }) => ({ R_S: flip(R_S) })) }, mismatch],
        [
          'R_S, renewing',
          { ...renewing, ...atHello(({ R_S }) => ({ R_S: flip(R_S) })) },
          'ClientHello mac-mismatch',
        ],
        ['ServerInfo', atHello(({ R_S }) => ({ serverInfo: flip(R_S) })), lost],
        [
          'modulus',
          atHello(() => ({ encryptionKey: { kind: 'rsa', modulus: flip(MODULUS, 5), exponent: EXPONENT } })),
          lost,
        ],
        [
          'even modulus',
          atHello(() => ({
            encryptionKey: { kind: 'rsa', modulus: flip(MODULUS, 127), exponent: EXPONENT },
          })),
          'ClientHello bad-key',
        ],
        [
          'exponent',
          atHello(() => ({
            encryptionKey: { kind: 'rsa', modulus: MODULUS, exponent: Uint8Array.of(1, 0, 3) },
          })),
          lost,
        ],
        [
          'exponent 1',
          atHello(() => ({ encryptionKey: { kind: 'rsa', modulus: MODULUS, exponent: Uint8Array.of(1) } })),
          'ClientHello bad-key',
        ],
        [
          'short modulus',
          atHello(() => ({ encryptionKey: { kind: 'rsa', modulus: MODULUS.slice(1), exponent: EXPONENT } })),
          'ClientHello weak-key',
        ],
        ['modulus below policy', { client: { minModulusBits: 2048 } }, 'ClientHello weak-key'],
        [
          'kind of key',
          atHello(() => ({ encryptionKey: { kind: 'shared', name: 'K' } })),
          'ClientHello malformed',
        ],
        [
          'name of the shared key',
          { ...withShared, ...atHello(() => ({ encryptionKey: { kind: 'shared', name: 'L' } })) },
          'ClientHello unknown-key',
        ],
        [
          'key type',
          atHello(({ suite }) => ({ suite: { ...suite, keyType: 'hotp-sha1' } })),
          'ClientHello key-unfit',
        ],
        [
          'encryption',
          atHello(({ suite }) => ({ suite: { ...suite, encryptionAlgorithm: 'ct-kip-prf-aes' } })),
          'ClientHello malformed',
        ],
        [
          'MAC algorithm',
          atHello(({ suite }) => ({ suite: { ...suite, macAlgorithm: 'ct-kip-prf-sha256' } })),
          mismatch,
        ],
        [
          'MAC 1',
          { ...renewing, ...atHello(({ mac }) => ({ mac: flipMac(mac as Mac) })) },
          'ClientHello mac-mismatch',
        ],
        [
          'MAC 1 cut short',
          {
            ...renewing,
            ...atHello(({ mac }) => ({ mac: { ...(mac as Mac), value: (mac as Mac).value.slice(0, 8) } })),
          },
          'ClientHello mac-mismatch',
        ],
        [
          'MAC 1 taken away',
          { ...renewing, ...atHello(() => ({ mac: undefined })) },
          'ClientHello mac-missing',
        ],
        [
          'algorithm of MAC 1',
          { ...renewing, ...atHello(({ mac }) => ({ mac: { ...(mac as Mac), algorithm: 'urn:other' } })) },
          'ClientHello mac-mismatch',
        ],
        [
          'padding',
          dialect === RFC4758
            ? atHello(({ suite }) => ({ suite: { ...suite, encryptionAlgorithm: 'rsa-oaep-mgf1p' } }))
            : {},
          dialect === RFC4758 ? lost : 'ok',
        ],
      ]);
    }
  },

  async 'an algorithm that was not offered'() {
    for (const dialect of BOTH) {
      const offer: AlgorithmLists = {
        keyTypes: ['securid-aes'],
        encryptionAlgorithms: ['rsa-1_5'],
        macAlgorithms: ['ct-kip-prf-aes'],
      };
      const client = { offer };
      await expectAll(dialect, [
        [
          'key type',
          { client, ...atHello(({ suite }) => ({ suite: { ...suite, keyType: 'hotp-sha1' } })) },
          'ClientHello not-offered',
        ],
        [
          'encryption',
          {
            client,
            ...atHello(({ suite }) => ({ suite: { ...suite, encryptionAlgorithm: 'rsa-oaep-mgf1p' } })),
          },
          'ClientHello not-offered',
        ],
        [
          'MAC',
          { client, ...atHello(({ suite }) => ({ suite: { ...suite, macAlgorithm: 'ct-kip-prf-sha256' } })) },
          'ClientHello not-offered',
        ],
      ]);
    }
  },

  async 'ServerFinished changed'() {
    for (const dialect of BOTH) {
      await expectAll(dialect, [
        ['MAC 2', atEnd(({ mac }) => ({ mac: flipMac(mac) })), 'ClientNonce mac-mismatch'],
        [
          'MAC 2, renewing',
          { ...renewing, ...atEnd(({ mac }) => ({ mac: flipMac(mac) })) },
          'ClientNonce mac-mismatch',
        ],
        [
          'MAC 2 cut short',
          atEnd(({ mac }) => ({ mac: { ...mac, value: mac.value.slice(0, 1) } })),
          'ClientNonce mac-mismatch',
        ],
        [
          'algorithm of MAC 2',
          atEnd(({ mac }) => ({ mac: { ...mac, algorithm: mac.algorithm?.replace('aes', 'sha256') } })),
          'ClientNonce mac-mismatch',
        ],
        ['algorithm of MAC 2 left out', atEnd(({ mac }) => ({ mac: { value: mac.value } })), 'ok'],
        [
          'MAC 2 by another key',
          { K_AUTH: RENEWAL.K_AUTH, finishWithAuth: true },
          'ClientNonce mac-mismatch',
        ],
        ['SessionID', atEnd(() => ({ sessionId: 's-9' })), 'ClientNonce session-mismatch'],
        ['SessionID left out', atEnd(() => ({ sessionId: undefined })), 'ok'],
        [
          'TokenID, renewing',
          { ...renewing, ...atEnd(({ tokenId }) => ({ tokenId: flip(tokenId) })) },
          'ClientNonce token-mismatch',
        ],
        [
          'message',
          { rewrite: (text) => text.replaceAll('ServerFinished', 'ServerEnded') },
          'ClientNonce malformed',
        ],
        [
          'critical extension',
          { rewrite: (text) => text.replace('</Extensions>', '<Extension Critical="true"/></Extensions>') },
          'ClientHello critical-extension',
        ],
      ]);
    }
  },

  async 'requests changed'() {
    for (const dialect of BOTH) {
      const aes: AlgorithmLists = { ...EVERYTHING, macAlgorithms: ['ct-kip-prf-aes'] };
      await expectAll(dialect, [
        [
          'R',
          {
            ...renewing,
            ...inHello(({ clientNonce }) => ({ clientNonce: flip(clientNonce as Uint8Array) })),
          },
          'ClientHello mac-mismatch',
        ],
        [
          'R taken away',
          { ...renewing, ...inHello(() => ({ clientNonce: undefined })) },
          'ClientHello mac-mismatch',
        ],
        [
          'KeyID taken away',
          { ...renewing, ...inHello(() => ({ keyId: undefined })) },
          'ClientHello mac-missing',
        ],
        ['key types', inHello(() => ({ keyTypes: ['urn:other'] })), 'ClientHello status NoSupportedKeyTypes'],
        [
          'encryption',
          inHello(() => ({ encryptionAlgorithms: ['urn:other'] })),
          'ClientHello status NoSupportedEncryptionAlgorithms',
        ],
        [
          'MACs',
          inHello(() => ({ macAlgorithms: ['urn:other'] })),
          'ClientHello status NoSupportedMACAlgorithms',
        ],
        [
          'encrypted nonce',
          inNonce(({ encryptedNonce }) => ({ encryptedNonce: flip(encryptedNonce, 60) })),
          'ClientNonce status InitializationFailed',
        ],
        [
          'shared-key nonce',
          { ...withShared, ...inNonce(({ encryptedNonce }) => ({ encryptedNonce: flip(encryptedNonce) })) },
          'ClientNonce mac-mismatch',
        ],
        [
          'shared-key nonce longer',
          {
            policy: { ...aes, encryptionAlgorithms: PRF_NAMES },
            ...inNonce(() => ({ encryptedNonce: new Uint8Array(17) })),
          },
          'ClientNonce status InitializationFailed',
        ],
        ['SessionID', inNonce(() => ({ sessionId: 's-5' })), 'ClientNonce status InitializationFailed'],
        [
          'ServerInfo',
          inNonce(({ serverInfo }) => ({ serverInfo: flip(serverInfo as Uint8Array) })),
          'ClientNonce status InitializationFailed',
        ],
        [
          'ServerInfo left out',
          inNonce(() => ({ serverInfo: undefined })),
          dialect === DEPLOYED ? 'ok' : 'ClientNonce status InitializationFailed',
        ],
      ]);
    }
  },

  async 'the binding changed'() {
    same(await outcome(DEPLOYED, { authData: '210987654321' }), 'ClientHello auth-data-mismatch', 'AuthData');
    for (const dialect of BOTH) {
      const reply = (status: number, body: string) => ({
        client: {
          send: async () => ({ status, body: utf8(body) }),
          trigger: { kind: 'CT-KIPTrigger', triggerNonce: new Uint8Array(16) } as const,
        },
      });
      await expectAll(dialect, [
        ['HTTP error', reply(500, ''), 'ClientHello http'],
        [
          'not a message',
          reply(200, 'nothing'),
          dialect === DEPLOYED ? 'ClientHello http' : 'ClientHello malformed',
        ],
        ['a redirect', reply(302, ''), 'ClientHello http'],
      ]);
    }
    // One dialect's answer is never taken for the other's.
    const crossed = memoryServer({ dialect: RFC4758, policy: EVERYTHING });
    const result = await provision(options(DEPLOYED, crossed));
    assert(!result.ok && result.error === 'http' && result.httpStatus === 415, 'the wrong server');
  },

  'ClientInfo must come back as it was'() {
    for (const dialect of BOTH) {
      const sent = { offer: EVERYTHING, clientInfo: utf8('state') };
      const suite = {
        keyType: 'securid-aes',
        encryptionAlgorithm: 'rsa-1_5',
        macAlgorithm: 'ct-kip-prf-aes',
      } as const;
      const encryptionKey = { kind: 'rsa', modulus: MODULUS, exponent: EXPONENT } as const;
      const hello = clientHello(dialect, sent);
      const answer = serverHello(dialect, {
        hello,
        suite,
        sessionId: 's',
        R_S: new Uint8Array(16),
        encryptionKey,
      });
      assert(answer.ok, 'answered');
      const judge = (message: ServerHello) =>
        processServerHello(dialect, utf8(encodeMessage(dialect, message)), sent);
      assert(judge(answer.message).ok, 'as it was');
      for (const clientInfo of [utf8('State'), undefined]) {
        const judged = judge({ ...answer.message, clientInfo });
        assert(!judged.ok && judged.error === 'client-info-mismatch', 'changed');
      }
    }
  },

  'a MAC by a dialect other than the one spoken is wrong'() {
    for (const [dialect, other] of [
      [DEPLOYED, RFC4758],
      [RFC4758, DEPLOYED],
    ] as const) {
      const R_C = new Uint8Array(16).fill(9);
      const agreement = {
        suite: { keyType: 'securid-aes', encryptionAlgorithm: 'rsa-1_5', macAlgorithm: 'ct-kip-prf-aes' },
        sessionId: 's',
        R_S: new Uint8Array(16),
        serverInfo: undefined,
        encryptionKey: { kind: 'rsa', modulus: MODULUS, exponent: EXPONENT },
        k: MODULUS,
        K_AUTH: undefined,
      } as const;
      assert(!isPrf(agreement.suite.encryptionAlgorithm), 'RSA');
      for (const spoken of [dialect, other]) {
        const finished = finishAs(spoken, agreement, R_C);
        const judged = processServerFinished(dialect, utf8(encodeMessage(dialect, finished)), {
          agreement,
          R_C,
        });
        same(
          judged.ok ? 'ok' : judged.error,
          spoken === dialect ? 'ok' : 'mac-mismatch',
          `${dialect.name} by ${spoken.name}`,
        );
      }
    }
  },
};

function finishAs(
  dialect: Dialect,
  agreement: Parameters<typeof processServerFinished>[2]['agreement'],
  R_C: Uint8Array,
): ServerFinished {
  const done = finish(dialect, { ...agreement, R_C, tokenId: RENEWAL.tokenId, keyId: RENEWAL.keyId });
  assert(done.ok, 'finished');
  return done.message;
}
