/**
 * A mail as HTML: its blocks in the look of the organization. The pieces are drawn when Sower is built (mail-pieces.ts); here they are only
 * filled. Everything that comes from a template or a value is escaped, where it is put into a piece.
 */
import type { Settings } from '@sower/api/settings';
import { PRODUCT_COLOR } from '@sower/look/palette';
import type { Language } from '@sower/texts/language';
import { lettersIn } from '@sower/texts/letters';
import { linesOf, markSize } from '../directory/organization-look.ts';
import type { Block, Span } from './blocks.ts';
import PIECES from './pieces.json' with { type: 'json' };

type MailLook = Pick<
  Settings,
  'organization.name' | 'organization.logo' | 'organization.color' | 'organization.helpText'
>;

/** Named in the HTML, and in the part of the message that has the picture (RFC 2392). */
const MARK_ID = 'mark@sower';
/** Pixels on screen. */
const MARK_BOX = { width: 240, height: 56 };

/** The pictures that the HTML names. */
export function picturesOf(html: string, look: MailLook): { id: string; type: string; content: string }[] {
  const [, type = '', content = ''] = /^data:([^;]+);base64,(.*)$/.exec(look['organization.logo']) ?? [];
  return content !== '' && html.includes(`cid:${MARK_ID}`) ? [{ id: MARK_ID, type, content }] : [];
}

/** As a page shows it, which has no parts of a message. */
export const withPictures = (html: string, look: MailLook): string =>
  html.replace(`cid:${MARK_ID}`, () => look['organization.logo']);

type Piece = keyof typeof PIECES;
/** HTML, not text. */
type Markup = { readonly markup: string };

export function htmlMail(
  {
    subject,
    language,
    blocks,
  }: { readonly subject: string; readonly language: Language; readonly blocks: readonly Block[] },
  look: MailLook,
): string {
  const t = lettersIn(language);
  const accent = look['organization.color'] || PRODUCT_COLOR;
  const organization = look['organization.name'];
  return draw('frame', {
    language,
    subject,
    accent,
    mark: markOf(look),
    blocks: all(blocks.map((block) => drawBlock(block, accent, t('frame.instead')))),
    foot: inLines(
      [
        ...linesOf(look['organization.helpText']),
        organization === '' ? t('frame.sent') : t('frame.sentFor', { organization }),
      ].map((line) => escaped(line)),
    ),
  }).markup;
}

function markOf(look: MailLook): Markup {
  const { 'organization.name': organization, 'organization.logo': logo } = look;
  const size = logo === '' ? undefined : markSize(logo);
  if (size) {
    // Never larger than it is.
    const scale = Math.min(1, MARK_BOX.width / size.width, MARK_BOX.height / size.height);
    const pixels = (value: number): string => String(Math.max(1, Math.round(value * scale)));
    return draw('mark', {
      source: `cid:${MARK_ID}`,
      organization,
      width: pixels(size.width),
      height: pixels(size.height),
    });
  }
  return organization === '' ? { markup: '' } : draw('name', { organization });
}

function drawBlock(block: Block, accent: string, instead: string): Markup {
  switch (block.kind) {
    case 'button':
      return draw('button', {
        ...{ to: block.to, label: block.label, accent },
        instead: all([escaped(`${instead} `), drawSpan({ to: block.to }, accent)]),
      });
    case 'code':
      return draw('code', {
        groups: all(block.code.split(' ').map((group) => draw('group', { group }))),
      });
    case 'ordered':
    case 'unordered':
      return draw(block.kind, {
        items: all(block.items.map((item) => draw('item', { lines: drawLines(item, accent) }))),
      });
    default:
      return draw(block.kind, { lines: drawLines(block.lines, accent) });
  }
}

const drawLines = (lines: readonly (readonly Span[])[], accent: string): Markup =>
  inLines(lines.map((line) => all(line.map((span) => drawSpan(span, accent)))));

function drawSpan(span: Span, accent: string): Markup {
  if (typeof span === 'string') return escaped(span);
  if ('fixed' in span) return draw('fixed', { text: span.fixed });
  return draw('link', { to: span.to, label: span.to, accent });
}

const all = (parts: readonly Markup[]): Markup => ({ markup: parts.map(({ markup }) => markup).join('') });
const inLines = (lines: readonly Markup[]): Markup => ({
  markup: lines.map(({ markup }) => markup).join('<br/>'),
});

/** One pass: what is put in is not searched for slots. */
const draw = (piece: Piece, slots: Readonly<Record<string, string | Markup>>): Markup => ({
  markup: PIECES[piece].replace(/\[\[(\w+)\]\]/g, (_, name: string) => {
    const value = slots[name] ?? '';
    return typeof value === 'string' ? escaped(value).markup : value.markup;
  }),
});

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): Markup => ({
  markup: text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string),
});
