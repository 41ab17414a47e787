/** Offers and requests. A request changes by compare-and-set on its version: of two simultaneous decisions, one is made. */

import { type SqlBool, sql } from 'kysely';
import { changeRows, findAll, findNamed, insertRow, listAll, plus, setRow } from '../db/rows.ts';
import { inScopes } from '../directory/domains.ts';
import { userIdKey } from '../directory/users.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export const listOffers = (db: Connection) => listAll(db, 'offers', 'name_key');

export const findOffer = (db: Connection, idOrName: string): Promise<Row<'offers'> | undefined> =>
  findNamed(db, 'offers', idOrName, userIdKey(idOrName));

/** At most one is the default: the others no longer are. */
export const clearOtherDefaults = (db: Connection, id: string) =>
  changeRows(db, 'offers', { is_default: 1, id: ['!=', id] }, { is_default: 0, version: plus('version', 1) });

/** Whether an offer, or a request that is still open, needs this profile. */
export async function isProfileRequested(db: Connection, profileId: string): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    select id from offers where profile_id = ${profileId}
    union all
    select id from token_requests where profile_id = ${profileId} and state in ('pending', 'approved')
    limit 1`.execute(db);
  return rows.length > 0;
}

/** A request, with the user it is for. */
export type RequestRow = Row<'token_requests'> & {
  readonly userId: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly user_enabled: number;
  readonly user_domain: string;
  readonly profile_name: string | null;
};

export const requests = (db: Connection) =>
  db
    .selectFrom('token_requests')
    .innerJoin('users', 'users.id', 'token_requests.user_id')
    .leftJoin('token_profiles', 'token_profiles.id', 'token_requests.profile_id')
    .selectAll('token_requests')
    .select([
      'users.user_id as userId',
      'users.first_name',
      'users.last_name',
      'users.enabled as user_enabled',
      'users.domain as user_domain',
      'token_profiles.name as profile_name',
    ]);

export function findRequest(db: Connection, id: string): Promise<RequestRow | undefined> {
  return requests(db).where('token_requests.id', '=', id).executeTakeFirst();
}

type RequestFilter = {
  readonly scopes: readonly string[];
  readonly show?: 'waiting' | 'deferred' | 'closed' | undefined;
  readonly userId?: string | undefined;
  /** ID or name. */
  readonly offer?: string | undefined;
  readonly order: 'latest' | 'oldest';
};

/** @param last ID of the last one on the page before */
export function listRequests(
  db: Connection,
  filter: RequestFilter,
  now: number,
  limit: number,
  last?: string,
): Promise<RequestRow[]> {
  const latest = filter.order === 'latest';
  let query = requests(db)
    .where(({ ref }) => inScopes(ref('users.domain'), filter.scopes))
    .orderBy('token_requests.id', latest ? 'desc' : 'asc')
    .limit(limit);
  const open = sql<SqlBool>`token_requests.state in ('pending', 'approved')`;
  if (filter.show === 'closed') query = query.where(({ not }) => not(open));
  if (filter.show === 'waiting') {
    query = query
      .where(open)
      .where(({ eb, or }) => or([eb('deferred_until', 'is', null), eb('deferred_until', '<=', now)]));
  }
  if (filter.show === 'deferred') query = query.where(open).where('deferred_until', '>', now);
  if (filter.userId !== undefined) {
    query = query.where('users.user_id_key', '=', userIdKey(filter.userId));
  }
  const { offer } = filter;
  if (offer !== undefined)
    query = query.where(({ eb, or, selectFrom }) =>
      or([
        eb('offer_id', '=', offer),
        eb(
          'offer_id',
          'in',
          selectFrom('offers').select('offers.id').where('name_key', '=', userIdKey(offer)),
        ),
      ]),
    );
  if (last !== undefined) query = query.where('token_requests.id', latest ? '<' : '>', last);
  return query.execute();
}

export const insertRequest = (db: Connection, row: NewRow<'token_requests'>) =>
  insertRow(db, 'token_requests', row);

/** @returns false if someone else decided since `version`, or it is closed */
export const changeRequest = (
  db: Connection,
  id: string,
  version: number,
  change: Partial<
    Pick<
      Row<'token_requests'>,
      | 'state'
      | 'step'
      | 'distribution'
      | 'deferred_until'
      | 'serial'
      | 'waiting_since'
      | 'told_at'
      | 'escalated_at'
    >
  >,
) =>
  setRow(
    db,
    'token_requests',
    { id, version, state: ['in', ['pending', 'approved']] },
    { ...change, version: version + 1 },
  );

/** The token exists: nothing is left to decide. In the transaction that changed it. */
export const closeRequest = (db: Connection, id: string, serial: string) =>
  changeRows(db, 'token_requests', { id }, { state: 'done', serial, version: plus('version', 1) });

export const insertDecision = (db: Connection, row: NewRow<'request_decisions'>) =>
  insertRow(db, 'request_decisions', row);

export const listDecisions = (db: Connection, requestIds: readonly string[]) =>
  findAll(db, 'request_decisions', { request_id: ['in', requestIds] }, { order: ['id'] });
