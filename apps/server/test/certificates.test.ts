/** What a certificate and its key are told when they cannot serve: the code, and where. */
import { Buffer } from 'node:buffer';
import { createPrivateKey } from 'node:crypto';
import type { CertificateInput } from '@sower/api/certificates';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Authority, type Issued, issue, makeAuthority } from '../../../test/harness/authority.ts';
import vectors from '../../../vectors/pkcs12.json' with { type: 'json' };
import { examineCertificate } from '../src/keys/x509/certificate-examination.ts';
import { pathOf, readCertificate } from '../src/keys/x509/certificate-reading.ts';

const DAY = 86_400_000;
const HOST = 'otp.example.com';

async function look(input: CertificateInput, hosts: readonly string[] = [HOST]) {
  const read = await readCertificate(input);
  if (!read.ok) return [read.finding];
  return examineCertificate(read.chain, read.key, { hosts, now: Date.now(), path: pathOf(input) });
}
const codes = async (...input: Parameters<typeof look>) => (await look(...input)).map(({ code }) => code);

let authority: Authority;
let leaf: Issued;
beforeAll(async () => {
  authority = await makeAuthority([HOST]);
  leaf = await authority.issue();
});

const pem = (chain: string, key = leaf.keyPem): CertificateInput => ({ kind: 'pem', chain, key });

describe('a chain and its key', () => {
  test('good ones: with the root, with the key in the same text, RSA, more names', async () => {
    expect(await codes(pem(authority.chain(leaf)))).toEqual([]);
    expect(await codes({ kind: 'pem', chain: `${leaf.keyPem}text\r\n${authority.chain(leaf)}` })).toEqual([]);
    const rsa = await authority.issue({ rsaBits: 2048, names: [HOST, 'a.example'] });
    expect(await codes(pem(authority.chain(rsa), rsa.keyPem), [HOST, 'a.example'])).toEqual([]);
    const wild = await authority.issue({ names: ['*.example.com'] });
    expect(await codes(pem(authority.chain(wild), wild.keyPem))).toEqual([]);
    const itself = await issue({ subject: 'CN=x', names: [HOST] });
    expect(await codes(pem(itself.pem, itself.keyPem))).toEqual([]);
  });

  test('the key: missing, of another, of one further down, several, damaged', async () => {
    const other = await authority.issue();
    const chain = authority.chain(leaf);
    expect(await look({ kind: 'pem', chain })).toMatchObject([{ code: 'key-missing', path: 'key' }]);
    expect(await look(pem(chain, other.keyPem))).toMatchObject([
      { code: 'key-of-another', path: 'key', values: { number: 1, subject: 'CN=localhost' } },
    ]);
    const turned = await look(pem(authority.intermediate.pem + leaf.pem + authority.root.pem));
    expect(turned.map(({ code }) => code)).toContain('key-further-down');
    expect(turned[0]).toMatchObject({ code: 'key-further-down', values: { number: 2 } });
    expect(await codes(pem(chain, leaf.keyPem + other.keyPem))).toEqual(['several-keys']);
    expect(await look(pem(chain, 'my key'))).toMatchObject([{ code: 'key-damaged', path: 'key' }]);
    const damaged = leaf.keyPem.replace(/\n[^-]{20}/, '\nAAAAAAAAAAAAAAAAAAAA');
    expect(await codes(pem(chain, damaged))).toEqual(['key-damaged']);
  });

  test('the order, one missing, one too many, one twice', async () => {
    const { intermediate, root } = authority;
    expect(await look(pem(leaf.pem + root.pem + intermediate.pem))).toMatchObject([
      { code: 'wrong-order', path: 'chain', values: { number: 2, subject: 'CN=Test Root', right: 3 } },
      { code: 'foreign-certificate', values: { number: 3, before: 2 } },
    ]);
    expect(await look(pem(leaf.pem))).toMatchObject([
      { code: 'chain-incomplete', values: { number: 1, issuer: 'CN=Test Intermediate' } },
    ]);
    expect(await look(pem(leaf.pem + intermediate.pem))).toMatchObject([
      { code: 'chain-incomplete', values: { number: 2, issuer: 'CN=Test Root' } },
    ]);
    const stranger = await issue({ subject: 'CN=Stranger', authority: true });
    expect(await look(pem(leaf.pem + stranger.pem))).toMatchObject([
      { code: 'foreign-certificate', values: { number: 2, subject: 'CN=Stranger', before: 1 } },
    ]);
    // The name of the issuer alone does not make it the issuer.
    const namesake = await issue({ subject: 'CN=Test Intermediate', authority: true, issuer: root });
    expect(await codes(pem(leaf.pem + namesake.pem + root.pem))).toEqual(['foreign-certificate']);
    expect(await codes(pem(leaf.pem + leaf.pem + intermediate.pem + root.pem))).toContain(
      'certificate-repeated',
    );
    expect(await codes(pem(leaf.pem.repeat(11)))).toEqual(['chain-too-long']);
  });

  test('the time, for each certificate of the chain', async () => {
    const now = Date.now();
    const old = await authority.issue({ from: now - 2 * DAY, to: now - 1000 });
    expect(await look(pem(authority.chain(old), old.keyPem))).toMatchObject([
      { code: 'expired', values: { number: 1 } },
    ]);
    const early = await authority.issue({ from: now + DAY });
    expect(await codes(pem(authority.chain(early), early.keyPem))).toEqual(['not-yet-valid']);
    const tired = await issue({ subject: 'CN=T', authority: true, issuer: authority.root, to: now - 1000 });
    const under = await issue({ subject: 'CN=localhost', names: [HOST], issuer: tired });
    expect(await look(pem(under.pem + tired.pem + authority.root.pem, under.keyPem))).toMatchObject([
      { code: 'expired', values: { number: 2, subject: 'CN=T' } },
    ]);
  });

  test('names, purpose, key and signature that clients refuse', async () => {
    expect(await look(pem(authority.chain(leaf)), ['other.example'])).toMatchObject([
      { code: 'name-missing', values: { host: 'other.example', names: `DNS:${HOST}` } },
    ]);
    // The common name is not a name.
    const common = await authority.issue({ subject: `CN=${HOST}`, names: ['x.example'] });
    expect(await codes(pem(authority.chain(common), common.keyPem))).toEqual(['name-missing']);
    const client = await authority.issue({ purposes: ['1.3.6.1.5.5.7.3.2'] });
    expect(await codes(pem(authority.chain(client), client.keyPem))).toEqual(['not-for-servers']);
    const server = await authority.issue({ purposes: ['1.3.6.1.5.5.7.3.1'] });
    expect(await codes(pem(authority.chain(server), server.keyPem))).toEqual([]);
    const small = await authority.issue({ rsaBits: 1024 });
    expect(await look(pem(authority.chain(small), small.keyPem))).toMatchObject([
      { code: 'weak-key', values: { number: 1, key: 'RSA 1024' } },
    ]);
    const sha1 = await authority.issue({ hash: 'SHA-1' });
    expect(await look(pem(authority.chain(sha1), sha1.keyPem))).toMatchObject([
      { code: 'weak-signature', values: { number: 1, algorithm: 'ECDSA with SHA-1' } },
    ]);
    const oldRoot = await issue({ subject: 'CN=Old Root', authority: true, hash: 'SHA-1' });
    const fine = await issue({ subject: 'CN=x', names: [HOST], issuer: oldRoot });
    expect(await codes(pem(fine.pem + oldRoot.pem, fine.keyPem))).toEqual([]);
  });

  test('text that is none, with where it breaks', async () => {
    expect(await codes(pem('<script>alert(1)</script>'))).toEqual(['certificate-missing']);
    const damaged = leaf.pem.replace(/\n[^-]{40}/, `\n${'A'.repeat(40)}`);
    expect(await look(pem(`${leaf.pem}${damaged}`))).toMatchObject([
      { code: 'certificate-damaged', values: { number: 2, line: leaf.pem.split('\n').length } },
    ]);
  });
});

describe('encrypted keys in PEM', () => {
  test.each(vectors.keys)('$title', async ({ pem: key, password }) => {
    const input = { kind: 'pem' as const, chain: vectors.leaf + vectors.root, key };
    expect(await codes({ ...input, password })).toEqual([]);
    expect(await look(input)).toMatchObject([{ code: 'password-missing', path: 'password' }]);
    expect(await codes({ ...input, password: 'wrong' })).toEqual(['password-wrong']);
  });

  test('rounds without end are not begun', async () => {
    const key = vectors.keys[0] as { pem: string };
    const der = Buffer.from(key.pem.replace(/-----[^-]+-----/g, ''), 'base64');
    // 2048 rounds, as an INTEGER, become two thousand million.
    const at = der.indexOf(Buffer.from([0x02, 0x02, 0x08, 0x00]));
    expect(at).toBeGreaterThan(0);
    const greedy = Buffer.concat([
      der.subarray(0, at),
      Buffer.from([0x02, 0x04, 0x7f, 0xff, 0xff, 0xff]),
      der.subarray(at + 4),
    ]);
    lengthen(greedy, at, 2);
    const greedyPem = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${greedy.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
    const input = { kind: 'pem' as const, chain: vectors.leaf + vectors.root, key: greedyPem, password: 'x' };
    expect(await look(input)).toMatchObject([{ code: 'too-many-rounds', path: 'key' }]);
  });
});

describe('PKCS#12', () => {
  test.each(vectors.files)('$title', async ({ file, password, opens }) => {
    const input = { kind: 'pkcs12' as const, file, password };
    if (!opens) {
      expect(await look(input)).toMatchObject([{ code: 'encryption-method', path: 'file' }]);
      return;
    }
    const read = await readCertificate(input);
    if (!read.ok) throw new Error(read.finding.code);
    expect(read.chain.map(({ fingerprint256 }) => fingerprint256)).toEqual([
      vectors.leafSha256,
      vectors.rootSha256,
    ]);
    expect(await codes(input)).toEqual([]);
    expect(await codes({ ...input, password: 'wrong' })).toEqual(['password-wrong']);
  });

  test('a file that is none, and every damage, is a finding and never an error', async () => {
    expect(await look({ kind: 'pkcs12', file: 'AAAA', password: '' })).toMatchObject([
      { code: 'pkcs12-damaged', path: 'file' },
    ]);
    const whole = Buffer.from(vectors.files[0]?.file as string, 'base64');
    for (let at = 0; at < whole.length; at += 61) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] as number) ^ 0x55;
      const found = await look({ kind: 'pkcs12', file: damaged.toString('base64'), password: 'Ängste 7' });
      expect(found.length, `octet ${at}`).toBeGreaterThan(0);
      const cut = whole.subarray(0, at).toString('base64') || 'AA==';
      expect((await look({ kind: 'pkcs12', file: cut, password: 'Ängste 7' })).length).toBeGreaterThan(0);
    }
  });

  test('a bare certificate in DER is an answer without a key', async () => {
    const der = leaf.pem.replace(/-----[^-]+-----|\s/g, '');
    expect((await codes({ kind: 'pkcs12', file: der, password: '' }))[0]).toBe('key-missing');
  });
});

test('PKCS#7, as an authority answers: the server first, in whatever order they are in it', async () => {
  const pem = `-----BEGIN PKCS7-----\n${vectors.pkcs7}\n-----END PKCS7-----\n`;
  for (const input of [
    { kind: 'pkcs12' as const, file: vectors.pkcs7, password: '' },
    { kind: 'pem' as const, chain: pem },
  ]) {
    const read = await readCertificate(input);
    if (!read.ok) throw new Error(read.finding.code);
    expect(read.chain.map(({ fingerprint256 }) => fingerprint256)).toEqual([
      vectors.leafSha256,
      vectors.rootSha256,
    ]);
    expect(await codes(input)).toEqual(['key-missing']);
  }
});

test('the keys of the vectors are the same key', () => {
  const [first, ...others] = vectors.keys.map(({ pem: key, password }) =>
    createPrivateKey({ key, passphrase: password }).export({ format: 'pem', type: 'pkcs8' }),
  );
  for (const other of others) expect(other).toBe(first);
});

/** Adds to the length of every ASN.1 sequence around an offset. */
function lengthen(der: Buffer, at: number, by: number): void {
  let offset = 0;
  while (offset < at) {
    const first = der[offset + 1] as number;
    const header = first < 0x80 ? 2 : 2 + (first & 0x7f);
    const length = first < 0x80 ? first : der.readUIntBE(offset + 2, first & 0x7f);
    const constructed = ((der[offset] as number) & 0x20) !== 0;
    if (offset + header + length > at && constructed) {
      if (first < 0x80) der[offset + 1] = first + by;
      else der.writeUIntBE(length + by, offset + 2, first & 0x7f);
      offset += header;
    } else offset += header + length;
  }
}
