/** What every Sower authenticator asserts about its device. It proves nothing. */

/** GUID of the device class of Sower's own authenticators. */
export const DEVICE_CLASS = '5b0ce5ec-1f5b-4c3b-9d2f-50e7c1a6f3d4';

const OCTETS = 12;

/**
 * 24 upper-case hex digits, generated once per installation.
 * @param random that many octets from a cryptographic generator
 */
export function makeDeviceId(random: (length: number) => Uint8Array): string {
  return [...random(OCTETS)].map((octet) => octet.toString(16).padStart(2, '0').toUpperCase()).join('');
}

export function isDeviceId(text: string): boolean {
  return /^[0-9A-F]{24}$/.test(text);
}
