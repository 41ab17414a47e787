/** The help: made of the documentation without loss, without HTML, and with a part for each page of the console. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { helpPages } from '../help-pages.ts';
import { type Block, type Inline, search, wordsOf } from '../src/shell/help/blocks.ts';
import { HELP_OF, helpOf } from '../src/shell/help/help-of-page.ts';

const DOCS = fileURLToPath(new URL('../../../docs', import.meta.url));
const PAGES = helpPages(DOCS);
const addresses = new Set(
  PAGES.flatMap(({ id, headings }) => [id, ...headings.map((heading) => `${id}#${heading.id}`)]),
);

describe('pages', () => {
  test('every word of a document is in its page', () => {
    for (const { id, blocks } of PAGES) {
      const shown = blocks.map(wordsOf).join(' ').replace(/\s+/g, '');
      const words = readFileSync(`${DOCS}/${id}.md`, 'utf8')
        .replace(/<!--.*?-->/gs, '')
        .replace(/^ *```\w+$/gm, '')
        .replace(/\]\([^)\s]*\)/g, ']')
        .match(/\p{L}{4,}/gu);
      for (const word of words ?? []) expect(shown.includes(word), `${id}: ${word}`).toBe(true);
    }
  });

  test('links between pages lead to a heading; files of the source tree are no links', () => {
    const links: string[] = [];
    const walk = (part: Inline | Block): void => {
      if (typeof part === 'string') return;
      if ('kind' in part) {
        if (part.kind === 'list') part.items.flat().forEach(walk);
        else if (part.kind === 'table') [...part.head, ...part.rows.flat()].flat().forEach(walk);
        else if (part.kind !== 'code') part.of.forEach(walk);
      } else if ('link' in part) links.push(part.to);
      else if (!('code' in part)) ('bold' in part ? part.bold : part.italic).forEach(walk);
    };
    for (const { blocks } of PAGES) blocks.forEach(walk);
    const inside = links.filter((to) => to !== '' && !to.startsWith('http'));
    expect(inside.length).toBeGreaterThan(40);
    expect(inside.filter((to) => !addresses.has(to))).toEqual([]);
    expect(links.filter((to) => /^(?!https?:)[a-z]+:/i.test(to))).toEqual([]);
  });

  test('what cannot be shown as it is stops the build', async () => {
    const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs');
    const folder = mkdtempSync('/tmp/sower-help-');
    writeFileSync(`${folder}/x.md`, '# X\n\n<script>alert(1)</script>\n');
    expect(() => helpPages(folder)).toThrow('docs/x.md: the help shows no HTML');
    writeFileSync(`${folder}/x.md`, '# X\n\nA [link](javascript:alert(1)) and &lt;b&gt; `<i>`.\n');
    expect(helpPages(folder)[0]?.blocks[1]).toEqual({
      kind: 'paragraph',
      of: ['A ', { link: ['link'], to: '' }, ' and <b> ', { code: '<i>' }, '.'],
    });
    rmSync(folder, { recursive: true });
  });
});

describe('a page of the console', () => {
  test('each has its part of the help, which is there', () => {
    expect(HELP_OF.filter(([, help]) => !addresses.has(help))).toEqual([]);
    const routes = readFileSync(fileURLToPath(new URL('../src/routes.tsx', import.meta.url)), 'utf8');
    const paths = [...routes.matchAll(/^ {2}'?([\w/:-]+)'?: \(\) =>/gm)]
      .map(([, path = '']) => `/${path}`.replace('//', '/'))
      .filter((path) => !/^\/($|help|about)/.test(path));
    expect(paths.length).toBeGreaterThan(50);
    const filled = paths.map((path) => path.replace(/:\w+/g, 'x'));
    expect(filled.filter((path) => helpOf(path) === '/help/')).toEqual([]);
    expect(helpOf('/tokens/000100000001/distribute')).toBe('/help/operations#handing-out-activation-codes');
  });
});

describe('search', () => {
  const found = (wanted: string) => search(PAGES, wanted).map(({ page, id }) => `${page}#${id}`);
  test('all words, any part of them, headings first', () => {
    expect(found('two-person')[0]).toBe('operations#the-two-person-rule');
    expect(found('RESTORE back')[0]).toBe('operations#backup-and-restore');
    expect(found('pam_radi').length).toBeGreaterThan(0);
  });
  test.each(['', ' ', '%', '"\'`', '\u0000', 'x'.repeat(500), '<script>'])('%j is only text', (wanted) => {
    expect(found(wanted).length).toBeLessThanOrEqual(40);
    if (wanted.length > 100 || wanted.trim() === '') expect(found(wanted)).toEqual([]);
  });
});
