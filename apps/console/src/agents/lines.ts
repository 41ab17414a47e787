/** Reply attributes and realms as the text of a field, and back. */
import { readRealm } from '@sower/api/agents';
import type { ReplyAttribute } from '@sower/api/radius-clients';
import { readReplyAttribute, replyAttributeLine } from '@sower/api/reply-attribute';

export const attributeLines = (attributes: readonly ReplyAttribute[]): string =>
  attributes.map(replyAttributeLine).join('\n');

/** @returns what the lines are read as, or the number of the first that cannot be */
function readLines<T>(
  text: string,
  read: (line: string) => T | undefined,
): { readonly ok: true; readonly values: T[] } | { readonly ok: false; readonly line: number } {
  const values: T[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const value = read(line);
    if (value === undefined) return { ok: false, line: index + 1 };
    values.push(value);
  }
  return { ok: true, values };
}

export function readAttributes(text: string) {
  const read = readLines(text, readReplyAttribute);
  return read.ok ? { ok: true as const, attributes: read.values } : read;
}

/** Realms as the text of a field: one per line, `realm = security domain`. */
export function readRealms(text: string) {
  const read = readLines(text, readRealm);
  return read.ok ? { ok: true as const, realms: read.values } : read;
}
