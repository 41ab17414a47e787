/** Whether a user is answered by an old server: the one rule. Asks no one, and decides nothing about a passcode. */

import { hasMoved } from '../../store/authentication/coexistences.ts';
import type { Unmoved } from '../challenge/attempt.ts';
import { lockedUntil } from '../limits/hold-back.ts';
import type { Subject } from './subject.ts';

/**
 * @param domains paths of the security domains whose users are forwarded
 * @param client what it may authenticate. Users who do not exist here are forwarded only if all of that is forwarded: they are in no domain
 * @returns undefined for a user whom this server answers: who has moved, is disabled, locked, or does not exist for this client
 */
export function unmovedUser(
  subject: Pick<Subject, 'key' | 'rows' | 'outside' | 'policies' | 'now'>,
  domains: readonly string[],
  client: {
    readonly within?: readonly string[] | undefined;
    readonly onlyGroups?: readonly string[] | undefined;
  },
): Unmoved | undefined {
  const { key, rows, policies, now } = subject;
  const [user] = rows;
  if (subject.outside) return undefined;
  if (!user) {
    const all = (client.within ?? ['/']).every((path) => domains.some((domain) => path.startsWith(domain)));
    return all && !client.onlyGroups ? { userKey: key } : undefined;
  }
  const forwarded = domains.some((domain) => user.user_domain.startsWith(domain));
  if (!forwarded || user.user_enabled !== 1 || lockedUntil(user, policies, now) > now || hasMoved(rows))
    return undefined;
  return {
    userKey: key,
    user: { row: user.user_row, name: user.user_name, domain: user.user_domain },
  };
}
