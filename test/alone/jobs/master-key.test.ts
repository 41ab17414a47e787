/**
 * The master key of a deployment of two servers is changed while everybody works and servers are killed: nothing is refused meanwhile, and
 * afterwards every seal opens with the new key and none with the old one. On both databases.
 */
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type DataKeys, masterKeyOf, openKeys } from '@sower/server/keys/seal/key-ring';
import { SEALED } from '@sower/server/keys/seal/sealed-columns';
import { type Sealing, sealing } from '@sower/server/keys/seal/sealing';
import { openDatabase } from '@sower/server/store/db/open';
import { readDataKeys } from '@sower/server/store/keys/data-keys';
import type { Database } from '@sower/server/store/schema/schema';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSupply, PROFILE, type Supply } from '../../bench/supply.ts';
import { freshCodes, type VerifyToken } from '../../bench/verifications.ts';
import { provisioned } from '../../harness/authenticator.ts';
import { type FreshDatabase, onBothAtOnce } from '../../harness/databases.ts';
import { type Deployment, deploy, type ServerProcess } from '../../harness/deployment.ts';
import { backedUp, sower } from '../../harness/jobs/command.ts';
import { amount } from '../../harness/randomness.ts';

const TOKENS = amount({ usual: 800, long: 2_000 });
const KILLS = amount({ usual: 4, long: 20 });
const CALLERS = 4;
const WINDOW = 1;

const keyIn = (file: string): Uint8Array => new Uint8Array(Buffer.from(readFileSync(file, 'utf8'), 'base64'));
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** How many seals open. */
async function opens(db: Database, seal: Pick<Sealing, 'open'>): Promise<{ opened: number; closed: number }> {
  let [opened, closed] = [0, 0];
  for (const { table, column, key, aad } of SEALED) {
    const { rows } = await sql<Record<string, unknown>>`
      select ${sql.join([column, ...key].map((name) => sql.ref(name)))} from ${sql.table(table)}
      where ${sql.ref(column)} is not null`.execute(db);
    for (const row of rows) {
      const at = (aad as (...values: unknown[]) => string)(...key.map((name) => row[name]));
      try {
        seal.open(at, String(row[column]));
        opened += 1;
      } catch {
        closed += 1;
      }
    }
  }
  return { opened, closed };
}

/** Columns whose hashes are of random values, and stay; and what is no keyed hash, though as long. */
const LASTING =
  /^(id|id_hash|key_hash|trigger_hash|reply_hash|public_key|attempt_hash|challenge_hash|key_id|credential|filler|proof|process|lease|node)$/;

/** Columns with a value under the first data key, wherever it stands in the database. */
async function leftBehind(db: Database): Promise<string[]> {
  const found = new Set<string>();
  for (const { name, columns } of await db.introspection.getTables()) {
    if (['data_keys', 'key_wraps', 'key_holders'].includes(name) || name.startsWith('kysely_')) continue;
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(db);
    for (const row of rows)
      for (const { name: column } of columns) {
        const value = row[column];
        if (typeof value !== 'string') continue;
        if (value.startsWith('v1.') || (/^[\w-]{43}$/.test(value) && !LASTING.test(column)))
          found.add(`${name}.${column}`);
      }
  }
  return [...found];
}

onBothAtOnce('a change of the master key', (kind) => {
  let fresh: FreshDatabase;
  let deployment: Deployment;
  let supply: Supply;
  let folder: string;
  let first: Uint8Array;
  let files: { readonly before: string; during: string };
  const others: (() => Promise<void>)[] = [];
  const path = (name: string): string => join(folder, name);
  const where = (): string[] => ['--data', deployment.dataFolder, '--database', fresh.option];
  const identities = (): string[] => ['--identity', path('data.key'), '--identity', path('vault.key')];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-rotation-'));
    const recipients: Record<string, string> = {};
    for (const name of ['data', 'vault']) {
      const identity = await generateX25519Identity();
      recipients[name] = await identityToRecipient(identity);
      writeFileSync(path(`${name}.key`), `${identity}\n`);
    }
    fresh = await kind.installed();
    deployment = await deploy(fresh, {
      processes: 2,
      arguments: [
        ...['--wrong-codes', '1000000', '--backup-folder', folder],
        ...['--backup-recipients', recipients.data as string],
        ...['--backup-key-recipient', recipients.vault as string],
      ],
    });
    supply = await openSupply(deployment, fresh.location);
    first = keyIn(join(deployment.dataFolder, 'master.key'));
  });
  afterAll(async () => {
    await supply?.close();
    await deployment?.stop();
    for (const end of others) await end();
    await fresh?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function withDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
    const { db, close } = await openDatabase(fresh.location);
    try {
      return await work(db);
    } finally {
      await close();
    }
  }
  const emptyPlace = (): string[] => ['--data', mkdtempSync(join(folder, 'empty-'))];
  const status = async () => JSON.parse((await sower(['key', 'status', '--json', ...where()])).stdout);
  const makeBackup = async (): Promise<string> => path(await backedUp(deployment.dataFolder));

  /** Logs on with fresh codes at both servers; a code that went to a server that was killed is not looked at again. */
  function load(tokens: readonly VerifyToken[]) {
    const results = new Map<string, number>();
    const alive = new Set([0, 1]);
    let over = false;
    const shares = Array.from({ length: CALLERS }, (_, caller) =>
      tokens.filter((_, index) => index % CALLERS === caller),
    );
    const callers = shares.map(async (mine, caller) => {
      const next = freshCodes({
        tokens: mine,
        intervalSeconds: 60,
        digits: PROFILE.digits,
        window: WINDOW,
      });
      for (let count = caller; !over; count += 1) {
        const server = [...alive][count % alive.size] ?? 0;
        const fresh = next();
        if (!fresh) {
          await wait(200);
          continue;
        }
        let result: string;
        try {
          const answer = await deployment.apiOf(server)('authenticate', {
            body: { userId: fresh.userId, passcode: fresh.code },
          });
          result = answer.result;
        } catch (error) {
          result = alive.has(server) ? String((error as Error).message) : 'killed';
        }
        results.set(result, (results.get(result) ?? 0) + 1);
        // So that the codes last to the end.
        await wait(100);
      }
    });
    return {
      results,
      alive,
      async end() {
        over = true;
        await Promise.all(callers);
      },
    };
  }

  test('nothing is refused while servers are killed in the middle of it; afterwards every seal opens, and none with the old key', async () => {
    const tokens = await supply.tokens(TOKENS);
    const codes = await supply.codes(6);
    const redeem = (code: string) =>
      provisioned(deployment, {
        ctkipUrl: `${deployment.servers[0]?.url}/ctkip/services/CtkipService`,
        activationCode: code,
      });
    const transferKey = await deployment.api('makeTransferKey', { body: {} });
    files = { before: await makeBackup(), during: '' };
    const before = await deployment.api('getAuditEnd', {});
    const traffic = load(tokens);
    const begun = performance.now();
    const ran = await sower(['key', 'rotate', 'master', '--no-wait', ...where()]);
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toContain('has begun');
    // A third key has to wait; the same command again goes on.
    const third = path('third.key');
    writeFileSync(third, `${randomBytes(32).toString('base64')}\n`);
    const again = (...more: string[]) => sower(['key', 'rotate', 'master', '--no-wait', ...more, ...where()]);
    expect(await again('--new-key', third)).toMatchObject({
      ...{ status: 1, stderr: expect.stringContaining('is in progress') },
    });
    expect(await again('--new-key', join(deployment.dataFolder, 'master.key'))).toMatchObject({
      ...{ status: 0, stderr: '' },
    });
    const states: string[] = [];
    let backedUp = '';
    const codesDuring: string[] = [];
    let kills = 0;
    for (;;) {
      const { state, masters } = await status();
      if (states.at(-1) !== state) states.push(state);
      if (codes.length > 1) codesDuring.push((await redeem(codes.pop() as string)).serial);
      // The latest that is from before the end.
      if (state !== 'overlap' && state !== backedUp) files.during = await makeBackup();
      backedUp = state;
      if (state === 'overlap' && masters.length === 1 && kills >= KILLS) break;
      if (kills < KILLS) {
        // Now one, now the other; the first one answers to the command line and to the exchanges.
        const index = 1 - (kills % 2);
        kills += 1;
        const { port } = deployment.servers[index] as ServerProcess;
        traffic.alive.delete(index);
        await (deployment.servers.findLast((server) => server.port === port) as ServerProcess).kill(
          'SIGKILL',
        );
        await deployment.start(port);
        traffic.alive.add(index);
      }
      await wait(500);
    }
    const took = performance.now() - begun;
    await traffic.end();
    const { results } = traffic;
    console.log(
      `${kind.name}: ${TOKENS} tokens, ${kills} kills, ${(took / 1000).toFixed(1)} s, ${states.join(' ')}, ${JSON.stringify([...results])}`,
    );
    // A code that was on its way for long is asked for with the next one: that is no refusal.
    const fine = ['accepted', 'challenge', 'killed'];
    expect([...results.keys()].filter((result) => !fine.includes(result))).toEqual([]);
    expect((results.get('challenge') ?? 0) * 20).toBeLessThan(results.get('accepted') ?? 0);
    expect(results.get('accepted')).toBeGreaterThan(50);
    expect(codesDuring).toHaveLength(5);
    expect((await redeem(codes.pop() as string)).serial).toMatch(/^\d{12}$/);

    const second = keyIn(join(deployment.dataFolder, 'master.key'));
    expect(Buffer.from(second).equals(first)).toBe(false);
    await withDatabase(async (db) => {
      const { keys, wraps } = await readDataKeys(db);
      expect(await openKeys(masterKeyOf(first), keys, wraps)).toBe('other-master');
      const ring = (await openKeys(masterKeyOf(second), keys, wraps)) as DataKeys;
      const now = await opens(
        db,
        sealing(() => ring, random),
      );
      expect(now.closed).toBe(0);
      expect(now.opened).toBeGreaterThanOrEqual(TOKENS);
      // The first data key was the first master key.
      expect(await opens(db, sealing(first, random))).toEqual({ opened: 0, closed: now.opened });
      expect(await leftBehind(db)).toEqual([]);
      console.log(`${kind.name}: ${now.opened} seals open with the new key, 0 with the old one`);
    });
    expect(await deployment.api('showTransferKey', {})).toEqual(transferKey);
    for (const query of [{}, { anchor: before.anchor }]) {
      const proof = await deployment.api('verifyAudit', { query } as never);
      expect(proof.findings).toEqual([]);
      expect(proof.rows).toBeGreaterThan(50);
    }
  });

  test('a server with the old key is told in one sentence, and one with the new key starts, from wherever that comes', async () => {
    const old =
      readdirSync(deployment.dataFolder).find((name) => /^master-[0-9a-f]{16}\.key$/.test(name)) ?? '';
    expect(keyIn(join(deployment.dataFolder, old))).toEqual(first);
    const elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
    const start = (...args: string[]) =>
      sower(['serve', '--data', elsewhere, '--database', fresh.option, '--listen', '127.0.0.1:0', ...args]);
    const refused = await start('--master-key-file', join(deployment.dataFolder, old));
    expect(refused.status).toBe(1);
    expect(
      refused.stdout.match(/this database belongs to another master key: [0-9a-f]{16}, since/g),
    ).toHaveLength(1);
    expect(existsSync(join(elsewhere, 'master.key'))).toBe(false);
    const command = `cat ${join(deployment.dataFolder, 'master.key')}`;
    const shown = await sower([
      'key',
      'status',
      '--data',
      elsewhere,
      '--database',
      fresh.option,
      '--master-key-command',
      command,
    ]);
    expect(shown.stdout).toContain('Everything is re-sealed');
    expect((await start('--master-key-command', 'exit 3')).stdout).toContain(
      'the command for the master key failed (3)',
    );
  });

  test('backups from before, during and after it are restored', async () => {
    const after = await makeBackup();
    for (const file of [files.before, files.during, after]) {
      expect(file).not.toBe('');
      const verified = await sower([
        'backup',
        'verify',
        file,
        ...identities(),
        '--data',
        mkdtempSync(join(folder, 'none-')),
      ]);
      expect(verified).toMatchObject({ status: 0, stderr: '' });
      const place = await kind.empty();
      const dataFolder = mkdtempSync(join(folder, 'restored-'));
      const there = ['--data', dataFolder, '--database', place.option];
      expect(await sower(['restore', file, ...identities(), ...there])).toMatchObject({
        status: 0,
        stderr: '',
      });
      expect(await sower(['api-key', 'recover', ...there])).toMatchObject({ status: 0, stderr: '' });
      const server = await deploy(place, { dataFolder, described: false });
      others.push(() => place.drop());
      expect((await server.api('verifyAudit', { query: {} } as never)).findings).toEqual([]);
      await server.stop();
    }
    // The backup has the first key only for whoever has the private key for it.
    const newest = ['--master-key', join(deployment.dataFolder, 'master.key')];
    const refused = await sower([
      'restore',
      files.before,
      '--identity',
      path('data.key'),
      ...newest,
      ...emptyPlace(),
    ]);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('another installation') });
    const old =
      readdirSync(deployment.dataFolder).find((name) => /^master-[0-9a-f]{16}\.key$/.test(name)) ?? '';
    const oldest = ['--master-key', join(deployment.dataFolder, old)];
    const late = await sower(['restore', after, '--identity', path('data.key'), ...oldest, ...emptyPlace()]);
    expect(late).toMatchObject({ status: 1, stderr: expect.stringContaining('is sealed with master key') });
    // Where the key of today is in its place, as on the host that made the backup.
    const host = mkdtempSync(join(folder, 'host-'));
    copyFileSync(join(deployment.dataFolder, 'master.key'), join(host, 'master.key'));
    const there = ['--data', host];
    expect(await sower(['backup', 'verify', files.before, ...identities(), ...there])).toMatchObject({
      ...{ status: 0, stderr: '' },
    });
    for (const keys of [identities(), ['--identity', path('data.key'), ...oldest]])
      expect(await sower(['restore', files.before, ...keys, ...there])).toMatchObject({
        ...{ status: 1, stderr: expect.stringContaining('Move that file away') },
      });
    expect(readdirSync(host)).toEqual(['master.key']);
    // Both keys open this one: the server starts with the later too.
    const both = [files.during, '--identity', path('data.key'), ...oldest];
    expect(await sower(['restore', ...both, ...there])).toMatchObject({ status: 0, stderr: '' });
    // Where a file of its own was named for it and is not there yet, it is put there.
    const named = ['--master-key-file', join(host, 'named.key')];
    const into = [...emptyPlace(), ...named];
    expect(await sower(['restore', files.before, ...identities(), ...into])).toMatchObject({ status: 0 });
    expect(keyIn(join(host, 'named.key'))).toEqual(first);
  });
});
