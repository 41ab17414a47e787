/** A user at one point in time: what is known about them, and which of their passcodes may be accepted. */
import type { Policies } from '@sower/api/policies';
import type { Settings } from '@sower/api/settings';
import type { ServerContext } from '../../context.ts';
import { keptName } from '../../ldap/names.ts';
import type { AuditEvent } from '../../store/tables/audit.ts';
import { TOP_PATH } from '../../store/tables/policies.ts';
import type { Connection } from '../../store/tables/schema.ts';
import { findVerifiable, type VerifiableRow } from '../../store/tables/seeds.ts';
import { listGroupsOfUser } from '../../store/tables/user-groups.ts';
import type { RequestingClient } from '../challenge/attempt.ts';
import type { InTurn } from '../limits/one-at-a-time.ts';
import type { Commit } from './acceptance.ts';
import { type Candidate, candidatesOf } from './candidate.ts';

export type AuthenticateContext = Pick<
  ServerContext,
  'db' | 'sealing' | 'settings' | 'policies' | 'queueMail' | 'now' | 'random'
> & {
  readonly commit: Commit;
  readonly inTurn: InTurn;
};

export type Subject = {
  /** Canonical user ID. */
  readonly key: string;
  readonly rows: readonly VerifiableRow[];
  /** The user exists, but not for this client. */
  readonly outside: boolean;
  readonly policies: Policies;
  readonly settings: Settings;
  readonly candidates: readonly Candidate[];
  /** The groups of directories that the user is in, if the client asks for them. */
  readonly groups: ReadonlySet<string> | undefined;
  /** Version of the counts of wrong passcodes that all of this was read with; null if the user does not exist. */
  readonly seen: number | null;
  readonly now: number;
};

/** @param client users whom it may not authenticate do not exist for it */
export async function subjectOf(
  context: Omit<AuthenticateContext, 'commit' | 'inTurn'>,
  key: string,
  client: Pick<RequestingClient, 'within' | 'onlyGroups' | 'asksForGroups'> = {},
): Promise<Subject> {
  const now = context.now();
  const settings = await context.settings.current();
  const found = await findVerifiable(context.db, key);
  const groups = await groupsFor(context.db, key, client);
  const isIn = isInAny(groups, client);
  const rows = found.filter(({ user_domain }) => isIn && isWithin(user_domain, client));
  const policies = await context.policies.current(rows[0]?.user_domain ?? TOP_PATH);
  return {
    key,
    rows,
    outside: found.length > rows.length,
    policies,
    settings,
    groups,
    seen: rows[0]?.guess_version ?? null,
    now,
    candidates: candidatesOf(context, rows, policies, now),
  };
}

/** @param domain path of the user's security domain */
export const isWithin = (domain: string, { within }: Pick<RequestingClient, 'within'>): boolean =>
  within === undefined || within.some((path) => domain.startsWith(path));

/** Queried for every name, so that timing reveals nothing. */
export const inGroups = async (
  db: Connection,
  key: string,
  client: Pick<RequestingClient, 'onlyGroups'>,
): Promise<boolean> => isInAny(await groupsFor(db, key, client), client);

async function groupsFor(
  db: Connection,
  key: string,
  { onlyGroups, asksForGroups }: Pick<RequestingClient, 'onlyGroups' | 'asksForGroups'>,
): Promise<ReadonlySet<string> | undefined> {
  if (onlyGroups === undefined && !asksForGroups) return undefined;
  // Kept by a run of an earlier version, a name has fewer characters escaped.
  return new Set([...(await listGroupsOfUser(db, key))].map(keptName));
}

const isInAny = (
  groups: ReadonlySet<string> | undefined,
  { onlyGroups }: Pick<RequestingClient, 'onlyGroups'>,
): boolean => onlyGroups === undefined || onlyGroups.some((name) => groups?.has(name));

/** What the audit trail says about it, except how it ended. */
export const eventOf = (client: RequestingClient, userName: string): Omit<AuditEvent, 'result'> => ({
  actor: client.client,
  action: 'authenticate',
  object: `user:${userName}`,
  source: client.source,
});
