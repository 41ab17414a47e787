/**
 * Limits password guessing, by source and by account. For administrators and users alike.
 *
 * A limit on the account alone would let a stranger lock its owner out. So a browser that has logged on to an account before carries a mark
 * of it and has a count of its own; strangers share the account's. Someone who floods an account with guesses makes other unknown browsers
 * wait, but not its owner's. Passkeys cannot be guessed and are not counted by account.
 */

import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type GuessLimit, oneLevel } from '../core/guess-limit.ts';
import { isGuess, type Outcome, refused } from '../core/outcome.ts';
import type { Level } from '../core/token-buckets.ts';
import { userIdKey } from '../store/directory/users.ts';

export type LogOnLimits = { readonly logOnLimit: GuessLimit; readonly accountLimit: GuessLimit };

type LogOnName = { readonly kind: 'administrator' | 'user'; readonly name: string };

const logOnNameKey = ({ kind, name }: LogOnName): string => `${kind} ${userIdKey(name)}`;

/** What an account is counted under. Processes tell each other in the database, where it names no one. */
export const accountLevels =
  ({ sealing }: Pick<ServerContext, 'sealing'>) =>
  (account: string): readonly Level[] =>
    oneLevel(sealing.keyedHash('guessed-account', account));

/** The mark for a browser that has logged on; it keeps the one it has. Reveals nothing to anyone who reads it. */
export function browserMark(
  context: Pick<ServerContext, 'sealing' | 'random'>,
  logOnName: LogOnName,
  marks: readonly string[],
): string {
  const present = marks.find((mark) => browserOf(context, logOnName, mark) !== undefined);
  if (present !== undefined) return present;
  const id = Buffer.from(context.random(16)).toString('base64url');
  return `${id}~${context.sealing.keyedHash('known-browser', markText(logOnName, id))}`;
}

/** Identifies the browser, if the mark is ours and belongs to this account. */
function browserOf(
  context: Pick<ServerContext, 'sealing'>,
  logOnName: LogOnName,
  mark: string,
): string | undefined {
  const [id, mac] = mark.split('~');
  if (id === undefined || mac === undefined) return undefined;
  return context.sealing.fits('known-browser', markText(logOnName, id), mac) ? id : undefined;
}

const markText = (logOnName: LogOnName, id: string): string => `${logOnNameKey(logOnName)}:${id}`;

export async function limitedLogOn<T>(
  context: LogOnLimits & Pick<ServerContext, 'sealing'>,
  attempt: { readonly source: string; readonly logOnName: LogOnName; readonly marks: readonly string[] },
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const { logOnName, marks } = attempt;
  const browser = marks.map((mark) => browserOf(context, logOnName, mark)).find((id) => id !== undefined);
  const counted = async () => {
    const value = await work();
    return { wrong: isGuess(value), value };
  };
  const outcome = await context.logOnLimit.guard(attempt.source, async () => {
    const value = await context.accountLimit.guard(
      browser === undefined ? logOnNameKey(logOnName) : `browser ${browser}`,
      counted,
    );
    return { wrong: value !== undefined && isGuess(value), value };
  });
  return outcome ?? refused('too-many-requests', text('log-on.too-many-attempts'));
}
