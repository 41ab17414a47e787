/** The REST edge: registers every operation in the table, and turns outcomes into answers. */

import { OPERATIONS, type Operation, type OperationName, type ResponseOf } from '@sower/api/operations';
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { type Outcome, refused } from '../core/outcome.ts';
import { BODY_LIMIT, readJson } from '../web/body.ts';
import { wordsFor } from '../web/language.ts';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';
import type { Routes } from '../web/routes.ts';
import type { ApiContext } from './call.ts';
import { callers, countDenied } from './caller/caller.ts';
import { browserMarks, setSessionCookie, setUserSessionCookie } from './caller/cookies.ts';
import { largeBodies } from './caller/large-bodies.ts';
import { checkedParts } from './checked.ts';
import { entityTag, isUnchanged, versionsIn } from './conditions.ts';
import { HANDLERS } from './handlers.ts';
import { atMostOnce } from './idempotency.ts';
import { filledIn, locationOf } from './location.ts';
import { sendProblem } from './problem.ts';

/** What the API answers is no page: it loads nothing, is framed by nothing, and is read by no page of another origin. */
const OF_NO_PAGE = {
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
/** Answers contain people's data and, once, an activation code: nothing may be cached. */
const NO_STORE = { 'cache-control': 'no-store' };
const NO_VERSIONS = [0];

type AnyHandler = (context: ApiContext, call: unknown) => Promise<Outcome<ResponseOf<OperationName>>>;

export function apiRoutes(routes: Routes, context: ApiContext): void {
  const callerOf = callers(context);
  const beginLarge = largeBodies();

  for (const name of Object.keys(OPERATIONS) as OperationName[]) {
    const operation: Operation = OPERATIONS[name];
    const { method, bodyLimit = BODY_LIMIT } = operation;
    const handler = HANDLERS[name] as AnyHandler;
    const finish = answering(operation);
    routes.on(
      method === 'GET' ? ['GET', 'HEAD'] : method,
      `/api/v1${operation.path}`,
      async (request, reply) => {
        reply.headers(OF_NO_PAGE);
        const caller = await callerOf(request, name, operation);
        if (!caller.ok) return sendProblem(reply, caller);
        const { actor, session, signedInUser } = caller.value;
        const busy = operation.bodyLimit === undefined ? undefined : beginLarge(request, reply, caller.value);
        if (busy) return sendProblem(reply, busy);
        const sent = checkedParts(
          operation,
          request,
          method === 'GET' ? null : ((await readJson(request, bodyLimit)) ?? null),
        );
        if (!sent.ok) return sendProblem(reply, sent);
        const versions = operation.ifMatch ? versionsIn(request.headers['if-match']) : NO_VERSIONS;
        if (versions === 'absent')
          return sendProblem(reply, refused('version-required', text('request.version-required')));
        if (versions === 'malformed')
          return sendProblem(reply, refused('invalid-request', text('request.bad-if-match')));
        const call = {
          ...sent.value,
          actor,
          source: request.ip,
          inWords: wordsFor(request.headers['accept-language']),
          userAgent: request.headers['user-agent'],
          ...(session === undefined ? {} : { session }),
          setSession: (id: string | undefined) => setSessionCookie(reply, id),
          setUserSession: (id: string | undefined) => setUserSessionCookie(reply, id),
          ...browserMarks(request, reply),
          ...(signedInUser === undefined ? {} : { signedInUser }),
        };
        const [first = 0, ...others] = versions;
        const begin = () => handler(context, { ...call, version: first });
        const { params, body } = sent.value;
        let outcome = await (operation.once
          ? atMostOnce(
              context,
              actor,
              request.headers['idempotency-key'],
              { operation: name, params, body },
              begin,
            )
          : begin());
        for (const version of others) {
          if (outcome.ok || outcome.problem !== 'edited-meanwhile') break;
          outcome = await handler(context, { ...call, version });
        }
        if (outcome.ok) return finish(request, reply, outcome.value, params);
        if (outcome.problem === 'not-permitted') countDenied(context, request, name, actor, outcome);
        return sendProblem(reply, outcome);
      },
    );
  }
}

/** @returns a function that sends what an operation was done with */
function answering(operation: Operation) {
  const location = locationOf(operation);
  const { method, response } = operation;
  return (request: Request, reply: Reply, value: unknown, params: unknown): Reply => {
    reply.headers(NO_STORE);
    if (value === undefined) return reply.code(204).send();
    const tag = entityTag(value);
    if (tag !== undefined) reply.header('etag', tag);
    if (method === 'GET' && tag !== undefined && isUnchanged(request.headers['if-none-match'], tag))
      return reply.code(304).send();
    if (location !== undefined) reply.header('location', filledIn(location, value, params));
    // Whatever the schema does not name stays here; an answer that does not fit it is a bug.
    return reply.code(operation.created ? 201 : 200).json(response ? z.encode(response, value) : value);
  };
}
