/** The ID of the request that is being answered: in its answer, in every line of the log and in every audit row that it leads to. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { DAY } from '@sower/api/time';

const current = new AsyncLocalStorage<string>();

/** Undefined for what the server does by itself. */
export const currentRequestId = (): string | undefined => current.getStore();

/** All that `work` leads to belongs to this request. */
export const withRequestId = <T>(id: string, work: () => T): T => current.run(id, work);

/** Version 00 and whatever comes after it; IDs of zeros are invalid (W3C Trace Context §3.2.2). */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;

/** Drawing each at random would cost a system call. */
const PROCESS = randomBytes(4).toString('hex');
const hex = (value: number): string => value.toString(16).padStart(12, '0');
let count = 0;

/**
 * @param traceparent the caller's, whose trace this request belongs to
 * @returns 32 hexadecimal digits, a trace ID; our own begin with the time, so that what they led to is found where it was written
 */
export function requestIdOf(traceparent: string | readonly string[] | undefined, now = Date.now()): string {
  const given = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
  if (given !== undefined) return given;
  count += 1;
  return hex(now) + PROCESS + hex(count);
}

/** When one of our own was made, epoch milliseconds; others are drawn at random, and lie in no year that anybody lives to see. */
export function timeOfRequest(id: string, now: number): number | undefined {
  const time = Number.parseInt(id.slice(0, 12), 16);
  return time > FIRST && time < now + DAY ? time : undefined;
}
/** Before any of them. */
const FIRST = Date.UTC(2026, 0, 1);
