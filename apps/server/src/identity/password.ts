/** Password hashing: argon2id with OWASP's second set, about 12 ms and 19 MiB that a flood of guesses has to hold. */
import { hash, verify } from '@node-rs/argon2';
import { type Refused, refusedAt } from '../outcome.ts';

const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, ARGON2);

/** False also for a hash that is none. */
export const passwordFits = (passwordHash: string, password: string): Promise<boolean> =>
  verify(passwordHash, password).catch(() => false);

const MIN_LENGTH = 12;

/** @param field name of the request's field that holds it */
export function passwordProblem(password: string, userName: string, field = 'password'): Refused | undefined {
  const refuse = (detail: string) => refusedAt(field, 'password-refused', detail);
  if ([...password].length < MIN_LENGTH) return refuse(`A password has at least ${MIN_LENGTH} characters.`);
  if (new Set(password).size < 5) return refuse('The password repeats too few different characters.');
  if (password.toLowerCase().includes(userName.toLowerCase()))
    return refuse('The password contains the user name.');
  return undefined;
}
