/** Cases: whole exchanges between this package's two sides, in memory. */

import { utf8 } from '@sower/bytes/octets';
import transcript from '../../../vectors/ctkip-transcript.json' with { type: 'json' };
import {
  type AlgorithmLists,
  type EncryptionAlgorithm,
  KEY_TYPES,
  type KeyType,
  PRF_NAMES,
  type PrfName,
} from '../src/algorithms.ts';
import { clientHello } from '../src/client.ts';
import { DEPLOYED, type Dialect, RFC4758 } from '../src/dialect.ts';
import type { HttpRequest } from '../src/http.ts';
import { keyFits } from '../src/prf.ts';
import { type ProvisionOptions, provision } from '../src/provision.ts';
import { finish, negotiate, returnsServerInfo, serverHello } from '../src/server.ts';
import { assert, type Cases, counter, different, same } from './assert.ts';
import {
  CODE,
  decryptNonce,
  EXPONENT,
  K_SHARED,
  type MemoryServer,
  MODULUS,
  memoryServer,
  TRIGGER_NONCE,
  URL,
} from './memory-server.ts';

export const BOTH = [DEPLOYED, RFC4758] as const;
export const EVERYTHING: AlgorithmLists = {
  keyTypes: Object.keys(KEY_TYPES) as KeyType[],
  encryptionAlgorithms: ['rsa-1_5', 'rsa-oaep-mgf1p', ...PRF_NAMES],
  macAlgorithms: PRF_NAMES,
};

export function options(
  dialect: Dialect,
  server: MemoryServer,
  more: Partial<ProvisionOptions> = {},
): ProvisionOptions {
  return {
    dialect,
    url: URL,
    activationCode: CODE,
    client: { version: '1.0', manufacturer: 'Sower' },
    send: server.send,
    random: counter(3),
    sharedKey: (name) => (name === 'K' ? K_SHARED : undefined),
    ...more,
  };
}

export const RENEWAL = {
  tokenId: utf8(transcript.serial),
  keyId: utf8('key 1'),
  K_AUTH: utf8('an existing key!'),
};

const hello = (dialect: Dialect, offer: AlgorithmLists) => clientHello(dialect, { offer });

export const cases: Cases = {
  async 'every algorithm in both dialects gives both sides one key'() {
    for (const dialect of BOTH) {
      const seen = new Set<string>();
      for (const keyType of EVERYTHING.keyTypes) {
        for (const encryptionAlgorithm of EVERYTHING.encryptionAlgorithms as EncryptionAlgorithm[]) {
          for (const macAlgorithm of PRF_NAMES as readonly PrfName[]) {
            const name = `${dialect.name} ${keyType} ${encryptionAlgorithm} ${macAlgorithm}`;
            const policy = {
              keyTypes: [keyType],
              encryptionAlgorithms: [encryptionAlgorithm],
              macAlgorithms: [macAlgorithm],
            };
            const server = memoryServer({ dialect, policy });
            const result = await provision(options(dialect, server, { offer: EVERYTHING }));
            if (!keyFits(macAlgorithm, KEY_TYPES[keyType].dsLen)) {
              assert(
                !result.ok && result.status === 'NoSupportedMACAlgorithms',
                `${name}: AES takes no such key`,
              );
              continue;
            }
            assert(result.ok, `${name}: ${JSON.stringify(result)}`);
            same(result.token.seed, server.seeds[0], `${name}: one key`);
            same(result.token.seed.length, KEY_TYPES[keyType].dsLen, `${name}: its length`);
            seen.add(String(result.token.seed));
          }
        }
      }
      // By RSA or by the shared key; AES and 16 octets, SHA-256 and 16, 20 or 32.
      same(seen.size, 8, `${dialect.name}: k, PRF and length alone make the key`);
    }
  },

  async 'a client gets everything it stores'() {
    for (const dialect of BOTH) {
      const policy = { ...EVERYTHING, keyTypes: ['securid-aes'] as const };
      const server = memoryServer({ dialect, policy });
      const device = { deviceId: '0123-4567', deviceClass: '556f1985' };
      const result = await provision(
        options(dialect, server, { ...device, activationCode: '1234 5678-9012' }),
      );
      assert(result.ok, JSON.stringify(result));
      const { seed, tokenId, keyId, ...token } = result.token;
      same(
        [seed, tokenId, keyId],
        [server.seeds[0], utf8(transcript.serial), utf8(transcript.serial)],
        'octets',
      );
      const expected = {
        keyType: 'securid-aes',
        expiry: Date.UTC(2027, 0, 31) / 1000,
        serviceId: 'RSA CT-KIP',
        userId: 'jdoe',
        serial: '838999658504',
        format: 'Decimal',
        digits: 6,
        modes: ['Time'],
        interval: 30,
        addPin: true,
        pinType: 0,
      };
      same(token, expected, 'fields');
      const triggered = dialect === RFC4758;
      same(server.requests.length, triggered ? 3 : 2, 'requests');
      const first = server.received[0];
      assert(first?.kind === 'ClientHello', 'hello');
      same(first.triggerNonce, triggered ? TRIGGER_NONCE : undefined, 'trigger nonce');
      if (!triggered) same(server.requests[0]?.headers.Authorization, CODE, 'code in the header');
    }
  },

  async 'renewal: MAC 1 proves the existing key, MAC 2 is by it'() {
    for (const dialect of BOTH) {
      for (const macAlgorithm of PRF_NAMES) {
        const policy = { ...EVERYTHING, macAlgorithms: [macAlgorithm] };
        const server = memoryServer({ dialect, policy, K_AUTH: RENEWAL.K_AUTH, finishWithAuth: true });
        const result = await provision(options(dialect, server, { offer: EVERYTHING, renewal: RENEWAL }));
        assert(result.ok, `${dialect.name} ${JSON.stringify(result)}`);
        same(result.token.seed, server.seeds[0], 'one key');
        different(result.token.seed, RENEWAL.K_AUTH, 'a new one');
        const first = server.received[0];
        assert(first?.kind === 'ClientHello', 'hello');
        same([first.keyId, first.clientNonce?.length], [RENEWAL.keyId, 16], 'KeyID and R');
      }
    }
  },

  async 'a lost reply to the ClientNonce: the same bytes again, the same key'() {
    for (const dialect of BOTH) {
      const server = memoryServer({ dialect, policy: EVERYTHING });
      const sent: HttpRequest[] = [];
      const waits: number[] = [];
      const lossy = async (request: HttpRequest) => {
        const reply = await server.send(request);
        sent.push(request);
        const nonces = sent.filter((earlier) => String(earlier.body) === String(request.body)).length;
        const last = server.received.at(-1)?.kind === 'ClientNonce';
        if (last && nonces === 1) throw new Error('connection reset');
        return last && nonces === 2 ? { status: 502, body: new Uint8Array(0) } : reply;
      };
      const wait = async (attempt: number) => void waits.push(attempt);
      const result = await provision(options(dialect, server, { send: lossy, wait }));
      assert(result.ok, JSON.stringify(result));
      same(waits, [1, 2], 'two pauses');
      same(
        sent.slice(-3).map((request) => request.body),
        Array(3).fill(sent.at(-1)?.body),
        'identical',
      );
      same([result.token.seed, server.seeds.length], [server.seeds[0], 1], 'one key');
      const given = await provision(
        options(dialect, server, { send: async () => Promise.reject(new Error()), attempts: 2 }),
      );
      assert(!given.ok && given.error === 'transport', 'given up');
    }
  },

  async 'codes that are missing or wrong'() {
    const server = (dialect: Dialect) => memoryServer({ dialect, policy: EVERYTHING });
    const fault = await provision(options(DEPLOYED, server(DEPLOYED), { activationCode: '1' }));
    same(
      fault,
      { ok: false, stage: 'ClientHello', error: 'fault', detail: 'Invalid authorization code.' },
      'fault',
    );
    const none = await provision(options(DEPLOYED, server(DEPLOYED), { activationCode: ' - ' }));
    assert(!none.ok && none.error === 'activation-code-missing', 'missing');
    const denied = await provision(options(RFC4758, server(RFC4758), { activationCode: '1' }));
    same(
      denied,
      { ok: false, stage: 'trigger', error: 'http', detail: 'no trigger', httpStatus: 403 },
      'no trigger',
    );
  },

  async 'a trigger from elsewhere, its address, and addresses refused'() {
    const server = memoryServer({ dialect: RFC4758, policy: EVERYTHING });
    const trigger = { kind: 'CT-KIPTrigger', triggerNonce: TRIGGER_NONCE, url: `${URL}/here` } as const;
    const result = await provision(
      options(RFC4758, server, { trigger, url: undefined, activationCode: undefined }),
    );
    assert(result.ok, JSON.stringify(result));
    same(
      server.requests.map(({ url }) => url),
      [`${URL}/here`, `${URL}/here`],
      "the trigger's address",
    );
    for (const [dialect, url] of [
      [DEPLOYED, 'http://otp.example.com/'],
      [RFC4758, 'http://otp.example.com/'],
      [DEPLOYED, undefined],
    ] as const) {
      const refused = await provision(options(dialect, server, { url }));
      assert(!refused.ok && refused.error === 'url-refused' && refused.stage === 'start', 'refused');
    }
    const insecure = { trigger: { ...trigger, url: 'http://otp.example.com/' } };
    const followed = await provision(options(RFC4758, server, insecure));
    assert(!followed.ok && followed.error === 'url-refused', "a trigger's http address");
    same(server.requests.length, 2, 'nothing was sent');
  },

  'negotiation follows the order of the policy and says what is missing'() {
    for (const dialect of BOTH) {
      const offer = hello(dialect, { ...EVERYTHING, macAlgorithms: ['ct-kip-prf-aes', 'ct-kip-prf-sha256'] });
      const choose = (policy: Partial<AlgorithmLists> & { authenticationKeyLength?: number }, from = offer) =>
        negotiate(dialect, from, { ...EVERYTHING, ...policy });
      const suite = choose({
        macAlgorithms: ['ct-kip-prf-sha256', 'ct-kip-prf-aes'],
        encryptionAlgorithms: ['rsa-oaep-mgf1p', 'rsa-1_5'],
      });
      same(
        suite,
        {
          ok: true,
          suite: {
            keyType: 'securid-aes',
            encryptionAlgorithm: 'rsa-oaep-mgf1p',
            macAlgorithm: 'ct-kip-prf-sha256',
          },
        },
        'order',
      );
      const status = (outcome: ReturnType<typeof negotiate>) => (outcome.ok ? 'ok' : outcome.status);
      same(status(choose({ keyTypes: [] })), 'NoSupportedKeyTypes', 'key types');
      same(status(choose({ encryptionAlgorithms: [] })), 'NoSupportedEncryptionAlgorithms', 'encryption');
      same(status(choose({ macAlgorithms: [] })), 'NoSupportedMACAlgorithms', 'MAC');
      same(
        status(choose({}, { ...offer, keyTypes: ['urn:other'] })),
        'NoSupportedKeyTypes',
        'unknown key type',
      );
      const twenty = choose({ keyTypes: ['totp-sha1'] });
      assert(twenty.ok && twenty.suite.macAlgorithm === 'ct-kip-prf-sha256', 'a PRF that takes 20 octets');
      const renewing = choose({ authenticationKeyLength: 20 });
      assert(
        renewing.ok && renewing.suite.macAlgorithm === 'ct-kip-prf-sha256',
        'that takes the existing key',
      );
      const either = choose({ keyTypes: ['hotp-sha1', 'securid-aes'], macAlgorithms: ['ct-kip-prf-aes'] });
      assert(either.ok && either.suite.keyType === 'securid-aes', 'the first that works');
    }
    const old = { ...hello(RFC4758, EVERYTHING), macAlgorithms: hello(DEPLOYED, EVERYTHING).macAlgorithms };
    const outcome = negotiate(RFC4758, old, EVERYTHING);
    assert(!outcome.ok && outcome.status === 'NoSupportedMACAlgorithms', 'URIs are compared exactly');
  },

  'the server refuses what it cannot do right'() {
    const suite = {
      keyType: 'securid-aes',
      encryptionAlgorithm: 'rsa-1_5',
      macAlgorithm: 'ct-kip-prf-aes',
    } as const;
    const R_S = new Uint8Array(16);
    const rsa = { kind: 'rsa', modulus: MODULUS, exponent: EXPONENT } as const;
    const named = { ...hello(RFC4758, EVERYTHING), keyId: utf8('k') };
    const attempt = (
      dialect: Dialect,
      K_AUTH?: Uint8Array,
      encryptionKey: Parameters<typeof serverHello>[1]['encryptionKey'] = rsa,
    ) => serverHello(dialect, { hello: named, suite, sessionId: 's', R_S, encryptionKey, K_AUTH }).ok;
    same([attempt(RFC4758), attempt(DEPLOYED)], [false, true], 'a KeyID without its key');
    same(
      [attempt(RFC4758, new Uint8Array(20)), attempt(RFC4758, new Uint8Array(16))],
      [false, true],
      'a key AES cannot take',
    );
    same(attempt(DEPLOYED, undefined, { kind: 'shared', name: 'K' }), false, 'a key of the wrong kind');
    const end = { suite, sessionId: 's', R_S, k: MODULUS, tokenId: R_S, keyId: R_S };
    for (const dialect of BOTH) {
      for (const length of [0, 15, 17, 32]) {
        const outcome = finish(dialect, { ...end, R_C: new Uint8Array(length) });
        assert(!outcome.ok && outcome.status === 'InitializationFailed', `R_C of ${length}`);
      }
      const outcome = finish(dialect, { ...end, R_C: undefined });
      assert(!outcome.ok && outcome.status === 'InitializationFailed', 'undecryptable');
      const nonce = { kind: 'ClientNonce', sessionId: 's', encryptedNonce: R_S } as const;
      same(returnsServerInfo(dialect, nonce, R_S), dialect === DEPLOYED, 'ServerInfo left out');
      same(returnsServerInfo(dialect, { ...nonce, serverInfo: R_S }, R_S), true, 'returned');
      same(returnsServerInfo(dialect, { ...nonce, serverInfo: utf8('another') }, R_S), false, 'changed');
      same(returnsServerInfo(dialect, { ...nonce, serverInfo: R_S }, undefined), false, 'invented');
    }
    const hmac = {
      ...end,
      suite: { ...suite, macAlgorithm: 'ct-kip-prf-sha256' },
      clientInfo: utf8('info'),
    } as const;
    for (const dialect of BOTH) {
      const finished = (length: number) => finish(dialect, { ...hmac, R_C: new Uint8Array(length) });
      const good = finished(16);
      assert(good.ok && good.message.mac.value.length === 16, 'R_C of 16');
      same(good.message.clientInfo, utf8('info'), 'ClientInfo returned');
      same(
        [15, 17, 20, 32, 128, 129].filter((length) => finished(length).ok),
        [],
        'another length, which the PRF would take as a key',
      );
    }
  },

  async 'R_C is what the generator gave, fresh for each run'() {
    for (const dialect of BOTH) {
      const policy = { ...EVERYTHING, encryptionAlgorithms: ['rsa-1_5'] as const };
      const server = memoryServer({ dialect, policy });
      const drawn: Uint8Array[] = [];
      const next = counter(11);
      const random = (length: number) => {
        const octets = next(length);
        drawn.push(octets.slice());
        return octets;
      };
      for (const run of [1, 2]) {
        drawn.length = 0;
        const result = await provision(options(dialect, server, { random }));
        assert(result.ok, `run ${run}`);
        const last = server.received.at(-1);
        assert(last?.kind === 'ClientNonce', 'nonce');
        const scheme = dialect === DEPLOYED ? 'RSAES-OAEP-SHA1' : 'RSAES-PKCS1-v1_5';
        same(await decryptNonce(scheme, last.encryptedNonce), drawn[0], 'R_C');
      }
      different(server.seeds[0], server.seeds[1], 'another key');
    }
  },
};
