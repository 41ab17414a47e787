/**
 * The load of verifications: POST /api/v1/authentications with a fresh valid tokencode each.
 *
 * A token is used several times, each time for a later interval that the window still admits; no code is sent twice.
 */
import { securidTokencodes } from '@sower/otp/securid';
import { type Connections, opener, requestBytes, type Target } from './connection.ts';
import type { LoadResult } from './exchanges.ts';
import { runPaced } from './pace.ts';

export type VerifyToken = {
  readonly userId: string;
  readonly serial: string;
  /** Hexadecimal. */
  readonly seed: string;
};

export type VerificationJob = {
  readonly kind: 'verifications';
  readonly targets: readonly Target[];
  readonly apiKey: string;
  readonly tokens: readonly VerifyToken[];
  readonly intervalSeconds: 60;
  readonly digits: number;
  /** Intervals before and after the present one that the server admits. */
  readonly window: number;
  readonly inFlight: number;
  readonly seconds: number;
  /** Open loop. */
  readonly perSecond?: number | undefined;
  /** Of the floor: another address. */
  readonly path?: string;
  /** The validate API in place of the own one, with the key of an agent. */
  readonly validate?: true;
  /** A connection for each request, as programs that keep none have: with a full handshake, or by the session of the one before. */
  readonly connections?: Connections;
};

/** Codes made ahead: the run is shorter than this many intervals. */
const INTERVALS_AHEAD = 5;
/** Milliseconds that a code may take to be looked at: a machine with other work can stand still for some seconds. */
const ON_THE_WAY = 10_000;

export type FreshCode = { readonly userId: string; readonly code: string };

/**
 * Fresh codes of many tokens in turn, a step at a time: the server learns the drift from each, and looks as far from there.
 * @returns undefined when every token has used what the window admits at the moment
 */
export function freshCodes(
  job: Pick<VerificationJob, 'tokens' | 'intervalSeconds' | 'digits' | 'window'>,
): () => FreshCode | undefined {
  const { intervalSeconds, digits, window } = job;
  const at = (milliseconds: number): number => Math.floor(milliseconds / 1000 / intervalSeconds);
  const present = (): number => at(Date.now());
  const first = present() - window;
  const tokens = job.tokens.map((token) => ({
    ...token,
    codes: securidTokencodes({
      seed: Buffer.from(token.seed, 'hex'),
      serial: token.serial,
      intervalSeconds,
      digits,
      first,
      last: present() + INTERVALS_AHEAD,
    }),
    used: first - 1,
  }));
  let turn = 0;
  return () => {
    for (let idle = 0; idle < tokens.length; idle += 1) {
      const token = tokens[turn % tokens.length] as (typeof tokens)[number];
      turn += 1;
      // The oldest that is still good when it arrives, should the interval end on the way.
      const interval = Math.max(token.used + 1, at(Date.now() + ON_THE_WAY) - window);
      const code = token.codes[interval - first];
      if (code === undefined || interval > present() + window) continue;
      token.used = interval;
      return { userId: token.userId, code };
    }
    return undefined;
  };
}

export async function runVerifications(job: VerificationJob): Promise<LoadResult> {
  const next = freshCodes(job);
  const { path = job.validate ? '/validate/check' : '/api/v1/authentications' } = job;
  const accepted = job.validate ? '"authentication":"ACCEPT"' : '"result":"accepted"';
  const headers = { Authorization: `Bearer ${job.apiKey}`, 'Content-Type': 'application/json' };
  let done = 0;
  const failures: string[] = [];
  const pace = await runPaced(job.targets, {
    open: opener(job.connections),
    inFlight: job.inFlight,
    seconds: job.seconds,
    perSecond: job.perSecond,
    step: async (connection) => {
      const fresh = next();
      if (!fresh) return false;
      const body = JSON.stringify(
        job.validate
          ? { user: fresh.userId, pass: fresh.code }
          : { userId: fresh.userId, passcode: fresh.code },
      );
      const answer = await connection.send(requestBytes(path, headers, body));
      const text = answer.body.toString();
      if (answer.status === 200 && text.includes(accepted)) done += 1;
      else failures.push(`${answer.status} ${text}`);
      return true;
    },
  });
  return { ...pace, done, failed: failures.length, failure: failures[0] };
}
