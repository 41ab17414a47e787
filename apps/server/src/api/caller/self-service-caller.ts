/**
 * Identifies the caller under `/api/v1/self-service`: a user, with a kind of session of its own.
 *
 * Its cookie is named differently from the administrators'. Neither that one nor an API key is looked at here: to these operations, an
 * administrator is no user here.
 */

import { QUIET_HEADER } from '@sower/api/operation';
import type { Operation } from '@sower/api/operations';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { resumeUserSession } from '../../self-service/session.ts';
import type { SignedInUser } from '../../self-service/signed-in-user.ts';
import type { Request } from '../../web/request.ts';
import { USER_SESSION_COOKIE } from './cookies.ts';
import { sameSite } from './same-site.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'publicUrl' | 'now' | 'random'>;

/** Whether a page sends this on its own: such requests keep no session alive. */
export const isQuiet = (operation: Operation, request: Request): boolean =>
  operation.quiet === true || request.headers[QUIET_HEADER] !== undefined;

export function selfServiceCaller(context: Context) {
  return {
    async callerOf(request: Request, operation: Operation): Promise<Outcome<SignedInUser | undefined>> {
      const id = request.cookies[USER_SESSION_COOKIE];
      if (request.method !== 'GET' && !sameSite(request, [context.publicUrl, ownOrigin(request)])) {
        return refused('cross-site', text('request.cross-site'));
      }
      const signedInUser =
        id === undefined
          ? undefined
          : await resumeUserSession(context, id, request.ip, !isQuiet(operation, request));
      if (operation.user && !signedInUser) return refused('not-authenticated', text('session.ended'));
      if (operation.user && signedInUser?.mustChangePassword && !operation.beforePasswordChange)
        return refused('password-change-needed', text('password.change-required'));
      return done(signedInUser);
    },
  };
}

/** The console may have a host name of its own; a page of another origin cannot choose the Host of its request. */
const ownOrigin = (request: Request): string => `https://${request.host}`;
