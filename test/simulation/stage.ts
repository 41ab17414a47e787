/** The database that every run begins with, and how it gets back to it: only what a run has changed is put back. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { PERMISSION_NAMES } from '@sower/api/permissions';
import { profileInputSchema } from '@sower/api/profiles';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { beginAuditMarks } from '@sower/server/audit/chain';
import type { Actor } from '@sower/server/core/actor';
import { addSource } from '@sower/server/directory/sources/sources';
import { type MasterKey, masterKeyOf } from '@sower/server/keys/seal/key-ring';
import { aadOf } from '@sower/server/keys/seal/sealed-columns';
import { sealing as makeSealing, type Sealing } from '@sower/server/keys/seal/sealing';
import { type DeviceTypes, loadDeviceTypes } from '@sower/server/provisioning/profiles/device-types';
import { columnsOf } from '@sower/server/provisioning/profiles/profile';
import { type DatabaseLocation, openDatabase } from '@sower/server/store/db/open';
import { insertRow } from '@sower/server/store/db/rows';
import { inTransaction } from '@sower/server/store/db/transaction';
import {
  insertAdministrator,
  insertApiKey,
  replaceGrants,
} from '@sower/server/store/directory/administrators';
import { insertDomain, TOP_DOMAIN } from '@sower/server/store/directory/domains';
import { insertUser, userIdKey } from '@sower/server/store/directory/users';
import { claimInstallation, updateSettings } from '@sower/server/store/operations/installation';
import { insertSeeds } from '@sower/server/store/tokens/seeds';
import { insertTokens } from '@sower/server/store/tokens/tokens';
import { insertJob } from '@sower/server/store/work/jobs';
import type { Hub, NodeDatabase } from './database.ts';
import { DIRECTORY_INPUT } from './directory.ts';
import type { Version } from './version.ts';

/** Ten seconds into a minute of 2030. */
export const BEGIN = 1_900_000_000_000 - (1_900_000_000_000 % 60_000) + 10_000;

export type Holder = {
  readonly userId: string;
  readonly userRow: string;
  readonly tokenId: string;
  readonly serial: string;
  readonly seedId: string;
  readonly seed: Uint8Array;
};

/** Ada's token shows tokencodes; Bob's needs a PIN, which it does not have yet; the third is nobody's. */
export const ADA: Holder = holder(1, 'ada');
export const BOB: Holder = holder(2, 'bob');
export const HOLDERS = [ADA, BOB] as const;
export const SPARE = { tokenId: idOf(9), serial: '000100000009' };
export const PROFILE = idOf(50);
/** Activated by the user in Self-Service; a rule sends no codes then. */
export const PROFILE_OF_RULES = idOf(51);
export const DOMAIN = idOf(60);
export const OFFER = idOf(65);
export const KEY = idOf(70);
export const JOB = idOf(80);
export const JOB_ROWS = 6;
export const ACTOR: Actor = {
  kind: 'system',
  name: 'simulation',
  grants: [{ permissions: new Set(PERMISSION_NAMES), domain: '/' }],
};
/** The two-person rule binds these, and no one else of a run. */
export const PERSONS = [
  { id: idOf(90), name: 'eve' },
  { id: idOf(91), name: 'mallory' },
] as const;

function holder(number: number, userId: string): Holder {
  return {
    userId,
    userRow: idOf(number),
    tokenId: idOf(10 + number),
    serial: `00010000000${number}`,
    seedId: idOf(20 + number),
    seed: new Uint8Array(16).fill(number),
  };
}
function idOf(number: number): string {
  return `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** Octets that look random and are the same in each run (mulberry32). */
export function randomFrom(seed: number): (length: number) => Uint8Array {
  let state = seed;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return (mixed ^ (mixed >>> 14)) & 0xff;
    });
}

export type Stage = {
  readonly tables: readonly string[];
  readonly sealing: Sealing;
  readonly deviceTypes: DeviceTypes;
  /** Its drivers are those of a version. */
  node(hub: Hub, version: Version): NodeDatabase;
  /** Resolves when everything that was let go has reached its next point, or waits for a lock; absent: at the end of the turn. */
  settle?(): Promise<void>;
  /** Where no one can be let go: whether something that waits for a lock has gone on. */
  goesOn?(): Promise<boolean>;
  /** A row as it is now. */
  one(sql: string, ...values: (string | number)[]): Promise<Record<string, unknown> | undefined>;
  /** After a run: what it has left is seen by `ask`. */
  gather(changed: ReadonlySet<string>): Promise<void>;
  /** Judges what a run has left; `template` is what it began with. */
  ask(sql: string): StatementSync;
  reset(changed: ReadonlySet<string>): Promise<void>;
  /** Keeps what is committed now of these tables, and of those that refer to them, until the next backup. */
  backUp(changed: ReadonlySet<string>, leftOut: ReadonlySet<string>): Promise<void>;
  /** What the last backup has, if there was one in this run, and of all other tables that have changed what a run begins with. */
  restore(changed: ReadonlySet<string>): Promise<void>;
  close(): Promise<void>;
};

/** That another database is judged by. */
export type JudgedStage = Stage & {
  /** Those tables, and those whose rows may go with their rows. */
  along(changed: ReadonlySet<string>): readonly string[];
  /** Puts rows in place of those that are there. */
  take(
    changed: ReadonlySet<string>,
    rowsOf: (table: string) => Promise<readonly Record<string, unknown>[]>,
    into?: 'main' | 'template',
  ): Promise<void>;
};

/** The one that a database begins with, and the next ones. */
export const masterOf = (number: number): MasterKey => masterKeyOf(new Uint8Array(32).fill(7 + number));

/** @param judges whether it gets what another database has checked, table by table */
export async function setStage({ judges = false } = {}): Promise<JudgedStage> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sower-simulation-'));
  const [template, file] = [join(folder, 'template.sqlite'), join(folder, 'run.sqlite')];
  const sealing = makeSealing(masterOf(0).octets as Uint8Array, randomFrom(77));
  const deviceTypes = await loadDeviceTypes(new URL('../../apps/server/device-types/', import.meta.url));
  await fill({ kind: 'sqlite', file: template }, sealing);
  copyFileSync(template, file);
  const beside = new DatabaseSync(file);
  beside.exec(`pragma foreign_keys = off; pragma synchronous = off; attach '${template}' as template`);
  if (judges)
    for (const within of ['main', 'template'])
      for (const { name } of beside
        .prepare(`select name from ${within}.sqlite_master where type = 'trigger'`)
        .all())
        beside.exec(`drop trigger ${within}.${name}`);
  const referred = referring(beside);
  const tables = [...referred.keys()];
  const along = (changed: ReadonlySet<string>): string[] => [
    ...new Set(
      [...changed].filter((table) => referred.has(table)).flatMap((t) => [t, ...(referred.get(t) ?? [])]),
    ),
  ];
  const emptied = (table: string, of = 'main'): string[] => [
    // A user that is inserted gets a row of words by a trigger, and has one already.
    ...(table === 'users' ? [`delete from ${of}.user_words`] : []),
    `delete from ${of}.${table}`,
  ];
  const back = new Map(
    tables.map((table) => [
      table,
      [...emptied(table), `insert or replace into main.${table} select * from template.${table}`].map((sql) =>
        beside.prepare(sql),
      ),
    ]),
  );
  const asked = new Map<string, StatementSync>();
  let saved = new Map<string, readonly Record<string, unknown>[]>();
  const ask = (sql: string): StatementSync => {
    const statement = asked.get(sql) ?? beside.prepare(sql);
    asked.set(sql, statement);
    return statement;
  };
  const stage: JudgedStage = {
    tables,
    sealing,
    deviceTypes,
    node: (hub, { sqliteNode }) => sqliteNode(file, hub),
    one: async (sql, ...values) => ask(sql).get(...values) as Record<string, unknown> | undefined,
    gather: async () => {},
    ask,
    along,
    async take(changed, rowsOf, into = 'main') {
      const concerned = along(changed);
      const rows: (readonly Record<string, unknown>[])[] = [];
      for (const table of concerned) rows.push(await rowsOf(table));
      beside.exec('begin immediate');
      for (const [at, table] of concerned.entries()) {
        for (const sql of emptied(table, into)) ask(sql).run();
        for (const row of rows[at] ?? []) {
          const columns = Object.keys(row);
          ask(
            `insert or replace into ${into}.${table} (${columns.join()}) values (${columns.map(() => '?').join()})`,
          ).run(...(Object.values(row) as SQLInputValue[]));
        }
      }
      beside.exec('commit');
    },
    async backUp(changed, leftOut) {
      beside.exec('begin');
      saved = new Map(
        along(changed)
          .filter((table) => !leftOut.has(table))
          .map((table) => [table, ask(`select * from main.${table}`).all()]),
      );
      beside.exec('commit');
    },
    async restore(changed) {
      const kept = saved;
      await stage.reset(changed);
      await stage.take(new Set(kept.keys()), async (table) => kept.get(table) ?? []);
    },
    async reset(changed) {
      saved = new Map();
      beside.exec('begin immediate');
      for (const table of along(changed)) for (const statement of back.get(table) ?? []) statement.run();
      beside.exec('commit');
    },
    async close() {
      beside.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return stage;
}

export async function fill(location: DatabaseLocation, sealing: Sealing): Promise<void> {
  const { db, close } = await openDatabase(location);
  await claimInstallation(db, sealing.seal('installation.key_check', new Uint8Array(1)), BEGIN);
  const top = { id: TOP_DOMAIN.id, path: TOP_DOMAIN.path, parent_id: null, name: 'Top', name_key: 'top' };
  await insertDomain(db, { ...top, created_at: BEGIN, version: 1 });
  // Windows as narrow as they can be: most of the work of a check is the codes in them.
  const narrow = {
    'verify.firstUseSeconds': 60,
    'verify.maxDriftSeconds': 60,
    'approvals.second': true,
  } as const;
  await updateSettings(db, { ...DEFAULT_SETTINGS, ...narrow }, 1);
  for (const [at, { userId, userRow, tokenId, serial, seedId, seed }] of HOLDERS.entries()) {
    await insertUser(db, {
      ...{
        id: userRow,
        user_id: userId,
        user_id_key: userIdKey(userId),
        first_name: '',
        last_name: '',
        email: '',
      },
      ...{ last_name_key: '', email_key: '', domain: '/', enabled: 1, created_at: BEGIN, version: 1 },
    });
    const token = { pin: null, failures: 0, last_failure_at: null, created_at: BEGIN, version: 1 };
    const standing = { domain: '/', enabled: 1, lost: 0, expires_on: '2037-12-31' } as const;
    await insertTokens(db, [{ id: tokenId, serial, user_id: userRow, ...standing, ...token }]);
    await insertSeeds(db, [
      {
        ...{ id: seedId, token_id: tokenId, distribution_id: tokenId, state: 'current', algorithm: 'totp' },
        ...{
          hash: 'sha1',
          digits: 8,
          interval_seconds: 60,
          authentication_type: at === 0 ? 'tokencode' : 'fob',
          key_id: '',
        },
        sealed: sealing.seal(aadOf('seeds.sealed', seedId), seed),
        ...{ position: -1, drift: 0, last_accepted_at: BEGIN, created_at: BEGIN },
      },
    ]);
  }
  await insertTokens(db, [
    {
      ...{ id: SPARE.tokenId, serial: SPARE.serial, user_id: null, domain: '/', enabled: 0, lost: 0 },
      ...{
        expires_on: '2037-12-31',
        pin: null,
        failures: 0,
        last_failure_at: null,
        created_at: BEGIN,
        version: 1,
      },
    },
  ]);
  for (const [id, name, delivery] of [
    [PROFILE, 'P', 'url'],
    [PROFILE_OF_RULES, 'Q', 'qr'],
  ] as const) {
    const profile = {
      name,
      deviceType: 'sower',
      delivery,
      algorithm: 'totp',
      authenticationType: 'tokencode',
    };
    await insertRow(db, 'token_profiles', {
      ...{ id, name, name_key: name.toLowerCase(), device_type: 'sower', created_at: BEGIN, version: 1 },
      ...columnsOf({ ...profileInputSchema.parse(profile), codeExpiry: '7d' }),
    });
  }
  // Two approve a request, and then it is distributed.
  await insertRow(db, 'offers', {
    ...{ id: OFFER, name: 'O', name_key: 'o', profile_id: PROFILE, icon: 'phone', description: '' },
    ...{ download_url: '', help_url: '', is_default: 1, enabled: 1, distribution: 1 },
    ...{ steps: JSON.stringify([{ name: 'one' }, { name: 'two' }]), created_at: BEGIN, version: 1 },
  });
  const trail = { sealing, now: () => BEGIN, random: randomFrom(99) };
  const key = {
    id: KEY,
    name: 'jobs',
    key_hash: 'none' as const,
    permissions: JSON.stringify(PERMISSION_NAMES),
  };
  await insertApiKey(db, trail, {
    ...{ ...key, domain: '/', created_at: BEGIN, created_by: 'simulation', expires_at: null },
    ...{ owner_id: null, owner_name: null },
  });
  await insertJob(db, trail, {
    ...{
      id: JOB,
      kind: 'distribute',
      name: 'J',
      input: JSON.stringify({ tokens: 'held' }),
    },
    ...{
      about: null,
      rule_id: null,
      state: 'queued',
      phase: 'work',
      total: JOB_ROWS,
      created_at: BEGIN,
      source: null,
    },
    ...{ actor_kind: 'api-key', actor_id: KEY, actor_name: 'api-key:jobs' },
  });
  await insertDomain(db, {
    ...{ id: DOMAIN, name: 'D', name_key: 'd', path: `/${DOMAIN}/`, parent_id: TOP_DOMAIN.id },
    ...{ created_at: BEGIN, version: 1 },
  });
  for (const { id, name } of PERSONS) {
    await insertAdministrator(db, trail, {
      ...{ id, user_name: name, user_name_key: name, password_hash: 'none', enabled: 1, token_user_id: null },
      ...{
        passkey_count: 0,
        must_change_password: 0,
        password_given_at: null,
        created_at: BEGIN,
        version: 1,
      },
    });
    const { id: domainId, path } = TOP_DOMAIN;
    await replaceGrants(db, trail, id, [{ roleId: 'super-admin', domainId, path }]);
  }
  const source = { ...trail, db, databaseNow: () => BEGIN, onAlteredRow: () => {} };
  const saver: Actor = { ...ACTOR, kind: 'api-key', name: 'jobs', key: KEY };
  const added = await addSource(source, saver, DIRECTORY_INPUT);
  if (!added.ok) throw new Error(JSON.stringify(added));
  // The trail begins with what a run does.
  await db.deleteFrom('audit_unlinked').execute();
  await db.deleteFrom('audit').execute();
  // As the first start does it: the chain has an anchor from the beginning.
  await inTransaction(db, (trx) => beginAuditMarks(trx, trail));
  await close();
}

/** Of each table, those whose rows may go with its rows. */
function referring(db: DatabaseSync): Map<string, Set<string>> {
  const tables = db
    .prepare(
      "select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like '%_fts%'",
    )
    .all()
    .map(({ name }) => String(name));
  const direct = new Map<string, Set<string>>(tables.map((table) => [table, new Set()]));
  for (const table of tables)
    for (const { table: to } of db.prepare(`pragma main.foreign_key_list(${table})`).all())
      direct.get(String(to))?.add(table);
  const reach = (table: string, seen: Set<string>): Set<string> => {
    for (const next of direct.get(table) ?? [])
      if (!seen.has(next)) {
        seen.add(next);
        reach(next, seen);
      }
    return seen;
  };
  return new Map(tables.map((table) => [table, reach(table, new Set())]));
}
