/** The documentation as the console has it: trees of few kinds, made from Markdown when the console is built. No HTML, so nothing to trust. */
export type Inline =
  | string
  | { readonly bold: readonly Inline[] }
  | { readonly italic: readonly Inline[] }
  | { readonly code: string }
  /** `to` is an address of the help (`operations#alerts`) or of the web; empty for a file that is only in the source tree. */
  | { readonly link: readonly Inline[]; readonly to: string };

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly id: string; readonly of: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly of: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

export type Heading = { readonly id: string; readonly title: string; readonly level: number };
export type HelpPage = {
  readonly id: string;
  readonly title: string;
  readonly headings: readonly Heading[];
};

export function wordsOf(part: Inline | Block): string {
  if (typeof part === 'string') return part;
  if ('kind' in part) {
    switch (part.kind) {
      case 'code':
        return part.text;
      case 'list':
        return part.items.flat().map(wordsOf).join(' ');
      case 'table':
        return [part.head, ...part.rows]
          .map((row) => row.map((cell) => cell.map(wordsOf).join('')).join(' '))
          .join(' ');
      default:
        return part.of.map(wordsOf).join('');
    }
  }
  if ('code' in part) return part.code;
  return ('bold' in part ? part.bold : 'italic' in part ? part.italic : part.link).map(wordsOf).join('');
}

export type Found = {
  readonly page: string;
  readonly id: string;
  readonly title: string;
  readonly excerpt: string;
};

/** The part of a page from one heading to the next. */
function sectionsOf(blocks: readonly Block[]) {
  const sections: { heading: Extract<Block, { kind: 'heading' }>; text: string }[] = [];
  for (const block of blocks) {
    if (block.kind === 'heading') sections.push({ heading: block, text: '' });
    else {
      const last = sections.at(-1);
      if (last) last.text += ` ${wordsOf(block)}`;
    }
  }
  return sections;
}

const AROUND = 60;
const MOST = 40;

/** Sections with every word, anywhere; those that have them in their heading first. */
export function search(
  pages: readonly { readonly id: string; readonly blocks: readonly Block[] }[],
  wanted: string,
): Found[] {
  const words = wanted
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const found: (Found & { readonly inHeading: number })[] = [];
  for (const { id: page, blocks } of pages) {
    for (const { heading, text } of sectionsOf(blocks)) {
      const title = wordsOf(heading);
      const low = `${title} ${text}`.toLowerCase();
      if (!words.every((word) => low.includes(word))) continue;
      const at = text.toLowerCase().indexOf(words[0] as string);
      const start = Math.max(0, at - AROUND);
      found.push({
        ...{ page, id: heading.id, title },
        excerpt: `${start > 0 ? '… ' : ''}${text.slice(start, Math.max(at, 0) + 2 * AROUND).trim()} …`,
        inHeading: words.filter((word) => title.toLowerCase().includes(word)).length,
      });
    }
  }
  return found.sort((one, other) => other.inHeading - one.inHeading).slice(0, MOST);
}
