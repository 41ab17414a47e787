/** The state of access, for the help desk: the mode of a token, and a user's activity in the last days. */

import { DAY, isoTime } from '@sower/api/time';
import type { TokenAccess, UserActivity } from '@sower/api/token-access';
import { text } from '@sower/texts/outcomes';
import { usersIn, viewAudit } from '../../audit/view.ts';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import type { Answer } from '../../core/unworded.ts';
import { linesOf } from '../../directory/organization-look.ts';
import { userNamesFor } from '../../directory/user-search.ts';
import { userFor } from '../../directory/users.ts';
import { tokenFor } from '../../provisioning/tokens/token-for.ts';
import { reasonOf } from '../../store/audit/rows.ts';
import { listAudit, objectsOf } from '../../store/audit/search.ts';
import { TOP_PATH } from '../../store/authentication/policies.ts';
import { userIdKey } from '../../store/directory/users.ts';
import type { Row } from '../../store/schema/schema.ts';
import { listEmergencyCodes } from '../../store/tokens/emergency-codes.ts';
import { findVerifiable } from '../../store/tokens/seeds.ts';
import { listTokensOf } from '../../store/tokens/tokens.ts';
import { heldBackUntil, lockedUntil } from '../limits/hold-back.ts';
import { tokenMode } from '../verify/foresee.ts';

const ACTIVITY_MILLISECONDS = 7 * DAY;
const MAX_ENTRIES = 200;

export async function showTokenAccess(
  context: Pick<ServerContext, 'db' | 'policies' | 'now' | 'sealing'>,
  actor: Actor,
  serial: string,
): Promise<Outcome<TokenAccess>> {
  const found = await tokenFor(context, actor, 'tokens:view', serial);
  if (!found.ok) return found;
  const token = found.value;
  const now = context.now();
  const rows = (
    token.holder === null ? [] : await findVerifiable(context.db, userIdKey(token.holder))
  ).filter((row) => row.token_id === token.id);
  const policies = await context.policies.current(rows[0]?.user_domain ?? TOP_PATH);
  const [row] = rows;
  const waits = Math.max(heldBackUntil(token, policies, now), row ? lockedUntil(row, policies, now) : 0);
  const codes = token.emergency_until === null ? [] : await listEmergencyCodes(context.db, [token.id]);
  return done({
    mode: tokenMode(context, rows, policies, now),
    ...(waits > now ? { waitsUntil: isoTime(waits) } : {}),
    newPinRequired: token.pin_change === 1,
    ...(token.pin_set_at === null ? {} : { pinSetAt: isoTime(token.pin_set_at) }),
    ...(token.emergency_until === null || token.emergency_return === null
      ? {}
      : {
          emergencyAccess: {
            kind: codes.some(({ kind }) => kind === 'fixed') ? ('fixed' as const) : ('set' as const),
            until: isoTime(token.emergency_until),
            whenTokenReturns: token.emergency_return,
            codesLeft: token.emergency_until > now ? codes.length : 0,
          },
        }),
  });
}

export async function showUserActivity(
  context: Pick<ServerContext, 'db' | 'policies' | 'settings' | 'now'>,
  actor: Actor,
  userId: string,
): Promise<Outcome<Answer<UserActivity>>> {
  const found = await userFor(context, actor, 'users:view', userId);
  if (!found.ok) return found;
  const user = found.value;
  const now = context.now();
  // The trail knows users by their ID only: anything older is about someone else, who had this ID before.
  const since = Math.max(now - ACTIVITY_MILLISECONDS, user.created_at);
  const objects = await objectsOf(context.db, user.user_id);
  const rows = await listAudit(context.db, { objects, since }, MAX_ENTRIES);
  const tokens = await listTokensOf(context.db, [user.id]);
  const locked = lockedUntil(user, await context.policies.current(user.domain), now);
  const checks = linesOf((await context.settings.current())['organization.callerChecks']);
  const shown = sinceAssigned(user.user_id, tokens, rows);
  const nameOf = await userNamesFor(context, actor, usersIn(shown));
  return done({
    ...(locked > now ? { lockedUntil: isoTime(locked) } : {}),
    failures: user.failures,
    since: isoTime(since),
    ...(checks.length === 0 ? {} : { callerChecks: checks }),
    items: shown.map((row) => viewAudit(row, nameOf)),
  });
}

/**
 * Of the audit rows about tokens, those from the time when the user held them. What others did with them before and after is not about this
 * user, and anyone who may see this user may not be allowed to see it.
 * @param rows latest first
 */
function sinceAssigned(
  userId: string,
  tokens: readonly { readonly serial: string }[],
  rows: readonly Row<'audit'>[],
): Row<'audit'>[] {
  const holding = new Set(tokens.map(({ serial }) => `token:${serial}`));
  const gaveBack = reasonOf(text('event.from', { name: userId })).reason;
  return rows.filter(({ object, action, reason }) => {
    if (!object.startsWith('token:')) return true;
    // Going back in time: the user gave it back, and before that, was given it.
    if (action === 'token.unassign' && reason === gaveBack) holding.add(object);
    const theirs = holding.has(object);
    if (action === 'token.assign') holding.delete(object);
    return theirs;
  });
}
