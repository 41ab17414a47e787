/**
 * The octets of an XML document as text: UTF-8, or UTF-16 with its byte order mark (XML 1.0 §4.3.3). Invalid octets, including half a
 * character at the end, are refused and never repaired.
 */

export type Encoding = 'utf-8' | 'utf-16';

export type Decoded = { readonly text: string; readonly encoding: Encoding };

// The mark stays in the text: the parser removes one at the very beginning, and a second one is text before the root.
const FATAL = { fatal: true, ignoreBOM: true } as const;
const utf8 = new TextDecoder('utf-8', FATAL);
const utf16le = new TextDecoder('utf-16le', FATAL);
const utf16be = new TextDecoder('utf-16be', FATAL);

/** The text with its byte order mark, or `undefined`. UTF-16 is recognized only by the mark, which it must have. */
export function decodeXml(octets: Uint8Array): Decoded | undefined {
  const mark = octets.length < 2 ? 0 : ((octets[0] as number) << 8) | (octets[1] as number);
  const wide = mark === 0xfeff ? utf16be : mark === 0xfffe ? utf16le : undefined;
  try {
    return wide
      ? { text: wide.decode(octets), encoding: 'utf-16' }
      : { text: utf8.decode(octets), encoding: 'utf-8' };
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
