/** Migrations from 0016 to 0034. What they do is not changed any more. */
import { sql } from 'kysely';
import { addColumn, onPostgresql, partOf, run, type Steps } from './step.ts';

export const FROM_0016: Steps = {
  /** Each row of the trail carries a mark that only the holder of the master key can make, and where the chain ends is kept beside it. */
  '0016-audit-marks': async (db) => {
    await addColumn(db, 'audit', 'mark', 'text');
    await addColumn(db, 'installation', 'audit_head', 'text');
  },
  /** The counts of wrong passcodes of a user get a version, so that what was decided on old counts is found out when it is committed. */
  '0017-guess-version': async (db) => {
    await addColumn(db, 'users', 'guess_version', 'bigint', 0);
  },
  /** Sessions say when and how somebody proved who they are, and where they are used. */
  '0018-session-proof': async (db) => {
    // A session of before has proved nothing: a proof is required when it needs one.
    await addColumn(db, 'sessions', 'proved_at', 'bigint', 0);
    await addColumn(db, 'sessions', 'second_factor', 'integer', 0);
    for (const table of ['sessions', 'user_sessions']) {
      await addColumn(db, table, 'source', 'text');
      await addColumn(db, table, 'user_agent', 'text');
    }
  },
  /**
   * An attempt belongs to the client's first request, not only to the client's name. Attempts that are open during the upgrade, five minutes
   * old at most, have no binding and cannot be answered; users start over.
   */
  '0019-attempt-binding': async (db) => {
    await addColumn(db, 'attempts', 'binding', 'text', '');
  },
  /**
   * A token that somebody holds is in the security domain of its holder, and the database keeps it so: it follows its user, and neither
   * can be written apart from the other.
   */
  '0020-tokens-with-their-holder': async (db) => {
    await run(
      db,
      `
      update tokens set version = version + 1, domain = (select users.domain from users where users.id = tokens.user_id)
      where user_id is not null and domain <> (select users.domain from users where users.id = tokens.user_id)`,
    );
    await run(db, 'create unique index users_place on users (id, domain)');
    if (onPostgresql(db)) {
      await run(
        db,
        `alter table tokens add constraint tokens_holder
        foreign key (user_id, domain) references users (id, domain) on update cascade`,
      );
      return;
    }
    // SQLite adds no constraint to a table that is there: triggers say the same.
    const apart = `new.user_id is not null and new.domain is not (select domain from users where id = new.user_id)
      begin select raise(abort, 'a held token is in the security domain of its holder'); end`;
    await run(db, `create trigger tokens_holder_insert before insert on tokens when ${apart}`);
    await run(
      db,
      `create trigger tokens_holder_update before update of user_id, domain on tokens when ${apart}`,
    );
    await run(
      db,
      `create trigger users_move after update of domain on users when new.domain is not old.domain
      begin update tokens set domain = new.domain where user_id = new.id; end`,
    );
  },
  /** Each process writes its row here to prove that the database takes what is written. */
  '0021-heartbeats': async (db) => {
    await db.schema
      .createTable('heartbeats')
      .addColumn('process', 'text', (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('filler', 'text', (column) => column.notNull())
      .execute();
  },
  /** What each process knows of wrong activation codes, for the others: a row for each process that runs. */
  '0022-guess-reports': async (db) => {
    await db.schema
      .createTable('guess_reports')
      .addColumn('node', 'text', (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('missing', 'text', (column) => column.notNull())
      .execute();
  },
  /** An API key has an owner, and requests say which person stands behind a decision. */
  '0023-api-key-owners': async (db) => {
    // No foreign key: that an owner was deleted has to show.
    await addColumn(db, 'api_keys', 'owner_id', 'text');
    await addColumn(db, 'api_keys', 'owner_name', 'text');
    // Only makers who hold everything: a key that worked until now goes on working.
    const maker = sql`
      from administrators a
      join role_grants g on g.administrator_id = a.id
      join security_domains d on d.id = g.domain_id
      where 'administrator:' || a.user_name = api_keys.created_by
        and a.enabled = 1 and g.role_id = 'super-admin' and d.parent_id is null`;
    await sql`
      update api_keys set owner_id = (select min(a.id) ${maker}), owner_name = (select min(a.user_name) ${maker})
      where created_by like 'administrator:%'`.execute(db);

    for (const [table, column] of [
      ['token_requests', 'created_by'],
      ['request_decisions', 'actor'],
    ] as const) {
      await addColumn(db, table, 'person', 'text');
      await sql`
        update ${sql.table(table)} set person =
          (select min(a.id) from administrators a where 'administrator:' || a.user_name = ${sql.ref(`${table}.${column}`)})
        where ${sql.ref(column)} like 'administrator:%'`.execute(db);
    }
  },
  /** A token's latest distribution is one to its present holder: what was distributed to an earlier one counts no more. */
  '0024-latest-of-the-holder': async (db) => {
    await run(
      db,
      `
      update distributions set latest = 0
      where latest = 1 and not exists (
        select 1 from tokens where tokens.id = distributions.token_id and tokens.user_id = distributions.user_id
      )`,
    );
    await run(
      db,
      `
      update tokens set distributed = 0
      where distributed = 1 and id not in (select token_id from distributions where latest = 1)`,
    );
  },
  /** Tables and columns are called what their rows are: who asks is a client, and the counters of users who do not exist are decoys. */
  '0025-words': async (db) => {
    await db.schema.alterTable('attempts').renameColumn('asker', 'client').execute();
    await db.schema.alterTable('nobody').renameTo('decoy_counters').execute();
  },
  /** The reason of a row of the trail, of a distribution and of its events as a key and values; rows of before keep their words alone. */
  '0026-reason-texts': async (db) => {
    for (const table of ['audit', 'distributions', 'distribution_events']) {
      await addColumn(db, table, 'text', 'text');
    }
  },
  /** A password that somebody else gave an administrator is temporary: the first log-on with it changes it. Those of before are not. */
  '0027-temporary-passwords': async (db) => {
    await addColumn(db, 'administrators', 'must_change_password', 'integer', 0);
    await addColumn(db, 'administrators', 'password_given_at', 'bigint');
    await addColumn(db, 'sessions', 'by_password', 'integer', 1);
  },
  /** Rows that say who may do what carry a mark that only the holder of the master key can make; see tables/marks.ts. */
  '0028-row-marks': async (db) => {
    for (const table of ['administrators', 'role_grants', 'roles', 'api_keys', 'passkeys', 'sessions'])
      await addColumn(db, table, 'mark', 'text');
    // Under the mark of the administrator, so that a passkey that is taken away does not take the second factor away.
    await addColumn(db, 'administrators', 'passkey_count', 'integer', 0);
    await run(
      db,
      `
      update administrators set passkey_count =
        (select count(*) from passkeys where passkeys.administrator_id = administrators.id)`,
    );
  },
  /** Jobs and what they do row by row; a distribution knows the job that made it. */
  '0029-jobs': async (db) => {
    await db.schema
      .createTable('jobs')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('input', 'text', (c) => c.notNull())
      .addColumn('about', 'text')
      .addColumn('actor_kind', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('actor_name', 'text', (c) => c.notNull())
      .addColumn('source', 'text')
      .addColumn('mark', 'text')
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('phase', 'text', (c) => c.notNull())
      .addColumn('total', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('position', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('done', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('left_out', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('failed', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('busy', 'bigint', (c) => c.notNull().defaultTo(0))
      .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
      .addColumn('lease', 'text')
      .addColumn('lease_until', 'bigint')
      .addColumn('reason', 'text')
      .addColumn('text', 'text')
      .addColumn('codes', 'text', (c) => c.notNull().defaultTo('none'))
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('ended_at', 'bigint')
      .execute();
    // What a node looks for every second is few among many.
    await run(db, "create index jobs_open on jobs (id) where state in ('queued', 'running')");
    await db.schema
      .createTable('job_rows')
      .addColumn('job_id', 'text', partOf('jobs'))
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('key', 'text', (c) => c.notNull())
      .addColumn('device_id', 'text')
      .addColumn('nickname', 'text')
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('text', 'text')
      .addColumn('target', 'text')
      .addColumn('user_id', 'text')
      .addColumn('token_id', 'text')
      .addColumn('serial', 'text')
      .addColumn('origin', 'text')
      .addColumn('domain_before', 'text')
      .addColumn('latest_before', 'text')
      .addColumn('distribution_id', 'text')
      .addColumn('sealed', 'text')
      .addPrimaryKeyConstraint('job_rows_pkey', ['job_id', 'position'])
      .execute();
    // Who is in the file twice.
    await run(db, 'create index job_rows_key on job_rows (job_id, key, position)');
    await run(db, 'create index job_rows_reason on job_rows (job_id, state, text) where text is not null');
    await addColumn(db, 'distributions', 'job_id', 'text');
    // How many of a job's distributions are in each state is counted along the index alone.
    await run(
      db,
      'create index distributions_job on distributions (job_id, state, expires_at) where job_id is not null',
    );
  },
  /** Why a mail was not sent as a key and values; rows of before keep their words alone. */
  '0030-mail-reasons': async (db) => {
    await addColumn(db, 'mail', 'text', 'text');
  },
  /** Postal addresses of those who get letters, as the file of a job has them. */
  '0031-letters': async (db) => {
    await addColumn(db, 'job_rows', 'address', 'text');
  },
  /** Rules that distribute by themselves, whom they found gone, and the jobs that they made. */
  '0032-distribution-rules': async (db) => {
    await db.schema
      .createTable('distribution_rules')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', 'text', (c) => c.notNull().unique())
      .addColumn('domain', 'text', (c) => c.notNull())
      .addColumn('input', 'text', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('actor_kind', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('actor_name', 'text', (c) => c.notNull())
      .addColumn('source', 'text')
      .addColumn('mark', 'text')
      .addColumn('due_at', 'bigint', (c) => c.notNull())
      .addColumn('last_run_at', 'bigint')
      .addColumn('reason', 'text')
      .addColumn('text', 'text')
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema
      .createTable('rule_leavers')
      .addColumn('token_id', 'text', (c) => c.primaryKey().references('tokens.id').onDelete('cascade'))
      .addColumn('rule_id', 'text', partOf('distribution_rules'))
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('since', 'bigint', (c) => c.notNull())
      .execute();
    await run(db, 'create index rule_leavers_rule on rule_leavers (rule_id, since)');
    await addColumn(db, 'jobs', 'rule_id', 'text');
    await run(db, 'create index jobs_rule on jobs (rule_id, created_at) where rule_id is not null');
  },
  /** Directories that users come from; what a user has of them; other names that users log on with. */
  '0033-identity-sources': async (db) => {
    await db.schema
      .createTable('identity_sources')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', 'text', (c) => c.notNull().unique())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('position', 'integer', (c) => c.notNull())
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('domain', 'text', (c) => c.notNull())
      .addColumn('settings', 'text', (c) => c.notNull())
      .addColumn('password', 'text')
      .addColumn('actor_kind', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('actor_name', 'text', (c) => c.notNull())
      .addColumn('mark', 'text')
      .addColumn('due_at', 'bigint')
      .addColumn('full_at', 'bigint')
      .addColumn('watermark', 'text')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema
      .alterTable('users')
      .addColumn('source_id', 'text', (c) => c.references('identity_sources.id'))
      .execute();
    await addColumn(db, 'users', 'source_key', 'text');
    await addColumn(db, 'users', 'source_name', 'text');
    await addColumn(db, 'users', 'source_state', 'text');
    await addColumn(db, 'users', 'source_since', 'bigint');
    await addColumn(db, 'users', 'disabled_by_source', 'integer', 0);
    await addColumn(db, 'users', 'telephone', 'text', '');
    await run(
      db,
      'create unique index users_source on users (source_id, source_key) where source_id is not null',
    );
    await db.schema
      .alterTable('administrators')
      .addColumn('source_id', 'text', (c) => c.references('identity_sources.id'))
      .execute();
    await addColumn(db, 'administrators', 'source_key', 'text');
    await db.schema
      .createTable('user_names')
      .addColumn('name_key', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', partOf('users'))
      .addPrimaryKeyConstraint('user_names_key', ['name_key', 'user_id'])
      .execute();
    await run(db, 'create index user_names_user on user_names (user_id)');
  },
  /** What the server does at set times, and when next. Rules have a time in common instead of one each. */
  '0034-schedules': async (db) => {
    await db.schema
      .createTable('schedules')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('about', 'text')
      .addColumn('cron', 'text', (c) => c.notNull())
      .addColumn('time_zone', 'text', (c) => c.notNull())
      .addColumn('next_at', 'bigint', (c) => c.notNull())
      .addColumn('last_at', 'bigint')
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
    await db.schema.alterTable('distribution_rules').dropColumn('due_at').execute();
  },
};
