/** Problems on the wire (RFC 9457), and how unexpected errors are handled. */

import type { OpenChallenge } from '@sower/api/challenges';
import { PROBLEMS, type ProblemCode, problemDocument } from '@sower/api/problems';
import { outcomesIn, type Text, text } from '@sower/texts/outcomes';
import { promptOf } from '../authentication/challenge/question.ts';
import { editedMeanwhile, type OpenQuestion, Overload, type Refused, refused } from '../core/outcome.ts';
import { isForeignKeyViolation, isUnavailable } from '../store/db/errors.ts';
import { UnreadableBody } from '../web/body.ts';
import { type InWords, languageOf } from '../web/language.ts';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';

const TITLES = Object.fromEntries(
  (Object.keys(PROBLEMS) as ProblemCode[]).map((code) => [code, text(`problem.${code}`)]),
) as Readonly<Record<ProblemCode, Text>>;

export function sendProblem(reply: Reply, refusal: Refused): Reply {
  const language = languageOf(reply.request.headers['accept-language']);
  const inWords = outcomesIn(language);
  const { problem, detail, errors, permission, challenge } = refusal;
  const document = problemDocument(problem, {
    title: inWords(TITLES[problem]),
    ...asData(detail),
    detail: inWords(detail),
    ...(errors === undefined
      ? {}
      : {
          errors: errors.map(({ path, message }) => ({
            path,
            message: inWords(message),
            ...asData(message),
          })),
        }),
    ...(permission === undefined ? {} : { permission }),
    ...(challenge === undefined ? {} : { challenge: openInWords(challenge, inWords) }),
  });
  reply.headers({ 'cache-control': 'no-store', 'content-language': language, vary: 'accept-language' });
  if (refusal.retryAfter !== undefined) reply.header('retry-after', String(refusal.retryAfter));
  if (document.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(document.status).type('application/problem+json').json(document);
}

/** The key and values along with the text, for programs. */
export const asData = ({ code, values }: Text) => ({
  reason: code,
  ...(values === undefined ? {} : { params: { ...values } }),
});

/** What the user is to read, and why the last PIN was refused, in the caller's language. */
export function openInWords(open: OpenQuestion, inWords: InWords): OpenChallenge {
  const { challenge } = open;
  const rest = { ...open, prompt: inWords(promptOf(challenge)) };
  if (!('refused' in challenge)) return { ...rest, challenge: challenge as OpenChallenge['challenge'] };
  const { refused, ...question } = challenge;
  return {
    ...rest,
    challenge: { ...question, ...(refused === undefined ? {} : { refused: inWords(refused) }) },
  };
}

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
