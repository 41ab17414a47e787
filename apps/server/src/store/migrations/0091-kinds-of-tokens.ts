/**
 * What a token is: software or hardware, who made it, and the batch that it came in. What came in a batch is given out by name only, so the
 * order of the next token is of our own.
 */
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const kindsOfTokens: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    const key = db.getExecutor().adapter instanceof PostgresAdapter ? sql`text collate "C"` : 'text';
    await db.schema
      .alterTable('tokens')
      .addColumn('kind', 'text', (c) => c.notNull().defaultTo('software'))
      .execute();
    for (const column of ['maker', 'form_factor', 'label'])
      await db.schema
        .alterTable('tokens')
        .addColumn(column, 'text', (c) => c.notNull().defaultTo(''))
        .execute();
    await db.schema.alterTable('tokens').addColumn('batch', key).execute();
    await sql`create index tokens_batch on tokens (batch, serial) where batch is not null`.execute(db);
    await db.schema.dropIndex('tokens_next').execute();
    await sql`create index tokens_next on tokens (user_id, expires_on desc, serial)
      where user_id is null and batch is null`.execute(db);
  },
};
