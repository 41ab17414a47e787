/**
 * Searching among a million tokens. The latest distribution of a token is marked and carries the serial number, which never changes, so
 * that "the failed ones, by serial number" is one walk along an index; and every search field that may hit few has an index.
 */
import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Every four digits of a serial number, for PostgreSQL's inverted index; store/tokens/search.ts says the same when it looks. */
const PARTS = sql.raw(
  `array[${Array.from({ length: 9 }, (_, place) => `substr(serial, ${place + 1}, 4)`).join(', ')}]`,
);

export const tokenSearch: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    const postgresql = db.getExecutor().adapter instanceof PostgresAdapter;
    const key = postgresql ? sql`text collate "C"` : 'text';
    await db.schema
      .alterTable('tokens')
      .addColumn('distributed', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable('distributions')
      .addColumn('serial', key, (c) => c.notNull().defaultTo(''))
      .execute();
    await db.schema
      .alterTable('distributions')
      .addColumn('latest', 'integer', (c) => c.notNull().defaultTo(1))
      .execute();
    await sql`
      update distributions set
        serial = (select serial from tokens where tokens.id = distributions.token_id),
        latest = case when exists (
          select 1 from distributions d where d.token_id = distributions.token_id and d.id > distributions.id
        ) then 0 else 1 end`.execute(db);
    await sql`update tokens set distributed = 1 where id in (select token_id from distributions)`.execute(db);

    for (const index of ['tokens_user', 'tokens_unassigned', 'users_domain', 'users_last_name_key']) {
      await db.schema.dropIndex(index).execute();
    }
    await db.schema.dropIndex('distributions_waiting').execute();
    const index = (name: string, table: string, columns: readonly string[], where?: string) =>
      sql`create index ${sql.id(name)} on ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})${where === undefined ? sql`` : sql` where ${sql.raw(where)}`}`.execute(
        db,
      );
    await index('tokens_user', 'tokens', ['user_id', 'serial']);
    await index('tokens_domain', 'tokens', ['domain', 'serial']);
    await index('tokens_assigned', 'tokens', ['serial'], 'user_id is not null');
    await index('tokens_disabled', 'tokens', ['serial'], 'user_id is not null and enabled = 0');
    await index('tokens_undistributed', 'tokens', ['serial'], 'user_id is not null and distributed = 0');
    await index('users_domain', 'users', ['domain', 'user_id_key']);
    await index('users_last_name_key', 'users', ['last_name_key', 'id']);
    await index('distributions_state', 'distributions', ['state', 'serial', 'expires_at'], 'latest = 1');
    await index('distributions_profile_name', 'distributions', ['profile_name', 'serial'], 'latest = 1');
    await index('distributions_device_type', 'distributions', ['device_type', 'serial'], 'latest = 1');
    await index('audit_actor', 'audit', ['actor', 'id']);
    await index('audit_action', 'audit', ['action', 'id']);
    // One latest distribution a token, held by the database itself.
    await sql`create unique index distributions_latest on distributions (token_id) where latest = 1`.execute(
      db,
    );
    if (postgresql) await sql`create index tokens_serial_parts on tokens using gin ((${PARTS}))`.execute(db);
  },
};
