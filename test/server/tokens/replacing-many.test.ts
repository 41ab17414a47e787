/**
 * Many tokens that came in a file are replaced by software tokens, or get a new seed, by dynamic seed provisioning: in a job, by the rules of
 * one, on both databases. What is replaced works until its replacement does; an undo leaves no pair behind.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '@sower/api/client';
import { readCsv } from '@sower/api/csv';
import type { DistributeManyInput, Job, JobDetail } from '@sower/api/jobs';
import type { ImportTokensInput } from '@sower/api/token-imports';
import { hotp } from '@sower/otp/hotp';
import { beforeAll, expect, test } from 'vitest';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { onBothAtOnce } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { commandLine } from '../../harness/jobs/command.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { problemCode, problemReason } from '../../harness/problems.ts';

onBothAtOnce('replacing many tokens', (kind) => {
  const { database, deployment, api } = deployed(kind);
  const stored = openedFor(database);
  let names = 0;

  beforeAll(async () => {
    const profile = { deviceType: 'sower', authenticationType: 'tokencode' } as const;
    await api('addProfile', { body: { name: 'qr', delivery: 'qr', ...profile } });
    await api('addProfile', {
      body: { name: 'url', delivery: 'url', deviceType: 'sower', authenticationType: 'fob' },
    });
    const totp = { deviceType: 'sower', algorithm: 'totp', digits: 6, interval: 30 } as const;
    await api('addProfile', { body: { name: 'totp', delivery: 'url', authenticationType: 'fob', ...totp } });
    await api('editTokenPolicy', { params: { domain: 'top' }, ifMatch: 0, body: { pinRequired: false } });
  });

  function fresh(what: string): string {
    names += 1;
    return `${what}${names}`;
  }
  type Held = { readonly serial: string; readonly userId: string; code(counter: number): string };
  /** Assigned to users of their own, by a file. */
  async function brought(
    count: number,
    input: Omit<ImportTokensInput, 'name' | 'file'> = {},
  ): Promise<{ readonly batch: string; readonly held: readonly Held[] }> {
    const batch = fresh('batch ');
    const held = Array.from({ length: count }, () => {
      const key = new Uint8Array(randomBytes(20));
      return {
        ...{ serial: fresh('FOB-'), userId: fresh('user'), key },
        code: (counter: number) => hotp({ key, counter, digits: 6 }),
      };
    });
    for (const { userId } of held) await api('addUser', { body: { userId, firstName: 'Ada' } });
    const lines = held.map(({ serial, userId, key }) =>
      [serial, userId, Buffer.from(key).toString('hex'), 'hotp'].join(','),
    );
    const csv = ['serial,user,seed,type', ...lines].join('\n');
    const { id, name } = await api('importTokens', {
      body: { name: batch, file: Buffer.from(csv).toString('base64'), enabled: true, ...input },
    });
    await jobSettled(api, id);
    await api('startJob', { params: { id }, body: { name } });
    expect(await jobEnded(api, id)).toMatchObject({ state: 'done', done: count });
    return { batch, held };
  }
  const ofBatch = (batch: string): DistributeManyInput['choose'] => ({ tokens: { batch, assigned: 'true' } });
  async function checked(
    input: Omit<DistributeManyInput, 'name' | 'profile'> & { profile?: string },
    by: ApiClient = api,
  ): Promise<JobDetail> {
    const { id } = await by('distributeMany', { body: { name: fresh('job '), profile: 'url', ...input } });
    return jobSettled(by, id);
  }
  const started = async ({ id, name }: Job): Promise<JobDetail> => {
    await api('startJob', { params: { id }, body: { name } });
    return jobEnded(api, id);
  };
  const rowsOf = async (id: string) =>
    (await api('listJobRows', { params: { id }, query: { limit: 1000 } })).items;
  const get = (serial: string) => api('getToken', { params: { serial } });
  async function accepted(userId: string, passcode: string): Promise<boolean> {
    const answer = await api('authenticate', { body: { userId, passcode } });
    return 'result' in answer && answer.result === 'accepted';
  }
  const mint = (count: number) => api('mintTokens', { body: { count } });
  const pairs = () => stored.db.selectFrom('replacements').selectAll().orderBy('token_id').execute();
  async function activate(row: readonly string[] | undefined) {
    const [, , , , , , , activationCode, , ctkipUrl] = row ?? [];
    return provisioned(deployment, { ctkipUrl, activationCode } as never);
  }

  test('each user gets a software token; the old one goes on until the first passcode of the new one', async () => {
    const { batch, held } = await brought(3);
    await mint(3);
    await api('setPin', { params: { serial: held[0]!.serial }, body: { pin: '4711' } });
    const before = await pairs();
    const job = await checked({ choose: ofBatch(batch), tokens: 'stock', replace: {} });
    expect(job).toMatchObject({ state: 'waiting', total: 3, done: 3, leftOut: 0, replaced: 'unassign' });
    // The check has changed nothing, and a sample has no serial number of the old token.
    expect(await pairs()).toEqual(before);
    expect(job.samples.map(({ serial }) => serial)).toEqual([undefined, undefined, undefined]);
    const done = await started(job);
    expect(done).toMatchObject({ state: 'done', done: 3, failed: 0, codes: 'ready' });
    const [, ...file] = readCsv((await api('takeJobResult', { params: { id: job.id } })).csv);
    for (const [index, { serial, userId, code }] of held.entries()) {
      const row = file[index];
      const software = row?.[3] as string;
      expect(row?.slice(1, 4)).toEqual([serial, userId, software]);
      expect(await get(software)).toMatchObject({
        kind: 'software',
        userId,
        replaces: serial,
        enabled: true,
      });
      expect(await get(serial)).toMatchObject({ userId, replacedBy: software });
      const pin = index === 0 ? '4711' : '';
      expect(await accepted(userId, pin + code(0))).toBe(true);
      const token = await activate(row);
      expect(await accepted(userId, pin + code(1))).toBe(true);
      expect(await accepted(userId, pin + tokencode(token))).toBe(true);
      expect(await accepted(userId, pin + code(2))).toBe(false);
      expect((await get(serial)).userId).toBeUndefined();
      expect((await get(software)).replaces).toBeUndefined();
    }
    const { items } = await api('listAudit', { query: { object: `token:${held[0]!.serial}`, limit: 20 } });
    expect(items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['token.replace', 'token.replaced', 'token.unassign']),
    );
  });

  test('who is left out, with the reason by row, and who fails because of what happens meanwhile', async () => {
    const { held } = await brought(7);
    const [good, disabled, pair, served, later, moved, freed] = held as [
      Held,
      Held,
      Held,
      Held,
      Held,
      Held,
      Held,
    ];
    await mint(20);
    await api('editUser', { params: { userId: disabled.userId }, body: { enabled: false }, ifMatch: 1 });
    await api('replaceToken', { params: { serial: pair.serial }, body: {} });
    const second = await api('assignNextToken', { params: { userId: served.userId } });
    await api('distributeToken', { params: { serial: second.serial }, body: { profile: 'qr' } });
    await api('unassignToken', { params: { serial: freed.serial } });
    const serials = [...held.map(({ serial }) => serial.toLowerCase()), good.serial, 'FOB-unknown'];
    const job = await checked({
      choose: { file: `serial\n${serials.join('\n')}\n` },
      tokens: 'stock',
      replace: {},
      profile: 'qr',
    });
    const reasons = async () =>
      (await rowsOf(job.id)).map(({ subject, state, reason }) => [subject, reason ?? state]);
    expect(await reasons()).toEqual([
      [good.serial.toLowerCase(), 'ready'],
      [disabled.serial.toLowerCase(), 'job-row.user-disabled'],
      [pair.serial.toLowerCase(), 'job-row.being-replaced'],
      [served.serial.toLowerCase(), 'job-row.has-one'],
      [later.serial.toLowerCase(), 'ready'],
      [moved.serial.toLowerCase(), 'ready'],
      [freed.serial.toLowerCase(), 'job-row.not-assigned'],
      [good.serial, 'job-row.doubled'],
      ['FOB-unknown', 'job-row.no-token'],
    ]);
    await api('replaceToken', { params: { serial: later.serial }, body: {} });
    await api('unassignToken', { params: { serial: moved.serial } });
    await api('assignToken', { params: { serial: moved.serial }, body: { userId: good.userId } });
    expect(await started(job)).toMatchObject({ done: 1, leftOut: 6, failed: 2 });
    expect((await reasons()).filter((_, index) => index === 4 || index === 5)).toEqual([
      [later.serial.toLowerCase(), 'job-row.being-replaced'],
      [moved.serial.toLowerCase(), 'job-row.another-holder'],
    ]);
    // Asked for, a user with another token gets one more; a replacement is not itself replaced.
    const again = await checked({
      choose: { serials: [served.serial, (await get(good.serial)).replacedBy as string] },
      ...{ tokens: 'mint', replace: {}, again: true, profile: 'qr' },
    });
    expect((await rowsOf(again.id)).map(({ reason, state }) => reason ?? state)).toEqual([
      'ready',
      'job-row.is-replacement',
    ]);
  });

  test.each(['stock', 'mint'] as const)(
    'an undo takes back what nobody activated, and no pair is left (%s)',
    async (tokens) => {
      const { batch, held } = await brought(4);
      await mint(4);
      for (const { serial } of held.slice(1))
        await api('setPin', { params: { serial }, body: { pin: '4711' } });
      const everything = async () => {
        const rows = async (table: 'tokens' | 'seeds' | 'replacements' | 'pin_history') =>
          (await stored.db.selectFrom(table).selectAll().execute()).map((row) => ({ ...row, version: 0 }));
        const all = [
          await rows('tokens'),
          await rows('seeds'),
          await rows('replacements'),
          await rows('pin_history'),
        ];
        return all.map((each) => each.map((row) => JSON.stringify(row)).sort());
      };
      const before = await everything();
      const { id: unassigned } = await stored.db
        .selectFrom('tokens')
        .select('id')
        .where('serial', '=', held[1]!.serial)
        .executeTakeFirstOrThrow();
      const job = await started(await checked({ choose: ofBatch(batch), tokens, replace: {} }));
      expect(job).toMatchObject({ done: 4, failed: 0 });
      const rows = await rowsOf(job.id);
      const newOf = (index: number) => rows[index]?.serial as string;
      // One activated; of another the old token was taken away by hand.
      const [, ...file] = readCsv((await api('takeJobResult', { params: { id: job.id } })).csv);
      await activate(file[0]);
      await api('unassignToken', { params: { serial: held[1]!.serial } });
      const undone = await jobEnded(api, (await api('undoJob', { params: { id: job.id } })).id);
      expect(undone).toMatchObject({ done: 2, leftOut: 2, failed: 0 });
      expect((await rowsOf(job.id)).map(({ state, reason }) => reason ?? state)).toEqual([
        ...['job-row.activated', 'job-row.changed-since', 'undone', 'undone'],
      ]);
      expect(await get(newOf(0))).toMatchObject({ replaces: held[0]!.serial });
      expect(await get(newOf(1))).toMatchObject({ userId: held[1]!.userId });
      for (const { serial, userId, code } of held.slice(2)) {
        expect((await get(serial)).replacedBy).toBeUndefined();
        expect(await accepted(userId, `4711${code(0)}`)).toBe(true);
      }
      // By hand for the other two; then all is as it was, but for what was used.
      for (const index of [0, 1]) await api('unassignToken', { params: { serial: newOf(index) } });
      if (tokens === 'mint')
        for (const index of [0, 1]) await api('deleteToken', { params: { serial: newOf(index) } });
      const [, , replacements, history] = await everything();
      expect([replacements, history]).toEqual([
        before[2],
        before[3]?.filter((row) => !row.includes(unassigned)),
      ]);
      for (const index of tokens === 'stock' ? [0, 1, 2, 3] : [])
        expect(await get(newOf(index))).toMatchObject({ enabled: false, pinSet: false, seeds: [] });
    },
  );

  test('paused and resumed, every token is replaced once', async ({ expect }) => {
    const { batch, held } = await brought(12);
    const job = await checked({ choose: ofBatch(batch), tokens: 'mint', replace: {}, profile: 'qr' });
    await api('startJob', { params: { id: job.id }, body: { name: job.name } });
    // Wherever that is: it may have ended.
    await problemCode(api('pauseJob', { params: { id: job.id } }));
    const state = async () => (await api('getJob', { params: { id: job.id } })).state;
    await expect.poll(state).toMatch(/paused|done/);
    if ((await state()) === 'paused') await api('resumeJob', { params: { id: job.id } });
    expect(await jobEnded(api, job.id)).toMatchObject({ state: 'done', done: 12, failed: 0 });
    const replacing = await Promise.all(held.map(async ({ serial }) => (await get(serial)).replacedBy));
    expect(new Set(replacing).size).toBe(12);
    expect(replacing).not.toContain(undefined);
    for (const { userId } of held)
      expect((await api('getUser', { params: { userId } })).tokens).toHaveLength(2);
  });

  test('deleted afterwards, only by those who may delete; and only tokens are replaced, from stock or minted', async () => {
    const { batch, held } = await brought(1);
    const { key } = await api('addApiKey', {
      body: {
        name: fresh('desk'),
        permissions: ['tokens:view', 'tokens:assign', 'tokens:distribute', 'tokens:mint'],
      },
    });
    const desk = deployment.apiOf(0, key);
    const input = { choose: ofBatch(batch), tokens: 'mint', replace: { afterwards: 'delete' } } as const;
    expect(await problemCode(checked(input, desk))).toBe('not-permitted');
    expect(await problemReason(checked({ ...input, tokens: 'held' }))).toBe('job.replaced-by');
    const people = { userIds: [held[0]!.userId] };
    expect(await problemReason(checked({ ...input, choose: people }))).toBe('job.tokens-to-replace');
    expect(await problemReason(checked({ choose: ofBatch(batch), tokens: 'mint' }))).toBe(
      'job.tokens-chosen',
    );
    const job = await started(await checked(input));
    expect(job).toMatchObject({ done: 1, replaced: 'delete' });
    const [, row] = readCsv((await api('takeJobResult', { params: { id: job.id } })).csv);
    expect(await accepted(held[0]!.userId, tokencode(await activate(row)))).toBe(true);
    expect(await problemCode(get(held[0]!.serial))).toBe('not-found');
  });

  test('software tokens from a file get a new seed by CT-KIP; the seed of the file ends when it is proven', async () => {
    const { batch, held } = await brought(3, { kind: 'software' });
    const choose = { tokens: { batch, kind: 'software', imported: 'true' } } as const;
    // SecurID-AES has no code for a serial number like this, and every logon of its user would fail.
    const securid = await checked({ choose, tokens: 'held' });
    expect(securid.reasons).toMatchObject([{ state: 'left-out', count: 3, reason: 'job-row.serial' }]);
    const one = { params: { serial: held[0]!.serial }, body: { profile: 'url' } };
    expect(await problemReason(api('distributeToken', one))).toBe('distribution.serial');
    const job = await started(await checked({ choose, tokens: 'held', profile: 'totp' }));
    expect(job).toMatchObject({ done: 3, failed: 0 });
    const [, ...file] = readCsv((await api('takeJobResult', { params: { id: job.id } })).csv);
    for (const [index, { serial, userId, code }] of held.entries()) {
      expect(await accepted(userId, code(0))).toBe(true);
      const token = await activate(file[index]);
      // Provisioned and not proven: both are accepted.
      expect(await accepted(userId, code(1))).toBe(true);
      expect(await accepted(userId, tokencode(token))).toBe(true);
      expect(await accepted(userId, code(2))).toBe(false);
      expect((await get(serial)).seeds).toHaveLength(1);
    }
  });

  test('on the command line: those of a maker that expire before a day, checked and then replaced', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sower-replacing-'));
    try {
      const maker = fresh('Maker ');
      const { held } = await brought(2, { maker });
      const env = { SOWER_DATA: deployment.dataFolder };
      const many = (...more: string[]) =>
        commandLine(
          [
            'job',
            'distribute',
            '--name',
            fresh('fobs '),
            '--profile',
            'qr',
            '--maker',
            maker,
            ...more,
            '--json',
          ],
          env,
        );
      const soon = await many('--replace', '--expires-before', '2026-01-01', '--dry-run');
      expect(JSON.parse(soon.stdout)).toMatchObject({ total: 0 });
      const check = await many('--replace', '--tokens', 'mint', '--dry-run');
      expect(JSON.parse(check.stdout)).toMatchObject({ state: 'waiting', done: 2, replaced: 'unassign' });
      expect((await get(held[0]!.serial)).replacedBy).toBeUndefined();
      const done = await many('--replace', '--tokens', 'mint', '--new-pin', '--yes');
      expect(JSON.parse(done.stdout)).toMatchObject({ state: 'done', done: 2, tokens: 'mint' });
      for (const { serial } of held) expect((await get(serial)).replacedBy).toMatch(/^\d{12}$/);
      const list = join(folder, 'people.csv');
      writeFileSync(list, 'ada\n');
      const both = await many('--file', list);
      expect(both.status).toBe(2);
      expect(JSON.parse(both.stdout)).toMatchObject({ error: { reason: 'choose-one' } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
