/** Security domains. */

import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import { hasOneWriter } from '../db/database-kind.ts';
import { fewTexts } from '../db/parameter-rows.ts';
import { insertRow, listAll, numbersOf, textsByKey } from '../db/rows.ts';
import type { Connection, NewRow, Row, Schema } from '../schema/schema.ts';
import { userIdKey } from './users.ts';

/** The top domain: it always exists, whatever its name. */
export const TOP_DOMAIN = { id: 'top', path: '/' } as const;

export const listDomains = (db: Connection) => listAll(db, 'security_domains', 'path');

/** @returns undefined also for one whose path does not match its ID: nothing is granted in a domain that was moved outside the server */
export async function findDomain(db: Connection, idOrName: string) {
  const row = await db
    .selectFrom('security_domains')
    .selectAll()
    .where(({ eb, or }) => or([eb('id', '=', idOrName), eb('name_key', '=', userIdKey(idOrName))]))
    // A domain may have another one's ID for a name, such as "Top".
    .orderBy(sql`case when id = ${idOrName} then 0 else 1 end`)
    .limit(1)
    .executeTakeFirst();
  return row && pathFits(row) ? row : undefined;
}

/** All of them, to be found like by {@link findDomain}, where many are looked up. */
export async function domainsByReference(
  db: Connection,
): Promise<(idOrName: string) => Row<'security_domains'> | undefined> {
  const rows = (await listDomains(db)).filter(pathFits);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byName = new Map(rows.map((row) => [row.name_key, row]));
  return (idOrName) => byId.get(idOrName) ?? byName.get(userIdKey(idOrName));
}

const pathFits = ({ id, path }: Row<'security_domains'>): boolean =>
  id === TOP_DOMAIN.id ? path === TOP_DOMAIN.path : path.startsWith('/') && path.endsWith(`/${id}/`);

/** Names by path, for display. */
export const domainNames = (db: Connection, paths: readonly string[]): Promise<ReadonlyMap<string, string>> =>
  textsByKey(db, 'security_domains', 'path', 'name', paths);

/** Of the domains that rows are in. */
export function domainNamesOf(db: Connection, rows: readonly { readonly domain: string }[]) {
  const paths = rows.map(({ domain }) => domain);
  return domainNames(db, paths);
}

export const insertDomain = (db: Connection, row: NewRow<'security_domains'>) =>
  insertRow(db, 'security_domains', row);

type Domain = Pick<Row<'security_domains'>, 'id' | 'path'>;
const byPath = ({ path }: Domain): RawBuilder<SqlBool> => sql`domain = ${path}`;

/** The tables whose rows keep a domain from being deleted, each with how its rows name it. */
export const IN_DOMAIN = {
  users: byPath,
  tokens: byPath,
  security_domains: ({ id }) => sql`parent_id = ${id}`,
  role_grants: ({ id }) => sql`domain_id = ${id}`,
  api_keys: byPath,
  radius_clients: byPath,
  // One of a domain above may have a realm that stands for this one.
  agents: ({ path }) => sql`domain = ${path} or realms like ${`%"domain":${JSON.stringify(path)}%`}`,
  coexistences: byPath,
  identity_sources: ({ id, path }) =>
    sql`domain = ${path} or settings like ${`%"securityDomain":${JSON.stringify(id)}%`}`,
  distribution_rules: byPath,
} as const satisfies Partial<Record<keyof Schema, (domain: Domain) => RawBuilder<SqlBool>>>;

/** How many rows of each are in it; a domain can be deleted only if it is empty. */
export type DomainContents = Readonly<Record<keyof typeof IN_DOMAIN, number>>;

export async function countInDomain(db: Connection, domain: Domain): Promise<DomainContents> {
  const counts = Object.entries(IN_DOMAIN).map(
    ([table, isInside]) =>
      sql`(select count(*) from ${sql.table(table)} where ${isInside(domain)}) as ${sql.ref(table)}`,
  );
  const { rows } = await sql<DomainContents>`select ${sql.join(counts)}`.execute(db);
  return numbersOf(rows[0] as DomainContents);
}

/**
 * Those that exist. They cannot be deleted until the transaction ends: a deletion waits, and then counts what was put into the domain.
 * @param paths
 */
export async function holdDomains(db: Connection, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = [...new Set(paths)];
  if (wanted.length === 0) return new Set();
  const query = db.selectFrom('security_domains').select('path').where('path', 'in', fewTexts(wanted));
  const rows = await (hasOneWriter(db) ? query : query.forKeyShare()).execute();
  return new Set(rows.map(({ path }) => path));
}

/** Before deleting it: waits for anyone who holds it. @returns whether it is still there */
export async function lockDomain(db: Connection, id: string): Promise<boolean> {
  const query = db.selectFrom('security_domains').select('id').where('id', '=', id);
  return (await (hasOneWriter(db) ? query : query.forUpdate()).executeTakeFirst()) !== undefined;
}

/**
 * {@link inScopes} as ranges of an index, for a path that begins with the domain's: for those below, the character after `/` is the end.
 */
export function rangesOfScopes(path: Expression<string>, scopes: readonly string[]): Expression<SqlBool> {
  if (scopes.length === 0) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`(${sql.join(
    scopes.map((scope) => sql`(${path} >= ${scope} and ${path} < ${`${scope.slice(0, -1)}0`})`),
    sql` or `,
  )})`;
}

/**
 * Whether a path is in one of these domains or below. Paths consist of IDs, so they contain no wildcards.
 * @param scopes paths; `/` among them means everywhere
 */
export function inScopes(path: Expression<string>, scopes: readonly string[]): Expression<SqlBool> {
  if (scopes.includes(TOP_DOMAIN.path)) return sql<SqlBool>`1 = 1`;
  if (scopes.length === 0) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`(${sql.join(
    scopes.map((scope) => sql`${path} like ${`${scope}%`}`),
    sql` or `,
  )})`;
}
