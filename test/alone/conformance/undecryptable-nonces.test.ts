/**
 * ClientNonces that do not decrypt: none ends in Success, and all take the work of a good one. A broken one that counted as R_C would use up the
 * activation code for a seed that no authenticator has.
 */
import { constants, createPublicKey, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto';
import { DEPLOYED, type Dialect, nonceEncryption, RFC4758 } from '@sower/ctkip/dialect';
import { finish } from '@sower/ctkip/server';
import { type RsaPadding, rsaDecryptor } from '@sower/server/keys/rsa/rsa';
import { open } from '@sower/server/keys/rsa/rsa-worker';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { chanceOfMore } from '../../harness/edges/chance.ts';
import { workCounter } from '../../harness/edges/work.ts';
import { amount, LONG } from '../../harness/randomness.ts';

const OF_EACH_KIND = amount({ usual: 500, long: 5_000 });
const ROUNDS = 1_500;
const OCTETS = 256;
const LENGTH = 16;

const pair = () => generateKeyPairSync('rsa', { modulusLength: OCTETS * 8 });
const own = pair();
const foreign = pair();
const modulus = Buffer.from(own.publicKey.export({ format: 'jwk' }).n as string, 'base64url');
const rsa = rsaDecryptor(1);

type Key = typeof own.publicKey;
const raw = (EM: Buffer): Buffer =>
  publicEncrypt({ key: own.publicKey, padding: constants.RSA_NO_PADDING }, EM);
const pkcs1 = (key: Key, message: Buffer): Buffer =>
  publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, message);
const oaep = (key: Key, message: Buffer, oaepHash = 'sha1'): Buffer =>
  publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, message);

/** EM of RSAES-PKCS1-v1_5, with what is changed in it. */
function padded(change: (EM: Buffer) => void, length = LENGTH): Buffer {
  const EM = Buffer.concat([
    Buffer.of(0, 2),
    randomBytes(OCTETS - 3 - length).map((octet) => octet || 1),
    Buffer.of(0),
    randomBytes(length),
  ]);
  change(EM);
  return raw(EM);
}
const SEPARATOR = OCTETS - LENGTH - 1;
const somewhere = (): number => 2 + Math.floor(Math.random() * (SEPARATOR - 2));

/** Until it is below the modulus: what is not is refused before the key is used, which the sender can tell anyway. */
function belowModulus(make: () => Buffer): Buffer {
  for (;;) {
    const octets = make();
    if (octets.compare(modulus) < 0) return octets;
  }
}

const BROKEN: Readonly<Record<RsaPadding, Readonly<Record<string, () => Buffer>>>> = {
  'pkcs1-v1_5': {
    'random octets': () => belowModulus(() => randomBytes(OCTETS)),
    'for another key': () => belowModulus(() => pkcs1(foreign.publicKey, randomBytes(LENGTH))),
    'a first octet': () => padded((EM) => EM.writeUInt8(1, 0)),
    'block type 1': () => padded((EM) => EM.writeUInt8(1, 1)),
    'a zero within PS': () => padded((EM) => EM.writeUInt8(0, somewhere())),
    'no separator': () => padded((EM) => EM.writeUInt8(7, SEPARATOR)),
    '15 octets': () => padded(() => {}, 15),
    '17 octets': () => padded(() => {}, 17),
    '32 octets': () => padded(() => {}, 32),
    'no octets': () => padded(() => {}, 0),
    'the padding of the other dialect': () => oaep(own.publicKey, randomBytes(LENGTH)),
    'zero octets': () => Buffer.alloc(OCTETS),
    'more than the modulus': () => Buffer.alloc(OCTETS, 0xff),
    'an octet less': () => randomBytes(OCTETS - 1),
    'an octet more': () => Buffer.concat([Buffer.of(0), pkcs1(own.publicKey, randomBytes(LENGTH))]),
  },
  'oaep-sha1': {
    'random octets': () => belowModulus(() => randomBytes(OCTETS)),
    'for another key': () => belowModulus(() => oaep(foreign.publicKey, randomBytes(LENGTH))),
    'another hash': () => oaep(own.publicKey, randomBytes(LENGTH), 'sha256'),
    '15 octets': () => oaep(own.publicKey, randomBytes(15)),
    '17 octets': () => oaep(own.publicKey, randomBytes(17)),
    'no octets': () => oaep(own.publicKey, Buffer.alloc(0)),
    'the padding of the other dialect': () => pkcs1(own.publicKey, randomBytes(LENGTH)),
    'more than the modulus': () => Buffer.alloc(OCTETS, 0xff),
    'an octet less': () => randomBytes(OCTETS - 1),
  },
};
/** Wrong before any key is used: what it costs says only what the sender knows. */
const KNOWN_TO_THE_SENDER = new Set(['more than the modulus', 'an octet less', 'an octet more']);
const GOOD: Readonly<Record<RsaPadding, () => Buffer>> = {
  'pkcs1-v1_5': () => pkcs1(own.publicKey, randomBytes(LENGTH)),
  'oaep-sha1': () => oaep(own.publicKey, randomBytes(LENGTH)),
};

/** As the exchange does: decrypted, and finished with whatever came of it. */
async function succeeds(dialect: Dialect, padding: RsaPadding, nonce: Buffer): Promise<boolean> {
  const R_C = await rsa.decrypt(1, padding, nonce);
  const finished = finish(dialect, {
    suite: { keyType: 'securid-aes', encryptionAlgorithm: 'rsa-1_5', macAlgorithm: 'ct-kip-prf-sha256' },
    sessionId: 's',
    R_C,
    R_S: new Uint8Array(LENGTH),
    k: modulus,
    tokenId: new Uint8Array(LENGTH),
    keyId: new Uint8Array(LENGTH),
  });
  return finished.ok;
}

beforeAll(() => {
  rsa.addKey(1, own.privateKey.export({ format: 'der', type: 'pkcs8' }));
  expect(createPublicKey(own.privateKey).asymmetricKeyDetails?.modulusLength).toBe(OCTETS * 8);
});
afterAll(() => rsa.close());

const DIALECT_OF = { 'pkcs1-v1_5': RFC4758, 'oaep-sha1': DEPLOYED } as const;

for (const padding of ['pkcs1-v1_5', 'oaep-sha1'] as const) {
  const dialect = DIALECT_OF[padding];

  test(`${padding}: of ${OF_EACH_KIND} nonces of each broken kind, none succeeds; of good ones, all`, async () => {
    expect(nonceEncryption(dialect, 'rsa-1_5')).toBe(
      padding === 'oaep-sha1' ? 'RSAES-OAEP-SHA1' : 'RSAES-PKCS1-v1_5',
    );
    const count = async (make: () => Buffer): Promise<number> => {
      const all = Array.from({ length: OF_EACH_KIND }, () => succeeds(dialect, padding, make()));
      return (await Promise.all(all)).filter(Boolean).length;
    };
    const succeeded: Record<string, number> = {};
    for (const [kind, make] of Object.entries(BROKEN[padding])) succeeded[kind] = await count(make);
    expect(succeeded).toEqual(Object.fromEntries(Object.keys(BROKEN[padding]).map((kind) => [kind, 0])));
    expect(await count(GOOD[padding])).toBe(OF_EACH_KIND);
  });

  test(`${padding}: a broken nonce takes the work of a good one: each block of code as often`, () => {
    const counter = workCounter();
    onTestFinished(counter.close);
    const workOf = (ciphertext: Buffer): readonly string[] => {
      counter.blocks('');
      open(own.privateKey, { padding, ciphertext });
      return counter.blocks('/rsa-worker.');
    };
    const good = workOf(GOOD[padding]());
    expect(good.join()).toContain(padding === 'oaep-sha1' ? 'decodeOaep' : 'decodePkcs1');
    for (const [kind, make] of Object.entries(BROKEN[padding]))
      if (!KNOWN_TO_THE_SENDER.has(kind)) expect(workOf(make()), kind).toEqual(good);
  });

  // On a quiet machine: what else it does moves the times.
  test.runIf(LONG)(`${padding}: a broken nonce takes as long as a good one`, async () => {
    const kinds = Object.entries(BROKEN[padding]).filter(([kind]) => !KNOWN_TO_THE_SENDER.has(kind));
    const times = new Map<string, number[]>([
      ['good', []],
      ...kinds.map(([kind]) => [kind, []] as [string, []]),
    ]);
    // The test's power, printed with the results: what it would say of nonces that take 5 % longer.
    times.set('good, 5 % longer', []);
    const once = async (kind: string, nonce: Buffer): Promise<void> => {
      const begun = performance.now();
      await succeeds(dialect, padding, nonce);
      times.get(kind)?.push(performance.now() - begun);
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const calls = [['good', GOOD[padding]] as const, ...kinds];
      const [kind, make] = calls[round % calls.length] as (typeof calls)[number];
      // Each beside a good one, in turns.
      const nonces = [
        ['good', GOOD[padding]()],
        [kind, make()],
      ] as const;
      for (const [name, nonce] of Math.random() < 0.5 ? nonces : nonces.toReversed()) await once(name, nonce);
    }
    const good = times.get('good') ?? [];
    times.set(
      'good, 5 % longer',
      good.map((time) => time * 1.05),
    );
    const chances = Object.fromEntries(
      [...times]
        .filter(([kind]) => kind !== 'good')
        .map(([kind, those]) => [kind, chanceOfMore(good, those)]),
    );
    console.log(
      padding,
      Object.entries(chances)
        .map(([kind, chance]) => `${kind}: ${chance.toFixed(3)}`)
        .join('; '),
    );
    for (const [kind, chance] of Object.entries(chances))
      if (kind !== 'good, 5 % longer') expect(Math.abs(chance - 0.5), kind).toBeLessThan(0.15);
  });
}
