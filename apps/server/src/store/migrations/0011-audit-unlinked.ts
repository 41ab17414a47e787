/** Which rows of the trail wait for their place in the chain, so that linking looks at those only, however long the trail is. */
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const auditUnlinked: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    const key = db.getExecutor().adapter instanceof PostgresAdapter ? sql`text collate "C"` : 'text';
    await db.schema
      .createTable('audit_unlinked')
      .addColumn('audit_id', key, (c) => c.primaryKey())
      .execute();
    await sql`
      insert into audit_unlinked select id from audit
      where not exists (select 1 from audit_chain where audit_chain.audit_id = audit.id)`.execute(db);
  },
};
