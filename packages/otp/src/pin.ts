/**
 * What a PIN does to a tokencode: PINPad arithmetic, and the passcode of a fob (PIN, then tokencode).
 *
 * Knows no PIN policy: the caller decides about length and alphabet of a PIN.
 */

/**
 * PINPad passcode: the PIN added to the tokencode digit by digit without carry, right-aligned. Of a PIN longer than the code, only the
 * rightmost digits count; an empty PIN changes nothing. Undefined unless both consist of decimal digits.
 */
export function addPin(tokencode: string, pin: string): string | undefined {
  return digitwise(tokencode, pin, 1);
}

/** The tokencode in a PINPad passcode: the inverse of {@link addPin}. */
export function subtractPin(passcode: string, pin: string): string | undefined {
  return digitwise(passcode, pin, 9);
}

/** code + factor * pin, each digit modulo 10; a factor of 9 subtracts. */
function digitwise(code: string, pin: string, factor: number): string | undefined {
  if (!/^\d+$/.test(code) || !/^\d*$/.test(pin)) return undefined;
  const shift = pin.length - code.length;
  let result = '';
  for (let i = 0; i < code.length; i += 1) {
    const pinDigit = i + shift >= 0 ? pin.charCodeAt(i + shift) - 48 : 0;
    result += String((code.charCodeAt(i) - 48 + factor * pinDigit) % 10);
  }
  return result;
}

const MAX_PASSCODE_LENGTH = 64;

/**
 * Splits a fob passcode into the last `digits` characters and what precedes them. The PIN may be empty and is not examined (fob PINs may
 * contain letters). Undefined if the passcode is too short, absurdly long, or does not end in that many digits.
 */
export function splitPasscode(
  passcode: string,
  digits: number,
): { readonly pin: string; readonly tokencode: string } | undefined {
  if (passcode.length < digits || passcode.length > MAX_PASSCODE_LENGTH) return undefined;
  const pin = passcode.slice(0, passcode.length - digits);
  const tokencode = passcode.slice(passcode.length - digits);
  return /^\d+$/.test(tokencode) ? { pin, tokencode } : undefined;
}
