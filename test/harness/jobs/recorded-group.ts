/** A group of a directory that is never read, with members as a run of its source would have recorded them. */
import type { ApiClient } from '@sower/api/client';
import type { Database } from '@sower/server/store/schema/schema';

export const GROUP = 'cn=staff,ou=groups,dc=example,dc=com';

export async function recordGroup(api: ApiClient): Promise<void> {
  await api('addIdentitySource', {
    body: {
      name: 'Groups',
      kind: 'openldap',
      connection: { urls: ['ldaps://directory.example.com'] },
      search: { base: 'ou=people,dc=example,dc=com', filter: '(objectClass=inetOrgPerson)' },
      mapping: { key: 'entryUUID', userId: 'uid' },
      groups: [{ name: GROUP, roles: [] }],
    },
  });
}

export async function joinGroup(db: Database, userIds: readonly string[]): Promise<void> {
  const users = await db.selectFrom('users').select('id').where('user_id', 'in', userIds).execute();
  await db
    .insertInto('user_groups')
    .values(users.map(({ id }) => ({ user_id: id, name: GROUP })))
    .execute();
}
