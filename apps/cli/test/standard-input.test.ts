/** `-` for every file on a command line that is read by files.ts: the octets of standard input go where those of the file would go. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { acmeSettingsSchema } from '@sower/api/acme';
import { mailSettingsSchema } from '@sower/api/mail';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spawn } from '../../../test/harness/processes/spawn.ts';
import { CERTIFICATE, type FakeServer, fakeServer } from './fake-server.ts';

const LAUNCHER = fileURLToPath(new URL('../bin/sower.js', import.meta.url));
const SOURCES = fileURLToPath(new URL('../src', import.meta.url));
const TRANSFER_KEY = generateKeyPairSync('rsa', {
  ...{ modulusLength: 4096, publicKeyEncoding: { type: 'spki', format: 'pem' } as const },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).publicKey;

/** Where it is read, the command without what comes before it, the input, and what has to be in a body if not the input as it is. */
const ROWS: readonly (readonly [source: string, line: string, input: string, sent?: string])[] = [
  ['options.ts', 'mail set certificateAuthority -', CERTIFICATE],
  ['porcelain/mail.ts', 'mail template set token-ready -', 'Your token\n\nIt waits.', 'It waits.'],
  ['options.ts', 'certificate acme set authority -', CERTIFICATE],
  ['porcelain/source/commands.ts', `source add East --kind openldap ${source('--ca')}`, CERTIFICATE],
  [
    'porcelain/source/commands.ts',
    `source add East --kind openldap ${source('--settings')}`,
    '{"search":{"filter":"(cn=input)"}}',
    '(cn=input)',
  ],
  [
    'porcelain/token-export.ts',
    'token export EXPORT --all --password-file -',
    'of the export\n',
    'of the export',
  ],
  [
    'porcelain/token-export.ts',
    'token export EXPORT --all --yes --transfer-key -',
    TRANSFER_KEY,
    TRANSFER_KEY.trim(),
  ],
  ['porcelain/token-import.ts', 'token import -', 'serial,secret', base64('serial,secret')],
  ['porcelain/token-import.ts', 'token import FILE --password-file -', 'of the import\n', 'of the import'],
  ['porcelain/token-import.ts', 'token import FILE --key-file -', '0102030405\n', '0102030405'],
  ['porcelain/token-import.ts', 'token import FILE --owners -', 'serial,userId\n1,ada\n'],
  ['porcelain/user-import.ts', 'user import -', 'userId\nada\n'],
  ['porcelain/job/distribute.ts', 'job distribute --name All --profile Phones --file -', 'ada\ngrace\n'],
  ['porcelain/job/distribute.ts', 'job assign --name All --file -', 'ada\ngrace\n'],
];
/** They need standard input for a secret too: the file has to be named. */
const WITH_A_SECRET: readonly (readonly [source: string, line: string, input: string])[] = [
  ['porcelain/context.ts', 'login https://sower.example --ca -', CERTIFICATE],
  ['porcelain/mail.ts', 'mail sign -', 'PKCS#12'],
];

function source(option: string): string {
  return `--url ldaps://directory.example --base dc=example --bind cn=reader ${option} -`;
}
function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

let folder: string;
let server: FakeServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sower-standard-input-'));
  writeFileSync(join(folder, 'FILE'), 'serial,secret\n1,aa\n');
  server = await fakeServer({
    'GET /mail/settings': () => ({
      body: { settings: mailSettingsSchema.parse({}), version: 1, passwordSet: false },
    }),
    'GET /acme': () => ({
      body: {
        settings: acmeSettingsSchema.parse({}),
        ...{ bindingKeySet: false, version: 1, state: 'off', failures: 0, orderedNames: [] },
      },
    }),
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function run(line: string, input: string) {
  server.asked.length = 0;
  const child = spawn(process.execPath, [LAUNCHER, ...line.split(' ')], {
    cwd: folder,
    env: { ...process.env, ...server.env },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.end(input);
  let err = '';
  child.stderr.on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  return { code, err };
}

/** Every text in it, however deep. */
const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : value && typeof value === 'object'
      ? Object.values(value).flatMap(textsIn)
      : [];

test.each(ROWS.map((row) => [...row] as const))('%s: %s', async (_, line, input, sent = input) => {
  const { err } = await run(line, input);
  expect(
    server.asked.flatMap(({ body }) => textsIn(body)),
    err,
  ).toContain(sent);
});

test.each(WITH_A_SECRET)('%s: %s needs a secret there too, and says what to do', async (_, line, input) => {
  expect(await run(line, input)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/Missing on standard input: .*\n.*name the file instead of -/),
  });
  expect(server.asked.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('standard input for two files of one command is refused: the second would be empty', async () => {
  const { code, err } = await run('token import - --password-file -', 'serial,secret\n1,aa\n');
  expect(err).toMatch(/Standard input was read for another file already\. Name this one instead of -\./);
  expect(code).toBe(2);
  expect(server.asked.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('the rows are of every command whose file is read so', () => {
  const reading = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path !== 'files.ts')
    .filter((path) => /\bfile(Octets|Text)\(/.test(readFileSync(join(SOURCES, path), 'utf8')));
  expect([...new Set([...ROWS, ...WITH_A_SECRET].map(([path]) => path))].toSorted()).toEqual(
    reading.toSorted(),
  );
});
