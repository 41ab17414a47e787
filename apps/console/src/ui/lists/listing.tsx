/** A list from the API: loading, failed, empty with what to do next, or its rows as a table, with a way to the next page. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { Loaded } from '../loaded.tsx';
import { CursorPaging, PageBefore, type Total } from './cursor-paging.tsx';
import { ItemTable, type TableProps } from './item-table.tsx';

/** In another shape than a table. */
type Drawn<T> = { children: (items: readonly T[]) => ReactNode };

export function Listing<T>({
  query,
  none,
  paged = false,
  total: counted,
  children,
  ...table
}: {
  query: UseQueryResult<{ items: T[]; next?: string | undefined; total?: Total | undefined }>;
  /** What stands there if it is empty. */
  none: ReactNode;
  /** Whether the list has pages, whose cursor is in the address. */
  paged?: boolean;
  /** Where it is counted by itself. */
  total?: Total | undefined;
} & (Drawn<T> | ({ children?: never } & TableProps<T>))) {
  const [parameters] = useSearchParams();
  const drawn =
    children ?? ((items: readonly T[]) => <ItemTable<T> items={items} {...(table as TableProps<T>)} />);
  return (
    <Loaded query={query}>
      {({ items, next, total }) =>
        paged && items.length === 0 && next === undefined && parameters.has('cursor') ? (
          // What is still on its way may have rows: this may be the answer to another search.
          <PageBefore empty={!query.isFetching} />
        ) : (
          <>
            {items.length === 0 ? none : drawn(items)}
            {paged && (items.length > 0 || next !== undefined) && (
              <CursorPaging next={next} shown={items.length} total={counted ?? total} />
            )}
          </>
        )
      }
    </Loaded>
  );
}
