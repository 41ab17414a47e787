/**
 * Makes the help of the console from docs/ when it is built: Markdown becomes the trees of src/shell/help/blocks.ts. The reader of Markdown is not in
 * the console then, and what it cannot show (HTML) stops the build.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked, type Token, type Tokens } from 'marked';
import type { Plugin } from 'vite';
import { thirdPartyPackages } from '../../packaging/third-parties.ts';
import { type Block, type HelpPage, type Inline, wordsOf } from './src/shell/help/blocks.ts';

/** In this order; the others follow by name. */
const FIRST = [
  'operations',
  'configuration',
  'authentication',
  'self-service',
  'mail',
  'radius',
  'requests',
  'runbook',
  'hardening',
  'authenticator',
];
/** For engineers who change Sower: they have the tree. */
const WITHOUT = ['architecture', 'style', 'verification', 'schema'];

export type MadePage = HelpPage & { readonly blocks: readonly Block[] };

/** @param folder docs/ */
export function helpPages(folder: string): MadePage[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .filter((name) => !WITHOUT.includes(name));
  const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  names.sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  return names.map((id) => {
    const blocks = blocksOf(marked.lexer(readFileSync(join(folder, `${id}.md`), 'utf8')), id, names);
    const headings = blocks.flatMap((block) =>
      block.kind === 'heading' && block.level > 1
        ? [{ id: block.id, title: wordsOf(block), level: block.level }]
        : [],
    );
    const [title] = blocks;
    return { id, title: title === undefined ? id : wordsOf(title), headings, blocks };
  });
}

/** As GitHub makes an anchor of a heading; the links between the documents count on it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

function blocksOf(tokens: readonly Token[], page: string, pages: readonly string[]): Block[] {
  const inlines = (of: readonly Token[] | undefined): Inline[] => (of ?? []).flatMap(inline);
  const inline = (token: Token): Inline[] => {
    switch (token.type) {
      case 'text':
      case 'escape':
        return 'tokens' in token && token.tokens ? inlines(token.tokens) : [plain(token.text)];
      case 'strong':
        return [{ bold: inlines(token.tokens) }];
      case 'em':
        return [{ italic: inlines(token.tokens) }];
      case 'codespan':
        return [{ code: plain(token.text) }];
      case 'br':
        return ['\n'];
      case 'link':
        return [{ link: inlines(token.tokens), to: addressOf(token.href, page, pages) }];
      default:
        throw new Error(`docs/${page}.md: the help cannot show ${token.type}: ${token.raw.slice(0, 80)}`);
    }
  };
  return tokens.flatMap((token): Block[] => {
    switch (token.type) {
      case 'space':
      case 'hr':
        return [];
      case 'html':
        // The marks between which a test writes tables.
        if (/^\s*<!--[^>]*-->\s*$/.test(token.raw)) return [];
        throw new Error(`docs/${page}.md: the help shows no HTML: ${token.raw.slice(0, 80)}`);
      case 'heading': {
        const of = inlines(token.tokens);
        return [{ kind: 'heading', level: token.depth, id: anchorOf(of.map(wordsOf).join('')), of }];
      }
      case 'paragraph':
      case 'text':
        return [{ kind: 'paragraph', of: token.tokens ? inlines(token.tokens) : [plain(token.text)] }];
      case 'blockquote':
        return blocksOf(token.tokens ?? [], page, pages);
      case 'code':
        return [{ kind: 'code', text: token.text }];
      case 'list':
        return [
          {
            kind: 'list',
            ordered: token.ordered === true,
            items: (token as Tokens.List).items.map((item) => blocksOf(item.tokens, page, pages)),
          },
        ];
      case 'table':
        return [
          {
            kind: 'table',
            head: (token as Tokens.Table).header.map((cell) => inlines(cell.tokens)),
            rows: (token as Tokens.Table).rows.map((row) => row.map((cell) => inlines(cell.tokens))),
          },
        ];
      default:
        throw new Error(`docs/${page}.md: the help cannot show ${token.type}: ${token.raw.slice(0, 80)}`);
    }
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const plain = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? '');

function addressOf(href: string, page: string, pages: readonly string[]): string {
  if (/^https?:/.test(href)) return href;
  const [file = '', anchor] = href.split('#');
  const [, named = page] = /^([a-z-]+)\.md$/.exec(file) ?? [];
  if (file !== '' && !pages.includes(named)) return '';
  if (file !== '' && !/^[a-z-]+\.md$/.test(file)) return '';
  return anchor === undefined ? named : `${named}#${anchor}`;
}

/** `virtual:help` lists the pages; each is a part of its own, loaded when it is read. */
export function help(folder: string): Plugin {
  const LIST = 'virtual:help';
  let pages: MadePage[] | undefined;
  const made = (): MadePage[] => (pages ??= helpPages(folder));
  return {
    name: 'help',
    resolveId: (id) => (id === LIST || id.startsWith(`${LIST}/`) ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${LIST}`) {
        const entries = made().map(
          ({ blocks: _, ...page }) => `{...${JSON.stringify(page)},load:()=>import('${LIST}/${page.id}')}`,
        );
        return `export const PAGES=[${entries.join(',')}];`;
      }
      const page = made().find((each) => id === `\0${LIST}/${each.id}`);
      // JSON.parse is faster than as much source.
      return page && `export default JSON.parse(${JSON.stringify(JSON.stringify(page.blocks))});`;
    },
  };
}

/** `virtual:licenses`: whose work is in what was built, for the page About. */
export function licenses(root: string): Plugin {
  return {
    name: 'licenses',
    resolveId: (id) => (id === 'virtual:licenses' ? `\0${id}` : undefined),
    load: (id) =>
      id === '\0virtual:licenses'
        ? `export const PACKAGES=${JSON.stringify(thirdPartyPackages(root).map(({ name, version, license }) => ({ name, version, license })))};`
        : undefined,
  };
}
