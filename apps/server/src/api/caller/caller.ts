/**
 * Who makes a request, and whether they may call the operation at all: decided from its headers, before any of its body is read. What the
 * operation is about comes later: there the function asks again, for the object.
 */

import type { ApiKeyStanding } from '@sower/api/api-keys';
import { QUIET_HEADER } from '@sower/api/operation';
import type { Operation, OperationName } from '@sower/api/operations';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, actorName, denied } from '../../core/actor.ts';
import { done, type Outcome, type Refused, refused } from '../../core/outcome.ts';
import { apiKeyReader } from '../../directory/api-keys.ts';
import { resumeSession, type Session } from '../../log-on/log-on.ts';
import { proofLacking } from '../../log-on/proof.ts';
import { isLent } from '../../requests/deciders.ts';
import { resumeUserSession } from '../../self-service/session.ts';
import type { SignedInUser } from '../../self-service/signed-in-user.ts';
import type { Request } from '../../web/request.ts';
import type { ApiContext } from '../call.ts';
import { SESSION_COOKIE, USER_SESSION_COOKIE } from './cookies.ts';

/**
 * Identifies the caller under `/api/v1/self-service`: a user, with a kind of session of its own.
 *
 * Its cookie is named differently from the administrators'. Neither that one nor an API key is looked at here: to these operations, an
 * administrator is no user here.
 */
type Context = Pick<ServerContext, 'db' | 'sealing' | 'publicUrl' | 'now' | 'random'>;

/** Whether a page sends this on its own: such requests keep no session alive. */
const isQuiet = (operation: Operation, request: Request): boolean =>
  operation.quiet === true || request.headers[QUIET_HEADER] !== undefined;

function selfServiceCaller(context: Context) {
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

export type Caller = {
  readonly actor: Actor;
  /** For administrators; absent for API keys. */
  readonly session?: Session;
  /** Only for users' operations. */
  readonly signedInUser?: SignedInUser;
};

const ANONYMOUS: Actor = { kind: 'system', name: 'anonymous', grants: [] };

/** @returns a function that identifies the caller of an operation, and refuses one who may not call it anywhere */
export function callers(context: ApiContext) {
  const readApiKey = apiKeyReader(context);
  const selfServiceCallers = selfServiceCaller(context);

  async function byApiKey(authorization: string, source: string): Promise<Outcome<Caller>> {
    const key = /^Bearer ([\w-]+)$/i.exec(authorization)?.[1];
    const found = key === undefined ? undefined : await readApiKey(key, source);
    if (!found) {
      context.refusals.countStranger('api-key', source);
      return refused('not-authenticated', text('api-key.unknown'));
    }
    if ('actor' in found) return done({ actor: found.actor });
    const { name, standing } = found.stopped;
    context.refusals.countStopped({ actor: `api-key:${name}`, standing, source });
    return refused('not-authenticated', STOPPED[standing] ?? text('api-key.unknown'));
  }

  async function bySession(request: Request, operation: Operation): Promise<Outcome<Caller>> {
    const sessionId = request.cookies[SESSION_COOKIE];
    if (sessionId === undefined) return done({ actor: ANONYMOUS });
    if (request.method !== 'GET' && !sameSite(request, [context.publicUrl])) return crossSite(request);
    const session = await resumeSession(context, sessionId, request.ip, !isQuiet(operation, request));
    return done(session ? { actor: session.actor, session } : { actor: ANONYMOUS });
  }

  function crossSite(request: Request): Refused {
    context.refusals.countStranger('cross-site', request.ip);
    return refused('cross-site', text('request.cross-site'));
  }

  async function user(request: Request, operation: Operation): Promise<Outcome<Caller>> {
    const visit = await selfServiceCallers.callerOf(request, operation);
    if (!visit.ok) return visit.problem === 'cross-site' ? crossSite(request) : visit;
    if (visit.value === undefined) return done({ actor: ANONYMOUS });
    request.actorName = visit.value.auditActor.name;
    return done({ actor: ANONYMOUS, signedInUser: visit.value });
  }

  return async (request: Request, name: OperationName, operation: Operation): Promise<Outcome<Caller>> => {
    if (operation.user || operation.path.startsWith('/self-service/')) return user(request, operation);
    const { authorization } = request.headers;
    const identified =
      authorization === undefined
        ? await bySession(request, operation)
        : await byApiKey(authorization, request.ip);
    if (!identified.ok) return identified;
    const { actor, session } = identified.value;
    const anonymous = actor === ANONYMOUS;
    if (!anonymous) request.actorName = actorName(actor);
    if (anonymous && operation.permission !== undefined)
      return refused('not-authenticated', text('request.not-authenticated'));
    if (operation.ownSession && !session)
      return refused('not-authenticated', text('log-on.administrator-required'));
    if (session?.mustChangePassword && !operation.beforePasswordChange)
      return refused('password-change-needed', text('password.change-required'));
    const denial = deniedCall(actor, operation);
    const { permission, orPermission } = operation;
    if (denial && !(await isLent(context, actor, permission, orPermission))) {
      countDenied(context, request, name, actor, denial);
      return denial;
    }
    const lacking = operation.freshProof && session && (await proofLacking(context, session));
    return lacking || identified;
  };
}

/** Of the operation's permissions, those that the actor holds nowhere. */
function deniedCall(actor: Actor, { permission, orPermission, andOneOf }: Operation): Refused | undefined {
  if (permission === undefined) return undefined;
  const denial = denied(actor, permission);
  if (denial && (orPermission === undefined || denied(actor, orPermission))) return denial;
  const denials = andOneOf?.map((each) => denied(actor, each)) ?? [];
  return denials.every((each) => each !== undefined) ? denials[0] : undefined;
}

export function countDenied(
  { refusals }: Pick<ApiContext, 'refusals'>,
  request: Request,
  operation: OperationName,
  actor: Actor,
  { permission }: Refused,
): void {
  const name = request.actorName ?? actorName(actor);
  refusals.countDenied({ actor: name, operation, permission, source: request.ip });
}

/** The sender has the key, so the answer may say this. */
const STOPPED: Readonly<Partial<Record<ApiKeyStanding, Text>>> = {
  expired: text('api-key.expired'),
  'owner-disabled': text('api-key.owner-disabled'),
  'owner-deleted': text('api-key.owner-gone'),
  'owner-may-not': text('api-key.owner-without-rights'),
  altered: text('api-key.altered'),
};

/**
 * In addition to SameSite=Strict: what the browser says about the origin of the request, if anything.
 * @param origins of the pages that may send it, for browsers that send only an Origin
 */
function sameSite(request: Request, origins: readonly string[]): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  // A Host is whatever its sender wrote: it need not make a URL.
  return origin !== undefined && origins.some((url) => URL.parse(url)?.origin === origin);
}
