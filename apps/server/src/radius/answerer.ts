/**
 * Handles a packet, whatever it came over: who sent it, whether it is authentic, whether it is a duplicate, the answer. The number being
 * answered is bounded; packets beyond it are dropped, and the client sends them again.
 */

import { createHash } from 'node:crypto';
import { equalOctets } from '@sower/bytes/octets';
import { TYPE } from '@sower/radius/attributes';
import { CODE, type ParsedPacket, parsePacket } from '@sower/radius/packet';
import { checkRequest, encodeReply, replyRoom } from '@sower/radius/server';
import { Overload } from '../core/outcome.ts';
import type { KnownClient } from './client-table.ts';
import type { DropReason, Drops } from './drops.ts';
import { duplicates } from './duplicates.ts';
import { type Response, Unanswered } from './forward.ts';
import { CODES, largestReply, type Port, type RespondContext, respond } from './respond.ts';

export type Arrived = {
  readonly octets: Uint8Array;
  readonly port: Port;
  readonly client: KnownClient;
  readonly address: string;
  /** Where it came from, and where the answer goes: address and port, or connection. */
  readonly origin: string;
  /** The client's, or the fixed one for RadSec. */
  readonly secret: Uint8Array;
  /** Called for a packet after which a connection has to end: where one cannot be right, no later one can be trusted. */
  readonly onBroken?: () => void;
};

export type AnswererContext = RespondContext & {
  readonly drops: Drops;
  /** What requests that were sent on from here carry as Proxy-State. */
  readonly loopMark?: Uint8Array;
  readonly count: (port: Port, outcome: Response['outcome'] | 'duplicate', milliseconds: number) => void;
  readonly onError: (error: unknown) => void;
  /** Milliseconds of any steady clock. */
  readonly clock: () => number;
};

export type Answerer = {
  /** @returns the octets to send back; undefined if there is no answer */
  answer(arrived: Arrived): Promise<Uint8Array | undefined>;
};

type Reply = Uint8Array | undefined;

const MAX_AT_ONCE = 4_096;
/** RFC 5080 §2.2.2 asks for 5 to 30 seconds. */
const DUPLICATE_MILLISECONDS = 30_000;
const MAX_DUPLICATES = 100_000;
const MAX_DUPLICATE_OCTETS = 48 * 2 ** 20;

/** RFC 6613 §2.6.4. */
const BROKEN: ReadonlySet<DropReason> = new Set([
  'truncated',
  'too-long',
  'bad-length',
  'bad-attribute',
  'wrong-authenticator',
]);

export function answerer(context: AnswererContext): Answerer {
  const seen = duplicates({
    milliseconds: DUPLICATE_MILLISECONDS,
    maxEntries: MAX_DUPLICATES,
    maxOctets: MAX_DUPLICATE_OCTETS,
    clock: context.clock,
  });
  const { loopMark } = context;
  const isOwn = (value: Uint8Array): boolean => loopMark !== undefined && equalOctets(loopMark, value);
  let running = 0;
  /** Those being answered, by what makes a duplicate. */
  const underway = new Map<string, { readonly origin: string; readonly reply: Promise<Reply> }>();

  async function replyTo(request: ParsedPacket, { client, port, secret, address }: Arrived, begun: number) {
    const response = await respond(context, { client, request, port, address, secret });
    const reply = response && encodeReply(request, response, secret);
    if (response?.unread) context.drops.count(client.name, response.unread);
    if (response && reply) context.count(port, response.outcome, context.clock() - begun);
    else context.drops.count(client.name, response ? 'no-room' : 'no-status');
    return reply;
  }

  return {
    async answer(arrived) {
      const { client, port, secret } = arrived;
      const begun = context.clock();
      const drop = (reason: DropReason): undefined => {
        context.drops.count(client.name, reason);
        if (BROKEN.has(reason)) arrived.onBroken?.();
        return undefined;
      };
      const parsed = parsePacket(arrived.octets);
      if (!parsed.ok) return drop(parsed.reason);
      const read = checkRequest(parsed.packet, {
        secret,
        codes: CODES[port],
        // In TLS too: what is set for a client says what it sends, whatever carries it.
        messageAuthenticator: client.messageAuthenticator,
      });
      if (!read.ok) return drop(read.reason);
      const { request } = read;
      if (request.attributes.some(({ type, value }) => type === TYPE.proxyState && isOwn(value)))
        return drop('looped');
      if (request.code === CODE.accessRequest && replyRoom(request) < largestReply(client)) {
        context.onError(
          new Error(`Proxy-State of RADIUS client "${client.name}" leaves no room for a whole reply`),
        );
        return drop('no-room');
      }
      // The whole packet: a duplicate has the same content, not just the same identifier and authenticator. In TLS, its client sent it, over
      // another connection if the first one broke before the answer came (RFC 6613 §2.6.1).
      const digest = createHash('sha256').update(request.octets).digest('base64');
      const key = `${port} ${client.id} ${port === 'radsec' ? '' : arrived.origin} ${digest}`;
      if (running >= MAX_AT_ONCE) return drop('overload');
      const before = seen.begin(key);
      if (before !== 'new') {
        context.count(port, 'duplicate', context.clock() - begun);
        if (before !== 'pending') return before;
        // Already being answered: the one answer goes to the same client.
        const first = underway.get(key);
        return first && first.origin !== arrived.origin ? first.reply : undefined;
      }
      running += 1;
      const answering = replyTo(request, arrived, begun).catch((error: unknown) => {
        // Silence makes the client try elsewhere (RFC 2865 §2.4 and RFC 2866 §2); a reject would turn the user away.
        if (error instanceof Overload) return drop('overload');
        if (error instanceof Unanswered) return drop('old-server');
        context.onError(error);
        return drop('failed');
      });
      underway.set(key, { origin: arrived.origin, reply: answering });
      const reply = await answering;
      if (underway.get(key)?.reply === answering) underway.delete(key);
      // Answers that are the same each time need no memory.
      seen.settle(key, request.code === CODE.statusServer ? undefined : reply);
      running -= 1;
      return reply;
    },
  };
}
