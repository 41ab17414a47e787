/**
 * A user who has not moved yet is answered by an old RADIUS server: the request is sent on, and its answer comes back, with its challenges.
 *
 * Nothing is counted here for what the old server refuses. If none answers, this server does not either: the client then asks again, or
 * elsewhere (RFC 2865 §2.4).
 */

import { MINUTE } from '@sower/api/time';
import { TYPE } from '@sower/radius/attributes';
import { textOf } from '@sower/radius/octets';
import {
  type Attribute,
  CODE,
  findAttribute,
  MAX_VALUE_LENGTH,
  type ParsedPacket,
} from '@sower/radius/packet';
import { forwardedRequest, repliedAttributes } from '@sower/radius/proxy';
import { text } from '@sower/texts/outcomes';
import type { Unmoved } from '../authentication/challenge/attempt.ts';
import { attemptHash } from '../authentication/challenge/question.ts';
import { coexistenceFor, type KnownCoexistence } from '../coexistence/coexistences.ts';
import type { Teacher } from '../coexistence/teach.ts';
import type { ServerContext } from '../context.ts';
import { placeOf } from '../keys/seal/sealed-columns.ts';
import { type AuditEvent, insertAudit } from '../store/audit/rows.ts';
import { claimForwardedChallenge, findLesson } from '../store/authentication/coexistences.ts';
import { insertExpiring } from '../store/db/rows.ts';
import { findUser, userIdKey } from '../store/directory/users.ts';
import type { Row } from '../store/schema/schema.ts';
import type { KnownClient } from './client-table.ts';
import type { OldServers } from './old-servers.ts';

/** What is answered, before it is signed for its client. */
export type Response = {
  readonly code: number;
  readonly attributes: readonly Attribute[];
  /** For the counters. */
  readonly outcome: 'accepted' | 'rejected' | 'challenge' | 'session' | 'status';
};

export type ForwardContext = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'> & {
  readonly oldServers: OldServers;
  readonly teacher: Teacher;
};

/** No old server answered. */
export class Unanswered extends Error {}

export type Forwarding = {
  readonly client: KnownClient;
  /** As the audit trail names it. */
  readonly actor: string;
  readonly source: string;
  readonly request: ParsedPacket;
  readonly password: Uint8Array;
};

/** Tells the State of these challenges from those of others. */
const PREFIX = 'f.';
const CHALLENGE_MILLISECONDS = 5 * MINUTE;
/** RFC 2865 §5.27. */
const REJECT_ATTRIBUTES: readonly number[] = [TYPE.replyMessage];

export const isForwardedState = (state: Uint8Array): boolean => textOf(state).startsWith(PREFIX);

/** Those of a client that are on now. */
export const forwardsNow = (
  { coexistences = [] }: Pick<KnownClient, 'coexistences'>,
  now: number,
): readonly KnownCoexistence[] => coexistences.filter(({ endsAt }) => now < endsAt);

/**
 * What a request that was sent on from here carries: if it comes back, the servers forward to each other. The same in all processes of an
 * installation, and in no other.
 */
export const loopMark = ({ sealing }: Pick<ServerContext, 'sealing'>): Uint8Array =>
  Buffer.from(`sower:${sealing.keyedHash('attempt', 'forwarded').slice(-22)}`);

/** A user who was sent on before is answered here again, once they have a token by what they showed there. */
export const wasGivenToken = async (context: Pick<ServerContext, 'db'>, { userKey }: Unmoved) =>
  (await findLesson(context.db, userKey))?.lesson === 'moved';

/**
 * @throws Unanswered, and Overload
 * @returns undefined if nothing is forwarded for this user any more
 */
export async function forward(
  context: ForwardContext,
  forwarding: Forwarding,
  unmoved: Unmoved,
): Promise<Response | undefined> {
  const coexistence = coexistenceFor(forwardsNow(forwarding.client, context.now()), unmoved.user?.domain);
  return coexistence && sendOn(context, forwarding, { unmoved, coexistence, challenge: undefined });
}

/** The answer to a challenge of an old server, to the same server. A State that no one may use any more is rejected. */
export async function forwardAnswer(
  context: ForwardContext,
  forwarding: Forwarding,
  state: Uint8Array,
): Promise<Response> {
  const { client, request, actor, source } = forwarding;
  const sent = textOf(findAttribute(request, TYPE.userName) ?? new Uint8Array());
  const userKey = userIdKey(sent);
  const challenge = await claimForwardedChallenge(context.db, {
    idHash: attemptHash(context, textOf(state)),
    binding: client.id,
    userKey,
    now: context.now(),
  });
  const coexistence =
    challenge && forwardsNow(client, context.now()).find(({ id }) => id === challenge.coexistence_id);
  if (!challenge || !coexistence) {
    await insertAudit(context.db, context, {
      ...{ actor, source, action: 'authenticate', object: `user:${sent}`, result: 'refused' },
      reason: text('event.nobody-asked'),
    });
    return REJECTED;
  }
  const user = await findUser(context.db, sent);
  if (user && user.enabled !== 1) {
    await insertAudit(context.db, context, {
      ...{ actor, source, action: 'authenticate', object: `user:${sent}`, result: 'refused' },
      reason: text('barred.user-disabled'),
    });
    return REJECTED;
  }
  const unmoved: Unmoved = {
    userKey,
    ...(user ? { user: { row: user.id, name: user.user_id, domain: user.domain } } : {}),
  };
  return sendOn(context, forwarding, { unmoved, coexistence, challenge });
}

const REJECTED: Response = { code: CODE.accessReject, attributes: [], outcome: 'rejected' };

async function sendOn(
  context: ForwardContext,
  { client, actor, source, request, password }: Forwarding,
  to: {
    readonly unmoved: Unmoved;
    readonly coexistence: KnownCoexistence;
    readonly challenge: Row<'forwarded_challenges'> | undefined;
  },
): Promise<Response> {
  const { unmoved, coexistence, challenge } = to;
  const { secret, domain } = coexistence;
  const sentName = textOf(findAttribute(request, TYPE.userName) ?? new Uint8Array());
  const userName = unmoved.user?.name ?? sentName;
  const userNameValue = new TextEncoder().encode(userName);
  // What does not fit cannot be named, so it is not let in.
  if (userNameValue.length > MAX_VALUE_LENGTH) return REJECTED;
  const state =
    challenge &&
    context.sealing.open(placeOf('forwarded_challenges.state', challenge.id_hash), challenge.state);
  const octets = forwardedRequest(request, {
    identifier: context.random(1)[0] as number,
    authenticator: context.random(16),
    password,
    // The challenge may have come without one.
    state: state && state.length > 0 ? state : undefined,
    proxyState: loopMark(context),
    nasIdentifier: 'sower',
    secret,
  });
  const event = (server: string): Omit<AuditEvent, 'result'> => ({
    ...{ actor, source, action: 'authenticate.forward', object: `user:${userName}` },
    reason: text('event.old-server', { server }),
  });
  if (!octets) {
    await insertAudit(context.db, context, { ...event(''), result: 'failure', reason: text('drop.no-room') });
    throw new Unanswered();
  }
  const servers = challenge
    ? coexistence.servers.filter(({ name }) => name === challenge.server)
    : coexistence.servers;
  const answer = await context.oldServers.ask(servers, {
    octets,
    secret,
    milliseconds: coexistence.timeoutMilliseconds,
  });
  if (answer.kind !== 'answered') {
    // Its client may send the same answer again.
    if (challenge) await insertExpiring(context.db, 'forwarded_challenges', challenge, context.now());
    await insertAudit(context.db, context, {
      ...event(answer.server),
      result: 'failure',
      reason: text(`event.old-server-${answer.kind}`, { server: answer.server }),
    });
    throw new Unanswered();
  }
  const { reply, server } = answer;
  const attributes = repliedAttributes(reply);
  switch (reply.code) {
    case CODE.accessAccept: {
      const letIn = await context.teacher.accepted({
        userKey: unmoved.userKey,
        sentName,
        user: unmoved.user,
        passcode: textOf(password),
        answer: challenge !== undefined,
        domain,
        event: event(server),
      });
      if (!letIn) return REJECTED;
      return {
        code: CODE.accessAccept,
        attributes: [{ type: TYPE.userName, value: userNameValue }, ...attributes],
        outcome: 'accepted',
      };
    }
    case CODE.accessChallenge:
      return {
        code: CODE.accessChallenge,
        attributes: [
          await challengeState(context, { client, coexistence, server, unmoved, reply, event }),
          ...attributes,
        ],
        outcome: 'challenge',
      };
    default:
      await insertAudit(context.db, context, { ...event(server), result: 'refused' });
      return {
        ...REJECTED,
        attributes: attributes.filter(({ type }) => REJECT_ATTRIBUTES.includes(type)),
      };
  }
}

/** Our State for the one that the old server gave, which may be as long as an attribute can be. */
async function challengeState(
  context: ForwardContext,
  of: {
    readonly client: KnownClient;
    readonly coexistence: KnownCoexistence;
    readonly server: string;
    readonly unmoved: Unmoved;
    readonly reply: ParsedPacket;
    readonly event: (server: string) => Omit<AuditEvent, 'result'>;
  },
): Promise<Attribute> {
  const now = context.now();
  const name = `${PREFIX}${Buffer.from(context.random(32)).toString('base64url')}`;
  const idHash = attemptHash(context, name);
  await insertExpiring(
    context.db,
    'forwarded_challenges',
    {
      id_hash: idHash,
      coexistence_id: of.coexistence.id,
      server: of.server,
      binding: of.client.id,
      user_key: of.unmoved.userKey,
      state: context.sealing.seal(
        placeOf('forwarded_challenges.state', idHash),
        findAttribute(of.reply, TYPE.state) ?? new Uint8Array(),
      ),
      expires_at: now + CHALLENGE_MILLISECONDS,
    },
    now,
  );
  await insertAudit(context.db, context, {
    ...of.event(of.server),
    action: 'authenticate.forward-challenge',
    result: 'success',
  });
  return { type: TYPE.state, value: new TextEncoder().encode(name) };
}
