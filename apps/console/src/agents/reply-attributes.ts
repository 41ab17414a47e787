/** Reply attributes, and groups, as the text of a field, and back. */
import type { ReplyAttribute } from '@sower/api/radius-clients';
import { readReplyAttribute, replyAttributeLine } from '@sower/api/reply-attribute';

export const attributeLines = (attributes: readonly ReplyAttribute[]): string =>
  attributes.map(replyAttributeLine).join('\n');

/** @returns the attributes, or the number of the first invalid line */
export function readAttributes(
  text: string,
):
  | { readonly ok: true; readonly attributes: ReplyAttribute[] }
  | { readonly ok: false; readonly line: number } {
  const attributes: ReplyAttribute[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const attribute = readReplyAttribute(line);
    if (!attribute) return { ok: false, line: index + 1 };
    attributes.push(attribute);
  }
  return { ok: true, attributes };
}

/** Names of groups, one a line. */
export const groupLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
