/** A token's latest distribution is one to its present holder: what was distributed to an earlier one counts no more. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const latestOfTheHolder: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await sql`
      update distributions set latest = 0
      where latest = 1 and not exists (
        select 1 from tokens where tokens.id = distributions.token_id and tokens.user_id = distributions.user_id
      )`.execute(db);
    await sql`
      update tokens set distributed = 0
      where distributed = 1 and id not in (select token_id from distributions where latest = 1)`.execute(db);
  },
};
