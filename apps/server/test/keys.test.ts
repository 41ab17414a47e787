import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pooledRandom } from '../src/keys/random.ts';
import { rsaDecryptor } from '../src/keys/rsa/rsa.ts';
import { open } from '../src/keys/rsa/rsa-worker.ts';
import { writePrivate } from '../src/keys/seal/private-file.ts';
import { aadOf, SEALED } from '../src/keys/seal/sealed-columns.ts';
import { sealing } from '../src/keys/seal/sealing.ts';
import {
  codeMark,
  isOfCode,
  openSessionId,
  sealSessionId,
  seedMark,
  seedOf,
} from '../src/keys/seal/session-id.ts';
import { ownCertificate, readTlsFiles } from '../src/keys/x509/tls.ts';
import { newId } from '../src/store/db/ids.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const seal = sealing(random(32), random);

test('a sealed value opens in its place only, and not after a change', () => {
  const sealed = seal.seal('seeds.sealed:1', Buffer.from('secret'));
  expect(Buffer.from(seal.open('seeds.sealed:1', sealed)).toString()).toBe('secret');
  expect(sealed).not.toContain('secret');
  expect(seal.seal('seeds.sealed:1', Buffer.from('secret'))).not.toBe(sealed);
  expect(() => seal.open('seeds.sealed:2', sealed)).toThrow();
  expect(() => sealing(random(32), random).open('seeds.sealed:1', sealed)).toThrow();
  for (const position of [3, 10, sealed.length - 3]) {
    const changed =
      sealed.slice(0, position) + (sealed[position] === 'A' ? 'B' : 'A') + sealed.slice(position + 1);
    expect(() => seal.open('seeds.sealed:1', changed)).toThrow();
  }
});

test('what sealed values are bound to stays as it is stored', () => {
  const bound = [
    ...SEALED.map(({ key, aad }) => aad(...key.map((_, index) => index + 1))),
    aadOf('attempts.sealed_pin', 'hash'),
    aadOf('password_attempts.found', 'hash'),
    aadOf('forwarded_challenges.state', 'hash'),
  ];
  expect(bound).toEqual([
    'seeds.sealed:1',
    'tokens.pin:1',
    'server_keys.private_key:1',
    'transfer_keys.private_key:1',
    'tls_certificates.private_key:1',
    'acme.account_key:1',
    'acme.binding_key:1',
    'mail.message:1',
    'mail_settings.password:1',
    'mail_settings.signing:1',
    'agent_credentials.access_key:1',
    'radius_clients.secret:1',
    'coexistences.secret:1',
    'identity_sources.password:1',
    'distributions.reply:1',
    'job_rows.sealed:1:2',
    'attempts.sealed_pin:hash',
    'password_attempts.found:hash',
    'forwarded_challenges.state:hash',
  ]);
  expect(aadOf('job_rows.sealed', 'job', 7)).toBe('job_rows.sealed:job:7');
});

test('hashes of one value for two purposes differ', () => {
  expect(seal.keyedHash('api-key', 'x')).not.toBe(seal.keyedHash('activation-code', 'x'));
});

const session = {
  dialect: 'rfc4758' as const,
  suite: { keyType: 'totp-sha1', encryptionAlgorithm: 'rsa-1_5', macAlgorithm: 'ct-kip-prf-sha256' } as const,
  serverKey: 65_000,
  renewal: 'pending' as const,
  seedMark: 127,
  pinExtension: true,
  codeMark: codeMark(254),
  distributionId: newId({ now: () => Date.now(), random }),
  R_S: random(16),
  expiresAt: 4_000_000_000,
};

test('a SessionID carries its session, in the shape deployed clients know', () => {
  const text = sealSessionId(seal, session);
  expect(text).toMatch(/^[0-9a-f]{34}-[A-Za-z0-9+/]{76}$/);
  expect(text).toHaveLength(111);
  expect(openSessionId(seal, text)).toEqual(session);
  const plain = { ...session, pinExtension: false, seedMark: 0 };
  expect(openSessionId(seal, sealSessionId(seal, plain))).toEqual(plain);
});

test('a session says which code began it; one of a version that did not is of any', () => {
  const begun = openSessionId(seal, sealSessionId(seal, session));
  expect([253, 254, 255].map((number) => begun && isOfCode(begun, number))).toEqual([false, true, false]);
  expect(isOfCode({ codeMark: 0 }, 254)).toBe(true);
});

test('a renewal names its seed, whatever state that is in by now; one of a version that did not, by the state', () => {
  const [old, present] = ['01', '02'].map((end) => `00000000-0000-7000-8000-0000000000${end}`) as [
    string,
    string,
  ];
  const renewing = { renewal: 'pending', seedMark: seedMark(present) } as const;
  const found = (states: Readonly<Record<string, 'current' | 'pending'>>, of: Parameters<typeof seedOf>[0]) =>
    seedOf(
      of,
      Object.entries(states).map(([id, state]) => ({ id, state })),
    )?.id;
  expect(found({ [old]: 'current', [present]: 'pending' }, renewing)).toBe(present);
  expect(found({ [present]: 'current' }, renewing)).toBe(present);
  const ofOld = { renewal: 'current', seedMark: seedMark(old) } as const;
  expect(found({ [present]: 'current' }, ofOld)).toBe(undefined);
  expect(found({ [present]: 'current' }, { ...ofOld, seedMark: 0 })).toBe(present);
});

test('a SessionID of another deployment, changed, or spelled another way is none', () => {
  const text = sealSessionId(seal, session);
  expect(openSessionId(sealing(random(32), random), text)).toBe(undefined);
  for (let position = 0; position < text.length; position += 1) {
    const other = text[position] === '0' ? '1' : '0';
    const changed = text.slice(0, position) + other + text.slice(position + 1);
    expect(openSessionId(seal, changed), `position ${position}`).toBe(undefined);
  }
  for (const wrong of ['', text.toUpperCase(), `${text} `, text.slice(1), 'x'.repeat(111)]) {
    expect(openSessionId(seal, wrong)).toBe(undefined);
  }
});

test('nonces open with the key they were made for; every failure looks the same', async () => {
  const rsa = rsaDecryptor(2);
  try {
    const keys = [
      generateKeyPairSync('rsa', { modulusLength: 1024 }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ] as const;
    for (const [id, pair] of keys.entries())
      rsa.addKey(id, pair.privateKey.export({ format: 'der', type: 'pkcs8' }));
    const nonce = random(16);
    const oaep = keys.map(({ publicKey }) =>
      publicEncrypt(
        {
          key: createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })),
          padding: constants.RSA_PKCS1_OAEP_PADDING,
          oaepHash: 'sha1',
        },
        nonce,
      ),
    );
    const pkcs1 = publicEncrypt({ key: keys[1].publicKey, padding: constants.RSA_PKCS1_PADDING }, nonce);
    expect(await rsa.decrypt(0, 'oaep-sha1', oaep[0] as Buffer)).toEqual(nonce);
    expect(await rsa.decrypt(1, 'oaep-sha1', oaep[1] as Buffer)).toEqual(nonce);
    expect(await rsa.decrypt(1, 'pkcs1-v1_5', pkcs1)).toEqual(nonce);
    expect(await rsa.decrypt(0, 'oaep-sha1', oaep[1] as Buffer)).toBe(undefined);
    expect(await rsa.decrypt(9, 'oaep-sha1', oaep[1] as Buffer)).toBe(undefined);
    expect(await rsa.decrypt(1, 'oaep-sha1', random(256))).toBe(undefined);
    expect(await rsa.decrypt(1, 'oaep-sha1', new Uint8Array(0))).toBe(undefined);
    // Never the dialect's other padding.
    expect(await rsa.decrypt(1, 'oaep-sha1', pkcs1)).toBe(undefined);
    expect(await rsa.decrypt(1, 'pkcs1-v1_5', oaep[1] as Buffer)).toBe(undefined);
    pkcs1[10] = (pkcs1[10] as number) ^ 1;
    expect(await rsa.decrypt(1, 'pkcs1-v1_5', pkcs1)).toBe(undefined);
  } finally {
    await rsa.close();
  }
});

test('decrypting takes nothing from the pool of Buffer, which V8 seldom frees in a thread', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const paddings = {
    'oaep-sha1': constants.RSA_PKCS1_OAEP_PADDING,
    'pkcs1-v1_5': constants.RSA_PKCS1_PADDING,
  } as const;
  for (const padding of ['oaep-sha1', 'pkcs1-v1_5'] as const) {
    const ciphertext = publicEncrypt({ key: publicKey, padding: paddings[padding] }, random(16));
    const taken = [1, 2, 3].map(() => {
      const before = Buffer.allocUnsafe(1).byteOffset;
      open(privateKey, { padding, ciphertext });
      return Buffer.allocUnsafe(1).byteOffset - before;
    });
    // The octet itself, aligned. Once, in case a new pool begins meanwhile.
    expect(taken, padding).toContain(8);
  }
});

test('the own certificate: made once, for the names asked, renewed when little time is left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-tls-'));
  try {
    const now = Date.parse('2026-11-25T00:00:00Z');
    const first = await ownCertificate(folder, ['otp.example.com', '127.0.0.1', '::1'], now);
    const leaf = new X509Certificate(first.cert);
    const ca = new X509Certificate(readFileSync(join(folder, 'ca.pem')));
    expect(first.made).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkHost('otp.example.com')).toBe('otp.example.com');
    expect(leaf.checkIP('::1')).toBe('::1');
    expect(leaf.ca).toBe(false);
    expect(ca.ca).toBe(true);
    expect(statSync(join(folder, 'server.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'ca.key')).mode & 0o777).toBe(0o600);
    const hosts = ['otp.example.com'];
    expect((await ownCertificate(folder, hosts, now)).made).toBe(false);
    expect((await ownCertificate(folder, [...hosts, 'new.example'], now)).made).toBe(true);
    const later = await ownCertificate(folder, hosts, now + 380 * 86_400_000);
    expect(later.made).toBe(true);
    expect(new X509Certificate(later.cert).verify(ca.publicKey)).toBe(true);
    await readTlsFiles(join(folder, 'server.pem'), join(folder, 'server.key'));
    await expect(readTlsFiles(join(folder, 'server.pem'), join(folder, 'ca.key'))).rejects.toThrow(
      /is not the key of/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a private file that cannot be put in its place leaves none beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-private-'));
  try {
    const taken = join(folder, 'taken');
    mkdirSync(taken);
    await expect(writePrivate(taken, 'secret')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('no octet of the pool is handed out twice, and none remains in it', () => {
  let next = 0;
  const pools: Uint8Array[] = [];
  const random = pooledRandom((octets) => {
    pools.push(octets);
    for (let index = 0; index < octets.length; index += 1) octets[index] = next++ % 251;
  });
  const given = Array.from({ length: 200 }, () => [...random(16)]);
  // Two pools of 1024 octets give 64 each, in order; nothing in between is skipped or repeated.
  expect(given.flat()).toEqual(Array.from({ length: 3200 }, (_, index) => index % 251));
  const [octets] = [random(48)];
  expect(octets.buffer.byteLength).toBe(48);
  const pool = pools[0] as Uint8Array;
  expect([...pool.subarray(0, (3200 + 48) % 1024)].every((octet) => octet === 0)).toBe(true);
  expect(random(5000)).toHaveLength(5000);
});
