/** Seeds: sealed secrets and their positions. `advance` is what makes a tokencode one-time. */

import { type RawBuilder, sql } from 'kysely';
import {
  type AuditContext,
  type AuditEvent,
  auditOfChanged,
  auditOfClaim,
  TRAIL,
  trailOf,
} from '../audit/rows.ts';
import { isCurrent, lockedUsers } from '../authentication/user-locks.ts';
import { listed, refsOf } from '../db/parameter-rows.ts';
import { preparedClaims, preparedLookup, preparedRows } from '../db/prepared.ts';
import { deleteRows, findAll, findColumns, setRow } from '../db/rows.ts';
import type { Flag, TokenKey, UserRow } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { isExpired } from './tokens.ts';

/** All columns of a new seed. */
export const SEED = {
  id: 'text',
  token_id: 'text',
  distribution_id: 'text',
  state: 'text',
  algorithm: 'text',
  hash: 'text',
  digits: 'bigint',
  interval_seconds: 'bigint',
  authentication_type: 'text',
  key_id: 'text',
  sealed: 'text',
  position: 'bigint',
  drift: 'bigint',
  last_accepted_at: 'bigint',
  created_at: 'bigint',
} as const;

const insertAll = preparedRows<typeof SEED, never>(SEED, (db, v) =>
  sql<never>`with ${v} insert into seeds (${listed(SEED)}) select ${listed(SEED)} from v`.compile(db),
);

export type NewSeed = Omit<Row<'seeds'>, 'approved'>;

export async function insertSeeds(db: Connection, rows: readonly NewSeed[]): Promise<void> {
  if (rows.length > 0) await insertAll(db, rows);
}

export const listSeeds = (db: Connection, tokenId: TokenKey) => listSeedsOf(db, [tokenId]);

/** Of all of these tokens. */
export const listSeedsOf = (db: Connection, tokenIds: readonly TokenKey[]): Promise<Row<'seeds'>[]> =>
  findAll(db, 'seeds', { token_id: ['in', tokenIds] }, { order: ['id'] });

export async function hasSeeds(db: Connection): Promise<boolean> {
  return (await findColumns(db, 'seeds', ['id'], 'all', { limit: 1 })).length > 0;
}

/** The lengths of intervals that time-based seeds have, in seconds. */
export async function listTimeSteps(db: Connection): Promise<number[]> {
  const rows = await db
    .selectFrom('seeds')
    .select('interval_seconds')
    .distinct()
    .where('algorithm', '!=', 'hotp')
    .orderBy('interval_seconds')
    .execute();
  return rows.map((row) => row.interval_seconds);
}

export const deleteSeeds = (db: Connection, tokenId: TokenKey) =>
  deleteRows(db, 'seeds', { token_id: tokenId });

/** Agreed in an exchange of a distribution, and not yet confirmed by a tokencode. They are found by their token. */
export const deletePendingSeeds = (
  db: Connection,
  distribution: Pick<Row<'distributions'>, 'id' | 'token_id'>,
) =>
  deleteRows(db, 'seeds', {
    token_id: distribution.token_id,
    distribution_id: distribution.id,
    state: 'pending',
  });

/** Keeps the current seed and the newest pending one: redistributing again and again does not accumulate valid seeds. */
export async function prunePendingSeeds(db: Connection, tokenId: TokenKey): Promise<void> {
  const pending = (await listSeeds(db, tokenId)).filter((seed) => seed.state === 'pending');
  await deleteRows(db, 'seeds', { id: ['in', pending.slice(0, -1).map((seed) => seed.id)] });
}

/**
 * The seed becomes the token's current one. What was there before goes; a pending seed of the latest distribution stays, whose device has
 * just not shown a tokencode yet.
 * @returns false if it was no longer pending
 */
export async function claimConfirmation(
  db: Connection,
  seed: { id: string; tokenId: TokenKey },
): Promise<boolean> {
  if (!(await setRow(db, 'seeds', { id: seed.id, state: 'pending' }, { state: 'current' }))) return false;
  await sql`delete from seeds where token_id = ${seed.tokenId} and id <> ${seed.id} and not (state = 'pending' and exists (
    select 1 from distributions d where d.id = seeds.distribution_id and d.latest = 1))`.execute(db);
  return true;
}

export type Advance = {
  readonly seedId: string;
  readonly userRow: UserRow;
  /** The user's counts of wrong passcodes that the decision was based on; null if they do not matter. */
  readonly seen: number | null;
  /** The interval or counter to accept. */
  readonly position: number;
  readonly drift: number;
  /** When the seed was last accepted: now, or unchanged for a tokencode that is not enough by itself. */
  readonly at: number | null;
};

const ADVANCED = {
  id: 'text',
  user_row: 'text',
  seen: 'bigint',
  position: 'bigint',
  drift: 'bigint',
  at: 'bigint',
} as const;

type Advancing = Readonly<Record<keyof typeof ADVANCED, RawBuilder<unknown>>>;
const advancing = (v: Advancing): RawBuilder<unknown> =>
  sql`update seeds set position = ${v.position}, drift = ${v.drift}, last_accepted_at = ${v.at}`;
const isBehind = (v: Advancing): RawBuilder<unknown> =>
  sql`seeds.id = ${v.id} and seeds.position < ${v.position}`;
const isUnchanged = (v: Advancing): RawBuilder<unknown> =>
  sql`held.id = ${v.user_row} and ${isCurrent(v.seen)}`;
const refs = refsOf(ADVANCED);
const advancingAll = sql`
  ${advancing(refs)} from v, held where ${isBehind(refs)} and ${isUnchanged(refs)} returning seeds.id`;

const advanceAll = preparedRows<typeof ADVANCED, { id: string }>(ADVANCED, (db, v) =>
  sql<{ id: string }>`with ${v}, ${lockedUsers(db)} ${advancingAll}`.compile(db),
);
const advanceWithAudit = preparedClaims(
  { v: ADVANCED, trail: TRAIL },
  {
    all: (db, { v, trail }) => sql`
      with ${v}, ${trail}, ${lockedUsers(db)}, changed as (${advancingAll}), ${auditOfChanged} select id from changed`,
    // SQLite has one writer at a time: no lock is needed.
    // An update of several tables would first copy the row into a table of its own, and rows that are returned cost as much again.
    each: ({ v, trail }) => [
      sql`${advancing(v)} where ${isBehind(v)} and exists (select 1 from users as held where ${isUnchanged(v)})`,
      auditOfClaim(trail),
    ],
  },
);

const advanced = ({ seedId, userRow, seen, position, drift, at }: Advance) => ({
  id: seedId,
  user_row: userRow,
  seen,
  position,
  drift,
  at,
});

/**
 * Accepts each interval if nothing at or after it was accepted before, and no wrong passcode was counted since the check: a
 * compare-and-set, for many seeds at once.
 * @returns the seeds that advanced; a missing one was overtaken, was decided on stale counts, or is gone
 */
export async function advanceSeeds(
  db: Connection,
  advances: readonly Advance[],
): Promise<ReadonlySet<string>> {
  if (advances.length === 0) return new Set();
  const rows = await advanceAll(db, advances.map(advanced));
  return new Set(rows.map((row) => row.id));
}

const moveOn = preparedRows<{ id: 'text'; position: 'bigint' }, { id: string }>(
  { id: 'text', position: 'bigint' },
  (db, v) =>
    sql<{ id: string }>`with ${v} update seeds set position = v.position from v
      where seeds.id = v.id and seeds.position < v.position returning seeds.id`.compile(db),
);

/** @returns how many were behind */
export async function moveSeedsOn(
  db: Connection,
  seeds: readonly { readonly id: string; readonly position: number }[],
): Promise<number> {
  return seeds.length === 0 ? 0 : (await moveOn(db, seeds)).length;
}

/** The same, with an audit row for each seed that advanced, in a transaction of its own. */
export async function advanceSeedsWithAudit(
  db: Connection,
  context: AuditContext,
  advances: readonly (Advance & { readonly audit: AuditEvent })[],
): Promise<ReadonlySet<string>> {
  return advanceWithAudit(db, {
    v: advances.map(advanced),
    trail: trailOf(
      context,
      advances.map(({ seedId, audit }) => ({ of: seedId, audit })),
    ),
  });
}

/**
 * Accepts an approval if neither it nor a later one was accepted before.
 * @returns at most once for each
 */
export const claimApproval = (db: Connection, seedId: string, moment: number) =>
  setRow(db, 'seeds', { id: seedId, state: 'current', approved: ['<', moment] }, { approved: moment });

/** What a verification needs to know about a user, a token and a seed, in one read. */
export type VerifiableRow = {
  readonly user_row: UserRow;
  /** As stored, whatever the caller wrote. */
  readonly user_name: string;
  readonly user_enabled: Flag;
  /** Path of the user's security domain. */
  readonly user_domain: string;
  readonly user_failures: number;
  readonly user_locks: number;
  readonly locked_until: number | null;
  readonly guess_version: number;
  /** An entry of a directory that is another person has this user ID. */
  readonly contested: Flag;
  readonly token_id: TokenKey | null;
  readonly serial: string | null;
  readonly token_enabled: Flag | null;
  readonly token_lost: Flag | null;
  readonly expires_on: string | null;
  readonly pin: string | null;
  readonly pin_set_at: number | null;
  readonly pin_change: Flag | null;
  readonly emergency_until: number | null;
  readonly emergency_return: Row<'tokens'>['emergency_return'];
  readonly failures: number | null;
  /** ID of the token it is waiting to replace. */
  readonly replaces: TokenKey | null;
  readonly last_failure_at: number | null;
  readonly seed_id: string | null;
  readonly distribution_id: string | null;
  readonly state: 'current' | 'pending' | null;
  readonly algorithm: Row<'seeds'>['algorithm'] | null;
  readonly hash: Row<'seeds'>['hash'] | null;
  readonly digits: Row<'seeds'>['digits'] | null;
  readonly interval_seconds: number | null;
  readonly authentication_type: Row<'seeds'>['authentication_type'] | null;
  readonly sealed: string | null;
  readonly position: number | null;
  readonly drift: number | null;
  readonly last_accepted_at: number | null;
};

/** Stands for the ID of a user if there is none. */
const DECOY = 'nobody';

const VERIFIABLE = sql`
  users.id as user_row, users.user_id as user_name, users.enabled as user_enabled, users.domain as user_domain,
  users.failures as user_failures, users.locks as user_locks, users.locked_until, users.guess_version,
  case when exists (select 1 from contested_user_ids c where c.user_id_key = users.user_id_key
    and (users.source_id is null or c.source_id <> users.source_id or c.source_key <> users.source_key)) then 1 else 0 end
    as contested,
  tokens.id as token_id, tokens.serial, tokens.enabled as token_enabled, tokens.lost as token_lost, tokens.expires_on, tokens.pin,
  tokens.pin_set_at, tokens.pin_change, tokens.emergency_until, tokens.emergency_return, tokens.failures, tokens.last_failure_at,
  replacements.replaced_id as replaces,
  seeds.id as seed_id, seeds.distribution_id, seeds.state, seeds.algorithm, seeds.hash, seeds.digits, seeds.interval_seconds,
  seeds.authentication_type, seeds.sealed, seeds.position, seeds.drift, seeds.last_accepted_at`;
const OF_USER = sql`
  left join tokens on tokens.user_id = users.id
  left join seeds on seeds.token_id = tokens.id
  left join replacements on replacements.token_id = tokens.id`;

const ZERO = sql`'00000000-0000-0000-0000-000000000000'`;
/** For an unknown user, a row that takes as many steps to find and is about as long; its columns mean nothing. */
const decoy = (key: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  ${sql.lit(DECOY)}, '', 0, '', u.failures, 0, null, 0,
  case when exists (select 1 from contested_user_ids c where c.user_id_key = ${key}) then 1 else 0 end,
  ${ZERO}, '', 0, 0, '', ${ZERO}, 0, 0, null, null, t.failures, null, null,
  ${ZERO}, ${ZERO}, '', '', '', 0, 0, '', ${ZERO}, s.failures, 0, 0`;
const OF_DECOY = sql`
  left join decoy_counters t on t.id = u.id
  left join decoy_counters s on s.id = t.id
  left join decoy_counters r on r.id = s.id + 64`;
const isUnknown = (key: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`not exists (select 1 from users where user_id_key = ${key})`;
const KEY = sql.ref('asked.key');

const readVerifiable = preparedLookup<VerifiableRow>((db, given) =>
  ('asked' in given
    ? sql<VerifiableRow>`select ${KEY} as asked, ${VERIFIABLE} from ${given.asked} join users on users.user_id_key = ${KEY} ${OF_USER}
        union all
        select ${KEY}, ${decoy(KEY)} from ${given.asked} join decoy_counters u on u.id = 0 ${OF_DECOY} where ${isUnknown(KEY)}`
    : sql<VerifiableRow>`select ${VERIFIABLE} from users ${OF_USER} where users.user_id_key = ${given.key}
        union all
        select ${decoy(sql`${given.key}`)} from decoy_counters u ${OF_DECOY} where u.id = 0 and ${isUnknown(sql`${given.key}`)}`
  ).compile(db),
);

/** Why no passcode for this row is accepted until an administrator changes the token or its user. Also the name of its text. */
export function lastingBar(
  row: Pick<VerifiableRow, 'user_enabled' | 'token_enabled' | 'token_lost' | 'expires_on'>,
  now: number,
): 'user-disabled' | 'token-disabled' | 'token-lost' | 'token-expired' | undefined {
  if (row.user_enabled !== 1) return 'user-disabled';
  if (row.token_enabled !== 1) return 'token-disabled';
  if (row.token_lost === 1) return 'token-lost';
  return row.expires_on !== null && isExpired(row.expires_on, now) ? 'token-expired' : undefined;
}

/** All tokens of one user with their seeds. No row: no such user, which takes as long to find out as for a user with a token. */
export async function findVerifiable(db: Connection, userIdKey: string): Promise<VerifiableRow[]> {
  const rows = await readVerifiable(db, userIdKey);
  return rows[0]?.user_row === DECOY ? [] : rows;
}
