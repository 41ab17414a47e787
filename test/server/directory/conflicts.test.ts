/**
 * An entry whose user ID somebody else has waits until an administrator has chosen: the user who has it becomes that of the entry, with
 * everything they have; or the entry gets a qualified user ID; or it is left out. What is chosen is done by the next run as its preview says.
 */

import type { Permission } from '@sower/api/permissions';
import { DAY } from '@sower/api/time';
import type { Actor } from '@sower/server/core/actor';
import { lookUpUser } from '@sower/server/directory/sources/look-up-user';
import { chooseForConflicts, forgetChoice, showChoices } from '@sower/server/jobs/synchronize/choices';
import { showFindings } from '@sower/server/jobs/synchronize/findings';
import { showRun } from '@sower/server/jobs/synchronize/runs';
import { insertAdministrator, replaceGrants } from '@sower/server/store/directory/administrators';
import { Attribute, Change } from 'ldapts';
import { beforeEach, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { EACH_TEST } from '../../harness/deployed.ts';
import { addedSource, confirmed, findings, ran, said } from '../../harness/directory/run.ts';
import { hasSlapd, personLdif, SUFFIX } from '../../harness/directory/slapd.ts';
import { done, slapdSource, slapdSuite } from '../../harness/directory/source.ts';
import { administratorRow } from '../../harness/directory/user-row.ts';

const COUNT = 12;
const dn = (uid: string, ou = 'people') => `uid=${uid},ou=${ou},${SUFFIX}`;
const replace = (type: string, ...values: string[]) =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values }) });
const RIGHTS: Permission[] = ['settings:edit', 'users:view', 'users:edit'];

describe.skipIf(!hasSlapd)('conflicts with slapd', () => {
  onBothDatabases('conflicts', (kind) => {
    const { slapd, context } = slapdSuite(
      kind,
      () =>
        Array.from({ length: COUNT }, (_, index) =>
          personLdif({ uid: `user${index}`, sn: 'Directory', mail: `u${index}@example.com` }),
        ).join(''),
      { lasts: EACH_TEST },
    );
    let id: string;

    beforeEach(async () => {
      id = await addedSource(context, slapdSource(slapd, { search: { base: SUFFIX } }));
    });

    const internal = (userId: string, more: { readonly domain?: string; readonly enabled?: 0 | 1 } = {}) =>
      context.db
        .insertInto('users')
        .values({
          id: `internal-${userId}`,
          user_id: userId.toUpperCase(),
          user_id_key: userId,
          first_name: 'Typed',
          last_name: 'In',
          last_name_key: 'in',
          email: '',
          email_key: '',
          enabled: more.enabled ?? 1,
          domain: more.domain ?? '/',
          created_at: 1,
          version: 1,
        })
        .execute();
    const user = (userId: string) =>
      context.db.selectFrom('users').selectAll().where('user_id_key', '=', userId).executeTakeFirst();
    const numberOf = async (run: string, userId: string): Promise<number> => {
      const found = (await findings(context, run)).find((row) => row.user_id === userId);
      return Number(found?.position) + 1;
    };
    type Choice = 'link' | 'qualify' | 'skip' | 'none';
    async function choose(
      run: string,
      userId: string,
      choice: Choice,
      more: { readonly suffix?: string; readonly by?: Actor } = {},
    ) {
      const { suffix, by = context.chief } = more;
      const numbers = [await numberOf(run, userId)];
      const input = { id, run, choice, numbers, ...(suffix === undefined ? {} : { suffix }) };
      return done(await chooseForConflicts(context, by, input));
    }
    const CHOSEN = { chosen: 1, refused: 0, refusals: [] };
    const against = (code: string) => ({ chosen: 0, refused: 1, refusals: [{ detail: { code } }] });
    const preview = () => ran(context, id, { preview: true });
    const actions = async (run: string) => (await findings(context, run)).map(said).sort();
    const reason = async (run: string) =>
      (await findings(context, run)).map(({ text }) => text && JSON.parse(text).code);
    const choices = async () =>
      done(await showChoices(context, context.chief, id, 100, '')).map(
        ({ choice, user_id }) => `${choice} ${user_id}`,
      );

    /** An administrator with a row, whose rights are looked at again when the run does what they chose. */
    async function administrator(
      permissions: Permission[],
      domain = '/',
      role = 'super-admin',
      token?: string,
    ) {
      const row = await insertAdministrator(
        context.db,
        context,
        administratorRow(`admin ${domain} ${role} ${token}`, { token_user_id: token ?? null }),
      );
      await replaceGrants(context.db, context, row.id, [{ roleId: role, domainId: 'top', path: '/' }]);
      const actor: Actor = {
        kind: 'administrator',
        name: row.user_name,
        principal: row.id,
        grants: [
          { permissions: new Set<Permission>(['settings:edit']), domain: '/' },
          { permissions: new Set(permissions), domain },
        ],
      };
      return actor;
    }

    test('link: the user becomes that of the entry, with what they have; the preview says so, and a second run does nothing', async () => {
      await internal('user7');
      const password = { user_id: 'internal-user7', password_hash: 'x', must_change: 1, set_at: 1 } as const;
      await context.db.insertInto('user_passwords').values(password).execute();
      await context.db
        .insertInto('user_sessions')
        .values({
          ...{ id_hash: 'of the password', user_id: password.user_id, method: 'password', created_at: 1 },
          ...{ last_seen_at: 1, expires_at: Date.now() + DAY, source: null, user_agent: null },
        })
        .execute();
      const first = await preview();
      expect(first).toMatchObject({ counts: { added: COUNT - 1, conflict: 1 } });
      const shown = done(
        await showFindings(context, context.chief, { id, run: first.id, action: 'conflict' }, 9, -1),
      );
      expect(shown).toMatchObject([
        {
          user_id: 'user7',
          conflict: {
            kind: 'internal',
            choices: ['link', 'qualify', 'skip'],
            holder: { userId: 'USER7', firstName: 'Typed', lastName: 'In' },
          },
        },
      ]);
      expect(done(await showRun(context, context.chief, { id, run: first.id }))).toMatchObject({
        conflicts: { internal: 1, gone: 0, source: 0, entry: 0 },
      });
      expect(await choose(first.id, 'user7', 'link')).toMatchObject(CHOSEN);
      expect(await choices()).toEqual(['link user7']);
      // What waits was compared before: nothing is linked by it.
      await confirmed(context, id, first.id);
      expect(await user('user7')).toMatchObject({ id: 'internal-user7', source_id: null, version: 1 });

      const second = await preview();
      expect(second).toMatchObject({ counts: { linked: 1, conflict: 0 }, state: 'waiting' });
      expect(await actions(second.id)).toEqual([
        'linked user7 email,entry,firstName,lastName,logOnNames,state,userId',
      ]);
      expect(await user('user7')).toMatchObject({ source_id: null });
      expect(await confirmed(context, id, second.id)).toMatchObject({ state: 'done', done: 1, leftOut: 0 });
      expect(await user('user7')).toMatchObject({
        id: 'internal-user7',
        user_id: 'user7',
        last_name: 'Directory',
        first_name: '',
        source_id: id,
        source_state: 'active',
        source_name: dn('user7'),
        enabled: 1,
      });
      // The old password is nobody's any more, and neither is what it asked for.
      expect(await context.db.selectFrom('user_passwords').selectAll().execute()).toEqual([]);
      expect(await context.db.selectFrom('user_sessions').selectAll().execute()).toEqual([]);
      expect(await choices()).toEqual([]);
      const third = await ran(context, id);
      expect(third).toMatchObject({ done: 0, counts: { linked: 0, conflict: 0 } });
      expect(await actions(third.id)).toEqual([]);
      // From now on they are known by the key.
      await slapd.client.modifyDN(dn('user7'), 'uid=married');
      expect(await actions((await ran(context, id)).id)).toEqual(['changed married entry,userId']);
      expect(await user('married')).toMatchObject({ id: 'internal-user7' });
      const events = await context.db
        .selectFrom('audit')
        .selectAll()
        .where('action', '=', 'source.choose')
        .execute();
      expect(events.map(({ object, reason: said }) => `${object} ${said}`)).toEqual([
        `source:slapd ${dn('user7')} becomes the user USER7`,
      ]);
    });

    test('qualify: another user ID from then on, also after a rename; skip: left out until told otherwise', async () => {
      for (const name of ['user1', 'user2', 'user3']) await internal(name);
      await internal('user3@a.example');
      const first = await preview();
      expect(await choose(first.id, 'user1', 'qualify', { suffix: '@a.example' })).toMatchObject(CHOSEN);
      expect(await choose(first.id, 'user2', 'skip')).toMatchObject(CHOSEN);
      expect(await choose(first.id, 'user3', 'qualify', { suffix: '@a.example' })).toMatchObject(
        against('user.exists'),
      );
      const second = await preview();
      expect(second).toMatchObject({ counts: { added: COUNT - 2, skipped: 1, conflict: 1 } });
      expect(await confirmed(context, id, second.id)).toMatchObject({ done: COUNT - 2, leftOut: 0 });
      expect(await user('user1@a.example')).toMatchObject({ source_id: id, last_name: 'Directory' });
      expect(await user('user1')).toMatchObject({ source_id: null });
      const lookedUp = async (userId: string) => done(await lookUpUser(context, context.chief, userId));
      expect(await lookedUp('user1@a.example')).toMatchObject({ entry: { userId: 'user1' }, differs: [] });
      expect(await ran(context, id)).toMatchObject({ done: 0, counts: { skipped: 1, conflict: 1 } });
      await slapd.client.modifyDN(dn('user1'), 'uid=other');
      expect((await lookedUp('user1@a.example')).differs).toEqual(['userId', 'name']);
      await slapd.client.modify(dn('user2'), [replace('sn', 'New')]);
      const third = await ran(context, id);
      expect((await actions(third.id)).filter((line) => line.startsWith('changed'))).toEqual([
        'changed other@a.example entry,userId',
      ]);
      // The other user is gone: whoever was left out stays out until somebody says otherwise.
      await context.db.deleteFrom('users').where('id', '=', 'internal-user2').execute();
      const fourth = await ran(context, id);
      expect(fourth).toMatchObject({ counts: { skipped: 1 } });
      const key = (await findings(context, fourth.id, 'skipped'))[0]?.source_key ?? '';
      expect(await forgetChoice(context, context.chief, { id, key: 'other' })).toMatchObject({
        problem: 'not-found',
      });
      done(await forgetChoice(context, context.chief, { id, key }));
      expect(await ran(context, id)).toMatchObject({ counts: { added: 1, skipped: 0 } });
      expect(await user('user2')).toMatchObject({ source_id: id, last_name: 'New' });
    });

    test('a known user whose new ID is taken: kept or qualified, never linked; disabled all the same', async () => {
      await ran(context, id);
      await internal('taken');
      await internal('taken2');
      const [four, five] = [await user('user4'), await user('user5')];
      await slapd.client.modifyDN(dn('user4'), 'uid=taken');
      await slapd.client.modifyDN(dn('user5'), 'uid=taken2');
      const first = await preview();
      expect(await choose(first.id, 'taken', 'link')).toMatchObject(against('source-choice.not-linkable'));
      expect(await choose(first.id, 'taken', 'skip')).toMatchObject(CHOSEN);
      expect(await choose(first.id, 'taken2', 'qualify', { suffix: '/2' })).toMatchObject(CHOSEN);
      await slapd.client.modify(dn('taken'), [replace('pwdAccountLockedTime', '000001010000Z')]);
      const run = await ran(context, id);
      expect(run).toMatchObject({ disables: 1, counts: { skipped: 1, changed: 1, conflict: 0 } });
      expect(await user('user4')).toMatchObject({ id: four?.id, enabled: 0, source_state: 'disabled' });
      expect(await user('taken2/2')).toMatchObject({ id: five?.id, enabled: 1 });
      expect(await user('taken')).toMatchObject({ id: 'internal-taken', enabled: 1 });
      expect(await ran(context, id)).toMatchObject({ done: 0 });
    });

    test('who is gone and was entered anew in the directory gets back what they had', async () => {
      await ran(context, id);
      const before = await user('user9');
      await slapd.client.del(dn('user9'));
      const attributes = { objectClass: ['inetOrgPerson'], uid: 'user9', cn: 'x', sn: 'Anew' };
      await slapd.client.add(dn('user9'), attributes);
      const first = await ran(context, id);
      expect(first).toMatchObject({ counts: { gone: 1, conflict: 1 }, disables: 1 });
      expect(done(await showRun(context, context.chief, { id, run: first.id }))).toMatchObject({
        conflicts: { gone: 1 },
      });
      expect(await choose(first.id, 'user9', 'link')).toMatchObject(CHOSEN);
      const second = await ran(context, id);
      expect(second).toMatchObject({ counts: { linked: 1 }, done: 1, leftOut: 0 });
      const after = await user('user9');
      expect(after).toMatchObject({ id: before?.id, enabled: 1, disabled_by_source: 0, last_name: 'Anew' });
      expect(after?.source_key).not.toBe(before?.source_key);
      expect(await ran(context, id)).toMatchObject({ done: 0 });
    });

    test('nobody gains authority: not over other domains, nor over somebody above; looked at again when it is done', async () => {
      await internal('user1', { domain: '/other/' });
      await internal('user2');
      await internal('user3');
      await administrator(RIGHTS, '/', 'super-admin', 'internal-user2');
      const first = await preview();
      const weak: Actor = {
        kind: 'administrator',
        name: 'weak',
        principal: 'nobody',
        grants: [{ permissions: new Set(RIGHTS), domain: '/' }],
      };
      expect(await choose(first.id, 'user2', 'link', { by: weak })).toMatchObject(
        against('administrator.token-above-you'),
      );
      const elsewhere = await administrator(RIGHTS, '/domain/');
      const numbers = [await numberOf(first.id, 'user3')];
      const outside = await chooseForConflicts(context, elsewhere, {
        id,
        run: first.id,
        choice: 'skip',
        numbers,
      });
      expect(outside).toMatchObject({ problem: 'not-permitted', detail: { code: 'source.other-domain' } });
      // The chooser is gone by the time of the run.
      expect(await choose(first.id, 'user3', 'link', { by: weak })).toMatchObject(CHOSEN);
      expect(await choose(first.id, 'user1', 'link')).toMatchObject(CHOSEN);
      const second = await preview();
      expect(await reason(second.id)).toContain('source-entry.link-right-lost');
      expect(second).toMatchObject({ counts: { linked: 1, conflict: 2 } });
      await confirmed(context, id, second.id);
      expect(await user('user3')).toMatchObject({ source_id: null });
      // Between preview and run: what was permitted when it was compared is not any more.
      const chooser = await administrator(RIGHTS);
      expect(await choose(second.id, 'user3', 'link', { by: chooser })).toMatchObject(CHOSEN);
      const third = await preview();
      expect(third).toMatchObject({ counts: { linked: 1 } });
      await replaceGrants(context.db, context, chooser.principal ?? '', []);
      expect(await confirmed(context, id, third.id)).toMatchObject({ done: 0, leftOut: 1 });
      expect(await user('user3')).toMatchObject({ source_id: null, version: 1 });
    });

    test('the user, the entry or the choice vanishes between: nothing is half done', async () => {
      for (const name of ['user1', 'user2', 'user3', 'user4']) await internal(name);
      const first = await ran(context, id);
      for (const name of ['user1', 'user2', 'user3', 'user4'])
        expect(await choose(first.id, name, 'link')).toMatchObject(CHOSEN);
      await slapd.client.del(dn('user3'));
      const second = await preview();
      expect(second).toMatchObject({ counts: { linked: 3 } });
      await context.db.deleteFrom('users').where('id', '=', 'internal-user1').execute();
      await context.db.updateTable('users').set({ version: 2 }).where('id', '=', 'internal-user2').execute();
      expect(await choose(second.id, 'user4', 'none')).toMatchObject(CHOSEN);
      expect(await confirmed(context, id, second.id)).toMatchObject({ done: 0, leftOut: 3 });
      // Deleted: then the entry is somebody new. Changed meanwhile: looked at again. Withdrawn: asked again.
      const third = await ran(context, id);
      expect(third).toMatchObject({ counts: { added: 1, linked: 1, conflict: 1 }, done: 2, leftOut: 0 });
      expect(await user('user2')).toMatchObject({ id: 'internal-user2', source_id: id });
      expect((await user('user1'))?.source_id).toBe(id);
      expect(await user('user3')).toMatchObject({ source_id: null });
      expect(await choices()).toEqual(['link user3']);
    });

    test('somebody else’s run, numbers without a conflict, two entries that want one user, two at once', async () => {
      await internal('user1');
      await slapd.client.modifyDN(dn('user2'), `uid=user1,ou=elsewhere,${SUFFIX}`);
      const other = await addedSource(context, slapdSource(slapd, { name: 'other' }));
      const first = await preview();
      const wrong = await chooseForConflicts(context, context.chief, {
        id: other,
        run: first.id,
        choice: 'link',
        numbers: [await numberOf(first.id, 'user1')],
      });
      expect(wrong).toMatchObject({ problem: 'not-found' });
      const input = { id, run: first.id } as const;
      const none = await chooseForConflicts(context, context.chief, {
        ...input,
        choice: 'skip',
        numbers: [await numberOf(first.id, 'user5')],
      });
      expect(none).toMatchObject({ detail: { code: 'source-choice.no-conflict' } });
      const both = (await findings(context, first.id, 'conflict')).map(
        ({ position }) => Number(position) + 1,
      );
      expect(both).toHaveLength(2);
      const answers = await Promise.all(
        [0, 1, 0, 1, 0, 1].map((index) =>
          chooseForConflicts(context, context.chief, {
            ...input,
            choice: 'link',
            numbers: [both[index] as number],
          }),
        ),
      );
      expect(answers.every(({ ok }) => ok)).toBe(true);
      const linked = await context.db.selectFrom('source_choices').selectAll().execute();
      expect(linked).toHaveLength(1);
      expect(await ran(context, id)).toMatchObject({ counts: { linked: 1, conflict: 1 } });
    });

    test('all of a kind at once, only as many as were seen', async () => {
      for (let index = 0; index < COUNT - 2; index += 1) await internal(`user${index}`);
      const first = await preview();
      const all = (count: number) =>
        chooseForConflicts(context, context.chief, {
          id,
          run: first.id,
          choice: 'link',
          kind: 'internal',
          count,
        });
      expect(await all(3)).toMatchObject({ detail: { code: 'source-choice.count' } });
      expect(await choose(first.id, 'user3', 'skip')).toMatchObject(CHOSEN);
      expect(await all(COUNT - 2)).toMatchObject({ detail: { code: 'source-choice.count' } });
      expect(done(await all(COUNT - 3))).toMatchObject({ chosen: COUNT - 3, refused: 0 });
      expect(await ran(context, id)).toMatchObject({
        counts: { linked: COUNT - 3, skipped: 1, added: 2 },
        done: COUNT - 1,
      });
      expect(await ran(context, id)).toMatchObject({ done: 0 });
    });
  });
});
