/**
 * Guessing passwords: limited by where it comes from and by whose account it is aimed at.
 *
 * A limit on the account alone would let a stranger lock its owner out. So a browser that has logged on to an account before carries
 * a mark of it and has a count of its own; strangers share the account's. Whoever floods an account with guesses makes other strange
 * browsers wait, not its owner's. Passkeys cannot be guessed and are not counted by account.
 */
import { timingSafeEqual } from 'node:crypto';
import type { GuessLimit } from '../authentication/guess-limit.ts';
import type { Floor } from '../floor.ts';
import { type Outcome, refused } from '../outcome.ts';
import { userIdKey } from '../store/users.ts';

export type LogOnLimits = { readonly logOnLimit: GuessLimit; readonly accountLimit: GuessLimit };

/** The mark for the cookie of a browser that has logged on. Says nothing to who reads it. */
export function browserMark(uses: Pick<Floor, 'sealing' | 'random'>, userName: string): string {
  const id = Buffer.from(uses.random(16)).toString('base64url');
  return `${id}.${markOf(uses, userName, id)}`;
}

/** Its id, when it is a mark of ours for this account. */
function knownBrowser(
  uses: Pick<Floor, 'sealing'>,
  userName: string,
  mark: string | undefined,
): string | undefined {
  const [id, mac] = mark?.split('.') ?? [];
  if (id === undefined || mac === undefined) return undefined;
  const expected = Buffer.from(markOf(uses, userName, id));
  const given = Buffer.from(mac);
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined;
}

const markOf = (uses: Pick<Floor, 'sealing'>, userName: string, id: string): string =>
  uses.sealing.keyedHash('known-browser', `${userIdKey(userName)}:${id}`);

export async function limitedLogOn<T>(
  uses: LogOnLimits & Pick<Floor, 'sealing'>,
  attempt: { readonly source: string; readonly userName: string; readonly mark: string | undefined },
  work: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const browser = knownBrowser(uses, attempt.userName, attempt.mark);
  const account = browser === undefined ? `account ${userIdKey(attempt.userName)}` : `browser ${browser}`;
  const counted = async () => {
    const value = await work();
    return { wrong: !value.ok && value.problem === 'log-on-failed', value };
  };
  const outcome = await uses.logOnLimit.guard(attempt.source, async () => {
    const value = await uses.accountLimit.guard(account, counted);
    return { wrong: value !== undefined && !value.ok && value.problem === 'log-on-failed', value };
  });
  return outcome ?? refused('too-many-requests', 'Too many failed log-ons. Wait a minute, or use a passkey.');
}
