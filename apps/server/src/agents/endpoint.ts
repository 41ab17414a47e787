/**
 * The agents' own interface: `POST /mfa/v1_1/authn/initialize`, `verify`, `status`, `cancel` and `GET /mfa/v1_1/authn/resources`, with the
 * agent's key in `client-key`.
 *
 * An attempt of an agent is a sealed value that the agent carries (who it is for, which agent, until when), and the challenge that is
 * to be answered is named by the message that asked it. So nothing is stored but how it ended, and any process can go on with it.
 */
import { inEnglish, text } from '@sower/messages/outcomes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Refusals } from '../audit/refused-calls.ts';
import type { AttemptStep, Attempts, RequestingClient } from '../authentication/challenge/attempt.ts';
import { agentReader, type KnownAgent } from '../clients/agents.ts';
import type { ServerContext } from '../context.ts';
import type { Counters } from '../core/metrics.ts';
import { isUnavailable } from '../store/db/unavailable.ts';
import { claimAgentResult, findAgentResult, removeAgentResult } from '../store/tables/agents.ts';
import { insertAudit } from '../store/tables/audit.ts';
import { userIdKey } from '../store/tables/users.ts';
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
import { methodOf, PASSCODE_METHOD, promptResources } from './prompts.ts';

export type AgentContext = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'> & {
  readonly attempts: Attempts;
  readonly refusals: Pick<Refusals, 'countStranger'>;
  readonly counters: Pick<Counters, 'authentication'>;
};

const ATTEMPT_MILLISECONDS = 5 * 60_000;
/** How long it is known how an attempt ended: longer than an attempt lives. */
const RESULT_MILLISECONDS = 10 * 60_000;
const BODY_LIMIT = 16 * 1024;

/** Messages that ask for the first passcode, and those that put a challenge: the rest of the id names it. */
const FIRST = 'i.';
const CHALLENGE = 'c.';

type Attempt = {
  readonly id: string;
  readonly hash: string;
  readonly userId: string;
  readonly expiresAt: number;
};

export async function agentRoutes(app: FastifyInstance, context: AgentContext): Promise<void> {
  const readKey = agentReader(context);

  function begin(agent: KnownAgent, userId: string): Attempt {
    const expiresAt = context.now() + ATTEMPT_MILLISECONDS;
    const plain = Buffer.from(JSON.stringify([agent.id, userId, expiresAt]));
    const id = Buffer.from(context.sealing.sealToken('agent-attempt', plain)).toString('base64url');
    return { id, hash: context.sealing.keyedHash('agent-attempt', id), userId, expiresAt };
  }

  /** The attempt that an id names, if it is this agent's. */
  function open(agent: KnownAgent, id: string | undefined): Attempt | undefined {
    if (id === undefined || !/^[\w-]+$/.test(id)) return undefined;
    const plain = context.sealing.openToken('agent-attempt', Buffer.from(id, 'base64url'));
    if (!plain) return undefined;
    const [agentId, userId, expiresAt] = JSON.parse(Buffer.from(plain).toString()) as [
      string,
      string,
      number,
    ];
    if (agentId !== agent.id) return undefined;
    return { id, hash: context.sealing.keyedHash('agent-attempt', id), userId, expiresAt };
  }

  const newMessage = (): string => FIRST + Buffer.from(context.random(12)).toString('base64url');

  /** Client and user, both taken from the attempt, so that one attempt cannot answer for another. */
  const client = (
    agent: KnownAgent,
    attempt: Attempt,
    request: FastifyRequest,
  ): RequestingClient & { readonly userId: string } => ({
    client: `agent:${agent.name}`,
    userId: attempt.userId,
    binding: attempt.hash,
    source: request.ip,
    within: [agent.domain],
  });

  /** What a step means to the agent; how an attempt ends is written down once. */
  async function conclude(attempt: Attempt, inResponseTo: string | null, step: AttemptStep): Promise<object> {
    const attemptContext = { authnAttemptId: attempt.id, inResponseTo };
    if (step.state === 'challenge') {
      const method = methodOf(step.challenge);
      return answer(
        { ...attemptContext, messageId: CHALLENGE + step.attempt },
        { state: 'challenge', method },
      );
    }
    const first = await finish(attempt, step.state);
    // Two answers at once to one attempt: it ended with the other one.
    const state = first ? step.state : 'rejected';
    const subject = first && step.state === 'accepted' ? step.userId : undefined;
    return answer(
      { ...attemptContext, messageId: newMessage() },
      { state, method: PASSCODE_METHOD.methodId, subject },
    );
  }

  function finish(attempt: Attempt, result: 'accepted' | 'rejected' | 'cancelled'): Promise<boolean> {
    const now = context.now();
    return claimAgentResult(
      context.db,
      { attempt_hash: attempt.hash, result, expires_at: now + RESULT_MILLISECONDS },
      now,
    );
  }

  function route<S extends z.ZodType>(
    name: string,
    schema: S,
    work: (agent: KnownAgent, body: z.output<S>, request: FastifyRequest) => Promise<object>,
    method: 'POST' | 'GET' = 'POST',
  ): void {
    app.route({
      method,
      url: `/mfa/v1_1/authn/${name}`,
      bodyLimit: BODY_LIMIT,
      handler: async (request, reply) => {
        reply.header('cache-control', 'no-store');
        const key = request.headers['client-key'];
        const agent = typeof key === 'string' ? await readKey(key) : undefined;
        if (!agent) {
          if (key !== undefined) context.refusals.countStranger('agent-key', request.ip);
          return refuse(reply, 401, 'The client-key is unknown, or its agent is disabled.');
        }
        const parsed = schema.safeParse(method === 'GET' ? request.query : request.body);
        if (!parsed.success) {
          const [issue] = parsed.error.issues;
          return refuse(
            reply,
            400,
            `${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'is not valid'}.`,
          );
        }
        return reply.send(await work(agent, parsed.data, request));
      },
    });
  }

  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (isUnavailable(error) || status >= 500) {
      request.log.error({ err: error }, 'a request of an agent failed');
      return refuse(
        reply,
        isUnavailable(error) ? 503 : 500,
        'The server failed. Try again, or another server.',
      );
    }
    return refuse(reply, status, inEnglish(text('request.unreadable')));
  });

  route('initialize', initializeSchema, async (agent, body, request) => {
    const attempt = begin(agent, body.subjectName);
    const inResponseTo = body.context?.messageId ?? null;
    // A key used under another agent's name is a mistake to see, not to pass over.
    if (body.clientId && userIdKey(body.clientId) !== userIdKey(agent.name)) {
      await insertAudit(context.db, context, {
        actor: `agent:${agent.name}`,
        action: 'authenticate',
        object: `user:${body.subjectName}`,
        result: 'refused',
        reason: text('event.agent-key-under-name', { agent: body.clientId }),
        source: request.ip,
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

  /** The attempt is unknown from here on, and what it asked cannot be answered any more. */
  async function remove(agent: KnownAgent, attempt: Attempt, request: FastifyRequest): Promise<void> {
    await removeAgentResult(context.db, attempt.hash, context.now() + RESULT_MILLISECONDS);
    await context.attempts.cancel(client(agent, attempt, request));
  }
}

function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({ code: status, message });
}
