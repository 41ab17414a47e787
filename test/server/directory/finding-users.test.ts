/** Finding users by any part of their names, addresses and numbers, best match first; on both databases. */

import { csvText } from '@sower/api/csv';
import { openDatabase } from '@sower/server/store/db/open';
import { countUsers, listBestUsers, listUsers } from '@sower/server/store/directory/user-search';
import { foldDueWords, hasDueWords } from '@sower/server/store/directory/user-words';
import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { earlierSchema } from '../../harness/databases/earlier-schema.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed, openedFor } from '../../harness/deployed.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';

const PEOPLE: readonly (readonly [
  userId: string,
  firstName: string,
  lastName: string,
  more?: { readonly email?: string; readonly telephone?: string },
])[] = [
  ['jmueller', 'J\u00fcrgen', 'M\u00fcller', { telephone: '+49 (171) 234-56 78' }],
  ['zoe', 'Zoe\u0308', 'Nu\u00f1ez', { email: 'z.nunez@example.com' }],
  ['ann', 'Ann', 'Meier'],
  ['x17', 'Annabel', 'Ann'],
  ['x18', 'Hannah', 'Meierling', { email: 'ann.hannah@example.org' }],
  ['li', 'Li', 'Wu'],
  ['sp', 'Sean', 'O\u2019Brien'],
  ['odd', '100%', 'a_b "quoted" c'],
  ['rtl', '\u05d3\u05d5\u05d3', '\u05db\u05d4\u05df'],
  ['wei', '\u4f1f', '\u738b\u5c0f'],
  ['emoji', '\u{1f600}\u{1f601}\u{1f602}', '<b>bold</b>'],
  ['long', 'x'.repeat(60), ''],
  ['bjorn', 'Bj\u00f8rn', 'Stra\u00dfer'],
];

onBothDatabases('finding users', (kind) => {
  const { database, api } = deployed(kind);
  const stored = openedFor(database);
  let serial: string;

  beforeAll(async () => {
    for (const [userId, firstName, lastName, more] of PEOPLE)
      await api('addUser', { body: { userId, firstName, lastName, ...more } });
    ({ first: serial } = await api('mintTokens', { body: {} }));
    await api('assignToken', { params: { serial }, body: { userId: 'li' } });
  });

  /** User IDs, the best match first. */
  const found = async (search: string): Promise<string[]> =>
    (await api('listUsers', { query: { search, sort: 'match' } })).items.map(({ userId }) => userId);
  /** User IDs in their order, and how many there are: another way for the same rule. */
  const listed = async (search: string): Promise<string[]> => {
    const { items, total } = await api('listUsers', { query: { search, total: 'true' } });
    expect(total?.count, search).toBe(items.length);
    expect((await api('countUsers', { query: { search } })).count, search).toBe(items.length);
    return items.map(({ userId }) => userId);
  };

  test('by any part of a name in either order, without accents, by address, telephone and serial number', async () => {
    const groups = serial.replace(/(.{4})/g, '$1 ');
    const expected: Record<string, readonly string[]> = {
      Muller: ['jmueller'],
      'M\u00fcller J\u00fcrgen': ['jmueller'],
      'jurgen mueller': ['jmueller'],
      '  ULLER ': ['jmueller'],
      Zoe: ['zoe'],
      'nunez zo\u00eb': ['zoe'],
      'nunez@example': ['zoe'],
      "o'brien": ['sp'],
      obrien: ['sp'],
      bjorn: ['bjorn'],
      strasser: ['bjorn'],
      '0171 2345': ['jmueller'],
      '+49 171': ['jmueller'],
      '345-678': ['jmueller'],
      [groups]: ['li'],
      [serial.slice(6)]: ['li'],
      '\u05db\u05d4\u05df': ['rtl'],
      '\u738b\u5c0f': ['wei'],
      '\u{1f601}\u{1f602}': [],
      '\u{1f600}\u{1f601}\u{1f602}': ['emoji'],
      '<b>': ['emoji'],
    };
    for (const [search, ids] of Object.entries(expected)) {
      expect(await found(search), search).toEqual(ids);
      expect(await listed(search), search).toEqual([...ids].sort());
    }
  });

  test('the best match comes first: the user ID, a whole word, the beginning of a word, a part', async () => {
    expect(await found('ann')).toEqual(['ann', 'x17', 'x18']);
    expect(await found('ann m')).toEqual(['ann', 'x18']);
    expect(await found('li')).toEqual(['li']);
    expect(await found('wu li')).toEqual(['li']);
    expect((await listed('m')).sort()).toEqual(['ann', 'jmueller', 'x18']);
  });

  test('what is typed is sought as it is: no wildcard, no syntax, no error', async () => {
    const expected: Record<string, readonly string[]> = {
      '100%': ['odd'],
      a_b: ['odd'],
      '"quoted"': ['odd'],
      '%%%': [],
      ___: [],
      '"""': [],
      'NEAR("ann" "li")': [],
      'ann OR li': [],
      'ann* -li ^x': [],
      "'; drop table users": [],
      "''": [],
      '\ud800ann': [],
      ['x'.repeat(60)]: ['long'],
      ['ann '.repeat(32)]: ['ann', 'x17', 'x18'],
    };
    for (const [search, ids] of Object.entries(expected)) {
      expect((await found(search)).sort(), search).toEqual(ids);
      expect((await listed(search)).sort(), search).toEqual(ids);
    }
    for (const refused of ['x'.repeat(500), '\u0000ann'])
      await expect(found(refused), refused).rejects.toMatchObject({ problem: { status: 400 } });
  });

  test('who is renamed, imported, given another name or deleted is found by what is so now', async () => {
    const { version } = await api('addUser', { body: { userId: 'temp', lastName: 'Vorher' } });
    await api('editUser', { params: { userId: 'temp' }, ifMatch: version, body: { lastName: 'Danach' } });
    expect([await found('vorher'), await found('danach')]).toEqual([[], ['temp']]);
    const id = sql`select id from users where user_id = 'temp'`;
    await sql`insert into user_names (user_id, name_key, protected, since) values ((${id}), 'sobriquet', 1, 1)`.execute(
      stored.db,
    );
    await expect.poll(() => found('briquet')).toEqual(['temp']);
    await sql`delete from user_names where name_key = 'sobriquet'`.execute(stored.db);
    await expect.poll(() => found('briquet')).toEqual([]);
    await expect.poll(() => found('danach')).toEqual(['temp']);
    await api('deleteUser', { params: { userId: 'temp' } });
    expect(await found('danach')).toEqual([]);
    const file = csvText([
      ['userId', 'firstName', 'lastName'],
      ['imported', 'Grace', 'Hopper'],
    ]);
    const job = await api('importUsers', { body: { name: 'hoppers', file } });
    await jobSettled(api, job.id);
    await api('startJob', { params: { id: job.id }, body: { name: 'hoppers' } });
    await jobEnded(api, job.id);
    expect(await found('opper rac')).toEqual(['imported']);
  });

  test('of thousands that match, the one who is meant is the first, and all are listed', async () => {
    const COUNT = 8_000;
    const rows = Array.from({ length: COUNT }, (_, index) => [
      `crowd${String(index).padStart(5, '0')}`,
      'Anyone',
      index === 7_777 ? 'Crowdson' : 'Crowded',
    ]);
    // The last in order, so that no page of them is found by walking along the users; and a whole word that comes after thousands of parts.
    const last = Array.from({ length: 900 }, (_, index) => [`zz${index + 100}`, 'Zzyzx', '']);
    const whole = ['zzz', 'A', 'Smith Rowd'];
    const file = csvText([['userId', 'firstName', 'lastName'], ...rows, ...last, whole]);
    const job = await api('importUsers', { body: { name: 'crowd', file } });
    await jobSettled(api, job.id);
    await api('startJob', { params: { id: job.id }, body: { name: 'crowd' } });
    await jobEnded(api, job.id);
    expect(await found('crowdson')).toEqual(['crowd07777']);
    expect((await found('crowd04242'))[0]).toBe('crowd04242');
    const many = await api('listUsers', { query: { search: 'rowd', total: 'true', limit: 3 } });
    expect(many.items.map(({ userId }) => userId)).toEqual(['crowd00000', 'crowd00001', 'crowd00002']);
    expect(many.total).toEqual({ count: COUNT + 1, more: false });
    expect(await found('rowd')).toHaveLength(50);
    expect((await found('rowd'))[0]).toBe('zzz');
    const all = last.map(([userId]) => userId);
    for (const search of ['zzy', 'zz']) {
      const pages: string[] = [];
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const page = await api('listUsers', { query: { search, limit: 30, ...(cursor && { cursor }) } });
        pages.push(...page.items.map(({ userId }) => userId));
        cursor = page.next ?? undefined;
      }
      expect(pages, search).toEqual(search === 'zz' ? [...all, 'zzz'] : all);
    }
    expect((await found('crowded anyone'))[0]).toBe('crowd00000');
    // Pages of the best go on where the one before ended, and end where no more were compared.
    const best: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const query = { search: 'rowd', sort: 'match', limit: 60, ...(cursor && { cursor }) } as const;
      const page = await api('listUsers', { query });
      best.push(...page.items.map(({ userId }) => userId));
      cursor = page.next ?? undefined;
    }
    expect(best[0]).toBe('zzz');
    expect(new Set(best).size).toBe(best.length);
    expect(best.length).toBeGreaterThanOrEqual(500);
    expect(best.length).toBeLessThan(COUNT);
    expect(best.slice(1)).toEqual(best.slice(1).sort());
    // A cursor is what a client says.
    for (const said of ['9e999\u0000x', '-1e300\u0000x', '12.5\u0000x', 'x\u0000\u0000y', '\u0000', 'x']) {
      const cursor = Buffer.from(said).toString('base64url');
      for (const search of ['rowd', 'r', ''])
        await api('listUsers', { query: { search, sort: 'match', limit: 5, cursor } });
    }
  });

  test('users of an earlier version, and what it writes meanwhile, are folded in batches', async () => {
    const before = await kind.empty();
    const earlier = await earlierSchema(before.location, '0091-kinds-of-tokens');
    const insert = (db: typeof earlier, number: number) =>
      sql`insert into users (id, user_id, user_id_key, first_name, last_name, last_name_key, email, email_key, domain, enabled, created_at, version)
        values (${`id${number}`}, ${`u${number}`}, ${`u${number}`}, '', 'M\u00fcller', 'm\u00fcller', '', '', '/', 1, 0, 1)`.execute(
        db,
      );
    for (let number = 0; number < 1_200; number += 1) await insert(earlier, number);
    await earlier.destroy();
    const now = await openDatabase(before.location);
    try {
      // Until then, what a user ID or a last name begins with finds them: a job leaves no one out.
      const everyone = { scopes: ['/'] };
      for (const search of ['u1', 'm\u00fcll']) {
        const { length } = await listUsers(now.db, { ...everyone, search }, 2_000);
        expect([search, length]).toEqual([search, search === 'u1' ? 311 : 1_200]);
        expect(await countUsers(now.db, { ...everyone, search })).toBe(length);
        expect(await countUsers(now.db, { ...everyone, search, enabled: true })).toBe(length);
      }
      expect(await listBestUsers(now.db, { ...everyone, search: 'm\u00fcll' }, 20)).toHaveLength(20);
      expect(await foldDueWords(now.db)).toBe(true);
      while (await foldDueWords(now.db));
      expect(await hasDueWords(now.db)).toBe(false);
      await insert(now.db as never, 1_200);
      await sql`update users set last_name = 'Meier' where id = 'id7'`.execute(now.db);
      expect(await hasDueWords(now.db)).toBe(true);
      await foldDueWords(now.db);
      const { rows } = await sql<{
        words: string;
      }>`select words from user_words where user_id in ('id7', 'id8', 'id1200') order by user_id`.execute(
        now.db,
      );
      expect(rows.map(({ words }) => words)).toEqual([
        ' u1200 muller mueller ',
        ' u7 meier ',
        ' u8 muller mueller ',
      ]);
    } finally {
      await now.close();
      await before.drop();
    }
  });
});
