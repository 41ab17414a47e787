/** The menu of the Security Console, without the pages that a permission is missing for. */
import { Nav, NavExpandable, NavGroup, NavItem, NavList } from '@patternfly/react-core';
import { useEffect } from 'react';
import { Link, useLocation } from 'react-router';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { type MenuPage, menuOf } from './menu.ts';
import { lackedFor } from './page-needs.ts';

export function Navigation() {
  const t = useTexts();
  const { can } = useSession();
  const { pathname } = useLocation();
  const groups = menuOf(t);
  const paths = groups.flatMap(({ entries }) =>
    entries.flatMap((entry) => ('pages' in entry ? entry.pages.map(({ to }) => to) : [entry.to])),
  );
  /** The longest menu path that leads here. */
  const active = paths
    .filter((path) => pathname === path || pathname.startsWith(`${path}/`))
    .sort((one, other) => other.length - one.length)[0];
  // The menu is longer than many windows: scroll to the current entry, also after a link from elsewhere.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the page changes
  useEffect(() => {
    document.querySelector('#menu [aria-current=page]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const offered = ({ to }: MenuPage): boolean => lackedFor(to, can) === undefined;
  const item = (page: MenuPage) => (
    <NavItem key={page.to} itemId={page.to} isActive={page.to === active}>
      <Link to={page.to} {...(page.to === active ? { 'aria-current': 'page' as const } : {})}>
        {page.label}
      </Link>
    </NavItem>
  );
  return (
    <Nav aria-label={t('menu.name')}>
      <NavList>
        <NavItem itemId="/" isActive={pathname === '/'}>
          <Link to="/" {...(pathname === '/' ? { 'aria-current': 'page' as const } : {})}>
            {t('menu.home')}
          </Link>
        </NavItem>
      </NavList>
      {groups.map((group) => {
        const shown = group.entries
          .map((entry) => ('pages' in entry ? { ...entry, pages: entry.pages.filter(offered) } : entry))
          .filter((entry) => ('pages' in entry ? entry.pages.length > 0 : offered(entry)));
        if (shown.length === 0) return null;
        return (
          <NavGroup key={group.label} title={group.label}>
            {shown.map((entry) =>
              'pages' in entry ? (
                <NavExpandable
                  key={entry.label}
                  title={entry.label}
                  groupId={entry.label}
                  isExpanded
                  isActive={entry.pages.some(({ to }) => to === active)}
                >
                  {entry.pages.map(item)}
                </NavExpandable>
              ) : (
                item(entry)
              ),
            )}
          </NavGroup>
        );
      })}
    </Nav>
  );
}
