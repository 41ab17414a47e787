/**
 * Requests that an agent signs instead of sending its access key:
 *
 *   Authorization = base64 (HMAC-SHA-256 (access key, METHOD "\n" SHA-512 (body) "\n" path "\n" date "\n" access ID))
 *
 * Agents write SHA-512 (body) in hexadecimal or in base64: either is right, since both are under the MAC. The path is without a query, the
 * date as it is in its header. What is signed is good for five minutes; a copy within them gets no further than the passcode in it, which is
 * accepted once.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const WINDOW_MILLISECONDS = 5 * 60_000;

export type Signed = {
  readonly method: string;
  readonly path: string;
  /** As in the header. */
  readonly date: string;
  readonly accessId: string;
  readonly body: Uint8Array;
};

/** Seconds or milliseconds since 1970, ISO 8601 or RFC 9110 §5.6.7. NaN if it is none of these. */
const timeOf = (date: string): number =>
  /^\d{10}$/.test(date) ? Number(date) * 1000 : /^\d{13}$/.test(date) ? Number(date) : Date.parse(date);

/** @param signature of the header Authorization */
export function isSigned(signed: Signed, key: Uint8Array, signature: string, now: number): boolean {
  const { method, path, date, accessId, body } = signed;
  const given = Buffer.from(signature, 'base64');
  const hash = createHash('sha512').update(body).digest();
  // Both, always: which of them was meant takes no less time.
  const fits = [hash.toString('hex'), hash.toString('base64')].map((written) => {
    const mac = createHmac('sha256', key).update([method, written, path, date, accessId].join('\n')).digest();
    return given.length === mac.length && timingSafeEqual(given, mac);
  });
  return fits.includes(true) && Math.abs(timeOf(date) - now) <= WINDOW_MILLISECONDS;
}
