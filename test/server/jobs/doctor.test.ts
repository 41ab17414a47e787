/** `sower doctor`: a server in order has nothing wrong, and each thing that is broken is named, with what to do. On both databases. */

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judgePostgresql } from '@sower/server/host-commands/doctor/database';
import { openDatabase } from '@sower/server/store/db/open';
import type { Database } from '@sower/server/store/schema/schema';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { freePort } from '../../harness/processes/free-port.ts';
import { spawn } from '../../harness/processes/spawn.ts';

const LAUNCHER = fileURLToPath(new URL('../../../apps/cli/bin/sower.js', import.meta.url));

type Found = { readonly area: string; readonly state: string; readonly code: string; readonly text: string };
type Said = { readonly status: number | null; readonly out: string; readonly findings: readonly Found[] };

function doctor(args: readonly string[], env: Record<string, string> = {}): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [LAUNCHER, 'doctor', ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '', SOWER_LANGUAGE: 'en', SOWER_MASTER_KEY: '', ...env },
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, out, findings: JSON.parse(out).findings }));
  });
}

const wrong = ({ findings }: Said): string[] =>
  findings.filter(({ state }) => state === 'bad').map(({ code }) => code);
const codes = ({ findings }: Said): string[] => findings.map(({ code }) => code);

onBothDatabases('sower doctor', (kind) => {
  const { database, deployment } = deployed(
    { installed: kind.fresh },
    { described: false, env: { SOWER_PLAIN_HTPP: 'true' } },
  );
  let where: string[];
  const listeners: Server[] = [];
  beforeAll(() => {
    const [server] = deployment.servers;
    where = [
      ...['--data', deployment.dataFolder, '--database', database.option],
      ...['--listen', `127.0.0.1:${server?.port}`, '--public-url', server?.url ?? ''],
    ];
  });
  afterAll(() => {
    for (const listener of listeners) listener.close();
  });
  async function changed(work: (db: Database) => Promise<unknown>): Promise<void> {
    const { db, close } = await openDatabase(database.location);
    await work(db).finally(close);
  }

  test('finds nothing wrong with a server that runs, and changes nothing', async () => {
    const said = await doctor(where);
    expect(wrong(said)).toEqual([]);
    expect(said.status).toBe(0);
    expect(codes(said)).toEqual(
      expect.arrayContaining([
        'doctor.versions',
        'doctor.folder',
        'doctor.disk',
        'doctor.ready',
        'doctor.certificate',
        'doctor.database',
        'doctor.key',
        'doctor.backup-none',
        'doctor.upkeep',
        ...(kind.name === 'PostgreSQL' ? ['doctor.clocks'] : []),
      ]),
    );
  });

  test('names a variable of the environment that is none, as the log of the server does', async () => {
    const [logged, ...more] = (deployment.servers[0]?.output() ?? '')
      .split('\n')
      .filter((line) => line.includes('SOWER_PLAIN_HTPP'));
    expect(JSON.parse(logged ?? '')).toMatchObject({ level: 40, variables: ['SOWER_PLAIN_HTPP'] });
    expect(more).toEqual([]);
    const { findings } = await doctor(where, { SOWER_PLAIN_HTPP: 'true' });
    expect(findings).toContainEqual({
      area: 'configuration',
      state: 'warn',
      code: 'doctor.unknown-variable',
      text: expect.stringContaining('SOWER_PLAIN_HTPP'),
    });
  });

  test.runIf(kind.name === 'PostgreSQL')('says whether commits outlive a crash', async () => {
    const { location } = database;
    if (location.kind !== 'postgresql') throw new Error('another database');
    const set = (value: string) => (db: Database) =>
      sql`alter database ${sql.id(new URL(location.url).pathname.slice(1))} ${sql.raw(value)}`.execute(db);
    await changed(set('set synchronous_commit = off'));
    expect(wrong(await doctor(where))).toEqual(['doctor.commits-later']);
    await changed(set('reset synchronous_commit'));
    expect(wrong(await doctor(where))).toEqual([]);
  });

  test('names what is broken, and what to do', async () => {
    const dead = await freePort();
    await changed(async (db) => {
      const { settings } = await db.selectFrom('mail_settings').select('settings').executeTakeFirstOrThrow();
      const mail = {
        ...JSON.parse(settings),
        enabled: true,
        host: '127.0.0.1',
        port: dead,
        from: 'a@example.com',
      };
      await db
        .updateTable('mail_settings')
        .set({ settings: JSON.stringify(mail) })
        .execute();
      const backup = {
        id: 'x',
        name: 'x',
        state: 'done',
        begun_at: 1,
        begun_by: 'x',
        seen_at: 1,
        ended_at: 1,
      } as const;
      const rest = {
        rows: 1,
        size: 1,
        sha256: 'x',
        proof: 'x',
        text: null,
        verified_at: null,
        removed_at: null,
      };
      await db
        .insertInto('backups')
        .values({ ...backup, ...rest })
        .execute();
      await db.updateTable('installation').set({ settings: '{"retention.hold":"case 4711"}' }).execute();
    });
    chmodSync(deployment.dataFolder, 0o755);
    const said = await doctor([...where.slice(0, -1), 'https://elsewhere.example.com']);
    expect(said.status).toBe(1);
    expect(wrong(said).sort()).toEqual([
      'doctor.backup-late',
      'doctor.certificate-name',
      'doctor.mail-silent',
    ]);
    expect(codes(said)).toEqual(expect.arrayContaining(['doctor.folder-open', 'doctor.hold']));
    expect(said.findings.find(({ code }) => code === 'doctor.folder-open')?.text).toContain('chmod -R go=');
    chmodSync(deployment.dataFolder, 0o700);
    // Made a moment ago, and never verified: that is said, and no time of which there is none.
    await changed(async (db) => {
      await db.updateTable('backups').set({ ended_at: Date.now() }).execute();
    });
    expect(codes(await doctor(where))).toContain('doctor.backup-never-verified');
    // The wrong key, without a word about it.
    const key = '07'.repeat(32);
    const keyed = await doctor(where, { SOWER_MASTER_KEY: key });
    expect(wrong(keyed)).toContain('doctor.key-wrong');
    expect(keyed.out).not.toContain(key);
  });

  test('says what is in the way of a server that does not run', async () => {
    const taken = createServer();
    listeners.push(taken);
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const place = ['--data', deployment.dataFolder, '--database', database.option];
    expect(wrong(await doctor([...place, '--listen', `127.0.0.1:${port}`]))).toContain('doctor.port-taken');
    const free = ['--listen', `127.0.0.1:${await freePort()}`];
    const rest = await doctor([...place, ...free, '--metrics-listen', `127.0.0.1:${port}`]);
    expect(codes(rest)).toEqual(expect.arrayContaining(['doctor.not-running', 'doctor.port-taken']));
    const empty = mkdtempSync(join(tmpdir(), 'sower-doctor-'));
    const nowhere = `postgresql://sower:secret-of-it@127.0.0.1:${await freePort()}/x`;
    const silent = await doctor(['--data', empty, '--database', nowhere, ...free]);
    expect(wrong(silent)).toEqual(['doctor.database-unreachable']);
    expect(silent.out).not.toContain('secret-of-it');
    rmSync(empty, { recursive: true });
    await changed((db) =>
      sql`insert into kysely_migration (name, timestamp) values ('9999-next', 'x')`.execute(db),
    );
    const newer = await doctor(where);
    expect(wrong(newer)).toContain('doctor.database-newer');
  });
});

test('PostgreSQL: which version it is, and when it is time to upgrade', () => {
  const judged = (name: string, day: string): string => {
    const { state, text } = judgePostgresql({ name, major: Number.parseInt(name, 10) }, Date.parse(day));
    return `${state} ${text.code}`;
  };
  expect(judged('17.12', '2026-11-29')).toBe('good doctor.postgresql');
  expect(judged('15.18', '2027-11-11')).toBe('warn doctor.postgresql-ends');
  expect(judged('15.18', '2027-11-12T12:00:00Z')).toBe('bad doctor.postgresql-ended');
  expect(judged('14.20', '2026-11-29')).toBe('bad doctor.postgresql-old');
  expect(judged('19.1', '2026-11-29')).toBe('warn doctor.postgresql-new');
});
