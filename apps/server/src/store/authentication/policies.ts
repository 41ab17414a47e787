/** Policies of security domains: as stored, and as every process sees them. */

import { DEFAULT_POLICIES, POLICY_SCHEMAS, type Policies, type PolicyKind } from '@sower/api/policies';
import { sql } from 'kysely';
import { changesOf } from '../db/changes.ts';
import { kept } from '../db/kept.ts';
import { insertOnce, numbersOf, setRow, takeRow } from '../db/rows.ts';
import { TOP_DOMAIN } from '../directory/domains.ts';
import type { Connection, Database, Row } from '../schema/schema.ts';
import { storedJson } from '../schema/stored-json.ts';

/** Counts whom a policy affects. */
type Reach = {
  readonly users: number;
  readonly tokens: number;
  readonly tokensWithPin: number;
  readonly tokensWithoutPin: number;
  readonly usersLocked: number;
  readonly tokensInEmergency: number;
};

/** @param paths of the security domains that the users are in */
export async function countReach(db: Connection, paths: readonly string[], now: number): Promise<Reach> {
  if (paths.length === 0) {
    return {
      users: 0,
      tokens: 0,
      tokensWithPin: 0,
      tokensWithoutPin: 0,
      usersLocked: 0,
      tokensInEmergency: 0,
    };
  }
  const within = sql.join(paths.map((path) => sql`${path}`));
  const { rows } = await sql<Reach>`
    select
      (select count(*) from users where domain in (${within})) as users,
      (select count(*) from users where domain in (${within}) and locked_until > ${now}) as "usersLocked",
      count(*) as tokens,
      coalesce(sum(case when tokens.pin is not null then 1 else 0 end), 0) as "tokensWithPin",
      coalesce(sum(case when tokens.pin is null and exists (
        select 1 from seeds where seeds.token_id = tokens.id and seeds.authentication_type <> 'tokencode'
      ) then 1 else 0 end), 0) as "tokensWithoutPin",
      coalesce(sum(case when tokens.emergency_until > ${now} then 1 else 0 end), 0) as "tokensInEmergency"
    from tokens join users on users.id = tokens.user_id where users.domain in (${within})`.execute(db);
  return numbersOf(rows[0] as Reach);
}

export type PolicyRow = Row<'policies'> & { readonly path: string };

/** Each with the path of the domain it belongs to. */
export function listPolicies(db: Connection): Promise<PolicyRow[]> {
  return db
    .selectFrom('policies')
    .innerJoin('security_domains', 'security_domains.id', 'policies.domain_id')
    .selectAll('policies')
    .select('security_domains.path')
    .execute();
}

/**
 * @param version the one that was edited; 0 if the domain had none.
 * @returns false if someone was faster
 */
export async function storePolicy(
  db: Connection,
  policy: {
    readonly domainId: string;
    readonly kind: PolicyKind;
    readonly body: string;
    readonly version: number;
  },
): Promise<boolean> {
  const { domainId, kind, body, version } = policy;
  if (version === 0) {
    return insertOnce(db, 'policies', { domain_id: domainId, kind, body, version: 1 });
  }
  return setRow(db, 'policies', { domain_id: domainId, kind, version }, { body, version: version + 1 });
}

export const deletePolicy = (db: Connection, domainId: string, kind: PolicyKind) =>
  takeRow(db, 'policies', { domain_id: domainId, kind });

/** The policy of the domain itself, or of the nearest one above it that has one. */
export function nearestPolicy(
  rows: readonly PolicyRow[],
  kind: PolicyKind,
  path: string,
): PolicyRow | undefined {
  let nearest: PolicyRow | undefined;
  for (const row of rows) {
    if (row.kind !== kind || !path.startsWith(row.path)) continue;
    if (!nearest || row.path.length > nearest.path.length) nearest = row;
  }
  return nearest;
}

/** What a policy allows if it was written before the field existed. */
const BEFORE: Readonly<{ [K in PolicyKind]?: Readonly<Record<string, unknown>> }> = {
  token: { pinSequences: true },
};

/**
 * Values that are implied are left out: servers of the previous version, which read the row too during an upgrade, may refuse fields that
 * they do not know.
 */
export function policyBody(kind: PolicyKind, policy: object): string {
  const before = BEFORE[kind] ?? {};
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(policy).filter(([field, value]) => !(field in before) || before[field] !== value),
    ),
  );
}

const READ: { readonly [K in PolicyKind]: (body: string) => Policies[K] } = {
  token: storedJson('policies.body', POLICY_SCHEMAS.token, BEFORE.token),
  lockout: storedJson('policies.body', POLICY_SCHEMAS.lockout),
  emergency: storedJson('policies.body', POLICY_SCHEMAS.emergency),
};
export const storedPolicy = <K extends PolicyKind>(kind: K, body: string): Policies[K] => READ[kind](body);

/** The policies in effect in a domain. */
export function effectivePolicies(rows: readonly PolicyRow[], path: string): Policies {
  const of = <K extends PolicyKind>(kind: K): Policies[K] => {
    const row = nearestPolicy(rows, kind, path);
    return row ? storedPolicy(kind, row.body) : DEFAULT_POLICIES[kind];
  };
  return { token: of('token'), lockout: of('lockout'), emergency: of('emergency') };
}

const POLICY_AGE_MILLISECONDS = 2_000;

export type PolicyReader = {
  /** @param path of a security domain */
  current(path: string): Promise<Policies>;
  forget(): void;
};

/** Like the settings: read when they have changed, and every two seconds at most, not for each request. */
export function policyReader(db: Database, monotonic: () => number): PolicyReader {
  type Read = { readonly rows: readonly PolicyRow[]; readonly byPath: Map<string, Policies> };
  const present = kept<Read>(POLICY_AGE_MILLISECONDS, monotonic);
  changesOf(db).on(['policies'], present.forget);
  const read = async (): Promise<Read> => ({ rows: await listPolicies(db), byPath: new Map() });
  return {
    async current(path) {
      const { rows, byPath } = await present.get('', read);
      let policies = byPath.get(path);
      if (!policies) {
        policies = effectivePolicies(rows, path);
        byPath.set(path, policies);
      }
      return policies;
    },
    forget: present.forget,
  };
}

/** For users who do not exist, the policies of the top domain apply. */
export const TOP_PATH = TOP_DOMAIN.path;
