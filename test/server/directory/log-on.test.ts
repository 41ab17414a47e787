/**
 * Logging on with a directory password, against a real OpenLDAP with a password policy: by any name, to both consoles; an empty password
 * never; refused accounts with a sentence for their owner and nothing for a stranger; and nobody is locked out there through here.
 */

import type { Attempts } from '@sower/server/authentication/challenge/attempt';
import type { Outcome } from '@sower/server/core/outcome';
import { addAdministrator, setPassword } from '@sower/server/directory/administrators';
import { passwordStrength } from '@sower/server/directory/password-strength';
import { editSource } from '@sower/server/directory/sources/sources';
import { testSource } from '@sower/server/directory/sources/test-source';
import { proveByPassword } from '@sower/server/log-on/log-on';
import { setUserPassword } from '@sower/server/self-service/password';
import { logOnUser } from '@sower/server/self-service/session';
import { Attribute, Change } from 'ldapts';
import { beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { addedSource, ran } from '../../harness/directory/run.ts';
import { hasSlapd, PEOPLE, personLdif } from '../../harness/directory/slapd.ts';
import { done, type SourceContext, slapdSource, slapdSuite } from '../../harness/directory/source.ts';
import { userRow } from '../../harness/directory/user-row.ts';
import { amount } from '../../harness/randomness.ts';

const RIGHT = 'the right password of everybody';
const NAMES = ['ada', 'grace', 'reset', 'many', 'late', 'boss', 'plain'];
/** Of one user, many at once. */
const WRONG_PASSWORDS = amount({ usual: 60, long: 1_000 });
const from = { source: '192.0.2.1', userAgent: undefined };
const nobody = {} as Attempts;

describe.skipIf(!hasSlapd)('log-on with slapd', () => {
  onBothDatabases('log-on by directory', (kind) => {
    const { slapd, context } = slapdSuite(
      kind,
      () => NAMES.map((uid) => personLdif({ uid, mail: `${uid}@example.com`, userPassword: RIGHT })).join(''),
      { now: () => clock },
    );
    let id: string;
    let clock = Date.now();

    beforeAll(async () => {
      await slapd.client.modify(`uid=reset,${PEOPLE}`, [
        new Change({
          operation: 'replace',
          modification: new Attribute({ type: 'pwdReset', values: ['TRUE'] }),
        }),
      ]);
      id = await addedSource(
        context,
        slapdSource(slapd, { enabled: true, logOn: { enabled: true, tries: 3, minutes: 30, lookUp: false } }),
      );
      expect(await ran(context, id)).toMatchObject({ state: 'done', done: NAMES.length });
    });

    const logOn = (userId: string, password: string, source = from.source) =>
      logOnUser(
        { ...context, attempts: nobody },
        { method: 'password', userId, password },
        { ...from, source },
      );
    const code = (outcome: Outcome<unknown>): string =>
      outcome.ok ? 'in' : `${outcome.problem} ${outcome.detail.code}`;
    const WRONG = 'log-on-failed log-on.wrong-credentials';
    const lockedThere = async (uid: string) => {
      const { searchEntries } = await slapd.client.search(`uid=${uid},${PEOPLE}`, {
        scope: 'base',
        attributes: ['pwdAccountLockedTime', 'pwdFailureTime'],
      });
      const { pwdAccountLockedTime, pwdFailureTime } = searchEntries[0] as Record<string, string | string[]>;
      return { locked: [pwdAccountLockedTime].flat().length, failures: [pwdFailureTime].flat().length };
    };

    test('by user ID and by mail, in any case; wrong and empty passwords never', async () => {
      expect(code(await logOn('ada', RIGHT))).toBe('in');
      const session = done(await logOn('ADA@example.com', RIGHT));
      expect(session.signedInUser).toMatchObject({
        userId: 'ada',
        method: 'password',
        mustChangePassword: false,
      });
      for (const password of ['wrong', '', '\u0000', `${RIGHT}\u0000`, `\u0000${RIGHT}`])
        expect(code(await logOn('ada', password)), JSON.stringify(password)).toBe(WRONG);
      expect(code(await logOn('ada', RIGHT))).toBe('in');
      const trail = await context.db.selectFrom('audit').selectAll().execute();
      expect(JSON.stringify(trail)).not.toContain(RIGHT);
    });

    test('a password that an administrator sets is none of theirs', async () => {
      const strength = passwordStrength();
      const set = setUserPassword(
        { ...context, strength, publicUrl: 'https://otp.example.com' },
        context.chief,
        {
          userId: 'ada',
          password: 'another long phrase of words',
          mustChange: false,
        },
      );
      expect(code(await set)).toBe('wrong-state password.in-directory');
      await strength.close();
      const hash = await context.passwords.hash('left over from before', undefined);
      const ada = await context.db
        .selectFrom('users')
        .selectAll()
        .where('user_id', '=', 'ada')
        .executeTakeFirstOrThrow();
      await context.db
        .insertInto('user_passwords')
        .values({ user_id: ada.id, password_hash: hash, must_change: 0, set_at: 1 })
        .execute();
      expect(code(await logOn('ada', 'left over from before'))).toBe(WRONG);
    });

    test('the directory is never given a password that is not of one of its entries', async () => {
      const given: string[] = [];
      const listening: SourceContext = {
        ...context,
        ldapServers: {
          ...context.ldapServers,
          connect: async (...about) => {
            const connection = await context.ldapServers.connect(...about);
            const bind: typeof connection.bind = (name, password, controls) => {
              given.push(password);
              return connection.bind(name, password, controls);
            };
            return { ...connection, bind };
          },
        },
      };
      const password = 'of an administrator of ours';
      const ours = { ...listening, attempts: nobody };
      expect(
        code(await logOnUser(ours, { method: 'password', userId: 'nobody at all', password }, from)),
      ).toBe(WRONG);
      expect(given.length).toBeGreaterThan(0);
      expect(given).not.toContain(password);
    });

    test('must change and disabled: a sentence for whoever knows the password, and for nobody else', async () => {
      expect(code(await logOn('reset', RIGHT))).toBe('log-on-failed log-on.directory-must-change');
      expect(code(await logOn('reset', 'wrong'))).toBe(WRONG);
      expect(code(await logOn('nobody at all', RIGHT))).toBe(WRONG);
      await context.db.updateTable('users').set({ enabled: 0 }).where('user_id', '=', 'late').execute();
      expect(code(await logOn('late', RIGHT))).toBe('log-on-failed log-on.directory-disabled');
      expect(code(await logOn('late', 'wrong'))).toBe(WRONG);
    });

    test(`${WRONG_PASSWORDS} wrong passwords, many at once, lock nobody out there; later there are tries again`, async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => logOn('many', 'wrong')));
      for (let count = 10; count < WRONG_PASSWORDS; count += 10)
        answers.push(
          ...(await Promise.all(
            Array.from({ length: 10 }, (_, index) =>
              logOn(index % 2 === 0 ? 'many' : 'MANY@example.com', `wrong ${index}`),
            ),
          )),
        );
      expect(new Set(answers.map(code))).toEqual(new Set([WRONG]));
      expect(answers).toHaveLength(WRONG_PASSWORDS);
      // The policy locks at five; three are allowed, and one address never has all of them.
      expect(await lockedThere('many')).toEqual({ locked: 0, failures: 2 });
      expect(code(await logOn('many', RIGHT))).toBe(WRONG);
      expect(code(await logOn('many', RIGHT, '192.0.2.2'))).toBe('in');
      for (let address = 0; address < 10; address += 1)
        expect(code(await logOn('many', 'wrong', `198.51.100.${address}`))).toBe(WRONG);
      expect(await lockedThere('many')).toEqual({ locked: 0, failures: 3 });
      expect(code(await logOn('many', RIGHT, '192.0.2.3'))).toBe(WRONG);
      clock += 31 * 60_000;
      expect(code(await logOn('many', 'wrong'))).toBe(WRONG);
      expect(code(await logOn('many', RIGHT))).toBe('in');
      // A right one gives all tries back, as it does there.
      expect(await lockedThere('many')).toEqual({ locked: 0, failures: 0 });
    });

    test('somebody who is locked there hears what a stranger hears', async () => {
      await slapd.client.modify(`uid=grace,${PEOPLE}`, [
        new Change({
          operation: 'replace',
          modification: new Attribute({ type: 'pwdAccountLockedTime', values: ['20260101000000Z'] }),
        }),
      ]);
      expect(code(await logOn('grace', RIGHT))).toBe(WRONG);
      expect(code(await logOn('grace', 'wrong'))).toBe(WRONG);
    });

    test('an administrator of the directory; whoever edits the source must have all their rights', async () => {
      const strength = passwordStrength();
      const here = { ...context, strength, publicUrl: 'https://otp.example.com' };
      const grants = [{ role: 'super-admin' }];
      const add = (input: object) =>
        addAdministrator(here, context.chief, { userName: 'x', grants, ...input } as never);
      expect(code(await add({}))).toBe('invalid-request administrator.password-or-directory');
      expect(code(await add({ password: 'a long phrase of words', directoryUser: 'boss' }))).toBe(
        'invalid-request administrator.password-or-directory',
      );
      done(await add({ userName: 'the boss', directoryUser: 'boss' }));
      const prove = async (userName: string, password: string) =>
        code(
          await proveByPassword({ ...context, attempts: nobody }, 'administrator.log-on', {
            userName,
            password,
            source: undefined,
          }),
        );
      expect(await prove('the boss', RIGHT)).toBe('in');
      expect(await prove('the boss', 'wrong')).toBe('log-on-failed log-on.wrong-password');
      expect(await prove('the boss', '')).toBe('log-on-failed log-on.wrong-password');
      expect(await prove('nobody', RIGHT)).toBe('log-on-failed log-on.wrong-password');
      const set = setPassword(here, context.chief, {
        userName: 'the boss',
        password: 'a long phrase of words',
      });
      expect(code(await set)).toBe('wrong-state password.in-directory');
      const lesser = {
        ...context.chief,
        grants: [{ permissions: new Set(['settings:edit', 'users:edit'] as const), domain: '/' }],
      };
      const row = await context.db.selectFrom('identity_sources').selectAll().executeTakeFirstOrThrow();
      const edited = editSource(context, lesser, { id, version: row.version, change: { name: 'mine' } });
      expect(code(await edited)).toBe('not-permitted source.above-you');
      // What is in the row of the user decides nothing about the administrator.
      await context.db
        .updateTable('users')
        .set({ source_key: 'forged' })
        .where('user_id', '=', 'boss')
        .execute();
      expect(await prove('the boss', RIGHT)).toBe('in');
      // The mark does.
      await context.db
        .updateTable('administrators')
        .set({ source_key: 'forged' })
        .where('user_name', '=', 'the boss')
        .execute();
      expect(await prove('the boss', RIGHT)).toBe('log-on-failed log-on.wrong-password');
      await strength.close();
    });

    test('two hundred hostile names: each is a name, in the filter that the server logs', async () => {
      const parts = [
        '*',
        ')(uid=*',
        '*)(objectClass=*',
        '\\',
        '\\2a',
        '(',
        ')',
        '&',
        '|',
        '!',
        '=',
        '\u0000',
        'ü',
        '👩',
        ',',
        '+',
        '"',
        '<>',
        '#',
        ' ',
      ];
      const hostile = Array.from({ length: 200 }, (_, index) =>
        [parts[index % 20], 'ada', parts[Math.floor(index / 20)], parts[(index * 7) % 20]].join(''),
      );
      for (const name of hostile) {
        expect(code(await logOn(name, RIGHT)), name).toBe(WRONG);
        const { entries, steps } = done(await testSource(context, context.chief, { id, find: name }));
        expect([name, steps.find(({ step }) => step === 'entries')?.detail.code]).toEqual([
          name,
          'source-test.not-found',
        ]);
        expect(entries.length).toBeGreaterThan(0);
      }
      const filters = [...slapd.log().matchAll(/SRCH base="ou=people[^\n]* filter="([^\n]*)"\n/g)].map(
        ([, filter]) => filter ?? '',
      );
      const asked = filters.filter((filter) => filter.includes('(|('));
      // A name with a backslash is of another domain, and nobody is asked.
      expect(asked.length).toBeGreaterThan(100);
      const shape =
        /^\(&\(objectClass=inetOrgPerson\)\(\|\(uid=((?:[^()*\\]|\\[0-9a-fA-F]{2})*)\)\(mail=((?:[^()*\\]|\\[0-9a-fA-F]{2})*|[^)]*)\)\)\)$/;
      expect(asked.filter((filter) => !shape.test(filter) && !filter.includes('(?'))).toEqual([]);
    });

    test('somebody whom no run has brought: looked up only if the source says so, and only with the right password', async () => {
      const { counts: earlier } = await ran(context, id);
      for (const uid of ['new1', 'new2', 'new3', 'taken', 'left'])
        await slapd.client.add(`uid=${uid},${PEOPLE}`, {
          objectClass: ['inetOrgPerson'],
          uid,
          cn: uid,
          sn: uid,
          mail: `${uid}@example.com`,
          userPassword: RIGHT,
        });
      await slapd.client.modify(`uid=left,${PEOPLE}`, [
        new Change({
          operation: 'add',
          modification: new Attribute({ type: 'pwdAccountLockedTime', values: ['000001010000Z'] }),
        }),
      ]);
      const taken = userRow('taken');
      await context.db.insertInto('users').values(taken).execute();
      const name = { user_id: taken.id, name_key: 'new3@example.com', protected: 1, since: 1 } as const;
      await context.db.insertInto('user_names').values(name).execute();
      const users = async () =>
        (await context.db.selectFrom('users').select('user_id').execute()).map(({ user_id }) => user_id);
      let address = 0;
      const tried = (userId: string, password: string) => {
        address += 1;
        const source = `192.0.2.${address}`;
        return logOnUser(
          { ...context, attempts: nobody },
          { method: 'password', userId, password },
          { ...from, source },
        );
      };
      const refusal = { ok: false, detail: { code: 'log-on.wrong-credentials' } };
      expect(await tried('new1', RIGHT)).toMatchObject(refusal);
      expect(await users()).not.toContain('new1');
      const lookUp = async (on: boolean) => {
        const { version, settings } = await context.db
          .selectFrom('identity_sources')
          .selectAll()
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        const { logOn } = JSON.parse(settings);
        const change = { logOn: { ...logOn, lookUp: on } };
        done(await editSource(context, context.chief, { id, version, change }));
      };
      await lookUp(true);
      const before = await users();
      for (const [name, password] of [
        ['new1', 'wrong'],
        ['new1', ''],
        ['nobody at all', RIGHT],
        ['*', RIGHT],
        ['new*', RIGHT],
        // By a mail address: the user ID that the entry wants is somebody else's.
        ['taken@example.com', RIGHT],
        ['left', RIGHT],
      ] as const)
        expect([name, (await tried(name, password)).ok]).toEqual([name, false]);
      expect(await users()).toEqual(before);
      // Two at once, by two of their names: one user. With the wrong one, these are the three tries.
      const all = await Promise.all(['NEW1', 'new1@example.com'].map((name) => tried(name, RIGHT)));
      expect(all.map(({ ok }) => ok)).toEqual([true, true]);
      expect((await users()).filter((name) => name === 'new1')).toHaveLength(1);
      const added = await context.db
        .selectFrom('audit')
        .selectAll()
        .where('object', '=', 'user:new1')
        .where('action', '=', 'user.add')
        .execute();
      expect(added.map(({ actor, reason }) => `${actor} ${reason}`)).toEqual([
        'system from slapd, looked up at logon',
      ]);
      // A name that another user has had for longer stays with that user, and the trail of both says so.
      expect((await tried('new3', RIGHT)).ok).toBe(true);
      const refused = await context.db
        .selectFrom('audit')
        .select(['object', 'actor', 'reason'])
        .where('action', '=', 'user.edit')
        .where('result', '=', 'refused')
        .orderBy('object')
        .execute();
      expect(refused.map(({ object, actor }) => `${actor} ${object}`)).toEqual([
        'system user:new3',
        'system user:taken',
      ]);
      expect(refused[0]?.reason).toContain('new3@example.com');
      // Three wrong passwords, and the directory is not asked again.
      for (let count = 0; count < 3; count += 1) await tried('new2', 'wrong');
      expect(await tried('new2', RIGHT)).toMatchObject(refusal);
      expect(await users()).not.toContain('new2');
      clock += 31 * 60_000;
      expect((await tried('new2', RIGHT)).ok).toBe(true);
      // The run finds them as they are.
      const run = await ran(context, id);
      expect(run).toMatchObject({ counts: { added: 0, conflict: earlier.conflict + 1 } });
      await lookUp(false);
    });

    test('a directory that is not there: the same answer for everybody, at once after the first', async () => {
      await slapd.kill('SIGKILL');
      expect(code(await logOn('ada', RIGHT))).toBe('unavailable log-on.directory-unavailable');
      const begun = performance.now();
      for (const name of ['ada', 'nobody', 'plain'])
        expect(code(await logOn(name, RIGHT))).toBe('unavailable log-on.directory-unavailable');
      expect(performance.now() - begun).toBeLessThan(10_000);
      await slapd.start();
      // The pause before it is tried again.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(code(await logOn('plain', RIGHT))).toBe('in');
    });
  });
});
