/** PSKC against pskctool, where it is installed (apt-get install pskctool): another program, by other people. It does not decrypt. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPskc } from '@sower/otp/pskc';
import type { PskcToken } from '@sower/otp/pskc-token';
import { type PskcProtection, pskcWriter } from '@sower/otp/pskc-write';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import vectors from '../../../vectors/otp-pskc.json' with { type: 'json' };

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const facts = {
  seed: random(20),
  digits: 8,
  keyId: 'key "1" & <2>',
  manufacturer: 'oath.Söhne & Co',
  model: 'c200',
  issueNumber: '7',
  issuer: 'Issuer <1>',
  friendlyName: 'Jörg’s token',
  deviceBinding: 'IMEI 1',
  deviceUserId: 'DC=example-bank,DC=net',
  userId: 'UID=jsmith',
  startTime: 1_767_225_600,
  expiryTime: 1_893_455_999,
  pin: 'local',
} as const;
const tokens: readonly PskcToken[] = [
  { ...facts, serial: 'ZZ-1', algorithm: 'hotp', hash: 'sha1', counter: 41 },
  { ...facts, serial: 'ZZ-2', algorithm: 'totp', hash: 'sha256', intervalSeconds: 60, driftIntervals: 3 },
];

async function written(protection: PskcProtection, hash: 'sha1' | 'sha256' = 'sha1'): Promise<string> {
  const made = await pskcWriter({ protection, hash, random });
  if (!made.ok) throw new Error(made.reason);
  const records = tokens.map((token) => {
    const record = made.writer.record(token);
    if (!record.ok) throw new Error(record.reason);
    return record.xml;
  });
  return made.writer.head + records.join('') + made.writer.tail;
}

/** What pskctool says, line by line; with `--strict`, nothing if there is anything that it does not know. */
function pskctool(options: readonly string[], document: string): string[] {
  const { stdout } = spawnSync('pskctool', options, { input: document, encoding: 'utf8' });
  return stdout.split('\n').map((line) => line.trim());
}

describe.skipIf(spawnSync('pskctool', ['--version']).error)('pskctool', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pskctool-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('reads each fact of a plain file as it was written', async () => {
    const lines = pskctool(['--info', '--strict'], await written({ kind: 'none' }));
    for (const token of tokens) {
      const start = lines.indexOf(`SerialNo: ${token.serial}`);
      const end = lines.findIndex((line, index) => index > start && line.startsWith('KeyPackage'));
      const own = lines.slice(start - 1, end < 0 ? undefined : end);
      expect(own).toEqual(
        expect.arrayContaining([
          `Manufacturer: ${facts.manufacturer}`,
          `Model: ${facts.model}`,
          `IssueNo: ${facts.issueNumber}`,
          `DeviceBinding: ${facts.deviceBinding}`,
          `UserId: ${facts.deviceUserId}`,
          `Key User Id: ${facts.userId}`,
          `Id: ${facts.keyId}`,
          `Issuer: ${facts.issuer}`,
          `FriendlyName: ${facts.friendlyName}`,
          `Algorithm: urn:ietf:params:xml:ns:keyprov:pskc:${token.algorithm}`,
          `Key Secret (base64): ${Buffer.from(token.seed).toString('base64')}`,
          'Policy StartDate: 2026-01-01 00:00:00',
          'Policy ExpiryDate: 2029-12-31 23:59:59',
          'PIN Policy PIN Usage Mode: Local',
          'Key Usage: OTP',
          'Response Format Length: 8',
          'Response Format Encoding: DECIMAL',
          ...(token.algorithm === 'hotp'
            ? ['Algorithm Parameters Suite: HMAC-SHA1', 'Key Counter: 41']
            : [
                'Algorithm Parameters Suite: HMAC-SHA256',
                'Key Time: 0',
                'Key TimeInterval: 60',
                'Key TimeDrift: 3',
              ]),
        ]),
      );
    }
  });

  test('finds that each protection follows the schema of the RFC', async () => {
    const protections: readonly PskcProtection[] = [
      { kind: 'none' },
      { kind: 'password', password: 'qwerty', iterations: 1000 },
      ...[16, 24, 32].map((length) => ({ kind: 'key', key: random(length) }) as const),
    ];
    for (const protection of protections) {
      for (const hash of ['sha1', 'sha256'] as const) {
        const document = await written(protection, hash);
        expect(pskctool(['--validate'], document)).toContain('OK');
        const otherwise = document.replaceAll('KeyUsage', 'KeyUse');
        expect(pskctool(['--validate'], otherwise)).not.toContain('OK');
      }
    }
  });

  test('and this reader agree on the figures of the RFC', async () => {
    for (const [number, lines] of Object.entries(vectors.figures)) {
      const document = lines.join('\n');
      const file = await openPskc(document, { acceptUnverifiedSignature: true });
      const theirs = pskctool(['--info'], document).filter((line) => line.startsWith('Key Secret'));
      if (!file.ok) {
        // Encrypted: it sees no secret either.
        expect([number, theirs]).toEqual([number, []]);
        continue;
      }
      for (const record of file.records())
        if (record.ok)
          expect(theirs).toContain(
            `Key Secret (base64): ${Buffer.from(record.token.seed).toString('base64')}`,
          );
    }
  });

  test('signs a file, which is read only unverified', async () => {
    const [key, certificate, plain] = ['key.pem', 'certificate.pem', 'plain.xml'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        key,
        '-out',
        certificate,
        '-subj',
        '/CN=Sower',
      ],
      { stdio: 'ignore' },
    );
    writeFileSync(plain, await written({ kind: 'none' }));
    const signed = execFileSync('pskctool', ['--sign', '--sign-key', key, '--sign-crt', certificate, plain], {
      encoding: 'utf8',
    });
    expect(await openPskc(signed)).toEqual({ ok: false, reason: 'signed', at: 'Signature' });
    const file = await openPskc(signed, { acceptUnverifiedSignature: true });
    if (!file.ok) throw new Error(file.reason);
    expect([...file.records()]).toEqual(
      tokens.map((token, index) => ({ ok: true, position: index + 1, serial: token.serial, token })),
    );
  });
});
