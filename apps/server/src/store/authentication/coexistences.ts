/** Old RADIUS servers, their challenges, and what their acceptances have taught. */

import type { Lesson } from '@sower/api/coexistences';
import { type RawBuilder, sql } from 'kysely';
import { countOf } from '../db/bounded-count.ts';
import { claimRow, findOne, listAll, putRow, setRow } from '../db/rows.ts';
import { inScopes } from '../directory/domains.ts';
import type { KeyedHash, UserRow } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';
import type { VerifiableRow } from '../tokens/seeds.ts';

export const listCoexistences = (db: Connection) => listAll(db, 'coexistences', 'name_key');

/** At most one caller gets it, and only for the user and the client that it was made for. */
export function claimForwardedChallenge(
  db: Connection,
  wanted: {
    readonly idHash: KeyedHash;
    readonly binding: string;
    readonly userKey: string;
    readonly now: number;
  },
): Promise<Row<'forwarded_challenges'> | undefined> {
  return claimRow(db, 'forwarded_challenges', {
    id_hash: wanted.idHash,
    binding: wanted.binding,
    user_key: wanted.userKey,
    expires_at: ['>', wanted.now],
  });
}

export const findLesson = (db: Connection, userKey: string) =>
  findOne(db, 'coexistence_users', { user_key: userKey });

export const putLesson = (db: Connection, row: Row<'coexistence_users'>) =>
  putRow(db, 'coexistence_users', row, 'user_key');

export async function deleteLessons(db: Connection): Promise<void> {
  await db.deleteFrom('coexistence_users').execute();
}

/** A seed that came in a file, with its token. */
export type ImportedSeed = Pick<
  Row<'seeds'>,
  | 'id'
  | 'token_id'
  | 'algorithm'
  | 'hash'
  | 'digits'
  | 'interval_seconds'
  | 'sealed'
  | 'position'
  | 'drift'
  | 'last_accepted_at'
> &
  Pick<Row<'tokens'>, 'serial' | 'user_id' | 'expires_on'>;

/** One that is entered with a PIN before the tokencode, or with none. */
const imported = (db: Connection) =>
  db
    .selectFrom('seeds')
    .innerJoin('tokens', 'tokens.id', 'seeds.token_id')
    .select([
      ...(['seeds.id', 'seeds.token_id', 'seeds.algorithm', 'seeds.hash', 'seeds.digits'] as const),
      ...(['seeds.interval_seconds', 'seeds.sealed', 'seeds.position', 'seeds.drift'] as const),
      ...(['seeds.last_accepted_at', 'tokens.serial', 'tokens.user_id', 'tokens.expires_on'] as const),
    ])
    .where('seeds.distribution_id', 'is', null)
    .where('seeds.state', '=', 'current')
    .where('seeds.authentication_type', '!=', 'pinpad');

/** @param domain path: in it or below */
export function listUnassignedSeeds(db: Connection, domain: string, limit: number): Promise<ImportedSeed[]> {
  return imported(db)
    .where('tokens.user_id', 'is', null)
    .where((eb) => inScopes(eb.ref('tokens.domain'), [domain]))
    .orderBy('seeds.id')
    .limit(limit)
    .execute();
}

export function listSeedsOfUser(db: Connection, user: UserRow): Promise<ImportedSeed[]> {
  return imported(db).where('tokens.user_id', '=', user).orderBy('seeds.id').execute();
}

export function listSeedsOfOthers(db: Connection, domain: string, user: UserRow, limit: number) {
  return imported(db)
    .where('tokens.user_id', '!=', user)
    .where((eb) => inScopes(eb.ref('tokens.domain'), [domain]))
    .orderBy('seeds.id')
    .limit(limit)
    .execute();
}

export async function listSeedsById(db: Connection, ids: readonly string[]): Promise<ImportedSeed[]> {
  return ids.length === 0
    ? []
    : imported(db)
        .where('seeds.id', 'in', [...ids])
        .orderBy('seeds.id')
        .execute();
}

/**
 * Uses up an interval that an old server has accepted.
 * @param seed.withPin whether a PIN stood before the tokencode, for a seed that becomes the user's thereby
 * @returns false if it was used up already
 */
export async function claimTaughtSeed(
  db: Connection,
  seed: {
    readonly id: string;
    readonly position: number;
    readonly drift: number;
    readonly at: number;
    readonly withPin?: boolean;
  },
): Promise<boolean> {
  return setRow(
    db,
    'seeds',
    { id: seed.id, position: ['<', seed.position] },
    {
      position: seed.position,
      drift: seed.drift,
      last_accepted_at: seed.at,
      ...(seed.withPin === undefined
        ? {}
        : { authentication_type: seed.withPin ? ('fob' as const) : ('tokencode' as const) }),
    },
  );
}

export const countUnassignedSeeds = (db: Connection) =>
  countOf(db, imported(db).clearSelect().select('seeds.id').where('tokens.user_id', 'is', null));

/** The fewest digits of a tokencode, and so the worst odds; undefined if no seed was imported. */
export async function fewestDigits(db: Connection): Promise<number | undefined> {
  const { digits } = await imported(db)
    .clearSelect()
    .select(({ fn }) => fn.min<number | null>('seeds.digits').as('digits'))
    .executeTakeFirstOrThrow();
  return digits === null ? undefined : Number(digits);
}

/** Users of these security domains. */
export async function countMoves(db: Connection, domains: readonly string[]) {
  if (domains.length === 0) return { moved: 0, waiting: 0 };
  const row = await db
    .selectFrom('users')
    .select([
      sql<number | null>`sum(case when ${MOVED} then 1 else 0 end)`.as('moved'),
      sql<number>`count(*)`.as('all'),
    ])
    .where((eb) => inScopes(eb.ref('users.domain'), domains))
    .where('users.enabled', '=', 1)
    .executeTakeFirstOrThrow();
  const moved = Number(row.moved ?? 0);
  return { moved, waiting: Number(row.all) - moved };
}

type MoveRow = {
  readonly user_key: string;
  readonly user_id: string;
  readonly lesson: Lesson | null;
  readonly serials: string | null;
  readonly at: number | null;
};
type Page = { readonly after: string; readonly limit: number };

/** In the order of their user IDs. @param domains that are forwarded, and @param scopes that the caller may see */
export function listMoves(
  db: Connection,
  moved: boolean,
  { domains, scopes }: { readonly domains: readonly string[]; readonly scopes: readonly string[] },
  { after, limit }: Page,
): Promise<MoveRow[]> {
  if (domains.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('users')
    .leftJoin('coexistence_users as lesson', 'lesson.user_key', 'users.user_id_key')
    .select([
      'users.user_id_key as user_key',
      'users.user_id',
      'lesson.lesson',
      'lesson.serials',
      'lesson.at',
    ])
    .where((eb) => inScopes(eb.ref('users.domain'), domains))
    .where((eb) => inScopes(eb.ref('users.domain'), scopes))
    .where('users.enabled', '=', 1)
    .where(moved ? MOVED : sql<boolean>`not ${MOVED}`)
    .where('users.user_id_key', '>', after)
    .orderBy('users.user_id_key')
    .limit(limit)
    .execute();
}

const conflicting = (db: Connection, conflicts: readonly Lesson[]) =>
  db
    .selectFrom('coexistence_users as lesson')
    .leftJoin('users', 'users.user_id_key', 'lesson.user_key')
    .where('lesson.lesson', 'in', [...conflicts])
    // Settled since: the user was added, or has a token.
    .where((eb) => eb.or([eb('users.id', 'is', null), sql<boolean>`not ${MOVED}`]))
    .where((eb) => eb.or([eb('users.id', 'is', null), eb('lesson.lesson', '!=', 'unknown-user')]));

export const countConflicts = (db: Connection, conflicts: readonly Lesson[]) =>
  countOf(db, conflicting(db, conflicts).select('lesson.user_key'));

/** A user who does not exist here is shown to those who may see all. */
export function listConflicts(
  db: Connection,
  conflicts: readonly Lesson[],
  scopes: readonly string[],
  { after, limit }: Page,
): Promise<MoveRow[]> {
  return conflicting(db, conflicts)
    .select([
      'lesson.user_key',
      'lesson.user_name as user_id',
      'lesson.lesson',
      'lesson.serials',
      'lesson.at',
    ])
    .where((eb) =>
      eb.or([
        inScopes(eb.ref('users.domain').$castTo<string>(), scopes),
        ...(scopes.includes('/') ? [eb('users.id', 'is', null)] : []),
      ]),
    )
    .where('lesson.user_key', '>', after)
    .orderBy('lesson.user_key')
    .limit(limit)
    .execute();
}

/**
 * Who has moved: the rule of coexistence, once for rows that were read and once as a condition of SQL. A test holds one against the other.
 *
 * A user has moved who holds a token that was lost, that has ever been used here, or that is enabled and has its seed; or to whom a token was
 * once given because of passcodes that an old server accepted. A token that an administrator disabled, and that was never used here, moves no
 * one: imported tokens wait so. A new token whose seed waits for its first passcode does not either, so that the old one works until then.
 */
export type MovingRow = Pick<
  VerifiableRow,
  'token_id' | 'token_enabled' | 'token_lost' | 'seed_id' | 'state' | 'last_accepted_at'
>;

/** @param rows every token of the user, with its seeds */
export const hasMoved = (rows: readonly MovingRow[]): boolean =>
  rows.some(
    (row) =>
      row.token_id !== null &&
      (row.token_lost === 1 ||
        (row.seed_id !== null &&
          (row.last_accepted_at !== null || (row.token_enabled === 1 && row.state === 'current')))),
  );

/** Of `users`. */
export const MOVED: RawBuilder<boolean> = sql<boolean>`(
  exists (select 1 from tokens left join seeds on seeds.token_id = tokens.id where tokens.user_id = users.id and (
    tokens.lost = 1 or seeds.last_accepted_at is not null or (tokens.enabled = 1 and seeds.state = 'current')))
  or exists (select 1 from coexistence_users c where c.user_key = users.user_id_key and c.lesson = 'moved'))`;
