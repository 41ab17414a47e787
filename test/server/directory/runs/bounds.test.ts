/**
 * Two hundred mass changes of a real OpenLDAP by kind, with random sizes and bounds: an unattended run stops exactly where its bound is, having
 * changed nothing, and what passes is what the preview said.
 */
import {
  type SourceChangeKind,
  type SourceStop,
  sourceChangeKinds,
  sourceStopSchema,
} from '@sower/api/identity-sources';
import { addDomain } from '@sower/server/directory/domains';
import { editSource, showSource } from '@sower/server/directory/sources/sources';
import { confirmRun } from '@sower/server/jobs/synchronize/runs';
import { ofSources } from '@sower/server/operations/alerts/look';
import { findSource } from '@sower/server/store/sources/identity-sources';
import { inEnglish, readText } from '@sower/texts/outcomes';
import { Attribute, Change } from 'ldapts';
import { beforeAll, describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../../harness/databases.ts';
import { addedSource, confirmed, findings, ran, said, usersNow } from '../../../harness/directory/run.ts';
import { hasSlapd, personLdif, SUFFIX } from '../../../harness/directory/slapd.ts';
import { done, NO_BOUNDS, slapdSource, slapdSuite } from '../../../harness/directory/source.ts';
import { userRow } from '../../../harness/directory/user-row.ts';
import { amount, randomness } from '../../../harness/randomness.ts';

const ROUNDS = amount({ usual: 60, long: 200 });
const PEOPLE = 40;
const MOST = 12;

type Entry = { uid: string; ou: string; out: boolean; kept: boolean; admin: boolean };

describe.skipIf(!hasSlapd)('bounds of a run', () => {
  onBothDatabases('bounds of a run', (kind) => {
    const { slapd, context } = slapdSuite(kind, () =>
      [
        ...people.map(({ uid }) => personLdif({ uid, mail: `${uid}@example.com` })),
        // Never without a member.
        ...['kept', 'admins'].map(
          (name) =>
            `dn: ${group(name)}\nobjectClass: groupOfNames\ncn: ${name}\nmember: cn=nobody,${SUFFIX}\n\n`,
        ),
      ].join(''),
    );
    let id: string;
    const people: Entry[] = Array.from({ length: PEOPLE }, (_, index) => ({
      ...{ uid: `p${index}`, ou: 'people', out: false, kept: false, admin: false },
    }));
    let made = PEOPLE;
    /** As they are called in the directory, and were before. */
    let inConflict: Entry[] = [];
    let wanted: string[] = [];
    const dn = ({ uid, ou }: Entry) => `uid=${uid},ou=${ou},${SUFFIX}`;
    const group = (name: string) => `cn=${name},ou=groups,${SUFFIX}`;

    beforeAll(async () => {
      done(await addDomain(context, context.chief, { name: 'Elsewhere' }));
      for (let index = 0; index < MOST; index += 1)
        await context.db
          .insertInto('users')
          .values(userRow(`internal${index}`))
          .execute();
      id = await addedSource(
        context,
        slapdSource(slapd, {
          search: { base: SUFFIX, filter: '(&(objectClass=inetOrgPerson)(!(employeeType=out)))' },
          enabled: true,
          stop: NO_BOUNDS,
          placement: {
            rules: [
              { kind: 'subtree', name: `ou=elsewhere,${SUFFIX}`, securityDomain: 'Elsewhere' },
              { kind: 'subtree', name: `ou=people,${SUFFIX}`, securityDomain: 'top' },
            ],
          },
          groups: [
            { name: group('kept'), roles: [] },
            { name: group('admins'), roles: [{ role: 'Help Desk Administrator' }] },
          ],
        }),
      );
      expect(await ran(context, id)).toMatchObject({ state: 'done', done: PEOPLE });
    });

    const set = (name: string, operation: 'add' | 'delete' | 'replace', type: string, ...values: string[]) =>
      slapd.client.modify(name, new Change({ operation, modification: new Attribute({ type, values }) }));
    const stop = async (to: SourceStop): Promise<void> => {
      const { version } = done(await showSource(context, context.chief, id));
      done(await editSource(context, context.chief, { id, version, change: { stop: to } }));
    };
    /** Not in a group that an earlier round put them in, so that a change is of one kind. */
    const free = ({ out, kept, admin }: Entry): boolean => !out && !kept && !admin;

    /** @returns how many it made: there may not be enough people for more */
    async function make(change: SourceChangeKind, number: number): Promise<number> {
      const some = (fits: (entry: Entry) => boolean) => people.filter(fits).slice(0, number);
      const member = async (of: readonly Entry[], name: 'kept' | 'admins', is: boolean): Promise<number> => {
        for (const entry of of) {
          await set(group(name), is ? 'add' : 'delete', 'member', dn(entry));
          entry[name === 'kept' ? 'kept' : 'admin'] = is;
        }
        return of.length;
      };
      const each = async (of: readonly Entry[], act: (entry: Entry) => Promise<unknown>): Promise<number> => {
        for (const entry of of) await act(entry);
        return of.length;
      };
      switch (change) {
        case 'disabled':
          return each(some(free), async (entry) => {
            await set(dn(entry), 'replace', 'employeeType', 'out');
            entry.out = true;
          });
        case 'returning':
          return each(
            some(({ out }) => out),
            async (entry) => {
              await set(dn(entry), 'replace', 'employeeType');
              entry.out = false;
            },
          );
        case 'added':
          for (let index = 0; index < number; index += 1) {
            const entry = { uid: `p${made}`, ou: 'people', out: false, kept: false, admin: false };
            made += 1;
            await slapd.client.add(dn(entry), {
              objectClass: 'inetOrgPerson',
              ...{ uid: entry.uid, cn: entry.uid, sn: entry.uid },
            });
            people.unshift(entry);
          }
          return number;
        case 'userIds':
          return each(some(free), async (entry) => {
            made += 1;
            await slapd.client.modifyDN(dn(entry), `uid=r${made}`);
            entry.uid = `r${made}`;
          });
        case 'names':
          return each(some(free), async (entry) => {
            made += 1;
            await set(dn(entry), 'replace', 'mail', `m${made}@example.com`);
          });
        case 'details':
          return each(some(free), async (entry) => {
            made += 1;
            await set(dn(entry), 'replace', 'sn', `name ${made}`);
          });
        case 'groups':
          return member(some(free), 'kept', true);
        case 'domains':
          return each(some(free), async (entry) => {
            const to = entry.ou === 'people' ? 'elsewhere' : 'people';
            await slapd.client.modifyDN(dn(entry), `uid=${entry.uid},ou=${to},${SUFFIX}`);
            entry.ou = to;
          });
        case 'roles':
          return member(some(free), 'admins', true);
        case 'rolesLost':
          return member(
            some(({ admin, out }) => admin && !out),
            'admins',
            false,
          );
        case 'conflicts':
          return each(some(free), async (entry) => {
            const to = `internal${inConflict.length}`;
            await slapd.client.modifyDN(dn(entry), `uid=${to}`);
            inConflict.push({ ...entry, uid: to });
            wanted.push(entry.uid);
          });
      }
    }

    test('each bound stops at its number, and what passes is what the preview said', async () => {
      const chance = randomness(`bounds of a run (${kind.name})`);
      const random = (below: number): number => Math.floor(chance() * below);
      const seen = new Set<string>();
      const rounds = kind.name === 'SQLite' ? ROUNDS : ROUNDS / 4;
      // Of each kind some are stopped and some pass, if it takes more rounds: of those that are lacking, and what they need before.
      const before = { returning: 'disabled', rolesLost: 'roles' } as const;
      const lacking = (): SourceChangeKind[] =>
        sourceChangeKinds
          .filter((change) => !seen.has(`${change} true`) || !seen.has(`${change} false`))
          .flatMap((change) => {
            const first = change in before ? [before[change as keyof typeof before]] : [];
            // New people too: all others may be in the groups already, or be out.
            return ['added' as const, ...first, change];
          });
      const isUnseen = () => kind.name === 'SQLite' && lacking().length > 0;
      for (let round = 0; round < rounds || isUnseen(); round += 1) {
        const kinds = round < rounds ? sourceChangeKinds : lacking();
        const change = kinds[round % kinds.length] as SourceChangeKind;
        const bound = { percent: random(30), atLeast: random(9) };
        await stop(
          change === 'disabled'
            ? { ...NO_BOUNDS, ...bound }
            : { ...NO_BOUNDS, changes: { ...NO_BOUNDS.changes, [change]: bound } },
        );
        const users = await usersNow(context);
        const { length: enabled } = users.filter((user) => user.enabled === 1);
        const number = await make(change, random(MOST));
        const stops = number >= Math.max(1, bound.atLeast) && number * 100 > enabled * bound.percent;
        const words = `round ${round}: ${number} ${change}, ${JSON.stringify(bound)}, ${enabled} enabled`;

        const preview = await ran(context, id, { preview: true });
        expect(preview.changes[change], words).toBe(number);
        expect(preview, words).toMatchObject({ state: 'waiting', stopped: stops });
        const promised = (await findings(context, preview.id)).map(said);
        const run = await ran(context, id);
        expect(run.changes, words).toEqual(preview.changes);
        expect((await findings(context, run.id)).map(said), words).toEqual(promised);
        seen.add(`${change} ${stops}`);
        if (stops) {
          expect(run, words).toMatchObject({
            state: 'waiting',
            done: 0,
            exceeds: [{ change, count: number }],
          });
          expect(await usersNow(context), words).toEqual(users);
          expect((await findSource(context.db, id))?.trouble, words).not.toBeNull();
          const wrong = { id, run: run.id, exceeding: number + 1 };
          expect((await confirmRun(context, context.chief, wrong)).ok, words).toBe(false);
          expect(await confirmed(context, id, run.id, number), words).toMatchObject({ state: 'done' });
        } else expect(run, words).toMatchObject({ state: 'done', leftOut: 0 });
        // Settled again, so that the next round is of one kind.
        for (const [index, entry] of inConflict.entries())
          await slapd.client.modifyDN(dn(entry), `uid=${wanted[index]}`);
        if (inConflict.length > 0) {
          await stop(NO_BOUNDS);
          await ran(context, id);
        }
        [inConflict, wanted] = [[], []];
        const again = await ran(context, id, { preview: true });
        expect((await findings(context, again.id)).map(said), `${words}: something is left to do`).toEqual(
          [],
        );
      }
    }, 900_000);

    test('an unattended run makes no administrator unless the source says that it may', async () => {
      // The rounds before may have left no one who is in no group.
      await stop(NO_BOUNDS);
      expect(await make('added', 1)).toBe(1);
      expect(await ran(context, id)).toMatchObject({ state: 'done' });
      await stop(sourceStopSchema.parse({}));
      expect(await make('roles', 1)).toBe(1);
      const run = await ran(context, id);
      expect(run).toMatchObject({
        state: 'waiting',
        exceeds: [{ change: 'roles', count: 1 }],
        changes: { roles: 1 },
      });
      const trouble = (await findSource(context.db, id))?.trouble ?? '';
      expect(inEnglish(readText(trouble) as never)).toContain('a role for 1 user');
      expect(await confirmed(context, id, run.id, 1)).toMatchObject({ state: 'done' });
    });

    for (const mode of ['full', 'delta'] as const)
      test(`a ${mode} run in which every entry is refused has failed, and renews nothing`, async () => {
        await stop(NO_BOUNDS);
        expect(await ran(context, id)).toMatchObject({ state: 'done' });
        const before = await findSource(context.db, id);
        for (const entry of people.filter(({ out }) => !out))
          await set(dn(entry), 'replace', 'uid', entry.uid, `${entry.uid}-again`);
        const run = await ran(context, id, { mode });
        expect(run).toMatchObject({ state: 'failed', done: 0 });
        expect(run.detail).toMatch(/^All \d+ entries that were read were refused/);
        const after = await findSource(context.db, id);
        expect([after?.good_at, after?.watermark]).toEqual([before?.good_at, before?.watermark]);
        expect(await ofSources(context)).toMatchObject([{ kind: 'source-stopped', about: 'slapd' }]);
        for (const entry of people.filter(({ out }) => !out))
          await set(dn(entry), 'replace', 'uid', entry.uid);
        expect(await ran(context, id)).toMatchObject({ state: 'done' });
        expect(await ofSources(context)).toEqual([]);
      });
  });
});
