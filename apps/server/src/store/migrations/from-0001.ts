/** Migrations from 0001 to 0003. What they do is not changed any more. */
import { addColumn, keyType, onPostgresql, partOf, run, type Steps } from './step.ts';

/** Serial numbers start past the range that evaluation tokens of others use. */
const FIRST_SERIAL = 100_000_001;

/** Every four digits of a serial number, for PostgreSQL's inverted index; store/tokens/search.ts says the same when it looks. */
const SERIAL_PARTS = Array.from({ length: 9 }, (_, index) => `substr(serial, ${index + 1}, 4)`).join(', ');

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
      .addColumn('administrator_id', 'text', partOf('administrators'))
      .addColumn('role_id', 'text', (c) => c.notNull())
      .addColumn('domain_id', 'text', (c) => c.notNull().references('security_domains.id'))
      .addPrimaryKeyConstraint('role_grants_key', ['administrator_id', 'role_id', 'domain_id'])
      .execute();
    await db.schema
      .createTable('sessions')
      .addColumn('id_hash', 'text', (c) => c.primaryKey())
      .addColumn('administrator_id', 'text', partOf('administrators'))
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
      await run(db, `create index users_${column} on users (${column})`);
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
    await run(db, 'create index tokens_user on tokens (user_id)');
    await run(db, 'create index tokens_expiry on tokens (expires_on, serial)');
    await run(db, 'create index tokens_lost on tokens (serial) where lost = 1');
    await run(db, 'create index tokens_unassigned on tokens (serial) where user_id is null');
    await db.schema
      .createTable('distributions')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('token_id', 'text', partOf('tokens'))
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
    await run(db, 'create index distributions_token on distributions (token_id, id)');
    await run(db, 'create index distributions_profile on distributions (profile_id)');
    // Most distributions are confirmed or withdrawn; what waits for something is few, and asked for often.
    await run(
      db,
      "create index distributions_waiting on distributions (state, token_id) where state in ('issued', 'opened', 'provisioned', 'failed')",
    );
    // One live activation code a token, held by the database itself.
    await run(
      db,
      "create unique index distributions_one_live on distributions (token_id) where state in ('issued', 'opened')",
    );
    await db.schema
      .createTable('distribution_events')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('distribution_id', 'text', partOf('distributions'))
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('source', 'text')
      .addColumn('device_id', 'text')
      .addColumn('reason', 'text')
      .execute();
    await run(
      db,
      'create index distribution_events_distribution on distribution_events (distribution_id, id)',
    );
    await db.schema
      .createTable('seeds')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('token_id', 'text', partOf('tokens'))
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
    await run(db, 'create index seeds_token on seeds (token_id)');
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
    await run(db, 'create index audit_object on audit (object, id)');
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
    await run(
      db,
      'create unique index tls_certificates_one_in_use on tls_certificates (in_use) where in_use = 1',
    );
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
    await run(db, 'create index distributions_user on distributions (user_id)');
  },
  /**
   * Searching among a million tokens. The latest distribution of a token is marked and carries the serial number, which never changes, so
   * that "the failed ones, by serial number" is one walk along an index; and every search field that may hit few has an index.
   */
  '0003-token-search': async (db) => {
    const key = keyType(db);
    await addColumn(db, 'tokens', 'distributed', 'integer', 0);
    await addColumn(db, 'distributions', 'serial', key, '');
    await addColumn(db, 'distributions', 'latest', 'integer', 1);
    await run(
      db,
      `
      update distributions set
        serial = (select serial from tokens where tokens.id = distributions.token_id),
        latest = case when exists (
          select 1 from distributions d where d.token_id = distributions.token_id and d.id > distributions.id
        ) then 0 else 1 end`,
    );
    await run(db, 'update tokens set distributed = 1 where id in (select token_id from distributions)');

    for (const index of ['tokens_user', 'tokens_unassigned', 'users_domain', 'users_last_name_key']) {
      await db.schema.dropIndex(index).execute();
    }
    await db.schema.dropIndex('distributions_waiting').execute();
    await run(db, 'create index tokens_user on tokens (user_id, serial)');
    await run(db, 'create index tokens_domain on tokens (domain, serial)');
    await run(db, 'create index tokens_assigned on tokens (serial) where user_id is not null');
    await run(
      db,
      'create index tokens_disabled on tokens (serial) where user_id is not null and enabled = 0',
    );
    await run(
      db,
      'create index tokens_undistributed on tokens (serial) where user_id is not null and distributed = 0',
    );
    await run(db, 'create index users_domain on users (domain, user_id_key)');
    await run(db, 'create index users_last_name_key on users (last_name_key, id)');
    await run(
      db,
      'create index distributions_state on distributions (state, serial, expires_at) where latest = 1',
    );
    await run(
      db,
      'create index distributions_profile_name on distributions (profile_name, serial) where latest = 1',
    );
    await run(
      db,
      'create index distributions_device_type on distributions (device_type, serial) where latest = 1',
    );
    await run(db, 'create index audit_actor on audit (actor, id)');
    await run(db, 'create index audit_action on audit (action, id)');
    // One latest distribution a token, held by the database itself.
    await run(db, 'create unique index distributions_latest on distributions (token_id) where latest = 1');
    if (onPostgresql(db))
      await run(db, `create index tokens_serial_parts on tokens using gin ((array[${SERIAL_PARTS}]))`);
  },
};
