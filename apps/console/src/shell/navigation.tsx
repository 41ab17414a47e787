/**
 * The menu of the Security Console, without the pages that a permission is missing for. The first level is Home and five sections. A section
 * is closed unless it is open at first or somebody has opened it, in this browser, or the page is in it: all of them open are twice as high
 * as most screens.
 */
import { Nav, NavExpandable, NavItem, NavList } from '@patternfly/react-core';
import { type ReactNode, useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { useConsole } from '../session/use-console.ts';
import { Link } from '../ui/link.tsx';
import { type MenuPage, menuOf, OPEN_AT_FIRST, pageAt } from './menu.ts';
import { lackedFor } from './page-needs.ts';

const KEY = 'sower.menu.open';
/** Those within a section by their first page. */
const keptOpen = (): ReadonlySet<string> => new Set(localStorage.getItem(KEY)?.split(',') ?? OPEN_AT_FIRST);

export function Navigation() {
  const { t, can } = useConsole();
  const { pathname } = useLocation();
  const active = pageAt(t, pathname)?.to;
  // The menu may be longer than the window: scroll to the current entry, also after a link from elsewhere, once its section is open.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the page changes
  useEffect(() => {
    const frame = requestAnimationFrame(() =>
      document.querySelector('#menu [aria-current=page]')?.scrollIntoView({ block: 'nearest' }),
    );
    return () => cancelAnimationFrame(frame);
  }, [active]);
  const [opened, setOpened] = useState(keptOpen);
  /** Sections of the page that were closed, and where: on the next page they are open again. */
  const [closed, setClosed] = useState<{ readonly at?: string | undefined; readonly ids: readonly string[] }>(
    {
      ids: [],
    },
  );
  const closedHere = closed.at === active ? closed.ids : [];
  const open = (id: string, wanted: boolean): void => {
    const kept = new Set(opened);
    if (wanted) kept.add(id);
    else kept.delete(id);
    localStorage.setItem(KEY, [...kept].join(','));
    setOpened(kept);
    const others = closedHere.filter((other) => other !== id);
    setClosed({ at: active, ids: wanted ? others : [...others, id] });
  };
  const offered = ({ to }: MenuPage): boolean => lackedFor(to, can) === undefined;
  const item = (page: MenuPage) => (
    <NavItem key={page.to} itemId={page.to} isActive={page.to === active}>
      <Link to={page.to} {...(page.to === active ? { 'aria-current': 'page' as const } : {})}>
        {page.label}
      </Link>
    </NavItem>
  );
  const section = (
    label: string,
    id: string,
    pages: readonly MenuPage[],
    entries: readonly ReactNode[] = pages.map(item),
  ) => {
    const isCurrent = pages.some(({ to }) => to === active);
    return (
      <NavExpandable
        key={label}
        title={label}
        groupId={id}
        isExpanded={(opened.has(id) || isCurrent) && !closedHere.includes(id)}
        onExpand={(_, wanted) => open(id, wanted)}
        isActive={isCurrent}
      >
        {entries}
      </NavExpandable>
    );
  };
  return (
    <Nav aria-label={t('menu.name')}>
      <NavList>
        <NavItem itemId="/" isActive={pathname === '/'}>
          <Link to="/" {...(pathname === '/' ? { 'aria-current': 'page' as const } : {})}>
            {t('menu.home')}
          </Link>
        </NavItem>
        {menuOf(t).map((group) => {
          const shown = group.entries
            .map((entry) =>
              'pages' in entry
                ? { ...entry, id: entry.pages[0]?.to ?? '', pages: entry.pages.filter(offered) }
                : entry,
            )
            .filter((entry) => ('pages' in entry ? entry.pages.length > 0 : offered(entry)));
          if (shown.length === 0) return null;
          return section(
            group.label,
            group.id,
            shown.flatMap((entry) => ('pages' in entry ? entry.pages : [entry])),
            shown.map((entry) =>
              'pages' in entry ? section(entry.label, entry.id, entry.pages) : item(entry),
            ),
          );
        })}
      </NavList>
    </Nav>
  );
}
