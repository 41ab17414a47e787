/**
 * Importing tokens from a file in parts: each part once, whatever is repeated, cut or sent at the same time; and nothing of it left behind where
 * the rest never comes. On both databases.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from '@sower/api/client';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { DAY } from '@sower/api/time';
import { partsOf } from '@sower/api/token-parts';
import { hotp } from '@sower/otp/hotp';
import { endWhatWasLive } from '@sower/server/operations/backup/after-restore';
import { inTransaction } from '@sower/server/store/db/transaction';
import { forgetOldJobs } from '@sower/server/work/runner';
import { expect, test } from 'vitest';
import { sendParts } from '../../../apps/cli/src/porcelain/token-import-parts.ts';
import { processTerminal } from '../../../apps/cli/src/terminal/terminal.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { sower } from '../../harness/jobs/command.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { problemReason } from '../../harness/problems.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const READING = { format: 'csv', delimiter: ',' } as const;
const HEADER = 'serial,seed,type,user\n';

onBothDatabases('importing tokens in parts', (kind) => {
  const { database, deployment, api } = deployed(kind);
  const stored = openedFor(database);

  const opened = (name: string) => api('openTokenImport', { body: { name, reading: READING } });
  const add = (id: string, from: number, text: string, line = 1, by: ApiClient = api) =>
    by('addTokenImportPart', { params: { id }, body: { from, line, file: base64(text) } });
  const rowsOf = (id: string) =>
    stored.db.selectFrom('job_rows').selectAll().where('job_id', '=', id).orderBy('position').execute();
  const seed = (): Buffer => randomBytes(20);

  test('parts are stored once, in their order, and imported like one file', async () => {
    await api('editTokenPolicy', { params: { domain: 'top' }, ifMatch: 0, body: { pinRequired: false } });
    await api('addUser', { body: { userId: 'ada' } });
    const key = seed();
    const first = `${HEADER}P-1,${seed().toString('hex')},totp,\nP-2,short,totp,\n`;
    const second = `${HEADER}P-3,${key.toString('hex')},hotp,ada\n`;
    const body = { name: 'parts', reading: READING, enabled: true };
    const { id } = await api('openTokenImport', { body });
    expect(await problemReason(add(id, 2, second, 3))).toBe('token-parts.other');
    const answers = await Promise.all(Array.from({ length: 6 }, () => add(id, 0, first)));
    expect(answers.map(({ total }) => total)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(await add(id, 2, second, 3)).toMatchObject({ total: 3 });
    expect(await add(id, 0, first)).toMatchObject({ total: 3 });
    const end = (total: number) => api('endTokenImport', { params: { id }, body: { total } });
    expect(await problemReason(end(2))).toBe('token-parts.other');
    await end(3);
    expect(await problemReason(add(id, 3, second))).toBe('token-parts.closed');
    expect(await jobSettled(api, id)).toMatchObject({ state: 'waiting', total: 3, done: 2, leftOut: 1 });
    // Its answer was lost, and the end is said again.
    expect(await end(3)).toMatchObject({ id });
    const { items } = await api('listJobRows', { params: { id }, query: { limit: 10 } });
    expect(items.map(({ line, subject }) => [line, subject])).toEqual([
      [2, 'P-1'],
      [3, 'P-2'],
      [4, 'P-3'],
    ]);
    await api('startJob', { params: { id }, body: { name: 'parts' } });
    expect(await jobEnded(api, id)).toMatchObject({ state: 'done', done: 2 });
    await expect
      .poll(async () => {
        const passcode = hotp({ key, counter: 0, digits: 6 });
        return (await api('authenticate', { body: { userId: 'ada', passcode } })).result;
      })
      .toBe('accepted');
  });

  test('what waits to be imported keeps its seeds when a backup is restored, or another database promoted', async () => {
    const { id } = await opened('restored');
    await add(id, 0, `${HEADER}Restored-1,${seed().toString('hex')},totp,\n`);
    await api('endTokenImport', { params: { id }, body: { total: 1 } });
    expect(await jobSettled(api, id)).toMatchObject({ state: 'waiting', done: 1 });
    const context = { now: Date.now, random: (length: number) => new Uint8Array(randomBytes(length)) };
    await inTransaction(stored.db, (trx) =>
      endWhatWasLive(trx, context, DEFAULT_SETTINGS, { since: 'promotion', keepCodes: false, hotpJump: 1 }),
    );
    await api('startJob', { params: { id }, body: { name: 'restored' } });
    expect(await jobEnded(api, id)).toMatchObject({ state: 'done', done: 1, failed: 0 });
  });

  test('one that failed a week ago is not resumed: its seeds are gone', async () => {
    const { id } = await opened('long ago');
    await add(id, 0, `${HEADER}Long-1,${seed().toString('hex')},totp,\n`);
    await api('endTokenImport', { params: { id }, body: { total: 1 } });
    await jobSettled(api, id);
    const failedAt = (ended_at: number) =>
      stored.db
        .updateTable('jobs')
        .set({ state: 'failed', phase: 'work', position: 0, done: 0, ended_at, state_since: ended_at })
        .where('id', '=', id)
        .execute();
    const resumable = async () => (await api('getJob', { params: { id } })).resumable;
    await failedAt(Date.now() - 8 * DAY);
    expect(await resumable()).toBe(false);
    expect(await problemReason(api('resumeJob', { params: { id } }))).toBe('job.import-ended');
    await failedAt(Date.now() - 6 * DAY);
    expect(await resumable()).toBe(true);
    await api('resumeJob', { params: { id } });
    expect(await jobEnded(api, id)).toMatchObject({ state: 'done', done: 1 });
  });

  test('what one began is not for others, and what cannot be read ends nothing', async () => {
    const { id } = await opened('own');
    const { key } = await api('addApiKey', {
      body: { name: 'other', permissions: ['tokens:mint', 'tokens:view'] },
    });
    const other = deployment.apiOf(0, key);
    expect(await problemReason(add(id, 0, HEADER, 1, other))).toBe('job.own-only');
    const columns = { serial: 'SN', seed: 'Secret' };
    const named = await api('openTokenImport', { body: { name: 'n', reading: { ...READING, columns } } });
    await expect(add(named.id, 0, 'a,b\n1,2\n')).rejects.toMatchObject({
      problem: { errors: [{ reason: 'user-import.no-column' }] },
    });
    expect((await api('getJob', { params: { id: named.id } })).total).toBe(0);
    for (const each of [id, named.id]) await api('cancelJob', { params: { id: each } });
  });

  test('seeds are sealed on the way in, and gone an hour after the last part', async () => {
    const key = seed();
    const { id } = await opened('left behind');
    await stored.db
      .updateTable('jobs')
      .set({ created_at: Date.now() - 50 * 60_000, state_since: Date.now() - 50 * 60_000 })
      .where('id', '=', id)
      .execute();
    await add(id, 0, `${HEADER}L-1,${key.toString('hex')},totp,\n`);
    const [row] = await rowsOf(id);
    expect(row?.sealed).toMatch(/^v1\./);
    for (const clear of [key.toString('hex'), key.toString('base64').slice(0, 26)])
      expect(JSON.stringify(row)).not.toContain(clear);
    const forget = (minutes: number) =>
      forgetOldJobs({ db: stored.db, now: () => Date.now() + minutes * 60_000 });
    await forget(55);
    expect((await rowsOf(id))[0]?.sealed).not.toBeNull();
    await forget(65);
    expect(await api('getJob', { params: { id } })).toMatchObject({ state: 'cancelled' });
    expect((await rowsOf(id))[0]?.sealed).toBeNull();
    expect(await problemReason(add(id, 1, `${HEADER}L-2,${'00'.repeat(20)},totp,\n`))).toBe(
      'token-parts.closed',
    );
  });

  /** Over a megabyte, with line breaks and quotation marks within cells. */
  function longFile(prefix: string): { path: string; text: string; count: number } {
    const count = 2_000;
    const note = `"${'"" two\nlines, and more '.repeat(30)}"`;
    const lines = Array.from(
      { length: count },
      (_, at) => `${prefix}-${at},${Buffer.from(`${prefix}${at}`.padEnd(20, '.')).toString('hex')},${note}\n`,
    );
    const text = `\ufeffserial,seed,note\n${lines.join('')}`;
    const path = join(deployment.dataFolder, `${prefix}.csv`);
    writeFileSync(path, text);
    return { path, text, count };
  }
  const imports = (path: string, ...more: string[]) =>
    sower(['token', 'import', path, '--yes', '--json', ...more, '--data', deployment.dataFolder]);
  async function expectOnce(batch: string, count: number): Promise<void> {
    const tokens = await stored.db.selectFrom('tokens').select('serial').where('batch', '=', batch).execute();
    expect(tokens).toHaveLength(count);
  }

  test('the command sends a long file by itself, and goes on after the server was killed', async () => {
    const { path, count } = longFile('K');
    const running = imports(path, '--name', 'long');
    await expect
      .poll(
        async () =>
          (await stored.db.selectFrom('jobs').select('total').where('name', '=', 'long').executeTakeFirst())
            ?.total ?? 0,
        { interval: 5, timeout: 30_000 },
      )
      .toBeGreaterThan(0);
    const { port } = deployment.servers[0] ?? { port: 0 };
    await deployment.servers.at(-1)?.kill('SIGKILL');
    await deployment.start(port);
    const ran = await running;
    expect(ran.stderr).toContain('Destroy it once');
    expect(JSON.parse(ran.stdout)).toMatchObject({ state: 'done', total: count, done: count });
    expect(ran.status).toBe(0);
    await expectOnce('long', count);
  });

  test('an upload that was cut is continued, with the same file only', async () => {
    const { path, text, count } = longFile('R');
    const { id } = await opened('cut');
    let from = 0;
    const chunks = (async function* () {
      yield text.slice(1);
    })();
    for await (const part of partsOf(chunks, READING)) {
      if (from > 0) break;
      from = (await add(id, from, part.text, part.line)).total;
    }
    expect(from).toBeGreaterThan(0);
    const other = await imports(longFile('Q-OF-ANOTHER-LENGTH').path, '--resume', id);
    expect(other.status).toBe(2);
    expect(other.stdout).toContain('other-file');
    const ran = await imports(path, '--resume', id);
    expect(JSON.parse(ran.stdout)).toMatchObject({ state: 'done', total: count, done: count });
    await expectOnce('cut', count);
  });

  test('an upload continues from what the server has after a power failure, and not forever', async () => {
    const { path, count } = longFile('L');
    const input = { name: 'losses', reading: READING };
    let lost: string | undefined;
    /** Loses all but the first part each time that the fifth one is sent. */
    const losing =
      (times: number): ApiClient =>
      async (operation, ...given) => {
        const { body, params } = (given[0] ?? {}) as { body?: { from?: number }; params?: { id?: string } };
        if (operation === 'addTokenImportPart' && body?.from !== 0 && params?.id !== undefined) {
          const { total } = await api('getJob', { params: { id: params.id } });
          first ??= total;
          sent += 1;
          if (sent % 5 === 0 && sent <= 5 * times) {
            await stored.db.updateTable('jobs').set({ total: first }).where('id', '=', params.id).execute();
            await stored.db
              .deleteFrom('job_rows')
              .where('job_id', '=', params.id)
              .where('position', '>=', first)
              .execute();
            lost = params.id;
          }
        }
        return api(operation, ...given);
      };
    let [first, sent] = [undefined as number | undefined, 0];
    const terminal = processTerminal(() => '');
    const made = await sendParts({ api: losing(2), terminal }, path, input);
    expect(made).toMatchObject({ ok: true, value: { total: count } });
    expect(lost).toBeDefined();
    expect((await rowsOf(lost as string)).map(({ position }) => Number(position))).toEqual(
      Array.from({ length: count }, (_, position) => position),
    );
    [first, sent] = [undefined, 0];
    const endless = sendParts({ api: losing(100), terminal }, path, { ...input, name: 'endless losses' });
    expect(await problemReason(endless)).toBe('token-parts.other');
    expect(await api('getJob', { params: { id: lost as string } })).toMatchObject({ state: 'cancelled' });
  });
});
