/** Problems on the wire (RFC 9457), and how unexpected errors are handled. */

import type { OpenChallenge } from '@sower/api/challenges';
import { PROBLEMS, type ProblemCode, problemDocument } from '@sower/api/problems';
import { outcomesIn, type Text, text } from '@sower/texts/outcomes';
import { promptOf } from '../authentication/challenge/question.ts';
import { editedMeanwhile, type OpenQuestion, Overload, type Refused, refused } from '../core/outcome.ts';
import { type Answer, asData, said, worded } from '../core/unworded.ts';
import { isForeignKeyViolation, isUnavailable } from '../store/db/errors.ts';
import { UnreadableBody } from '../web/body.ts';
import { languageOf } from '../web/language.ts';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';

const TITLES = Object.fromEntries(
  (Object.keys(PROBLEMS) as ProblemCode[]).map((code) => [code, text(`problem.${code}`)]),
) as Readonly<Record<ProblemCode, Text>>;

export function sendProblem(reply: Reply, refusal: Refused): Reply {
  const language = languageOf(reply.request.headers['accept-language']);
  const { problem, detail, errors, permission, challenge } = refusal;
  const words = {
    title: TITLES[problem],
    ...said(detail),
    ...(errors === undefined
      ? {}
      : { errors: errors.map(({ path, message }) => ({ path, message, ...asData(message) })) }),
    ...(permission === undefined ? {} : { permission }),
    ...(challenge === undefined ? {} : { challenge: prompted(challenge) }),
  };
  const document = problemDocument(
    problem,
    worded<Parameters<typeof problemDocument>[1]>(words, outcomesIn(language)),
  );
  reply.headers({ 'cache-control': 'no-store', 'content-language': language, vary: 'accept-language' });
  if (refusal.retryAfter !== undefined) reply.header('retry-after', String(refusal.retryAfter));
  if (document.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(document.status).type('application/problem+json').json(document);
}

/** With what the user is to read. */
export const prompted = (open: OpenQuestion): Answer<OpenChallenge> => ({
  ...open,
  prompt: promptOf(open.challenge),
});

/** Errors say what is wrong with the request. Of the server's own failures they say only that there was one. */
export function answerError(error: unknown, request: Request, reply: Reply): Reply {
  if (error instanceof Overload) {
    return sendProblem(reply, {
      ...refused('unavailable', text('log-on.busy')),
      retryAfter: 1,
    });
  }
  if (error instanceof UnreadableBody) {
    const problem = error.why === 'too-large' ? 'too-large' : 'invalid-request';
    return sendProblem(reply, refused(problem, text(`request.${error.why}`)));
  }
  if (isUnavailable(error)) {
    request.log.error({ err: error }, 'the database cannot be used');
    return sendProblem(reply, refused('unavailable', text('request.database-unavailable')));
  }
  // A session of somebody who has just been deleted, for one.
  if (isForeignKeyViolation(error)) {
    request.log.warn({ err: error }, 'what a request is about was deleted meanwhile');
    return sendProblem(reply, editedMeanwhile());
  }
  request.log.error({ err: error }, 'a request failed');
  return sendProblem(reply, refused('internal', text('request.internal-error', { request: request.id })));
}
