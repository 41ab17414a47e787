/** Reply attributes as lines that people write, and back. */
import type { ReplyAttribute } from '@sower/api/radius';

export const attributeLines = (attributes: readonly ReplyAttribute[]): string =>
  attributes.map(({ name, value }) => `${name} = ${value}`).join('\n');

/** @returns the attributes, or the number of the first line that is none */
export function readAttributes(
  text: string,
):
  | { readonly ok: true; readonly attributes: ReplyAttribute[] }
  | { readonly ok: false; readonly line: number } {
  const attributes: ReplyAttribute[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name, value] = /^\s*([^\s=]+)\s*=\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return { ok: false, line: index + 1 };
    attributes.push({ name, value });
  }
  return { ok: true, attributes };
}
