/** An API key has an owner, and requests say which person stands behind a decision. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const apiKeyOwners: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    // No foreign key: that an owner was deleted has to show.
    await db.schema.alterTable('api_keys').addColumn('owner_id', 'text').execute();
    await db.schema.alterTable('api_keys').addColumn('owner_name', 'text').execute();
    // Only makers who hold everything: a key that worked until now goes on working.
    const maker = sql`
      from administrators a
      join role_grants g on g.administrator_id = a.id
      join security_domains d on d.id = g.domain_id
      where 'administrator:' || a.user_name = api_keys.created_by
        and a.enabled = 1 and g.role_id = 'super-admin' and d.parent_id is null`;
    await sql`
      update api_keys set owner_id = (select min(a.id) ${maker}), owner_name = (select min(a.user_name) ${maker})
      where created_by like 'administrator:%'`.execute(db);

    for (const [table, column] of [
      ['token_requests', 'created_by'],
      ['request_decisions', 'actor'],
    ] as const) {
      await db.schema.alterTable(table).addColumn('person', 'text').execute();
      await sql`
        update ${sql.table(table)} set person =
          (select min(a.id) from administrators a where 'administrator:' || a.user_name = ${sql.ref(`${table}.${column}`)})
        where ${sql.ref(column)} like 'administrator:%'`.execute(db);
    }
  },
};
