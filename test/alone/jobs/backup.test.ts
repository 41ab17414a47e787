/**
 * Backups of a running server, and restoring them elsewhere: into the same kind of database and into the other, whole, and without any code
 * that was used before. What is not a good backup, or no empty place, is refused with a sentence.
 */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { intervalAt } from '@sower/otp/totp';
import { sealing } from '@sower/server/keys/seal/sealing';
import { openDatabase } from '@sower/server/store/db/open';
import { insertSecondApproval } from '@sower/server/store/directory/second-approvals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { codeOf, openSupply, PROFILE, type Supply } from '../../bench/supply.ts';
import type { VerifyToken } from '../../bench/verifications.ts';
import {
  type DatabaseKind,
  type FreshDatabase,
  onBothDatabases,
  POSTGRESQL,
  SQLITE,
} from '../../harness/databases.ts';
import { type Deployment, deploy, TREE } from '../../harness/deployment.ts';
import { backedUp, sower } from '../../harness/jobs/command.ts';
import { spawn } from '../../harness/processes/spawn.ts';
import { amount } from '../../harness/randomness.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
/** All are restored, counted, and looked at in the database. */
const TOKENS = 600;
/** Of those, the ones that are used: once before the backup, and once while it is made or after it. */
const USED = amount({ usual: 150, long: TOKENS });
/** Activation codes that wait. */
const CODES = 5;

type Used = { readonly userId: string; readonly passcode: string };

onBothDatabases('a backup', (kind) => {
  let fresh: FreshDatabase;
  let deployment: Deployment;
  let supply: Supply;
  let folder: string;
  let file: string;
  const others: (() => Promise<void>)[] = [];
  const used: Used[] = [];
  let before: readonly { name: string; rows: number }[];
  const path = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-backup-'));
    const recipients: Record<string, string> = {};
    for (const name of ['data', 'vault', 'stranger']) {
      const identity = await generateX25519Identity();
      recipients[name] = await identityToRecipient(identity);
      writeFileSync(path(`${name}.key`), `# public key: ${recipients[name]}\n${identity}\n`);
    }
    fresh = await kind.installed();
    deployment = await deploy(fresh, {
      arguments: [
        ...['--wrong-codes', '1000000', '--backup-folder', folder, '--backup-keep', '3'],
        ...[
          '--backup-recipients',
          recipients.data as string,
          '--backup-key-recipient',
          recipients.vault as string,
        ],
      ],
    });
    supply = await openSupply(deployment, fresh.location);
    await deployment.api('makeTransferKey', { body: {} });
  });
  afterAll(async () => {
    await supply?.close();
    await deployment?.stop();
    for (const end of others) await end();
    await fresh?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const KEYS = (): string[] => ['--identity', path('data.key'), '--identity', path('vault.key')];

  const makeBackup = async (): Promise<string> => join(folder, await backedUp(deployment.dataFolder));

  async function verify(
    of: Deployment,
    codes: readonly (() => Used)[],
  ): Promise<{ accepted: number; slowest95: number }> {
    const left = [...codes];
    const took: number[] = [];
    let accepted = 0;
    const one = async (): Promise<void> => {
      for (let code = left.pop(); code; code = left.pop()) {
        const begun = performance.now();
        const { result } = await of.api('authenticate', { body: code() });
        took.push(performance.now() - begun);
        if (result === 'accepted') accepted += 1;
      }
    };
    await Promise.all(Array.from({ length: 8 }, one));
    took.sort((a, b) => a - b);
    return { accepted, slowest95: took[Math.floor(took.length * 0.95)] ?? 0 };
  }

  /** What each shows when it is asked: on a busy machine a thousand take more than an interval, and the server would learn that they lag. */
  const showing = (tokens: readonly VerifyToken[], ahead: number): (() => Used)[] =>
    tokens.map((token) => () => {
      const interval = intervalAt(Date.now() / 1000, PROFILE.interval) + ahead;
      const shown = { userId: token.userId, passcode: codeOf(token, interval) };
      used.push(shown);
      return shown;
    });

  /** Of each that a restore ends: activation codes, emergency tokencodes, an approval, a counter, mail that waits. */
  async function addWhatIsUsedOnce(): Promise<void> {
    await supply.codes(CODES);
    const { db, close } = await openDatabase(fresh.location);
    const [first, second] = await db.selectFrom('seeds').select(['id', 'token_id']).limit(2).execute();
    await db
      .updateTable('seeds')
      .set({ algorithm: 'hotp', position: 5 })
      .where('id', '=', first?.id ?? '')
      .execute();
    const token_id = second?.token_id ?? '';
    await db
      .insertInto('emergency_codes')
      .values({ id: 'e', token_id, kind: 'one-time', code_hash: 'x' })
      .execute();
    const masterKey = readFileSync(join(deployment.dataFolder, 'master.key'), 'utf8');
    const marks = { sealing: sealing(new Uint8Array(Buffer.from(masterKey, 'base64')), random) };
    await insertSecondApproval(db, marks, {
      ...{ id: 'a', action: 'master-key.rotate', object: 'x', title: 'x', asked_by: 'x', person: 'x' },
      ...{ asked_at: 0, expires_at: 9e12, decision: 'approved', decided_by: 'x', decided_person: 'x' },
      ...{ decided_at: 0, used_at: null },
    });
    await db
      .updateTable('tokens')
      .set({ emergency_until: 9e12, emergency_return: 'after' })
      .where('id', '=', token_id)
      .execute();
    const mail = {
      event: 'code-expiring',
      recipient: 'a@example.com',
      subject: 'x',
      encrypted: 0,
      message_id: 'x',
    } as const;
    const times = { attempts: 0, next_at: 9e12, created_at: Date.now(), given_up_at: 9e12 };
    await db
      .insertInto('mail')
      .values({ ...mail, ...times, id: 'm', state: 'queued' } as never)
      .execute();
    await close();
  }

  async function expectNothingLive({ location }: FreshDatabase, begun: number): Promise<void> {
    const { db, close } = await openDatabase(location);
    const present = intervalAt(begun / 1000, PROFILE.interval);
    const seeds = await db.selectFrom('seeds').select(['algorithm', 'position', 'approved']).execute();
    expect(seeds.length).toBe(TOKENS);
    for (const { position, approved } of seeds) {
      expect(position).toBeGreaterThan(present);
      expect(approved).toBeGreaterThanOrEqual(intervalAt(begun / 1000, 60));
    }
    const live = await db
      .selectFrom('distributions')
      .select('id')
      .where('state', 'in', ['issued', 'opened'])
      .execute();
    const withdrawn = await db
      .selectFrom('distribution_events')
      .select('id')
      .where('state', '=', 'withdrawn')
      .execute();
    expect([live.length, withdrawn.length]).toEqual([0, CODES]);
    expect(await db.selectFrom('emergency_codes').selectAll().execute()).toEqual([]);
    expect(await db.selectFrom('second_approvals').selectAll().execute()).toEqual([]);
    expect(
      await db.selectFrom('tokens').select('id').where('emergency_until', 'is not', null).execute(),
    ).toEqual([]);
    expect(await db.selectFrom('mail').select(['state', 'message']).execute()).toEqual([
      { state: 'dead', message: null },
    ]);
    await close();
  }

  async function countsOf({ location }: FreshDatabase) {
    const { db, close } = await openDatabase(location);
    try {
      const counts: { name: string; rows: number }[] = [];
      for (const name of [
        'users',
        'tokens',
        'seeds',
        'distributions',
        'server_keys',
        'transfer_keys',
        'api_keys',
      ] as const) {
        const { rows } = await db
          .selectFrom(name)
          .select((eb) => eb.fn.countAll<number>().as('rows'))
          .executeTakeFirstOrThrow();
        counts.push({ name, rows: Number(rows) });
      }
      return counts;
    } finally {
      await close();
    }
  }

  test('is made while others authenticate, who hardly notice; the file is for its recipient only', async () => {
    const tokens = await supply.tokens(TOKENS);
    const holders = tokens.slice(0, USED);
    const early = showing(holders, 0);
    const alone = await verify(deployment, early);
    expect(alone.accepted).toBe(USED);
    await addWhatIsUsedOnce();
    before = await countsOf(fresh);
    // Where the interval ended meanwhile, some are asked for the next one too: those count as shown.
    const late = showing(holders.slice(0, USED / 2), 1);
    const [made, during] = await Promise.all([makeBackup(), verify(deployment, late)]);
    file = made;
    const after = showing(holders.slice(USED / 2), 1);
    const afterwards = await verify(deployment, after);
    expect(during.accepted).toBeGreaterThan(0);
    expect(afterwards.accepted).toBeGreaterThan(0);
    console.log(
      `${kind.name}: accepted ${alone.accepted} before, ${during.accepted} during, ${afterwards.accepted} after the backup`,
    );
    console.log(
      `${kind.name}: authenticate p95 ${alone.slowest95.toFixed(1)} ms before, ${during.slowest95.toFixed(1)} ms during a backup`,
    );
    const octets = readFileSync(file);
    expect(octets.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    const masterKey = readFileSync(join(deployment.dataFolder, 'master.key'), 'utf8').trim();
    expect(octets.includes(masterKey)).toBe(false);
    // The first one by the schedule may be on its way.
    expect(existsSync(`${file}.partial`)).toBe(false);
  });

  test('is verified in a scratch database: counts, chain, seals; the server is told, and nobody tells it a lie', async () => {
    const data = ['--data', deployment.dataFolder];
    const ran = await sower(['backup', 'verify', file, ...KEYS(), ...data, '--report']);
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
    expect(ran.stdout).toMatch(/can be restored: .* sealed values opened/);
    const { items, verifyLate, late } = await deployment.api('listBackups', {});
    expect({ verifyLate, late }).toEqual({ verifyLate: false, late: false });
    const verified = items.find(({ verifiedAt }) => verifiedAt !== undefined);
    expect(file).toContain(verified?.name);
    const lie = deployment.api('reportVerified', {
      params: { id: verified?.id ?? '' },
      body: { proof: 'x' },
    });
    await expect(lie).rejects.toMatchObject({ problem: { reason: 'backup.proof-wrong' } });
    // Both say when the last one was made; the schedule may make another between the two answers.
    const apart = async (): Promise<number> => {
      const { madeAt = '' } = await deployment.api('listBackups', {});
      const made = /^sower_backup_made_timestamp_seconds(?:\{[^}]*\})? (\S+)$/m.exec(
        await deployment.metrics(0),
      )?.[1];
      return Number(made) * 1000 - Date.parse(madeAt);
    };
    await expect.poll(apart).toBe(0);
    expect(await deployment.metrics(0)).toMatch(/^sower_backup_verified_timestamp_seconds(?:\{[^}]*\})? \d/m);
  });

  test('leaves nothing in the clear where the verification is interrupted', async () => {
    const scratch = mkdtempSync(join(folder, 'scratch-'));
    const args = ['backup', 'verify', file, ...KEYS(), '--data', deployment.dataFolder, '--scratch', scratch];
    const child = spawn(process.execPath, [join(TREE, 'apps/cli/bin/sower.js'), ...args], {
      stdio: 'ignore',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const ended = once(child, 'exit');
    await expect.poll(() => readdirSync(scratch).length, { interval: 5, timeout: 60_000 }).toBe(1);
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(130);
    expect(readdirSync(scratch)).toEqual([]);
  });

  /** An empty place with a server on what was restored there. */
  async function restored(
    into: DatabaseKind,
    ...more: string[]
  ): Promise<{ server: Deployment; place: FreshDatabase; said: string }> {
    const place = await into.empty();
    const dataFolder = mkdtempSync(join(tmpdir(), 'sower-restored-'));
    const where = ['--data', dataFolder, '--database', place.option];
    const dry = await sower(['restore', file, ...KEYS(), ...where, '--dry-run']);
    expect(dry.stderr).toBe('');
    expect(dry.stdout).toContain('Nothing was changed.');
    const ran = await sower(['restore', file, ...KEYS(), ...where, ...more]);
    expect(ran.stderr).toBe('');
    expect(ran.status).toBe(0);
    const keyed = await sower(['api-key', 'recover', ...where]);
    expect(keyed.stderr).toBe('');
    const server = await deploy(place, { dataFolder, described: false });
    others.push(async () => {
      await server.stop();
      await place.drop();
    });
    return { server, place, said: ran.stdout };
  }

  test.each(kind.name === 'SQLite' && inject('postgresql') ? [SQLITE, POSTGRESQL] : [kind])(
    'is restored into $name: everything is there, and no code used before or after it is accepted',
    async (into) => {
      const anchor = await deployment.api('getAuditEnd', {});
      const begun = Date.now();
      const { server, place } = await restored(into);
      const now = await countsOf(place);
      const kept = (counts: readonly { name: string; rows: number }[]) =>
        counts.filter(({ name }) => name !== 'api_keys');
      // All but the seed with a counter: how often it was used since is not known.
      const expected = before.map(({ name, rows }) => ({ name, rows: name === 'seeds' ? rows - 1 : rows }));
      expect(kept(now)).toEqual(kept(expected));
      await expectNothingLive(place, begun);
      const again = await verify(
        server,
        used.map((one) => () => one),
      );
      expect(used.length).toBe(2 * USED);
      expect(again.accepted).toBe(0);
      // The chain goes on, also for whoever kept its end from before; and it says where the restore was.
      for (const query of [{}, { anchor: anchor.anchor }]) {
        const proof = await server.api('verifyAudit', { query } as never);
        expect(proof.findings).toEqual([]);
        expect(proof.restores).toHaveLength(1);
        expect(proof.detail).toContain('was restored at');
      }
      const { items } = await server.api('listAudit', { query: { action: 'backup.restore' } });
      expect(items).toHaveLength(1);
      // What was encrypted to it before is readable there.
      expect(await server.api('showTransferKey', {})).toEqual(await deployment.api('showTransferKey', {}));
    },
  );

  test('what is no good backup, or no empty place, is refused with a sentence, and nothing is left there', async () => {
    const place = mkdtempSync(join(folder, 'empty-'));
    const where = ['--data', place];
    const says = async (sentence: RegExp, ...args: string[]): Promise<void> => {
      const ran = await sower(['restore', ...args]);
      expect(ran.stderr).toMatch(sentence);
      expect(ran.status).toBe(1);
      expect(readdirSync(place)).toEqual([]);
    };
    const octets = readFileSync(file);
    const variant = (name: string, content: Buffer): string => {
      writeFileSync(path(name), content);
      return path(name);
    };
    for (const part of [0.3, 0.9]) {
      const cut = variant('cut', octets.subarray(0, Math.floor(octets.length * part)));
      await says(/truncated or was changed/, cut, ...KEYS(), ...where);
    }
    const flipped = Buffer.from(octets);
    flipped[Math.floor(octets.length / 2)]! ^= 1;
    await says(/truncated or was changed/, variant('flipped', flipped), ...KEYS(), ...where);
    await says(/not a backup made by Sower/, variant('text', Buffer.from('hello\n')), ...KEYS(), ...where);
    await says(/The file .*nowhere was not found/, path('nowhere'), ...KEYS(), ...where);
    await says(/encrypted for another one/, file, '--identity', path('stranger.key'), ...where);
    await says(/Give the private key/, file, ...where);
    await says(/encrypted for another private key/, file, '--identity', path('data.key'), ...where);
    await says(/not an age private key/, file, '--identity', variant('x.key', Buffer.from('x')), ...where);
    variant('other-master.key', Buffer.from(`${Buffer.alloc(32, 7).toString('base64')}\n`));
    await says(/another installation/, file, ...KEYS(), '--master-key', path('other-master.key'), ...where);
    // A file where a folder should be, and folders that are not there.
    const inTheWay = /flipped.* cannot be used \((EEXIST|ENOTDIR)\)/;
    await says(inTheWay, file, ...KEYS(), '--data', path('flipped'));
    await says(inTheWay, file, ...KEYS(), ...where, '--master-key-file', join(path('flipped'), 'x', 'key'));
    const scratch = ['--scratch', path('nowhere'), '--json'];
    const verified = await sower(['backup', 'verify', file, ...KEYS(), ...where, ...scratch]);
    expect(verified).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/nowhere.* cannot be used/),
    });
    expect(JSON.parse(verified.stdout)).toMatchObject({ error: { reason: 'backup.file' } });
    const living = await sower([
      'restore',
      file,
      ...KEYS(),
      '--data',
      deployment.dataFolder,
      '--database',
      fresh.option,
    ]);
    expect(living.stderr).toMatch(/only into an empty (one|place)/);
    expect(living.status).toBe(1);
    expect((await sower(['restore'])).status).toBe(2);
    expect((await sower(['restore', file, '--nonsense'])).status).toBe(2);
  });

  test('only so many stay; without the folder, one fails with a sentence, and the server goes on', async () => {
    const names = new Set<string>();
    for (let count = 0; count < 3; count += 1) names.add(await makeBackup());
    await expect
      .poll(() => readdirSync(folder).filter((name) => /^sower-.*\.age$/.test(name)).length)
      .toBe(3);
    for (const name of names) expect(existsSync(name)).toBe(true);
    expect(existsSync(file)).toBe(false);
    rmSync(folder, { recursive: true });
    const ran = await sower(['backup', '--data', deployment.dataFolder]);
    expect(ran.stderr).toContain('The backup folder does not exist.');
    expect(ran.status).toBe(1);
    const { items } = await deployment.api('listAudit', {
      query: { action: 'backup.make', result: 'failure' },
    });
    expect(items[0]?.reasonCode).toBe('backup.no-folder');
    expect((await deployment.send(0, { path: '/readyz' })).status).toBe(200);
  });
});
