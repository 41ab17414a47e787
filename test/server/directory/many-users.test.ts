/** The list of users filtered and sorted, and one action on many of them; on both databases. */

import type { ApiClient } from '@sower/api/client';
import { csvText } from '@sower/api/csv';
import type { UserBulkInput } from '@sower/api/user-bulk';
import { EXPORT_COLUMNS, exportRow } from '@sower/api/user-file';
import { USER_SORTS, type User } from '@sower/api/users';
import { beforeAll, expect, test } from 'vitest';
import { superAdminWithTokenOf } from '../../harness/administrator.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { bulkEnded, jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { problemReason } from '../../harness/problems.ts';

const DAY = 86_400_000;
/** All but the best match, which has no pages. */
const SORTS = USER_SORTS.filter((sort) => sort !== 'match');
const LAST = ['Ärger', 'berg', 'Berg', 'Zorn', '', 'Meier', 'meierlein'];

onBothDatabases('many users', (kind) => {
  const { database, deployment, api } = deployed(kind);
  const stored = openedFor(database);
  let all: User[];

  beforeAll(async () => {
    await api('addSecurityDomain', { body: { name: 'North' } });
    await api('addSecurityDomain', { body: { name: 'Harbour', parent: 'North' } });
    const file = csvText([
      ['userId', 'lastName', 'email', 'securityDomain', 'enabled'],
      ...Array.from({ length: 42 }, (_, index) => [
        `u${String((index * 17) % 42).padStart(2, '0')}`,
        LAST[index % LAST.length] as string,
        index % 3 === 0 ? '' : `m${(index * 5) % 42}@example.com`,
        ['', 'North', 'Harbour'][index % 3] as string,
        index % 5 === 0 ? 'no' : '',
      ]),
    ]);
    const { id } = await api('importUsers', { body: { name: 'many', file } });
    await jobSettled(api, id);
    await api('startJob', { params: { id }, body: { name: 'many' } });
    expect((await jobEnded(api, id)).done).toBe(42);
    const source = {
      id: 'source',
      name: 'Offices',
      name_key: 'offices',
      kind: 'generic',
      position: 0,
      enabled: 0,
      domain: '/',
      settings: '{}',
      actor_kind: 'api-key',
      actor_id: 'x',
      actor_name: 'x',
      created_at: 0,
      version: 1,
    } as never;
    await stored.db.insertInto('identity_sources').values(source).execute();
    for (const userId of ['u03', 'u04'])
      await stored.db
        .updateTable('users')
        .set({ source_id: 'source', source_key: userId, source_state: 'disabled', enabled: 0 })
        .where('user_id', '=', userId)
        .execute();
    await stored.db
      .updateTable('users')
      .set({ source_state: 'gone', source_since: Date.now() - 10 * DAY })
      .where('user_id', '=', 'u04')
      .execute();
    all = await listed({});
  });

  type Query = NonNullable<Parameters<typeof api<'listUsers'>>[1]['query']>;
  /** All pages. */
  async function listed(query: Query, by: ApiClient = api): Promise<User[]> {
    const found: User[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await by('listUsers', { query: { ...query, limit: 5, ...(cursor ? { cursor } : {}) } });
      found.push(...page.items);
      cursor = page.next;
      more = cursor !== undefined;
    }
    return found;
  }
  const key = (text: string): string => text.normalize('NFKC').toLowerCase();
  const inOctets = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const ids = (users: readonly User[]): string[] => users.map(({ userId }) => userId);

  test('each filter, search and order, page by page, finds what it should and nothing twice', async () => {
    expect(all).toHaveLength(42);
    const filters: [Query, (user: User) => boolean][] = [
      [{}, () => true],
      [{ enabled: 'false' }, (user) => !user.enabled],
      [{ enabled: 'true' }, (user) => user.enabled],
      [{ securityDomain: 'Harbour' }, (user) => user.securityDomain === 'Harbour'],
      [{ securityDomain: 'North' }, (user) => user.securityDomain !== 'Sower' && user.securityDomain !== ''],
      [{ source: 'source' }, (user) => user.source?.id === 'source'],
      [{ source: 'internal' }, (user) => user.source === undefined],
      [{ source: 'nowhere' }, () => false],
      [{ goneDays: 0 }, (user) => user.source?.state === 'gone'],
      [{ goneDays: 10 }, (user) => user.source?.state === 'gone'],
      [{ goneDays: 11 }, () => false],
    ];
    const top = all.find(({ securityDomain }) => !['North', 'Harbour'].includes(securityDomain));
    filters[4] = [{ securityDomain: 'North' }, (user) => user.securityDomain !== top?.securityDomain];
    for (const [filter, fits] of filters)
      for (const search of [undefined, 'meier', 'm1', 'u0', 'BERG', 'eier', 'nobody'])
        for (const sort of SORTS)
          for (const order of ['asc', 'desc'] as const) {
            const expected = all
              .filter(fits)
              .filter(
                ({ userId, lastName, email }) =>
                  search === undefined ||
                  [userId, lastName, email].some((text) =>
                    search.length < 3 ? key(text).startsWith(key(search)) : key(text).includes(key(search)),
                  ),
              )
              .sort(
                (a, b) =>
                  (order === 'asc' ? 1 : -1) *
                  (inOctets(key(a[sort]), key(b[sort])) || inOctets(key(a.userId), key(b.userId))),
              );
            const query = { ...filter, sort, order, ...(search === undefined ? {} : { search }) };
            expect(ids(await listed(query)), JSON.stringify(query)).toEqual(ids(expected));
          }
    const counted = await api('countUsers', { query: { enabled: 'false', search: 'u' } });
    expect(counted.count).toBe(all.filter(({ enabled }) => !enabled).length);
  });

  test('a cursor of another order, or none at all, is an answer like any other', async () => {
    const { next } = await api('listUsers', { query: { limit: 5 } });
    for (const cursor of [next as string, Buffer.from('a\u0000b\u0000c').toString('base64url'), '!', 'AAAA'])
      for (const sort of USER_SORTS)
        expect(await problemReason(api('listUsers', { query: { cursor, sort } })), cursor).toBe('none');
    expect(await problemReason(api('listUsers', { query: { securityDomain: 'Nowhere' } }))).toBe(
      'domain.not-found',
    );
    expect(await problemReason(api('listUsers', { query: { sort: 'password' as never } }))).not.toBe('none');
  });

  async function doAll(body: Partial<UserBulkInput> & Pick<UserBulkInput, 'action'>, by: ApiClient = api) {
    const { asOf } = await api('countUsers', { query: {} });
    const made = by('doToUsers', { body: { choose: { search: {}, asOf }, ...body } as never });
    const { done, failures } = await bulkEnded(by, made);
    return { done, failures: failures.map(({ subject, reason }) => ({ userId: subject, reason })) };
  }
  const lines = async (action: string): Promise<number> => {
    const { count } = await stored.db
      .selectFrom('audit')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('action', '=', action as never)
      .executeTakeFirstOrThrow();
    return Number(count);
  };

  test('enabling, disabling and moving many: each with its line, those who fail with the reason', async () => {
    const before = await lines('user.edit');
    const disabled = all.filter(({ enabled }) => !enabled).length;
    const enabled = await doAll({ action: 'enable' });
    expect(enabled).toEqual({
      done: 40,
      failures: [
        { userId: 'u03', reason: 'user.directory-disabled' },
        { userId: 'u04', reason: 'user.directory-gone' },
      ],
    });
    expect(await lines('user.edit')).toBe(before + disabled - 2);
    // Nothing to do is no line, and no new version.
    expect((await doAll({ action: 'enable' })).done).toBe(40);
    expect(await lines('user.edit')).toBe(before + disabled - 2);
    // While the user is enabled: nothing is given to a disabled one.
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'u01' } });
    const { asOf } = await api('countUsers', { query: {} });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await api('addUser', { body: { userId: 'u99' } });
    const search = { search: 'u', source: 'internal' } as never;
    expect((await doAll({ action: 'disable', choose: { search, asOf } })).done).toBe(40);
    expect((await api('getUser', { params: { userId: 'u99' } })).enabled).toBe(true);
    const userIds = ['U01', 'u02', 'nobody', 'u05'];
    const moved = await doAll({ action: 'move', securityDomain: 'Harbour', choose: { userIds } });
    expect(moved).toEqual({ done: 3, failures: [{ userId: 'nobody', reason: 'user.not-found' }] });
    expect((await api('getToken', { params: { serial } })).securityDomain).toBe('Harbour');
    expect(await problemReason(doAll({ action: 'move' }))).toBe('request.domain-required');
    expect(await problemReason(doAll({ action: 'move', securityDomain: 'Nowhere' }))).toBe(
      'domain.not-found',
    );
  });

  test('two at once delete the same users: each is deleted once, and nobody beyond the scope', async () => {
    const made = await api('addApiKey', {
      body: { name: 'north', permissions: ['users:view', 'users:edit'], securityDomain: 'North' },
    });
    const north = deployment.apiOf(0, made.key);
    const mine = await listed({}, north);
    expect(mine.length).toBeGreaterThan(20);
    // Whose token an administrator logs on with, is nobody's to delete.
    const kept = mine.find(({ tokens }) => tokens.length === 0)?.userId as string;
    await superAdminWithTokenOf(api, stored.db, { userName: `boss ${kind.name}`, userId: kept });
    const results = await Promise.all([1, 2, 3].map(() => doAll({ action: 'delete' }, north)));
    expect(results.reduce((sum, { done }) => sum + done, 0)).toBe(mine.length - 1);
    for (const { failures } of results)
      for (const { userId, reason } of failures)
        expect(
          userId === kept
            ? ['administrator.token-above-you']
            : ['user.not-found', 'user.just-deleted', 'request.edited-meanwhile'],
        ).toContain(reason);
    expect(await lines('user.delete')).toBe(mine.length - 1);
    expect(ids(await listed({}, north))).toEqual([kept]);
    expect(await listed({})).toHaveLength(43 - mine.length + 1);
    const viewer = await api('addApiKey', { body: { name: 'viewer', permissions: ['users:view'] } });
    const by = deployment.apiOf(0, viewer.key);
    expect(await problemReason(doAll({ action: 'delete' }, by))).toBe('permission.required');
    expect(await problemReason(by('countUsers', { query: {} }))).toBe('permission.required');
  });

  test('a telephone number: given when a user is added, changed alone, and of a directory it is the directory’s', async () => {
    await api('addUser', { body: { userId: 'tel', telephone: ' +49 30 1 ' } });
    const { telephone, version } = await api('getUser', { params: { userId: 'tel' } });
    expect(telephone).toBe('+49 30 1');
    const edit = (userId: string, ifMatch: number, body: object) =>
      api('editUser', { params: { userId }, body, ifMatch } as never);
    expect(await edit('tel', version, { telephone: '+49 30 2' })).toMatchObject({
      ...{ telephone: '+49 30 2', firstName: '', email: '' },
    });
    expect(await edit('tel', version + 1, { firstName: 'T' })).toMatchObject({ telephone: '+49 30 2' });
    await stored.db
      .updateTable('users')
      .set({ source_id: 'source', source_key: 'tel', source_state: 'active' })
      .where('user_id', '=', 'tel')
      .execute();
    expect(await problemReason(edit('tel', version + 2, { telephone: '1' }))).toBe('user.owned-by-directory');
    expect(await edit('tel', version + 2, { telephone: '+49 30 2' })).toMatchObject({ version: version + 3 });
    expect(await problemReason(edit('tel', version + 3, { telephone: '1'.repeat(65) }))).not.toBe('none');
  });

  test('those who are gone for so many days are deleted by one search, and nobody else', async () => {
    const gone = { long: 91, short: 89, back: 200 };
    for (const [userId, days] of Object.entries(gone)) {
      await api('addUser', { body: { userId } });
      await stored.db
        .updateTable('users')
        .set({
          ...{ source_id: 'source', source_key: userId, enabled: 0 },
          ...{ source_state: userId === 'back' ? 'active' : 'gone', source_since: Date.now() - days * DAY },
        })
        .where('user_id', '=', userId)
        .execute();
    }
    const search = { goneDays: 90 };
    expect(ids(await listed(search))).toEqual(['long']);
    const { count, asOf } = await api('countUsers', { query: search });
    expect(count).toBe(1);
    expect(await doAll({ action: 'delete', choose: { search, asOf } })).toEqual({ done: 1, failures: [] });
    expect(ids(await listed({})).filter((userId) => userId in gone)).toEqual(['back', 'short']);
  });

  const inDays = (days: number): string => new Date(Date.now() + days * DAY).toISOString();
  const endOf = async (userId: string) => (await api('getUser', { params: { userId } })).leaving?.at;
  async function imported(name: string, file: string, by: ApiClient = api) {
    const { id } = await by('importUsers', { body: { name, file, existing: 'update' } });
    const checked = await jobSettled(by, id);
    const reasons = (await by('listJobRows', { params: { id }, query: {} })).items.map(
      ({ reason }) => reason,
    );
    if (checked.done === 0) return { reasons, done: 0 };
    await by('startJob', { params: { id }, body: { name } });
    return { reasons, done: (await jobEnded(by, id)).done };
  }

  test('a last day for many, found by it, taken back: by who may set one for each of them', async () => {
    const many = ['leave1', 'leave2', 'leave3'];
    for (const userId of many) await api('addUser', { body: { userId } });
    const choose = { userIds: [...many, 'none'] };
    const at = inDays(30);
    expect(await problemReason(doAll({ action: 'setLeaving', choose }))).toBe('request.leaving-required');
    expect(await problemReason(doAll({ action: 'enable', at, choose }))).toBe('request.leaving-only-for-set');
    expect(await problemReason(doAll({ action: 'setLeaving', at: inDays(-1), choose }))).toBe(
      'user.leaving-passed',
    );
    // Who may disable every token may also say when; of people in a search, only of those who can be seen.
    const keyOf = async (...permissions: ('users:view' | 'tokens:edit')[]) => {
      const { key } = await api('addApiKey', { body: { name: permissions.join(), permissions } });
      return deployment.apiOf(0, key);
    };
    const blind = await keyOf('tokens:edit');
    expect(await problemReason(doAll({ action: 'setLeaving', at, choose }, blind))).toBe(
      'permission.required',
    );
    expect(await problemReason(blind('countUsers', { query: { action: 'setLeaving' } }))).toBe(
      'permission.required',
    );
    const helpDesk = await keyOf('users:view', 'tokens:edit');
    expect(await problemReason(doAll({ action: 'disable', choose }, helpDesk))).toBe('permission.required');
    expect(await doAll({ action: 'setLeaving', at, choose }, helpDesk)).toEqual({
      ...{ done: 3, failures: [{ userId: 'none', reason: 'user.not-found' }] },
    });
    expect(await Promise.all(many.map(endOf))).toEqual([at, at, at]);
    expect(await lines('user.set-leaving')).toBe(3);
    // What a console offers follows the permission that the job names.
    const [latest] = (await helpDesk('listJobs', { query: { kind: 'users', limit: 1 } })).items;
    const { permission } = await helpDesk('getJob', { params: { id: latest!.id } });
    expect(permission).toBe('tokens:edit');
    for (const [leavesBy, found] of [
      [at, many],
      [inDays(29), []],
      [inDays(31).slice(0, 10), many],
    ] as const)
      for (const search of ['', 'leave'])
        expect(ids(await listed({ leavesBy, ...(search ? { search } : {}) })), leavesBy).toEqual(found);
    const search = { leavesBy: at };
    const { count, asOf } = await helpDesk('countUsers', { query: { ...search, action: 'undoLeaving' } });
    expect(count).toBe(3);
    const undone = await doAll({ action: 'undoLeaving', choose: { search, asOf } }, helpDesk);
    expect(undone).toEqual({ done: 3, failures: [] });
    expect(await Promise.all(many.map(endOf))).toEqual([undefined, undefined, undefined]);
  });

  test('a last day in a file: as a day or a time, under the rules of a single one, and written again as it was', async () => {
    for (const userId of ['file1', 'file2', 'file3']) await api('addUser', { body: { userId } });
    const [day, time] = [inDays(40).slice(0, 10), inDays(20)];
    const rows = [
      ['userId', 'Last day', 'enabled'],
      ['file1', day, ''],
      ['file2', time, ''],
      ['file3', time, 'no'],
      ['file4', day, ''],
      ['file5', inDays(-1), ''],
      ['file6', '31.12.2099', ''],
      ['file7', inDays(30_000), ''],
    ];
    expect(await imported('leaving', csvText(rows))).toEqual({
      reasons: [
        undefined,
        undefined,
        'import-row.leaving-disabled',
        undefined,
        'user.leaving-passed',
        'import-row.bad-leaving',
        'user.leaving-far',
      ],
      done: 3,
    });
    const through = new Date(Date.parse(day) + DAY).toISOString();
    expect(await Promise.all(['file1', 'file2', 'file4'].map(endOf))).toEqual([through, time, through]);
    const { items } = await api('listAudit', { query: { object: 'user:file1', limit: 10 } });
    expect(items.map(({ action }) => action)).toEqual(['user.set-leaving', 'user.add']);

    // Of those whose day has come: an export is imported without a change, and enabling one lets the date go.
    const past = Date.now() - DAY;
    await stored.db
      .updateTable('users')
      .set({ leaves_at: past, left_at: past, enabled: 0 })
      .where('user_id', '=', 'file2')
      .execute();
    const again = csvText([EXPORT_COLUMNS, ...(await listed({ search: 'file' })).map(exportRow)]);
    expect(again).toContain(new Date(past).toISOString());
    expect((await imported('again', again)).reasons).toEqual(Array(4).fill('import-row.unchanged'));
    expect((await imported('back', 'userId,enabled\nfile2,yes\nfile1,no\n')).done).toBe(2);
    const kept = await stored.db
      .selectFrom('users')
      .select(['user_id', 'enabled', 'leaves_at', 'left_at'])
      .where('user_id', 'in', ['file1', 'file2'])
      .orderBy('user_id')
      .execute();
    expect(kept).toEqual([
      { user_id: 'file1', enabled: 0, leaves_at: null, left_at: null },
      { user_id: 'file2', enabled: 1, leaves_at: null, left_at: null },
    ]);
    const { key } = await api('addApiKey', {
      body: { name: 'people', permissions: ['users:edit', 'users:view'] },
    });
    const people = deployment.apiOf(0, key);
    const refused = await imported('refused', `userId,leaving\nfile3,${time}\n`, people);
    expect(refused).toEqual({ reasons: ['import-row.no-leaving'], done: 0 });
  });
});
