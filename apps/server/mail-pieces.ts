/**
 * Draws the parts that the HTML of a mail is put together from (src/mail/pieces.json), with the components of react-email, which know what
 * mail programs need: tables, inline styles, the padding of a button in Outlook. They run here alone: the server fills in `[[slots]]`, and
 * has neither React nor these packages. `SOWER_WRITE_TABLES=1 npx vitest run apps/server/test/mail-html.test.ts` writes the file.
 */
import { Body } from '@react-email/body';
import { Button } from '@react-email/button';
import { Container } from '@react-email/container';
import { Head } from '@react-email/head';
import { Html } from '@react-email/html';
import { Img } from '@react-email/img';
import { Link } from '@react-email/link';
import { Section } from '@react-email/section';
import { Text } from '@react-email/text';
import { PALETTE } from '@sower/look/palette';
import { createElement as e, type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

const FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif';
const COLORS = ['ground', 'card', 'text', 'quiet', 'line', 'accent'] as const;
/** Mail programs know no custom properties, and few of them `light-dark()`. */
const inScheme = (scheme: 0 | 1) =>
  Object.fromEntries(COLORS.map((name) => [name, PALETTE[name][scheme]])) as Record<
    (typeof COLORS)[number],
    string
  >;
const LIGHT = inScheme(0);
const DARK = inScheme(1);

/** Inline styles win over a style sheet, except over what is marked as important. */
const DARK_SHEET = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){.ground,.ground>table>tbody>tr>td{background-color:${DARK.ground}!important}.card{background-color:${DARK.card}!important;border-left-color:${DARK.line}!important;border-right-color:${DARK.line}!important;border-bottom-color:${DARK.line}!important}.mark{background-color:#ffffff!important;padding:8px!important;border-radius:4px!important}.text{color:${DARK.text}!important}.quiet{color:${DARK.quiet}!important}.box{background-color:${DARK.ground}!important;border-color:${DARK.line}!important}.link{color:${DARK.accent}!important}}`;

/** For names without a space, and addresses. */
const breaking = { wordBreak: 'break-word', overflowWrap: 'anywhere' } as const;
const text = {
  ...breaking,
  margin: '0 0 16px',
  fontSize: '16px',
  lineHeight: '24px',
  color: LIGHT.text,
} as const;
const quiet = { ...breaking, fontSize: '13px', lineHeight: '20px', color: LIGHT.quiet } as const;

const FRAME = e(
  Html,
  { lang: '[[language]]' },
  e(
    Head,
    {},
    e('meta', { name: 'viewport', content: 'width=device-width' }),
    e('meta', { name: 'color-scheme', content: 'light dark' }),
    e('title', {}, '[[subject]]'),
    e('style', {}, DARK_SHEET),
  ),
  e(
    Body,
    { className: 'ground', style: { margin: 0, backgroundColor: LIGHT.ground, fontFamily: FONT } },
    e(
      Container,
      { style: { maxWidth: '600px', padding: '24px 12px', tableLayout: 'fixed' } },
      e(
        Section,
        {
          className: 'card',
          style: {
            backgroundColor: LIGHT.card,
            border: `1px solid ${LIGHT.line}`,
            borderTop: '4px solid [[accent]]',
            borderRadius: '8px',
            padding: '24px',
            tableLayout: 'fixed',
          },
        },
        '[[mark]]',
        '[[blocks]]',
      ),
      e(
        Text,
        {
          className: 'quiet',
          style: { ...quiet, margin: '16px 0 0' },
        },
        '[[foot]]',
      ),
    ),
  ),
);

const PIECES: Readonly<Record<string, ReactElement>> = {
  frame: FRAME,
  mark: e(Img, {
    className: 'mark',
    src: '[[source]]',
    alt: '[[organization]]',
    width: '[[width]]',
    height: '[[height]]',
    style: { marginBottom: '20px', color: LIGHT.quiet, fontSize: '14px' },
  }),
  name: e(
    Text,
    { className: 'quiet', style: { ...text, fontSize: '14px', fontWeight: 600, color: LIGHT.quiet } },
    '[[organization]]',
  ),
  paragraph: e(Text, { className: 'text', style: text }, '[[lines]]'),
  notice: e(
    Section,
    {
      className: 'box',
      style: {
        backgroundColor: LIGHT.ground,
        border: `1px solid ${LIGHT.line}`,
        borderRadius: '6px',
        padding: '12px 16px',
        marginBottom: '16px',
      },
    },
    e(Text, { className: 'text', style: { ...text, margin: 0 } }, '[[lines]]'),
  ),
  ordered: e(
    'ol',
    { className: 'text', style: { ...text, paddingLeft: '24px', listStyleType: 'decimal' } },
    '[[items]]',
  ),
  unordered: e(
    'ul',
    { className: 'text', style: { ...text, paddingLeft: '24px', listStyleType: 'disc' } },
    '[[items]]',
  ),
  item: e('li', { style: { marginBottom: '8px' } }, '[[lines]]'),
  button: e(
    'div',
    { style: { marginBottom: '16px' } },
    e(
      Button,
      {
        href: '[[to]]',
        style: {
          backgroundColor: '[[accent]]',
          color: '#ffffff',
          borderRadius: '6px',
          fontSize: '16px',
          fontWeight: 600,
          padding: '12px 20px',
        },
      },
      '[[label]]',
    ),
    e(
      Text,
      {
        className: 'quiet',
        style: { ...quiet, margin: '8px 0 0' },
      },
      '[[instead]]',
    ),
  ),
  link: e(Link, { href: '[[to]]', className: 'link', style: { color: '[[accent]]' } }, '[[label]]'),
  code: e(
    Section,
    {
      className: 'box',
      style: {
        backgroundColor: LIGHT.ground,
        border: `1px solid ${LIGHT.line}`,
        borderRadius: '6px',
        padding: '16px',
        marginBottom: '16px',
        textAlign: 'center',
      },
    },
    e(
      Text,
      {
        className: 'text',
        style: { ...text, margin: 0, fontFamily: 'monospace', fontSize: '24px', lineHeight: '32px' },
      },
      '[[groups]]',
    ),
  ),
  // Not a space between the groups: what is copied is the code.
  group: e('span', { style: { padding: '0 6px' } }, '[[group]]'),
  fixed: e('span', { style: { fontFamily: 'monospace', wordBreak: 'break-all' } }, '[[text]]'),
};

/** The file, as it is to be. */
export function drawPieces(): string {
  const drawn = Object.entries(PIECES).map(([name, piece]) => [
    name,
    // React asks for pictures ahead, by a link that means nothing in a mail.
    `${name === 'frame' ? '<!doctype html>' : ''}${renderToStaticMarkup(piece).replace(/<link rel="preload"[^>]*>/, '')}`,
  ]);
  return `${JSON.stringify(Object.fromEntries(drawn), undefined, 2)}\n`;
}
