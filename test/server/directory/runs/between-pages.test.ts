/**
 * What happens to a directory while a run reads it, or between two runs: entries that vanish, move and come, another bind password, answers
 * that take longer than a lease, and a clock that is a day off. Nobody is gone for it who is not, and nobody is read twice.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { editSource, showSource } from '@sower/server/directory/sources/sources';
import { startRun } from '@sower/server/jobs/synchronize/runs';
import type { LdapConnection } from '@sower/server/ldap/connection';
import { workOnJob } from '@sower/server/work/runner';
import { Attribute, Change } from 'ldapts';
import { describe, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../../harness/databases.ts';
import { endlessDirectory } from '../../../harness/directory/endless.ts';
import { addedSource, findings, kindsOf, ran, said, shownRun } from '../../../harness/directory/run.ts';
import {
  hasSlapd,
  PEOPLE,
  personLdif,
  type Slapd,
  SUFFIX,
  startSlapd,
} from '../../../harness/directory/slapd.ts';
import {
  done,
  type SourceContext,
  type SourceOverrides,
  slapdSource,
  sourceContext,
} from '../../../harness/directory/source.ts';

const DAY = 86_400_000;
const READER = `uid=reader,${PEOPLE}`;
const FIRST = 'the first password of the reader';
const SECOND = 'the second password of the reader';
const dn = (uid: string, ou = 'people') => `uid=${uid},ou=${ou},${SUFFIX}`;
const replace = (type: string, value: string) =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) });

/** The same, and something is done to the directory before the page with this number is requested. */
function withPages(context: SourceContext, before: Readonly<Record<number, () => Promise<unknown>>>) {
  let pages = 0;
  const connect = async (...how: Parameters<SourceContext['ldapServers']['connect']>) => {
    const connection: LdapConnection = await context.ldapServers.connect(...how);
    return {
      ...connection,
      page: async (...what: Parameters<LdapConnection['page']>) => {
        pages += 1;
        await before[pages]?.();
        return connection.page(...what);
      },
    };
  };
  return {
    context: { ...context, ldapServers: { ...context.ldapServers, connect } },
    pages: () => pages,
  };
}

describe.skipIf(!hasSlapd)('between two pages (slapd)', () => {
  onBothDatabases('between two pages', (kind) => {
    async function withUsers(
      work: (at: {
        readonly slapd: Slapd;
        readonly context: SourceContext;
        readonly id: string;
        enabled(): Promise<string[]>;
      }) => Promise<void>,
      options: { readonly now?: () => number; readonly source?: SourceOverrides } = {},
    ): Promise<void> {
      const slapd = await startSlapd({
        database: ['access to * by anonymous auth by * read'],
        ldif: [
          personLdif({ uid: 'reader', userPassword: FIRST }),
          ...Array.from({ length: 59 }, (_, index) => personLdif({ uid: `user${index}` })),
        ].join(''),
      });
      const database: FreshDatabase = await kind.fresh();
      const context = await sourceContext(database, options.now);
      const { connection, ...source } = options.source ?? {};
      try {
        const id = await addedSource(
          context,
          slapdSource(slapd, {
            search: { base: SUFFIX },
            ...source,
            connection: { pageSize: 10, ...connection },
          }),
        );
        expect(await ran(context, id)).toMatchObject({ state: 'done', done: 60 });
        const enabled = async () =>
          (
            await context.db
              .selectFrom('users')
              .select('user_id')
              .where('enabled', '=', 1)
              .orderBy('user_id')
              .execute()
          ).map(({ user_id }) => user_id);
        await work({ slapd, context, id, enabled });
      } finally {
        await context.close();
        await database.drop();
        await slapd.stop();
      }
    }
    const actions = async (context: SourceContext, run: string) =>
      (await findings(context, run)).map(said).sort();

    test('entries that vanish, move and come between two pages: gone is who is not there, and nobody else', async () => {
      await withUsers(async ({ slapd: { client }, context, id, enabled }) => {
        const before = await enabled();
        const { context: slow, pages } = withPages(context, {
          4: async () => {
            // One that was read, one that will not be, one that moves, and one who comes.
            await client.del(dn('user1'));
            await client.del(dn('user50'));
            await client.modifyDN(dn('user55'), dn('user55', 'elsewhere'));
            await client.add(dn('late'), { objectClass: ['inetOrgPerson'], uid: 'late', cn: 'l', sn: 'l' });
          },
        });
        const run = await ran(slow, id);
        expect(run).toMatchObject({ state: 'done', leftOut: 0, counts: { gone: 1, moved: 1, conflict: 0 } });
        expect(pages()).toBeGreaterThan(5);
        expect((await actions(context, run.id)).filter((line) => !line.startsWith('added'))).toEqual([
          ...['gone user50 enabled,state', 'moved user55 entry'],
        ]);
        // Who was read and is gone since is found by the next run.
        expect((await enabled()).filter((userId) => userId !== 'late')).toEqual(
          before.filter((userId) => userId !== 'user50'),
        );
        const next = await ran(context, id);
        expect(await actions(context, next.id)).toContain('gone user1 enabled,state');
        expect(await enabled()).toEqual(
          [...before.filter((userId) => !['user1', 'user50'].includes(userId)), 'late'].sort(),
        );
        expect(await ran(context, id)).toMatchObject({ state: 'done', done: 0 });
      });
    });

    test('another bind password, in a run and between two: nobody is disabled, the source says why, and the new one heals it', async () => {
      const source = { password: FIRST, connection: { bindName: READER } };
      await withUsers(
        async ({ slapd: { client }, context, id, enabled }) => {
          const before = await enabled();
          const { context: slow } = withPages(context, {
            3: async () => {
              await client.modify(READER, [replace('userPassword', SECOND)]);
              // The policy wants whoever was given a password to choose another.
              await client.modify(READER, [replace('pwdReset', 'FALSE')]);
            },
          });
          // A connection that is bound stays bound.
          expect(await ran(slow, id)).toMatchObject({ state: 'done', done: 0 });
          expect(await ran(context, id)).toMatchObject({ state: 'failed', done: 0, counts: { gone: 0 } });
          const shown = done(await showSource(context, context.chief, id));
          expect(shown.trouble?.detail).toMatchObject({
            code: 'source-run.not-read',
            values: { reason: { code: 'source-failure.bind' } },
          });
          expect(await enabled()).toEqual(before);
          done(
            await editSource(context, context.chief, {
              ...{ id, version: shown.version, change: { password: SECOND } },
            }),
          );
          const healed = await ran(context, id);
          expect(healed, healed.detail).toMatchObject({ state: 'done', done: 0 });
          expect(done(await showSource(context, context.chief, id)).trouble).toBe(undefined);
          expect(await enabled()).toEqual(before);
        },
        { source },
      );
    });

    for (const days of [-1, 1])
      test(`our clock is ${days === 1 ? 'a day ahead' : 'a day behind'}: changes are found, and nobody is gone`, async () => {
        await withUsers(
          async ({ slapd: { client }, context, id, enabled }) => {
            const before = await enabled();
            await client.modify(dn('user4'), [replace('sn', 'Changed')]);
            const delta = await ran(context, id, { mode: 'delta' });
            expect(await actions(context, delta.id)).toEqual(['changed user4 lastName']);
            expect(await enabled()).toEqual(before);
            expect(await ran(context, id)).toMatchObject({ state: 'done', done: 0, counts: { gone: 0 } });
            await client.del(dn('user5'));
            expect(await ran(context, id)).toMatchObject({ state: 'done', counts: { gone: 1 } });
          },
          { now: () => Date.now() + days * DAY },
        );
      });
  });
});

onBothDatabases('a slow directory', (kind) => {
  test('answers that take longer than a lease: one node reads it, once, and no other takes over', async () => {
    const database = await kind.fresh();
    const context = await sourceContext(database);
    // The first answer is that of opening the connection.
    const slow = await endlessDirectory({ entries: 3, milliseconds: 6_000, answers: 3 });
    try {
      const id = await addedSource(
        context,
        slapdSource({ url: slow.url, authority: '' } as never, {
          search: { base: 'dc=example,dc=com', filter: '(uid=*)' },
          connection: {
            ...{ startTls: false, plain: true, bindName: '', certificateAuthority: '' },
            requestSeconds: 30,
          },
        }),
      );
      const { job_id: run } = done(
        await startRun(context, context.chief, { id, mode: 'full', preview: false }),
      );
      const ended = async () => ['done', 'failed'].includes((await shownRun(context, id, run)).state);
      const node = async () => {
        // With readers of its own.
        const kinds = kindsOf(context);
        for (const until = Date.now() + 90_000; !(await ended()) && Date.now() < until; await wait(100))
          await workOnJob(context, kinds, undefined, 'synchronize');
      };
      await Promise.all([node(), node()]);
      expect(await shownRun(context, id, run)).toMatchObject({ state: 'done', read: 6, done: 6, leftOut: 0 });
      expect(slow.pages()).toBe(3);
    } finally {
      await slow.close();
      await context.close();
      await database.drop();
    }
  });
});
