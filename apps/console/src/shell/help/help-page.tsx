/** Help: the documentation of this version, from this server, with a search. In English, as it is written. */
import { PAGES } from 'virtual:help';
import { SearchInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { createElement, type ReactNode, useEffect, useMemo, useState } from 'react';
import { useLocation, useParams } from 'react-router';
import { useTexts } from '../../texts/use-texts.ts';
import { Link } from '../../ui/link.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Screen } from '../../ui/screen.tsx';
import { type Block, type Inline, search } from './blocks.ts';

export function Component() {
  const t = useTexts();
  const { page: id = PAGES[0]?.id ?? '' } = useParams();
  const { hash } = useLocation();
  const page = PAGES.find((each) => each.id === id);
  const [wanted, setWanted] = useState('');
  // On a phone the contents would stand before the text for several screens.
  const [wide] = useState(() => window.matchMedia('(min-width: 62rem)').matches);
  const read = useQuery({
    queryKey: ['help', id],
    queryFn: async () => (await page?.load())?.default ?? [],
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (read.data === undefined || hash === '') return;
    const heading = document.getElementById(decodeURIComponent(hash.slice(1)));
    heading?.scrollIntoView();
    heading?.focus({ preventScroll: true });
  }, [read.data, hash]);
  return (
    <Screen
      title={page?.title ?? t('help.none')}
      trail={[{ label: t('help.title'), to: '/help' }]}
      intro={t('help.intro')}
    >
      <div className="sower-help">
        <nav aria-label={t('help.contents')}>
          <SearchInput
            aria-label={t('help.search')}
            placeholder={t('help.search')}
            value={wanted}
            onChange={(_, typed) => setWanted(typed)}
            onClear={() => setWanted('')}
            resetButtonLabel={t('help.clear')}
          />
          <details open={wide}>
            <summary>{t('help.contents')}</summary>
            <ul>
              {PAGES.map((each) => (
                <li key={each.id}>
                  <Link to={`/help/${each.id}`} aria-current={each.id === id ? 'page' : undefined}>
                    {each.title}
                  </Link>
                  {each.id === id && (
                    <ul className="sower-help-headings">
                      {each.headings
                        .filter(({ level }) => level === 2)
                        .map((heading) => (
                          <li key={heading.id}>
                            <Link to={`/help/${each.id}#${heading.id}`}>{heading.title}</Link>
                          </li>
                        ))}
                    </ul>
                  )}
                </li>
              ))}
              <li>
                <Link to="/about">{t('about.title')}</Link>
              </li>
            </ul>
          </details>
        </nav>
        {wanted.trim().length > 1 ? (
          <Results wanted={wanted} onChosen={() => setWanted('')} />
        ) : (
          <Loaded query={read}>
            {(blocks) => (
              <article className="sower-help-text" lang="en">
                <Blocks blocks={blocks} />
              </article>
            )}
          </Loaded>
        )}
      </div>
    </Screen>
  );
}

function Results({ wanted, onChosen }: { wanted: string; onChosen: () => void }) {
  const t = useTexts();
  // All of it, once, when the first word is typed.
  const all = useQuery({
    queryKey: ['help'],
    queryFn: () =>
      Promise.all(
        PAGES.map(
          async (page): Promise<{ id: string; blocks: readonly Block[] }> => ({
            id: page.id,
            blocks: (await page.load()).default,
          }),
        ),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const found = useMemo(() => search(all.data ?? [], wanted), [all.data, wanted]);
  const titleOf = (id: string): string => PAGES.find((page) => page.id === id)?.title ?? id;
  return (
    <Loaded query={all}>
      {() => (
        <section className="sower-help-text" aria-label={t('help.results')}>
          <p role="status">{t('help.found', { count: found.length })}</p>
          <ul className="sower-help-found">
            {found.map(({ page, id, title, excerpt }) => (
              <li key={`${page}#${id}`} lang="en">
                <Link to={`/help/${page}#${id}`} onClick={onChosen}>
                  {title === titleOf(page) ? title : `${titleOf(page)}: ${title}`}
                </Link>
                <p>{excerpt}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Loaded>
  );
}

/** Blocks of the documentation as elements of the page. */
function Blocks({ blocks }: { blocks: readonly Block[] }) {
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
