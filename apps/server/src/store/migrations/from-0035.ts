/** Migrations from 0035 to 0052. What they do is not changed any more. */
import { addColumn, keyType, partOf, run, type Steps } from './step.ts';

export const FROM_0035: Steps = {
  /** Runs of identity sources: what was read, and what it makes of each user. */
  '0035-source-runs': async (db) => {
    await db.schema
      .createTable('source_runs')
      .addColumn('job_id', 'text', (c) => c.primaryKey().references('jobs.id').onDelete('cascade'))
      .addColumn('source_id', 'text', partOf('identity_sources'))
      .addColumn('mode', 'text', (c) => c.notNull())
      .addColumn('preview', 'integer', (c) => c.notNull())
      .addColumn('stage', 'text', (c) => c.notNull())
      .addColumn('after', 'text', (c) => c.notNull().defaultTo(''))
      .addColumn('restarts', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('read', 'bigint', (c) => c.notNull().defaultTo(0))
      .addColumn('counts', 'text', (c) => c.notNull().defaultTo('{}'))
      .addColumn('disables', 'bigint', (c) => c.notNull().defaultTo(0))
      .addColumn('stopped', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('watermark', 'text')
      .addColumn('source_version', 'integer', (c) => c.notNull())
      .addColumn('compared_at', 'bigint')
      .execute();
    await run(db, 'create index source_runs_source on source_runs (source_id, job_id)');
    await db.schema
      .createTable('source_entries')
      .addColumn('job_id', 'text', partOf('jobs'))
      .addColumn('position', 'bigint', (c) => c.notNull())
      .addColumn('source_key', 'text')
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('user_id_key', 'text', (c) => c.notNull())
      .addColumn('first_name', 'text', (c) => c.notNull())
      .addColumn('last_name', 'text', (c) => c.notNull())
      .addColumn('email', 'text', (c) => c.notNull())
      .addColumn('telephone', 'text', (c) => c.notNull())
      .addColumn('log_on_names', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('text', 'text')
      .addColumn('action', 'text')
      .addColumn('changes', 'text')
      .addColumn('claim', 'text')
      .addColumn('rank', 'integer')
      .addColumn('target', 'text')
      .addColumn('target_version', 'integer')
      .addColumn('disables', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('result', 'text')
      .addPrimaryKeyConstraint('source_entries_key', ['job_id', 'position'])
      .execute();
    await run(
      db,
      `create unique index source_entries_source_key on source_entries (job_id, source_key)
      where source_key is not null`,
    );
    await run(
      db,
      'create index source_entries_claim on source_entries (job_id, claim) where claim is not null',
    );
    await run(
      db,
      'create index source_entries_target on source_entries (job_id, target) where target is not null',
    );
    await run(db, 'create index source_entries_action on source_entries (job_id, action, position)');
    await run(
      db,
      `create index source_entries_due on source_entries (job_id, rank, position)
      where rank is not null and result is null`,
    );
  },
  /** Wrong directory passwords, counted for all processes together, so that no one is locked out there through this server. */
  '0036-directory-tries': async (db) => {
    await db.schema
      .createTable('directory_tries')
      .addColumn('source_id', 'text', partOf('identity_sources'))
      .addColumn('source_key', 'text', (c) => c.notNull())
      .addColumn('tries', 'integer', (c) => c.notNull())
      .addColumn('last_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('directory_tries_key', ['source_id', 'source_key'])
      .execute();
  },
  /** Where an administrator is written to. */
  '0037-administrator-mail': async (db) => {
    await addColumn(db, 'administrators', 'mail', 'text');
  },
  /** Since when a request waits for its next approval, and who was written to about it when. */
  '0038-waiting-requests': async (db) => {
    for (const column of ['waiting_since', 'told_at', 'escalated_at'])
      await addColumn(db, 'token_requests', column, 'bigint');
  },
  /** RADIUS clients that send a password too, and what was found of it while the passcode is awaited. */
  '0039-radius-passwords': async (db) => {
    await addColumn(db, 'radius_clients', 'password', 'text', 'none');
    await db.schema
      .createTable('password_attempts')
      .addColumn('id_hash', 'text', (c) => c.primaryKey())
      .addColumn('client', 'text', (c) => c.notNull())
      .addColumn('binding', 'text', (c) => c.notNull())
      .addColumn('user_key', 'text', (c) => c.notNull())
      .addColumn('user_row', 'text')
      .addColumn('found', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await run(db, 'create index password_attempts_expiry on password_attempts (expires_at)');
  },
  /** Backups that were made: what they are called, how they ended, and when one was last restored to see whether it can be. */
  '0040-backups': async (db) => {
    await db.schema
      .createTable('backups')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('begun_at', 'bigint', (c) => c.notNull())
      .addColumn('begun_by', 'text', (c) => c.notNull())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('rows', 'bigint', (c) => c.notNull())
      .addColumn('size', 'bigint')
      .addColumn('sha256', 'text')
      .addColumn('proof', 'text')
      .addColumn('text', 'text')
      .addColumn('verified_at', 'bigint')
      .addColumn('removed_at', 'bigint')
      .execute();
  },
  /** Imports of users: what a row of the file says, where it stands there, and what becomes of the user. */
  '0041-user-imports': async (db) => {
    await addColumn(db, 'job_rows', 'line', 'integer');
    for (const column of ['fields', 'action', 'changes']) await addColumn(db, 'job_rows', column, 'text');
  },
  /** Data keys, wrapped by the master key, and which process knows which. A database whose master key was never changed has no rows of them. */
  '0042-data-keys': async (db) => {
    await db.schema
      .createTable('data_keys')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('master', 'text', (c) => c.notNull())
      .addColumn('changed_at', 'bigint', (c) => c.notNull())
      .addColumn('mark', 'text', (c) => c.notNull())
      .addColumn('progress', 'text')
      .execute();
    await db.schema
      .createTable('key_wraps')
      .addColumn('data_key', 'integer', (c) => c.notNull())
      .addColumn('master', 'text', (c) => c.notNull())
      .addColumn('wrapped', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('key_wraps_key', ['data_key', 'master'])
      .execute();
    await db.schema
      .createTable('key_holders')
      .addColumn('process', 'text', (c) => c.primaryKey())
      .addColumn('host', 'text', (c) => c.notNull())
      .addColumn('beat', 'bigint', (c) => c.notNull())
      .addColumn('knows', 'integer', (c) => c.notNull())
      .addColumn('uses', 'integer', (c) => c.notNull())
      .addColumn('master', 'text', (c) => c.notNull())
      .execute();
  },
  /** What administrators have chosen for entries of a directory that are in conflict. */
  '0043-source-choices': async (db) => {
    await db.schema
      .createTable('source_choices')
      .addColumn('source_id', 'text', partOf('identity_sources'))
      .addColumn('source_key', 'text', (c) => c.notNull())
      .addColumn('choice', 'text', (c) => c.notNull())
      .addColumn('user_row', 'text', (c) => c.references('users.id').onDelete('cascade'))
      .addColumn('suffix', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('actor_kind', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('actor_name', 'text', (c) => c.notNull())
      .addColumn('chosen_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('source_choices_key', ['source_id', 'source_key'])
      .execute();
    await run(
      db,
      'create unique index source_choices_user on source_choices (user_row) where user_row is not null',
    );
  },
  /** Where the beginning of the audit trail was cut off because it was old enough, each with a keyed hash. */
  '0044-audit-cuts': async (db) => {
    await db.schema
      .createTable('audit_cuts')
      .addColumn('seq', 'bigint', (c) => c.primaryKey())
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('rows', 'bigint', (c) => c.notNull())
      .addColumn('first_at', 'bigint', (c) => c.notNull())
      .addColumn('last_at', 'bigint', (c) => c.notNull())
      .addColumn('cut_at', 'bigint', (c) => c.notNull())
      .addColumn('archive', 'text')
      .addColumn('sha256', 'text')
      .addColumn('mac', 'text', (c) => c.notNull())
      .execute();
  },
  /** The security domain that a rule of its identity source puts an entry in. */
  '0045-source-placement': async (db) => {
    await addColumn(db, 'source_entries', 'domain', 'text');
  },
  /** Filters of the list of users that may hit few among a million: who is disabled, and who does not come from a directory. */
  '0046-user-filters': async (db) => {
    await run(db, 'create index users_disabled on users (user_id_key, id) where enabled = 0');
    await run(db, 'create index users_internal on users (user_id_key, id) where source_id is null');
  },
  /** When a run of an identity source last ended well, and why the last one did not. */
  '0047-source-trouble': async (db) => {
    await addColumn(db, 'identity_sources', 'good_at', 'bigint');
    await addColumn(db, 'identity_sources', 'trouble', 'text');
    await addColumn(db, 'identity_sources', 'trouble_at', 'bigint');
  },
  /** Groups of directories: who is in those that rules and clients are about, clients that are for some of them only, and roles that they give. */
  '0048-user-groups': async (db) => {
    await db.schema
      .createTable('user_groups')
      .addColumn('user_id', 'text', partOf('users'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('user_groups_key', ['user_id', 'name'])
      .execute();
    await addColumn(db, 'source_entries', 'in_groups', 'text', '[]');
    await addColumn(db, 'source_entries', 'mark', 'text');
    await addColumn(db, 'role_grants', 'source_id', 'text');
    for (const table of ['radius_clients', 'agents']) await addColumn(db, table, 'only_groups', 'text', '[]');
  },
  /** Who decides requests for whom, from when until when; and on whose behalf a decision was made. */
  '0049-stand-ins': async (db) => {
    await db.schema
      .createTable('stand_ins')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('administrator_id', 'text', partOf('administrators'))
      .addColumn('stand_in_id', 'text', partOf('administrators'))
      .addColumn('from_at', 'bigint', (c) => c.notNull())
      .addColumn('until_at', 'bigint', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('created_by', 'text', (c) => c.notNull())
      .addColumn('mark', 'text')
      .execute();
    for (const column of ['administrator_id', 'stand_in_id'])
      await run(db, `create index stand_ins_${column} on stand_ins (${column})`);
    for (const column of ['on_behalf_of', 'on_behalf_person'])
      await addColumn(db, 'request_decisions', column, 'text');
  },
  /** Figures: what the audit trail and the tokens say, added up by hour and by day, and how far the trail has been read for it. */
  '0050-figures': async (db) => {
    const key = keyType(db);
    await db.schema
      .createTable('figures')
      .addColumn('kind', key, (c) => c.notNull())
      .addColumn('grain', key, (c) => c.notNull())
      .addColumn('domain', key, (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('name', key, (c) => c.notNull())
      .addColumn('outcome', key, (c) => c.notNull())
      .addColumn('count', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('figures_key', ['kind', 'grain', 'domain', 'at', 'name', 'outcome'])
      .execute();
    // Hours go after some weeks, days stay.
    await run(db, "create index figures_hours on figures (at) where grain = 'hour'");
    await db.schema
      .createTable('figure_cursors')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('position', 'bigint', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute();
  },
  /** Certificates by ACME: the one row of settings and state, what an authority is shown meanwhile, and where a stored certificate comes from. */
  '0051-acme': async (db) => {
    await db.schema
      .createTable('acme')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('by_dns', 'integer', (c) => c.notNull())
      .addColumn('binding_key', 'text')
      .addColumn('account_key', 'text')
      .addColumn('wanted', 'integer', (c) => c.notNull())
      .addColumn('certificate_id', 'text')
      .addColumn('next_at', 'bigint', (c) => c.notNull())
      .addColumn('renew_at', 'bigint')
      .addColumn('lease', 'text')
      .addColumn('lease_until', 'bigint')
      .addColumn('failures', 'integer', (c) => c.notNull())
      .addColumn('failed_at', 'bigint')
      .addColumn('reason', 'text')
      .addColumn('text', 'text')
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db
      .insertInto('acme')
      .values({
        id: 1,
        settings: '{}',
        enabled: 0,
        by_dns: 0,
        wanted: 0,
        next_at: 0,
        failures: 0,
        version: 1,
      })
      .execute();
    await db.schema
      .createTable('acme_challenges')
      .addColumn('token', 'text', (c) => c.primaryKey())
      .addColumn('answer', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await addColumn(db, 'tls_certificates', 'directory', 'text');
    await addColumn(db, 'tls_certificates', 'revoked_at', 'bigint');
  },
  /** Where the audit trail is forwarded to, and how far. */
  '0052-audit-forwards': async (db) => {
    await db.schema
      .createTable('audit_forwards')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .addColumn('sent_at', 'bigint')
      .addColumn('next_at', 'bigint', (c) => c.notNull())
      .addColumn('lease', 'text')
      .addColumn('lease_until', 'bigint')
      .addColumn('failures', 'integer', (c) => c.notNull())
      .addColumn('failed_at', 'bigint')
      .addColumn('reason', 'text')
      .addColumn('text', 'text')
      .execute();
  },
};
