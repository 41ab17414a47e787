/** Addresses and CIDR ranges, in one canonical spelling, so that equal ones compare as equal. */

import { type Text, text } from '@sower/texts/outcomes';
import ipaddr from 'ipaddr.js';
import { done, invalidAt, type Outcome } from './outcome.ts';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

type Network = {
  /** Bits beyond the prefix are zero. */
  readonly address: Address;
  readonly bits: number;
};

/** Longer texts are not addresses; a zone has at most 15 characters. */
const MAX_LENGTH = 64;

/** Four decimal numbers, or IPv6. IPv4-mapped IPv6 counts as IPv4, and a zone is dropped. */
export function readAddress(text: string): Address | undefined {
  // What is none costs the library an exception with its stack.
  if (text === '' || text.length > MAX_LENGTH) return undefined;
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.fromByteArray(ipaddr.process(text).toByteArray());
}

/** @param text an address, or a range such as `192.0.2.0/24` */
export function readNetwork(given: string): Outcome<Network> {
  const [written = '', length, ...rest] = given.split('/');
  const address = readAddress(written);
  const most = address?.kind() === 'ipv4' ? 32 : 128;
  const bits = length === undefined ? most : Number(length);
  if (
    !address ||
    rest.length > 0 ||
    (length !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(length)) ||
    bits > most
  ) {
    return wrong(text('network.invalid', { network: given }));
  }
  const network = networkOf(address, bits);
  if (network.address.toString() !== address.toString()) {
    return wrong(text('network.host-bits', { network: given, range: writeNetwork(network) }));
  }
  return done(network);
}

const wrong = (message: Text) => invalidAt('network', message);

/** The network with this prefix length that contains the address. */
export function networkOf(address: Address, bits: number): Network {
  const masked = address
    .toByteArray()
    .map((octet, index) => octet & (0xff00 >> Math.max(0, Math.min(8, bits - index * 8))));
  return { address: ipaddr.fromByteArray(masked), bits };
}

/** The canonical spelling: dotted decimal, or hexadecimal groups with the longest run of zeros omitted (RFC 5952). */
export function writeNetwork({ address, bits }: Network): string {
  const written = address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
  return `${written}/${bits}`;
}

/**
 * The entries of X-Forwarded-For that are addresses, in canonical spelling: proxies also write `192.0.2.1:4711`, `[2001:db8::1]:4711` and
 * quotes, and each port would count as another source. Entries are added on the right, so an entry that cannot be parsed is dropped with
 * everything to its left.
 */
export function forwardedAddresses(header: string): string[] {
  const addresses: string[] = [];
  for (const entry of header.split(',').reverse()) {
    const text = entry.trim().replace(/^"(.*)"$/, '$1');
    const bare =
      /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
    const address = readAddress(bare);
    if (!address) break;
    addresses.unshift(address.toString());
  }
  return addresses;
}

/** @param ranges addresses or CIDR ranges; one that cannot be read contains nothing */
export function withinAny(ranges: readonly string[]): (address: string) => boolean {
  const read = ranges.flatMap((range) => {
    const [text = '', length] = range.split('/');
    const address = readAddress(text);
    if (!address) return [];
    const bits = length === undefined ? address.toByteArray().length * 8 : Number(length);
    return [[address, bits] as [typeof address, number]];
  });
  return (text) => {
    const address = read.length === 0 ? undefined : readAddress(text);
    return address !== undefined && ipaddr.subnetMatch(address, { within: read }, 'others') === 'within';
  };
}

/** Says which option of `sower serve` named what could not be used: a port that is taken may be any of five. */
export async function byOption<T>(option: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error) error.message = `${option}: ${error.message}`;
    throw error;
  }
}
