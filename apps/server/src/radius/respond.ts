/** From an authentic request to its answer: RADIUS on one side, the domain on the other. Knows no socket and no duplicate. */

import { integerOctets, integerOf, TYPE, textAttribute } from '@sower/radius/attributes';
import { textOf } from '@sower/radius/octets';
import {
  type Attribute,
  CODE,
  findAttribute,
  MAX_VALUE_LENGTH,
  type ParsedPacket,
} from '@sower/radius/packet';
import { octetsOf, passwordOf } from '@sower/radius/server';
import { inEnglish, type Text, text } from '@sower/texts/outcomes';
import type { Attempts, Challenge } from '../authentication/challenge/attempt.ts';
import { promptOf } from '../authentication/challenge/question.ts';
import type { RecordSession } from '../authentication/challenge/record-session.ts';
import type { PasswordAttempts, PasswordStep } from '../authentication/challenge/with-password.ts';
import { asksForGroups, attributesFor, type KnownClient } from './client-table.ts';
import {
  type ForwardContext,
  forward,
  forwardAnswer,
  forwardsNow,
  isForwardedState,
  REJECTED,
  type Response,
} from './forward.ts';

export type RespondContext = {
  readonly attempts: Attempts;
  /** For clients that send a password too. */
  readonly passwordAttempts: PasswordAttempts;
  readonly recordSession: RecordSession;
  /** To old servers. Absent: nothing is forwarded, whatever a client has. */
  readonly forwarding?: ForwardContext;
  /** Epoch milliseconds. */
  now(): number;
};

export type Port = 'authentication' | 'accounting' | 'radsec';

/** Which requests a port accepts. RadSec has one port for all (RFC 6614 §2.1). */
export const CODES: Readonly<Record<Port, readonly number[]>> = {
  authentication: [CODE.accessRequest, CODE.statusServer],
  accounting: [CODE.accountingRequest, CODE.statusServer],
  radsec: [CODE.accessRequest, CODE.accountingRequest, CODE.statusServer],
};

export type Asked = {
  readonly client: KnownClient;
  readonly request: ParsedPacket;
  readonly port: Port;
  /** Source address of the packet. */
  readonly address: string;
  /** The secret that hides User-Password. */
  readonly secret: Uint8Array;
};

/** @returns undefined for accounting with nothing to record, which is not acknowledged (RFC 2866 §4.1) */
export async function respond(context: RespondContext, asked: Asked): Promise<Response | undefined> {
  switch (asked.request.code) {
    case CODE.accessRequest: {
      const taken = await step(context, asked);
      return 'code' in taken ? taken : accessResponse(context, asked.client, taken);
    }
    case CODE.accountingRequest:
      return (await recordAccounting(context, asked))
        ? { code: CODE.accountingResponse, attributes: [], outcome: 'session' }
        : undefined;
    default:
      // RFC 5997 §4.1 and §4.2: the answer that the port gives to its own kind of request.
      return {
        code: asked.port === 'accounting' ? CODE.accountingResponse : CODE.accessAccept,
        attributes: [],
        outcome: 'status',
      };
  }
}

/** @returns a step of this server, or the answer of an old one */
async function step(context: RespondContext, asked: Asked): Promise<PasswordStep | Response> {
  const { client, request, secret } = asked;
  const password = passwordOf(request, secret);
  // Nothing that could be verified: CHAP, EAP, no password at all. This says nothing about the user.
  if (password.kind !== 'pap') return { ...REJECTED, unread: 'no-pap' };
  // A missing User-Name is treated as empty, which matches no user.
  const userId = textOf(findAttribute(request, TYPE.userName) ?? new Uint8Array());
  const requesting = {
    client: clientName(client),
    binding: client.id,
    source: sourceOf(asked),
    within: [client.domain],
    handsOn: { name: userId, otherNames: client.otherNames, maxOctets: MAX_VALUE_LENGTH },
    ...(client.onlyGroups?.length ? { onlyGroups: client.onlyGroups } : {}),
    ...(asksForGroups(client) ? { asksForGroups: true } : {}),
  };
  const entered = textOf(password.password);
  const state = findAttribute(request, TYPE.state);
  // RFC 2865 §4.4: the original request is resubmitted, so with the same User-Name.
  if (client.password !== 'none') {
    const { passwordAttempts } = context;
    if (state)
      return passwordAttempts.answer({ ...requesting, userId, attempt: textOf(state), answer: entered });
    return client.password === 'with-passcode'
      ? passwordAttempts.both({ ...requesting, userId, entered })
      : passwordAttempts.password({ ...requesting, userId, password: entered });
  }
  const { forwarding } = context;
  const toForward = {
    client,
    requesting,
    request,
    password: password.password,
  };
  if (state)
    return isForwardedState(state) && forwarding
      ? forwardAnswer(forwarding, toForward, state)
      : context.attempts.answer({ ...requesting, userId, attempt: textOf(state), answer: entered });
  const forwards = forwardsNow(client, context.now());
  const start = { ...requesting, userId, passcode: entered };
  if (forwards.length === 0 || !forwarding) return context.attempts.start(start);
  const taken = await context.attempts.start({ ...start, forwarded: forwards.map(({ domain }) => domain) });
  if (taken.state !== 'rejected' || !taken.unmoved) return taken;
  return (await forward(forwarding, toForward, taken.unmoved)) ?? context.attempts.start(start);
}

export const clientName = (client: KnownClient): string => `radius:${client.name}`;

/** Where the person is, according to the client, or where the client is. */
function sourceOf({ request, address }: Asked): string {
  const station = findAttribute(request, TYPE.callingStationId);
  return station && station.length > 0 ? textOf(station) : address;
}

/** State (an attempt's name has at most 64 characters), Reply-Message, Session-Timeout and Prompt. */
const CHALLENGE_OCTETS = 2 + 64 + 2 + MAX_VALUE_LENGTH + 6 + 6;

/** User-Name of an acceptance. */
const USER_NAME_OCTETS = 2 + MAX_VALUE_LENGTH;

/**
 * Octets of attributes in the largest reply that an Access-Request of this client can get, so that it is known before the passcode is used
 * up if they do not fit.
 */
export const largestReply = (client: KnownClient): number =>
  Math.max(
    CHALLENGE_OCTETS,
    // Without those for groups, and for each group with all that anybody in any of them can get.
    ...client.replies.map(
      ({ domain }) => USER_NAME_OCTETS + octetsOf(attributesFor(client, domain, new Set())),
    ),
    ...client.replies.flatMap(({ domain, group }) =>
      group === undefined ? [] : USER_NAME_OCTETS + octetsOf(widest(client, domain)),
    ),
  );

const widest = (client: KnownClient, domain: string): Attribute[] =>
  client.replies.filter((reply) => domain.startsWith(reply.domain)).map(({ attribute }) => attribute);

function accessResponse(context: RespondContext, client: KnownClient, result: PasswordStep): Response {
  switch (result.state) {
    case 'accepted': {
      const userName = new TextEncoder().encode(result.userId);
      // Whom it lets in, whatever was typed (RFC 2865 §5.1). What does not fit cannot be named, so it is not let in.
      if (userName.length > MAX_VALUE_LENGTH) return REJECTED;
      return {
        code: CODE.accessAccept,
        attributes: [
          { type: TYPE.userName, value: userName },
          ...attributesFor(client, result.domain, result.groups ?? new Set()),
        ],
        outcome: 'accepted',
      };
    }
    case 'rejected':
      return REJECTED;
    case 'passcode':
    case 'challenge': {
      const prompt = result.state === 'passcode' ? PASSCODE_PROMPT : replyMessage(result.challenge);
      // Rounded up: rounded down, the second would show how long the password took to be checked.
      const seconds = Math.max(1, Math.ceil((result.expiresAt - context.now()) / 1000));
      return {
        code: CODE.accessChallenge,
        attributes: [
          { type: TYPE.state, value: new TextEncoder().encode(result.attempt) },
          textAttribute(TYPE.replyMessage, prompt.text),
          // RFC 2865 §5.27: how long the client may wait for the answer.
          { type: TYPE.sessionTimeout, value: integerOctets(seconds) },
          { type: TYPE.prompt, value: integerOctets(prompt.echo ? 1 : 0) },
        ],
        outcome: 'challenge',
      };
    }
  }
}

/** Acct-Status-Type (RFC 2866 §5.1). Others are recorded by number. */
const STATUS: Readonly<Record<number, Text>> = {
  1: text('event.session-started'),
  2: text('event.session-ended'),
  3: text('event.session-updated'),
  7: text('event.session-reports-begun'),
  8: text('event.session-reports-ended'),
};

/** @returns false without a status: nothing is reported */
async function recordAccounting(
  context: RespondContext,
  { client, request, address }: Asked,
): Promise<boolean> {
  const number = (type: number): number | undefined => integerOf(findAttribute(request, type));
  const status = number(TYPE.acctStatusType);
  if (status === undefined) return false;
  const words = (type: number): string | undefined => {
    const value = findAttribute(request, type);
    return value && value.length > 0 ? textOf(value) : undefined;
  };
  const id = words(TYPE.acctSessionId);
  const seconds = number(TYPE.acctSessionTime);
  /** A counter of 32 bits starts again at 0; how often it did stands beside it (RFC 2869 §5.1 and §5.2). */
  const octets = (type: number, wraps: number): number | undefined => {
    const counted = number(type);
    return counted === undefined ? undefined : (number(wraps) ?? 0) * 2 ** 32 + counted;
  };
  const received = octets(TYPE.acctInputOctets, TYPE.acctInputGigawords);
  const sent = octets(TYPE.acctOutputOctets, TYPE.acctOutputGigawords);
  const cause = number(TYPE.acctTerminateCause);
  const reporter = words(TYPE.nasIdentifier);
  const parts = [
    STATUS[status] ?? text('event.session-status', { status }),
    id === undefined ? [] : text('event.session-id', { id }),
    seconds === undefined ? [] : text('event.session-seconds', { seconds }),
    received === undefined ? [] : text('event.session-octets-in', { octets: received }),
    sent === undefined ? [] : text('event.session-octets-out', { octets: sent }),
    cause === undefined ? [] : text('event.session-cause', { cause }),
    reporter === undefined ? [] : text('event.session-reporter', { name: reporter }),
  ].flat();
  await context.recordSession({
    client: clientName(client),
    userId: words(TYPE.userName),
    source: words(TYPE.callingStationId) ?? address,
    reason: text('event.parts', { parts }),
  });
  return true;
}

/** What the user reads with a challenge. Reply-Message has no language and often a small display: English, one or two sentences. */
type Prompt = {
  readonly text: string;
  /** Whether the input may be visible (RFC 2869 §5.10). */
  readonly echo: boolean;
};

export const replyMessage = (challenge: Challenge): Prompt => ({
  text: inEnglish(promptOf(challenge)),
  echo: challenge.kind === 'next-tokencode' || challenge.kind === 'system-pin',
});

/** After a password. */
const PASSCODE_PROMPT: Prompt = { text: inEnglish(text('prompt.passcode')), echo: false };
