/**
 * Errors of what is tried again every moment, or comes with every packet: while a database is away for a night, one line for each would be
 * gigabytes. Each error is said at once, and then once a minute, with how often it came in between.
 */

import { MINUTE } from '@sower/api/time';
import type { Logger } from 'pino';

/** Different ones that are remembered. */
const MOST = 100;

/** @param clock milliseconds of any steady clock */
export function throttledLog(
  log: Pick<Logger, 'error'>,
  clock: () => number,
  message: string,
): (error: unknown) => void {
  const said = new Map<string, { readonly at: number; again: number }>();
  return (error) => {
    const what = String(error);
    const at = clock();
    const before = said.get(what);
    if (before && at - before.at < MINUTE) {
      before.again += 1;
      return;
    }
    if (said.size >= MOST) said.clear();
    said.set(what, { at, again: 0 });
    log.error({ err: error, ...(before?.again ? { again: before.again } : {}) }, message);
  };
}
