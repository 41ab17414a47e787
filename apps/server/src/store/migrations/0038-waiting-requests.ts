/** Since when a request waits for its next approval, and who was written to about it when. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const waitingRequests: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    for (const column of ['waiting_since', 'told_at', 'escalated_at'])
      await db.schema.alterTable('token_requests').addColumn(column, 'bigint').execute();
  },
};
