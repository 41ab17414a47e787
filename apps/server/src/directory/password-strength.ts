/**
 * Whether a chosen password is easily guessed (NIST SP 800-63B-4 §3.1.1.2: a list of common ones, and words of the context).
 *
 * The dictionaries take 80 MB and a check takes up to a second, so both are in a thread that starts with the first password chosen and ends
 * when it has been idle for a while. One check at a time, a short queue, limits on the length checked and on the time.
 */

import { Worker } from 'node:worker_threads';
import { Overload } from '../core/outcome.ts';

export type StrengthQuestion = { readonly password: string; readonly words: readonly string[] };

export type Strength = {
  /** @throws {@link StrengthBusy} */
  weak(question: StrengthQuestion): Promise<boolean>;
  close(): Promise<void>;
};

class StrengthBusy extends Overload {}

/** Score 3 of zxcvbn. Fewer guesses are within reach of an attacker who tries for weeks from many addresses. */
const MIN_GUESSES_LOG10 = 8;
/** The cost of an estimate grows faster than the length. The estimate for the beginning of a long password is a lower bound. */
const MAX_LOOKED_AT = 40;
const MAX_WORDS = 20;
const QUEUE = 16;
const ANSWER_MILLISECONDS = 15_000;
const IDLE_MILLISECONDS = 30_000;

export function passwordStrength(idleMilliseconds = IDLE_MILLISECONDS): Strength {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  function ask(question: StrengthQuestion): Promise<number> {
    clearTimeout(idle);
    worker ??= start();
    const asked = worker;
    return new Promise<number>((resolve, reject) => {
      const give = (error: Error) => () => {
        // It may still be computing: the next password gets a new thread.
        if (worker === asked) worker = undefined;
        void asked.terminate();
        reject(error);
      };
      const late = setTimeout(
        give(new StrengthBusy('the password was not looked at in time')),
        ANSWER_MILLISECONDS,
      );
      asked.once('error', (error) => give(error)());
      asked.once('message', (guessesLog10: number) => {
        clearTimeout(late);
        asked.removeAllListeners('error');
        resolve(guessesLog10);
      });
      asked.postMessage(question);
    }).finally(() => {
      idle = setTimeout(() => void end(), idleMilliseconds);
      idle.unref();
    });
  }

  function start(): Worker {
    const started = new Worker(new URL('./password-strength-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 192 },
    });
    started.unref();
    return started;
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  }

  return {
    async weak({ password, words }) {
      if (waiting >= QUEUE) throw new StrengthBusy('too many passwords at once');
      waiting += 1;
      const question = {
        password: [...password].slice(0, MAX_LOOKED_AT).join(''),
        words: words.slice(0, MAX_WORDS).map((word) => word.slice(0, MAX_LOOKED_AT).toLowerCase()),
      };
      const turn = last.then(() => ask(question));
      last = turn.catch(() => undefined);
      try {
        return (await turn) < MIN_GUESSES_LOG10;
      } finally {
        waiting -= 1;
      }
    },
    close: end,
  };
}
