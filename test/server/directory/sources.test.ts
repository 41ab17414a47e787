/** Identity sources as administrators save them: what is refused, what is sealed, and what a user of a directory still has here. */

import { ApiProblem } from '@sower/api/client';
import { SOURCE_PRESETS, type SourceInput } from '@sower/api/identity-sources';
import { openDatabase } from '@sower/server/store/db/open';
import { expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';
import { deployed } from '../../harness/deployed.ts';

const PASSWORD = 'the password of the reader';
const INPUT: Partial<SourceInput> & Pick<SourceInput, 'name' | 'kind' | 'mapping' | 'search'> = {
  name: 'Offices',
  kind: 'openldap',
  search: {
    base: 'dc=example,dc=com',
    groupBase: '',
    groupFilter: '',
    ...SOURCE_PRESETS.openldap.search,
  },
  mapping: SOURCE_PRESETS.openldap.mapping,
};
const connection = (urls: string[], more: object = {}) => ({
  urls,
  bindName: 'cn=reader,dc=example,dc=com',
  ...more,
});

async function refusal(work: Promise<unknown>): Promise<[string, string | undefined]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ApiProblem) return [error.problem.code, error.problem.errors?.[0]?.path];
    throw error;
  }
  return ['none', undefined];
}

onBothDatabases('identity sources', (kind) => {
  const { database, deployment } = deployed(kind);

  const add = (name: string, urls: string[], more: object = {}) =>
    deployment.api('addIdentitySource', {
      body: { ...INPUT, name, connection: connection(urls, more), password: PASSWORD },
    });

  test('LDAP in clear only by the switch, filters and authorities only if they are ones', async () => {
    const { api } = deployment;
    const bare = { startTls: false };
    expect(await refusal(add('a', ['ldaps://a.example', 'ldap://b.example'], bare))).toEqual([
      'invalid-request',
      'connection.urls.1',
    ]);
    expect(await refusal(add('a', ['ldaps://a.example'], { certificateAuthority: 'x' }))).toEqual([
      'invalid-request',
      'connection.certificateAuthority',
    ]);
    for (const filter of ['(uid=a', 'uid=a', '(uid=a))', '()'])
      expect(
        await refusal(
          api('addIdentitySource', {
            body: {
              ...INPUT,
              name: 'a',
              connection: connection(['ldaps://a.example']),
              search: { ...INPUT.search, filter },
            },
          }),
        ),
        filter,
      ).toEqual(['invalid-request', 'search.filter']);
    const plain = await add('plain', ['ldap://a.example'], { startTls: false, plain: true });
    expect(plain).toMatchObject({ passwordSet: true, enabled: false, position: 0 });
    expect(JSON.stringify(plain)).not.toContain(PASSWORD);
    await api('deleteIdentitySource', { params: { id: plain.id } });
  });

  test('the password has to be said again for another server, authority, name or protection', async () => {
    const { api } = deployment;
    const source = await add('moving', ['ldaps://a.example']);
    const edit = (version: number, body: object) =>
      api('editIdentitySource', { params: { id: source.id }, ifMatch: version, body });
    for (const changed of [
      connection(['ldaps://evil.example']),
      connection(['ldaps://a.example', 'ldaps://evil.example']),
      connection(['ldaps://a.example'], { startTls: false }),
      { ...connection(['ldaps://a.example']), bindName: 'cn=other' },
    ])
      expect(await refusal(edit(1, { connection: changed }))).toEqual(['invalid-request', 'password']);
    const slower = await edit(1, { connection: connection(['ldaps://a.example'], { requestSeconds: 60 }) });
    expect(slower).toMatchObject({ version: 2, connection: { requestSeconds: 60 } });
    const moved = await edit(2, { connection: connection(['ldaps://b.example']), password: 'new' });
    expect(moved.connection.urls).toEqual(['ldaps://b.example']);
    expect(await refusal(edit(2, { name: 'x' }))).toEqual(['edited-meanwhile', undefined]);
    const { items } = await api('listAudit', { query: { limit: 50 } });
    expect(JSON.stringify(items)).not.toContain(PASSWORD);
    await api('deleteIdentitySource', { params: { id: source.id } });
  });

  test('of a row that was altered in the database, an edit takes nothing over', async () => {
    const { api } = deployment;
    const source = await add('altered', ['ldaps://a.example']);
    const { db, close } = await openDatabase(database.location);
    const row = await db
      .selectFrom('identity_sources')
      .selectAll()
      .where('id', '=', source.id)
      .executeTakeFirst();
    const settings = row?.settings.replace('ldaps://a.example', 'ldaps://evil.example') ?? '';
    await db.updateTable('identity_sources').set({ settings }).where('id', '=', source.id).execute();
    await close();
    const edit = (body: object) => api('editIdentitySource', { params: { id: source.id }, ifMatch: 1, body });
    const test = () => api('testIdentitySource', { params: { id: source.id }, body: {} });
    const { securityDomain, enabled, search, mapping, stop, logOn, schedule, placement, groups, notify } =
      source;
    const all = {
      ...{ securityDomain, enabled, search, mapping, stop, logOn, schedule, placement, groups, notify },
      connection: connection(['ldaps://a.example']),
    };
    for (const name of Object.keys(all)) {
      const { [name as keyof typeof all]: _, ...others } = all;
      expect(await refusal(edit({ ...others, name: 'renamed', password: PASSWORD }))).toEqual([
        'wrong-state',
        undefined,
      ]);
    }
    expect(await refusal(edit({ name: 'renamed', position: 1 }))).toEqual(['wrong-state', undefined]);
    expect(await refusal(edit(all))).toEqual(['invalid-request', 'password']);
    expect(await refusal(test())).toEqual(['wrong-state', undefined]);
    // As the page shows it, which is what an administrator then agrees to.
    expect(await edit({ ...all, password: PASSWORD })).toMatchObject({ version: 2 });
    expect(await refusal(test())).toEqual(['none', undefined]);
    await api('deleteIdentitySource', { params: { id: source.id } });
  });

  test('a user of a directory is edited there; the key stays, and the source too', async () => {
    const { api } = deployment;
    const { id } = await add('held', ['ldaps://a.example']);
    await api('addUser', { body: { userId: 'ada', lastName: 'Lovelace' } });
    const { db, close } = await openDatabase(database.location);
    await db
      .updateTable('users')
      .set({ source_id: id, source_key: 'k', source_state: 'disabled', enabled: 0, disabled_by_source: 1 })
      .where('user_id', '=', 'ada')
      .execute();
    await close();
    const user = await api('getUser', { params: { userId: 'ada' } });
    expect(user).toMatchObject({ enabled: false, source: { id, name: 'held', state: 'disabled' } });
    const edit = (body: object) =>
      refusal(api('editUser', { params: { userId: 'ada' }, ifMatch: user.version, body }));
    expect(await edit({ lastName: 'King' })).toEqual(['wrong-state', 'lastName']);
    expect(await edit({ enabled: true })).toEqual(['wrong-state', 'enabled']);
    expect(await refusal(api('deleteIdentitySource', { params: { id } }))).toEqual(['in-use', undefined]);
    const mapping = { ...SOURCE_PRESETS.openldap.mapping, key: 'uid' };
    const other = api('editIdentitySource', { params: { id }, ifMatch: 1, body: { mapping } });
    expect(await refusal(other)).toEqual(['in-use', 'mapping.key']);
    expect(await edit({ lastName: 'Lovelace', enabled: false })).toEqual(['none', undefined]);
    await api('deleteUser', { params: { userId: 'ada' } });
    await api('deleteIdentitySource', { params: { id } });
  });
});
