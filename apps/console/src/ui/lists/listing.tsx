/** A list from the API: loading, failed, empty with what to do next, or its rows as a table, with a way to the next page. */
import { Checkbox } from '@patternfly/react-core';
import AngleDownIcon from '@patternfly/react-icons/dist/esm/icons/angle-down-icon';
import AngleRightIcon from '@patternfly/react-icons/dist/esm/icons/angle-right-icon';
import { Table, Tbody, Td, Th, Thead, type ThProps, Tr } from '@patternfly/react-table';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ComponentProps, Fragment, type ReactNode, use, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useTexts } from '../../texts/use-texts.ts';
import { ActionMenu, type MenuEntries } from '../action-menu.tsx';
import { PageTitleContext } from '../frame/trail.ts';
import { Loaded, Nothing } from '../loaded.tsx';
import { Button } from '../patternfly.tsx';
import { CursorPaging, PageBefore, type Total } from './cursor-paging.tsx';

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
  none: ComponentProps<typeof Nothing>;
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
            {items.length === 0 ? <Nothing {...none} /> : drawn(items)}
            {paged && (items.length > 0 || next !== undefined) && (
              <CursorPaging next={next} shown={items.length} total={counted ?? total} />
            )}
          </>
        )
      }
    </Loaded>
  );
}

/**
 * The items of a list as a table: a row each, with a box to choose it by if it can be, and its actions at the end. The heading stays while the page
 * is scrolled; on a narrow screen each row becomes a block.
 */
export type Column<T> =
  /** What people have typed, which may be one long word. */
  | readonly [label: string, cell: (item: T) => ReactNode, more?: Pick<PlainColumn<T>, 'width' | 'sort'>]
  | PlainColumn<T>;

type PlainColumn<T> = {
  readonly label: string;
  readonly cell: (item: T) => ReactNode;
  /** Times and addresses stay on one line. */
  readonly modifier?: 'breakWord' | 'nowrap' | 'truncate';
  readonly width?: ThProps['width'];
  /** What the list is sorted by if this heading is chosen; undefined: it cannot be. */
  readonly sort?: string;
};

const plain = <T,>(column: Column<T>): PlainColumn<T> => {
  if (!('length' in column)) return column;
  const [label, cell, more] = column;
  return { label, cell, modifier: 'breakWord', ...more };
};

export type Sorting<By extends string = string> = { readonly sort: By; readonly order: 'asc' | 'desc' };

/** Which rows are chosen, by their keys. */
export type Choosing<T> = {
  readonly keys: ReadonlySet<string>;
  readonly onChoose: (keys: readonly string[]) => void;
  /** Names the box of a row. */
  readonly label: (item: T) => string;
};

/** Once: where it is scrolled afterwards is the person's choice. */
const intoView = (row: HTMLElement | null): void => row?.scrollIntoView({ block: 'nearest' });

const CHECK = 'pf-v6-c-table__check';

/** The actions on one item, below three dots at the end of its row. */
type RowMenu = { readonly entries: MenuEntries } & (
  | { /** What the item is called. */ readonly name: string }
  | { /** What the menu is called, for screen readers. */ readonly label: string }
);

type TableOf<T> = {
  /** Undefined: it is called as the page that it is on. */
  label?: string;
  /** Undefined: by its ID. */
  keyOf?: ((item: T) => string) | undefined;
  columns: readonly Column<T>[];
  /** Undefined: there is no column for it. @returns false if there is nothing to do with this item */
  menu?: ((item: T) => RowMenu | false) | undefined;
  /** Something else at the end of each row. */
  actions?: ((item: T) => ReactNode) | undefined;
  /** Undefined: nothing can be chosen. */
  choosing?: Choosing<T> | undefined;
  sorting?: Sorting;
  onSort?: (sorting: Sorting) => void;
  /** The key of the row that a link has led to. */
  marked?: string | null;
  /** More about an item, on demand in a line below it. @returns undefined if there is no more */
  details?: { readonly of: (item: T) => ReactNode | undefined; readonly label: (item: T) => string };
  breakAt?: 'grid-md' | 'grid-lg';
  /** Whether the heading stays while the page is scrolled. */
  sticky?: boolean;
};

/** What has an ID is known by it. */
type Keyed<T> = T extends { readonly id: string } ? unknown : { keyOf: (item: T) => string };

/** What a table of these items is given. */
type TableProps<T> = TableOf<T> & Keyed<T>;

const menuColumn =
  <T,>(menuOf: (item: T) => RowMenu | false) =>
  (item: T): ReactNode => {
    const menu = menuOf(item);
    return menu && <Menu {...menu} />;
  };

function Menu({ entries, ...called }: RowMenu) {
  const t = useTexts();
  const label = 'label' in called ? called.label : t('ui.menuOf', { name: called.name });
  return <ActionMenu label={label} entries={entries} />;
}

export function ItemTable<T>(props: TableProps<T> & { items: readonly T[] }) {
  return <Items<T> {...props} />;
}

function Items<T>({
  label,
  items,
  keyOf = (item) => (item as { readonly id: string }).id,
  columns: given,
  menu,
  actions = menu && menuColumn(menu),
  choosing,
  sorting,
  onSort,
  marked,
  details,
  breakAt = 'grid-lg',
  sticky = true,
}: TableOf<T> & { items: readonly T[] }) {
  const t = useTexts();
  const page = use(PageTitleContext);
  const columns = given.map(plain);
  const all = items.map(keyOf);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const width = columns.length + (choosing ? 1 : 0) + (details ? 1 : 0) + (actions ? 1 : 0);
  const toggle = (key: string): void =>
    setOpen(
      (before) => new Set(before.has(key) ? [...before].filter((each) => each !== key) : [...before, key]),
    );
  const sortOf = ({ sort, label: name }: PlainColumn<T>, index: number): Pick<ThProps, 'sort'> =>
    sort === undefined || sorting === undefined
      ? {}
      : {
          sort: {
            columnIndex: index,
            sortBy: {
              index: columns.findIndex((column) => column.sort === sorting.sort),
              direction: sorting.order,
              defaultDirection: 'asc',
            },
            onSort: (_, __, order) => onSort?.({ sort, order }),
            'aria-label': t('userFiles.sortBy', { column: name }),
          },
        };
  return (
    <Table aria-label={label ?? page} variant="compact" gridBreakPoint={breakAt} isStickyHeader={sticky}>
      <Thead>
        <Tr>
          {choosing && (
            // The library names its own checkboxes by row number, in English.
            <Th className={CHECK}>
              <Checkbox
                id="select-all"
                aria-label={t('ui.selectAll')}
                isChecked={all.every((key) => choosing.keys.has(key))}
                onChange={(_, on) => choosing.onChoose(on ? all : [])}
              />
            </Th>
          )}
          {details && <Th className={CHECK} screenReaderText={t('ui.details')} />}
          {columns.map((column, index) => (
            <Th
              key={column.label}
              {...(column.width === undefined ? {} : { width: column.width })}
              {...sortOf(column, index)}
            >
              {column.label}
            </Th>
          ))}
          {actions && <Th screenReaderText={t('ui.actions')} />}
        </Tr>
      </Thead>
      <Tbody>
        {items.map((item) => {
          const more = details?.of(item);
          const key = keyOf(item);
          const row = (
            <Tr
              key={key}
              {...(keyOf(item) === marked && {
                className: 'sower-marked',
                'aria-current': true,
                innerRef: intoView,
              })}
            >
              {choosing && <Choice item={item} id={keyOf(item)} choosing={choosing} />}
              {details && (
                <Td className={CHECK}>
                  {more !== undefined && (
                    <Button
                      variant="plain"
                      size="sm"
                      icon={open.has(key) ? <AngleDownIcon /> : <AngleRightIcon />}
                      aria-label={details.label(item)}
                      aria-expanded={open.has(key)}
                      onClick={() => toggle(key)}
                    />
                  )}
                </Td>
              )}
              {columns.map(({ label, modifier, cell }) => (
                <Td key={label} dataLabel={label} {...(modifier === undefined ? {} : { modifier })}>
                  {cell(item)}
                </Td>
              ))}
              {actions && <Td isActionCell>{actions(item)}</Td>}
            </Tr>
          );
          return more !== undefined && open.has(key) ? (
            <Fragment key={key}>
              {row}
              <Tr className="sower-details">
                <Td colSpan={width}>{more}</Td>
              </Tr>
            </Fragment>
          ) : (
            row
          );
        })}
      </Tbody>
    </Table>
  );
}

function Choice<T>({ item, id, choosing }: { item: T; id: string; choosing: Choosing<T> }) {
  const { keys, onChoose, label } = choosing;
  return (
    <Td className={CHECK}>
      <Checkbox
        id={`select-${id}`}
        aria-label={label(item)}
        isChecked={keys.has(id)}
        onChange={(_, on) => onChoose(on ? [...keys, id] : [...keys].filter((key) => key !== id))}
      />
    </Td>
  );
}
