/** Lists that come in pages: one page for people, all of it for those who ask. */
import type { OptionRow } from './command.ts';
import { wholeNumber } from './options.ts';
import type { Outcome } from './outcome.ts';
import { type Column, printable, rendering, table } from './terminal/output.ts';
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
  let cursor = options.cursor;
  await withProgress(terminal, { message: t('output.reading', { what: what.name }) }, async (progress) => {
    do {
      const { items: more, next } = await page({
        limit: Math.min(PAGE, wanted - items.length),
        ...(cursor === undefined ? {} : { cursor }),
      });
      // Sorted by something that was changed meanwhile, a row moves to a later page too: the first time it was seen counts.
      for (const item of more) {
        const name = what.nameOf?.(item);
        if (name === undefined || !seen.has(name)) items.push(item);
        if (name !== undefined) seen.add(name);
      }
      progress.report(t('output.readingSoFar', { what: what.name, count: items.length }));
      // A server that repeats its cursor would keep us for ever.
      cursor = next === cursor ? undefined : next;
    } while (cursor !== undefined && items.length < wanted);
  });
  return listed(items, what, cursor);
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
    text: table(what.columns, items),
    rendered: rendering(what.columns, items),
    notes: [
      ...(items.length === 0 ? [what.empty] : []),
      ...(next === undefined ? [] : [t('output.more', { cursor: printable(next) })]),
    ],
  };
}
