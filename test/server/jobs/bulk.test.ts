/**
 * One action on many tokens or users, and a token for each of many: what is refused leaves nothing and stops nobody else, however the job goes
 * on or ends. A node is killed in kill.test.ts. The clock is the test's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BulkAction } from '@sower/api/bulk';
import { type AssignManyInput, assignManySchema } from '@sower/api/jobs';
import type { UserBulkAction } from '@sower/api/user-bulk';
import type { Actor } from '@sower/server/core/actor';
import { type Outcome, refused } from '@sower/server/core/outcome';
import { addUser, editUser } from '@sower/server/directory/users';
import { doToTokens } from '@sower/server/jobs/bulk/tokens';
import { doToUsers } from '@sower/server/jobs/bulk/users';
import { assignMany } from '@sower/server/jobs/distribution/assign';
import { addJobAbout } from '@sower/server/jobs/distribution/undo';
import { jobKinds } from '@sower/server/jobs/kinds';
import { newId } from '@sower/server/store/db/ids';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { insertAdministrator, replaceGrants } from '@sower/server/store/directory/administrators';
import { deleteUser } from '@sower/server/store/directory/users';
import { claimJob, type JobRow, releaseJob } from '@sower/server/store/work/jobs';
import { cancelJob, resumeJob, startJob, viewJobDetail, visibleJob } from '@sower/server/work/jobs';
import { FEW_ROWS, workOnJob } from '@sower/server/work/runner';
import { readText, text } from '@sower/texts/outcomes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';
import { deploy } from '../../harness/deployment.ts';
import { addPeople } from '../../harness/jobs/many-people.ts';
import { actorOf, type NodeContext, nodeOf, valueIn } from '../../harness/jobs/node.ts';

onBothDatabases('actions on many', (kind) => {
  let database: FreshDatabase;
  let stored: OpenDatabase;
  let second: OpenDatabase;
  let folder: string;
  const later = 0;
  let node: NodeContext;
  let other: NodeContext;
  let actor: Actor;
  let ofNorth: Actor;
  let viewer: Actor;
  let north: { readonly id: string; readonly path: string };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sower-bulk-'));
    database = await kind.installed();
    const deployment = await deploy(database, { dataIn: folder });
    const { api } = deployment;
    north = await api('addSecurityDomain', { body: { name: 'North' } });
    const view = ['users:view', 'tokens:view'] as const;
    const permissions = [...view, 'users:edit', 'tokens:edit', 'tokens:assign', 'tokens:delete'] as const;
    const key = (name: string, held: typeof permissions | typeof view, securityDomain?: string) =>
      api('addApiKey', {
        body: { name, permissions: [...held], ...(securityDomain === undefined ? {} : { securityDomain }) },
      });
    const keys = [await key('all', permissions), await key('north', permissions, 'North')];
    keys.push(await key('viewer', view));
    await deployment.stop();
    stored = await openDatabase(database.location);
    second = await openDatabase(database.location);
    const now = () => Date.now() + later;
    node = await nodeOf(stored.db, deployment.dataFolder, now);
    other = await nodeOf(second.db, deployment.dataFolder, now);
    [actor, ofNorth, viewer] = (await Promise.all(keys.map((made) => actorOf(node, made.key)))) as [
      Actor,
      Actor,
      Actor,
    ];
  });
  afterAll(async () => {
    await stored.close();
    await second.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const codeOf = (outcome: Outcome<unknown>): string => (outcome.ok ? 'none' : outcome.detail.code);
  const onTokens = async (action: BulkAction, serials: readonly string[], by = actor, more = {}) =>
    valueIn(await doToTokens(node, by, { action, choose: { serials: [...serials] }, ...more }));
  const onUsers = async (action: UserBulkAction, userIds: readonly string[], by = actor, more = {}) =>
    valueIn(await doToUsers(node, by, { action, choose: { userIds: [...userIds] }, ...more }));
  const workOn = async (context: NodeContext = node): Promise<void> => {
    while (await workOnJob(context, jobKinds(context)));
  };
  const jobOf = ({ id }: Pick<JobRow, 'id'>) =>
    stored.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const ended = async (job: JobRow): Promise<JobRow> => {
    await workOn();
    return jobOf(job);
  };
  /** Of rows that are not done: what they are about, and why. */
  const refusals = async ({ id }: Pick<JobRow, 'id'>) =>
    (
      await stored.db
        .selectFrom('job_rows')
        .select(['subject', 'state', 'text'])
        .where('job_id', '=', id)
        .where('state', '<>', 'done')
        .orderBy('position')
        .execute()
    ).map(({ subject, state, text }) => [subject, state, text && readText(text)?.code]);
  const tokensOf = (serials: readonly string[]) =>
    stored.db
      .selectFrom('tokens')
      .leftJoin('users', 'users.id', 'tokens.user_id')
      .selectAll('tokens')
      .select('users.user_id as holder')
      .where('serial', 'in', [...serials])
      .orderBy('serial')
      .execute();
  const lines = async (action: string, objects: readonly string[]): Promise<number> =>
    (
      await stored.db
        .selectFrom('audit')
        .select('object')
        .where('action', '=', action as never)
        .where('object', 'in', [...objects])
        .execute()
    ).length;
  /** Something that happens after the first batch; then what batches rest on is read anew. */
  const afterFirst = (happens: () => Promise<unknown>): Partial<NodeContext> => {
    let batches = 0;
    return {
      monotonic: () => performance.now() + batches * 1_000,
      sleep: async () => {
        batches += 1;
        if (batches === 1) await happens();
      },
    };
  };

  test('a few are done by the time of the answer; what is refused leaves nothing, and stops nobody else', async () => {
    const held = (await addPeople(stored.db, 'few', 4)).serials;
    const [free = ''] = (await addPeople(stored.db, 'few-free', 1, { tokens: 'free' })).serials;
    const serials = [held[0], free, '999999999999', held[1], held[0]] as string[];
    const job = await onTokens('unassign', serials);
    expect(job).toMatchObject({ state: 'done', total: 4, done: 2, failed: 2, name: 'unassign' });
    expect(await refusals(job)).toEqual([
      [free, 'failed', 'token.not-assigned'],
      ['999999999999', 'failed', 'token.not-found'],
    ]);
    expect((await tokensOf(held)).map(({ holder }) => holder)).toEqual([
      null,
      null,
      'few000002',
      'few000003',
    ]);
    expect(
      await lines(
        'token.unassign',
        [...held, free].map((serial) => `token:${serial}`),
      ),
    ).toBe(2);
    expect(await lines('job.end', ['job:unassign'])).toBe(1);
    expect(codeOf(await doToTokens(node, viewer, { action: 'lost', choose: { serials } }))).toBe(
      'permission.required',
    );
    expect(codeOf(await doToTokens(node, actor, { action: 'move', choose: { serials } }))).toBe(
      'request.domain-required',
    );
  });

  test('a few are done by the time of the answer, although another node waits for work', async () => {
    const { serials } = await addPeople(stored.db, 'soon', 2);
    let waits = true;
    const waiting = (async () => {
      while (waits) if (!(await workOnJob(other, jobKinds(other)))) await new Promise(setImmediate);
    })();
    const states: string[] = [];
    for (let times = 0; times < 15; times += 1)
      states.push((await onTokens(times % 2 === 0 ? 'disable' : 'enable', serials)).state);
    waits = false;
    await waiting;
    expect(new Set(states)).toEqual(new Set(['done']));
  });

  test('what goes wrong on a node whose lease has ended does not end the job of the one that has it', async () => {
    const { serials } = await addPeople(stored.db, 'lease', FEW_ROWS + 5);
    const job = await onTokens('disable', serials);
    const kinds = jobKinds(node);
    const slow: (typeof kinds)['tokens'] = {
      ...kinds.tokens,
      async prepare() {
        expect(await claimJob(second.db, 'other', Date.now() + 6_000, 'rest')).toMatchObject({ id: job.id });
        return refused('unavailable', text('job.altered'));
      },
    };
    await workOnJob(node, { ...kinds, tokens: slow });
    expect(await jobOf(job)).toMatchObject({ state: 'running', lease: 'other', reason: null });
    await releaseJob(second.db, job.id, 'other');
    expect(await ended(job)).toMatchObject({ state: 'done', done: serials.length });
  });

  test('every action, by a job that nobody waits for; moved by the ID of the domain, whatever its name is by then', async () => {
    const { serials, userIds } = await addPeople(stored.db, 'every', FEW_ROWS + 5);
    for (const action of ['disable', 'enable', 'lost', 'clearPin'] as const) {
      const job = await onTokens(action, serials);
      expect(job.state).toBe('queued');
      expect(await ended(job), action).toMatchObject({ state: 'done', done: serials.length, failed: 0 });
    }
    expect((await tokensOf(serials)).map(({ enabled, lost }) => [enabled, lost])).toEqual(
      serials.map(() => [1, 1]),
    );
    const moved = await onUsers('move', userIds, actor, { securityDomain: 'North' });
    const name = (to: string) =>
      stored.db
        .updateTable('security_domains')
        .set({ name: to, name_key: to.toLowerCase() })
        .where('id', '=', north.id)
        .execute();
    await name('Else');
    expect(await ended(moved)).toMatchObject({ done: userIds.length });
    await name('North');
    expect(new Set((await tokensOf(serials)).map(({ domain }) => domain))).toEqual(new Set([north.path]));
    expect(await ended(await onUsers('disable', userIds))).toMatchObject({ done: userIds.length });
    // Nothing to do is no line.
    const edited = await lines(
      'user.edit',
      userIds.map((userId) => `user:${userId}`),
    );
    expect(await ended(await onUsers('disable', userIds))).toMatchObject({ done: userIds.length });
    expect(
      await lines(
        'user.edit',
        userIds.map((userId) => `user:${userId}`),
      ),
    ).toBe(edited);
    expect(await ended(await onUsers('delete', userIds))).toMatchObject({ done: userIds.length });
    expect((await tokensOf(serials)).every(({ user_id }) => user_id === null)).toBe(true);
    expect(await ended(await onTokens('delete', serials))).toMatchObject({ done: serials.length });
    expect(await tokensOf(serials)).toEqual([]);
  });

  test('disabling many decides about each as disabling one does, also about those who are disabled', async () => {
    const { userIds } = await addPeople(stored.db, 'decided', 6);
    const [one, other] = [userIds.slice(0, 3), userIds.slice(3)];
    const off = stored.db.updateTable('users').set({ enabled: 0 });
    await off.set({ disabled_by_source: 1 }).where('user_id', 'in', [one[0]!, other[0]!]).execute();
    await off.set({ leaves_at: 1, left_at: 2 }).where('user_id', 'in', [one[1]!, other[1]!]).execute();
    const rows = (users: readonly string[]) =>
      stored.db
        .selectFrom('users')
        .select(['enabled', 'disabled_by_source', 'leaves_at', 'left_at', 'version'])
        .where('user_id', 'in', users)
        .orderBy('user_id')
        .execute();
    for (const userId of one)
      valueIn(await editUser(node, actor, { userId, version: 1, change: { enabled: false } }));
    expect(await ended(await onUsers('disable', other))).toMatchObject({ done: other.length });
    expect(await rows(other)).toEqual(await rows(one));
    const decided = { enabled: 0, disabled_by_source: 0, leaves_at: null, left_at: null };
    expect(await rows(other)).toMatchObject(other.map(() => decided));
  });

  test('of another security domain: not there, untouched, and neither is the job for others', async () => {
    const mine = (await addPeople(stored.db, 'mine', 2, { domain: north.path })).serials;
    const foreign = await addPeople(stored.db, 'foreign', 2);
    const job = await onTokens('lost', [...mine, ...foreign.serials], ofNorth);
    expect(job).toMatchObject({ done: 2, failed: 2 });
    expect(await refusals(job)).toEqual(
      foreign.serials.map((serial) => [serial, 'failed', 'token.not-found']),
    );
    const users = await onUsers('delete', foreign.userIds, ofNorth);
    expect(await refusals(users)).toEqual(
      foreign.userIds.map((userId) => [userId, 'failed', 'user.not-found']),
    );
    expect((await tokensOf(foreign.serials)).map(({ lost, holder }) => [lost, holder])).toEqual(
      foreign.userIds.map((userId) => [0, userId]),
    );
    const mineAlone = await onTokens('enable', [...(await addPeople(stored.db, 'top', 30)).serials]);
    expect(codeOf(await visibleJob(node, ofNorth, mineAlone.id))).toBe('job.not-found');
    expect(codeOf(await cancelJob(node, ofNorth, mineAlone.id))).toBe('job.not-found');
    // Who sees every token sees the job, and may not decide about it.
    expect(codeOf(await visibleJob(node, viewer, mineAlone.id))).toBe('none');
    expect(codeOf(await cancelJob(node, viewer, mineAlone.id))).toBe('job.not-found');
    expect((await ended(mineAlone)).state).toBe('done');
  });

  test('a right that is lost between two batches ends the job; what was done stays, the rest is untouched', async () => {
    const { serials } = await addPeople(stored.db, 'right', 90);
    const { id } = await insertAdministrator(stored.db, node, {
      ...{ id: newId(node), user_name: 'boss', user_name_key: 'boss', password_hash: '', mail: null },
      ...{ must_change_password: 0, password_given_at: null, enabled: 1, token_user_id: null },
      ...{ passkey_count: 0, created_at: node.now(), version: 1 },
    });
    const grant = (roleId: string) =>
      replaceGrants(stored.db, node, id, [{ roleId, domainId: 'top', path: '/' }]);
    await grant('super-admin');
    const boss: Actor = { ...actor, kind: 'administrator', name: 'boss', principal: id };
    const { key: _, ...administrator } = boss;
    const job = await onTokens('lost', serials, administrator as Actor);
    await workOn({ ...node, ...afterFirst(() => grant('auditor')) });
    const stopped = await jobOf(job);
    expect(stopped).toMatchObject({ state: 'failed', done: FEW_ROWS });
    expect(readText(stopped.text ?? '')).toMatchObject({
      code: 'job.right-lost',
      values: { permission: 'tokens:edit' },
    });
    const lost = async () => (await tokensOf(serials)).filter((token) => token.lost === 1).length;
    expect(await lost()).toBe(FEW_ROWS);
    // With the right again, it goes on where it stopped.
    await grant('super-admin');
    valueIn(await resumeJob(node, administrator as Actor, job.id));
    expect(await ended(job)).toMatchObject({ state: 'done', done: serials.length });
    expect(
      await lines(
        'token.lost',
        serials.map((serial) => `token:${serial}`),
      ),
    ).toBe(serials.length);
  });

  test('cancelled in the middle; two jobs and two nodes about the same tokens, in either order: each once', async () => {
    const { serials } = await addPeople(stored.db, 'both', 300, { tokens: 'free' });
    const backwards = serials.toReversed();
    const jobs = [await onTokens('delete', serials), await onTokens('delete', backwards)];
    await Promise.all([workOn(), workOn(other)]);
    const [one, two] = (await Promise.all(jobs.map(jobOf))) as [JobRow, JobRow];
    expect([one.state, two.state]).toEqual(['done', 'done']);
    expect(one.done + two.done).toBe(serials.length);
    expect(one.failed + two.failed).toBe(serials.length);
    for (const job of jobs)
      expect(new Set((await refusals(job)).map(([, , code]) => code))).toEqual(
        new Set((await jobOf(job)).failed === 0 ? [] : ['token.not-found']),
      );
    expect(await tokensOf(serials)).toEqual([]);
    expect(
      await lines(
        'token.delete',
        serials.map((serial) => `token:${serial}`),
      ),
    ).toBe(serials.length);

    const held = (await addPeople(stored.db, 'cancel', 90)).serials;
    const job = await onTokens('lost', held);
    await workOn({ ...node, ...afterFirst(() => cancelJob(node, actor, job.id)) });
    expect(await jobOf(job)).toMatchObject({ state: 'cancelled', done: FEW_ROWS });
    expect((await tokensOf(held)).filter(({ lost }) => lost === 1)).toHaveLength(FEW_ROWS);
    valueIn(await resumeJob(node, actor, job.id));
    expect(await ended(job)).toMatchObject({ state: 'done', done: held.length });
  });

  test('whoever has a user ID by the time of their turn is somebody else than whom it meant', async () => {
    const { userIds } = await addPeople(stored.db, 'name', 40, { tokens: 'none' });
    const job = await onUsers('disable', [...userIds, 'newcomer']);
    const [taken = ''] = userIds;
    const { id } = await stored.db
      .selectFrom('users')
      .select('id')
      .where('user_id', '=', taken)
      .executeTakeFirstOrThrow();
    await deleteUser(stored.db, id);
    for (const userId of [taken, 'newcomer'])
      valueIn(await addUser(node, actor, { userId, firstName: '', lastName: '', email: '' } as never));
    expect(await ended(job)).toMatchObject({ done: 39, failed: 2 });
    expect((await refusals(job)).map(([subject]) => subject)).toEqual([taken, 'newcomer']);
    const enabled = await stored.db
      .selectFrom('users')
      .select('user_id')
      .where('user_id', 'in', [...userIds, 'newcomer'])
      .where('enabled', '=', 1)
      .orderBy('user_id')
      .execute();
    expect(enabled.map(({ user_id }) => user_id)).toEqual([taken, 'newcomer']);
  });

  const assign = async (choose: AssignManyInput['choose'], by = actor, more = {}) => {
    const body = assignManySchema.parse({ name: 'assign', choose, ...more });
    const job = valueIn(await assignMany(node, by, body));
    return ended(job);
  };
  const stock = () => stored.db.selectFrom('tokens').select('serial').where('user_id', 'is', null).execute();

  test('a token for each: checked first, those that live longest, and undone but for what was used', async () => {
    await stored.db
      .updateTable('tokens')
      .set({ expires_on: '2020-01-01' })
      .where('user_id', 'is', null)
      .execute();
    const { userIds } = await addPeople(stored.db, 'get', 6, { tokens: 'none' });
    const [has = ''] = (await addPeople(stored.db, 'has', 1)).userIds;
    const [off = ''] = (await addPeople(stored.db, 'off', 1, { tokens: 'none' })).userIds;
    await stored.db.updateTable('users').set({ enabled: 0 }).where('user_id', '=', off).execute();
    const { serials } = await addPeople(stored.db, 'stock', 5, { tokens: 'free' });
    for (const [index, serial] of serials.entries())
      await stored.db
        .updateTable('tokens')
        .set({ expires_on: `20${index === 3 ? 40 : 38}-01-0${index + 1}` })
        .where('serial', '=', serial)
        .execute();
    const before = JSON.stringify((await tokensOf(serials)).map((token) => ({ ...token, version: 0 })));
    const checked = await assign({ userIds: [has, off, 'nobody', ...userIds, userIds[0] as string] });
    expect(checked).toMatchObject({ state: 'waiting', done: 5, left_out: 5 });
    expect(await refusals(checked)).toEqual([
      [has, 'left-out', 'job-row.has-token'],
      [off, 'left-out', 'job-row.user-disabled'],
      ['nobody', 'left-out', 'job-row.no-user'],
      ...userIds.slice(0, 5).map((userId) => [userId, 'ready', null]),
      [userIds[5], 'left-out', 'job-row.none-left'],
      [userIds[0], 'left-out', 'job-row.doubled'],
    ]);
    const { samples, reasons } = await viewJobDetail(node, checked);
    expect(samples.map(({ userId }) => userId)).toEqual(userIds.slice(0, 3));
    expect(reasons.reduce((sum, { count }) => sum + count, 0)).toBe(5);
    expect((await tokensOf(serials)).every(({ user_id }) => user_id === null)).toBe(true);

    expect(codeOf(await startJob(node, viewer, { id: checked.id, name: 'assign' }))).toBe('job.not-found');
    valueIn(await startJob(node, actor, { id: checked.id, name: 'assign' }));
    expect(await ended(checked)).toMatchObject({ state: 'done', done: 5, failed: 0 });
    const given = new Map((await tokensOf(serials)).map((token) => [token.holder, token]));
    expect(userIds.slice(0, 5).map((userId) => given.get(userId)?.serial)).toEqual(
      [3, 4, 2, 1, 0].map((index) => serials[index]),
    );
    expect([...given.values()].every(({ enabled, distributed }) => enabled === 1 && distributed === 0)).toBe(
      true,
    );
    expect(
      await lines(
        'token.assign',
        serials.map((serial) => `token:${serial}`),
      ),
    ).toBe(5);

    // Used since: it has a PIN, is lost, or has somebody else.
    const of = (index: number) => given.get(userIds[index] as string)?.serial ?? '';
    const set = (serial: string, change: object) =>
      stored.db.updateTable('tokens').set(change).where('serial', '=', serial).execute();
    await set(of(0), { pin: 'sealed' });
    await onTokens('lost', [of(1)]);
    await onTokens('unassign', [of(2)]);
    const undo = valueIn(await addJobAbout(node, actor, checked.id, 'undo'));
    expect(codeOf(await addJobAbout(node, actor, checked.id, 'remind'))).toBe('permission.required');
    expect(await ended(undo)).toMatchObject({ state: 'done', done: 2, left_out: 3 });
    const kept = (await refusals(checked)).filter(([, state]) => state === 'kept');
    expect(kept).toEqual([
      [userIds[0], 'kept', 'job-row.used-since'],
      [userIds[1], 'kept', 'job-row.used-since'],
      [userIds[2], 'kept', 'job-row.changed-since'],
    ]);
    const after = JSON.stringify((await tokensOf(serials)).map((token) => ({ ...token, version: 0 })));
    const [was, is] = [JSON.parse(before), JSON.parse(after)] as Record<string, unknown>[][];
    for (const serial of [of(3), of(4), of(2)])
      expect(is?.find((token) => token.serial === serial)).toEqual(
        was?.find((token) => token.serial === serial),
      );
    expect((await tokensOf([of(0), of(1)])).map(({ holder }) => holder).sort()).toEqual(userIds.slice(0, 2));
  });

  test('for people of another security domain, and by a file: what a distribution would say', async () => {
    const mine = (await addPeople(stored.db, 'assign-mine', 2, { tokens: 'none', domain: north.path }))
      .userIds;
    const [foreign = ''] = (await addPeople(stored.db, 'assign-foreign', 1, { tokens: 'none' })).userIds;
    await addPeople(stored.db, 'north-stock', 3, { tokens: 'free', domain: north.path });
    const others = (await stock()).length;
    const checked = await assign({ file: [...mine, foreign].join('\n') }, ofNorth);
    expect(checked).toMatchObject({ state: 'waiting', done: 2, left_out: 1 });
    expect((await refusals(checked)).at(-1)).toEqual([foreign, 'left-out', 'job-row.no-user']);
    expect(codeOf(await visibleJob(node, viewer, checked.id))).toBe('none');
    valueIn(await startJob(node, ofNorth, { id: checked.id, name: 'assign' }));
    expect(await ended(checked)).toMatchObject({ state: 'done', done: 2 });
    expect((await stock()).length).toBe(others - 2);
    const bySerial = assignManySchema.parse({ name: 'x', choose: { file: 'serial\n000000000001' } });
    expect(codeOf(await assignMany(node, actor, bySerial))).toBe('job.people-chosen');
    expect(
      codeOf(await assignMany(node, viewer, { name: 'x', choose: { userIds: mine }, again: false })),
    ).toBe('permission.required');
  });
});
