/**
 * A mail template as what it is made of: paragraphs, lists, a button. The structure is read from the template, before the values are in it:
 * a name or a comment cannot become a list, a link or a button.
 *
 * `Label: {{consoleUrl}}` as a paragraph of its own is a button; lines that begin with `1.` or `-` are a list; `{{code}}` alone is shown
 * large; a paragraph with `{{expires}}` is set apart.
 */
import { inGroupsOfFour } from '@sower/bytes/groups';
import { UNPRINTABLE } from '@sower/bytes/printable';
import { z } from 'zod';

export const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

const spanSchema = z.union([
  z.string(),
  /** A link, or the text of one that no one should follow. */
  z.strictObject({ to: z.string() }),
  z.strictObject({ fixed: z.string() }),
]);
const lines = z.array(z.array(spanSchema));

export const blockSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['paragraph', 'notice']), lines }),
  z.strictObject({ kind: z.enum(['ordered', 'unordered']), items: z.array(lines) }),
  z.strictObject({ kind: z.literal('button'), label: z.string(), to: z.string() }),
  z.strictObject({ kind: z.literal('code'), code: z.string() }),
]);
export type Span = z.infer<typeof spanSchema>;
export type Block = z.infer<typeof blockSchema>;
type Values = Readonly<Record<string, string>>;

/** Placeholders whose value is an address. `url` is one for an app, which asks for it: no browser opens it. */
const ADDRESSES = ['selfServiceUrl', 'consoleUrl', 'downloadUrl', 'helpUrl', 'link'];
const BUTTON = /^(.*[^\s:]):\s*\{\{\s*(\w+)\s*\}\}$/;
const ITEM = /^(\d+\.|-)\s+/;

export function blocksOf(template: string, values: Values): Block[] {
  return template
    .trim()
    .split(/\n[^\S\n]*\n\s*/)
    .flatMap((paragraph) => blocksOfParagraph(paragraph.split('\n'), values));
}

function blocksOfParagraph(paragraph: readonly string[], values: Values): Block[] {
  const [first = ''] = paragraph;
  const button = paragraph.length === 1 ? buttonOf(first, values) : undefined;
  if (button) return button.to === '' ? [] : [button];
  if (paragraph.length === 1 && /^\{\{\s*code\s*\}\}$/.test(first.trim()))
    return [{ kind: 'code', code: filledIn('code', values) }];
  const start = paragraph.findIndex((line) => ITEM.test(line));
  const before = start === -1 ? paragraph : paragraph.slice(0, start);
  return [...plain(before, values), ...(start === -1 ? [] : [listOf(paragraph.slice(start), values)])];
}

function buttonOf(line: string, values: Values): Extract<Block, { kind: 'button' }> | undefined {
  const [, label = '', name = ''] = BUTTON.exec(line) ?? [];
  const to = filledIn(name, values);
  return ADDRESSES.includes(name) && (to === '' || opens(name, to))
    ? { kind: 'button', label: textOf(label, values), to }
    : undefined;
}

/** Whether a click may open it: the link of a device type has a scheme of its own, everything else is on the web. */
const opens = (name: string, address: string): boolean =>
  name === 'link' ? !/^(?:javascript|data|vbscript):/i.test(address) : /^https?:\/\//.test(address);

function plain(paragraph: readonly string[], values: Values): Block[] {
  const filled = filledLines(paragraph, values);
  if (filled.length === 0) return [];
  const apart = paragraph.some((line) => /\{\{\s*expires\s*\}\}/.test(line));
  return [{ kind: apart ? 'notice' : 'paragraph', lines: filled }];
}

/** A line that begins no item belongs to the one before it. */
function listOf(list: readonly string[], values: Values): Block {
  const items: string[][] = [];
  for (const line of list) {
    if (ITEM.test(line)) items.push([line.replace(ITEM, '')]);
    else items.at(-1)?.push(line);
  }
  const [first = ''] = list;
  return {
    kind: first.startsWith('-') ? 'unordered' : 'ordered',
    items: items.map((item) => filledLines(item, values)),
  };
}

/** Without those that contained only empty placeholders. */
const filledLines = (template: readonly string[], values: Values): Span[][] =>
  template.flatMap((line) => (isEmptied(line, values) ? [] : [spansOf(line, values)]));

export const isEmptied = (line: string, values: Values): boolean =>
  line.trim() !== '' && (textOf(line, values).trim() === '' || buttonOf(line, values)?.to === '');

/** Each value is one line: a name cannot add lines to a mail. */
export const textOf = (line: string, values: Values): string =>
  line.replace(PLACEHOLDER, (_, inner: string) => filledIn(inner, values));

function filledIn(inner: string, values: Values): string {
  const name = inner.trim();
  const value = oneLine(values[name] ?? '');
  return name === 'code' ? inGroupsOfFour(value) : value;
}

const UNPRINTABLE_RUN = new RegExp(`(?:${UNPRINTABLE.source})+`, 'gu');

function oneLine(value: string): string {
  return value.toWellFormed().replace(UNPRINTABLE_RUN, ' ').trim();
}

/** Addresses that the author of the template wrote out are links as well. */
const WRITTEN_OUT = /(https?:\/\/[^\s<>"'{}]*[^\s<>"'{}.,;:!?)])/;

function spansOf(line: string, values: Values): Span[] {
  const spans: Span[] = [];
  let end = 0;
  const write = (text: string): void => {
    if (text !== '') spans.push(text);
  };
  for (const found of line.matchAll(PLACEHOLDER)) {
    const name = (found[1] ?? '').trim();
    literal(line.slice(end, found.index));
    end = found.index + found[0].length;
    const value = filledIn(name, values);
    if (value === '') continue;
    if (ADDRESSES.includes(name) && opens(name, value)) spans.push({ to: value });
    else if (name === 'url' || name === 'code') spans.push({ fixed: value });
    else write(value);
  }
  literal(line.slice(end));
  return spans;

  function literal(text: string): void {
    text.split(WRITTEN_OUT).forEach((part, index) => {
      if (index % 2 === 1) spans.push({ to: part });
      else write(part);
    });
  }
}
