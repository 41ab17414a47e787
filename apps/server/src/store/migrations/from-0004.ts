/** Migrations from 0004 to 0015. What they do is not changed any more. */
import { sql } from 'kysely';
import { addColumn, keyType, partOf, run, type Step, type Steps } from './step.ts';

/** The number of wrong passcodes before a token is held back was a setting; it is part of the token policy now. */
const moveHoldBackSetting: Step = async (db) => {
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
};

export const FROM_0004: Steps = {
  /** Policies of security domains, attempts of several steps, PIN history, emergency access, and locks of users. */
  '0004-policies': async (db) => {
    await addColumn(db, 'users', 'failures', 'integer', 0);
    await addColumn(db, 'users', 'failures_since', 'bigint');
    await addColumn(db, 'users', 'locks', 'integer', 0);
    await addColumn(db, 'users', 'locked_until', 'bigint');
    await addColumn(db, 'tokens', 'pin_set_at', 'bigint');
    await addColumn(db, 'tokens', 'pin_change', 'integer', 0);
    await addColumn(db, 'tokens', 'emergency_until', 'bigint');
    await addColumn(db, 'tokens', 'emergency_return', 'text');
    // How old the PINs of before are is not known: they count from today.
    await db.updateTable('tokens').set({ pin_set_at: Date.now() }).where('pin', 'is not', null).execute();

    await db.schema
      .createTable('policies')
      .addColumn('domain_id', 'text', partOf('security_domains'))
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
      .addColumn('token_id', 'text', partOf('tokens'))
      .addColumn('seed_id', 'text', (c) => c.notNull())
      .addColumn('challenge', 'text', (c) => c.notNull())
      .addColumn('position', 'bigint', (c) => c.notNull())
      .addColumn('sealed_pin', 'text')
      .addColumn('tries', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await run(db, 'create index attempts_expiry on attempts (expires_at)');
    await run(db, 'create index attempts_token on attempts (token_id)');
    await db.schema
      .createTable('pin_history')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('token_id', 'text', partOf('tokens'))
      .addColumn('pin_hash', 'text', (c) => c.notNull())
      .addColumn('set_at', 'bigint', (c) => c.notNull())
      .execute();
    await run(db, 'create index pin_history_token on pin_history (token_id, id)');
    await db.schema
      .createTable('emergency_codes')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('token_id', 'text', partOf('tokens'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('code_hash', 'text', (c) => c.notNull())
      .execute();
    await run(db, 'create unique index emergency_codes_code on emergency_codes (token_id, code_hash)');

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
  /** RADIUS clients and authentication agents. */
  '0005-radius': async (db) => {
    const key = keyType(db);
    await db.schema
      .createTable('radius_clients')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', key, (c) => c.notNull().unique())
      .addColumn('network', 'text', (c) => c.notNull().unique())
      .addColumn('secret', 'text', (c) => c.notNull())
      .addColumn('message_authenticator', 'text', (c) => c.notNull())
      .addColumn('reply_attributes', 'text', (c) => c.notNull())
      .addColumn('domain', key, (c) => c.notNull())
      .addColumn('certificate', 'text', (c) => c.unique())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('agents')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', key, (c) => c.notNull().unique())
      .addColumn('key_hash', 'text', (c) => c.notNull().unique())
      .addColumn('domain', key, (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('agent_results')
      .addColumn('attempt_hash', 'text', (c) => c.primaryKey())
      .addColumn('result', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await run(db, 'create index agent_results_expiry on agent_results (expires_at)');
  },
  /** Passwords and sessions of users, activation windows, and what a distribution keeps of codes that users asked for. */
  '0006-self-service': async (db) => {
    await db.schema
      .createTable('user_passwords')
      .addColumn('user_id', 'text', (c) => c.primaryKey().references('users.id').onDelete('cascade'))
      .addColumn('password_hash', 'text', (c) => c.notNull())
      .addColumn('must_change', 'integer', (c) => c.notNull())
      .addColumn('set_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('user_sessions')
      .addColumn('id_hash', 'text', (c) => c.primaryKey())
      .addColumn('user_id', 'text', partOf('users'))
      .addColumn('method', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('last_seen_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await run(db, 'create index user_sessions_user on user_sessions (user_id)');
    await db.schema
      .createTable('activation_windows')
      .addColumn('user_id', 'text', (c) => c.primaryKey().references('users.id').onDelete('cascade'))
      .addColumn('opened_at', 'bigint', (c) => c.notNull())
      .addColumn('opened_by', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('used_for', 'text')
      .execute();
    await addColumn(db, 'distributions', 'code_number', 'integer', 0);
    await addColumn(db, 'distributions', 'reuses', 'integer', 0);
    await addColumn(db, 'distributions', 'reused_at', 'bigint');
  },
  /** The mail queue, the settings of mail, its templates, and what is known of a user for mail. */
  '0007-mail': async (db) => {
    await db.schema
      .createTable('mail')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('event', 'text', (c) => c.notNull())
      .addColumn('once_key', 'text', (c) => c.unique())
      .addColumn('user_id', 'text')
      .addColumn('recipient', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('message', 'text')
      .addColumn('encrypted', 'integer', (c) => c.notNull())
      .addColumn('message_id', 'text', (c) => c.notNull().unique())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('next_at', 'bigint', (c) => c.notNull())
      .addColumn('lease', 'text')
      .addColumn('send_before', 'bigint')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('given_up_at', 'bigint', (c) => c.notNull())
      .addColumn('sent_at', 'bigint')
      .addColumn('reason', 'text')
      .execute();
    // Few wait at any time, however many were sent.
    await run(db, "create index mail_due on mail (next_at, id) where state = 'queued'");
    await run(db, 'create index mail_state on mail (state, id)');
    await db.schema
      .createTable('mail_settings')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('password', 'text')
      .addColumn('signing', 'text')
      .addColumn('signing_certificate', 'text')
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.insertInto('mail_settings').values({ id: 1, settings: '{}', version: 1 }).execute();
    await db.schema
      .createTable('mail_templates')
      .addColumn('event', 'text', (c) => c.notNull())
      .addColumn('device_type', 'text', (c) => c.notNull())
      .addColumn('language', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('mail_templates_key', ['event', 'device_type', 'language'])
      .execute();
    await db.schema
      .createTable('user_mail')
      .addColumn('user_id', 'text', (c) => c.primaryKey().references('users.id').onDelete('cascade'))
      .addColumn('language', 'text')
      .addColumn('certificate', 'text')
      .execute();
  },
  /** Offers, requests for tokens, and what was decided about them. */
  '0008-requests': async (db) => {
    const key = keyType(db);
    await db.schema
      .createTable('offers')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', key, (c) => c.notNull().unique())
      .addColumn('profile_id', 'text', (c) => c.notNull())
      .addColumn('icon', 'text', (c) => c.notNull())
      .addColumn('description', 'text', (c) => c.notNull())
      .addColumn('download_url', 'text', (c) => c.notNull())
      .addColumn('help_url', 'text', (c) => c.notNull())
      .addColumn('is_default', 'integer', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('steps', 'text', (c) => c.notNull())
      .addColumn('distribution', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('token_requests')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('user_id', 'text', partOf('users'))
      .addColumn('offer_id', 'text', (c) => c.notNull())
      .addColumn('offer_name', 'text', (c) => c.notNull())
      .addColumn('help_url', 'text', (c) => c.notNull())
      .addColumn('profile_id', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('nickname', 'text', (c) => c.notNull())
      .addColumn('steps', 'text', (c) => c.notNull())
      .addColumn('step', 'integer', (c) => c.notNull())
      .addColumn('distribution', 'integer', (c) => c.notNull())
      .addColumn('deferred_until', 'bigint')
      .addColumn('serial', 'text')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await run(db, 'create index token_requests_user on token_requests (user_id, id)');
    await run(
      db,
      "create index token_requests_open on token_requests (id) where state in ('pending', 'approved')",
    );
    // Asking twice for the same thing is one request, held by the database itself.
    await run(
      db,
      "create unique index token_requests_one_open on token_requests (user_id, offer_id) where state in ('pending', 'approved')",
    );
    await db.schema
      .createTable('request_decisions')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('request_id', 'text', partOf('token_requests'))
      .addColumn('decision', 'text', (c) => c.notNull())
      .addColumn('step', 'integer')
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('comment', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute();
    await run(db, 'create index request_decisions_request on request_decisions (request_id, id)');
  },
  /** Administrators log on with more than a password: passkeys, and the token of the user they are. */
  '0009-administrator-log-on': async (db) => {
    await db.schema
      .alterTable('administrators')
      .addColumn('token_user_id', 'text', (c) => c.references('users.id'))
      .execute();
    await db.schema
      .createTable('passkeys')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('administrator_id', 'text', partOf('administrators'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('public_key', 'text', (c) => c.notNull())
      .addColumn('counter', 'bigint', (c) => c.notNull())
      .addColumn('transports', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('last_used_at', 'bigint')
      .execute();
    await run(db, 'create index passkeys_administrator on passkeys (administrator_id)');
    await db.schema
      .createTable('answered_challenges')
      .addColumn('challenge_hash', 'text', (c) => c.primaryKey())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
  },
  /** The order in which unassigned tokens are given out: the one that lives longest first. */
  '0010-next-token': async (db) => {
    // The user is in it so that SQLite prefers it to the index of users, and reads one row instead of sorting all that are unassigned.
    await run(
      db,
      'create index tokens_next on tokens (user_id, expires_on desc, serial) where user_id is null',
    );
  },
  /** Which rows of the trail wait for their place in the chain, so that linking looks at those only, however long the trail is. */
  '0011-audit-unlinked': async (db) => {
    const key = keyType(db);
    await db.schema
      .createTable('audit_unlinked')
      .addColumn('audit_id', key, (c) => c.primaryKey())
      .execute();
    await run(
      db,
      `
      insert into audit_unlinked select id from audit
      where not exists (select 1 from audit_chain where audit_chain.audit_id = audit.id)`,
    );
  },
  /** Which approval of a token was accepted last, so that each is good once. */
  '0012-approvals': async (db) => {
    await addColumn(db, 'seeds', 'approved', 'bigint', -1);
  },
  /** Searching among a million users: each column that is looked at leads to the user id, which orders the list, without the row in between. */
  '0013-user-search': async (db) => {
    for (const index of ['users_last_name_key', 'users_email_key'])
      await db.schema.dropIndex(index).execute();
    await run(db, 'create index users_last_name_key on users (last_name_key, user_id_key, domain, id)');
    await run(db, 'create index users_email_key on users (email_key, user_id_key, domain)');
    await run(db, 'create index users_user_id_domain on users (user_id_key, domain)');
  },
  /** Which token a requested one is to take the place of. */
  '0014-request-replaces': async (db) => {
    await addColumn(db, 'token_requests', 'replaces', 'text');
  },
  /** The window that a token opens for itself does not take the place of the one that an administrator opened. */
  '0015-windows-apart': async (db) => {
    await db.schema.alterTable('activation_windows').renameTo('activation_windows_0006').execute();
    await db.schema
      .createTable('activation_windows')
      .addColumn('user_id', 'text', partOf('users'))
      .addColumn('only_for', 'text', (column) => column.notNull())
      .addColumn('opened_at', 'bigint', (column) => column.notNull())
      .addColumn('opened_by', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('used_for', 'text')
      .addPrimaryKeyConstraint('activation_windows_user', ['user_id', 'only_for'])
      .execute();
    await run(
      db,
      `insert into activation_windows (user_id, only_for, opened_at, opened_by, expires_at, used_for)
      select user_id, '', opened_at, opened_by, expires_at, used_for from activation_windows_0006`,
    );
    await db.schema.dropTable('activation_windows_0006').execute();
  },
};
