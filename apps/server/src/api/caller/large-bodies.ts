/**
 * How many large requests are read at once, and from whom: each is in memory as a whole, and storing what it contains takes turns from
 * everything else. Requests of the usual size are not counted.
 */

import { text } from '@sower/texts/outcomes';
import { actorName } from '../../core/actor.ts';
import { type Refused, refused } from '../../core/outcome.ts';
import type { Reply } from '../../web/reply.ts';
import type { Request } from '../../web/request.ts';
import type { Caller } from './caller.ts';

/** Octets. */
const LARGE = 64 * 1024;
/** In a process. */
const MAX_AT_ONCE = 3;
const RETRY_SECONDS = 5;

/** @returns a function that refuses a large request while its caller, or too many others, have one in progress */
export function largeBodies() {
  const callers = new Set<string>();
  return ({ headers }: Request, reply: Reply, { actor }: Caller): Refused | undefined => {
    // Without Content-Length it may be of any size.
    const large = headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > LARGE;
    if (!large) return undefined;
    const caller = actorName(actor);
    if (callers.has(caller) || callers.size >= MAX_AT_ONCE)
      return {
        ...refused('too-many-requests', text('request.large-in-progress')),
        retryAfter: RETRY_SECONDS,
      };
    // Its sender has gone while it was identified, and will not go again.
    if (reply.raw.closed) return undefined;
    callers.add(caller);
    reply.raw.once('close', () => callers.delete(caller));
    return undefined;
  };
}
