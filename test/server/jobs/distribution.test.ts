/** Distribution of many, as a job: checked, started, paused, cancelled, gone on with, undone; on both databases. */

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '@sower/api/client';
import { readCsv } from '@sower/api/csv';
import { type DistributeManyInput, type Job, type JobDetail, MAX_LETTERS } from '@sower/api/jobs';
import type { Permission } from '@sower/api/permissions';
import { DAY, dayOf } from '@sower/api/time';
import { newId } from '@sower/server/store/db/ids';
import { distributionKey, isWithdrawn } from '@sower/server/store/mail/about';
import { insertSeeds } from '@sower/server/store/tokens/seeds';
import { claimJob, jobStatesReader } from '@sower/server/store/work/jobs';
import { viewJobDetail } from '@sower/server/work/jobs';
import { forgetOldJobs } from '@sower/server/work/runner';
import { beforeAll, expect, test } from 'vitest';
import { mayUndo } from '../../../apps/console/src/jobs/job-rules.ts';
import { superAdminWithTokenOf } from '../../harness/administrator.ts';
import { provisioned, tokencode } from '../../harness/authenticator.ts';
import { onBothAtOnce } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { TREE } from '../../harness/deployment.ts';
import { commandLine } from '../../harness/jobs/command.ts';
import { jobEnded as ended, jobSettled } from '../../harness/jobs/ended.ts';
import { addPeople } from '../../harness/jobs/many-people.ts';
import { GROUP, joinGroup, recordGroup } from '../../harness/jobs/recorded-group.ts';
import { problemReason } from '../../harness/problems.ts';

const LAUNCHER = join(TREE, 'apps/cli/bin/sower.js');

const ids = { now: () => Date.now(), random: (length: number) => new Uint8Array(randomBytes(length)) };

/** Rows of a job by state. */
const countsOf = ({ done, leftOut, failed }: Job) => ({ done, leftOut, failed });

onBothAtOnce('jobs', (kind) => {
  const { database, deployment, api } = deployed(kind);
  const stored = openedFor(database);
  let names = 0;

  beforeAll(async () => {
    const profile = { deviceType: 'sower', authenticationType: 'tokencode' } as const;
    await api('addProfile', { body: { name: 'qr', delivery: 'qr', ...profile } });
    await api('addProfile', { body: { name: 'url', delivery: 'url', ...profile } });
  });

  /** Checked, and waiting to be started. */
  async function checked(
    input: Omit<DistributeManyInput, 'name' | 'profile'> & { profile?: string },
    by: ApiClient = api,
  ): Promise<JobDetail> {
    names += 1;
    const { id } = await by('distributeMany', { body: { name: `job ${names}`, profile: 'qr', ...input } });
    return jobSettled(by, id);
  }
  const started = async ({ id, name }: Job, by: ApiClient = api): Promise<JobDetail> => {
    await by('startJob', { params: { id }, body: { name } });
    return ended(by, id);
  };
  const rowsOf = async (id: string) =>
    (await api('listJobRows', { params: { id }, query: { limit: 1000 } })).items;
  /**
   * All that a job can change, in an order, but for the distributions that it made. Versions only say that something was edited.
   * @param but without what belongs to these users
   */
  async function everything(but: readonly string[] = []): Promise<string> {
    const rows = async (table: 'tokens' | 'users' | 'seeds' | 'distributions') =>
      (await stored.db.selectFrom(table).selectAll().orderBy('id').execute()) as Record<string, unknown>[];
    const [tokens, users, seeds, distributions] = [
      await rows('tokens'),
      await rows('users'),
      await rows('seeds'),
      await rows('distributions'),
    ];
    const left = new Set(users.filter(({ user_id }) => but.includes(user_id as string)).map(({ id }) => id));
    const held = new Set(tokens.filter(({ user_id }) => left.has(user_id)).map(({ id }) => id));
    return JSON.stringify([
      tokens.filter(({ id }) => !held.has(id)).map((row) => ({ ...row, version: 0 })),
      users.filter(({ id }) => !left.has(id)),
      seeds.filter(({ token_id }) => !held.has(token_id)),
      distributions.filter(({ token_id, job_id }) => job_id === null && !held.has(token_id)),
    ]);
  }

  test('ten jobs of an actor that have not ended, however many are made at the same time', async () => {
    const made = await api('addApiKey', {
      body: { name: 'hasty', permissions: ['tokens:view', 'tokens:distribute'] },
    });
    const hasty = deployment.apiOf(0, made.key);
    const all = await Promise.allSettled(
      Array.from({ length: 24 }, (_, index) =>
        hasty('distributeMany', {
          body: { name: `hasty ${index}`, profile: 'qr', choose: { userIds: ['nobody'] } },
        }),
      ),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    const { items } = await hasty('listJobs', { query: { limit: 100 } });
    expect(items).toHaveLength(10);
  });

  test('a file with unknown, doubled, disabled and served people: each is left out with the reason', async () => {
    const { userIds } = await addPeople(stored.db, 'file', 6);
    const [good, disabled, served, unfit, second, other] = userIds as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const version = { ifMatch: 1 };
    await api('editUser', { params: { userId: disabled }, body: { enabled: false }, ...version });
    const { tokens: servedTokens } = await api('getUser', { params: { userId: served } });
    await api('distributeToken', { params: { serial: servedTokens[0] as string }, body: { profile: 'qr' } });
    const { tokens: unfitTokens } = await api('getUser', { params: { userId: unfit } });
    await api('markLost', { params: { serial: unfitTokens[0] as string }, body: { lost: true } });
    const lines = [
      'User ID;Nickname',
      `${good};Büro`,
      'nobody',
      disabled,
      served,
      unfit,
      good.toUpperCase(),
      second,
      '=HYPERLINK("x")',
      other,
    ];
    const job = await checked({ choose: { file: `\ufeff${lines.join('\r\n')}` }, nickname: 'N{number}' });
    expect(job).toMatchObject({
      state: 'waiting',
      phase: 'check',
      total: 9,
      done: 3,
      leftOut: 6,
      codes: 'none',
    });
    expect(job.samples.map(({ userId, nickname }) => [userId, nickname])).toEqual([
      [good, 'Buro'],
      [second, 'N7'],
      [other, 'N9'],
    ]);
    const reasons = async () =>
      (await rowsOf(job.id)).map(({ subject, state, reason }) => [subject, state, reason]);
    expect(await reasons()).toEqual([
      [good, 'ready', undefined],
      ['nobody', 'left-out', 'job-row.no-user'],
      [disabled, 'left-out', 'job-row.user-disabled'],
      [served, 'left-out', 'job-row.has-one'],
      [unfit, 'left-out', 'job-row.holds-none'],
      [good.toUpperCase(), 'left-out', 'job-row.doubled'],
      [second, 'ready', undefined],
      ['=HYPERLINK("x")', 'left-out', 'job-row.no-user'],
      [other, 'ready', undefined],
    ]);
    expect(await problemReason(api('startJob', { params: { id: job.id }, body: { name: 'other' } }))).toBe(
      'job.name-differs',
    );
    // Between the check and the work: somebody was disabled, and somebody served.
    await api('editUser', { params: { userId: second }, body: { enabled: false }, ...version });
    const { tokens: otherTokens } = await api('getUser', { params: { userId: other } });
    await api('distributeToken', { params: { serial: otherTokens[0] as string }, body: { profile: 'qr' } });
    const done = await started(job);
    expect(done).toMatchObject({ state: 'done', done: 1, leftOut: 6, failed: 2, states: { issued: 1 } });
    expect((await reasons()).filter(([, state]) => state === 'failed')).toEqual([
      [second, 'failed', 'job-row.user-disabled'],
      [other, 'failed', 'job-row.has-one'],
    ]);
    const { csv } = await api('takeJobResult', { params: { id: job.id } });
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
    const { items } = await api('listAudit', { query: { action: 'job.end' } });
    expect(items[0]?.reason).toBe('1 done, 6 left out, 2 failed');
  });

  test('tokens from stock: as many as there are, and undone they lie where they lay', async () => {
    const before = await api('addSecurityDomain', { body: { name: `stock ${kind.name}` } });
    const { userIds } = await addPeople(stored.db, 'stock', 5, { tokens: 'none', domain: before.path });
    await addPeople(stored.db, 'lying', 3, { tokens: 'free' });
    const earlier = await everything();
    const job = await checked({ choose: { userIds }, tokens: 'stock' });
    expect(countsOf(job)).toEqual({ done: 3, leftOut: 2, failed: 0 });
    expect(job.reasons).toMatchObject([{ state: 'left-out', count: 2, reason: 'job-row.none-left' }]);
    expect(await everything()).toBe(earlier);
    const done = await started(job);
    expect(countsOf(done)).toEqual({ done: 3, leftOut: 2, failed: 0 });
    const [row] = await rowsOf(job.id);
    expect(await api('getToken', { params: { serial: row?.serial as string } })).toMatchObject({
      userId: userIds[0],
      enabled: true,
      securityDomain: before.name,
      distribution: { state: 'issued', profile: 'qr' },
    });
    const undone = await ended(api, (await api('undoJob', { params: { id: job.id } })).id);
    expect(countsOf(undone)).toEqual({ done: 3, leftOut: 0, failed: 0 });
    expect(await everything()).toBe(earlier);
    expect((await api('getJob', { params: { id: job.id } })).states).toEqual({ withdrawn: 3 });
  });

  test('a token that was lent since stays with its user when the job is undone, and the loan ends as any other', async () => {
    const { userIds, serials } = await addPeople(stored.db, 'lent', 2);
    const job = await started(await checked({ choose: { userIds }, tokens: 'mint', again: true }));
    const [first] = await rowsOf(job.id);
    const [serial, instead] = [first?.serial ?? '', serials[0] ?? ''];
    const until = new Date(Date.now() + 5 * DAY).toISOString().slice(0, 10);
    await api('lendToken', { params: { serial }, body: { until, instead } });
    const undone = await ended(api, (await api('undoJob', { params: { id: job.id } })).id);
    expect(countsOf(undone)).toEqual({ done: 1, leftOut: 1, failed: 0 });
    expect((await rowsOf(undone.id)).find(({ state }) => state === 'kept')).toMatchObject({
      ...{ userId: userIds[0], reason: 'job-row.used-since' },
    });
    await api('unassignToken', { params: { serial } });
    expect((await api('getToken', { params: { serial: instead } })).enabled).toBe(true);
  });

  test('the token of an administrator is not taken back by those with fewer rights', async () => {
    const { userIds } = await addPeople(stored.db, 'boss', 2, { tokens: 'none' });
    const job = await started(await checked({ choose: { userIds }, tokens: 'mint' }));
    const userName = `boss ${kind.name}`;
    await superAdminWithTokenOf(api, stored.db, { userName, userId: userIds[0] ?? '' });
    const made = await api('addApiKey', {
      body: {
        name: 'fewer rights',
        permissions: ['tokens:view', 'tokens:distribute', 'tokens:assign', 'tokens:mint'],
      },
    });
    const lesser = deployment.apiOf(0, made.key);
    const undone = await ended(lesser, (await lesser('undoJob', { params: { id: job.id } })).id);
    expect(countsOf(undone)).toEqual({ done: 1, leftOut: 1, failed: 0 });
    expect((await rowsOf(undone.id)).find(({ state }) => state === 'kept')).toMatchObject({
      ...{ userId: userIds[0], reason: 'administrator.token-above-you' },
    });
    await api('deleteAdministrator', { params: { userId: userName } });
  });

  test('the console offers to undo the job of another, and to remind its users, exactly where the server does it', async () => {
    const { userIds } = await addPeople(stored.db, 'offered', 2, { tokens: 'none' });
    const choose = { userIds };
    const job = await started(await checked({ choose, tokens: 'mint', profile: 'url' }));
    const params = { id: job.id };
    const refusalsTo = async (permissions: Permission[]) => {
      const { key } = await api('addApiKey', {
        body: { name: `${permissions.join(' ')} ${++names}`, permissions },
      });
      const by = deployment.apiOf(0, key);
      const shown = await by('getJob', { params });
      const [undone, reminded] = [
        await problemReason(by('undoJob', { params })),
        await problemReason(by('remindJob', { params })),
      ];
      const offered = mayUndo(shown, false, (permission) => permissions.includes(permission));
      expect(offered, `${permissions} ${undone}`).toBe(undone === 'none');
      // No mail is set up here.
      expect(offered, `${permissions} ${reminded}`).toBe(reminded === 'mail.not-set-up');
      return undone;
    };
    const all: Permission[] = ['tokens:view', 'tokens:distribute', 'tokens:assign', 'tokens:mint'];
    expect(await refusalsTo(all)).toBe('job.own-only');
    await api('takeJobResult', { params });
    for (const missing of ['tokens:mint', 'tokens:assign'])
      expect(await refusalsTo(all.filter((each) => each !== missing))).toBe('permission.required');
    expect(await refusalsTo(all)).toBe('none');
    // What cannot be undone says so.
    const [undo] = (await api('listJobs', { query: { kind: 'undo', limit: 1 } })).items;
    expect((await ended(api, undo?.id ?? '')).undoPermissions).toBe(undefined);
  });

  test('minted for URL delivery: codes once, for the starter alone; what was activated survives the undo, and nothing else', async () => {
    const { userIds } = await addPeople(stored.db, 'mint', 40, { tokens: 'none' });
    const activated = userIds.slice(0, 12);
    const earlier = await everything(activated);
    const job = await checked({ choose: { users: { search: 'mint' } }, tokens: 'mint', profile: 'url' });
    expect(job).toMatchObject({ total: 40, done: 40, codes: 'none', profile: 'url', delivery: 'url' });
    const done = await started(job);
    expect(done).toMatchObject({ done: 40, codes: 'ready', states: { issued: 40 } });
    const key = await api('addApiKey', {
      body: { name: 'other', permissions: ['tokens:view', 'tokens:distribute'] },
    });
    const other = deployment.apiOf(0, key.key);
    expect(await problemReason(other('takeJobResult', { params: { id: job.id } }))).toBe('job.own-only');
    const { csv } = await api('takeJobResult', { params: { id: job.id } });
    const [titles, ...rows] = readCsv(csv);
    expect(titles).toContain('activationCode');
    expect(rows).toHaveLength(40);
    expect(new Set(rows.map((row) => row[7])).size).toBe(40);
    expect(await problemReason(api('takeJobResult', { params: { id: job.id } }))).toBe('job.codes-taken');
    const sealed = await stored.db
      .selectFrom('job_rows')
      .select('sealed')
      .where('sealed', 'is not', null)
      .execute();
    expect(sealed).toEqual([]);
    for (const [, , userId, , , , , activationCode, , ctkipUrl] of rows.slice(0, 12) as string[][]) {
      const token = await provisioned(deployment, { ctkipUrl, activationCode } as never);
      const verdict = await api('authenticate', {
        body: { userId: userId as string, passcode: tokencode(token) },
      });
      expect(verdict.result).toBe('accepted');
    }
    const undone = await ended(api, (await api('undoJob', { params: { id: job.id } })).id);
    expect(countsOf(undone)).toEqual({ done: 28, leftOut: 12, failed: 0 });
    const kept = (await rowsOf(undone.id)).filter(({ state }) => state === 'kept');
    expect(kept.map(({ userId, reason }) => [userId, reason])).toEqual(
      activated.map((userId) => [userId, 'job-row.activated']),
    );
    // Row for row.
    expect(await everything(activated)).toBe(earlier);
  });

  test('the check says how long codes will be valid: as the profile, or as the job says', async () => {
    const { userIds } = await addPeople(stored.db, 'valid', 1);
    const { items } = await api('listProfiles', { query: { limit: 100 } });
    const { codeExpiry } = items.find(({ name }) => name === 'url') as (typeof items)[number];
    const input = { choose: { userIds }, profile: 'url' };
    expect((await checked(input)).codeExpires).toBe(codeExpiry);
    const job = await started(await checked({ ...input, codeExpires: '12h' }));
    expect(job.codeExpires).toBe('12h');
    const { created_at, expires_at } = await stored.db
      .selectFrom('distributions')
      .select(['created_at', 'expires_at'])
      .where('job_id', '=', job.id)
      .executeTakeFirstOrThrow();
    expect((expires_at ?? 0) - created_at).toBeLessThanOrEqual(12 * 3_600_000);
    expect((expires_at ?? 0) - created_at).toBeGreaterThan(11 * 3_600_000);
  });

  test('long codes for many, as for one; a QR code is generated when its user asks for it', async () => {
    const { userIds } = await addPeople(stored.db, 'long', 3);
    const input = { choose: { userIds }, activationCode: { kind: 'long' } } as const;
    expect(await problemReason(checked(input))).toBe('activation-code.generated');
    const job = await started(await checked({ ...input, profile: 'url' }));
    const [, ...rows] = readCsv((await api('takeJobResult', { params: { id: job.id } })).csv);
    expect(rows.map((row) => row[7])).toEqual(userIds.map(() => expect.stringMatching(/^[0-9A-Z]{20}$/)));
    const [, , , , , , , activationCode, , ctkipUrl] = rows[0] as string[];
    expect(await provisioned(deployment, { ctkipUrl, activationCode } as never)).toBeDefined();
  });

  test('the states of what was distributed are counted while the job runs, too', async () => {
    const { userIds } = await addPeople(stored.db, 'live', 3);
    const { id } = await started(await checked({ choose: { userIds } }));
    const row = await stored.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const clock = { time: 0 };
    const runningJobStates = jobStatesReader(stored.db, () => clock.time);
    const context = { db: stored.db, now: Date.now, runningJobStates };
    const states = async () => (await viewJobDetail(context, { ...row, state: 'running' })).states;
    expect(await states()).toEqual({ issued: 3 });
    await stored.db.updateTable('distributions').set({ state: 'opened' }).where('job_id', '=', id).execute();
    expect(await states()).toEqual({ issued: 3 });
    clock.time = 5_001;
    expect(await states()).toEqual({ opened: 3 });
  });

  test('members of a directory group, in any spelling of its name; a group that no source records is refused', async () => {
    await recordGroup(api);
    const { userIds } = await addPeople(stored.db, 'group', 6);
    await joinGroup(stored.db, userIds.slice(0, 4));
    const job = await checked({ choose: { users: { search: 'group', group: GROUP.toUpperCase() } } });
    expect((await rowsOf(job.id)).map(({ userId }) => userId)).toEqual(userIds.slice(0, 4));
    const assigned = await api('assignMany', {
      body: { name: 'by group', choose: { users: { group: GROUP } }, again: true },
    });
    expect((await jobSettled(api, assigned.id)).total).toBe(4);
    const unknown = { users: { group: 'cn=none,dc=example,dc=com' } };
    expect(await problemReason(checked({ choose: unknown }))).toBe('client-group.not-kept');
  });

  test('a job begins at its time, or when it is resumed', async () => {
    const { userIds } = await addPeople(stored.db, 'later', 5);
    const hour = 3_600_000;
    const begin = Math.floor(Date.now() / 1000) * 1000 + hour;
    const at = new Date(begin).toISOString();
    const start = async (chosen: readonly string[], when = at) => {
      const { id, name } = await checked({ choose: { userIds: [...chosen] } });
      return api('startJob', { params: { id }, body: { name, at: when } });
    };
    const far = new Date(Date.now() + 91 * 24 * hour).toISOString();
    expect(await problemReason(start(userIds, far))).toBe('job.begin-too-late');
    const lastYear = new Date(Date.now() - 365 * 24 * hour).toISOString();
    expect(await problemReason(start(userIds, lastYear))).toBe('job.begin-passed');
    // Its check and the reading of it took that long.
    const before = (await start(userIds.slice(0, 1), new Date(Date.now() - 60_000).toISOString())).id;
    expect(await ended(api, before)).toMatchObject({ state: 'done', done: 1 });
    // Begun 90 days early, it could not be undone: the clock of the host, or the database's own later, may be behind the one that judged it.
    const latest = Date.now() + 90 * 24 * hour - 10_000;
    const farthest = await start(userIds.slice(3), new Date(latest).toISOString());
    expect(await claimJob(stored.db, 'another', Date.now() - hour, { id: farthest.id })).toBeUndefined();
    await api('cancelJob', { params: { id: farthest.id } });
    const { id, state, beginAt } = await start(userIds.slice(1, 3));
    expect({ state, beginAt }).toEqual({ state: 'queued', beginAt: at });
    const claim = (now: number) => claimJob(stored.db, 'another', now, { id });
    expect(await claim(begin - 1)).toBeUndefined();
    expect(await claim(begin)).toMatchObject({ id });
    // Its lease is of a time that no right clock says yet: the server takes it.
    expect(await ended(api, id)).toMatchObject({ state: 'done', done: 2 });
    const paused = (await start(userIds.slice(3))).id;
    await api('pauseJob', { params: { id: paused } });
    const resumed = await api('resumeJob', { params: { id: paused } });
    expect(resumed.beginAt).toBeUndefined();
    expect(await ended(api, paused)).toMatchObject({ state: 'done', done: 2 });
  });

  test('codes that two fetch at once go to one of them; the trail says of each token by which job', async () => {
    const { userIds, serials } = await addPeople(stored.db, 'fetched', 40);
    const job = await started(await checked({ choose: { userIds }, profile: 'url' }));
    const take = () => api('takeJobResult', { params: { id: job.id } });
    const taken = await Promise.allSettled([take(), take(), take()]);
    const files = taken.flatMap((each) => (each.status === 'fulfilled' ? each.value.csv : []));
    expect(files).toHaveLength(1);
    expect(
      readCsv(files[0] as string)
        .slice(1)
        .every((row) => row[7] !== ''),
    ).toBe(true);
    const { items } = await api('listAudit', {
      query: { object: `token:${serials[0]}`, action: 'token.distribute' },
    });
    expect(items[0]?.reason).toBe(
      `profile url; Dynamic Seed Provisioning (using URL); bound to the device class; job ${job.name}`,
    );
  });

  test('codes whose file finds no room are fetched again, and destroyed when it is on the disk', async () => {
    const { userIds } = await addPeople(stored.db, 'full', 40);
    const job = await started(await checked({ choose: { userIds }, profile: 'url' }));
    const folder = mkdtempSync(join(tmpdir(), 'sower-codes-'));
    const fetch = (what: 'result' | 'letters', file: string, blocks: string) => {
      // What would be longer than that is not written, as on a full disk.
      const full = `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`;
      const command = [process.execPath, LAUNCHER, 'job', what, job.id, '--out', join(folder, file)];
      return spawnSync('sh', ['-c', full, 'sh', ...command], {
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: '', SOWER_LANGUAGE: 'en', SOWER_DATA: deployment.dataFolder },
      });
    };
    try {
      for (const what of ['result', 'letters'] as const) {
        const ran = fetch(what, 'full', '1');
        expect(ran.status, ran.stderr).toBe(2);
        expect(ran.stderr).toContain('EFBIG');
        expect(readdirSync(folder)).toEqual([]);
        expect(await api('getJob', { params: { id: job.id } })).toMatchObject({ codes: 'ready' });
      }
      const ran = fetch('result', 'codes.csv', 'unlimited');
      expect(ran.status, ran.stderr).toBe(0);
      const codes = readCsv(readFileSync(join(folder, 'codes.csv'), 'utf8')).slice(1);
      expect(new Set(codes.map((row) => row[7])).size).toBe(40);
      expect(await api('getJob', { params: { id: job.id } })).toMatchObject({ codes: 'taken' });
      expect(fetch('result', 'again.csv', 'unlimited').status).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const { items } = await api('listAudit', { query: { action: 'job.result' } });
    expect(items.slice(0, 4).map(({ reasonCode }) => reasonCode)).toEqual([
      'event.codes-arrived',
      ...Array(3).fill('event.codes-kept'),
    ]);
  });

  test('codes of users who moved out of reach, or became administrators, are not handed out', async () => {
    const near = await api('addSecurityDomain', { body: { name: `near ${kind.name}` } });
    const { userIds } = await addPeople(stored.db, 'near', 3, { domain: near.path });
    const [stays, moves, rises] = userIds as [string, string, string];
    const { key } = await api('addApiKey', {
      body: {
        name: 'near',
        permissions: ['users:view', 'tokens:view', 'tokens:distribute'],
        securityDomain: near.name,
      },
    });
    const by = deployment.apiOf(0, key);
    const job = await started(await checked({ choose: { userIds }, profile: 'url' }, by), by);
    expect(job).toMatchObject({ done: 3, codes: 'ready' });
    const codes = async () =>
      readCsv((await by('takeJobResult', { params: { id: job.id }, query: { codes: 'keep' } })).csv)
        .slice(1)
        .map((row) => [row[2], row[7] !== '', row[8] !== '' || row[9] !== '', row[5]]);
    expect(await codes()).toEqual(userIds.map((userId) => [userId, true, true, '']));
    await api('editUser', { params: { userId: moves }, body: { securityDomain: 'top' }, ifMatch: 1 });
    const { id: token_user_id } = await stored.db
      .selectFrom('users')
      .select('id')
      .where('user_id', '=', rises)
      .executeTakeFirstOrThrow();
    const administrator = {
      id: rises,
      user_name: rises,
      user_name_key: rises,
      password_hash: '',
      enabled: 1,
    };
    await stored.db
      .insertInto('administrators')
      .values({ ...administrator, token_user_id, created_at: 0, version: 1 } as never)
      .execute();
    const grant = { administrator_id: rises, role_id: 'super-admin', domain_id: 'top' };
    await stored.db.insertInto('role_grants').values(grant).execute();
    expect(await codes()).toEqual([
      [stays, true, true, ''],
      [moves, false, false, 'In a security domain where you lack the permission.'],
      [rises, false, false, expect.stringContaining('administrator')],
    ]);
  });

  test('codes that nobody fetches are destroyed a week after the job', async () => {
    const { userIds } = await addPeople(stored.db, 'unfetched', 2);
    const job = await started(await checked({ choose: { userIds }, profile: 'url' }));
    const sealedRows = () =>
      stored.db
        .selectFrom('job_rows')
        .select('position')
        .where('job_id', '=', job.id)
        .where('sealed', 'is not', null)
        .execute();
    const after = (days: number) =>
      forgetOldJobs({ db: stored.db, now: () => Date.now() + days * 86_400_000 });
    await after(6.9);
    expect(await sealedRows()).toHaveLength(2);
    expect(await api('getJob', { params: { id: job.id } })).toMatchObject({ codes: 'ready' });
    await after(7.1);
    expect(await sealedRows()).toEqual([]);
    expect(await problemReason(api('takeJobResult', { params: { id: job.id } }))).toBe('job.codes-taken');
  });

  test('a paused job that nobody resumes is cancelled after a week, and its codes are destroyed a week later', async () => {
    const { userIds } = await addPeople(stored.db, 'paused', 2);
    const job = await started(await checked({ choose: { userIds }, profile: 'url' }));
    await stored.db
      .updateTable('jobs')
      .set({ state: 'paused', ended_at: null })
      .where('id', '=', job.id)
      .execute();
    const stateAfter = async (days: number) => {
      await forgetOldJobs({ db: stored.db, now: () => Date.now() + days * 86_400_000 });
      const { state, codes, reason } = await api('getJob', { params: { id: job.id } });
      return [state, codes, reason];
    };
    expect(await stateAfter(6.9)).toEqual(['paused', 'ready', undefined]);
    expect(await stateAfter(7.1)).toEqual(['cancelled', 'ready', 'job.paused-long']);
    expect(await stateAfter(14.2)).toEqual(['cancelled', 'taken', 'job.paused-long']);
  });

  test('a paused job that is ended after a week says whether it can still be resumed', async () => {
    const { userIds } = await addPeople(stored.db, 'ended', 1);
    const said: Record<string, unknown> = {};
    for (const jobKind of ['distribute', 'token-import', 'synchronize'] as const) {
      const { id } = await checked({ choose: { userIds } });
      const paused = { kind: jobKind, state: 'paused', state_since: Date.now() } as const;
      await stored.db.updateTable('jobs').set(paused).where('id', '=', id).execute();
      await forgetOldJobs({ db: stored.db, now: () => Date.now() + 7.1 * 86_400_000 });
      const { reason, state } = await api('getJob', { params: { id } });
      const resumed = await problemReason(api('resumeJob', { params: { id } }));
      said[jobKind] = [state, reason, resumed];
    }
    expect(said).toEqual({
      distribute: ['cancelled', 'job.paused-long', 'none'],
      'token-import': ['cancelled', 'job.paused-ended', 'job.import-ended'],
      synchronize: ['cancelled', 'job.paused-ended', 'job.other-kind'],
    });
  });

  test('a job that was made long ago and paused, or resumed, just now is not forgotten', async () => {
    const { userIds } = await addPeople(stored.db, 'lasting', 2);
    const job = await checked({ choose: { userIds } });
    const makeOlder = { created_at: Date.now() - 30 * 86_400_000 };
    await stored.db.updateTable('jobs').set(makeOlder).where('id', '=', job.id).execute();
    const stateAfter = async (days: number) => {
      await forgetOldJobs({ db: stored.db, now: () => Date.now() + days * 86_400_000 });
      return (await api('getJob', { params: { id: job.id } })).state;
    };
    expect(await stateAfter(0)).toBe('waiting');
    expect(await stateAfter(6.9)).toBe('waiting');
    expect(await stateAfter(7.1)).toBe('cancelled');
    // Taken up again: as long as the first time.
    await api('resumeJob', { params: { id: job.id } });
    expect(await stateAfter(6.9)).toBe('waiting');
    const paused = { state: 'paused', state_since: Date.now() } as const;
    await stored.db.updateTable('jobs').set(paused).where('id', '=', job.id).execute();
    expect(await stateAfter(6.9)).toBe('paused');
    expect(await stateAfter(7.1)).toBe('cancelled');
    // One of an earlier Sower does not say since when.
    await api('resumeJob', { params: { id: job.id } });
    await stored.db.updateTable('jobs').set({ state_since: null }).where('id', '=', job.id).execute();
    expect(await stateAfter(0)).toBe('cancelled');
  });

  test('a run of an identity source that was paused for long is not taken up again', async () => {
    const { userIds } = await addPeople(stored.db, 'stale', 1);
    const { id } = await checked({ choose: { userIds } });
    const paused = async (minutes: number) => {
      const state_since = Date.now() - minutes * 60_000;
      const run = { kind: 'synchronize', state: 'paused', state_since } as const;
      await stored.db.updateTable('jobs').set(run).where('id', '=', id).execute();
      return problemReason(api('resumeJob', { params: { id } }));
    };
    expect(await paused(61)).toBe('source-run.paused-long');
    expect(await paused(59)).toBe('none');
  });

  test('a search among tokens: those that it finds when the job is made', async () => {
    const place = await api('addSecurityDomain', { body: { name: `search ${kind.name}` } });
    const { serials } = await addPeople(stored.db, 'found', 3, { domain: place.path });
    const search = { securityDomain: place.name, distribution: 'none' } as const;
    const job = await checked({ choose: { tokens: search } });
    await addPeople(stored.db, 'late', 2, { domain: place.path });
    expect((await started(job)).states).toEqual({ issued: 3 });
    expect((await rowsOf(job.id)).map(({ serial }) => serial)).toEqual(serials);
    expect(
      await problemReason(
        api('distributeMany', {
          body: { name: 'x', profile: 'qr', tokens: 'mint', choose: { tokens: search } },
        }),
      ),
    ).toBe('job.tokens-chosen');
  });

  test('tokens that were distributed before: undone, what was the latest then is so again', async () => {
    const { userIds, serials } = await addPeople(stored.db, 'before', 3);
    for (const serial of serials) {
      await api('distributeToken', { params: { serial }, body: { profile: 'qr' } });
      await api('withdrawDistribution', { params: { serial } });
    }
    const earlier = await everything();
    const job = await checked({ choose: { userIds } });
    expect((await started(job)).states).toEqual({ issued: 3 });
    await ended(api, (await api('undoJob', { params: { id: job.id } })).id);
    expect(await everything()).toBe(earlier);
  });

  test('paused, gone on with, cancelled and restarted: every token once', async () => {
    const { serials } = await addPeople(stored.db, 'pause', 3_000);
    const job = await checked({ choose: { serials } });
    await api('startJob', { params: { id: job.id }, body: { name: job.name } });
    const act = (name: 'pauseJob' | 'resumeJob' | 'cancelJob') =>
      problemReason(api(name, { params: { id: job.id } }));
    let interrupted = 0;
    for (const stop of ['pauseJob', 'cancelJob', 'pauseJob', 'cancelJob'] as const) {
      if ((await act(stop)) !== 'none') break;
      interrupted += 1;
      const stopped = await api('getJob', { params: { id: job.id } });
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await api('getJob', { params: { id: job.id } })).toEqual(stopped);
      expect(stopped.done).toBe(stopped.states.issued ?? 0);
      expect(await act('resumeJob')).toBe('none');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(interrupted).toBeGreaterThan(0);
    expect(await ended(api, job.id)).toMatchObject({
      state: 'done',
      done: 3_000,
      failed: 0,
      states: { issued: 3_000 },
    });
    const made = await stored.db
      .selectFrom('distributions')
      .select('token_id')
      .where('job_id', '=', job.id)
      .execute();
    expect(new Set(made.map(({ token_id }) => token_id)).size).toBe(3_000);
    expect(made).toHaveLength(3_000);
    expect(await act('pauseJob')).toBe('job.wrong-state');
    // Once more for those who did not: the earlier code of each dies.
    const again = await checked({ choose: { notActivatedOf: job.id }, again: true });
    expect(countsOf(again)).toEqual({ done: 3_000, leftOut: 0, failed: 0 });
    expect((await started(again)).states).toEqual({ issued: 3_000 });
    expect((await api('getJob', { params: { id: job.id } })).states).toEqual({ withdrawn: 3_000 });
  });

  test('whoever holds a token that can be distributed gets no second one, unless that is wanted; the check says so', async () => {
    const { userIds } = await addPeople(stored.db, 'holder', 3);
    const tokensOf = async () =>
      Promise.all(
        userIds.map(async (userId) => (await api('getUser', { params: { userId } })).tokens.length),
      );
    for (const tokens of ['mint', 'stock'] as const) {
      const left = await checked({ choose: { userIds }, tokens });
      expect(countsOf(left)).toEqual({ done: 0, leftOut: 3, failed: 0 });
      expect(left.reasons).toMatchObject([{ state: 'left-out', count: 3, reason: 'job-row.holds-one' }]);
      await api('cancelJob', { params: { id: left.id } });
    }
    expect(await tokensOf()).toEqual([1, 1, 1]);
    await started(await checked({ choose: { userIds }, tokens: 'mint', again: true }));
    expect(await tokensOf()).toEqual([2, 2, 2]);
  });

  test('a last day that has passed is refused', async () => {
    const { userIds } = await addPeople(stored.db, 'expired', 1, { tokens: 'none' });
    const mint = (expiresOn: string) => checked({ choose: { userIds }, tokens: 'mint', expiresOn });
    expect(await problemReason(mint('2020-01-01'))).toBe('token.expiry-passed');
    expect(await problemReason(api('mintTokens', { body: { expiresOn: '2020-01-01' } }))).toBe(
      'token.expiry-passed',
    );
    // Through that day, as it is accepted.
    await api('mintTokens', { body: { expiresOn: dayOf(Date.now()) } });
  });

  test('a user who has a token that works is left out, whatever token it is', async () => {
    await addPeople(stored.db, 'unworn', 5, { tokens: 'free' });
    const { userIds, serials } = await addPeople(stored.db, 'working', 3);
    const [fob, imported] = serials as [string, string];
    const kinds = { [fob]: 'hardware', [imported]: 'software' } as const;
    for (const serial of [fob, imported]) {
      const { id } = await stored.db
        .selectFrom('tokens')
        .select('id')
        .where('serial', '=', serial)
        .executeTakeFirstOrThrow();
      await stored.db
        .updateTable('tokens')
        .set({ kind: kinds[serial] as 'hardware', batch: 'b' })
        .where('id', '=', id)
        .execute();
      await insertSeeds(stored.db, [
        {
          ...{ id: newId(ids), token_id: id, distribution_id: null, state: 'current', key_id: '' },
          ...{
            algorithm: 'totp',
            hash: 'sha1',
            digits: 6,
            interval_seconds: 30,
            authentication_type: 'tokencode',
          },
          ...{ sealed: '', position: -1, drift: 0, last_accepted_at: null, created_at: Date.now() },
        },
      ]);
    }
    const reasons = async ({ id }: Job) => (await rowsOf(id)).map(({ reason }) => reason);
    const [served, taken] = ['job-row.has-one', 'job-row.has-token'];
    for (const tokens of ['stock', 'mint'] as const)
      expect(await reasons(await checked({ choose: { userIds }, tokens }))).toEqual([
        served,
        served,
        'job-row.holds-one',
      ]);
    expect(await reasons(await checked({ choose: { userIds }, tokens: 'held' }))).toEqual([
      served,
      served,
      undefined,
    ]);
    const { id } = await api('assignMany', { body: { name: 'to those who have', choose: { userIds } } });
    expect(await reasons(await jobSettled(api, id))).toEqual([taken, taken, taken]);
  });

  test('once more is for those who have not activated theirs, without a word', async () => {
    const { userIds } = await addPeople(stored.db, 'more', 3);
    const first = await started(await checked({ choose: { userIds } }));
    const more = await checked({ choose: { notActivatedOf: first.id } });
    expect(countsOf(more)).toEqual({ done: 3, leftOut: 0, failed: 0 });
    const none = await checked({ choose: { notActivatedOf: first.id }, again: false });
    expect(countsOf(none)).toEqual({ done: 0, leftOut: 3, failed: 0 });
    for (const { id } of [more, none]) await api('cancelJob', { params: { id } });
  });

  test('the check says that there are too many for letters', async () => {
    const { userIds } = await addPeople(stored.db, 'letter', MAX_LETTERS + 1);
    const over = await checked({ choose: { userIds }, profile: 'url' });
    expect(over).toMatchObject({ done: MAX_LETTERS + 1, letters: 'too-many' });
    const fits = await checked({ choose: { userIds: userIds.slice(1) }, profile: 'url' });
    expect(fits).toMatchObject({ done: MAX_LETTERS, letters: 'possible' });
    const scanned = await checked({ choose: { userIds: userIds.slice(0, 1) } });
    expect(scanned.letters).toBe(undefined);
    const shown = await commandLine(['job', 'show', over.id], { SOWER_DATA: deployment.dataFolder });
    expect(shown.stdout).toContain('at most 5,000 fit in a file');
    for (const { id } of [over, fits, scanned]) await api('cancelJob', { params: { id } });
  });

  async function setUpMail(): Promise<void> {
    const { version } = await api('getMailSettings', {});
    await api('editMailSettings', {
      body: { enabled: true, host: '127.0.0.1', port: 9, from: 'sower@example.com' },
      ifMatch: version,
    });
  }

  test('reminders that are requested twice are sent once', async () => {
    await setUpMail();
    const { userIds } = await addPeople(stored.db, 'remembered', 20);
    await stored.db
      .updateTable('users')
      .set({ email: 'late@example.com' })
      .where('user_id', 'in', userIds)
      .execute();
    const job = await started(await checked({ choose: { userIds } }));
    const queued = async () =>
      (await stored.db.selectFrom('mail').select('id').where('event', '=', 'token-ready').execute()).length;
    const before = await queued();
    const remind = () => api('remindJob', { params: { id: job.id } });
    const all = await Promise.allSettled(Array.from({ length: 8 }, remind));
    const made = all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(made).toHaveLength(1);
    await ended(api, made[0]!.id);
    expect(await queued()).toBe(before + 20);
    const single = await api('getUser', { params: { userId: userIds[0]! } });
    await api('distributeToken', { params: { serial: single.tokens[0]! }, body: { profile: 'qr' } });
    const rows = await stored.db.selectFrom('mail').select('bulk').orderBy('id', 'desc').limit(21).execute();
    expect(rows.map(({ bulk }) => bulk)).toEqual([0, ...Array(20).fill(1)]);
    // The first job is over, and its mails are just being read.
    expect(await problemReason(remind())).toBe('job.reminded');
  });

  test('reminders go to those who can still use their code', async () => {
    await setUpMail();
    const { userIds, serials } = await addPeople(stored.db, 'usable', 5);
    const job = await started(await checked({ choose: { userIds } }));
    const earlier = await stored.db.selectFrom('mail').select('id').execute();
    const [, disabled, off, over, lost] = userIds;
    const off2 = stored.db.updateTable('users').set({ enabled: 0 });
    await off2.where('user_id', '=', disabled ?? '').execute();
    const change = (change: { enabled?: 0; lost?: 1; expires_on?: string }, userId = '') =>
      stored.db
        .updateTable('tokens')
        .set(change)
        .where('serial', '=', serials[userIds.indexOf(userId)] ?? '')
        .execute();
    await change({ enabled: 0 }, off);
    await change({ expires_on: '2020-01-01' }, over);
    await change({ lost: 1 }, lost);
    const reminders = await ended(api, (await api('remindJob', { params: { id: job.id } })).id);
    expect(countsOf(reminders)).toEqual({ done: 1, leftOut: 4, failed: 0 });
    const mails = await stored.db
      .selectFrom('mail')
      .innerJoin('users', 'users.id', 'mail.user_id')
      .select(['users.user_id', 'mail.event'])
      .where('mail.id', 'not in', ['', ...earlier.map(({ id }) => id)])
      .where('users.user_id', 'in', userIds)
      .execute();
    expect(mails).toEqual([{ user_id: userIds[0], event: 'token-ready' }]);
  });

  test('the check shows the mail that the first user will be sent, without a code; what is sent is the same', async () => {
    await setUpMail();
    const { userIds } = await addPeople(stored.db, 'shown', 2);
    const waiting = await checked({ choose: { userIds } });
    const [mail, ...others] = (await api('getJob', { params: { id: waiting.id } })).mails ?? [];
    expect(others).toEqual([]);
    expect(mail?.text).toContain(waiting.samples[0]?.serial);
    const { id } = await started(waiting);
    const [sent] = await stored.db
      .selectFrom('mail')
      .innerJoin('users', 'users.id', 'mail.user_id')
      .select(['mail.subject'])
      .where('mail.event', '=', 'token-ready')
      .where('users.user_id', '=', waiting.samples[0]?.userId ?? '')
      .execute();
    expect(sent?.subject).toBe(mail?.subject);
    expect((await api('getJob', { params: { id } })).mails).toBeUndefined();
  });

  test('an undo tells those whose token is taken back, if it is to', async () => {
    await setUpMail();
    const { userIds } = await addPeople(stored.db, 'withdrawn', 3);
    const mails = () =>
      stored.db
        .selectFrom('mail')
        .innerJoin('users', 'users.id', 'mail.user_id')
        .select(['users.user_id', 'mail.bulk'])
        .where('mail.event', '=', 'token-withdrawn')
        .orderBy('users.user_id')
        .execute();
    for (const tell of ['false', 'true'] as const) {
      const { id } = await started(await checked({ choose: { userIds } }));
      const [first] = await stored.db
        .selectFrom('distributions')
        .select('id')
        .where('job_id', '=', id)
        .orderBy('id')
        .execute();
      // One has activated theirs: it is kept, and nothing is said.
      await stored.db
        .updateTable('distributions')
        .set({ state: 'confirmed' })
        .where('id', '=', first?.id ?? '')
        .execute();
      expect(await mails()).toEqual([]);
      const undone = await ended(api, (await api('undoJob', { params: { id }, query: { tell } })).id);
      expect(countsOf(undone)).toEqual({ done: 2, leftOut: 1, failed: 0 });
      // Those that still wait are not sent, but to the one who keeps theirs.
      const ready = await stored.db
        .selectFrom('mail')
        .innerJoin('users', 'users.id', 'mail.user_id')
        .selectAll('mail')
        .where('mail.event', '=', 'token-ready')
        .where('users.user_id', 'in', userIds)
        .execute();
      const sent = await Promise.all(
        ready.map(async (mail) => !(await isWithdrawn(stored.db, mail, Date.now())) && mail.once_key),
      );
      expect(sent.filter((key) => key !== false)).toEqual([distributionKey('token-ready', first?.id ?? '')]);
      await stored.db
        .updateTable('distributions')
        .set({ state: 'withdrawn' })
        .where('job_id', '=', id)
        .execute();
    }
    expect(await mails()).toEqual(userIds.slice(1).map((user_id) => ({ user_id, bulk: 1 })));
  });

  test('a right lost between two batches ends the job; what was done can be taken back', async () => {
    const { serials } = await addPeople(stored.db, 'right', 4_000);
    const { key, id: keyId } = await api('addApiKey', {
      body: { name: 'distributor', permissions: ['tokens:view', 'tokens:distribute'] },
    });
    const by = deployment.apiOf(0, key);
    const job = await checked({ choose: { serials } }, by);
    await by('startJob', { params: { id: job.id }, body: { name: job.name } });
    await api('deleteApiKey', { params: { id: keyId } });
    const stopped = await ended(api, job.id);
    expect(stopped).toMatchObject({ state: 'failed', reason: 'job.starter-gone' });
    expect(stopped.done).toBeLessThan(4_000);
    expect(stopped.states.issued ?? 0).toBe(stopped.done);
    // Nobody goes on in another's name, but whoever sees it may take it back.
    expect(await problemReason(api('resumeJob', { params: { id: job.id } }))).toBe('job.own-only');
    const undone = await ended(api, (await api('undoJob', { params: { id: job.id } })).id);
    expect(undone.done).toBe(stopped.done);
  });

  test('whoever works in one security domain reaches nobody beyond, and sees only their own jobs', async () => {
    const mine = await api('addSecurityDomain', { body: { name: `mine ${kind.name}` } });
    const own = await addPeople(stored.db, 'own', 2, { domain: mine.path });
    const foreign = await addPeople(stored.db, 'foreign', 2);
    const permissions = ['users:view', 'tokens:view', 'tokens:distribute'] as const;
    const { key } = await api('addApiKey', {
      body: { name: 'mine', permissions: [...permissions], securityDomain: mine.name },
    });
    const by = deployment.apiOf(0, key);
    const job = await checked({ choose: { userIds: [...own.userIds, ...foreign.userIds] } }, by);
    expect(countsOf(job)).toEqual({ done: 2, leftOut: 2, failed: 0 });
    const left = {
      ...{ number: 3, subject: foreign.userIds[0], state: 'left-out' },
      ...{ reason: 'job-row.no-user', detail: 'This user was not found.' },
    };
    // The name is for those alone who may see the user.
    expect((await rowsOf(job.id))[2]).toEqual({ ...left, userName: 'Some Body' });
    expect((await by('listJobRows', { params: { id: job.id }, query: {} })).items[2]).toEqual(left);
    expect((await by('listJobs', { query: {} })).items.map(({ id }) => id)).toEqual([job.id]);
    const others = (await api('listJobs', { query: {} })).items.find(({ id }) => id !== job.id) as Job;
    expect(await problemReason(by('getJob', { params: { id: others.id } }))).toBe('job.not-found');
    expect(
      await problemReason(
        by('distributeMany', {
          body: { name: 'x', profile: 'qr', choose: { userIds: ['x'] }, tokens: 'mint' },
        }),
      ),
    ).toBe('permission.required');
  });

  test('a profile that was edited after the check ends the job; a forged job does nothing', async () => {
    const { serials } = await addPeople(stored.db, 'edited', 3);
    const profile = await api('addProfile', {
      body: { name: 'short', deviceType: 'sower', delivery: 'qr', authenticationType: 'tokencode' },
    });
    const job = await checked({ choose: { serials }, profile: 'short' });
    await api('editProfile', {
      params: { id: profile.id },
      body: { codeExpiry: '1h' },
      ifMatch: profile.version,
    });
    expect(await started(job)).toMatchObject({
      state: 'failed',
      reason: 'job.profile-edited',
      done: 0,
      states: {},
    });
    const forged = await checked({ choose: { serials } });
    await stored.db
      .updateTable('jobs')
      .set({ state: 'queued', phase: 'work', position: 0, done: 0, actor_id: 'x' })
      .where('id', '=', forged.id)
      .execute();
    expect(await ended(api, forged.id)).toMatchObject({
      state: 'failed',
      reason: 'job.altered',
      done: 0,
      states: {},
    });
  });

  test('two jobs over the same tokens, and two undos at once: each token goes to one', async () => {
    const { serials } = await addPeople(stored.db, 'twice', 600);
    const jobs = [await checked({ choose: { serials } }), await checked({ choose: { serials } })];
    const results = await Promise.all(jobs.map((job) => started(job)));
    expect(results.reduce((sum, { done }) => sum + done, 0)).toBe(600);
    expect(results.reduce((sum, { failed }) => sum + failed, 0)).toBe(600);
    const [first] = results.filter(({ done }) => done > 0) as [JobDetail];
    const undos = await Promise.all(
      [1, 2].map(() => problemReason(api('undoJob', { params: { id: first.id } }))),
    );
    expect(undos.filter((problem) => problem === 'none').length).toBeGreaterThan(0);
  });
});
