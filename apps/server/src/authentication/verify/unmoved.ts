/**
 * Whether an old server answers a user: the one rule, for a request as for the answer to a challenge of the old server. Sends nothing, and
 * decides nothing about a passcode.
 */

import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { findLesson, hasMoved } from '../../store/authentication/coexistences.ts';
import type { RequestingClient, Unmoved } from '../challenge/attempt.ts';
import { lockedUntil } from '../limits/hold-back.ts';
import type { Subject } from './subject.ts';

/** Why this server answers, for the audit trail. */
type AnsweredHere = { readonly here: Text };

/**
 * @param domains paths of the security domains whose users are forwarded
 * @param client what it may authenticate. Users who do not exist here are forwarded only if all of that is forwarded: they are in no domain
 * @returns a reason for a user whom this server answers: who has moved, is disabled, locked, or does not exist for this client
 */
export async function unmovedUser(
  context: Pick<ServerContext, 'db'>,
  subject: Pick<Subject, 'key' | 'rows' | 'outside' | 'policies' | 'now'>,
  domains: readonly string[],
  client: Pick<RequestingClient, 'within' | 'onlyGroups'>,
): Promise<Unmoved | AnsweredHere> {
  const { key, rows, policies, now, outside } = subject;
  const [user] = rows;
  if (outside) return { here: outside };
  if (user) {
    const bar = barOf({ enabled: user.user_enabled, locked_until: user.locked_until }, policies, now);
    if (bar) return { here: bar };
  }
  const forwarded = user
    ? domains.some((domain) => user.user_domain.startsWith(domain)) && !hasMoved(rows)
    : !client.onlyGroups &&
      (client.within ?? ['/']).every((path) => domains.some((domain) => path.startsWith(domain)));
  // A user who was given a token by what they showed at the old server has moved, even if it was taken away since.
  if (!forwarded || (await findLesson(context.db, key))?.lesson === 'moved')
    return { here: text('event.answered-here') };
  return {
    userKey: key,
    ...(user ? { user: { row: user.user_row, name: user.user_name, domain: user.user_domain } } : {}),
  };
}

/** Why a user is let in by no server, whatever an old one says; undefined if there is no reason. */
export function barOf(
  user: { readonly enabled: number; readonly locked_until: number | null },
  policies: Subject['policies'],
  now: number,
): Text | undefined {
  if (user.enabled !== 1) return text('barred.user-disabled');
  const locked = lockedUntil(user, policies, now) - now;
  return locked > 0 ? text('barred.user-locked', { seconds: Math.ceil(locked / 1000) }) : undefined;
}
