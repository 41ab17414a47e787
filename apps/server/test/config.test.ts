import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OPTIONS, optionsHelp, readConfig } from '../src/config.ts';

test('defaults: loopback, SQLite in the data folder, own certificate, nobody forwards', () => {
  const result = readConfig([], {});
  if (result.kind !== 'config') throw new Error(JSON.stringify(result));
  expect(result.config).toMatchObject({
    host: '127.0.0.1',
    port: 8443,
    publicUrl: 'https://localhost:8443',
    database: { kind: 'sqlite', file: expect.stringMatching(/data\/sower\.sqlite$/) },
    tls: { kind: 'own' },
    trustedProxies: [],
    authenticatorOrigins: [],
    serverKeyBits: 2048,
    masterKey: undefined,
  });
});

test('options win over the environment', () => {
  const env = {
    SOWER_LISTEN: '0.0.0.0:1',
    SOWER_PUBLIC_URL: 'https://a.example',
    SOWER_MASTER_KEY: 'ab'.repeat(32),
  };
  const result = readConfig(['--listen', '[::1]:2', '--trusted-proxies', '10.0.0.1, fd00::/8'], env);
  expect(result).toMatchObject({
    kind: 'config',
    config: {
      host: '::1',
      port: 2,
      publicUrl: 'https://a.example',
      trustedProxies: ['10.0.0.1', 'fd00::/8'],
    },
  });
});

test('the URL of the database comes from a file too, so that its password is on no command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sower-config-'));
  try {
    const file = join(folder, 'database');
    writeFileSync(file, 'postgresql://sower:secret@db/sower\n', { mode: 0o600 });
    const config = { database: { kind: 'postgresql', url: 'postgresql://sower:secret@db/sower' } };
    expect(readConfig(['--database-file', file], {})).toMatchObject({ kind: 'config', config });
    expect(readConfig([], { SOWER_DATABASE_FILE: file })).toMatchObject({ kind: 'config', config });
    // Never a new SQLite database where another one was meant.
    for (const [argv, mistake] of [
      [['--database-file', join(folder, 'none')], /--database-file cannot be read/],
      [['--database-file', file, '--database', 'sqlite:other'], /contradict/],
    ] as const) {
      const result = readConfig(argv, {});
      expect(result.kind === 'mistakes' && result.mistakes.join()).toMatch(mistake);
    }
    writeFileSync(file, '\n');
    expect(readConfig(['--database-file', file], {})).toMatchObject({ kind: 'mistakes' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('every mistake is listed at once', () => {
  const result = readConfig(
    [
      'stray',
      '--listen',
      'nowhere',
      '--public-url',
      'http://user@otp.example/path?x',
      '--database',
      'mysql://x',
      '--tls-certificate',
      '/does/not/exist.pem',
      '--authenticator-origins',
      'https://a.example/path',
      '--trusted-proxies',
      '10.0.0.0/99,proxy',
      '--server-key-bits',
      '512',
      '--log-level',
      'loud',
      '--wrong-codes',
      '0',
      '--colour',
      'red',
    ],
    { SOWER_MASTER_KEY: 'too short' },
  );
  if (result.kind !== 'mistakes') throw new Error('no mistakes found');
  const text = result.mistakes.join('\n');
  for (const part of [
    'stray',
    'nowhere',
    'https://: auth',
    'only scheme, host and port',
    'postgresql://',
    'must be given together',
    '/does/not/exist.pem',
    'https://a.example/path',
    '10.0.0.0/99',
    '"proxy"',
    '--server-key-bits',
    '--log-level',
    '--wrong-codes',
    '--colour',
    'SOWER_MASTER_KEY',
  ]) {
    expect(text).toContain(part);
  }
});

test('help names every option and its variable', () => {
  const help = optionsHelp();
  for (const [name, { env }] of Object.entries(OPTIONS)) {
    expect(help).toContain(`--${name}`);
    expect(help).toContain(env);
  }
});

test.each([60, 100])('help fits a terminal of %i columns, broken at spaces only', (width) => {
  const unbroken = optionsHelp(10_000).split(/\s+/);
  const help = optionsHelp(width);
  expect(help.split(/\s+/)).toEqual(unbroken);
  // One word may be longer than the line.
  expect(help.split('\n').filter((line) => line.length > width && line.trim().includes(' '))).toEqual([]);
});
