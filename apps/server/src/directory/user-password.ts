/** Whether a password is right for a user: the one stored here or, for users of a directory, the directory's. */

import { DAY } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Refused, refused } from '../core/outcome.ts';
import { findPassword } from '../store/log-on/self-service.ts';
import type { KeyedHash } from '../store/schema/brands.ts';
import type { Row } from '../store/schema/schema.ts';
import type { Entry } from '../store/sources/password-tries.ts';
import { askDirectory, refusalOf } from './sources/log-on.ts';

type Context = Pick<
  ServerContext,
  'db' | 'passwords' | 'settings' | 'now' | 'random' | 'sealing' | 'onAlteredRow' | 'ldapServers'
>;

type PasswordChecked =
  | {
      readonly state: 'right';
      readonly mustChange: boolean;
      /** What it was compared with; absent for the password of a directory. */
      readonly hash?: KeyedHash;
    }
  | {
      /** `refused`: it is right, but its owner may not log on. */
      readonly state: 'wrong' | 'refused' | 'unavailable';
      /** Anyone who tried it may not know the password. */
      readonly guess: boolean;
      /** For the audit trail. */
      readonly reason: Text;
      /** What its owner reads instead of the general refusal. */
      readonly answer?: Refused | undefined;
    };

/**
 * @param newcomer an entry of a directory that may become the user
 * @param user undefined if there is none: an unknown user, one without a password and one from a directory take the same work
 */
export async function checkPassword(
  context: Context,
  user: Row<'users'> | undefined,
  password: string,
  source: string | undefined,
  newcomer?: Entry,
): Promise<PasswordChecked> {
  const entry = user ? entryOf(user) : newcomer;
  const stored = user && !entry ? await findPassword(context.db, user.id) : undefined;
  const [right, answer] = await Promise.all([
    context.passwords.fits(stored?.password_hash, password, source),
    askDirectory(context, entry, password, source),
  ]);
  if (answer?.kind === 'unavailable' && !right)
    return {
      state: 'unavailable',
      guess: entry === undefined,
      reason: answer.reason,
      answer: refusalOf(answer),
    };
  if (!user && !entry) return { state: 'wrong', guess: true, reason: text('event.no-such-user') };
  if (entry) {
    if (answer?.kind === 'refused')
      return { state: 'refused', guess: false, reason: answer.reason, answer: refusalOf(answer) };
    if (answer?.kind !== 'right')
      return { state: 'wrong', guess: true, reason: answer?.reason ?? text('event.directory-off') };
    if (!user || user.enabled === 1) return { state: 'right', mustChange: false };
    const disabled = refused('log-on-failed', text('log-on.directory-disabled'));
    return { state: 'refused', guess: false, reason: text('barred.user-disabled'), answer: disabled };
  }
  if (!stored || !user) return { state: 'wrong', guess: true, reason: text('event.no-password') };
  if (!right) return { state: 'wrong', guess: true, reason: text('event.wrong-password') };
  if (stored.must_change === 1) {
    const days = (await context.settings.current())['logOn.temporaryPasswordDays'];
    if (context.now() > stored.set_at + days * DAY)
      return { state: 'refused', guess: false, reason: text('event.temporary-password-expired') };
  }
  return user.enabled === 1
    ? { state: 'right', mustChange: stored.must_change === 1, hash: stored.password_hash }
    : { state: 'refused', guess: false, reason: text('barred.user-disabled') };
}

/** Whose password it is, if it is not stored here. */
const entryOf = ({ source_id, source_key }: Row<'users'>) =>
  source_id === null || source_key === null ? undefined : { sourceId: source_id, key: source_key };
