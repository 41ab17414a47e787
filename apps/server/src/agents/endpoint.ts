/**
 * The agent API: `POST /mfa/v1_1/authn/initialize`, `verify`, `status`, `cancel` and `GET /mfa/v1_1/authn/resources`, with a key or a
 * signature (callers.ts).
 *
 * An agent's attempt is a sealed value that the agent carries (for whom, by which agent, until when); the ID of the message that put a
 * challenge identifies the challenge. So only the result is stored, and any process can continue an attempt.
 */

import { inEnglish, text } from '@sower/texts/outcomes';
import type { z } from 'zod';
import type { Refusals } from '../audit/refused-calls.ts';
import type { Counters } from '../core/metrics.ts';
import { Overload } from '../core/outcome.ts';
import { findAgentResult } from '../store/authentication/agents.ts';
import { isUnavailable } from '../store/db/errors.ts';
import { readJson, UnreadableBody } from '../web/body.ts';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';
import type { Routes } from '../web/routes.ts';
import { type AgentAttemptContext, agentAttempts, CHALLENGE } from './attempts.ts';
import { agentNamed, agentOfAttempt, type Caller, type CallerContext, callerOf } from './callers.ts';
import {
  answeredMethod,
  cancelSchema,
  challenged,
  ended,
  enteredValue,
  initializeSchema,
  resourcesSchema,
  statusAnswer,
  statusSchema,
  verifySchema,
} from './messages.ts';
import { type Prompts, promptsWith } from './prompts.ts';

export type AgentContext = AgentAttemptContext &
  CallerContext & {
    readonly refusals: Pick<Refusals, 'countStranger'>;
    readonly counters: Pick<Counters, 'authentication'>;
  };

const BODY_LIMIT = 16 * 1024;

export function agentRoutes(routes: Routes, context: AgentContext): void {
  const { begin, open, newMessage, client, conclude, finish, remove } = agentAttempts(context);
  const prompts = async (): Promise<Prompts> => promptsWith(await context.settings.current());

  function route<S extends z.ZodType>(
    name: string,
    schema: S,
    work: (caller: Caller, body: z.output<S>, request: Request) => Promise<object>,
    method: 'POST' | 'GET' = 'POST',
  ): void {
    const answerAgent = async (request: Request, reply: Reply): Promise<Reply> => {
      const known = await callerOf(context, request, BODY_LIMIT);
      if (known === 'none' || known === undefined) {
        if (known === undefined) context.refusals.countStranger('agent-key', request.ip);
        return refuseAgent(
          reply,
          401,
          'The key or signature is missing or unknown, or its agent is disabled.',
        );
      }
      const { caller, octets } = known;
      const given =
        method === 'GET'
          ? request.query
          : await readJson(request, BODY_LIMIT, octets && (async () => octets));
      const parsed = schema.safeParse(given);
      if (!parsed.success) return refuseBody(reply, parsed.error);
      return reply.header('cache-control', 'no-store').json(await work(caller, parsed.data, request));
    };
    routes.on(method === 'GET' ? ['GET', 'HEAD'] : method, `/mfa/v1_1/authn/${name}`, (request, reply) =>
      answerAgent(request, reply).catch((error: unknown) => refuseFailure(error, request, reply)),
    );
  }

  /** An attempt that the caller may go on with, and its agent. */
  async function opened(caller: Caller, id: string | undefined, request: Request) {
    const attempt = open(id);
    const agent = attempt && (await agentOfAttempt(context, caller, attempt.agentId, request));
    return attempt && agent && { attempt, agent };
  }

  route('initialize', initializeSchema, async (caller, body, request) => {
    const inResponseTo = body.context?.messageId ?? null;
    const named = { clientId: body.clientId, userId: body.subjectName };
    const agent = await agentNamed(context, caller, named, request);
    const attempt = begin(agent?.id ?? '', body.subjectName);
    const attemptContext = { authnAttemptId: attempt.id, messageId: newMessage(), inResponseTo };
    if (!agent) return ended(attemptContext, { state: 'rejected' });
    const passcode = body.subjectCredentials ? enteredValue(body.subjectCredentials) : undefined;
    const asked = await prompts();
    if (passcode === undefined) return challenged(attemptContext, asked.passcode);
    const step = await context.attempts.start({ ...client(agent, attempt, request), passcode });
    const answered = answeredMethod(body.subjectCredentials ?? []);
    return conclude(attempt, inResponseTo, step, { answered, prompts: asked });
  });

  route('verify', verifySchema, async (caller, body, request) => {
    const inResponseTo = body.context.messageId ?? null;
    const found = await opened(caller, body.context.authnAttemptId, request);
    const entered = enteredValue(body.subjectCredentials);
    const over =
      !found ||
      entered === undefined ||
      found.attempt.expiresAt < context.now() ||
      (await findAgentResult(context.db, found.attempt.hash)) !== undefined;
    if (over) {
      const attemptContext = {
        authnAttemptId: body.context.authnAttemptId ?? '',
        messageId: newMessage(),
        inResponseTo,
      };
      return ended(attemptContext, { state: 'rejected' });
    }
    const { attempt, agent } = found;
    const asked = body.context.inResponseTo ?? '';
    const who = client(agent, attempt, request);
    const step = asked.startsWith(CHALLENGE)
      ? await context.attempts.answer({ ...who, attempt: asked.slice(CHALLENGE.length), answer: entered })
      : await context.attempts.start({ ...who, passcode: entered });
    const answered = answeredMethod(body.subjectCredentials);
    return conclude(attempt, inResponseTo, step, { answered, prompts: await prompts() });
  });

  route('status', statusSchema, async (caller, body, request) => {
    const found = await opened(caller, body.authnAttemptId, request);
    if (!found) return statusAnswer('rejected');
    const { attempt, agent } = found;
    const known = await findAgentResult(context.db, attempt.hash);
    if (body.removeAttemptId) await remove(agent, attempt, request);
    if (known?.result === 'removed') return statusAnswer('rejected');
    if (known) return statusAnswer(known.result, attempt);
    return statusAnswer(attempt.expiresAt < context.now() ? 'rejected' : 'challenge', attempt);
  });

  route('cancel', cancelSchema, async (caller, body, request) => {
    const authnAttemptId = body.authnAttemptId ?? body.context?.authnAttemptId ?? '';
    const found = await opened(caller, authnAttemptId, request);
    if (found) {
      const { attempt, agent } = found;
      await finish(attempt, 'cancelled');
      if (body.removeAttemptId) await remove(agent, attempt, request);
      else await context.attempts.cancel(client(agent, attempt, request));
    }
    const inResponseTo = body.context?.messageId ?? null;
    return ended({ authnAttemptId, messageId: newMessage(), inResponseTo }, { state: 'cancelled' });
  });

  route(
    'resources',
    resourcesSchema,
    async (_, { resourceId }) => (await prompts()).resources(resourceId),
    'GET',
  );
}

function refuseBody(reply: Reply, { issues: [issue] }: z.ZodError): Reply {
  const what = issue?.path.join('.') || 'The body';
  return refuseAgent(reply, 400, `${what}: ${issue?.message ?? 'is not valid'}.`);
}

function refuseFailure(error: unknown, request: Request, reply: Reply): Reply {
  if (error instanceof Overload) {
    reply.header('retry-after', '1');
    return refuseAgent(reply, 503, inEnglish(text('log-on.busy')));
  }
  if (error instanceof UnreadableBody)
    return refuseAgent(reply, error.status, inEnglish(text(`request.${error.why}`)));
  request.log.error({ err: error }, 'a request of an agent failed');
  const status = isUnavailable(error) ? 503 : 500;
  return refuseAgent(reply, status, 'The server failed. Try again, or another server.');
}

export function refuseAgent(reply: Reply, status: number, message: string): Reply {
  return reply.code(status).header('cache-control', 'no-store').json({ code: status, message });
}
