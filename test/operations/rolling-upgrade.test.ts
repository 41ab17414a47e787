/**
 * Node by node from the version before: both serve on the schema of the newer. `SOWER_PREVIOUS=DIR` is a checkout of the version before, with its
 * packages and built (`npm start` once); without it only the migrations are looked at.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ApiClient, apiClient } from '@sower/api/client';
import { expect, test } from 'vitest';
import { provisioned, tokencode } from '../harness/authenticator.ts';
import { onBothDatabases } from '../harness/databases.ts';
import type { Deployment, HttpAnswer } from '../harness/deployment.ts';
import { freePort } from '../harness/free-port.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PREVIOUS = process.env.SOWER_PREVIOUS;
const MIGRATIONS = join(ROOT, 'apps/server/src/store/migrations');
/** Up to here all processes had to be stopped for an upgrade. */
const FIRST = '0056';

test('migrations only add to the schema, so that the version before serves on', () => {
  const takes =
    /\b(?:dropColumn|dropTable|dropIndex|dropConstraint|renameTo|renameColumn|alterColumn|modifyColumn|setNotNull)\b|\bdrop (?:table|column|index|constraint)\b|\brename to\b/i;
  const files = readdirSync(MIGRATIONS).filter((name) => name >= FIRST);
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((name) => takes.test(readFileSync(join(MIGRATIONS, name), 'utf8')))).toEqual([]);
  // Of a table that was there, a new column must be one that the version before need not write.
  const added = files.flatMap((name) =>
    [...readFileSync(join(MIGRATIONS, name), 'utf8').matchAll(/alterTable\([^)]*\)([\s\S]*?)\.execute/g)].map(
      ([, change = '']) => change,
    ),
  );
  expect(added.filter((change) => /notNull\(\)/.test(change) && !/defaultTo\(/.test(change))).toEqual([]);
});

type Node = { readonly port: number; readonly child: ChildProcess; output(): string };

async function serve(tree: string, dataFolder: string, database: string, publicPort?: number): Promise<Node> {
  const port = await freePort();
  const child = spawn(
    join(tree, 'node_modules/.bin/node'),
    [
      ...[join(tree, 'apps/cli/bin/sower.js'), 'serve', '--data', dataFolder, '--database', database],
      ...['--listen', `127.0.0.1:${port}`, '--public-url', `https://localhost:${publicPort ?? port}`],
      ...['--processes', '1'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (/ is ready: /.test(output)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(output)));
  });
  return { port, child, output: () => output };
}

const stop = async ({ child }: Node): Promise<void> => {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
};

if (PREVIOUS)
  onBothDatabases('a rolling upgrade', (kind) => {
    test('what one node issues or has used is so for the other, whichever version it has', async () => {
      const database = await kind.empty();
      const dataFolder = mkdtempSync(join(tmpdir(), 'sower-upgrade-'));
      const before = await serve(PREVIOUS, dataFolder, database.option);
      const ca = readFileSync(join(dataFolder, 'tls/ca.pem'), 'utf8');
      const key = readFileSync(join(dataFolder, 'admin-api-key'), 'utf8').trim();
      const sendTo =
        (port: number): ((options: Parameters<Deployment['send']>[1]) => Promise<HttpAnswer>) =>
        ({ method = 'GET', path, headers = {}, body }) =>
          new Promise((resolve, reject) => {
            const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
            const call = request(
              {
                host: '127.0.0.1',
                servername: 'localhost',
                port,
                path,
                method,
                ca,
                headers: { ...headers, ...length },
              },
              (response) => {
                const chunks: Buffer[] = [];
                response.on('data', (chunk: Buffer) => chunks.push(chunk));
                response.on('end', () =>
                  resolve({
                    status: response.statusCode ?? 0,
                    headers: response.headers,
                    body: Buffer.concat(chunks),
                  }),
                );
              },
            );
            call.on('error', reject);
            call.end(body);
          });
      const apiOf = (port: number): ApiClient =>
        apiClient(async (asked) => {
          const { status, body } = await sendTo(port)(asked);
          return { status, body: body.toString() };
        }, key);
      const old = apiOf(before.port);
      await old('addProfile', {
        body: { name: 'p', deviceType: 'sower', delivery: 'url', authenticationType: 'fob' },
      });
      await old('addUser', { body: { userId: 'anna' } });
      const { first: serial } = await old('mintTokens', { body: {} });
      await old('assignToken', { params: { serial }, body: { userId: 'anna' } });
      const issued = await old('distributeToken', { params: { serial }, body: { profile: 'p' } });

      const after = await serve(ROOT, dataFolder, database.option, before.port);
      const now = apiOf(after.port);
      // Issued by the version before, on the earlier schema; provisioned by it, on the new one.
      const token = await provisioned(
        { send: (_, asked) => sendTo(before.port)(asked) } as Deployment,
        issued,
      );
      const accepted = async (api: ApiClient, passcode: string): Promise<string> =>
        (await api('authenticate', { body: { userId: 'anna', passcode } })).result;
      const first = tokencode(token);
      expect(await accepted(old, first)).toBe('accepted');
      expect(await accepted(now, first)).toBe('rejected');
      const second = tokencode(token, 1);
      expect(await accepted(now, second)).toBe('accepted');
      expect(await accepted(old, second)).toBe('rejected');
      // And a setting that both know.
      const { version } = await now('getSettings', {});
      await now('editSettings', { body: { 'tokens.maxPerUser': 4 }, ifMatch: version });
      expect((await old('getSettings', {})).settings['tokens.maxPerUser']).toBe(4);
      for (const api of [old, now]) {
        expect(await api('verifyAudit', {})).toMatchObject({ intact: true });
        await api('listAudit', {});
        await api('listTokens', {});
      }
      for (const node of [before, after]) {
        await stop(node);
        expect(node.output()).not.toMatch(/"level":[56]0/);
      }
      // The earlier program does not begin on what it does not know.
      await expect(serve(PREVIOUS, dataFolder, database.option)).rejects.toThrow(/newer/i);
      rmSync(dataFolder, { recursive: true, force: true });
      await database.drop();
    });
  });
