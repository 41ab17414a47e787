/**
 * Security domains by groups and subtrees of a directory: the preview says whom a rule puts where, the run does it, with the rights of whoever wrote
 * the rules; and a group that cannot be read moves nobody.
 */

import type { Permission } from '@sower/api/permissions';
import type { Actor } from '@sower/server/core/actor';
import { addDomain, removeDomain } from '@sower/server/directory/domains';
import { addRole } from '@sower/server/directory/roles';
import { addNewcomer, findNewcomer } from '@sower/server/directory/sources/newcomer';
import { addSource, editSource, showSource } from '@sower/server/directory/sources/sources';
import { editUser } from '@sower/server/directory/users';
import { showFindings, viewFinding } from '@sower/server/jobs/synchronize/findings';
import { isAtOrBelow, isName, nameKey } from '@sower/server/ldap/names';
import { insertAdministrator, replaceGrants } from '@sower/server/store/directory/administrators';
import { markOf } from '@sower/server/store/keys/marks';
import { inEnglish } from '@sower/texts/outcomes';
import { Attribute, Change } from 'ldapts';
import { beforeEach, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { EACH_TEST } from '../../harness/deployed.ts';
import { confirmed, findings, ran, said } from '../../harness/directory/run.ts';
import { hasSlapd, personLdif, SUFFIX } from '../../harness/directory/slapd.ts';
import { done, slapdSource, slapdSuite } from '../../harness/directory/source.ts';
import { administratorRow } from '../../harness/directory/user-row.ts';

const FINANCE = `cn=finance,ou=groups,${SUFFIX}`;
const dn = (uid: string, ou = 'people') => `uid=${uid},ou=${ou},${SUFFIX}`;
const groupLdif = (name: string, ...members: string[]) =>
  `dn: ${name}\nobjectClass: groupOfNames\ncn: ${name.slice(3).split(',')[0]}\n${members.map((member) => `member: ${member}\n`).join('')}\n`;

test('names are the same however they are written', () => {
  const key = nameKey('uid=Müller\\, A,ou=people,dc=example,dc=com');
  for (const same of [
    'UID = müller\\2C a , OU=People,DC=EXAMPLE,dc=com',
    'uid=M\\C3\\BCller\\, A,ou=people,dc=example,dc=com',
    'uid=müller\\,  a;ou=people;dc=example;dc=com',
  ])
    expect(nameKey(same)).toBe(key);
  expect(isAtOrBelow(key, nameKey('ou=people,dc=example,dc=com'))).toBe(true);
  expect(isAtOrBelow(key, nameKey('u=people,dc=example,dc=com'))).toBe(false);
  // An escaped comma ends no part.
  expect(isAtOrBelow(nameKey('uid=x\\,ou=people,dc=com'), nameKey('ou=people,dc=com'))).toBe(false);
  // Nor does whatever else a value may have: whoever may name an entry is not thereby below another.
  for (const value of ['x\\00ou=people', 'x\\01ou=people', 'x\\3Bou=people'])
    expect(isAtOrBelow(nameKey(`uid=${value},dc=com`), nameKey('ou=people,dc=com'))).toBe(false);
  // Several values of one part have no order, and are not one value with a plus sign.
  expect(nameKey('UID=x + cn=a,dc=com')).toBe(nameKey('cn=a+uid=X,dc=com'));
  expect(nameKey('cn=a\\+uid=x,dc=com')).not.toBe(nameKey('cn=a+uid=x,dc=com'));
  expect(nameKey('ou=R+D,dc=com')).toBe(nameKey('OU=R\\2BD,dc=com'));
  expect(['ou=a,dc=b', '', 'ou', 'ou=', ',', 'ou=a,,dc=b', 'ou=a)(uid=*'].map(isName)).toEqual([
    ...[true, false, false, false, false, false],
    true,
  ]);
});

describe.skipIf(!hasSlapd)('security domains by the directory', () => {
  onBothDatabases('placement', (kind) => {
    const { slapd, context } = slapdSuite(
      kind,
      () =>
        [
          ...['ada', 'bob', 'cy'].map((uid) => personLdif({ uid })),
          personLdif({ uid: 'eve', ou: 'elsewhere' }),
          groupLdif(FINANCE, dn('ada'), dn('eve', 'elsewhere')),
        ].join(''),
      { lasts: EACH_TEST },
    );
    let id: string;
    let domains: { finance: string; outside: string };

    beforeEach(async () => {
      const finance = done(await addDomain(context, context.chief, { name: 'Finance' }));
      const outside = done(await addDomain(context, context.chief, { name: 'Outside' }));
      domains = { finance: finance.path, outside: outside.path };
      const input = slapdSource(slapd, {
        search: { base: SUFFIX },
        enabled: true,
        logOn: { enabled: true, tries: 3, minutes: 30, lookUp: true },
        placement: {
          rules: [
            { kind: 'group', name: FINANCE.toUpperCase(), securityDomain: 'Finance' },
            { kind: 'subtree', name: `ou=elsewhere, ${SUFFIX}`, securityDomain: 'Outside' },
          ],
        },
      });
      id = done(await addSource(context, context.chief, input)).id;
    });

    const whereIs = async (): Promise<Record<string, string>> =>
      Object.fromEntries(
        (await context.db.selectFrom('users').selectAll().execute()).map(({ user_id, domain }) => [
          user_id,
          domain,
        ]),
      );
    const change = async (change: Parameters<typeof editSource>[2]['change'], by = context.chief) => {
      const { version } = done(await showSource(context, context.chief, id));
      return editSource(context, by, { id, version, change });
    };
    const lines = async (run: string) =>
      done(await showFindings(context, context.chief, { id, run }, 50, -1)).map((row) => {
        const { action, userId, changes } = viewFinding(row, inEnglish);
        const moved = changes.find(({ field }) => field === 'securityDomain');
        return `${action} ${userId} ${moved ? `${moved.before}>${moved.after}` : '-'}`;
      });
    const member = (operation: 'add' | 'delete', uid: string) =>
      slapd.client.modify(FINANCE, [
        new Change({ operation, modification: new Attribute({ type: 'member', values: [dn(uid)] }) }),
      ]);

    test('the first rule that fits; the preview says whom it moves; a second run does nothing', async () => {
      const first = await ran(context, id, { preview: true });
      expect((await lines(first.id)).sort()).toEqual([
        'added ada >Finance',
        'added bob >Top domain',
        'added cy >Top domain',
        'added eve >Finance',
      ]);
      await confirmed(context, id, first.id);
      expect(await whereIs()).toEqual({
        ada: domains.finance,
        eve: domains.finance,
        bob: '/',
        cy: '/',
      });
      expect(await ran(context, id)).toMatchObject({ done: 0, counts: { changed: 0 } });
      await member('delete', 'ada');
      await member('add', 'bob');
      await slapd.client.modifyDN(dn('cy'), `uid=cy,ou=elsewhere,${SUFFIX}`);
      const second = await ran(context, id, { preview: true });
      expect((await lines(second.id)).sort()).toEqual([
        'changed ada Finance>Top domain',
        'changed bob Top domain>Finance',
        'changed cy Top domain>Outside',
      ]);
      expect((await whereIs()).ada).toBe(domains.finance);
      expect(await confirmed(context, id, second.id)).toMatchObject({ done: 3, leftOut: 0 });
      expect(await whereIs()).toEqual({
        ada: '/',
        bob: domains.finance,
        cy: domains.outside,
        eve: domains.finance,
      });
      expect(await ran(context, id)).toMatchObject({ done: 0 });
      // By hand it would not last.
      const { version } = await context.db
        .selectFrom('users')
        .selectAll()
        .where('user_id', '=', 'bob')
        .executeTakeFirstOrThrow();
      const edit = { userId: 'bob', version, change: { securityDomain: 'Outside' } };
      expect(await editUser(context, context.chief, edit)).toMatchObject({
        detail: { code: 'user.domain-by-directory' },
      });
      // Without rules, everybody stays where they are.
      done(await change({ placement: { rules: [] } }));
      await member('delete', 'bob');
      expect(await ran(context, id)).toMatchObject({ done: 0 });
      done(await editUser(context, context.chief, edit));
    });

    test('a run of changes only moves whoever has joined or left a group, though their entries are old', async () => {
      await ran(context, id);
      const { watermark } = await context.db
        .selectFrom('identity_sources')
        .selectAll()
        .executeTakeFirstOrThrow();
      const anHour = { ...context, now: () => Date.now() + 3_600_000 };
      const later = new Date(anHour.now()).toISOString().replace(/[-:T]|\.\d+/g, '');
      const old = JSON.stringify({ ...JSON.parse(watermark ?? ''), value: later });
      await member('delete', 'ada');
      await member('add', 'bob');
      await context.db.updateTable('identity_sources').set({ watermark: old }).execute();
      expect(await ran(anHour, id, { mode: 'delta' })).toMatchObject({ state: 'done', read: 2, done: 2 });
      expect(await whereIs()).toMatchObject({ ada: '/', bob: domains.finance, eve: domains.finance });
    });

    test('a group that is gone, a domain that is gone: nobody is moved, and the run says why', async () => {
      await ran(context, id);
      const before = await whereIs();
      await slapd.client.del(FINANCE);
      expect(await ran(context, id)).toMatchObject({
        state: 'failed',
        done: 0,
        detail: expect.stringContaining('could not be found'),
      });
      expect(await whereIs()).toEqual(before);
      const wrong = await change({
        placement: { rules: [{ kind: 'group', name: 'finance', securityDomain: 'Finance' }] },
      });
      expect(wrong).toMatchObject({ errors: [{ path: 'placement.rules.0.name' }] });
      const unknown = await change({
        placement: { rules: [{ kind: 'group', name: FINANCE, securityDomain: 'Nowhere' }] },
      });
      expect(unknown).toMatchObject({ errors: [{ path: 'placement.rules.0.securityDomain' }] });
      // A domain that a rule names stays.
      await context.db.updateTable('users').set({ domain: '/' }).execute();
      expect(await removeDomain(context, context.chief, 'Outside')).toMatchObject({ problem: 'in-use' });
      await context.db.deleteFrom('security_domains').where('name', '=', 'Outside').execute();
      await slapd.client.add(FINANCE, { objectClass: ['groupOfNames'], cn: 'finance', member: [dn('cy')] });
      expect(await ran(context, id)).toMatchObject({
        state: 'failed',
        detail: expect.stringContaining('no longer exists'),
      });
    });

    test('never more than the writer of the rules may: not into their own domain, not those above them', async () => {
      const administrator = async (name: string, role: string, token: string | null = null) => {
        const row = await insertAdministrator(
          context.db,
          context,
          administratorRow(name, { token_user_id: token }),
        );
        await replaceGrants(context.db, context, row.id, [{ roleId: role, domainId: 'top', path: '/' }]);
        return row.id;
      };
      await ran(context, id);
      // Someone who may edit users in one domain only cannot write a rule for another.
      const narrow: Actor = {
        kind: 'administrator',
        name: 'narrow',
        principal: 'narrow',
        grants: [
          { permissions: new Set<Permission>(['settings:edit']), domain: '/' },
          { permissions: new Set<Permission>(['users:edit', 'users:view']), domain: domains.finance },
        ],
      };
      const rules = { rules: [{ kind: 'subtree' as const, name: SUFFIX, securityDomain: 'Outside' }] };
      expect((await change({ placement: rules }, narrow)).ok).toBe(false);

      // Saved last by someone who may do this, and stands below the administrator who has a token of bob.
      const permissions: Permission[] = ['settings:edit', 'users:edit', 'users:view'];
      const role = done(
        await addRole(context, context.chief, { name: 'Directory', description: '', permissions }),
      );
      const weak = await administrator('weak', role.id);
      const saved = { actor_kind: 'administrator', actor_id: weak, actor_name: 'weak' } as const;
      const source = await context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
      await context.db
        .updateTable('identity_sources')
        .set({ ...saved, mark: markOf('identity_sources', context, { ...source, ...saved }) })
        .execute();
      const bob = await context.db
        .selectFrom('users')
        .selectAll()
        .where('user_id', '=', 'bob')
        .executeTakeFirstOrThrow();
      await administrator('chief', 'super-admin', bob.id);
      await member('add', 'bob');
      await member('add', 'cy');
      const run = await ran(context, id);
      const found = await findings(context, run.id);
      expect(found.map(said).sort()).toEqual(['changed cy securityDomain', 'refused bob']);
      expect(found.flatMap(({ text }) => (text === null ? [] : JSON.parse(text).code))).toEqual([
        'source-entry.not-moved',
      ]);
      expect(await whereIs()).toMatchObject({ bob: '/', cy: domains.finance });

      // The right is taken away between preview and run: nobody is moved with it, and nobody new brought.
      const joins = async (uid: string) => {
        const attributes = { objectClass: ['inetOrgPerson'], uid, cn: uid, sn: uid };
        await slapd.client.add(dn(uid), attributes);
        await member('add', uid);
      };
      const logsOn = async (uid: string) => {
        const newcomer = await findNewcomer(context, uid);
        if (!newcomer) throw new Error('not found');
        return done(await addNewcomer(context, newcomer)).domain;
      };
      await joins('dee');
      expect(await logsOn('dee')).toBe(domains.finance);
      await joins('flo');
      await member('delete', 'cy');
      const preview = await ran(context, id, { preview: true });
      expect((await findings(context, preview.id)).map(said).sort()).toEqual([
        'added flo',
        'changed cy securityDomain',
        'refused bob',
      ]);
      await replaceGrants(context.db, context, weak, []);
      expect(await confirmed(context, id, preview.id)).toMatchObject({ done: 0, leftOut: 2 });
      expect(await whereIs()).not.toHaveProperty('flo');
      const without = await ran(context, id);
      expect((await lines(without.id)).sort()).toEqual([
        'added flo >Top domain',
        'refused bob -',
        'refused cy -',
      ]);
      await joins('gus');
      expect(await logsOn('gus')).toBe('/');
      expect(await whereIs()).toMatchObject({ cy: domains.finance, dee: domains.finance, flo: '/' });
    });
  });
});
