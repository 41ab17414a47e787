import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type Config,
  OPTION_ROWS,
  OPTIONS,
  type OptionName,
  optionsHelp,
  readConfig,
  variableOf,
} from '../src/config.ts';

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
    'not "10.0.0.0/99"',
    'not "proxy"',
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
  for (const { argument, variable } of OPTION_ROWS) {
    if (argument !== undefined) expect(help).toContain(`  ${argument}\n`);
    expect(help).toContain(variable);
  }
});

test.each([60, 100])('help fits a terminal of %i columns, broken at spaces only', (width) => {
  const unbroken = optionsHelp(10_000).split(/\s+/);
  const help = optionsHelp(width);
  expect(help.split(/\s+/)).toEqual(unbroken);
  // One word may be longer than the line.
  expect(help.split('\n').filter((line) => line.length > width && line.trim().includes(' '))).toEqual([]);
});

const folder = mkdtempSync(join(tmpdir(), 'sower-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const written = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const none = join(folder, 'none');
const AGE = `age1${'q'.repeat(58)}`;
const PLACE = { host: '10.0.0.1', port: 99 };

type Rows = {
  readonly [Name in OptionName]: {
    /** A value, and what the configuration then has. */
    readonly right: readonly (readonly [text: string, config: (config: Config) => unknown, value: unknown])[];
    readonly wrong: readonly string[];
    /** Other options that it needs, or that make it visible. */
    readonly with?: readonly string[];
  };
};
const switched = (read: (config: Config) => unknown, on: unknown, off: unknown): Rows['api-docs'] => ({
  right: [
    ...['true', 'TRUE', '1', 'yes', 'on'].map((text) => [text, read, on] as const),
    ...['false', 'False', '0', 'no', 'off'].map((text) => [text, read, off] as const),
  ],
  wrong: ['maybe', 'tru', 'enabled', '2', ' '],
});
const listener = (read: (config: Config) => unknown): Rows['radius'] => ({
  right: [
    ['10.0.0.1:99', read, PLACE],
    [':99', read, { host: '127.0.0.1', port: 99 }],
    ['[::]:99', read, { host: '::', port: 99 }],
  ],
  wrong: ['99', 'host', '::1:99', 'host:65536', 'host:1e3'],
});
const counted = (
  read: (config: Config) => unknown,
  [least, most]: readonly [number, number?],
  more: readonly string[] = [],
): Rows['wrong-codes'] => ({
  right: [least, most ?? 1_000_000].map((value) => [String(value), read, value] as const),
  wrong: [String(least - 1), '1.5', '1e2', '0x10', 'many', ...(most === undefined ? [] : [String(most + 1)])],
  with: more,
});
const names = (read: (config: Config) => unknown): Rows['console-hosts'] => ({
  right: [['A.example, b.example', read, ['a.example', 'b.example']]],
  wrong: ['https://a.example', 'a.example:8443', '-a'],
});
const plan = ['--backup-command', 'cat', '--backup-recipients', AGE];

/** Each row of the table, with values that are possible and values that are not. */
const EACH: Rows = {
  data: { right: [[folder, (config) => config.dataFolder, folder]], wrong: [] },
  listen: listener(({ host, port }) => ({ host, port })),
  'public-url': {
    right: [['https://A.example:1/', (config) => config.publicUrl, 'https://a.example:1']],
    wrong: [
      'a.example',
      'ftp://a.example',
      'http://a.example',
      'https://a.example/path',
      'https://u@a.example',
    ],
  },
  database: {
    right: [
      ['sqlite:/x', (config) => config.database, { kind: 'sqlite', file: '/x' }],
      ['postgres://h/n', (config) => config.database, { kind: 'postgresql', url: 'postgres://h/n' }],
    ],
    wrong: ['mysql://u:s3cret@h/n', 'postgresql:s3cret', 'postgresql://u:s3cret@h1,,h2/n'],
  },
  'database-file': {
    right: [
      [written('database', 'sqlite:/x\n'), (config) => config.database, { kind: 'sqlite', file: '/x' }],
    ],
    wrong: [none, written('no-database', 's3cret')],
  },
  'asynchronous-replication': switched((config) => config.asynchronousReplication, true, false),
  'logical-subscription': switched((config) => config.logicalSubscription, true, false),
  'master-key-file': { right: [[none, (config) => config.masterKeyFile, none]], wrong: [] },
  'master-key-command': { right: [['echo x', (config) => config.masterKeyCommand, 'echo x']], wrong: [] },
  'master-key': {
    right: [['ab'.repeat(32), ({ masterKey }) => masterKey instanceof Uint8Array && masterKey.length, 32]],
    wrong: ['s3cret', 'pkcs11:token=s3cret'],
  },
  processes: counted((config) => config.processes, [1, 64]),
  'tls-certificate': {
    right: [
      [
        written('pem', ''),
        ({ tls }) => tls,
        { kind: 'files', certificate: join(folder, 'pem'), key: join(folder, 'key') },
      ],
    ],
    wrong: [none],
    with: ['--tls-key', written('key', '')],
  },
  'tls-key': {
    right: [[join(folder, 'key'), ({ tls }) => tls.kind, 'files']],
    wrong: [none],
    with: ['--tls-certificate', join(folder, 'pem')],
  },
  'tls-old-clients': switched((config) => config.tlsOldClients, true, false),
  'acme-listen': listener((config) => config.acme),
  'acme-dns-command': { right: [['set it', (config) => config.acmeDnsCommand, 'set it']], wrong: [] },
  'plain-http': switched((config) => config.tls.kind, 'none', 'own'),
  'trusted-proxies': {
    right: [['10.0.0.1, fd00::/8', (config) => config.trustedProxies, ['10.0.0.1', 'fd00::/8']]],
    wrong: ['proxy', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/'],
  },
  'authenticator-origins': {
    right: [['https://a.example,*', (config) => config.authenticatorOrigins, ['https://a.example', '*']]],
    wrong: ['https://a.example/', 'a.example'],
  },
  'console-hosts': names((config) => config.consoleHosts),
  'self-service-hosts': names((config) => config.selfServiceHosts),
  'server-key-bits': { right: [['3072', (config) => config.serverKeyBits, 3072]], wrong: ['512', '2048.0'] },
  'wrong-codes': counted((config) => config.wrongCodes, [1]),
  'metrics-listen': listener((config) => config.metrics),
  'api-docs': switched((config) => config.apiDocs, true, false),
  'connections-per-source': counted((config) => config.connectionsPerSource, [1]),
  radius: listener((config) => config.radius.authentication),
  'radius-accounting': listener((config) => config.radius.accounting),
  radsec: listener((config) => config.radius.radsec),
  'backup-folder': {
    right: [[folder, (config) => config.backup?.to, { kind: 'folder', folder }]],
    wrong: [],
    with: plan.slice(2),
  },
  'backup-command': {
    right: [['cat', (config) => config.backup?.to, { kind: 'command', command: 'cat' }]],
    wrong: [],
    with: plan.slice(2),
  },
  'backup-recipients': {
    right: [[`${AGE}, ${AGE}`, (config) => config.backup?.recipients, [AGE, AGE]]],
    wrong: ['age2qqq', 'AGE-SECRET-KEY-1'],
    with: plan.slice(0, 2),
  },
  'backup-key-recipient': { right: [[AGE, (config) => config.backupKeyRecipient, AGE]], wrong: ['age1'] },
  'backup-keep': counted((config) => config.backup?.keep, [1, 99_999], plan),
  'backup-keep-days': counted((config) => config.backup?.keepDays, [1, 99_999], plan),
  'audit-forward': {
    right: [['stdout:', (config) => config.auditForward, [{ kind: 'stdout', fromStart: false }]]],
    wrong: ['s3cret', 'http://a.example/s3cret', 'syslog+tls://a.example?s3cret=1'],
  },
  'audit-forward-key-file': {
    right: [
      [
        written('webhook', `whsec_${'A'.repeat(32)}\n`),
        ({ auditForward: [to] }) => to?.kind === 'webhook' && [to.url, to.key.length],
        ['https://a.example/', 24],
      ],
    ],
    wrong: [none, written('no-webhook', 's3cret')],
    with: ['--audit-forward', 'https://a.example'],
  },
  'audit-forward-plain': {
    ...switched((config) => config.auditForward.length, 1, 1),
    right: switched((config) => config.auditForward.length, 1, 1).right.slice(0, 5),
    with: ['--audit-forward', 'syslog+udp://a.example'],
  },
  'drain-seconds': counted((config) => config.drainSeconds, [0, 600]),
  'access-log': switched((config) => config.accessLog, true, false),
  'log-level': { right: [['warn', (config) => config.logLevel, 'warn']], wrong: ['loud', 'WARN'] },
};

describe.each(Object.keys(EACH) as OptionName[])('%s', (name) => {
  const { right, wrong, with: beside = [] } = EACH[name];
  const { kind } = OPTIONS[name];
  const variable = variableOf(name);
  const given = (text: string) => [
    ...('only' in OPTIONS[name]
      ? []
      : [{ source: `--${name}`, argv: [...beside, `--${name}=${text}`], env: {} as Record<string, string> }]),
    { source: variable, argv: [...beside], env: { [variable]: text } },
  ];

  test.each(right)('takes %j', (text, read, value) => {
    for (const { argv, env } of given(text)) {
      const result = readConfig(argv, env);
      expect(result).toMatchObject({ kind: 'config', unknown: [] });
      if (result.kind === 'config') expect(read(result.config)).toEqual(value);
    }
  });

  test.each(wrong.map((text) => [text]))(
    'refuses %j, and says what was given and what is possible',
    (text) => {
      for (const { source, argv, env } of given(text)) {
        const result = readConfig(argv, env);
        if (result.kind !== 'mistakes') throw new Error(JSON.stringify(result));
        const [mistake = '', ...more] = result.mistakes;
        expect(more).toEqual([]);
        expect(mistake).toMatch(new RegExp(`^${source} .{15,}\\.$`));
        if ('secret' in kind) expect(mistake).not.toContain('s3cret');
        else if (!mistake.includes('https://')) expect(mistake).toContain(JSON.stringify(text));
      }
    },
  );
});

test('the defaults of the table are values that the options take', () => {
  for (const option of Object.values(OPTIONS))
    if ('default' in option) expect(option.kind.schema.safeParse(option.default).success).toBe(true);
});

test('an option without its value does not take the next option for it', () => {
  const result = readConfig(['--data', '--radius', '--database='], {});
  expect(result.kind === 'mistakes' && result.mistakes).toEqual([
    '--data needs a value.',
    '--database needs a value.',
  ]);
});

test('a variable that is none of ours is named, unless the command line or Kubernetes has it', () => {
  const env = {
    SOWER_PLAN_HTTP: 'true',
    SOWER_LOGLEVEL: 'warn',
    SOWER_UNSET: '',
    SOWER_API_KEY: 'x',
    SOWER_SERVICE_HOST: '10.0.0.1',
    SOWER_PORT: 'tcp://10.0.0.1:8443',
    SOWER_PORT_8443_TCP_ADDR: '10.0.0.1',
    SOWER_SERVICE_PORT_HTTPS: '8443',
    HOME: '/',
  };
  expect(readConfig([], env)).toMatchObject({
    kind: 'config',
    unknown: ['SOWER_PLAN_HTTP', 'SOWER_LOGLEVEL'],
  });
});
