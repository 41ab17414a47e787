/**
 * A real Active Directory, as Samba makes one: test, preview and run; every account state; rename, move, another user ID, delete and a new
 * account of the same name; nested groups; changes only, by their number; logons, and no lockout through here.
 */

import { SOURCE_PRESETS, sourceInputSchema } from '@sower/api/identity-sources';
import type { Attempts } from '@sower/server/authentication/challenge/attempt';
import type { Outcome } from '@sower/server/core/outcome';
import { addAdministrator } from '@sower/server/directory/administrators';
import { addDomain } from '@sower/server/directory/domains';
import { passwordStrength } from '@sower/server/directory/password-strength';
import { findByName } from '@sower/server/directory/sources/look-up';
import { serverOf, settingsOf } from '@sower/server/directory/sources/settings';
import { editSource, showSource } from '@sower/server/directory/sources/sources';
import { testSource } from '@sower/server/directory/sources/test-source';
import { proveByPassword } from '@sower/server/log-on/log-on';
import { logOnUser } from '@sower/server/self-service/session';
import { domainNames } from '@sower/server/store/directory/domains';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, SQLITE } from '../../harness/databases.ts';
import { addedSource, findings, ran, said } from '../../harness/directory/run.ts';
import {
  ADMINISTRATOR,
  ADMINISTRATOR_PASSWORD,
  BASE,
  hasSamba,
  REALM,
  type Samba,
  startSamba,
} from '../../harness/directory/samba.ts';
import { done, type SourceContext, sourceContext } from '../../harness/directory/source.ts';
import { amount } from '../../harness/randomness.ts';

const WRONG_PASSWORDS = amount({ usual: 40, long: 1_000 });
const PASSWORD = 'Right-Pass-w0rd';
const NAMES = ['ada', 'grace', 'disabled', 'expired', 'change', 'many', 'mover', 'bride', 'leaver'];
const STAFF = `OU=Staff,${BASE}`;
const PREVIOUS = `OU=Moved,${BASE}`;

describe.skipIf(!hasSamba)('Active Directory (Samba)', () => {
  let samba: Samba;
  let database: FreshDatabase;
  let context: SourceContext;
  let id: string;

  const dn = (name: string, ou = STAFF) => `CN=${name},${ou}`;
  const set = (name: string, type: string, ...values: string[]) =>
    samba.client.modify(dn(name), [
      new Change({ operation: 'replace', modification: new Attribute({ type, values }) }),
    ]);
  const user = (userId: string) =>
    context.db.selectFrom('users').selectAll().where('user_id', '=', userId).executeTakeFirst();
  const actions = async (run: string) => (await findings(context, run)).map(said).sort();

  async function create(name: string): Promise<void> {
    await samba.client.add(dn(name), {
      objectClass: ['user'],
      sAMAccountName: name,
      userPrincipalName: `${name}@${REALM}`,
      givenName: name,
      sn: 'Surname',
      mail: `${name}@mail.test`,
    });
    samba.tool('user', 'setpassword', name, `--newpassword=${PASSWORD}`);
    samba.tool('user', 'enable', name);
  }

  beforeAll(async () => {
    samba = await startSamba();
    samba.tool('domain', 'passwordsettings', 'set', '--account-lockout-threshold=5');
    for (const ou of [STAFF, PREVIOUS])
      await samba.client.add(ou, {
        objectClass: ['organizationalUnit'],
        ou: ou.slice(3).split(',')[0] ?? '',
      });
    for (const name of NAMES) await create(name);
    for (const [group, ...members] of [
      ['inner', dn('ada')],
      ['outer', `CN=inner,${STAFF}`],
    ] as const)
      await samba.client.add(`CN=${group},${STAFF}`, {
        objectClass: ['group'],
        sAMAccountName: group,
        member: members,
      });
    // A group that contains itself, by way of another.
    await samba.client.modify(`CN=inner,${STAFF}`, [
      new Change({
        operation: 'add',
        modification: new Attribute({ type: 'member', values: [`CN=outer,${STAFF}`] }),
      }),
    ]);
    database = await SQLITE.fresh();
    context = await sourceContext(database);
    const preset = SOURCE_PRESETS['active-directory'];
    id = await addedSource(
      context,
      sourceInputSchema.parse({
        name: 'ad',
        kind: 'active-directory',
        enabled: true,
        password: ADMINISTRATOR_PASSWORD,
        connection: {
          urls: [samba.ldapsUrl],
          certificateAuthority: samba.authority,
          bindName: ADMINISTRATOR,
          pageSize: 10,
        },
        search: { base: BASE, ...preset.search, filter: '(&(objectClass=user)(mail=*))' },
        mapping: { ...preset.mapping, domainName: 'EXAMPLE' },
      }),
    );
  });
  afterAll(async () => {
    await context?.close();
    await database?.drop();
    await samba?.stop();
  });

  test('the test passes, over ldaps; groups are found through groups', async () => {
    const tested = done(await testSource(context, context.chief, { id, find: 'EXAMPLE\\ada' }));
    expect(tested.steps.filter(({ state }) => state !== 'passed')).toEqual([]);
    expect(tested.entries[0]).toMatchObject({ userId: 'ada', state: 'active' });
    expect(tested.entries[0]?.groups?.sort()).toEqual([`CN=inner,${STAFF}`, `CN=outer,${STAFF}`]);
    for (const find of [`ada@${REALM}`, 'ada@mail.test'])
      expect(done(await testSource(context, context.chief, { id, find })).entries[0]?.userId).toBe('ada');
    const other = done(await testSource(context, context.chief, { id, find: 'OTHER\\ada' }));
    expect(other.passed).toBe(false);
  });

  test('by StartTLS on port 389: the test with a password, and a preview; without TLS, it takes no password', async () => {
    const preset = SOURCE_PRESETS['active-directory'];
    const byStartTls = (name: string, more: object) =>
      addedSource(
        context,
        sourceInputSchema.parse({
          name,
          kind: 'active-directory',
          password: ADMINISTRATOR_PASSWORD,
          connection: {
            urls: [samba.url],
            certificateAuthority: samba.authority,
            bindName: ADMINISTRATOR,
            ...more,
          },
          search: { base: BASE, ...preset.search, filter: '(&(objectClass=user)(mail=*))' },
          mapping: { ...preset.mapping, domainName: 'EXAMPLE' },
        }),
      );
    const tls = await byStartTls('by StartTLS', {});
    const { steps, certificates } = done(
      await testSource(context, context.chief, { id: tls, find: 'grace', password: PASSWORD }),
    );
    expect(steps.filter(({ state }) => state !== 'passed')).toEqual([]);
    expect(steps.map(({ step }) => step)).toContain('log-on');
    expect(certificates.length).toBeGreaterThan(0);
    const preview = await ran(context, tls, { preview: true });
    expect(preview).toMatchObject({ state: 'waiting', read: NAMES.length });
    const plain = await byStartTls('without TLS', { startTls: false, plain: true });
    const refused = done(await testSource(context, context.chief, { id: plain }));
    expect(refused.steps.find(({ state }) => state === 'failed')).toMatchObject({
      step: 'bind',
      detail: { code: 'source-failure.strong-auth' },
    });
  });

  test('asked now, Active Directory says when a password expires, and whether it has to be changed', async () => {
    // A run of its own, before those of the tests below change people: what is known here is who has which entry.
    const source = await context.db.selectFrom('identity_sources').selectAll().where('id', '=', id).execute();
    const connection = await context.ldapServers.connect(serverOf(context, source[0]!));
    try {
      const until = async (name: string) =>
        (await findByName(connection, settingsOf(source[0]!), name, Date.now()))?.mapped.passwordUntil;
      // 42 days by default.
      const days = (((await until('bride')) ?? 0) - Date.now()) / 86_400_000;
      expect(days).toBeGreaterThan(40);
      expect(days).toBeLessThan(43);
      await set('bride', 'pwdLastSet', '0');
      expect(await until('bride')).toBe(0);
      await set('bride', 'pwdLastSet', '-1');
      await set('bride', 'userAccountControl', '66048');
      expect(await until('bride')).toBe(undefined);
      await set('bride', 'userAccountControl', '512');
    } finally {
      await connection.close();
    }
  });

  test('a rule for a group puts those in it through other groups in its security domain', async () => {
    done(await addDomain(context, context.chief, { name: 'Inner circle' }));
    const withRules = async (rules: object[]) => {
      const { version } = done(await showSource(context, context.chief, id));
      const { placement } = sourceInputSchema.shape;
      const change = { placement: placement.parse({ rules }) };
      done(await editSource(context, context.chief, { id, version, change }));
    };
    const rule = { kind: 'group', name: `cn=OUTER, ${STAFF}`, securityDomain: 'Inner circle' };
    await withRules([rule]);
    const run = await ran(context, id, { preview: true });
    const found = await findings(context, run.id);
    const names = await domainNames(
      context.db,
      found.flatMap(({ domain }) => domain ?? []),
    );
    expect(
      found.filter(({ domain }) => names.get(domain ?? '') === 'Inner circle').map(({ user_id }) => user_id),
    ).toEqual(['ada']);
    expect(found.length).toBeGreaterThan(3);
    await withRules([{ ...rule, name: `CN=nobody,${STAFF}` }]);
    expect(await ran(context, id)).toMatchObject({ state: 'failed', done: 0 });
    await withRules([]);
  });

  test('everybody comes; then renamed, moved, another user ID, disabled, expired, gone, and a new one of that name', async () => {
    expect(await ran(context, id)).toMatchObject({
      state: 'done',
      done: NAMES.length,
      counts: { added: NAMES.length },
    });
    const bride = await user('bride');
    expect(bride?.source_key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-/);
    await set('bride', 'sn', 'Married');
    await set('bride', 'sAMAccountName', 'married');
    await set('bride', 'userPrincipalName', 'married@other.test');
    await samba.client.modifyDN(dn('bride'), `CN=married,${PREVIOUS}`);
    await samba.client.modifyDN(dn('mover'), `CN=mover,${PREVIOUS}`);
    await set('disabled', 'userAccountControl', '514');
    await set('expired', 'accountExpires', '132000000000000000');
    await samba.client.del(dn('leaver'));
    const run = await ran(context, id, { preview: false });
    expect(await actions(run.id)).toEqual([
      'changed married entry,lastName,logOnNames,protectedNames,userId',
      'disabled disabled enabled,state',
      'disabled expired enabled,state',
      'gone leaver enabled,state',
      'moved mover entry',
    ]);
    expect(run).toMatchObject({ state: 'done', done: 5, disables: 3 });
    expect(await user('married')).toMatchObject({ id: bride?.id, source_key: bride?.source_key, enabled: 1 });
    expect(await user('expired')).toMatchObject({ enabled: 0, source_state: 'expired' });
    // A new account of the same name is somebody else.
    await create('leaver');
    const again = await ran(context, id);
    expect(await actions(again.id)).toEqual(['conflict leaver']);
    expect(await user('leaver')).toMatchObject({ source_state: 'gone', enabled: 0 });
    await set('disabled', 'userAccountControl', '512');
    expect(await actions((await ran(context, id)).id)).toEqual([
      'conflict leaver',
      'returning disabled enabled,state',
    ]);
    await samba.client.del(dn('leaver'));
  });

  test('only what has changed, by its number; nobody is gone for not being in it', async () => {
    await ran(context, id);
    await set('grace', 'sn', 'Hopper');
    const run = await ran(context, id, { mode: 'delta' });
    expect(run).toMatchObject({ state: 'done', read: 1, done: 1, disables: 0 });
    expect(await user('grace')).toMatchObject({ last_name: 'Hopper' });
    expect(await ran(context, id, { mode: 'delta' })).toMatchObject({ state: 'done', read: 0, done: 0 });
  });

  test('what another domain controller counted says nothing here: everything is read, and changes again from then on', async () => {
    await ran(context, id);
    const source = () => context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
    const { server, value } = JSON.parse((await source()).watermark ?? '');
    const other = { server: server.replace('CN=', 'CN=OTHER-'), value };
    await context.db
      .updateTable('identity_sources')
      .set({ watermark: JSON.stringify(other) })
      .execute();
    await set('grace', 'sn', 'Murray');
    const run = await ran(context, id, { mode: 'delta' });
    expect(run).toMatchObject({ state: 'done', mode: 'full', done: 1 });
    expect(run.read).toBeGreaterThan(1);
    expect(await user('grace')).toMatchObject({ last_name: 'Murray' });
    expect(JSON.parse((await source()).watermark ?? '')).toMatchObject({ server });
    await set('grace', 'sn', 'Hopper');
    const next = await ran(context, id, { mode: 'delta' });
    expect(next).toMatchObject({ state: 'done', mode: 'delta', read: 1, done: 1 });
  });

  test('a domain controller that was restored from a backup goes on from an earlier number: everything is read', async () => {
    await ran(context, id);
    const source = () => context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
    const { server, value } = JSON.parse((await source()).watermark ?? '');
    expect(server).toMatch(/^CN=NTDS Settings,.* [0-9a-f]{32}$/);
    const before = { server: server.replace(/[0-9a-f]{32}$/, 'f'.repeat(32)), value };
    await context.db
      .updateTable('identity_sources')
      .set({ watermark: JSON.stringify(before) })
      .execute();
    expect(await ran(context, id, { mode: 'delta' })).toMatchObject({ state: 'done', mode: 'full' });
    expect(JSON.parse((await source()).watermark ?? '')).toMatchObject({ server });
  });

  test('a run of changes only notices who has joined a group through another, though nothing of their own has changed', async () => {
    const group = (name: string) => `CN=${name},${STAFF}`;
    const { version } = done(await showSource(context, context.chief, id));
    const change = { groups: [{ name: group('outer'), roles: [] }] };
    done(await editSource(context, context.chief, { id, version, change }));
    const first = await ran(context, id);
    expect(await actions(first.id)).toEqual(['changed ada groups']);
    const join = (operation: 'add' | 'delete', name: string) =>
      samba.client.modify(group('inner'), [
        new Change({ operation, modification: new Attribute({ type: 'member', values: [dn(name)] }) }),
      ]);
    await join('add', 'grace');
    await join('delete', 'ada');
    const run = await ran(context, id, { mode: 'delta' });
    expect(await actions(run.id)).toEqual(['changed ada groups', 'changed grace groups']);
    expect(run).toMatchObject({ state: 'done', done: 2 });
    expect(await ran(context, id, { mode: 'delta' })).toMatchObject({ state: 'done', done: 0 });
  });

  describe('log-on', () => {
    const logOn = (userId: string, password: string, source = '192.0.2.1') =>
      logOnUser(
        { ...context, attempts: {} as Attempts },
        { method: 'password', userId, password },
        { source, userAgent: undefined },
      );
    const code = (outcome: Outcome<unknown>): string => (outcome.ok ? 'in' : outcome.detail.code);
    const WRONG = 'log-on.wrong-credentials';
    const counted = async (name: string) => {
      const { searchEntries } = await samba.client.search(dn(name), {
        scope: 'base',
        attributes: ['badPwdCount', 'lockoutTime'],
      });
      const { badPwdCount, lockoutTime } = searchEntries[0] as Record<string, string | string[]>;
      return [badPwdCount, lockoutTime].map((value) => [value].flat()[0] ?? '0');
    };

    test('by each of their names; wrong and empty passwords never', async () => {
      for (const name of ['ada', 'ADA', `ada@${REALM}`, 'ada@mail.test', 'EXAMPLE\\ada'])
        expect([name, code(await logOn(name, PASSWORD))]).toEqual([name, 'in']);
      expect(code(await logOn('ada', 'wrong'))).toBe(WRONG);
      expect(code(await logOn('ada', ''))).toBe(WRONG);
      expect(code(await logOn('OTHER\\ada', PASSWORD))).toBe(WRONG);
    });

    test('disabled, expired and must change: a sentence only with the right password', async () => {
      await set('change', 'pwdLastSet', '0');
      await set('disabled', 'userAccountControl', '514');
      for (const [name, sentence] of [
        ['change', 'log-on.directory-must-change'],
        ['disabled', 'log-on.directory-disabled'],
        ['expired', 'log-on.directory-expired'],
      ] as const) {
        expect([name, code(await logOn(name, PASSWORD))]).toEqual([name, sentence]);
        expect([name, code(await logOn(name, 'wrong'))]).toEqual([name, WRONG]);
      }
    });

    test('an administrator logs on to the Security Console with the password of Active Directory', async () => {
      const strength = passwordStrength();
      done(
        await addAdministrator(
          { ...context, strength, publicUrl: 'https://otp.example.com' },
          context.chief,
          { userName: 'the boss', directoryUser: 'grace', grants: [{ role: 'super-admin' }] } as never,
        ),
      );
      const prove = async (userName: string, password: string) =>
        code(
          await proveByPassword({ ...context, attempts: {} as Attempts }, 'administrator.log-on', {
            userName,
            password,
            source: '192.0.2.9',
          }),
        );
      expect(await prove('the boss', PASSWORD)).toBe('in');
      expect(await prove('the boss', 'wrong')).toBe('log-on.wrong-password');
      expect(await prove('the boss', '')).toBe('log-on.wrong-password');
      expect(await prove('nobody', PASSWORD)).toBe('log-on.wrong-password');
      await set('grace', 'pwdLastSet', '0');
      expect(await prove('the boss', PASSWORD)).toBe('log-on.directory-must-change');
      await set('grace', 'pwdLastSet', '-1');
      expect(await prove('the boss', PASSWORD)).toBe('in');
      await set('grace', 'userAccountControl', '514');
      expect(await prove('the boss', PASSWORD)).toBe('log-on.directory-disabled');
      expect(await prove('the boss', 'wrong')).toBe('log-on.wrong-password');
      await set('grace', 'userAccountControl', '512');
      await strength.close();
    });

    test(`${WRONG_PASSWORDS} wrong passwords do not lock the account`, async () => {
      for (let count = 0; count < WRONG_PASSWORDS; count += 10) {
        const answers = await Promise.all(
          Array.from({ length: 10 }, (_, index) => logOn('many', `wrong ${index}`)),
        );
        expect(new Set(answers.map(code))).toEqual(new Set([WRONG]));
      }
      // One address leaves one of three attempts to others.
      expect(await counted('many')).toEqual(['2', '0']);
      for (const source of ['192.0.2.2', '192.0.2.3'])
        expect(code(await logOn('many', 'wrong', source))).toBe(WRONG);
      expect(await counted('many')).toEqual(['3', '0']);
    });
  });
});
