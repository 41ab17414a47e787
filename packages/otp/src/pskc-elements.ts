/**
 * Finding elements of a PSKC document.
 *
 * Namespaces and the case of names do not matter: privacyIDEA writes every name in lower case, and the RFC's own figures leave the
 * parameters of PBKDF2 in no namespace.
 */
import { fromBase64 } from '@sower/bytes/base64';
import type { XmlElement } from '@sower/xml';

export const isNamed = (element: { readonly name: string }, name: string): boolean =>
  element.name.toLowerCase() === name.toLowerCase();

/** The descendant along these names, each the first of its name. */
export function below(element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  let current = element;
  for (const name of names) current = current?.children.find((candidate) => isNamed(candidate, name));
  return current;
}

/** Its trimmed text, `''` if there is none. */
export function textBelow(element: XmlElement | undefined, ...names: readonly string[]): string {
  return below(element, ...names)?.text.trim() ?? '';
}

/** Characters of the longest value that is decoded; a seed has at most 128 octets. */
const MAX_ENCODED = 4_096;

/** Its base64, which may be wrapped: the octets, or undefined. */
export function octetsBelow(
  element: XmlElement | undefined,
  ...names: readonly string[]
): Uint8Array | undefined {
  const found = below(element, ...names);
  if (!found || found.text.length > MAX_ENCODED) return undefined;
  return fromBase64(found.text.replace(/[ \t\r\n]+/g, ''));
}

/** The trimmed value of an attribute, `''` if there is none. */
export function attributeOf(element: XmlElement | undefined, name: string): string {
  const wanted = name.toLowerCase();
  for (const [key, value] of Object.entries(element?.attributes ?? {})) {
    if (key.toLowerCase() === wanted) return value.trim();
  }
  return '';
}

/** What follows the last `#` of a URI, in lower case: how XML names algorithms, whatever the year before it. */
export const fragmentOf = (uri: string): string => uri.slice(uri.lastIndexOf('#') + 1).toLowerCase();

const REPEATABLE = new Set(['keypackage', 'keyusage', 'extensions', 'datareference']);

/**
 * The name of an element, at any depth, that has a sibling of the same name and may not have one. Readers differ in which of two they use,
 * so a document with two is refused. What is inside Extensions is not read.
 */
export function repeatedBelow(element: XmlElement): string | undefined {
  const seen = new Set<string>();
  for (const one of element.children) {
    const name = one.name.toLowerCase();
    if (seen.has(name) && !REPEATABLE.has(name)) return one.name;
    seen.add(name);
    const deeper = name === 'extensions' ? undefined : repeatedBelow(one);
    if (deeper) return deeper;
  }
  return undefined;
}
