/** The rules for a PIN, from the policy of the user's security domain, and system-generated PINs. Stores nothing. */

import type { TokenPolicy } from '@sower/api/policies';
import { type Text, text } from '@sower/texts/outcomes';
import type { PinRules } from '../challenge/attempt.ts';

/** What the token adds to the policy: with PINPad, the PIN is added to the tokencode. */
export type PinStyle = { readonly pinpad: boolean; readonly digits: number };

export function pinRules(policy: TokenPolicy, style: PinStyle): PinRules {
  const maxLength = style.pinpad ? Math.min(policy.pinMaxLength, style.digits) : policy.pinMaxLength;
  return {
    minLength: Math.min(policy.pinMinLength, maxLength),
    maxLength,
    alphanumeric: policy.pinCharacters === 'alphanumeric' && !style.pinpad,
  };
}

/** Why the PIN is refused; undefined if it is acceptable. */
export function pinProblem(policy: TokenPolicy, style: PinStyle, pin: string): Text | undefined {
  const { minLength, maxLength, alphanumeric } = pinRules(policy, style);
  const alphabet = alphanumeric ? /^[A-Za-z0-9]*$/ : /^[0-9]*$/;
  if (style.pinpad && /[A-Za-z]/.test(pin)) return text('pin.pinpad-digits');
  if (!alphabet.test(pin) || pin.length < minLength || pin.length > maxLength) {
    return alphanumeric
      ? text('pin.length-alphanumeric', { minimum: minLength, maximum: maxLength })
      : text('pin.length-numeric', { minimum: minLength, maximum: maxLength });
  }
  if (style.pinpad && pin.startsWith('0')) {
    return text('pin.pinpad-zero');
  }
  if (new Set(pin).size === 1) return text('pin.one-character');
  if (alphanumeric) {
    const letters = pin.replaceAll(/[0-9]/g, '').length;
    if (letters < policy.pinMinLetters) return text('pin.too-few-letters', { count: policy.pinMinLetters });
    if (pin.length - letters < policy.pinMinDigits)
      return text('pin.too-few-digits', { count: policy.pinMinDigits });
  }
  if (!policy.pinSequences && isSequence(pin)) return text('pin.sequence');
  const folded = pin.toLowerCase();
  if (policy.pinExcludedWords.some((word) => folded.includes(word.toLowerCase()))) {
    return text('pin.excluded-word');
  }
  return undefined;
}

/** Each character follows the one before, or each comes before it; 0 is after 9 too. */
function isSequence(pin: string): boolean {
  const steps = new Set<number>();
  for (let at = 1; at < pin.length; at += 1) {
    const [before, next] = [pin[at - 1] as string, pin[at] as string];
    const digits = /^\d\d$/.test(before + next);
    const step = next.toLowerCase().charCodeAt(0) - before.toLowerCase().charCodeAt(0);
    steps.add(digits ? (step + 10) % 10 : step === -1 ? 9 : step);
  }
  return steps.size === 1 && (steps.has(1) || steps.has(9));
}

const DIGITS = '0123456789';
/** Without characters that look alike. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz';

/**
 * A PIN that satisfies the policy: six characters, if the policy allows that. It can be read out: no two in a row are alike. Of six digits,
 * some 590,000 are left of a million.
 *
 * @returns undefined if none was found, as where the excluded words leave hardly any
 */
export function makePin(
  policy: TokenPolicy,
  style: PinStyle,
  random: (length: number) => Uint8Array,
): string | undefined {
  const { minLength, maxLength, alphanumeric } = pinRules(policy, style);
  const letters = alphanumeric ? policy.pinMinLetters : 0;
  const length = Math.min(maxLength, Math.max(minLength, 6, letters + policy.pinMinDigits));
  for (let tries = 0; tries < 1000; tries += 1) {
    let pin = '';
    while (pin.length < length) {
      const last = pin.at(-1);
      pin += pick(
        [...(pin.length < letters ? LETTERS : DIGITS)].filter((one) => one !== last),
        random,
      );
    }
    if (pinProblem(policy, style, pin) === undefined) return pin;
  }
  return undefined;
}

/** One character, without bias: octets beyond the last whole multiple are discarded. */
export function pick(alphabet: string | readonly string[], random: (length: number) => Uint8Array): string {
  const most = 256 - (256 % alphabet.length);
  for (;;) {
    const [octet = 255] = random(1);
    if (octet < most) return alphabet[octet % alphabet.length] as string;
  }
}
