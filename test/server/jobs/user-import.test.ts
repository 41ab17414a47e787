/** Importing users from files, as a job: what each row makes of a user, hostile files, two at once, killed in the middle; on both databases. */

import type { ApiClient } from '@sower/api/client';
import { csvText, readCsv } from '@sower/api/csv';
import type { Job, JobDetail } from '@sower/api/jobs';
import { HOUR } from '@sower/api/time';
import type { ImportUsersInput } from '@sower/api/user-imports';
import { UNPRINTABLE } from '@sower/bytes/printable';
import type { KeyedHash } from '@sower/server/store/schema/brands';
import { expect, test } from 'vitest';
import { superAdminWithTokenOf } from '../../harness/administrator.ts';
import { onBothAtOnce } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';
import { problemReason } from '../../harness/problems.ts';
import { amount, randomness } from '../../harness/randomness.ts';

const KILLS = amount({ usual: 2, long: 20 });
const ROWS = amount({ usual: 4_000, long: 50_000 });

const countsOf = ({ done, leftOut, failed }: Job) => ({ done, leftOut, failed });
const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

onBothAtOnce('importing users', (kind) => {
  const { database, deployment, api: ofFirst } = deployed(kind);
  const stored = openedFor(database);
  let api = ofFirst;
  let names = 0;

  /** Checked, and waiting to be started. */
  async function checked(
    file: string,
    input: Omit<ImportUsersInput, 'name' | 'file'> = {},
    by: ApiClient = api,
  ): Promise<JobDetail> {
    names += 1;
    const { id } = await by('importUsers', { body: { name: `import ${names}`, file, ...input } });
    return jobSettled(by, id);
  }
  async function started({ id, name }: Job, by: ApiClient = api): Promise<JobDetail> {
    await by('startJob', { params: { id }, body: { name } });
    return jobEnded(by, id);
  }
  const rowsOf = async (id: string, by: ApiClient = api) =>
    (await by('listJobRows', { params: { id }, query: { limit: 1000 } })).items;
  /** Why each row was not done, by line. */
  const reasonsOf = async (id: string, by: ApiClient = api) =>
    Object.fromEntries((await rowsOf(id, by)).map(({ line, reason }) => [line, reason]));
  const people = async () =>
    stored.db
      .selectFrom('users')
      .select(['user_id', 'first_name', 'last_name', 'email', 'telephone', 'enabled', 'domain', 'version'])
      .orderBy('user_id_key')
      .execute();

  test('the check names the columns that are not imported', async () => {
    for (const file of [
      'userId,Department,Note\nx1,y,z\n',
      '{"userId":"x1","Department":"y","Note":"z"}\n',
    ]) {
      const job = await checked(file);
      expect(job.ignored).toEqual(['Department', 'Note']);
      await api('cancelJob', { params: { id: job.id } });
    }
  });

  test('whoever disables a user ends their sessions: they do not continue when the user is enabled again', async () => {
    const userId = 'signed-in';
    await api('addUser', { body: { userId } });
    const { id } = await stored.db
      .selectFrom('users')
      .select('id')
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    const now = Date.now();
    const open = () =>
      stored.db
        .insertInto('user_sessions')
        .values({
          ...{ id_hash: `hash of ${userId}` as KeyedHash, user_id: id, method: 'password' },
          ...{ created_at: now, last_seen_at: now, expires_at: now + HOUR, source: null, user_agent: null },
        })
        .execute();
    const sessions = async () =>
      (await stored.db.selectFrom('user_sessions').select('id_hash').where('user_id', '=', id).execute())
        .length;
    const byFile = async (column: string, value: string) =>
      started(await checked(`userId,${column}\n${userId},${value}\n`, { existing: 'update' }));
    const byHand = async (enabled: boolean) => {
      const { version } = await api('getUser', { params: { userId } });
      await api('editUser', { params: { userId }, body: { enabled }, ifMatch: version });
    };
    await open();
    await byFile('lastName', 'Changed');
    expect(await sessions()).toBe(1);
    await byFile('enabled', 'no');
    expect(await sessions()).toBe(0);
    await byFile('enabled', 'yes');
    await open();
    await byHand(false);
    expect(await sessions()).toBe(0);
    await byHand(true);
    // As a run of a directory does it.
    await open();
    await stored.db
      .updateTable('users')
      .set({ enabled: 0, disabled_by_source: 1 })
      .where('id', '=', id)
      .execute();
    expect(await sessions()).toBe(0);
    await stored.db.deleteFrom('users').where('id', '=', id).execute();
  });

  test('a file with new, known and odd users: what the check says is what is done, and again nothing', async () => {
    const domain = await api('addSecurityDomain', { body: { name: 'Branch' } });
    await api('addUser', { body: { userId: 'Known', lastName: 'Before', email: 'known@example.com' } });
    const { first: serial } = await api('mintTokens', { body: {} });
    await api('assignToken', { params: { serial }, body: { userId: 'known' } });
    const file = [
      'Login;Vorname;Nachname;Mail;Mobil;Domäne;Sprache;Aktiv',
      'ada;Ada;Lovelace;ada@example.com;+49 89 1;Branch;de-AT;ja',
      '"bob";Bob;"Last; first";;;;;nein',
      'KNOWN;;After;;;branch;en;',
      'Ada;Other;;;;;;',
      'eve;Eve;;not a mail;;;;',
      'mallory;;;;;Nowhere;;',
      'trent;;;;;;fr;',
      'peggy;;;;;;;perhaps',
      ';No;Body;;;;;',
      `long;${'x'.repeat(65_536)};;;;;;`,
      'wide;a;b;c@example.com;1;;de;ja;too much',
    ].join('\r\n');
    const job = await checked(file, { existing: 'update' });
    expect(job).toMatchObject({
      kind: 'import',
      state: 'waiting',
      total: 11,
      done: 3,
      leftOut: 8,
      users: { add: 2, change: 1 },
    });
    expect((await people()).map((row) => row.user_id)).toEqual(['Known']);
    expect(await reasonsOf(job.id)).toEqual({
      2: undefined,
      3: undefined,
      4: undefined,
      5: 'import-row.doubled',
      6: 'import-row.bad-email',
      7: 'import-row.no-domain',
      8: 'import-row.bad-language',
      9: 'import-row.bad-enabled',
      10: 'import-row.no-user-id',
      11: 'import-row.too-long',
      12: 'import-row.too-many-cells',
    });
    const [, , known] = await rowsOf(job.id);
    expect(known).toMatchObject({
      line: 4,
      subject: 'KNOWN',
      userId: 'Known',
      state: 'ready',
      action: 'change',
      changes: [
        { field: 'lastName', before: 'Before', after: 'After' },
        { field: 'securityDomain', before: expect.any(String), after: 'Branch' },
        { field: 'language', before: '', after: 'en' },
      ],
    });
    expect(await problemReason(api('startJob', { params: { id: job.id }, body: { name: 'x' } }))).toBe(
      'job.name-differs',
    );
    const done = await started(job);
    expect(done).toMatchObject({ state: 'done', done: 3, failed: 0, users: { add: 2, change: 1 } });
    expect(await people()).toEqual([
      {
        user_id: 'ada',
        first_name: 'Ada',
        last_name: 'Lovelace',
        email: 'ada@example.com',
        telephone: '+49 89 1',
        enabled: 1,
        domain: domain.path,
        version: 1,
      },
      expect.objectContaining({
        user_id: 'bob',
        last_name: 'Last; first',
        enabled: 0,
        domain: '/',
        version: 1,
      }),
      expect.objectContaining({
        user_id: 'Known',
        first_name: '',
        last_name: 'After',
        email: 'known@example.com',
        domain: domain.path,
        version: 2,
      }),
    ]);
    expect(await api('getUserMail', { params: { userId: 'ada' } })).toEqual({ language: 'de' });
    // The token of the user moved too, and what the rows said is not kept twice.
    const { items } = await api('listAudit', { query: { limit: 50 } });
    expect(items.filter(({ action }) => action === 'token.move')).toHaveLength(1);
    expect(
      items.find(({ action, object }) => action === 'user.edit' && object === 'user:Known'),
    ).toMatchObject({ reason: `changed: last name, security domain, and language of mail; job ${job.name}` });
    const kept = await stored.db
      .selectFrom('job_rows')
      .select(['state', 'fields', 'changes'])
      .where('job_id', '=', job.id)
      .where('state', '=', 'done')
      .execute();
    expect(kept).toEqual(Array(3).fill({ state: 'done', fields: null, changes: null }));
    const again = await checked(file, { existing: 'update' });
    expect(countsOf(again)).toEqual({ done: 0, leftOut: 11, failed: 0 });
    expect((await reasonsOf(again.id))[2]).toBe('import-row.unchanged');
    // And those who are there are skipped unless said.
    expect((await reasonsOf((await checked(file)).id))[4]).toBe('import-row.exists');
  });

  test('a last day: the rule of a single user, for those whom a directory has disabled too; an empty cell leaves it as it is', async () => {
    const userIds = ['last-day', 'last-barred', 'last-disabled'];
    for (const userId of userIds) await api('addUser', { body: { userId } });
    const set = (userId: string, columns: { enabled: 0; disabled_by_source: 0 | 1 }) =>
      stored.db.updateTable('users').set(columns).where('user_id', '=', userId).execute();
    await set('last-barred', { enabled: 0, disabled_by_source: 1 });
    await set('last-disabled', { enabled: 0, disabled_by_source: 0 });
    const people = () =>
      stored.db
        .selectFrom('users')
        .select(['user_id', 'enabled', 'disabled_by_source', 'leaves_at', 'last_name'])
        .where('user_id', 'in', userIds)
        .orderBy('user_id')
        .execute();
    const alone = (userId: string) =>
      problemReason(api('setLeaving', { params: { userId }, body: { at: '2027-06-30' } }));
    expect(await alone('last-disabled')).toBe('user.disabled');
    const file = csvText([['userId', 'leaving'], ...userIds.map((userId) => [userId, '2027-06-30'])]);
    const job = await checked(file, { existing: 'update' });
    expect(await reasonsOf(job.id)).toMatchObject({ 2: undefined, 3: undefined, 4: expect.anything() });
    expect(countsOf(await started(job))).toEqual({ done: 2, leftOut: 1, failed: 0 });
    const leaves_at = expect.anything();
    const after = [
      { user_id: 'last-barred', enabled: 0, disabled_by_source: 1, leaves_at, last_name: '' },
      { user_id: 'last-day', enabled: 1, disabled_by_source: 0, leaves_at, last_name: '' },
      { user_id: 'last-disabled', enabled: 0, disabled_by_source: 0, leaves_at: null, last_name: '' },
    ];
    expect(await people()).toMatchObject(after);
    const before = await people();
    const empty = csvText([['userId', 'lastName', 'leaving'], ...userIds.map((userId) => [userId, 'L', ''])]);
    expect(countsOf(await started(await checked(empty, { existing: 'update' })))).toMatchObject({ done: 3 });
    expect(await people()).toEqual(before.map((row) => ({ ...row, last_name: 'L' })));
    // What the file says of access is an administrator's decision, as in the console.
    const enabled = csvText([
      ['userId', 'enabled'],
      ['last-barred', 'yes'],
    ]);
    await started(await checked(enabled, { existing: 'update' }));
    expect((await people())[0]).toMatchObject({ enabled: 1, disabled_by_source: 0 });
  });

  test('access that a directory or a date has ended: what a file says of it is a decision, as in the console', async () => {
    const at = Date.now() - HOUR;
    const states = {
      barred: { enabled: 0, disabled_by_source: 1 },
      'barred-later': { enabled: 0, disabled_by_source: 1, leaves_at: at + 48 * HOUR },
      left: { enabled: 0, leaves_at: at, left_at: at },
    } as const;
    const access = async (userId: string) =>
      stored.db
        .selectFrom('users')
        .select(['enabled', 'disabled_by_source', 'leaves_at', 'left_at'])
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
    const inFile = (word: string, date?: number) =>
      csvText([
        ['userId', 'enabled', ...(date === undefined ? [] : ['leaving'])],
        ...Object.keys(states).map((state) => [
          `${state}-${word}`,
          word,
          ...(date === undefined ? [] : [new Date(date).toISOString()]),
        ]),
      ]);
    for (const word of ['no', 'yes']) {
      for (const [state, columns] of Object.entries(states))
        for (const userId of [`${state}-${word}`, `${state}-${word}-by-hand`]) {
          await api('addUser', { body: { userId } });
          await stored.db.updateTable('users').set(columns).where('user_id', '=', userId).execute();
        }
      const job = await started(await checked(inFile(word), { existing: 'update' }));
      expect(countsOf(job)).toEqual({ done: 3, leftOut: 0, failed: 0 });
      for (const state of Object.keys(states)) {
        const userId = `${state}-${word}-by-hand`;
        const { version } = await api('getUser', { params: { userId } });
        await api('editUser', { params: { userId }, body: { enabled: word === 'yes' }, ifMatch: version });
        expect([state, await access(`${state}-${word}`)]).toEqual([state, await access(userId)]);
      }
      const { items } = await api('listAudit', { query: { limit: 50 } });
      const edits = items.filter(
        ({ action, object }) => action === 'user.edit' && object === `user:left-${word}`,
      );
      expect(edits.map(({ reason }) => reason)).toEqual([`changed: enabled; job ${job.name}`]);
      expect(countsOf(await checked(inFile(word), { existing: 'update' }))).toMatchObject({ leftOut: 3 });
    }
    // A file that names the date as well, as an export does, says what is so already.
    await stored.db.updateTable('users').set(states.left).where('user_id', '=', 'left-no').execute();
    const same = await checked(inFile('no', at), { existing: 'update' });
    expect((await rowsOf(same.id)).find(({ subject }) => subject === 'left-no')).toMatchObject({
      reason: 'import-row.unchanged',
    });
    for (const userId of Object.keys(states).flatMap((state) => [`${state}-no`, `${state}-yes`]))
      for (const each of [userId, `${userId}-by-hand`])
        await stored.db.deleteFrom('users').where('user_id', '=', each).execute();
  });

  test('the rows that failed come as a file that can be corrected and imported again', async () => {
    const job = await checked('userId,email,telephone\nres1,x,+49 1\nres2,res2@example.com,=1\n');
    const { csv, fileName } = await api('takeJobResult', { params: { id: job.id } });
    expect(fileName).toMatch(/\.csv$/);
    expect(csv).toContain("'+49 1");
    expect(readCsv(csv)).toEqual([
      ['line', 'state', 'reason', 'userId', 'email', 'telephone'],
      ['2', 'left-out', 'Not an e-mail address.', 'res1', 'x', "'+49 1"],
    ]);
    const mended = await started(await checked(csv.replace(',x,', ',res1@example.com,')));
    expect(countsOf(mended)).toEqual({ done: 1, leftOut: 0, failed: 0 });
    expect((await api('getUser', { params: { userId: 'res1' } })).telephone).toBe('+49 1');
  });

  test('JSON lines; columns by name; a file without a header; columns that are not there', async () => {
    const lines = ['{"login":"js1","n":7,"who":{"x":1}}', '{"login":"js2","n":"Nu\\u0000l"}', '{"login"'];
    const job = await checked(lines.join('\n'), { columns: { userId: 'login', firstName: 'n' } });
    expect(await reasonsOf(job.id)).toEqual({ 1: undefined, 2: undefined, 3: 'import-row.not-json' });
    await started(job);
    expect((await api('getUser', { params: { userId: 'js1' } })).firstName).toBe('7');
    expect((await api('getUser', { params: { userId: 'js2' } })).firstName).toBe('Nul');
    const bare = await checked('x1|Xenia\nx2|Xaver\n', {
      header: false,
      columns: { userId: '1', firstName: '2' },
    });
    expect(countsOf(bare)).toMatchObject({ done: 2, leftOut: 0 });
    const refused = (file: string, columns?: ImportUsersInput['columns']) =>
      problemReason(checked(file, columns === undefined ? {} : { columns }));
    expect(await refused('a,b\n1,2')).toBe('user-import.no-user-id-column');
    expect(await refused('userId,b\n1,2', { userId: 'userId', email: 'c' })).toBe('user-import.no-column');
    expect(await refused('userId,userId\n1,2', { userId: 'userId' })).toBe('user-import.doubled-column');
    expect(await refused('userId\n')).toBe('user-import.empty');
    await api('cancelJob', { params: { id: bare.id } });
  });

  test('hostile rows: each has an outcome, and nothing of them is in a name', async () => {
    const hostile = [
      'nul\u0000',
      'bidi\u202egnp',
      'zero\u200bwidth',
      ' ',
      '\u00ad',
      'x'.repeat(129),
      'x'.repeat(65_536),
      '\ufdfa'.repeat(100),
      "'; drop table users; --",
      '*)(uid=*',
      '../../etc/passwd',
      '<script>',
      '\ud83d\ude00',
      'ﬀ',
      'ff',
      'FF',
    ];
    const file = csvText([
      ['userId', 'firstName', 'lastName'],
      ...hostile.map((userId) => [userId, 'Bi\u202edi\nNew\u0007', '\ufdfa'.repeat(100)]),
    ]);
    const job = await checked(file);
    const rows = await rowsOf(job.id);
    expect(rows.map(({ reason }) => reason)).toEqual([
      ...Array(3).fill('import-row.bad-user-id'),
      'import-row.no-user-id',
      ...Array(5).fill('import-row.bad-user-id'),
      ...Array(2).fill('import-row.too-long'),
      ...Array(3).fill('import-row.bad-user-id'),
      'import-row.too-long',
      'import-row.doubled',
    ]);
    for (const { subject } of rows) expect(subject).not.toMatch(UNPRINTABLE);
    const fine = await checked(
      csvText([['userId', 'firstName'], ...hostile.map((userId) => [userId, 'Bi\u202edi\nNew\u0007'])]),
    );
    expect(await started(fine)).toMatchObject({ state: 'done', done: 3, failed: 0 });
    const { items } = await api('listUsers', { query: { search: '*)(uid' } });
    expect(items.map(({ userId, firstName }) => [userId, firstName])).toEqual([['*)(uid=*', 'Bidi New']]);
  });

  test('scope: nobody is added, changed or seen beyond it, and nobody who has more rights', async () => {
    const mine = await api('addSecurityDomain', { body: { name: 'Mine' } });
    const inner = await api('addSecurityDomain', { body: { name: 'Inner', parent: mine.id } });
    await api('addUser', { body: { userId: 'scope-out', lastName: 'Out' } });
    await api('addUser', { body: { userId: 'scope-in', lastName: 'In', securityDomain: 'Mine' } });
    await api('addUser', { body: { userId: 'scope-boss', securityDomain: 'Mine' } });
    await api('addUser', { body: { userId: 'scope-ldap', securityDomain: 'Mine' } });
    await superAdminWithTokenOf(api, stored.db, { userName: `boss ${kind.name}`, userId: 'scope-boss' });
    const row = (userId: string) =>
      stored.db.selectFrom('users').selectAll().where('user_id', '=', userId).executeTakeFirstOrThrow();
    const source = await stored.db
      .insertInto('identity_sources')
      .values({
        id: 'source',
        name: 'x',
        name_key: 'x',
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
      } as never)
      .returning('id')
      .executeTakeFirstOrThrow();
    await stored.db
      .updateTable('users')
      .set({ source_id: source.id, source_key: 'k', source_state: 'active' })
      .where('user_id', '=', 'scope-ldap')
      .execute();
    const { key, id: keyId } = await api('addApiKey', {
      body: { name: 'hr', permissions: ['users:view', 'users:edit'], securityDomain: 'Mine' },
    });
    const hr = deployment.apiOf(0, key);
    const file = csvText([
      ['userId', 'lastName', 'securityDomain'],
      ['scope-out', 'Stolen', ''],
      ['scope-in', 'Changed', 'Inner'],
      ['scope-boss', 'Stolen', ''],
      ['scope-ldap', 'Changed', ''],
      ['scope-new', 'New', ''],
      ['scope-away', 'New', 'top'],
      ['scope-deep', 'New', inner.id],
    ]);
    expect(await problemReason(checked(file, { securityDomain: 'top' }, hr))).toBe('domain.not-found');
    const job = await checked(file, { existing: 'update', securityDomain: 'Mine' }, hr);
    expect(await reasonsOf(job.id, hr)).toEqual({
      2: 'import-row.taken',
      3: undefined,
      4: 'administrator.token-above-you',
      5: 'import-row.from-directory',
      6: undefined,
      7: 'import-row.no-domain',
      8: undefined,
    });
    expect((await rowsOf(job.id, hr))[0]?.userId).toBeUndefined();
    // Whoever may do everything to tokens has no business with it, and sees nothing of it.
    const tokens = await api('addApiKey', {
      body: { name: 'tokens', permissions: ['tokens:view', 'tokens:distribute', 'users:view'] },
    });
    const other = deployment.apiOf(0, tokens.key);
    expect(await problemReason(other('getJob', { params: { id: job.id } }))).toBe('none');
    expect(await problemReason(other('cancelJob', { params: { id: job.id } }))).toBe('job.not-found');
    const only = await api('addApiKey', { body: { name: 'only', permissions: ['tokens:view'] } });
    const blind = deployment.apiOf(0, only.key);
    expect(await problemReason(blind('getJob', { params: { id: job.id } }))).toBe('job.not-found');
    expect((await blind('listJobs', { query: {} })).items.filter(({ kind: is }) => is === 'import')).toEqual(
      [],
    );
    expect((await hr('listJobs', { query: {} })).items.map(({ id }) => id)).toEqual([job.id]);
    expect(await problemReason(api('startJob', { params: { id: job.id }, body: { name: job.name } }))).toBe(
      'job.own-only',
    );
    // Meanwhile one is moved out of reach, one ID is taken, and one is deleted and added again.
    await api('editUser', { params: { userId: 'scope-in' }, ifMatch: 1, body: { securityDomain: 'top' } });
    await api('addUser', { body: { userId: 'SCOPE-NEW', lastName: 'First' } });
    const done = await started(job, hr);
    expect(countsOf(done)).toEqual({ done: 1, leftOut: 4, failed: 2 });
    expect(await reasonsOf(job.id, hr)).toMatchObject({ 3: 'import-row.taken', 6: 'import-row.taken' });
    expect(await row('scope-in')).toMatchObject({ last_name: 'In', domain: '/' });
    expect(await row('SCOPE-NEW')).toMatchObject({ last_name: 'First', domain: '/' });
    expect(await row('scope-out')).toMatchObject({ last_name: 'Out' });
    expect(await row('scope-boss')).toMatchObject({ last_name: '', version: 1 });
    expect(await row('scope-deep')).toMatchObject({ domain: inner.path });
    const late = await checked('userId\nscope-late\n', { securityDomain: 'Mine' }, hr);
    await hr('startJob', { params: { id: late.id }, body: { name: late.name } });
    await jobEnded(api, late.id);
    // The last one is never reached: whoever made it is no longer there.
    const never = await checked('userId\nscope-never\n', { securityDomain: 'Mine' }, hr);
    await api('deleteApiKey', { params: { id: keyId } });
    await stored.db
      .updateTable('jobs')
      .set({ state: 'queued', phase: 'work', position: 0 })
      .where('id', '=', never.id)
      .execute();
    expect(await jobEnded(api, never.id)).toMatchObject({ state: 'failed', reason: 'job.starter-gone' });
    expect(await problemReason(api('getUser', { params: { userId: 'scope-late' } }))).toBe('none');
    expect(await problemReason(api('getUser', { params: { userId: 'scope-never' } }))).toBe('user.not-found');
  });

  test('someone else who takes the place of a user since the check is not changed', async () => {
    await api('addUser', { body: { userId: 'swap', lastName: 'One' } });
    const job = await checked('userId,lastName\nswap,Two\nswap2,Two\n', { existing: 'update' });
    await api('deleteUser', { params: { userId: 'swap' } });
    await api('addUser', { body: { userId: 'swap', lastName: 'Somebody else' } });
    await api('addUser', { body: { userId: 'swap2', lastName: 'Two' } });
    const done = await started(job);
    expect(countsOf(done)).toEqual({ done: 0, leftOut: 1, failed: 1 });
    expect(await reasonsOf(job.id)).toEqual({
      2: 'import-row.changed-since-check',
      3: 'import-row.unchanged',
    });
    expect((await api('getUser', { params: { userId: 'swap' } })).lastName).toBe('Somebody else');
  });

  test('two imports of the same users at once, by two nodes: each user is there once', async () => {
    const ids = Array.from({ length: 2_000 }, (_, index) => `twice${String(index).padStart(4, '0')}`);
    const file = (order: readonly string[]) => csvText([['userId'], ...order.map((id) => [id])]);
    const one = await checked(file(ids));
    const two = await checked(file(ids.toReversed()));
    expect([one.done, two.done]).toEqual([2_000, 2_000]);
    await deployment.start();
    for (const { id, name } of [one, two]) await api('startJob', { params: { id }, body: { name } });
    const [first, second] = [await jobEnded(api, one.id), await jobEnded(api, two.id)];
    await deployment.servers[1]?.kill('SIGKILL');
    expect(first.done + second.done).toBe(2_000);
    expect(first.failed + second.failed).toBe(2_000);
    const trail = await stored.db
      .selectFrom('audit')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('action', '=', 'user.add')
      .where('object', 'like', 'user:twice%')
      .executeTakeFirstOrThrow();
    expect(Number(trail.count)).toBe(2_000);
  });

  test(`${KILLS} kills while ${ROWS} users are imported: no row is done twice or lost`, async () => {
    const random = randomness(`kills of imports, ${kind.name}`);
    const file = csvText([
      ['userId', 'lastName', 'email', 'language'],
      ...Array.from({ length: ROWS }, (_, index) => [
        `kill${index}`,
        `L${index}`,
        `k${index}@example.com`,
        'de',
      ]),
    ]);
    const { id, name } = await checked(file);
    await api('startJob', { params: { id }, body: { name } });
    const job = () => stored.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const added = async (): Promise<number> => {
      const { count } = await stored.db
        .selectFrom('users')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('user_id_key', 'like', 'kill%')
        .executeTakeFirstOrThrow();
      return Number(count);
    };
    let alive = 0;
    let kills = 0;
    while (kills < KILLS) {
      const before = await job();
      let now = before;
      for (const end = Date.now() + 30_000; now.state !== 'done' && now.position <= before.position; ) {
        if (Date.now() > end) throw new Error(`nobody goes on: ${JSON.stringify(now)}`);
        await wait(5);
        now = await job();
      }
      if (now.state === 'done') break;
      await wait(random() * 40);
      await deployment.servers[alive]?.kill('SIGKILL');
      kills += 1;
      expect(await added()).toBe((await job()).done);
      await deployment.start();
      alive = deployment.servers.length - 1;
    }
    api = deployment.apiOf(alive);
    const ended = await jobEnded(api, id, 300);
    console.log(`${kind.name}: ${kills} kills, ${ended.done} of ${ROWS} imported`);
    expect(ended).toMatchObject({ state: 'done', done: ROWS, leftOut: 0, failed: 0 });
    expect(kills).toBeGreaterThanOrEqual(1);
    expect(await added()).toBe(ROWS);
    const trail = await stored.db
      .selectFrom('audit')
      .select(({ fn }) => [
        fn.countAll<number>().as('count'),
        fn.count<number>('object').distinct().as('users'),
      ])
      .where('action', '=', 'user.add')
      .where('object', 'like', 'user:kill%')
      .executeTakeFirstOrThrow();
    expect([Number(trail.count), Number(trail.users)]).toEqual([ROWS, ROWS]);
  }, 900_000);
});
