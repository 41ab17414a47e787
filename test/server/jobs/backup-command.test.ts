/** Backups to a command of the operator's: one that hangs holds up nothing for good, and one that is not finished looks like none. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandFailed } from '@sower/server/keys/operators-command';
import { sealing } from '@sower/server/keys/seal/sealing';
import { opened, sealed } from '@sower/server/operations/backup/envelope';
import { type BackupContext, makeDueBackup, startThread } from '@sower/server/operations/backup/make';
import { clearLeft, openSink } from '@sower/server/operations/backup/sink';
import { newId } from '@sower/server/store/db/ids';
import { openAsItIs } from '@sower/server/store/db/loading';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { openSnapshot } from '@sower/server/store/db/snapshot';
import { listBackups } from '@sower/server/store/operations/backups';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { sql } from 'kysely';
import { afterAll, expect, inject, test } from 'vitest';
import { onBothAtOnce, POSTGRESQL } from '../../harness/databases.ts';
import { sower } from '../../harness/jobs/command.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const folder = mkdtempSync(join(tmpdir(), 'sower-backup-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a command that reads nothing, or does not end, is ended after a while', async () => {
  const deaf = await openSink({ kind: 'command', command: 'sleep 600' }, 'x', 300);
  const fill = async (): Promise<void> => {
    for (;;) await deaf.write(random(65_536));
  };
  await expect(fill()).rejects.toBeInstanceOf(CommandFailed);
  const endless = await openSink({ kind: 'command', command: 'cat > /dev/null; sleep 600' }, 'x', 300);
  await endless.write(random(100));
  await expect(endless.end()).rejects.toBeInstanceOf(CommandFailed);
});

test('a recipient of the master key that was mistyped is refused at the start, not each night', async () => {
  const recipient = await identityToRecipient(await generateX25519Identity());
  const mistyped = `${recipient.slice(0, -1)}${recipient.endsWith('q') ? 'p' : 'q'}`;
  const ran = await sower([
    ...['serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0', '--backup-folder', folder],
    ...['--backup-recipients', recipient, '--backup-key-recipient', mistyped],
  ]);
  expect(ran.status).toBe(1);
  expect(ran.stdout).toContain('Invalid checksum');
});

test('what was left by whoever was killed while writing is deleted a day later, and nothing else', async () => {
  const place = mkdtempSync(join(folder, 'left-'));
  const old = new Date(Date.now() - 2 * 86_400_000);
  const kept = [
    'notes.partial',
    'sower-20260501T024000Z-aaaaaaaa.age',
    'sower-20260502T024000Z-bbbbbbbb.age.partial',
  ];
  const gone = [
    'sower-20260430T024000Z-cccccccc.age.partial',
    'sower-audit-1-20260430T024000Z-dddddddd.age.partial',
  ];
  for (const name of [...kept, ...gone]) {
    writeFileSync(join(place, name), '');
    // One is being written.
    if (name !== kept[2]) utimesSync(join(place, name), old, old);
  }
  await clearLeft({ kind: 'folder', folder: place }, Date.now());
  expect(readdirSync(place).sort()).toEqual(kept);
});

test('a command that is slow all the time is not', async () => {
  const command = 'while [ "$(head -c 65536 | wc -c)" -gt 0 ]; do sleep 0.1; done';
  const slow = await openSink({ kind: 'command', command }, 'x', 2_000);
  for (let count = 0; count < 25; count += 1) await slow.write(random(65_536));
  await slow.end();
}, 30_000);

/** Each with 600 octets drawn at random. */
async function insertAuditRows(db: OpenDatabase['db'], count: number): Promise<void> {
  const ids = { now: Date.now, random };
  await db
    .insertInto('audit')
    .values(
      Array.from({ length: count }, () => ({
        ...{ id: newId(ids), at: Date.now(), actor: 'x', action: 'user.add', result: 'success' },
        object: `user:${randomBytes(600).toString('hex')}`,
      })) as never,
    )
    .execute();
}

onBothAtOnce('a backup to a command', (kind) => {
  test('one for which there is no master key has failed, and the next one is made', async () => {
    const fresh = await kind.fresh();
    const { db, close } = await openDatabase(fresh.location);
    try {
      const recipients = [await identityToRecipient(await generateX25519Identity())];
      const running: BackupContext['backups']['running'] = new Set();
      const errors: unknown[] = [];
      const make = (wrapKey: (() => Promise<string>) | undefined) =>
        makeDueBackup({
          ...{ db, sealing: sealing(random(32), random), now: Date.now, databaseNow: Date.now, random },
          backups: {
            plan: {
              to: { kind: 'command', command: 'cat > /dev/null' },
              recipients,
              keep: 1,
              keepDays: undefined,
            },
            ...{ location: fresh.location, version: 'x', wrapKey, startThread, running },
            onError: (error) => void errors.push(error),
          },
        });
      await make(async () => {
        throw new Error('the command for the master key failed');
      }).catch(() => {});
      expect(await listBackups(db, 9)).toMatchObject([{ state: 'failed', text: '{"code":"backup.failed"}' }]);
      expect(String(errors[0])).toContain('the command for the master key failed');
      const events = await db.selectFrom('audit').select(['action', 'result']).execute();
      expect(events).toEqual([{ action: 'backup.make', result: 'failure' }]);
      await make(undefined);
      await Promise.all([...running].map(({ ended }) => ended));
      expect((await listBackups(db, 9)).map(({ state }) => state)).toEqual(['done', 'failed']);
    } finally {
      await close();
      await fresh.drop();
    }
  });

  test.skipIf(process.getuid?.() !== 0)(
    'a backup to a full disk says so and leaves nothing; with room, the next is made',
    async () => {
      const fresh = await kind.fresh();
      const { db, close } = await openDatabase(fresh.location);
      const disk = mkdtempSync(join(folder, 'disk-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
      try {
        const recipients = [await identityToRecipient(await generateX25519Identity())];
        const running: BackupContext['backups']['running'] = new Set();
        const errors: unknown[] = [];
        const make = async (): Promise<void> => {
          await makeDueBackup({
            ...{ db, sealing: sealing(random(32), random), now: Date.now, databaseNow: Date.now, random },
            backups: {
              plan: { to: { kind: 'folder', folder: disk }, recipients, keep: 9, keepDays: undefined },
              ...{ location: fresh.location, version: 'x', wrapKey: undefined, startThread, running },
              onError: (error) => void errors.push(error),
            },
          });
          await Promise.all([...running].map(({ ended }) => ended));
        };
        // Of octets drawn at random two megabytes stay more than one, however they are compressed.
        await insertAuditRows(db, 3_500);
        await make();
        expect(await listBackups(db, 9)).toMatchObject([
          { state: 'failed', text: '{"code":"backup.disk-full"}' },
        ]);
        expect(String(errors[0])).toContain('ENOSPC');
        expect(readdirSync(disk)).toEqual([]);

        execFileSync('mount', ['-o', 'remount,size=16m', disk]);
        await make();
        const [made] = await listBackups(db, 9);
        expect(made).toMatchObject({ state: 'done', text: null });
        expect(readdirSync(disk)).toEqual([made?.name]);
      } finally {
        execFileSync('umount', [disk]);
        await close();
        await fresh.drop();
      }
    },
  );

  test('a backup of a newer version is refused with the version that made it, and nothing is restored', async () => {
    const fresh = await kind.fresh();
    const { db, close } = await openDatabase(fresh.location);
    const place = mkdtempSync(join(folder, 'newer-'));
    try {
      const identity = await generateX25519Identity();
      const recipients = [await identityToRecipient(identity)];
      const running: BackupContext['backups']['running'] = new Set();
      await makeDueBackup({
        ...{ db, sealing: sealing(random(32), random), now: Date.now, databaseNow: Date.now, random },
        backups: {
          plan: { to: { kind: 'folder', folder: place }, recipients, keep: 9, keepDays: undefined },
          ...{ location: fresh.location, version: '7.8.9', wrapKey: undefined, startThread, running },
          onError: () => {},
        },
      });
      await Promise.all([...running].map(({ ended }) => ended));
      const [made] = await listBackups(db, 9);
      const lines: string[] = [];
      for await (const line of opened(join(place, made?.name ?? ''), [identity])) lines.push(line);
      const [first = '{}', ...rest] = lines;
      const head = JSON.parse(first) as { format: number; migrations: string[] };
      writeFileSync(join(place, 'key'), `${identity}\n`);
      const target = join(place, 'target');
      mkdirSync(target);
      const restore = async (changed: object) => {
        async function* altered(): AsyncGenerator<string> {
          for (const line of [JSON.stringify({ ...head, ...changed }), ...rest]) yield `${line}\n`;
        }
        const chunks: Uint8Array[] = [];
        for await (const chunk of await sealed(altered(), recipients)) chunks.push(chunk);
        writeFileSync(join(place, 'altered.age'), Buffer.concat(chunks));
        return sower([
          ...['restore', join(place, 'altered.age'), '--identity', join(place, 'key')],
          ...['--data', target],
        ]);
      };
      for (const changed of [
        { format: head.format + 1 },
        { migrations: [...head.migrations, '9999-of-the-future'] },
      ]) {
        const ran = await restore(changed);
        expect(ran.stderr).toContain('Sower 7.8.9 made this backup, and this version cannot read it.');
        expect(ran.status).toBe(1);
        expect(readdirSync(target)).toEqual([]);
      }
      // As it was made, it lacks only the master key.
      expect((await restore({})).stderr).toContain('The master key is not in this backup.');
    } finally {
      await close();
      await fresh.drop();
    }
  });

  test('a server that stops in the middle leaves nothing that looks like a backup', async ({ expect }) => {
    const fresh = await kind.fresh();
    const { db, close } = await openDatabase(fresh.location);
    const file = join(folder, kind.name);
    try {
      await insertAuditRows(db, 3_000);
      const errors: unknown[] = [];
      const command = `touch ${file}.begun; sleep 1; cat > ${file}.part && mv ${file}.part ${file}`;
      const recipients = [await identityToRecipient(await generateX25519Identity())];
      const running: BackupContext['backups']['running'] = new Set();
      await makeDueBackup({
        ...{ db, sealing: sealing(random(32), random), now: Date.now, databaseNow: Date.now, random },
        backups: {
          plan: { to: { kind: 'command', command }, recipients, keep: 1, keepDays: undefined },
          ...{ location: fresh.location, version: 'x', wrapKey: undefined, startThread, running },
          onError: (error) => void errors.push(error),
        },
      });
      await expect.poll(() => existsSync(`${file}.begun`), { timeout: 20_000 }).toBe(true);
      const [backup] = running;
      await backup?.stop();
      await wait(1_500);
      expect(existsSync(file)).toBe(false);
      expect(await listBackups(db, 9)).toMatchObject([
        { state: 'failed', text: '{"code":"backup.stopped"}' },
      ]);
    } finally {
      await close();
      await fresh.drop();
    }
  });

  test('a database that is away for a moment as it ends does not make it one that was not made', async () => {
    const fresh = await kind.fresh();
    const { db, close } = await openDatabase(fresh.location);
    let away = 0;
    const shaky = new Proxy(db, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (name !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
        return () => {
          away -= 1;
          // SQLITE_CANTOPEN
          if (away >= 0) throw Object.assign(new Error('away'), { errcode: 14 });
          return db.transaction();
        };
      },
    });
    const thread = Object.assign(new EventEmitter(), { postMessage() {}, terminate: async () => 0 });
    const errors: unknown[] = [];
    const running: BackupContext['backups']['running'] = new Set();
    try {
      await makeDueBackup({
        ...{ db: shaky, sealing: sealing(random(32), random), now: Date.now, databaseNow: Date.now, random },
        backups: {
          plan: { to: { kind: 'command', command: 'true' }, recipients: [], keep: 1, keepDays: undefined },
          ...{ location: fresh.location, version: 'x', wrapKey: undefined, running },
          startThread: () => thread as never,
          onError: (error) => void errors.push(error),
        },
      });
      away = 2;
      thread.emit('message', { kind: 'done', rows: 1, size: 1, sha256: 'x', proof: 'x' });
      thread.emit('exit', 0);
      await Promise.all([...running].map(({ ended }) => ended));
      expect(errors).toEqual([]);
      expect(await listBackups(db, 9)).toMatchObject([{ state: 'done' }]);
      const events = await db.selectFrom('audit').select(['action', 'result']).execute();
      expect(events).toEqual([{ action: 'backup.make', result: 'success' }]);
    } finally {
      await close();
      await fresh.drop();
    }
  });
});

test.skipIf(!inject('postgresql'))(
  'a snapshot that cannot begin keeps no connection, for which its thread would wait',
  async () => {
    const empty = await POSTGRESQL.empty();
    const db = openAsItIs(empty.location);
    try {
      await expect(openSnapshot(empty.location)).rejects.toThrow('kysely_migration');
      const open = async (): Promise<number> => {
        const { rows } = await sql<{ open: number }>`select count(*) as open from pg_stat_activity
        where datname = current_database() and application_name = 'sower backup'`.execute(db);
        return Number(rows[0]?.open);
      };
      await expect.poll(open).toBe(0);
    } finally {
      await db.destroy();
      await empty.drop();
    }
  },
);
