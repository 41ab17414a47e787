/** Addresses and CIDR ranges of those who ask: one spelling each, so that two of them are the same when they are. */
import { ipv4Octets, ipv6Octets } from '@sower/radius/attributes';
import { done, type Outcome, refused } from '../outcome.ts';

export type Network = {
  /** 4 or 16 octets, zeros beyond the prefix. */
  readonly octets: Uint8Array;
  readonly bits: number;
};

/** Octets of an address; IPv4 in the clothes of IPv6 is IPv4. */
export function addressOctets(address: string): Uint8Array | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return ipv4Octets(mapped ?? address) ?? ipv6Octets(address.replace(/%.*$/, ''));
}

export function maskOctets(octets: Uint8Array, bits: number): Uint8Array {
  return octets.map((octet, i) => octet & (0xff00 >> Math.max(0, Math.min(8, bits - i * 8))));
}

/** @param text an address, or a range such as `192.0.2.0/24` */
export function readNetwork(text: string): Outcome<Network> {
  const [address = '', length, ...rest] = text.split('/');
  const octets = addressOctets(address);
  const most = octets?.length === 4 ? 32 : 128;
  const bits = length === undefined ? most : Number(length);
  if (
    !octets ||
    rest.length > 0 ||
    (length !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(length)) ||
    bits > most
  ) {
    return wrong(
      `"${text}" is neither an address nor a CIDR range; write 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.`,
    );
  }
  const masked = maskOctets(octets, bits);
  if (masked.some((octet, i) => octet !== octets[i])) {
    return wrong(
      `${text} names an address beyond its prefix; write ${writeNetwork({ octets: masked, bits })} for the range, or the address alone.`,
    );
  }
  return done({ octets, bits });
}

const wrong = (message: string) => refused('invalid-request', message, [{ path: 'network', message }]);

/** The one spelling: dotted decimal, or hexadecimal groups with the longest run of zeros left out (RFC 5952). */
export function writeNetwork({ octets, bits }: Network): string {
  return `${writeAddress(octets)}/${bits}`;
}

function writeAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((octets[2 * i] as number) << 8) | (octets[2 * i + 1] as number)).toString(16),
  );
  let [best, length] = [-1, 1];
  for (let start = 0; start < 8; start += 1) {
    let end = start;
    while (groups[end] === '0') end += 1;
    if (end - start > length) [best, length] = [start, end - start];
  }
  if (best < 0) return groups.join(':');
  return `${groups.slice(0, best).join(':')}::${groups.slice(best + length).join(':')}`;
}
