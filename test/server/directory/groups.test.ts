/**
 * Groups of a directory: walked through groups in groups, and around in circles; kept by runs, which notice in changes only whoever has joined or
 * left; and roles of administrators, with the rights of whoever wrote them down, taken away by the run that finds them out of the group.
 */
import type { Permission } from '@sower/api/permissions';
import type { Actor } from '@sower/server/core/actor';
import {
  addAdministrator,
  editAdministrator,
  showAdministrators,
} from '@sower/server/directory/administrators';
import { addDomain } from '@sower/server/directory/domains';
import { passwordStrength } from '@sower/server/directory/password-strength';
import { addRole } from '@sower/server/directory/roles';
import { addSource, editSource, showSource } from '@sower/server/directory/sources/sources';
import { runFile, showFindings, viewFinding } from '@sower/server/jobs/synchronize/findings';
import { keptName, nameKey } from '@sower/server/ldap/names';
import { newId } from '@sower/server/store/db/ids';
import {
  insertAdministrator,
  listStoredAdministrators,
  replaceGrants,
} from '@sower/server/store/directory/administrators';
import { listForgeries } from '@sower/server/store/keys/marked-rows';
import { markOf } from '@sower/server/store/keys/marks';
import { insertSession } from '@sower/server/store/log-on/sessions';
import { inEnglish } from '@sower/texts/outcomes';
import { Attribute, Change } from 'ldapts';
import { beforeEach, describe, expect, test } from 'vitest';
import { onBothDatabases, SQLITE } from '../../harness/databases.ts';
import { EACH_TEST } from '../../harness/deployed.ts';
import { confirmed, findings, ran } from '../../harness/directory/run.ts';
import { hasSlapd, personLdif, SUFFIX, startSlapd } from '../../harness/directory/slapd.ts';
import { done, NO_BOUNDS, slapdSource, slapdSuite, sourceContext } from '../../harness/directory/source.ts';

const dn = (uid: string) => `uid=${uid},ou=people,${SUFFIX}`;
const group = (name: string) => `cn=${name},ou=groups,${SUFFIX}`;
const groupLdif = (name: string, members: readonly string[]) =>
  `dn: ${group(name)}\nobjectClass: groupOfNames\ncn: ${name}\n${members.map((member) => `member: ${member}\n`).join('')}\n`;
const people = (...uids: string[]) => uids.map((uid) => personLdif({ uid })).join('');
const [STAFF, OUTER] = [keptName(group('staff')), keptName(group('outer'))];

test('a kept name is a name, and the same for all ways to write it', () => {
  for (const name of ['CN=a\\,b, OU=Groups,dc=x', 'cn=a\\2Cb,ou=groups,dc=X', 'cn=a\\,b;ou=groups;dc=x'])
    expect(keptName(name)).toBe('cn=a\\,b,ou=groups,dc=x');
  expect(keptName(keptName('cn=a\\,b\\\\,dc=x'))).toBe(keptName('cn=a\\,b\\\\,dc=x'));
  // Servers refuse a name with these as they are.
  expect(keptName('CN=R\\+D \\"new\\" \\3C1\\3E,dc=x')).toBe('cn=r\\+d \\"new\\" \\<1\\>,dc=x');
  expect(keptName('CN=\\#1\\00+OU=b,dc=x')).toBe('cn=\\#1\ufffd+ou=b,dc=x');
  for (const name of ['CN=R\\+D,dc=x', 'ou=b+CN=\\#1,dc=x', 'cn=\\ a\\\\2c,dc=x'])
    expect([keptName(keptName(name)), nameKey(keptName(name))]).toEqual([keptName(name), nameKey(name)]);
  expect(keptName('cn=a\\,ou=b,dc=x')).not.toBe(keptName('cn=a,ou=b,dc=x'));
});

describe.skipIf(!hasSlapd)('groups of a directory', () => {
  test('200,000 members of one group, groups around in a circle, and one that contains itself', async () => {
    const slapd = await startSlapd({
      ldif: [
        people('ada', 'bob', 'cy', 'dan'),
        groupLdif('staff', [
          ...Array.from({ length: 200_000 }, (_, index) => dn(`other${index}`)),
          dn('ada'),
        ]),
        groupLdif('inner', [dn('bob'), group('outer')]),
        groupLdif('middle', [group('inner'), group('missing')]),
        groupLdif('outer', [group('middle'), dn('cy')]),
        groupLdif('self', [group('self'), dn('dan')]),
      ].join(''),
    });
    const database = await SQLITE.fresh();
    const context = await sourceContext(database);
    const groups = ['staff', 'inner', 'outer', 'self'].map((name) => ({ name: group(name), roles: [] }));
    const { id } = done(
      await addSource(
        context,
        context.chief,
        slapdSource(slapd, { groups, connection: { requestSeconds: 120 } }),
      ),
    );
    const run = await ran(context, id);
    expect(run, JSON.stringify(run)).toMatchObject({ state: 'done', done: 4 });
    const rows = await context.db
      .selectFrom('user_groups')
      .innerJoin('users', 'users.id', 'user_groups.user_id')
      .select(['users.user_id', 'user_groups.name'])
      .execute();
    expect(rows.map(({ user_id, name }) => `${user_id} ${name.split(',')[0]}`).sort()).toEqual([
      'ada cn=staff',
      'bob cn=inner',
      'bob cn=outer',
      'cy cn=inner',
      'cy cn=outer',
      'dan cn=self',
    ]);
    expect(await ran(context, id)).toMatchObject({ state: 'done', done: 0 });
    await context.close();
    await database.drop();
    await slapd.stop();
  });

  onBothDatabases('groups', (kind) => {
    const { slapd, context } = slapdSuite(
      kind,
      () =>
        [
          people('ada', 'bob', 'cy', 'eve'),
          groupLdif('staff', [dn('ada'), dn('bob')]),
          groupLdif('outer', [group('staff'), dn('cy')]),
        ].join(''),
      { lasts: EACH_TEST },
    );
    let id: string;

    beforeEach(async () => {
      done(await addDomain(context, context.chief, { name: 'North' }));
      id = done(
        await addSource(
          context,
          context.chief,
          slapdSource(slapd, {
            stop: NO_BOUNDS,
            groups: [
              { name: group('staff').toUpperCase(), roles: [] },
              { name: group('outer'), roles: [] },
            ],
          }),
        ),
      ).id;
    });

    const member = (operation: 'add' | 'delete', name: string, ...values: string[]) =>
      slapd.client.modify(group(name), [
        new Change({ operation, modification: new Attribute({ type: 'member', values }) }),
      ]);
    const change = async (change: Parameters<typeof editSource>[2]['change'], by = context.chief) => {
      const { version } = done(await showSource(context, context.chief, id));
      return editSource(context, by, { id, version, change });
    };
    const lines = async (run: string, field: string) =>
      done(await showFindings(context, context.chief, { id, run }, 50, -1))
        .map((row) => {
          const { action, userId, changes, detail } = viewFinding(row, inEnglish);
          const moved = changes.find((one) => one.field === field);
          return `${action} ${userId} ${moved ? `${moved.before}>${moved.after}` : '-'}${detail === undefined ? '' : ` (${detail})`}`;
        })
        .sort();
    const grants = async () =>
      Object.fromEntries(
        done(await showAdministrators(context, context.chief))
          .items.filter(({ userName }) => userName !== 'admin')
          .map(({ userName, grants }) => [
            userName,
            grants.map(
              ({ role, securityDomainName, byDirectory }) =>
                `${role} ${securityDomainName}${byDirectory ? ' by directory' : ''}`,
            ),
          ]),
      );
    /** An administrator as the database has them, and who is whoever saved the source last. */
    async function administrator(name: string, role: string | undefined): Promise<string> {
      const row = await insertAdministrator(context.db, context, {
        ...{ id: newId(context), user_name: name, user_name_key: name, password_hash: '' },
        ...{ must_change_password: 0, password_given_at: null, enabled: 1, token_user_id: null },
        ...{ passkey_count: 0, created_at: 1, version: 1 },
      });
      if (role !== undefined)
        await replaceGrants(context.db, context, row.id, [{ roleId: role, domainId: 'top', path: '/' }]);
      return row.id;
    }
    async function savedBy(actorId: string, name: string): Promise<void> {
      const saved = { actor_kind: 'administrator', actor_id: actorId, actor_name: name } as const;
      const source = await context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
      await context.db
        .updateTable('identity_sources')
        .set({ ...saved, mark: markOf('identity_sources', context, { ...source, ...saved }) })
        .execute();
    }

    test('the preview says who joins and leaves; a run of changes only notices both, and a group in a group', async () => {
      const first = await ran(context, id, { preview: true });
      expect(first).toMatchObject({ counts: { added: 4 } });
      await confirmed(context, id, first.id);
      expect(await ran(context, id)).toMatchObject({ done: 0 });
      // Nobody's entry changes by it, and all of them are old.
      const anHour = { ...context, now: () => Date.now() + 3_600_000 };
      const later = new Date(anHour.now()).toISOString().replace(/[-:T]|\.\d+/g, '');
      const { watermark } = await context.db
        .selectFrom('identity_sources')
        .selectAll()
        .executeTakeFirstOrThrow();
      const old = JSON.stringify({ ...JSON.parse(watermark ?? ''), value: later });
      const makeOld = () => context.db.updateTable('identity_sources').set({ watermark: old }).execute();
      await makeOld();
      expect(await ran(anHour, id, { mode: 'delta' })).toMatchObject({ state: 'done', read: 0, done: 0 });
      await member('delete', 'staff', dn('bob'));
      await member('add', 'staff', dn('eve'));
      await makeOld();
      const delta = await ran(anHour, id, { mode: 'delta', preview: true });
      expect(delta).toMatchObject({ read: 2, counts: { changed: 2, gone: 0 } });
      expect(await lines(delta.id, 'groups')).toEqual([
        `changed bob ${OUTER}, ${STAFF}>`,
        `changed eve >${OUTER}, ${STAFF}`,
      ]);
      expect(done(await runFile(context, context.chief, { id, run: delta.id }, inEnglish)).csv).toContain(
        'groups: ',
      );
      expect(await confirmed(context, id, delta.id)).toMatchObject({ state: 'done', done: 2, leftOut: 0 });
      await slapd.client.add(group('new'), { objectClass: ['groupOfNames'], cn: 'new', member: [dn('bob')] });
      await member('add', 'staff', group('new'));
      await makeOld();
      const nested = await ran(anHour, id, { mode: 'delta' });
      expect(nested).toMatchObject({ read: 1, done: 1 });
      expect(await lines(nested.id, 'groups')).toEqual([`changed bob >${OUTER}, ${STAFF}`]);
      expect(await ran(context, id)).toMatchObject({ done: 0 });
      // A group that is gone is one that everybody seems to have left.
      await slapd.client.del(group('outer'));
      expect(await ran(context, id)).toMatchObject({ state: 'failed', done: 0 });
      // Who is gone is in none.
      done(await change({ groups: [{ name: group('staff'), roles: [] }] }));
      await slapd.client.del(dn('eve'));
      expect(await ran(context, id)).toMatchObject({ state: 'done', counts: { gone: 1, changed: 3 } });
      expect(await context.db.selectFrom('user_groups').selectAll().execute()).toHaveLength(2);
    });

    test('roles by groups: shown, given, and taken away; those by hand stay', async () => {
      const roles = [{ role: 'help-desk', securityDomain: 'North' }];
      const wrong = await change({ groups: [{ name: group('staff'), roles: [{ role: 'no such role' }] }] });
      expect(wrong).toMatchObject({ errors: [{ path: 'groups.0.roles.0.role' }] });
      done(await change({ groups: [{ name: group('staff'), roles }] }));
      expect(done(await showSource(context, context.chief, id)).groups[0]?.roles).toEqual([
        { role: expect.any(String), securityDomain: 'North' },
      ]);
      const first = await ran(context, id, { preview: true });
      const [name] = (await lines(first.id, 'roles'))[0]?.match(/>(.*)/)?.slice(1) ?? [];
      expect(name).toContain(' in North');
      expect(await lines(first.id, 'roles')).toEqual([
        `added ada >${name}`,
        `added bob >${name}`,
        'added cy -',
        'added eve -',
      ]);
      expect(await grants()).toEqual({});
      await confirmed(context, id, first.id);
      const given = ['help-desk North by directory'];
      expect(await grants()).toEqual({ ada: given, bob: given });
      expect(await ran(context, id)).toMatchObject({ done: 0 });
      const row = await context.db
        .selectFrom('administrators')
        .selectAll()
        .where('user_name', '=', 'ada')
        .executeTakeFirstOrThrow();
      expect(row).toMatchObject({ source_id: id, source_key: expect.any(String), password_hash: '' });
      expect(await listForgeries(context.db, context)).toEqual([]);

      // By hand another one; what is by the directory stays whatever is said by hand.
      const strength = passwordStrength();
      const edited = await editAdministrator({ ...context, strength }, context.chief, {
        userName: 'ada',
        version: row.version,
        change: { grants: [{ role: 'auditor' }] },
      });
      expect(edited.ok).toBe(true);
      await strength.close();
      await member('delete', 'staff', dn('ada'));
      const second = await ran(context, id, { preview: true });
      expect(await lines(second.id, 'roles')).toEqual([`changed ada ${name}>`]);
      await confirmed(context, id, second.id);
      expect(await grants()).toEqual({
        ada: ['auditor Top domain'],
        bob: given,
      });
      // Disabled, gone, and back.
      await slapd.client.modify(dn('bob'), [
        new Change({
          operation: 'add',
          modification: new Attribute({ type: 'pwdAccountLockedTime', values: ['000001010000Z'] }),
        }),
      ]);
      await ran(context, id);
      expect((await grants()).bob).toEqual([]);
      const trail = await context.db
        .selectFrom('audit')
        .selectAll()
        .where('action', 'like', 'administrator.%')
        .execute();
      expect(trail.map(({ action, object }) => `${action} ${object}`)).toEqual([
        'administrator.add administrator:ada',
        'administrator.add administrator:bob',
        'administrator.edit administrator:ada',
        'administrator.edit administrator:ada',
        'administrator.edit administrator:bob',
      ]);
    });

    test('a user whose ID an earlier version took keeps the roles, and is left out by no run', async () => {
      const roles = [{ role: 'help-desk', securityDomain: 'North' }];
      done(await change({ groups: [{ name: group('staff'), roles }] }));
      await ran(context, id);
      const given = ['help-desk North by directory'];
      const old = 'o\u2019neill';
      await slapd.client.modifyDN(dn('bob'), `uid=${old}`);
      await member('add', 'staff', dn(old));
      await context.db
        .updateTable('users')
        .set({ user_id: old, user_id_key: old })
        .where('user_id', '=', 'bob')
        .execute();
      // The entry has another name.
      expect(await ran(context, id)).toMatchObject({ state: 'done', done: 1, leftOut: 0 });
      expect(await ran(context, id)).toMatchObject({ state: 'done', done: 0, leftOut: 0 });
      expect((await grants()).bob).toEqual(given);
    });

    test('never more than whoever wrote it holds: when it is saved, when it is compared, and when it is done', async () => {
      await ran(context, id);
      const lesser: Actor = {
        ...{ kind: 'administrator', name: 'lesser', principal: 'lesser' },
        grants: [
          {
            permissions: new Set<Permission>([
              'settings:edit',
              'users:edit',
              'users:view',
              'administrators:edit',
            ]),
            domain: '/',
          },
        ],
      };
      const wanted = {
        groups: [
          { name: group('staff'), roles: [{ role: 'super-admin' }] },
          { name: group('outer'), roles: [] },
        ],
      };
      expect(await change(wanted, lesser)).toMatchObject({ errors: [{ path: 'groups.0.roles.0.role' }] });
      const permissions: Permission[] = ['settings:edit', 'users:edit', 'users:view', 'administrators:edit'];
      const role = done(
        await addRole(context, context.chief, { name: 'Directory', description: '', permissions }),
      );
      const weak = await administrator('weak', role.id);
      done(
        await change({
          groups: [
            { name: group('staff'), roles: [{ role: 'Directory' }, { role: 'super-admin' }] },
            { name: group('outer'), roles: [] },
          ],
        }),
      );
      await savedBy(weak, 'weak');
      const preview = await ran(context, id, { preview: true });
      expect(await lines(preview.id, 'roles')).toEqual([
        expect.stringMatching(
          /^changed ada >Directory in Top domain \(A group gives this administrator a role that/,
        ),
        expect.stringMatching(/^changed bob >Directory in Top domain \(/),
      ]);
      // Taken from the writer between preview and run: nobody gets anything.
      await replaceGrants(context.db, context, weak, []);
      expect(await confirmed(context, id, preview.id)).toMatchObject({ done: 0, leftOut: 2 });
      expect(await grants()).toEqual({ weak: [] });
      await replaceGrants(context.db, context, weak, [{ roleId: role.id, domainId: 'top', path: '/' }]);
      await ran(context, id);
      expect(await grants()).toMatchObject({
        ada: ['Directory Top domain by directory'].map(() => expect.stringContaining('by directory')),
      });
      // The right goes later: the next run takes back what it has given.
      await replaceGrants(context.db, context, weak, []);
      await savedBy(weak, 'weak');
      await ran(context, id);
      expect(await grants()).toMatchObject({ ada: [], bob: [] });
    });

    test('not to somebody above the writer, and not under the name of another administrator', async () => {
      const strength = passwordStrength();
      const here = { ...context, strength };
      await ran(context, id);
      const permissions: Permission[] = ['settings:edit', 'users:edit', 'users:view', 'administrators:edit'];
      const role = done(
        await addRole(context, context.chief, { name: 'Directory', description: '', permissions }),
      );
      const weak = await administrator('weak', role.id);
      done(
        await addAdministrator(here, context.chief, {
          userName: 'the chief',
          directoryUser: 'ada',
          grants: [{ role: 'super-admin' }],
        } as never),
      );
      await administrator('bob', undefined);
      done(
        await change({
          groups: [
            { name: group('staff'), roles: [{ role: 'Directory' }] },
            { name: group('outer'), roles: [] },
          ],
        }),
      );
      await savedBy(weak, 'weak');
      const run = await ran(context, id);
      expect(await lines(run.id, 'roles')).toEqual([
        expect.stringContaining(
          'refused ada - (A group gives a role to this administrator, who has more rights',
        ),
        expect.stringContaining(
          'refused bob - (A group makes this user an administrator, but there is another',
        ),
      ]);
      expect(await grants()).toEqual({
        weak: [`${role.id} Top domain`],
        'the chief': ['super-admin Top domain'],
        bob: [],
      });
      await strength.close();
    });

    test('whoever can write to the database makes nobody an administrator; the last Super Admin stays', async () => {
      await ran(context, id);
      done(await change({ groups: [{ name: group('staff'), roles: [{ role: 'super-admin' }] }] }));
      const preview = await ran(context, id, { preview: true });
      const [ada] = (await findings(context, preview.id)).filter(({ user_id }) => user_id === 'ada');
      // Eve gets the groups and the change of Ada.
      const eve = await context.db
        .selectFrom('users')
        .select(['id', 'version'])
        .where('user_id', '=', 'eve')
        .executeTakeFirstOrThrow();
      const forged = await context.db
        .updateTable('source_entries')
        .set({
          ...{ in_groups: ada?.in_groups, changes: ada?.changes, mark: ada?.mark ?? null },
          ...{ action: 'changed', rank: 0, target: eve.id, target_version: eve.version },
        })
        .where('user_id', '=', 'eve')
        .execute();
      expect(Number(forged[0]?.numUpdatedRows)).toBeGreaterThan(0);
      expect(await confirmed(context, id, preview.id)).toMatchObject({ leftOut: 1 });
      const given = ['super-admin Top domain by directory'];
      expect(await grants()).toEqual({ ada: given, bob: given });
      // Everybody leaves, and nobody has it by hand: one of them keeps it.
      await context.db
        .updateTable('administrators')
        .set({ enabled: 0 })
        .where('user_name', '=', 'admin')
        .execute();
      await member('add', 'staff', dn('cy'));
      await member('delete', 'staff', dn('ada'), dn('bob'));
      await ran(context, id);
      expect(await grants()).toEqual({ ada: [], bob: [], cy: given });
      await member('add', 'staff', group('staff'));
      await member('delete', 'staff', dn('cy'));
      await ran(context, id);
      expect((await grants()).cy).toEqual(given);
    });

    test('who leaves the directory administers nothing any more, not even with a session; the last Super Admin stays', async () => {
      done(await change({ groups: [{ name: group('staff'), roles: [{ role: 'help-desk' }] }] }));
      await ran(context, id);
      const strength = passwordStrength();
      const given = async (name: string, user: string, role: string): Promise<string> => {
        const input = { userName: name, directoryUser: user, grants: [{ role }] };
        done(await addAdministrator({ ...context, strength } as never, context.chief, input as never));
        const { id: row } = await context.db
          .selectFrom('administrators')
          .select('id')
          .where('user_name', '=', name)
          .executeTakeFirstOrThrow();
        const times = { created_at: 0, last_seen_at: 0, expires_at: 0, proved_at: 0 };
        const opened = { second_factor: 0, by_password: 1, source: null, user_agent: null } as const;
        await insertSession(context.db, context, {
          id_hash: name,
          administrator_id: row,
          ...times,
          ...opened,
        });
        return row;
      };
      await given('desk', 'eve', 'auditor');
      const chief = await given('second', 'cy', 'super-admin');
      await strength.close();
      const standing = async () =>
        (await listStoredAdministrators(context.db))
          .filter(({ user_name }) => user_name !== 'admin')
          .map(({ user_name, enabled }) => `${user_name} ${enabled}`);
      const sessions = () => context.db.selectFrom('sessions').select('id_hash').execute();
      const leave = (...uids: string[]) => Promise.all(uids.map((uid) => slapd.client.del(dn(uid))));

      await leave('eve', 'bob');
      await ran(context, id);
      // Bob has roles by a group only: they are gone, and come back with him.
      expect(await standing()).toEqual(['ada 1', 'bob 1', 'desk 0', 'second 1']);
      expect(await sessions()).toEqual([{ id_hash: 'second' }]);

      await context.db
        .updateTable('administrators')
        .set({ enabled: 0 })
        .where('user_name', '=', 'admin')
        .execute();
      await leave('cy');
      await ran(context, id);
      expect(await standing()).toEqual(['ada 1', 'bob 1', 'desk 0', 'second 1']);
      expect(await listForgeries(context.db, context)).not.toContainEqual(
        expect.objectContaining({ id: chief }),
      );
      const trail = await context.db
        .selectFrom('audit')
        .select(['object', 'result', 'reason'])
        .where('action', '=', 'administrator.edit')
        .where('object', 'in', ['administrator:desk', 'administrator:second'])
        .orderBy('id')
        .execute();
      expect(trail).toEqual([
        {
          object: 'administrator:desk',
          result: 'success',
          reason: expect.stringMatching(/^together with the user, by .*disabled$/),
        },
        { object: 'administrator:second', result: 'refused', reason: expect.stringContaining('Super Admin') },
      ]);
    });
  });
});
