/** Migrations from 0001 to 0003. None is edited any more. */
import { sql } from 'kysely';
import { keyType, onPostgresql, type Steps } from './step.ts';

/** Serial numbers start past the range that evaluation tokens of others use. */
const FIRST_SERIAL = 100_000_001;

/** Every four digits of a serial number, for PostgreSQL's inverted index; store/tokens/search.ts says the same when it looks. */
const SERIAL_PARTS = sql.raw(
  `array[${Array.from({ length: 9 }, (_, place) => `substr(serial, ${place + 1}, 4)`).join(', ')}]`,
);

export const FROM_0001: Steps = {
  /** The tables of the first version. */
  '0001-first': async (db) => {
    const key = keyType(db);
    await db.schema
      .createTable('installation')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('key_check', 'text', (c) => c.notNull())
      .addColumn('next_serial', 'bigint', (c) => c.notNull().defaultTo(FIRST_SERIAL))
      .addColumn('settings', 'text', (c) => c.notNull().defaultTo('{}'))
      .addColumn('settings_version', 'integer', (c) => c.notNull().defaultTo(1))
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('administrators')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('user_name', 'text', (c) => c.notNull())
      .addColumn('user_name_key', key, (c) => c.notNull().unique())
      .addColumn('password_hash', 'text', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('security_domains')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', key, (c) => c.notNull().unique())
      .addColumn('path', key, (c) => c.notNull().unique())
      .addColumn('parent_id', 'text', (c) => c.references('security_domains.id'))
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('roles')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', key, (c) => c.notNull().unique())
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('permissions', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('role_grants')
      .addColumn('administrator_id', 'text', (c) =>
        c.notNull().references('administrators.id').onDelete('cascade'),
      )
      .addColumn('role_id', 'text', (c) => c.notNull())
      .addColumn('domain_id', 'text', (c) => c.notNull().references('security_domains.id'))
      .addPrimaryKeyConstraint('role_grants_key', ['administrator_id', 'role_id', 'domain_id'])
      .execute();
    await db.schema
      .createTable('sessions')
      .addColumn('id_hash', 'text', (c) => c.primaryKey())
      .addColumn('administrator_id', 'text', (c) =>
        c.notNull().references('administrators.id').onDelete('cascade'),
      )
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('last_seen_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('api_keys')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('key_hash', 'text', (c) => c.notNull().unique())
      .addColumn('permissions', 'text', (c) => c.notNull())
      .addColumn('domain', key, (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint')
      .execute();
    await db.schema
      .createTable('server_keys')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('bits', 'integer', (c) => c.notNull())
      .addColumn('modulus', 'text', (c) => c.notNull())
      .addColumn('private_key', 'text', (c) => c.notNull())
      .addColumn('use', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('users')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('user_id_key', key, (c) => c.notNull().unique())
      .addColumn('first_name', 'text', (c) => c.notNull())
      .addColumn('last_name', 'text', (c) => c.notNull())
      .addColumn('email', 'text', (c) => c.notNull())
      .addColumn('last_name_key', key, (c) => c.notNull())
      .addColumn('email_key', key, (c) => c.notNull())
      .addColumn('domain', key, (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    for (const column of ['last_name_key', 'email_key', 'domain']) {
      await db.schema.createIndex(`users_${column}`).on('users').column(column).execute();
    }
    await db.schema
      .createTable('device_types')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('definition', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('token_profiles')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', key, (c) => c.notNull().unique())
      .addColumn('device_type', 'text', (c) => c.notNull())
      .addColumn('delivery', 'text', (c) => c.notNull())
      .addColumn('algorithm', 'text', (c) => c.notNull())
      .addColumn('digits', 'integer', (c) => c.notNull())
      .addColumn('interval_seconds', 'integer', (c) => c.notNull())
      .addColumn('authentication_type', 'text', (c) => c.notNull())
      .addColumn('code_expiry', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('tokens')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('serial', key, (c) => c.notNull().unique())
      .addColumn('domain', key, (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.references('users.id'))
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('lost', 'integer', (c) => c.notNull())
      .addColumn('expires_on', 'text', (c) => c.notNull())
      .addColumn('pin', 'text')
      .addColumn('failures', 'integer', (c) => c.notNull())
      .addColumn('last_failure_at', 'bigint')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('tokens_user').on('tokens').column('user_id').execute();
    await db.schema.createIndex('tokens_expiry').on('tokens').columns(['expires_on', 'serial']).execute();
    await db.schema
      .createIndex('tokens_lost')
      .on('tokens')
      .column('serial')
      .where(sql.ref('lost'), '=', 1)
      .execute();
    await db.schema
      .createIndex('tokens_unassigned')
      .on('tokens')
      .column('serial')
      .where(sql.ref('user_id'), 'is', null)
      .execute();
    await db.schema
      .createTable('distributions')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('token_id', 'text', (c) => c.notNull().references('tokens.id').onDelete('cascade'))
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('profile_id', 'text', (c) => c.notNull())
      .addColumn('profile_name', 'text', (c) => c.notNull())
      .addColumn('device_type', 'text', (c) => c.notNull())
      .addColumn('snapshot', 'text', (c) => c.notNull())
      .addColumn('delivery', 'text', (c) => c.notNull())
      .addColumn('code_hash', 'text', (c) => c.unique())
      .addColumn('device_kind', 'text', (c) => c.notNull())
      .addColumn('device_id', 'text')
      .addColumn('nickname', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('reason', 'text')
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('trigger_hash', 'text', (c) => c.unique())
      .addColumn('trigger_expires_at', 'bigint')
      .addColumn('trigger_device_id', 'text')
      .addColumn('seen_device_id', 'text')
      .addColumn('reply_hash', 'text')
      .addColumn('reply', 'text')
      .addColumn('reply_until', 'bigint')
      .execute();
    await db.schema
      .createIndex('distributions_token')
      .on('distributions')
      .columns(['token_id', 'id'])
      .execute();
    await db.schema.createIndex('distributions_profile').on('distributions').column('profile_id').execute();
    // Most distributions are confirmed or withdrawn; what waits for something is few, and asked for often.
    await db.schema
      .createIndex('distributions_waiting')
      .on('distributions')
      .columns(['state', 'token_id'])
      .where(sql.ref('state'), 'in', ['issued', 'opened', 'provisioned', 'failed'])
      .execute();
    // One live activation code a token, held by the database itself.
    await db.schema
      .createIndex('distributions_one_live')
      .on('distributions')
      .column('token_id')
      .unique()
      .where(sql.ref('state'), 'in', ['issued', 'opened'])
      .execute();
    await db.schema
      .createTable('distribution_events')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('distribution_id', 'text', (c) =>
        c.notNull().references('distributions.id').onDelete('cascade'),
      )
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('source', 'text')
      .addColumn('device_id', 'text')
      .addColumn('reason', 'text')
      .execute();
    await db.schema
      .createIndex('distribution_events_distribution')
      .on('distribution_events')
      .columns(['distribution_id', 'id'])
      .execute();
    await db.schema
      .createTable('seeds')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('token_id', 'text', (c) => c.notNull().references('tokens.id').onDelete('cascade'))
      .addColumn('distribution_id', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('algorithm', 'text', (c) => c.notNull())
      .addColumn('digits', 'integer', (c) => c.notNull())
      .addColumn('interval_seconds', 'integer', (c) => c.notNull())
      .addColumn('authentication_type', 'text', (c) => c.notNull())
      .addColumn('key_id', 'text', (c) => c.notNull())
      .addColumn('sealed', 'text', (c) => c.notNull())
      .addColumn('position', 'bigint', (c) => c.notNull())
      .addColumn('drift', 'integer', (c) => c.notNull())
      .addColumn('last_accepted_at', 'bigint')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('seeds_token').on('seeds').column('token_id').execute();
    await db.schema
      .createTable('audit')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('action', 'text', (c) => c.notNull())
      .addColumn('object', 'text', (c) => c.notNull())
      .addColumn('result', 'text', (c) => c.notNull())
      .addColumn('reason', 'text')
      .addColumn('source', 'text')
      .execute();
    await db.schema.createIndex('audit_object').on('audit').columns(['object', 'id']).execute();
    await db.schema
      .createTable('audit_chain')
      .addColumn('seq', 'bigint', (c) => c.primaryKey())
      .addColumn('audit_id', 'text', (c) => c.notNull().unique())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('mac', 'text', (c) => c.notNull())
      .execute();
  },
  /** TLS certificates that are kept in the database, and requests for them. */
  '0002-tls-certificates': async (db) => {
    await db.schema
      .createTable('tls_certificates')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('names', 'text', (c) => c.notNull())
      .addColumn('request', 'text')
      .addColumn('chain', 'text')
      .addColumn('private_key', 'text', (c) => c.notNull())
      .addColumn('public_key_hash', 'text', (c) => c.notNull())
      .addColumn('in_use', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .execute();
    // One in use, held by the database itself.
    await db.schema
      .createIndex('tls_certificates_one_in_use')
      .on('tls_certificates')
      .column('in_use')
      .unique()
      .where(sql.ref('in_use'), '=', 1)
      .execute();
  },
  /** Tokens that wait to take the place of others; what was distributed to a user, for the trail of that user. */
  '0003-token-replacement': async (db) => {
    await db.schema
      .createTable('replacements')
      .addColumn('token_id', 'text', (c) => c.primaryKey().references('tokens.id').onDelete('cascade'))
      .addColumn('replaced_id', 'text', (c) =>
        c.notNull().unique().references('tokens.id').onDelete('cascade'),
      )
      .addColumn('afterwards', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('distributions_user').on('distributions').column('user_id').execute();
  },
  /**
   * Searching among a million tokens. The latest distribution of a token is marked and carries the serial number, which never changes, so
   * that "the failed ones, by serial number" is one walk along an index; and every search field that may hit few has an index.
   */
  '0003-token-search': async (db) => {
    const postgresql = onPostgresql(db);
    const key = keyType(db);
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
    if (postgresql)
      await sql`create index tokens_serial_parts on tokens using gin ((${SERIAL_PARTS}))`.execute(db);
  },
};
