/** Attempts as agents see them: what an ID refers to, what a step means, and the result, which is recorded once. */

import { MINUTE } from '@sower/api/time';
import { z } from 'zod';
import type {
  AttemptStep,
  Attempts,
  Challenge,
  RequestingClient,
} from '../authentication/challenge/attempt.ts';
import { agentActor, type KnownAgent } from '../clients/agents.ts';
import type { ServerContext } from '../context.ts';
import { claimAgentResult, removeAgentResult } from '../store/authentication/agents.ts';
import type { KeyedHash } from '../store/schema/brands.ts';
import { storedJson } from '../store/schema/stored-json.ts';
import type { Request } from '../web/request.ts';
import { challenged, ended } from './messages.ts';
import { PASSCODE, type Prompts } from './prompts.ts';

export type AgentAttemptContext = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'> & {
  readonly attempts: Attempts;
};

const ATTEMPT_MILLISECONDS = 5 * MINUTE;
/** How long the result of an attempt is kept: longer than an attempt lives. */
const RESULT_MILLISECONDS = 10 * MINUTE;

/** Messages that ask for the first passcode, and those that carry a challenge: the rest of the ID identifies it. */
const FIRST = 'i.';
export const CHALLENGE = 'c.';

type Attempt = {
  readonly id: string;
  readonly agentId: string;
  readonly hash: KeyedHash;
  readonly userId: string;
  readonly expiresAt: number;
};

const readAttempt = storedJson('sealed agent attempt', z.tuple([z.string(), z.string(), z.number()]));

const isRefused = (challenge: Challenge): boolean =>
  'refused' in challenge && challenge.refused !== undefined;

export function agentAttempts(context: AgentAttemptContext) {
  /** @param agentId empty if it is not known: then no one goes on with the attempt */
  function begin(agentId: string, userId: string): Attempt {
    const expiresAt = context.now() + ATTEMPT_MILLISECONDS;
    const plain = Buffer.from(JSON.stringify([agentId, userId, expiresAt]));
    const id = Buffer.from(context.sealing.sealToken('agent-attempt', plain)).toString('base64url');
    return { id, agentId, hash: context.sealing.keyedHash('agent-attempt', id), userId, expiresAt };
  }

  /** The attempt that an ID refers to. */
  function open(id: string | undefined): Attempt | undefined {
    if (id === undefined || !/^[\w-]+$/.test(id)) return undefined;
    const plain = context.sealing.openToken('agent-attempt', Buffer.from(id, 'base64url'));
    if (!plain) return undefined;
    const [agentId, userId, expiresAt] = readAttempt(Buffer.from(plain).toString());
    return { id, agentId, hash: context.sealing.keyedHash('agent-attempt', id), userId, expiresAt };
  }

  const newMessage = (): string => FIRST + Buffer.from(context.random(12)).toString('base64url');

  /** Client and user both come from the attempt, so one attempt cannot answer for another. */
  const client = (
    agent: KnownAgent,
    attempt: Attempt,
    request: Request,
  ): RequestingClient & { readonly userId: string } => ({
    client: agentActor(agent.name),
    userId: attempt.userId,
    binding: attempt.hash,
    source: request.ip,
    handsOn: { name: attempt.userId, otherNames: false },
    within: [agent.domain],
    ...(agent.onlyGroups.length > 0 ? { onlyGroups: agent.onlyGroups } : {}),
  });

  /** What a step means to the agent. The result of an attempt is recorded once. */
  async function conclude(
    attempt: Attempt,
    inResponseTo: string | null,
    step: AttemptStep,
    { answered, prompts }: { readonly answered: string; readonly prompts: Prompts },
  ): Promise<object> {
    const attemptContext = { authnAttemptId: attempt.id, inResponseTo };
    if (step.state === 'challenge') {
      const method = prompts.methodOf(step.challenge);
      // After a PIN that was refused comes the same question: nothing was verified.
      const verified = isRefused(step.challenge) ? undefined : answered;
      return challenged({ ...attemptContext, messageId: CHALLENGE + step.attempt }, method, verified);
    }
    const first = await finish(attempt, step.state);
    // Two simultaneous answers to one attempt: the other one ended it.
    const state = first ? step.state : 'rejected';
    const subject = first && step.state === 'accepted' ? step.userId : undefined;
    return ended({ ...attemptContext, messageId: newMessage() }, { state, method: PASSCODE, subject });
  }

  function finish(attempt: Attempt, result: 'accepted' | 'rejected' | 'cancelled'): Promise<boolean> {
    const now = context.now();
    return claimAgentResult(
      context.db,
      { attempt_hash: attempt.hash, result, expires_at: now + RESULT_MILLISECONDS },
      now,
    );
  }

  /** From here on the attempt is unknown, and its challenge can no longer be answered. */
  async function remove(agent: KnownAgent, attempt: Attempt, request: Request): Promise<void> {
    await removeAgentResult(context.db, attempt.hash, context.now() + RESULT_MILLISECONDS);
    await context.attempts.cancel(client(agent, attempt, request));
  }

  return { begin, open, newMessage, client, conclude, finish, remove };
}
