/**
 * Password hashing: argon2id with OWASP's second set of parameters, about 12 ms and 19 MiB.
 *
 * Hashing runs on the four threads that also do file and name lookups, so a flood of logons could occupy them all. It gets two of them, a
 * short queue, and a share of the queue per source; beyond that, a logon is turned away at once with a time to try again.
 */

import { hash, verify } from '@node-rs/argon2';
import { LIMITS } from '@sower/api/limits';
import { type Text, text } from '@sower/texts/outcomes';
import { sourceKey } from '../core/guess-limit.ts';
import { Overload, type Refused, refusedAt } from '../core/outcome.ts';
import type { Strength } from './password-strength.ts';

const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const PASSWORD_WORK = { atOnce: 2, queue: 64, queuePerSource: 16 } as const;

/** Thrown when the queue is full. */
export class Busy extends Overload {}

export type Passwords = {
  /** @throws Busy */
  hash(password: string, source: string | undefined): Promise<string>;
  /**
   * False also for a string that is not a hash.
   * @param passwordHash undefined if there is no account or no password: takes the same work and is never right
   * @throws Busy
   */
  fits(passwordHash: string | undefined, password: string, source: string | undefined): Promise<boolean>;
};

/** @param argon2 the hash function itself, so that tests can pause it */
export function passwords(
  random: (length: number) => Uint8Array,
  {
    atOnce,
    queue,
    queuePerSource,
  }: typeof PASSWORD_WORK | Record<keyof typeof PASSWORD_WORK, number> = PASSWORD_WORK,
  argon2: {
    hash(password: string): Promise<string>;
    verify(hash: string, password: string): Promise<boolean>;
  } = {
    hash: (password) => hash(password, ARGON2),
    verify,
  },
): Passwords {
  const waiting: { readonly source: string; readonly start: () => void }[] = [];
  const waitingOf = new Map<string, number>();
  let running = 0;
  let decoy: Promise<string> | undefined;

  async function turn(address: string | undefined): Promise<void> {
    if (running < atOnce) {
      running += 1;
      return;
    }
    const source = sourceKey(address ?? '');
    const own = waitingOf.get(source) ?? 0;
    if (waiting.length >= queue || own >= queuePerSource) throw new Busy('too many log-ons at once');
    waitingOf.set(source, own + 1);
    await new Promise<void>((start) => waiting.push({ source, start }));
  }

  /** The slot goes to the next in the queue, so `running` does not change. */
  function leave(): void {
    const next = waiting.shift();
    if (!next) {
      running -= 1;
      return;
    }
    const left = (waitingOf.get(next.source) ?? 1) - 1;
    if (left === 0) waitingOf.delete(next.source);
    else waitingOf.set(next.source, left);
    next.start();
  }

  async function inTurn<T>(source: string | undefined, work: () => Promise<T>): Promise<T> {
    await turn(source);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  return {
    hash: (password, source) => inTurn(source, () => argon2.hash(password)),
    fits: (passwordHash, password, source) =>
      inTurn(source, async () => {
        decoy ??= argon2.hash(Buffer.from(random(32)).toString('hex'));
        // Always awaited: even the very first logon reveals nothing.
        const nobodys = await decoy.catch((error: unknown) => {
          decoy = undefined;
          throw error;
        });
        const right = await argon2.verify(passwordHash ?? nobodys, password).catch(() => false);
        return right && passwordHash !== undefined;
      }),
  };
}

const MIN_REST = 6;

/**
 * Why a password cannot be chosen; undefined if it can.
 * @param about its owner: the user name first, then other words that someone would try
 * @param field name of the request's field that contains it
 */
export async function passwordProblem(
  context: { readonly strength: Strength; readonly publicUrl: string },
  password: string,
  about: readonly [userName: string, ...string[]],
  field = 'password',
): Promise<Refused | undefined> {
  const refuse = (detail: Text) => refusedAt(field, 'password-refused', detail);
  if ([...password].length < LIMITS.password)
    return refuse(text('password.too-short', { minimum: LIMITS.password }));
  if (new Set(password).size < 5) return refuse(text('password.repetitive'));
  if (password.toLowerCase().includes(about[0].toLowerCase()))
    return refuse(text('password.contains-user-name'));
  const words = [...about, 'sower', ...new URL(context.publicUrl).hostname.split('.')]
    .flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)])
    .filter((word) => word.length > 2);
  // What remains without names of its owner and this deployment must be a password by itself, or nearly.
  const rest = words.reduce((left, word) => left.replaceAll(word.toLowerCase(), ''), password.toLowerCase());
  if ([...rest].length < MIN_REST || (await context.strength.weak({ password, words }))) {
    return refuse(text('password.easily-guessed'));
  }
  return undefined;
}
