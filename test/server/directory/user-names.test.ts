/**
 * What can be the name of a user or an administrator: one type (UsernameCaseMapped, RFC 8265), wherever a name comes from. Names of an earlier
 * version can still be used, and are seen for what they are.
 */

import { userNameSchema } from '@sower/api/fields';
import { SOURCE_PRESETS } from '@sower/api/identity-sources';
import { OPERATIONS } from '@sower/api/operations';
import { visible } from '@sower/bytes/printable';
import { mapEntry } from '@sower/server/directory/sources/entry';
import { lookAtNames } from '@sower/server/host-commands/doctor/database';
import { openDatabase } from '@sower/server/store/db/open';
import { userIdKey } from '@sower/server/store/directory/users';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sower } from '../../../apps/cli/test/fake-terminal.ts';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';
import { jobEnded, jobSettled } from '../../harness/jobs/ended.ts';

const nameOf = (text: string): string | undefined => userNameSchema.safeParse(text).data;

test.each([
  // RFC 8265 §3.5, those that are legal, and what is compared.
  ['juliet@example.com', 'juliet@example.com'],
  ['fussball', 'fussball'],
  ['fu\u00dfball', 'fu\u00dfball'],
  ['\u03c0', '\u03c0'],
  ['\u03a3', '\u03c3'],
  ['\u03c3', '\u03c3'],
  // A final sigma is a letter of its own.
  ['\u03c2', '\u03c2'],
  // Width and composition are mapped; parts are separated by one space (§3.1).
  ['\uff21\uff44\uff41\uff20x', 'ada@x'],
  ['Zoe\u0308', 'zo\u00eb'],
  ['Ada Lovelace', 'ada lovelace'],
  ['李', '李'],
  ['نور۱', 'نور۱'],
  ['אדה_1', 'אדה_1'],
])('%j is a name, compared as %j', (text, key) => {
  const name = nameOf(text);
  expect(name).toBeDefined();
  expect(userIdKey(name ?? '')).toBe(key);
  // What is stored is found by what was given.
  expect(userIdKey(text)).toBe(key);
});

test.each([
  // RFC 8265 §3.5, those that are not: empty, compatibility, symbol.
  '',
  'henry\u2163',
  '\u265a',
  // Not seen, or seen as something else.
  ...[
    'admin\u200b',
    '\u202eadmin',
    'ad\u00admin',
    'a\u200dd',
    'admin\ufe0f',
    'admin\u3164',
    'admin\u{e0041}',
  ],
  ...['a\u00a0b', 'a\u2003b', 'a\u3000\u3000b', 'a  b', 'a\u2800', 'ad\u0000min', 'a\nb', '\u0301a'],
  ...[
    '\ufb01n',
    '\u{1d41a}da',
    'a\u2013b',
    'o\u2019neill',
    '\u1100',
    'a\u0640',
    '\u{1f511}',
    '\ufffe',
    '\ud800',
  ],
  // Steps in the path of an address, which never reach the server as they are.
  ...['.', '..', '\uff0e'],
  // Read from the right and from the left.
  ...['adaאדה', 'אדהada', '1אדה', 'אדה.', '٣۳', 'א٣3'],
])('%j is none', (text) => {
  expect(nameOf(text)).toBeUndefined();
});

const CHARACTERS = [
  ..."abzABZ019._-@+!'&%<> ",
  ...['ß', 'é', 'e\u0301', 'ﬁ', 'Σ', 'ς', '李', 'א', 'ب', '٣', '۳', '\uff41', '\u3000', '\u00a0', '\u200b'],
  ...['\u200d', '\u202e', '\u00ad', '\u2800', '\u3164', '\ufe0f', '\u0301', '’', '–', '🔑', '\u{e0041}'],
];
const generated = fc
  .array(fc.constantFrom(...CHARACTERS), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''));

test('a name is what it is prepared to, has one key, and nothing in it is unseen', () => {
  fc.assert(
    fc.property(generated, (text) => {
      const name = nameOf(text);
      if (name === undefined) return;
      expect(nameOf(name)).toBe(name);
      expect(userIdKey(name)).toBe(name.toLowerCase().normalize('NFC'));
      expect(visible(name)).toBe(name);
    }),
    { numRuns: 2_000 },
  );
});

onBothDatabases('names of users', (kind) => {
  const { database: fresh, deployment } = deployed({ installed: kind.fresh });
  const isDone = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      () => false,
    );

  test('are none that an address cannot carry, nor those of security domains', async () => {
    const { api } = deployment;
    for (const name of ['.', '..']) {
      const refused = { problem: { reason: 'request.invalid' } };
      await expect(
        api('addUser', { body: { userId: name, firstName: '', lastName: '' } }),
      ).rejects.toMatchObject(refused);
      await expect(api('addSecurityDomain', { body: { name } })).rejects.toMatchObject(refused);
    }
  });

  test('are the same to the API, a file, a directory and the command line', async () => {
    const { api } = deployment;
    // Each has a start of its own, so that none is there already.
    const plain = ['da', 'Zoë', 'fußball', '李', '1', 'm.lee'];
    const names = [...fc.sample(generated, 24), ...plain, 'da\u200b', 'd\u2003a']
      .filter((text) => !/[\r\n"]/.test(text))
      .map((text, index) => ({ text, index }));
    const typed = (text: string): boolean => OPERATIONS.addUser.body.safeParse({ userId: text }).success;
    const grants = [{ role: 'super-admin' }];
    const password = 'correct horse battery staple 7';
    const file = ['userId', ...names.map(({ text, index }) => `"i${index}${text}"`)].join('\n');
    const { id } = await api('importUsers', { body: { name: 'names', file } });
    const checked = await jobSettled(api, id);
    await api('startJob', { params: { id }, body: { name: checked.name } });
    await jobEnded(api, id);
    const imported = new Map(
      (await api('listJobRows', { params: { id }, query: { limit: 1000 } })).items.map((row) => [
        row.line,
        row.state,
      ]),
    );
    let accepted = 0;
    for (const { text, index } of names) {
      const [byApi, byFile, byLine, byName] = [
        `a${index}${text}`,
        `i${index}${text}`,
        `c${index}${text}`,
        `n${index}${text}`,
      ];
      const label = JSON.stringify(text);
      accepted += Number(typed(byApi));
      expect(await isDone(api('addUser', { body: { userId: byApi } })), label).toBe(typed(byApi));
      expect(imported.get(index + 2) === 'done', label).toBe(typed(byFile));
      const { code } = await sower(['user', 'add', '--', byLine], {
        env: { SOWER_DATA: deployment.dataFolder },
      });
      expect(code === 0, label).toBe(typed(byLine));
      expect(
        await isDone(api('addAdministrator', { body: { userName: byName, password, grants } })),
        label,
      ).toBe(nameOf(byName) !== undefined);
      const { refused, userId } = mapEntry(
        {
          name: 'uid=x',
          attributes: new Map([
            ['entryuuid', ['k']],
            ['uid', [byApi]],
          ]),
        },
        SOURCE_PRESETS.openldap.mapping,
        0,
      );
      expect(refused === undefined, label).toBe(nameOf(byApi) !== undefined);
      if (!refused) expect(userId).toBe(nameOf(byApi));
    }
    expect(accepted).toBeGreaterThanOrEqual(plain.length);
    expect(accepted).toBeLessThan(names.length);
  });

  test('of an earlier version can still be used, and doctor names them', async () => {
    const { api } = deployment;
    await api('addUser', { body: { userId: 'look' } });
    const old = 'look\u200b';
    const { db, close } = await openDatabase(fresh.location);
    try {
      expect((await lookAtNames(db)).map(({ state }) => state)).toEqual(['good']);
      await db
        .updateTable('users')
        .set({ user_id: old, user_id_key: userIdKey(old) })
        .where('user_id_key', '=', 'look')
        .execute();
      await api('addUser', { body: { userId: 'look' } });
      await api('editUser', { params: { userId: old }, body: { firstName: 'Still' }, ifMatch: 1 });
      expect((await api('getUser', { params: { userId: old } })).firstName).toBe('Still');
      expect((await api('getUser', { params: { userId: 'look' } })).firstName).toBe('');
      const [finding] = await lookAtNames(db);
      const { id } = await db
        .selectFrom('users')
        .select('id')
        .where('user_id', '=', old)
        .executeTakeFirstOrThrow();
      expect(finding).toMatchObject({
        state: 'warn',
        text: { code: 'doctor.names-unusual', values: { count: 1, named: `${id} (look\\u200b)` } },
      });
    } finally {
      await close();
    }
  });
});
