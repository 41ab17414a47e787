/**
 * Serial numbers: our own have 12 decimal digits, those of tokens that came from elsewhere are as their makers wrote them. Each has one
 * form, in which it is stored, compared and shown, so that two that differ only in case or spacing are the same token.
 */

import { LIMITS } from './limits.ts';

/** Printable, and without what means something else in an address, a mail or a report. */
const CHARACTERS = /^[ !$'()*+,\-.0-9:;=@A-Z[\]^_`{|}~]+$/;

export const canonicalSerial = (serial: string): string => serial.trim().replace(/\s+/g, ' ').toUpperCase();

/** Whether a text in its canonical form is a serial number. Marks alone, such as `..`, are none. */
export const isSerial = (serial: string): boolean =>
  serial.length <= LIMITS.serial && CHARACTERS.test(serial) && /[0-9A-Z]/.test(serial);

/** Whether it has the form of our own, and of SecurID's. */
export const isOwnSerial = (serial: string): boolean => /^\d{12}$/.test(serial);

/** As a person types it: our own are read out and written in groups. */
export function typedSerial(text: string): string {
  const digits = text.replace(/[\s-]/g, '');
  return isOwnSerial(digits) ? digits : canonicalSerial(text);
}

/** Of a serial number, as a person types it. */
export function typedSerialPart(text: string): string {
  const digits = text.replace(/[\s-]/g, '');
  return /^\d+$/.test(digits) ? digits : canonicalSerial(text);
}
