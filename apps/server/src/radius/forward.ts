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
import { type Text, text } from '@sower/texts/outcomes';
import type { RequestingClient, Unmoved } from '../authentication/challenge/attempt.ts';
import { attemptHash } from '../authentication/challenge/question.ts';
import { eventOf, subjectOf } from '../authentication/verify/subject.ts';
import { unmovedUser } from '../authentication/verify/unmoved.ts';
import { coexistenceFor, type KnownCoexistence } from '../coexistence/coexistences.ts';
import type { Teacher } from '../coexistence/teach.ts';
import type { ServerContext } from '../context.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import { type AuditEvent, insertAudit } from '../store/audit/rows.ts';
import { claimForwardedChallenge } from '../store/authentication/coexistences.ts';
import { insertExpiring } from '../store/db/rows.ts';
import { userIdKey } from '../store/directory/users.ts';
import type { Row } from '../store/schema/schema.ts';
import type { KnownClient } from './client-table.ts';
import type { DropReason } from './drops.ts';
import type { OldServers } from './old-servers.ts';

/** What is answered, before it is signed for its client. */
export type Response = {
  readonly code: number;
  readonly attributes: readonly Attribute[];
  /** For the counters. */
  readonly outcome: 'accepted' | 'rejected' | 'challenge' | 'session' | 'status';
  /** Why nothing was checked: the request has nothing that could be, and says nothing about its user. */
  readonly unread?: DropReason;
};

export type ForwardContext = Pick<
  ServerContext,
  'db' | 'sealing' | 'settings' | 'policies' | 'now' | 'random'
> & {
  readonly oldServers: OldServers;
  readonly teacher: Teacher;
};

/** No old server answered. */
export class Unanswered extends Error {}

export type Forwarding = {
  readonly client: KnownClient;
  /** Whom it may authenticate, and how the audit trail names it. */
  readonly requesting: RequestingClient;
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

/**
 * The answer to a challenge of an old server, to the same server, if it would still be asked for this user. A State that no one may use any
 * more is rejected.
 */
export async function forwardAnswer(
  context: ForwardContext,
  forwarding: Forwarding,
  state: Uint8Array,
): Promise<Response> {
  const { client, request, requesting } = forwarding;
  const sent = textOf(findAttribute(request, TYPE.userName) ?? new Uint8Array());
  const userKey = userIdKey(sent);
  const challenge = await claimForwardedChallenge(context.db, {
    idHash: attemptHash(context, textOf(state)),
    binding: client.id,
    userKey,
    now: context.now(),
  });
  const forwards = forwardsNow(client, context.now());
  const coexistence = challenge && forwards.find(({ id }) => id === challenge.coexistence_id);
  const rejected = async (reason: Text): Promise<Response> => {
    await insertAudit(context.db, context, { ...eventOf(requesting, sent), result: 'refused', reason });
    return REJECTED;
  };
  if (!challenge || !coexistence) return rejected(text('event.nobody-asked'));
  const subject = await subjectOf(context, userKey, requesting);
  const domains = forwards.map(({ domain }) => domain);
  const standing = await unmovedUser(context, subject, domains, requesting);
  if ('here' in standing) return rejected(standing.here);
  // In another security domain by now, whose users another old server answers.
  if (coexistenceFor(forwards, standing.user?.domain) !== coexistence)
    return rejected(text('event.answered-here'));
  try {
    return await sendOn(context, forwarding, { unmoved: standing, coexistence, challenge });
  } catch (error) {
    // Its client had no answer, and may send the same again.
    await insertExpiring(context.db, 'forwarded_challenges', [challenge], context.now());
    throw error;
  }
}

export const REJECTED: Response = { code: CODE.accessReject, attributes: [], outcome: 'rejected' };

async function sendOn(
  context: ForwardContext,
  { client, requesting, request, password }: Forwarding,
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
  // Of no user here, and with octets that are no text: what does not fit cannot be named, so it is not let in.
  if (userNameValue.length > MAX_VALUE_LENGTH) {
    await insertAudit(context.db, context, {
      ...eventOf(requesting, userName),
      result: 'refused',
      reason: text('event.user-id-too-long', { most: MAX_VALUE_LENGTH }),
    });
    return REJECTED;
  }
  const state =
    challenge &&
    context.sealing.open(aadOf('forwarded_challenges.state', challenge.id_hash), challenge.state);
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
    ...eventOf(requesting, userName),
    action: 'authenticate.forward',
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
    [
      {
        id_hash: idHash,
        coexistence_id: of.coexistence.id,
        server: of.server,
        binding: of.client.id,
        user_key: of.unmoved.userKey,
        state: context.sealing.seal(
          aadOf('forwarded_challenges.state', idHash),
          findAttribute(of.reply, TYPE.state) ?? new Uint8Array(),
        ),
        expires_at: now + CHALLENGE_MILLISECONDS,
      },
    ],
    now,
  );
  await insertAudit(context.db, context, {
    ...of.event(of.server),
    action: 'authenticate.forward-challenge',
    result: 'success',
  });
  return { type: TYPE.state, value: new TextEncoder().encode(name) };
}
