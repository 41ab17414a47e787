/** Problems on the wire (RFC 9457), and what becomes of errors that nobody expected. */
import type { OpenChallenge } from '@sower/api/challenges';
import { problemDocument } from '@sower/api/problems';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { type Refused, refused } from '../core/outcome.ts';
import { Busy } from '../directory/password.ts';
import { StrengthBusy } from '../directory/password-strength.ts';
import { isUnavailable } from '../store/db/unavailable.ts';
import { languageOf, type Say, sayerFor } from './language.ts';
import { type Finding, findingInWords } from './validation-words.ts';
import { IllFormedText } from './well-formed.ts';

export function sendProblem(reply: FastifyReply, refusal: Refused): FastifyReply {
  const language = languageOf(reply.request.headers['accept-language']);
  const say = sayerFor(language);
  const { permission, challenge } = refusal;
  const { title, ...rest } = problemDocument(
    refusal.problem,
    say(refusal.detail),
    refusal.errors?.map(({ path, message }) => ({ path, message: say(message) })),
    {
      ...(permission === undefined ? {} : { permission }),
      ...(challenge === undefined ? {} : { challenge: inWords(challenge, say) }),
    },
  );
  const document = { title: say(title), ...rest };
  reply.headers({ 'cache-control': 'no-store', 'content-language': language, vary: 'accept-language' });
  if (refusal.retryAfter !== undefined) reply.header('retry-after', String(refusal.retryAfter));
  if (document.status === 401) reply.header('www-authenticate', 'Bearer');
  // Written here rather than by the response schema: a problem goes out whatever else is wrong.
  return reply
    .code(document.status)
    .type('application/problem+json')
    .serializer((payload) => JSON.stringify(payload))
    .send(document);
}

/** What was wrong with the PIN before, in the caller's language. */
function inWords(open: OpenChallenge, say: Say): OpenChallenge {
  const { challenge } = open;
  if (!('refused' in challenge) || challenge.refused === undefined) return open;
  return { ...open, challenge: { ...challenge, refused: say(challenge.refused) } };
}

/** Errors say what is wrong with the request; of the server's own faults they say nothing but that there is one. */
export function onError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const say = sayerFor(languageOf(request.headers['accept-language']));
    const errors = error.validation.map((issue) => ({
      path: issue.instancePath.replace(/^\//, '').replaceAll('/', '.'),
      message: say(findingInWords(issue as unknown as Finding)),
    }));
    const detail = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join(' ');
    return sendProblem(reply, refused('invalid-request', detail, errors));
  }
  if (error instanceof Busy || error instanceof StrengthBusy) {
    return sendProblem(reply, {
      ...refused('unavailable', 'Too many people are logging on right now. Try again in a moment.'),
      retryAfter: 1,
    });
  }
  if (error instanceof IllFormedText) {
    return sendProblem(
      reply,
      refused(
        'invalid-request',
        'A text in the request is not valid Unicode: it has half of a surrogate pair.',
      ),
    );
  }
  if (isUnavailable(error)) {
    request.log.error({ err: error }, 'the database cannot be used');
    return sendProblem(
      reply,
      refused(
        'unavailable',
        'The database cannot be used at the moment. Try again; a change that was under way may have been made.',
      ),
    );
  }
  const status = error.statusCode ?? 500;
  if (status === 413)
    return sendProblem(reply, refused('too-large', 'The request body is larger than any valid one.'));
  if (status >= 400 && status < 500) {
    return sendProblem(
      reply,
      refused('invalid-request', 'The request cannot be read: send JSON with content-type application/json.'),
    );
  }
  request.log.error({ err: error }, 'a request failed');
  return sendProblem(reply, refused('internal', 'The server failed. Its log says why.'));
}
