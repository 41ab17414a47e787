/**
 * The agent API: `POST /mfa/v1_1/authn/initialize`, `verify`, `status`, `cancel` and `GET /mfa/v1_1/authn/resources`, with the agent's key
 * in `client-key`.
 *
 * An agent's attempt is a sealed value that the agent carries (for whom, by which agent, until when); the ID of the message that put a
 * challenge identifies the challenge. So only the result is stored, and any process can continue an attempt.
 */
import { inEnglish, text } from '@sower/texts/outcomes';
import type { z } from 'zod';
import type { Refusals } from '../audit/refused-calls.ts';
import { agentReader, type KnownAgent } from '../clients/agents.ts';
import type { Counters } from '../core/metrics.ts';
import { Overload } from '../core/overload.ts';
import { record } from '../core/record.ts';
import { findAgentResult } from '../store/authentication/agents.ts';
import { isUnavailable } from '../store/db/unavailable.ts';
import { userIdKey } from '../store/directory/users.ts';
import { readJson, UnreadableBody } from '../web/body.ts';
import type { Reply } from '../web/reply.ts';
import type { Request } from '../web/request.ts';
import type { Routes } from '../web/routes.ts';
import { type AgentAttemptContext, agentAttempts, CHALLENGE } from './attempts.ts';
import {
  answer,
  cancelSchema,
  enteredValue,
  initializeSchema,
  resourcesSchema,
  statusAnswer,
  statusSchema,
  verifySchema,
} from './messages.ts';
import { PASSCODE_METHOD, promptResources } from './prompts.ts';

export type AgentContext = AgentAttemptContext & {
  readonly refusals: Pick<Refusals, 'countStranger'>;
  readonly counters: Pick<Counters, 'authentication'>;
};

const BODY_LIMIT = 16 * 1024;

export function agentRoutes(routes: Routes, context: AgentContext): void {
  const readKey = agentReader(context);

  const { begin, open, newMessage, client, conclude, finish, remove } = agentAttempts(context);

  function route<S extends z.ZodType>(
    name: string,
    schema: S,
    work: (agent: KnownAgent, body: z.output<S>, request: Request) => Promise<object>,
    method: 'POST' | 'GET' = 'POST',
  ): void {
    const answerAgent = async (request: Request, reply: Reply): Promise<Reply> => {
      const key = request.headers['client-key'];
      const agent = typeof key === 'string' ? await readKey(key) : undefined;
      if (!agent) {
        if (key !== undefined) context.refusals.countStranger('agent-key', request.ip);
        return refuseAgent(reply, 401, 'The client-key is unknown, or its agent is disabled.');
      }
      const parsed = schema.safeParse(method === 'GET' ? request.query : await readJson(request, BODY_LIMIT));
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        return refuseAgent(
          reply,
          400,
          `${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'is not valid'}.`,
        );
      }
      return reply.header('cache-control', 'no-store').json(await work(agent, parsed.data, request));
    };
    routes.on(method === 'GET' ? ['GET', 'HEAD'] : method, `/mfa/v1_1/authn/${name}`, (request, reply) =>
      answerAgent(request, reply).catch((error: unknown) => refuseFailure(error, request, reply)),
    );
  }

  route('initialize', initializeSchema, async (agent, body, request) => {
    const attempt = begin(agent, body.subjectName);
    const inResponseTo = body.context?.messageId ?? null;
    // A key used under another agent's name is a mistake that must be visible, not ignored.
    if (body.clientId && userIdKey(body.clientId) !== userIdKey(agent.name)) {
      const who = { name: `agent:${agent.name}`, source: request.ip };
      await record(context.db, context, who, {
        action: 'authenticate',
        object: `user:${body.subjectName}`,
        result: 'refused',
        reason: text('event.agent-key-under-name', { agent: body.clientId }),
      });
      return answer(
        { authnAttemptId: attempt.id, messageId: newMessage(), inResponseTo },
        { state: 'rejected' },
      );
    }
    const passcode = body.subjectCredentials ? enteredValue(body.subjectCredentials) : undefined;
    if (passcode === undefined) {
      const attemptContext = { authnAttemptId: attempt.id, messageId: newMessage(), inResponseTo };
      return answer(attemptContext, { state: 'challenge', method: PASSCODE_METHOD });
    }
    const step = await context.attempts.start({ ...client(agent, attempt, request), passcode });
    return conclude(attempt, inResponseTo, step);
  });

  route('verify', verifySchema, async (agent, body, request) => {
    const inResponseTo = body.context.messageId ?? null;
    const attempt = open(agent, body.context.authnAttemptId);
    const entered = enteredValue(body.subjectCredentials);
    const over =
      !attempt ||
      entered === undefined ||
      attempt.expiresAt < context.now() ||
      (await findAgentResult(context.db, attempt.hash)) !== undefined;
    if (over) {
      const attemptContext = {
        authnAttemptId: body.context.authnAttemptId ?? '',
        messageId: newMessage(),
        inResponseTo,
      };
      return answer(attemptContext, { state: 'rejected' });
    }
    const asked = body.context.inResponseTo ?? '';
    const who = client(agent, attempt, request);
    const step = asked.startsWith(CHALLENGE)
      ? await context.attempts.answer({ ...who, attempt: asked.slice(CHALLENGE.length), answer: entered })
      : await context.attempts.start({ ...who, passcode: entered });
    return conclude(attempt, inResponseTo, step);
  });

  route('status', statusSchema, async (agent, body, request) => {
    const attempt = open(agent, body.authnAttemptId);
    if (!attempt) return statusAnswer('rejected');
    const known = await findAgentResult(context.db, attempt.hash);
    if (body.removeAttemptId) await remove(agent, attempt, request);
    if (known?.result === 'removed') return statusAnswer('rejected');
    if (known) return statusAnswer(known.result, attempt);
    return statusAnswer(attempt.expiresAt < context.now() ? 'rejected' : 'challenge', attempt);
  });

  route('cancel', cancelSchema, async (agent, body, request) => {
    const authnAttemptId = body.authnAttemptId ?? body.context?.authnAttemptId ?? '';
    const attempt = open(agent, authnAttemptId);
    if (attempt) {
      await finish(attempt, 'cancelled');
      if (body.removeAttemptId) await remove(agent, attempt, request);
      else await context.attempts.cancel(client(agent, attempt, request));
    }
    const inResponseTo = body.context?.messageId ?? null;
    return answer({ authnAttemptId, messageId: newMessage(), inResponseTo }, { state: 'cancelled' });
  });

  route('resources', resourcesSchema, async (_, { resourceId }) => promptResources(resourceId), 'GET');
}

function refuseFailure(error: unknown, request: Request, reply: Reply): Reply {
  if (error instanceof Overload) {
    reply.header('retry-after', '1');
    return refuseAgent(reply, 503, inEnglish(text('log-on.busy')));
  }
  if (error instanceof UnreadableBody)
    return refuseAgent(reply, error.status, inEnglish(text('request.unreadable')));
  request.log.error({ err: error }, 'a request of an agent failed');
  const status = isUnavailable(error) ? 503 : 500;
  return refuseAgent(reply, status, 'The server failed. Try again, or another server.');
}

export function refuseAgent(reply: Reply, status: number, message: string): Reply {
  return reply.code(status).header('cache-control', 'no-store').json({ code: status, message });
}
