/** Blocks of the documentation as elements of the page. */
import { createElement, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Block, Inline } from './blocks.ts';

export function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return <>{blocks.map((block, index) => view(block, index))}</>;
}

function view(block: Block, key: number): ReactNode {
  switch (block.kind) {
    case 'heading': {
      // The title of the page is its h1.
      if (block.level === 1) return null;
      const Heading = block.level === 2 ? 'h2' : 'h3';
      return (
        <Heading key={key} id={block.id} tabIndex={-1}>
          {inlines(block.of)}
        </Heading>
      );
    }
    case 'paragraph':
      return <p key={key}>{inlines(block.of)}</p>;
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        <pre key={key} tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return (
        <List key={key} className="sower-help-list">
          {block.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a page never changes
            <li key={index}>
              <Blocks blocks={item} />
            </li>
          ))}
        </List>
      );
    }
    case 'table':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        <div key={key} className="sower-help-table" tabIndex={0}>
          <table>
            <thead>{rowOf(block.head, 'th')}</thead>
            {createElement('tbody', {}, ...block.rows.map((cells) => rowOf(cells, 'td')))}
          </table>
        </div>
      );
  }
}

/** Children one by one, because they never change their order. */
const rowOf = (cells: readonly (readonly Inline[])[], kind: 'th' | 'td'): ReactNode =>
  createElement(
    'tr',
    {},
    ...cells.map((cell) =>
      // An empty heading would head nothing.
      kind === 'th' && cell.length > 0
        ? createElement('th', { scope: 'col' }, ...inlines(cell))
        : createElement('td', {}, ...inlines(cell)),
    ),
  );

const inlines = (of: readonly Inline[]): ReactNode[] => of.map((part, index) => inline(part, index));

function inline(part: Inline, key: number): ReactNode {
  if (typeof part === 'string') return part;
  if ('code' in part) return <code key={key}>{part.code}</code>;
  if ('bold' in part) return <strong key={key}>{inlines(part.bold)}</strong>;
  if ('italic' in part) return <em key={key}>{inlines(part.italic)}</em>;
  if (part.to === '') return <span key={key}>{inlines(part.link)}</span>;
  return part.to.startsWith('http') ? (
    <a key={key} href={part.to} target="_blank" rel="noreferrer">
      {inlines(part.link)}
    </a>
  ) : (
    <Link key={key} to={`/help/${part.to}`}>
      {inlines(part.link)}
    </Link>
  );
}
