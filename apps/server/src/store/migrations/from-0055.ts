/** Migrations from 0055 to 0077. What they do is not changed any more. */
import { addColumn, partOf, run, type Steps } from './step.ts';

const POLICY_BEFORE_0059 = {
  wrongBeforeNextTokencode: 10,
  wrongBeforeHoldBack: 5,
  pinRequired: false,
  pinChosenBy: 'user',
  pinMinLength: 4,
  pinMaxLength: 8,
  pinCharacters: 'alphanumeric',
  pinMinLetters: 0,
  pinMinDigits: 0,
  pinExcludedWords: [],
  pinMaxAgeDays: 0,
  pinHistory: 0,
};

const POLICY_BEFORE_0062 = {
  wrongBeforeNextTokencode: 10,
  wrongBeforeHoldBack: 5,
  pinRequired: false,
  pinChosenBy: 'user',
  pinMinLength: 4,
  pinMaxLength: 8,
  pinCharacters: 'alphanumeric',
  pinMinLetters: 0,
  pinMinDigits: 0,
  pinExcludedWords: [
    ...['12345', '54321', 'abc123', 'admin', 'asdf', 'geheim', 'hallo', 'hello', 'letmein'],
    ...['passwor', 'qwert', 'secret', 'sower', 'token', 'welcome', 'willkom'],
  ],
  pinSequences: false,
  pinMaxAgeDays: 0,
  pinHistory: 0,
};

export const FROM_0055: Steps = {
  /** Reports saved under a name: what each is, to whom it is mailed, and whose rights it has. When is among the schedules. */
  '0055-saved-reports': async (db) => {
    await db.schema
      .createTable('saved_reports')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('name_key', 'text', (c) => c.notNull().unique())
      .addColumn('input', 'text', (c) => c.notNull())
      .addColumn('actor_kind', 'text', (c) => c.notNull())
      .addColumn('actor_id', 'text', (c) => c.notNull())
      .addColumn('actor_name', 'text', (c) => c.notNull())
      .addColumn('source', 'text')
      .addColumn('mark', 'text')
      .addColumn('last_run_at', 'bigint')
      .addColumn('reason', 'text')
      .addColumn('text', 'text')
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .execute();
  },
  /** Which request an audit row belongs to. */
  '0056-audit-requests': async (db) => {
    await addColumn(db, 'audit', 'request', 'text');
  },
  /**
   * What RADIUS clients report of sessions, outside of the audit trail and its chain. Reports of an earlier Sower stay in the trail, which is proven
   * as it is, and go with it.
   */
  '0057-radius-accounting': async (db) => {
    await db.schema
      .createTable('radius_accounting')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('actor', 'text', (c) => c.notNull())
      .addColumn('object', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('source', 'text')
      .execute();
    await run(db, 'create index radius_accounting_object on radius_accounting (object, id)');
  },
  /** What needs somebody, while it does. */
  '0058-alerts': async (db) => {
    await db.schema
      .createTable('alerts')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('text', 'text', (c) => c.notNull())
      .addColumn('raised_at', 'bigint', (c) => c.notNull())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .execute();
  },
  /**
   * New installations refuse PINs such as 1234, and words that everybody thinks of first. One that is there already keeps what it had: where the top
   * domain had no policy of its own, it has the former defaults from now on, to be seen and changed. None mentions sequences, since a server of the
   * version before, which serves on during an upgrade, reads no policy with a field that it does not know; one without it allows them.
   */
  '0059-pin-defaults': async (db) => {
    const policies: { domain_id: string; body: string }[] = await db
      .selectFrom('policies')
      .select(['domain_id', 'body'])
      .where('kind', '=', 'token')
      .execute();
    for (const { domain_id, body } of policies) {
      // What a policy does not say it had by default.
      await db
        .updateTable('policies')
        .set({ body: JSON.stringify({ pinExcludedWords: [], ...JSON.parse(body) }) })
        .where('kind', '=', 'token')
        .where('domain_id', '=', domain_id)
        .execute();
    }
    // It comes with the first start.
    const top = await db
      .selectFrom('security_domains')
      .select('id')
      .where('id', '=', 'top')
      .executeTakeFirst();
    if (top === undefined || policies.some(({ domain_id }) => domain_id === 'top')) return;
    await db
      .insertInto('policies')
      .values({ domain_id: 'top', kind: 'token', body: JSON.stringify(POLICY_BEFORE_0059), version: 1 })
      .execute();
  },
  /** What needs the approval of a second administrator, and whether it was approved and used. */
  '0060-second-approvals': async (db) => {
    await db.schema
      .createTable('second_approvals')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('action', 'text', (c) => c.notNull())
      .addColumn('object', 'text', (c) => c.notNull())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('asked_by', 'text', (c) => c.notNull())
      .addColumn('person', 'text', (c) => c.notNull())
      .addColumn('asked_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('decision', 'text')
      .addColumn('decided_by', 'text')
      .addColumn('decided_person', 'text')
      .addColumn('decided_at', 'bigint')
      .addColumn('used_at', 'bigint')
      .addColumn('mark', 'text')
      .execute();
  },
  /** The processes that serve, as each of them says of itself. */
  '0061-nodes': async (db) => {
    await db.schema
      .createTable('nodes')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('host', 'text', (c) => c.notNull())
      .addColumn('process', 'integer', (c) => c.notNull())
      .addColumn('version', 'text', (c) => c.notNull())
      .addColumn('started_at', 'bigint', (c) => c.notNull())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .addColumn('ahead', 'bigint', (c) => c.notNull())
      .addColumn('reason', 'text')
      .addColumn('text', 'text')
      .execute();
  },
  /**
   * New installations require a PIN for fob and PINPad tokens. One that is there already goes on accepting the bare tokencode: where the top domain had
   * no policy of its own, it has what held by default until now, to be seen and changed. Policies of domains say all of their fields.
   */
  '0062-pin-required': async (db) => {
    // It comes with the first start.
    const top = await db
      .selectFrom('security_domains')
      .select('id')
      .where('id', '=', 'top')
      .executeTakeFirst();
    if (top === undefined) return;
    await db
      .insertInto('policies')
      .values({ domain_id: 'top', kind: 'token', body: JSON.stringify(POLICY_BEFORE_0062), version: 1 })
      .onConflict((conflict) => conflict.columns(['domain_id', 'kind']).doNothing())
      .execute();
  },
  /** Rows of the audit trail that a place refused by themselves, while it took others: how many, the last one, and when. */
  '0063-rows-set-aside': async (db) => {
    await addColumn(db, 'audit_forwards', 'set_aside', 'integer', 0);
    for (const column of ['set_aside_link', 'set_aside_at'])
      await addColumn(db, 'audit_forwards', column, 'bigint');
  },
  /** Since when a job has been in its state: one that was paused a minute ago has not been forgotten, however old it is. */
  '0064-job-state-since': async (db) => {
    await addColumn(db, 'jobs', 'state_since', 'bigint');
  },
  /** What RADIUS clients report of sessions as key and values, in any language. Earlier reports stay in English. */
  '0065-accounting-texts': async (db) => {
    await addColumn(db, 'radius_accounting', 'text', 'text');
  },
  /** Which names identify a user to a RADIUS client that lets in the name it sent. Clients and names that were there before: the user ID alone. */
  '0066-names-handed-on': async (db) => {
    await addColumn(db, 'radius_clients', 'other_names', 'integer', 0);
    for (const column of ['protected', 'since']) await addColumn(db, 'user_names', column, 'bigint', 0);
    await addColumn(db, 'source_entries', 'protected_names', 'text', '[]');
  },
  /** User IDs that an entry of a directory has while another user has them here; and entries whose users exchange their IDs at once. */
  '0067-contested-user-ids': async (db) => {
    await db.schema
      .createTable('contested_user_ids')
      .addColumn('source_id', 'text', partOf('identity_sources'))
      .addColumn('source_key', 'text', (c) => c.notNull())
      .addColumn('user_id', 'text', (c) => c.notNull())
      .addColumn('user_id_key', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('contested_user_ids_entry', ['source_id', 'source_key'])
      .execute();
    await run(db, 'create index contested_user_ids_key on contested_user_ids (user_id_key)');
    await addColumn(db, 'source_entries', 'circle', 'bigint');
  },
  /** What a run changes by kind, and which of it exceeds a bound; and from where directory passwords were tried. */
  '0068-bounds-of-changes': async (db) => {
    await addColumn(db, 'source_runs', 'changes', 'text', '{}');
    await addColumn(db, 'source_runs', 'exceeds', 'text', '[]');
    await db.schema
      .createTable('directory_try_addresses')
      .addColumn('source_id', 'text', partOf('identity_sources'))
      .addColumn('source_key', 'text', (c) => c.notNull())
      .addColumn('address', 'text', (c) => c.notNull())
      .addColumn('tries', 'integer', (c) => c.notNull())
      .addColumn('last_at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('directory_try_addresses_key', ['source_id', 'source_key', 'address'])
      .execute();
  },
  /** Mail of jobs to many waits behind the rest. What is queued at the time of the upgrade is sent in its order. */
  '0069-bulk-mail': async (db) => {
    await addColumn(db, 'mail', 'bulk', 'integer', 0);
    await run(db, "create index mail_order on mail (bulk, next_at, id) where state = 'queued'");
  },
  /** Requests that are done once for each Idempotency-Key. */
  '0070-idempotency-keys': async (db) => {
    await db.schema
      .createTable('idempotency_keys')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('fingerprint', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute();
    await run(db, 'create index idempotency_keys_expires_at on idempotency_keys (expires_at)');
  },
  /** The timeline of PostgreSQL, which shows that another server was promoted, and whether the last one may have lost commits. */
  '0071-timeline': async (db) => {
    await addColumn(db, 'installation', 'timeline', 'integer');
    await addColumn(db, 'installation', 'commits_awaited', 'integer', 0);
    await addColumn(db, 'installation', 'lossy_timeline', 'integer');
  },
  /** At most one backup is running, held by the database and not by a lock that the caller has to take. */
  '0074-one-running-backup': async (db) => {
    await run(
      db,
      `update backups set state = 'failed', ended_at = begun_at
      where state = 'running' and id <> (select max(id) from backups where state = 'running')`,
    );
    await run(db, "create unique index backups_running on backups (state) where state = 'running'");
  },
  /** The language and the certificate that an identity source has for a user, apart from those that are set here. */
  '0075-mail-of-the-source': async (db) => {
    for (const [table, columns] of [
      ['user_mail', ['source_language', 'source_certificate']],
      ['source_entries', ['language', 'certificate']],
    ] as const)
      for (const column of columns) await addColumn(db, table, column, 'text');
  },
  /** Users whom their directory does not have any more, for searching and reporting: few among a million. */
  '0076-users-gone': async (db) => {
    await run(db, "create index users_gone on users (source_since, id) where source_state = 'gone'");
  },
  /** When the first of the certificates expires that the servers of an identity source present. */
  '0077-certificates-of-sources': async (db) => {
    await addColumn(db, 'identity_sources', 'certificate_until', 'bigint');
  },
};
