/** The database that every run begins with, and how it gets back to it: only what a run has changed is put back. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { PERMISSION_NAMES } from '@sower/api/permissions';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { sealing as makeSealing, type Sealing } from '@sower/server/keys/seal/sealing';
import { seedAssociatedData } from '@sower/server/provisioning/distribution/activate';
import { type DeviceTypes, loadDeviceTypes } from '@sower/server/provisioning/profiles/device-types';
import { openDatabase } from '@sower/server/store/db/open';
import { insertApiKey } from '@sower/server/store/directory/administrators';
import { insertDomain, TOP_DOMAIN } from '@sower/server/store/directory/domains';
import { insertUser, userIdKey } from '@sower/server/store/directory/users';
import { claimInstallation, updateSettings } from '@sower/server/store/operations/installation';
import { insertProfile } from '@sower/server/store/tokens/profiles';
import { insertSeeds } from '@sower/server/store/tokens/seeds';
import { insertTokens } from '@sower/server/store/tokens/tokens';
import { insertJob } from '@sower/server/store/work/jobs';

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
export const DOMAIN = idOf(60);
export const KEY = idOf(70);
export const JOB = idOf(80);
export const JOB_ROWS = 6;

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
  readonly folder: string;
  readonly file: string;
  readonly sealing: Sealing;
  readonly deviceTypes: DeviceTypes;
  /** What the run sees and says about the database, beside the nodes. */
  ask(sql: string): StatementSync;
  reset(changed: ReadonlySet<string>): void;
  close(): void;
};

const MASTER = new Uint8Array(32).fill(7);

export async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sower-simulation-'));
  const [template, file] = [join(folder, 'template.sqlite'), join(folder, 'run.sqlite')];
  const sealing = makeSealing(MASTER, randomFrom(77));
  const deviceTypes = await loadDeviceTypes(new URL('../../apps/server/device-types/', import.meta.url));
  await fill(template, sealing);
  copyFileSync(template, file);
  const beside = new DatabaseSync(file);
  beside.exec(`pragma foreign_keys = off; pragma synchronous = off; attach '${template}' as template`);
  const along = referring(beside);
  const back = new Map(
    [...along.keys()].map((table) => [
      table,
      [`delete from main.${table}`, `insert into main.${table} select * from template.${table}`].map((sql) =>
        beside.prepare(sql),
      ),
    ]),
  );
  const asked = new Map<string, StatementSync>();
  return {
    folder,
    file,
    sealing,
    deviceTypes,
    ask(sql) {
      const statement = asked.get(sql) ?? beside.prepare(sql);
      asked.set(sql, statement);
      return statement;
    },
    reset(changed) {
      const tables = new Set([...changed].flatMap((table) => [table, ...(along.get(table) ?? [])]));
      beside.exec('begin immediate');
      for (const table of tables) for (const statement of back.get(table) ?? []) statement.run();
      beside.exec('commit');
    },
    close() {
      beside.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function fill(template: string, sealing: Sealing): Promise<void> {
  const { db, close } = await openDatabase({ kind: 'sqlite', file: template });
  await claimInstallation(db, 'check', BEGIN);
  const top = { id: TOP_DOMAIN.id, path: TOP_DOMAIN.path, parent_id: null, name: 'Top', name_key: 'top' };
  await insertDomain(db, { ...top, created_at: BEGIN, version: 1 });
  // Windows as narrow as they can be: most of the work of a check is the codes in them.
  const narrow = { 'verify.firstUseSeconds': 60, 'verify.maxDriftSeconds': 60 };
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
          digits: 8,
          interval_seconds: 60,
          authentication_type: at === 0 ? 'tokencode' : 'fob',
          key_id: '',
        },
        sealed: sealing.seal(seedAssociatedData(seedId), seed),
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
  await insertProfile(db, {
    ...{ id: PROFILE, name: 'P', name_key: 'p', device_type: 'sower', delivery: 'url', algorithm: 'totp' },
    ...{ digits: 8, interval_seconds: 60, authentication_type: 'tokencode', code_expiry: '7d' },
    ...{ created_at: BEGIN, version: 1 },
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
  await close();
}

/** Of each table, those whose rows may go with its rows. */
function referring(db: DatabaseSync): Map<string, Set<string>> {
  const tables = db
    .prepare("select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%'")
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
