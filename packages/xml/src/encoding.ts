/**
 * The octets of an XML document as text: UTF-8, or UTF-16 with its byte order mark (XML 1.0 §4.3.3). Invalid octets, including half a
 * character at the end, are refused and never repaired.
 */

export type Encoding = 'utf-8' | 'utf-16';

export type Decoded = { readonly text: string; readonly encoding: Encoding };

type Label = 'utf-8' | 'utf-16le' | 'utf-16be';
// The mark stays in the text: the parser removes one at the very beginning, and a second one is text before the root.
export const decoder = (label: Label): TextDecoder =>
  new TextDecoder(label, { fatal: true, ignoreBOM: true });
const DECODERS = {
  'utf-8': decoder('utf-8'),
  'utf-16le': decoder('utf-16le'),
  'utf-16be': decoder('utf-16be'),
} as const;

/** By the first two octets: UTF-16 is recognized only by the mark, which it must have. */
export function labelOf(octets: Uint8Array): { readonly label: Label; readonly encoding: Encoding } {
  const mark = octets.length < 2 ? 0 : ((octets[0] as number) << 8) | (octets[1] as number);
  if (mark !== 0xfeff && mark !== 0xfffe) return { label: 'utf-8', encoding: 'utf-8' };
  return { label: mark === 0xfeff ? 'utf-16be' : 'utf-16le', encoding: 'utf-16' };
}

/** The text with its byte order mark, or `undefined`. */
export function decodeXml(octets: Uint8Array): Decoded | undefined {
  const { label, encoding } = labelOf(octets);
  try {
    return { text: DECODERS[label].decode(octets), encoding };
  } catch {
    return undefined;
  }
}

/** Encoding declarations that are correct for each. `UTF8` is not a registered name, but can mean nothing else. */
const NAMES: Readonly<Record<Encoding, readonly string[]>> = {
  'utf-8': ['utf-8', 'utf8'],
  'utf-16': ['utf-16'],
};

/** Whether a document in this encoding may declare this name. */
export const mayDeclare = (encoding: Encoding, name: string): boolean =>
  NAMES[encoding].includes(name.toLowerCase());
