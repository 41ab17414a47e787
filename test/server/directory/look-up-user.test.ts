/** What the directory has of a user now, asked on request: as stored, changed since, gone, unreachable; and nothing is changed by asking. */

import { lookUpUser } from '@sower/server/directory/sources/look-up-user';
import { Attribute, Change } from 'ldapts';
import { beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { addedSource, ran, usersNow } from '../../harness/directory/run.ts';
import { hasSlapd, PEOPLE, personLdif } from '../../harness/directory/slapd.ts';
import { done, slapdSource, slapdSuite } from '../../harness/directory/source.ts';
import { userRow } from '../../harness/directory/user-row.ts';

describe.skipIf(!hasSlapd)('looking up a user (slapd)', () => {
  onBothDatabases('looking up a user', (kind) => {
    const { slapd, context } = slapdSuite(kind, () =>
      ['ada', 'grace'].map((uid) => personLdif({ uid, sn: uid, mail: `${uid}@example.com` })).join(''),
    );

    beforeAll(async () => {
      const id = await addedSource(context, slapdSource(slapd, { enabled: true }));
      expect(await ran(context, id)).toMatchObject({ state: 'done', done: 2 });
    });

    const replace = (uid: string, type: string, value: string) =>
      slapd.client.modify(`uid=${uid},${PEOPLE}`, [
        new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
      ]);

    test('a source that was altered in the database is not asked', async () => {
      const { settings } = await context.db
        .selectFrom('identity_sources')
        .select('settings')
        .executeTakeFirstOrThrow();
      const set = (value: string) =>
        context.db.updateTable('identity_sources').set({ settings: value }).execute();
      await set(settings.replace(/ldaps?:[^"]+/, 'ldap://127.0.0.1:9'));
      expect(await lookUpUser(context, context.chief, 'ada')).toMatchObject({
        ok: false,
        detail: { code: 'source.altered' },
      });
      await set(settings);
    });

    test('as the last run found it, changed since, disabled, gone; asking changes nothing', async () => {
      const before = await usersNow(context);
      const ask = async (userId: string) => done(await lookUpUser(context, context.chief, userId));
      expect(await ask('ada')).toMatchObject({
        source: 'slapd',
        entry: { userId: 'ada', state: 'active', name: `uid=ada,${PEOPLE}` },
        differs: [],
      });
      await replace('ada', 'sn', 'King');
      await replace('ada', 'pwdAccountLockedTime', '000001010000Z');
      expect(await ask('ADA')).toMatchObject({
        entry: { lastName: 'King', state: 'disabled' },
        differs: ['lastName', 'state'],
      });
      await slapd.client.del(`uid=grace,${PEOPLE}`);
      const gone = await ask('grace');
      expect(gone).toMatchObject({ differs: ['state'] });
      expect(gone.entry).toBe(undefined);
      expect(await usersNow(context)).toEqual(before);
    });

    test('a user of no directory, someone who may not view users, and a directory that is down', async () => {
      await context.db.insertInto('users').values(userRow('internal')).execute();
      const code = async (userId: string, actor = context.chief) => {
        const outcome = await lookUpUser(context, actor, userId);
        return outcome.ok ? 'done' : `${outcome.problem} ${outcome.detail.code}`;
      };
      expect(await code('internal')).toBe('wrong-state user.of-no-directory');
      expect(await code('nobody')).toBe('not-found user.not-found');
      const other = {
        ...context.chief,
        grants: [{ permissions: new Set(['settings:edit'] as const), domain: '/' }],
      };
      expect(await code('ada', other)).toMatch(/^not-permitted /);
      const elsewhere = {
        ...context.chief,
        grants: [{ permissions: new Set(['users:view'] as const), domain: '/elsewhere/' }],
      };
      expect(await code('ada', elsewhere)).toBe('not-found user.not-found');
      await slapd.client.unbind();
      await slapd.kill();
      expect(await code('ada')).toMatch(/^unavailable source-failure\.(unreachable|lost|resting)$/);
    });
  });
});
