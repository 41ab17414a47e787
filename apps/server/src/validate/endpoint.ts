/**
 * The validate API: the shape that privacyIDEA's plug-ins and LinOTP's clients speak, for agents of that kind. There is nothing here until
 * one is registered.
 *
 * A challenge before any passcode (an empty `pass`, or `triggerchallenge`) asks for the passcode as a whole: no part of it is waived.
 */

import { type Text, text } from '@sower/texts/outcomes';
import type { Refusals } from '../audit/refused-calls.ts';
import { Overload } from '../core/outcome.ts';
import { isUnavailable } from '../store/db/errors.ts';
import { userIdKey } from '../store/directory/users.ts';
import { UnreadableBody } from '../web/body.ts';
import { type InWords, wordsFor } from '../web/language.ts';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';
import { type Handle, METHODS, type Method, type Routes } from '../web/routes.ts';
import {
  challengeAnswer,
  ERROR_CODE,
  errorAnswer,
  FIRST_PROMPT,
  resultAnswer,
  stepAnswer,
} from './answers.ts';
import { agentOf, type CallerContext, callerOf, makeToken } from './callers.ts';
import {
  type Asked,
  type CheckContext,
  check,
  isOpen,
  missing,
  Refused,
  tokensOf,
  trigger,
} from './check.ts';
import { BadParameter, readParameters } from './parameters.ts';

export type ValidateContext = CallerContext &
  CheckContext & {
    readonly version: string;
    readonly refusals: Pick<Refusals, 'countStranger'>;
  };

type About = { readonly version: string; readonly now: number };
type Work<Given> = (given: Given, reply: Reply) => Promise<object | Reply>;

/** An answer in the shape, whatever happens; nothing, as long as there is no such agent. */
const answers =
  (context: Pick<ValidateContext, 'agents'>, about: () => About) =>
  (work: Work<{ readonly request: Request; readonly inWords: InWords }>): Handle =>
  async (request, reply) => {
    const inWords = wordsFor(request.headers['accept-language']);
    reply.header('cache-control', 'no-store');
    try {
      if (!(await context.agents.any('validate')))
        throw new Refused(404, ERROR_CODE.absent, text('request.no-operation'));
      const answer = await work({ request, inWords }, reply);
      return answer === reply ? reply : reply.json(answer);
    } catch (error) {
      return refuseFailure(error, request, reply, inWords, about());
    }
  };

export function validateRoutes(routes: Routes, context: ValidateContext): void {
  const about = (): About => ({ version: context.version, now: context.now() });

  const answering = answers(context, about);

  function answerAt(
    methods: Method | readonly Method[],
    path: string,
    work: Work<{ readonly request: Request; readonly inWords: InWords }>,
  ): void {
    routes.on(methods, path, answering(work));
    // Here, not with those of other edges: a client reads this shape alone, and sees nothing where there is no such agent.
    const others = METHODS.filter((method) => ![methods].flat().includes(method));
    routes.on(
      others,
      path,
      answering(async (_, reply) => {
        reply.header('allow', [methods].flat().join(', '));
        throw new Refused(405, ERROR_CODE.absent, text('request.method', { methods: [methods].flat() }));
      }),
    );
  }
  const nothingHere = answering(async () => {
    throw new Refused(404, ERROR_CODE.absent, text('request.no-operation'));
  });
  for (const path of ['/validate', '/auth', '/token']) routes.below(path, nothingHere);
  const stranger = (request: Request): Refused => {
    context.refusals.countStranger('agent-key', request.ip);
    return new Refused(401, ERROR_CODE.caller, text('validate.unknown-caller'));
  };
  const route = (
    methods: Method | readonly Method[],
    path: string,
    work: Work<Asked>,
    right?: 'trigger' | 'tokens',
  ): void =>
    answerAt(methods, path, async ({ request, inWords }, reply) => {
      const agent = await agentOf(context, request);
      if (agent === 'none') throw new Refused(401, ERROR_CODE.caller, text('validate.unknown-caller'));
      if (agent === undefined) throw stranger(request);
      if (right !== undefined && !agent.rights.has(right))
        throw new Refused(403, ERROR_CODE.right, text('validate.no-right'));
      return work({ agent, parameters: await readParameters(request), request, inWords }, reply);
    });

  const checked = async (asked: Asked): Promise<object> => {
    const step = await check(context, asked);
    return step.state === 'asked'
      ? challengeAnswer(about(), step.transaction, asked.inWords(FIRST_PROMPT))
      : stepAnswer(about(), asked.inWords, step);
  };
  route(['GET', 'POST'], '/validate/check', checked);
  // LinOTP: the answer to a challenge.
  route(['GET', 'POST'], '/validate/check_t', checked);
  route(['GET', 'POST'], '/validate/radiuscheck', async (asked, reply) => {
    const { state } = await check(context, asked);
    return reply.code(state === 'accepted' ? 204 : 400).send();
  });
  route(['GET', 'POST'], '/validate/simplecheck', async (asked, reply) => {
    const { state } = await check(context, asked);
    return reply.type('text/plain').send(state === 'accepted' ? ':-)' : ':-(');
  });
  route(
    'POST',
    '/validate/triggerchallenge',
    async (asked) => challengeAnswer(about(), await trigger(context, asked), asked.inWords(FIRST_PROMPT), 1),
    'trigger',
  );
  for (const path of ['/validate/polltransaction', '/validate/polltransaction/:id'])
    route('GET', path, async (asked) => {
      const transaction = asked.request.params.id ?? asked.parameters.transaction_id;
      if (transaction === undefined) throw missing('transaction_id');
      const open = await isOpen(context, asked, transaction);
      return resultAnswer(about(), false, { challenge_status: open ? 'pending' : 'declined' });
    });
  route(['GET', 'POST'], '/validate/check_status', async (asked) => {
    const { transaction_id: transaction } = asked.parameters;
    if (transaction === undefined) throw missing('transactionid');
    const status = (await isOpen(context, asked, transaction)) ? 'open' : 'closed';
    return resultAnswer(about(), false, {
      transactions: { [transaction]: { received_tan: false, valid_tan: false, status } },
    });
  });
  route(['GET', 'POST'], '/validate/offlinerefill', async () => {
    throw new Refused(400, ERROR_CODE.parameter, text('validate.offline'));
  });
  for (const path of ['/token', '/token/'])
    route(
      'GET',
      path,
      async (asked) => {
        const tokens = await tokensOf(context, asked);
        return resultAnswer(about(), { count: tokens.length, current: 1, next: null, prev: null, tokens });
      },
      'tokens',
    );

  answerAt('POST', '/auth', async ({ request }) => {
    const { username, password } = await readParameters(request);
    if (username === undefined) throw missing('username');
    if (password === undefined) throw missing('password');
    const agent = await context.agents.byKey('validate', password, callerOf(request));
    if (!agent || userIdKey(agent.name) !== userIdKey(username)) throw stranger(request);
    const { token } = makeToken(context, agent);
    const rights = [...agent.rights];
    return resultAnswer(about(), { token, role: 'admin', username: agent.name, realm: '', rights });
  });
}

function refuseFailure(
  error: unknown,
  request: Request,
  reply: Reply,
  inWords: InWords,
  about: About,
): Reply {
  const refuse = (status: number, code: number, words: Text): Reply =>
    reply.code(status).json(errorAnswer(about, code, inWords(words)));
  if (error instanceof Refused) return refuse(error.status, error.code, error.words);
  if (error instanceof BadParameter)
    return refuse(400, ERROR_CODE.parameter, text('validate.unreadable', { parameter: error.parameter }));
  if (error instanceof UnreadableBody)
    return refuse(
      error.status,
      ERROR_CODE.parameter,
      error.why === 'unreadable' ? text('validate.unreadable-body') : text(`request.${error.why}`),
    );
  if (error instanceof Overload) {
    reply.header('retry-after', '1');
    return refuse(503, ERROR_CODE.busy, text('log-on.busy'));
  }
  request.log.error({ err: error }, 'a request to the validate API failed');
  return refuse(isUnavailable(error) ? 503 : 500, ERROR_CODE.failed, text('validate.failed'));
}
