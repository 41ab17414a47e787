/**
 * A thousand random changes of a directory, fifty at a time: what the preview says of each user is exactly what the run does, and a second run
 * does nothing. Whoever is in no finding stays as they are.
 */

import { changesOf } from '@sower/server/jobs/synchronize/apply';
import type { EntryRow } from '@sower/server/store/sources/runs';
import { Attribute, Change } from 'ldapts';
import { describe, expect, test } from 'vitest';
import { onBothDatabases } from '../../../harness/databases.ts';
import { addedSource, confirmed, findings, ran, said, usersNow } from '../../../harness/directory/run.ts';
import { hasSlapd, personLdif, SUFFIX, startSlapd } from '../../../harness/directory/slapd.ts';
import { NO_BOUNDS, slapdSource, sourceContext } from '../../../harness/directory/source.ts';
import { randomness, SEED } from '../../../harness/randomness.ts';

const ROUNDS = 20;
const CHANGES = 50;
const PEOPLE = 150;

type User = Awaited<ReturnType<typeof usersNow>>[number];
type Seen = Omit<User, 'id' | 'version'>;
const seen = ({ id: _, version: __, ...rest }: User): Seen => rest;

/** The model: what a preview promises, without a look at how it is done. */
function promised(before: readonly User[], found: readonly EntryRow[]): Seen[] {
  const after = new Map(before.map((user) => [user.source_key, seen(user)]));
  for (const row of found) {
    if (row.action === 'added')
      after.set(row.source_key, {
        user_id: row.user_id,
        first_name: row.first_name,
        last_name: row.last_name,
        email: row.email,
        telephone: row.telephone,
        enabled: 1,
        source_key: row.source_key,
        source_name: row.name,
        source_state: row.state,
        disabled_by_source: 0,
        names: JSON.parse(row.log_on_names),
      });
    const user = after.get(row.source_key);
    if (!user || row.action === 'added') continue;
    const columns: Record<string, keyof Seen> = {
      userId: 'user_id',
      firstName: 'first_name',
      lastName: 'last_name',
      email: 'email',
      telephone: 'telephone',
      entry: 'source_name',
      state: 'source_state',
      logOnNames: 'names',
    };
    for (const [field, [, value]] of Object.entries(changesOf(row))) {
      if (field === 'userId' && row.action === 'conflict') continue;
      if (field === 'enabled') {
        user.enabled = value === true ? 1 : 0;
        user.disabled_by_source = value === true ? 0 : 1;
      } else (user as Record<string, unknown>)[columns[field] as string] = value;
    }
  }
  return [...after.values()].sort((a, b) => ((a.source_key ?? '') < (b.source_key ?? '') ? -1 : 1));
}

describe.skipIf(!hasSlapd)('preview and run', () => {
  onBothDatabases('preview and run', (kind) => {
    test('what the preview says is what the run does, for a thousand random changes', async () => {
      const slapd = await startSlapd({
        ldif: Array.from({ length: PEOPLE }, (_, index) =>
          personLdif({ uid: `user${index}`, sn: `Name${index}`, mail: `user${index}@example.com` }),
        ).join(''),
      });
      const database = await kind.fresh();
      const context = await sourceContext(database);
      try {
        const id = await addedSource(
          context,
          slapdSource(slapd, {
            search: { base: SUFFIX },
            connection: { pageSize: 40 },
            stop: NO_BOUNDS,
          }),
        );
        const random = randomness(`preview and run (${kind.name})`);
        const people = Array.from({ length: PEOPLE }, (_, index) => `uid=user${index},ou=people,${SUFFIX}`);
        let made = 0;
        const happened = new Map<string, number>();
        await ran(context, id);
        for (let round = 0; round < ROUNDS; round += 1) {
          for (let change = 0; change < CHANGES; change += 1) {
            made += 1;
            await oneChange(slapd.client, people, random, made);
          }
          const before = await usersNow(context);
          const preview = await ran(context, id, { preview: true });
          expect(preview.state, preview.detail).toBe('waiting');
          const found = await findings(context, preview.id);
          for (const { action } of found) happened.set(action ?? '', (happened.get(action ?? '') ?? 0) + 1);
          expect(await usersNow(context)).toEqual(before);
          const run = await confirmed(context, id, preview.id);
          expect(run).toMatchObject({ state: 'done', leftOut: 0 });
          const after = (await usersNow(context)).map(seen);
          after.sort((a, b) => ((a.source_key ?? '') < (b.source_key ?? '') ? -1 : 1));
          expect(after, `round ${round}, seed ${SEED}`).toEqual(promised(before, found));
          // Nobody has become somebody else.
          const rows = new Map((await usersNow(context)).map((user) => [user.source_key, user.id]));
          for (const user of before) expect(rows.get(user.source_key)).toBe(user.id);
          const again = await ran(context, id);
          const open = (await findings(context, again.id)).filter(({ rank }) => rank !== null);
          expect(open.map(said), `round ${round}: a second run does something`).toEqual([]);
          expect(again).toMatchObject({ state: 'done', done: 0 });
        }
        expect(made).toBe(1_000);
        // Each kind of finding was among them.
        for (const action of [
          'added',
          'changed',
          'moved',
          'disabled',
          'returning',
          'gone',
          'conflict',
          'refused',
        ])
          expect([action, (happened.get(action) ?? 0) > 0]).toEqual([action, true]);
        console.log(
          `${kind.name}: ${[...happened].map(([action, count]) => `${count} ${action}`).join(', ')}`,
        );
      } finally {
        await context.close();
        await database.drop();
        await slapd.stop();
      }
    });
  });
});

type Client = Awaited<ReturnType<typeof startSlapd>>['client'];

async function oneChange(
  client: Client,
  people: string[],
  random: () => number,
  serial: number,
): Promise<void> {
  const index = Math.floor(random() * people.length);
  const dn = people[index] as string;
  const set = (type: string, ...values: string[]) =>
    client.modify(dn, [new Change({ operation: 'replace', modification: new Attribute({ type, values }) })]);
  const [rdn = '', ou = ''] = dn.split(',');
  const kind = Math.floor(random() * 14);
  // What the directory itself refuses is no change.
  const tried = async (work: Promise<unknown>, then: () => void = () => {}): Promise<void> => {
    try {
      await work;
      then();
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
    }
  };
  switch (kind) {
    case 0:
    case 1: {
      const name = `uid=new${serial},ou=people,${SUFFIX}`;
      const attributes = { objectClass: ['inetOrgPerson'], uid: `new${serial}`, cn: 'x', sn: `New${serial}` };
      return tried(client.add(name, attributes), () => people.push(name));
    }
    case 2:
      return tried(client.del(dn), () => people.splice(index, 1));
    case 3:
      return tried(set('sn', `Other${serial}`));
    case 4:
      return tried(set('mail', `other${serial}@example.com`, 'second@example.com'));
    case 5:
      return tried(set('mail'));
    case 6:
      return tried(set('telephoneNumber', String(serial)));
    case 7: {
      const name = `uid=renamed${serial}`;
      return tried(client.modifyDN(dn, name), () => {
        people[index] = [name, ...dn.split(',').slice(1)].join(',');
      });
    }
    case 8: {
      const place = ou === 'ou=people' ? 'ou=elsewhere' : 'ou=people';
      const name = `${rdn},${place},${SUFFIX}`;
      return tried(client.modifyDN(dn, name), () => {
        people[index] = name;
      });
    }
    case 9:
      return tried(set('pwdAccountLockedTime', '000001010000Z'));
    case 10:
      return tried(
        client.modify(dn, [
          new Change({ operation: 'delete', modification: new Attribute({ type: 'pwdAccountLockedTime' }) }),
        ]),
      );
    case 11: {
      // The user ID of somebody else, in the other place.
      const other = people[Math.floor(random() * people.length)]?.split(',')[0] ?? '';
      const place = ou === 'ou=people' ? 'ou=elsewhere' : 'ou=people';
      const name = `${other},${place},${SUFFIX}`;
      return tried(client.modifyDN(dn, name), () => {
        people[index] = name;
      });
    }
    case 12: {
      // Two change places.
      const otherIndex = Math.floor(random() * people.length);
      const other = people[otherIndex] as string;
      if (otherIndex === index || other.split(',')[1] !== ou) return;
      const [otherRdn = ''] = other.split(',');
      const tail = dn.split(',').slice(1).join(',');
      return tried(
        (async () => {
          await client.modifyDN(dn, `uid=between${serial}`);
          await client.modifyDN(other, rdn);
          await client.modifyDN(`uid=between${serial},${tail}`, otherRdn);
        })(),
        () => {
          people[index] = other;
          people[otherIndex] = dn;
        },
      );
    }
    default:
      // A second user ID: which of them is meant nobody knows.
      return tried(
        client.modify(dn, [
          new Change({
            operation: 'add',
            modification: new Attribute({ type: 'uid', values: [`second${serial}`] }),
          }),
        ]),
      );
  }
}
