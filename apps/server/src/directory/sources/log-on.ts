/**
 * Logging on with a directory password, by a bind. The password is passed to the directory and not stored.
 *
 * A user whom no directory has costs the same work: the same connection, a search for a key that no one has, and a bind with a name that
 * no one has. So does a user with no attempts left. Differences in the time that the directory itself takes are beyond our control.
 */

import { MINUTE } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Refused, refused } from '../../core/outcome.ts';
import { type BindRefusal, failureText, LdapFailure } from '../../ldap/failure.ts';
import { bindAsUser, type UserBind } from '../../ldap/user-bind.ts';
import { hasMark } from '../../store/keys/marks.ts';
import { listSources, type SourceRow } from '../../store/sources/identity-sources.ts';
import { claimTry, type Entry, forgetTries, giveTryBack } from '../../store/sources/password-tries.ts';
import { findByKey, inDirectory } from './look-up.ts';
import { settingsOf } from './settings.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random' | 'onAlteredRow' | 'ldapServers'>;

export type DirectoryAnswer =
  | { readonly kind: 'right' }
  /** @param reason for the audit trail */
  | { readonly kind: 'wrong'; readonly reason: Text }
  | { readonly kind: 'refused'; readonly why: BindRefusal; readonly reason: Text }
  | { readonly kind: 'unavailable'; readonly reason: Text };

/**
 * @param of the entry whose password it should be; undefined: a user whom no directory has
 * @param from where the attempt comes from
 * @returns undefined if there is no directory to ask
 */
export async function askDirectory(
  context: Context,
  of: Entry | undefined,
  password: string,
  from: string | undefined,
): Promise<DirectoryAnswer | undefined> {
  const sources = (await listSources(context.db)).filter(
    (row) => row.enabled === 1 && hasMark('identity_sources', context, row) && settingsOf(row).logOn.enabled,
  );
  const source = sources.find(({ id }) => id === of?.sourceId) ?? sources[0];
  if (!source) return of && { kind: 'wrong', reason: text('event.directory-off') };
  return askSource(context, source, source.id === of?.sourceId ? of : undefined, password, from);
}

/** A RADIUS client says it, and may say anything. */
const MAX_OF_ADDRESS = 128;

/** @param of undefined: a decoy */
export async function askSource(
  context: Context,
  source: SourceRow,
  of: Entry | undefined,
  password: string,
  from: string | undefined,
): Promise<DirectoryAnswer> {
  // A bind without a password succeeds, and proves nothing (RFC 4513 §5.1.2).
  if (password === '' || password.includes('\u0000'))
    return { kind: 'wrong', reason: text('event.wrong-password') };
  const settings = settingsOf(source);
  const { tries, minutes } = settings.logOn;
  const now = context.now();
  const address = (from ?? '').slice(0, MAX_OF_ADDRESS);
  const claimed =
    of !== undefined &&
    (await claimTry(context.db, of, { now, most: tries, milliseconds: minutes * MINUTE, address }));
  let asked = false;
  const answer = await inDirectory(context, source, async (connection): Promise<DirectoryAnswer> => {
    const found = await findByKey(connection, settings, of?.key ?? unknownKey(context), now);
    const known = found && claimed;
    asked = true;
    const name = known ? found.entry.name : `cn=${unknownKey(context)},${settings.search.base}`;
    // The password of anyone else, such as an administrator of ours, must not be sent to the directory.
    const bound = await bindAsUser(connection, name, known ? password : unknownKey(context));
    if (known) return answerOf(context, of as Entry, bound, found.mapped.state);
    const reason = text(of && !claimed ? 'event.directory-tries' : 'event.directory-no-entry');
    return { kind: 'wrong', reason };
  });
  if (!(answer instanceof LdapFailure)) return answer;
  if (claimed && !asked) await giveTryBack(context.db, of as Entry, address);
  return { kind: 'unavailable', reason: failureText(answer) };
}

async function answerOf(
  context: Context,
  of: Entry,
  bound: UserBind,
  state: string,
): Promise<DirectoryAnswer> {
  if (bound.kind === 'wrong') return { kind: 'wrong', reason: text('event.wrong-password') };
  // A directory that answers "locked" has not checked the password, so the attempt counts.
  if (bound.kind === 'right' || bound.why !== 'locked') await forgetTries(context.db, of);
  if (bound.kind === 'refused') return { ...bound, reason: text(`event.directory-${bound.why}`) };
  // Generic servers accept the password of an account that is disabled.
  return state === 'disabled' || state === 'expired'
    ? { kind: 'refused', why: state, reason: text(`event.directory-${state}`) }
    : { kind: 'right' };
}

/** A key that no one has: also as a GUID. */
const unknownKey = (context: Pick<Context, 'random'>): string => {
  const hex = Buffer.from(context.random(16)).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

/**
 * What the user reads. Only someone who has entered the right password learns more than that something is wrong: a directory answers
 * "locked" for any password, which would tell a stranger that the name exists.
 */
export function refusalOf(answer: DirectoryAnswer | undefined): Refused | undefined {
  if (answer?.kind === 'unavailable') return refused('unavailable', text('log-on.directory-unavailable'));
  return answer?.kind === 'refused' && answer.why !== 'locked'
    ? refused('log-on-failed', text(`log-on.directory-${answer.why}`))
    : undefined;
}
