/** Policies of security domains, attempts of several steps, PIN history, emergency access, and locks of users. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const policies: Migration = {
  // biome-ignore lint/suspicious/noExplicitAny: a migration knows the tables of its own day, not the present ones
  async up(db: Kysely<any>) {
    await db.schema
      .alterTable('users')
      .addColumn('failures', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable('users').addColumn('failures_since', 'bigint').execute();
    await db.schema
      .alterTable('users')
      .addColumn('locks', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable('users').addColumn('locked_until', 'bigint').execute();
    await db.schema.alterTable('tokens').addColumn('pin_set_at', 'bigint').execute();
    await db.schema
      .alterTable('tokens')
      .addColumn('pin_change', 'integer', (c) => c.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable('tokens').addColumn('emergency_until', 'bigint').execute();
    await db.schema.alterTable('tokens').addColumn('emergency_return', 'text').execute();
    // How old the PINs of before are is not known: they count from today.
    await db.updateTable('tokens').set({ pin_set_at: Date.now() }).where('pin', 'is not', null).execute();

    await db.schema
      .createTable('policies')
      .addColumn('domain_id', 'text', (c) =>
        c.notNull().references('security_domains.id').onDelete('cascade'),
      )
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('policies_key', ['domain_id', 'kind'])
      .execute();
    await db.schema
      .createTable('attempts')
      .addColumn('id_hash', 'text', (c) => c.primaryKey())
      .addColumn('asker', 'text', (c) => c.notNull())
      .addColumn('user_key', 'text', (c) => c.notNull())
      .addColumn('token_id', 'text', (c) => c.notNull().references('tokens.id').onDelete('cascade'))
      .addColumn('seed_id', 'text', (c) => c.notNull())
      .addColumn('challenge', 'text', (c) => c.notNull())
      .addColumn('position', 'bigint', (c) => c.notNull())
      .addColumn('sealed_pin', 'text')
      .addColumn('tries', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('attempts_expiry').on('attempts').column('expires_at').execute();
    await db.schema.createIndex('attempts_token').on('attempts').column('token_id').execute();
    await db.schema
      .createTable('pin_history')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('token_id', 'text', (c) => c.notNull().references('tokens.id').onDelete('cascade'))
      .addColumn('pin_hash', 'text', (c) => c.notNull())
      .addColumn('set_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('pin_history_token').on('pin_history').columns(['token_id', 'id']).execute();
    await db.schema
      .createTable('emergency_codes')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('token_id', 'text', (c) => c.notNull().references('tokens.id').onDelete('cascade'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('code_hash', 'text', (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex('emergency_codes_code')
      .on('emergency_codes')
      .columns(['token_id', 'code_hash'])
      .unique()
      .execute();

    await db.schema
      .createTable('nobody')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('failures', 'bigint', (c) => c.notNull())
      .addColumn('padding', 'text', (c) => c.notNull())
      .execute();
    // About a page each: a write to one of them costs what a write to the row of a user or a token costs.
    await db
      .insertInto('nobody')
      .values(Array.from({ length: 64 }, (_, id) => ({ id, failures: 0, padding: 'x'.repeat(1900) })))
      .execute();

    await moveHoldBackSetting(db);
  },
};

/** The number of wrong passcodes before a token is held back was a setting; it is part of the token policy now. */
// biome-ignore lint/suspicious/noExplicitAny: as above
async function moveHoldBackSetting(db: Kysely<any>): Promise<void> {
  const row = await db.selectFrom('installation').select('settings').where('id', '=', 1).executeTakeFirst();
  if (!row) return;
  const { 'verify.failuresBeforeDelay': failures, ...settings } = JSON.parse(row.settings);
  if (failures === undefined) return;
  await db
    .updateTable('installation')
    .set({ settings: JSON.stringify(settings) })
    .where('id', '=', 1)
    .execute();
  await sql`insert into policies (domain_id, kind, body, version)
    select id, 'token', ${JSON.stringify({ wrongBeforeHoldBack: failures })}, 1
    from security_domains where id = 'top'`.execute(db);
}
