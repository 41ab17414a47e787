/** The REST edge: registers every operation in the table, and turns outcomes into answers. */

import { createHash } from 'node:crypto';
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { done, type Outcome, refused } from '../core/outcome.ts';
import { worded } from '../core/unworded.ts';
import { BODY_LIMIT, everyText, readJson } from '../web/body.ts';
import { wordsFor } from '../web/language.ts';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';
import type { Routes } from '../web/routes.ts';
import type { ApiContext } from './call.ts';
import { callers, countDenied } from './caller/caller.ts';
import { browserMarks, setSessionCookie, setUserSessionCookie } from './caller/cookies.ts';
import { largeBodies } from './caller/large-bodies.ts';
import { HANDLERS } from './handlers.ts';
import { atMostOnce } from './idempotency.ts';
import { sendProblem } from './problem.ts';
import { fieldText } from './validation-texts.ts';

/** The parts of a request, checked against an operation's schemas: what a handler gets has the types it declares. */
type Parts = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

/**
 * Text that contains NUL is refused wherever it is: PostgreSQL takes it neither to store nor to compare, and what SQLite stored could not be
 * moved there. Of a file, each row is judged by itself.
 */
const fits = (text: string, name: string): boolean => name === 'file' || !text.includes('\u0000');

function checkedParts(operation: Operation, { params, query }: Request, body: unknown): Outcome<Parts> {
  const sent = { params, query, body };
  if (!everyText(sent, fits)) return refused('invalid-request', text('request.nul'));
  const checked: { params: unknown; query: unknown; body: unknown } = sent;
  for (const part of PARTS) {
    const schema = operation[part];
    if (!schema) continue;
    const result = schema.safeParse(sent[part]);
    if (!result.success) return invalid(result.error.issues);
    checked[part] = result.data;
  }
  return done(checked);
}

const PARTS = ['params', 'body', 'query'] as const;

function invalid(issues: readonly z.core.$ZodIssue[]) {
  const errors = issues.map(({ code: keyword, message, path, ...params }) => ({
    path: path.join('.'),
    message: fieldText({ keyword, message, params }),
  }));
  const problems = errors.map(({ path, message }) =>
    path ? text('request.field', { field: path, problem: message }) : message,
  );
  return refused('invalid-request', text('request.invalid', { problems }), errors);
}

/** Where an operation's answer says that something was made (Location, RFC 9110 §15.3.2). */
const PATHS = Object.values(OPERATIONS).map(({ path }) => path as string);

/** Its path with parameters. Absent: the address of the request is where it is, or it has none. */
function locationOf({ created, path }: Operation): string | undefined {
  if (created === undefined) return undefined;
  if (created !== true) return created;
  return PATHS.find((each) => each.startsWith(`${path}/:`) && !each.slice(path.length + 1).includes('/'));
}

function filledIn(location: string, answer: unknown, params: unknown): string {
  const path = location.replace(/:(request\.)?(\w+)/g, (_, ofRequest: string | undefined, name: string) =>
    encodeURIComponent(
      String(((ofRequest === undefined ? answer : params) as Record<string, unknown>)[name]),
    ),
  );
  return `/api/v1${path}`;
}

/**
 * Conditional requests (RFC 9110 §13) of what has a version. An entity tag is the version, and a hash of the rest of what was answered: an
 * edit compares the version alone, a reader wants to know whether anything changed.
 */
const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g;
const LIST = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[ \t]*,[ \t]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*$/;
/** Each is tried until one fits. */
const MAX_TAGS = 8;
/** No row has it. */
const NO_VERSION = -1;

/** The tag of an answer, if what it shows has a version. */
function entityTag(value: unknown): string | undefined {
  const { version } = (value ?? {}) as { version?: unknown };
  if (typeof version !== 'number') return undefined;
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16);
  return `"${version}-${hash}"`;
}

/**
 * The versions that If-Match names. `*` names none, so it counts as absent: the edit would overwrite whatever is there. A weak tag fits
 * nothing (RFC 9110 §13.1.1), and neither does one that is not of ours.
 */
function versionsIn(header: string | undefined): readonly number[] | 'absent' | 'malformed' {
  if (header === undefined || header.trim() === '*') return 'absent';
  if (!LIST.test(header)) return 'malformed';
  const tags = [...header.matchAll(TAG)];
  if (tags.length > MAX_TAGS) return 'malformed';
  const versions = tags.flatMap(([, weak, tag = '']) => {
    const version = weak === undefined ? /^(0|[1-9]\d{0,8})(?:-[\w-]{16})?$/.exec(tag)?.[1] : undefined;
    return version === undefined ? [] : [Number(version)];
  });
  return versions.length === 0 ? [NO_VERSION] : [...new Set(versions)];
}

/** Whether If-None-Match names what would be answered (weak comparison, RFC 9110 §13.1.2). */
function isUnchanged(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || [...header.matchAll(TAG)].some(([, , opaque]) => `"${opaque}"` === tag);
}

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

type AnyHandler = (context: ApiContext, call: unknown) => Promise<Outcome<unknown>>;

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
        const inWords = wordsFor(request.headers['accept-language']);
        const call = {
          ...sent.value,
          actor,
          source: request.ip,
          inWords,
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
        if (outcome.ok) return finish(request, reply, worded<unknown>(outcome.value, inWords), params);
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
