/** A user at one point in time: what is known about them, and which of their passcodes may be accepted. */

import type { Policies } from '@sower/api/policies';
import type { Settings } from '@sower/api/settings';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { keptName } from '../../ldap/names.ts';
import type { AuditEvent } from '../../store/audit/rows.ts';
import { TOP_PATH } from '../../store/authentication/policies.ts';
import { listGroupsOfUser } from '../../store/directory/user-groups.ts';
import { userIdKey } from '../../store/directory/users.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { findVerifiable, type VerifiableRow } from '../../store/tokens/seeds.ts';
import type { HandedOn, RequestingClient } from '../challenge/attempt.ts';
import type { KeyedMutex } from '../limits/keyed-mutex.ts';
import type { Commit } from './acceptance.ts';
import { type Candidate, candidatesOf } from './candidate.ts';

export type AuthenticateContext = Pick<
  ServerContext,
  'db' | 'sealing' | 'settings' | 'policies' | 'queueMail' | 'now' | 'random'
> & {
  readonly commit: Commit;
  readonly inTurn: KeyedMutex;
};

export type Subject = {
  /** Canonical user ID. */
  readonly key: string;
  readonly rows: readonly VerifiableRow[];
  /** The user exists, but not for this client: why. */
  readonly outside: Text | undefined;
  /** The name that the client lets in, if it is spelled differently from the user ID. */
  readonly letInAs: string | undefined;
  readonly policies: Policies;
  readonly settings: Settings;
  readonly candidates: readonly Candidate[];
  /** The groups of directories that the user is in, if the client asks for them. */
  readonly groups: ReadonlySet<string> | undefined;
  /** Version of the counts of wrong passcodes that all of this was read with; null if the user does not exist. */
  readonly seen: number | null;
  readonly now: number;
};

/** What reading needs. */
export type SubjectContext = Omit<AuthenticateContext, 'commit' | 'inTurn' | 'queueMail'>;

/** @param client users whom it may not authenticate do not exist for it */
export async function subjectOf(
  context: SubjectContext,
  key: string,
  client: Pick<RequestingClient, 'within' | 'onlyGroups' | 'asksForGroups' | 'handsOn' | 'serial'> = {},
): Promise<Subject> {
  const now = context.now();
  const settings = await context.settings.current();
  const { user, outside, rows, groups } = await rowsFor(context.db, key, client);
  const { handsOn } = client;
  const policies = await context.policies.current(rows[0]?.user_domain ?? TOP_PATH);
  return {
    key,
    rows,
    outside,
    letInAs: handsOn && handsOn.name !== user?.user_name ? handsOn.name : undefined,
    policies,
    settings,
    groups,
    seen: rows[0]?.guess_version ?? null,
    now,
    candidates: candidatesOf(context, rows, policies, now),
  };
}

/**
 * What a client may see of a user, with a row for each seed of each token, or one if there is none: no row if the user does not exist for
 * it. Everything is queried for every name, so that timing reveals nothing.
 */
export async function rowsFor(db: Connection, key: string, client: Parameters<typeof subjectOf>[2] & object) {
  const found = ofSerial(await findVerifiable(db, key), client.serial);
  const groups = await groupsFor(db, key, client);
  const [user] = found;
  const outside = user && whyOutside(user, groups, client);
  return { user, outside, rows: outside ? [] : found, groups };
}

/** Of a user's tokens, only one: the others are not there, and the user stays. */
const ofSerial = (rows: readonly VerifiableRow[], serial: string | undefined): readonly VerifiableRow[] =>
  serial === undefined ? rows : rows.filter((row) => row.serial === serial);

function whyOutside(
  user: VerifiableRow,
  groups: ReadonlySet<string> | undefined,
  client: Parameters<typeof subjectOf>[2] & object,
): Text | undefined {
  if (!isInAny(groups, client) || !isWithin(user.user_domain, client)) return text('event.outside');
  if (!client.handsOn) return undefined;
  if (user.contested === 1) return text('event.user-id-contested');
  const { maxOctets: most } = client.handsOn;
  if (most !== undefined && Buffer.byteLength(user.user_name) > most)
    return text('event.user-id-too-long', { most });
  return mayHandOn(client.handsOn, user.user_name)
    ? undefined
    : text('event.name-not-handed-on', { name: client.handsOn.name });
}

/**
 * Whether a client that lets in the name it sent lets in this user by it: the user ID, except for case, or another name of the user in its
 * plain form. Compatibility characters that we fold are other names elsewhere.
 */
function mayHandOn({ name, otherNames }: HandedOn, userId: string): boolean {
  const sent = exceptForCase(name);
  const key = userIdKey(name);
  return key === userIdKey(userId)
    ? sent === exceptForCase(userId)
    : otherNames && sent === key && !looksLikeLocalAccount(key);
}

const exceptForCase = (name: string): string => name.trim().normalize('NFC').toLowerCase();

/** What the trail says of an acceptance: also the name that was let in, if it is not the user ID. */
export const acceptedAs = ({ letInAs }: Subject, reason: Text): Text =>
  letInAs === undefined ? reason : text('event.let-in-as', { name: letInAs, reason });

/** @param domain path of the user's security domain */
const isWithin = (domain: string, { within }: Pick<RequestingClient, 'within'>): boolean =>
  within === undefined || within.some((path) => domain.startsWith(path));

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

// Names that hosts give to accounts of their own. A host that lets in the name which it sent would let in that account, so none of them counts
// as another name of a user.

/** Debian's and Red Hat's system accounts, those of BSD and Windows, and the usual names of administrators. */
const NAMES: ReadonlySet<string> = new Set(
  `root toor daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody nogroup adm operator shutdown halt
  ftp ftpuser http apache nginx mysql postgres postgresql named bind ntp chrony sshd dbus messagebus polkitd rpc rpcuser nfsnobody tss
  avahi colord sssd uuidd tcpdump landscape pollinate wheel sudo staff system kmem tty disk
  admin admins administrator administrators administrateur administrador administratör guest gast default support supervisor superuser
  sysadmin sysop manager master test user oracle sap git svn jenkins ansible vagrant ubuntu debian centos rocky almalinux ec2-user
  cloud-user azureuser pi krbtgt defaultaccount wdagutilityaccount localsystem localservice networkservice enable cisco`.split(
    /\s+/,
  ),
);

/** @param key in canonical form. Of `DOMAIN\name` and `name@realm`, each part counts, since clients cut one of them off. */
const looksLikeLocalAccount = (key: string): boolean =>
  key.split(/[\\/@]/).some((part) => NAMES.has(part) || /^(?:_|systemd-|dbus-|gdm|lxd|snap)/.test(part)) ||
  // A number is a user ID to many hosts.
  /^\d+$/.test(key);
