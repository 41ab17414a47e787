/** Lists that come in pages: one page for people, all of it for those who ask. */
import type { OptionRow } from './command.ts';
import { wholeNumber } from './options.ts';
import type { Outcome } from './outcome.ts';
import { type Column, printable, tabled } from './terminal/output.ts';
import { withProgress } from './terminal/progress.ts';
import type { Terminal } from './terminal/terminal.ts';
import { t } from './texts.ts';

const PAGE = 1000;

export type ListOptions = { limit?: number; cursor?: string; all?: boolean };

export const LIST_OPTIONS: readonly OptionRow[] = [
  ['--limit <n>', 'option.limit', { read: wholeNumber(1, 1_000_000) }],
  ['--cursor <text>', 'option.cursor'],
  ['--all', 'option.all'],
];

export async function list<Row>(
  terminal: Terminal,
  options: ListOptions,
  what: {
    columns: readonly Column<Row>[];
    name: string;
    empty: string;
    /** What a row is recognized by, where it can be sorted by something that is edited. */
    nameOf?: (row: Row) => string;
  },
  page: (query: { limit: number; cursor?: string }) => Promise<{ items: Row[]; next?: string | undefined }>,
): Promise<Outcome> {
  const wanted = options.all === true ? Number.POSITIVE_INFINITY : (options.limit ?? 100);
  const items: Row[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  await withProgress(terminal, { message: t('output.reading', { what: what.name }) }, async (progress) => {
    const left = (): number => wanted - items.length;
    for await (const { items: more, next } of pagesOf(page, options.cursor, left)) {
      // Sorted by something that was changed meanwhile, a row moves to a later page too: the first time it was seen counts.
      for (const item of more) {
        const name = what.nameOf?.(item);
        if (name === undefined || !seen.has(name)) items.push(item);
        if (name !== undefined) seen.add(name);
      }
      progress.report(t('output.readingSoFar', { what: what.name, count: items.length }));
      cursor = next;
    }
  });
  return listed(items, what, cursor);
}

/** The pages of a list, one after another, while as many rows as `left` says are wanted. */
export async function* pagesOf<Page extends { readonly next?: string | undefined }>(
  read: (query: { limit: number; cursor?: string }) => Promise<Page>,
  from?: string,
  left = (): number => PAGE,
) {
  let cursor = from;
  do {
    const page = await read({ limit: Math.min(PAGE, left()), ...(cursor === undefined ? {} : { cursor }) });
    // A server that repeats its cursor would keep us for ever.
    cursor = page.next === cursor ? undefined : page.next;
    yield { ...page, next: cursor };
  } while (cursor !== undefined && left() > 0);
}

/** The outcome of a list that is complete, or continues at `next`. */
export function listed<Row>(
  items: Row[],
  what: { columns: readonly Column<Row>[]; empty: string },
  next?: string,
): Outcome {
  return {
    ok: true,
    json: next === undefined ? { items } : { items, next },
    ...tabled(what.columns, items),
    notes: [
      ...(items.length === 0 ? [what.empty] : []),
      ...(next === undefined ? [] : [t('output.more', { cursor: printable(next) })]),
    ],
  };
}
