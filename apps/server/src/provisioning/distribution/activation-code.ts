/**
 * Activation codes: generating them, judging those that an administrator chooses, and hashing them.
 *
 * There is one canonical form: no white space, no dashes, upper case. People type codes from letters and telephone calls.
 */

import { LIMITS } from '@sower/api/limits';
import { normalizeActivationCode } from '@sower/ctkip/links';
import { type Text, text } from '@sower/texts/outcomes';
import type { Sealing } from '../../keys/seal/sealing.ts';
import type { KeyedHash } from '../../store/schema/brands.ts';

const DIGITS = '0123456789';
/** No 0 O, 1 I L, no U (mistaken for V): nothing that is misread on paper or misheard on the telephone. */
const WITHOUT_LOOK_ALIKES = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

export const canonicalCode = (typed: string): string =>
  normalizeActivationCode(typed.normalize('NFKC')).toUpperCase();

/** As in links and QR codes: deployed apps do not undo percent-encoding, so nothing may need it. */
export const codeInLink = canonicalCode;

export function hashCode(sealing: Pick<Sealing, 'keyedHash'>, code: string): KeyedHash {
  return sealing.keyedHash('activation-code', canonicalCode(code));
}

/** Each that a stored code may have at present. */
export const hashesOfCode = (sealing: Pick<Sealing, 'keyedHashes'>, code: string): readonly KeyedHash[] =>
  sealing.keyedHashes('activation-code', canonicalCode(code));

/** `digits`: 12 decimal digits, 39.9 bits. `long`: 20 characters, 98 bits. Uniform. */
export function generateCode(kind: 'digits' | 'long', random: (length: number) => Uint8Array): string {
  return kind === 'digits' ? pick(DIGITS, 12, random) : pick(WITHOUT_LOOK_ALIKES, 20, random);
}

function pick(alphabet: string, length: number, random: (length: number) => Uint8Array): string {
  // Octets at or above the largest multiple of the alphabet's length would favor its beginning.
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const octet of random(length * 2)) {
      if (octet < limit && text.length < length) text += alphabet[octet % alphabet.length];
    }
  }
  return text;
}

/** @returns what is wrong with a chosen code; undefined if it is acceptable */
export function chosenCodeProblem(
  chosen: string,
  about: { readonly serial: string; readonly userId: string; readonly minLength: number },
): Text | undefined {
  const code = canonicalCode(chosen);
  // Neither percent-encoding nor XML has to escape these, and not every deployed app undoes either.
  if (!/^[A-Z0-9._]+$/.test(code)) return text('activation-code.characters');
  if (code.length < about.minLength) return text('activation-code.too-short', { minimum: about.minLength });
  if (/^\d+$/.test(code) && code.length < LIMITS.digitsOnly) return text('activation-code.digits-too-short');
  if (new Set(code).size < LIMITS.differentCharacters) return text('activation-code.repetitive');
  if (isRun(code)) return text('activation-code.sequence');
  const userId = canonicalCode(about.userId);
  if (code === userId || (userId.length >= 4 && code.includes(userId)))
    return text('activation-code.contains-user-id');
  if (code.includes(about.serial)) return text('activation-code.contains-serial');
  return undefined;
}

function isRun(code: string): boolean {
  const steps = new Set<number>();
  for (let index = 1; index < code.length; index += 1) {
    steps.add(((code.charCodeAt(index) - code.charCodeAt(index - 1) + 10) % 10) % 10);
  }
  return steps.size === 1;
}
