/** The menu of the Security Console: every page, and the permission without which it is not offered. */
import { Nav, NavExpandable, NavGroup, NavItem, NavList } from '@patternfly/react-core';
import type { Permission } from '@sower/api/permissions';
import { useEffect } from 'react';
import { Link, useLocation } from 'react-router';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';

type Page = { label: string; to: string; needs: Permission };
type Section = { label: string; pages: readonly Page[] };
type Group = { label: string; entries: readonly (Page | Section)[] };

export function Navigation() {
  const t = useTexts();
  const { can } = useSession();
  const { pathname } = useLocation();
  const groups: readonly Group[] = [
    {
      label: t('menu.identity'),
      entries: [
        {
          label: t('menu.users'),
          pages: [
            { label: t('menu.manageExisting'), to: '/users', needs: 'users:view' },
            { label: t('menu.addNew'), to: '/users/new', needs: 'users:edit' },
          ],
        },
        { label: t('menu.securityDomains'), to: '/security-domains', needs: 'users:view' },
      ],
    },
    {
      label: t('menu.authentication'),
      entries: [
        {
          label: t('menu.tokens'),
          pages: [
            { label: t('menu.manageExisting'), to: '/tokens', needs: 'tokens:view' },
            { label: t('menu.mint'), to: '/tokens/mint', needs: 'tokens:mint' },
            { label: t('distributeMany.menu'), to: '/jobs/new', needs: 'tokens:distribute' },
            { label: t('menu.statistics'), to: '/tokens/statistics', needs: 'tokens:view' },
          ],
        },
        {
          label: t('menu.profiles'),
          pages: [
            { label: t('menu.manageExisting'), to: '/profiles', needs: 'profiles:view' },
            { label: t('menu.addNew'), to: '/profiles/new', needs: 'profiles:edit' },
          ],
        },
        {
          label: t('menu.policies'),
          pages: [
            { label: t('menu.tokenPolicies'), to: '/policies/token', needs: 'policies:view' },
            { label: t('menu.lockoutPolicies'), to: '/policies/lockout', needs: 'policies:view' },
            { label: t('menu.emergencyAccess'), to: '/policies/emergency', needs: 'policies:view' },
          ],
        },
        { label: t('menu.monitor'), to: '/monitor', needs: 'audit:view' },
        { label: t('menu.radiusClients'), to: '/radius-clients', needs: 'agents:view' },
        { label: t('menu.agents'), to: '/agents', needs: 'agents:view' },
      ],
    },
    {
      label: t('menu.setup'),
      entries: [
        {
          label: t('menu.systemSettings'),
          pages: [{ label: t('menu.settingsTokens'), to: '/settings/tokens', needs: 'settings:edit' }],
        },
        { label: t('requestMenu.offers'), to: '/offers', needs: 'profiles:view' },
        {
          label: t('mailMenu.group'),
          pages: [
            { label: t('mailMenu.settings'), to: '/mail/settings', needs: 'settings:edit' },
            { label: t('mailMenu.templates'), to: '/mail/templates', needs: 'settings:edit' },
            { label: t('mailMenu.messages'), to: '/mail/messages', needs: 'settings:edit' },
          ],
        },
        { label: t('menu.certificates'), to: '/certificates', needs: 'tokens:view' },
        { label: t('menu.deviceTypes'), to: '/device-types', needs: 'profiles:view' },
      ],
    },
    {
      label: t('menu.administration'),
      entries: [
        { label: t('jobs.title'), to: '/jobs', needs: 'tokens:view' },
        { label: t('requestMenu.provisioning'), to: '/requests', needs: 'requests:view' },
        {
          label: t('menu.administrators'),
          pages: [
            { label: t('menu.manageExisting'), to: '/administrators', needs: 'administrators:view' },
            { label: t('menu.addNew'), to: '/administrators/new', needs: 'administrators:edit' },
          ],
        },
        {
          label: t('menu.roles'),
          pages: [
            { label: t('menu.manageExisting'), to: '/roles', needs: 'administrators:view' },
            { label: t('menu.addNew'), to: '/roles/new', needs: 'administrators:edit' },
          ],
        },
        { label: t('menu.whoCan'), to: '/who-can', needs: 'administrators:view' },
        { label: t('menu.apiKeys'), to: '/api-keys', needs: 'keys:edit' },
        { label: t('menu.audit'), to: '/audit', needs: 'audit:view' },
        { label: t('menu.serverKeys'), to: '/server-keys', needs: 'keys:edit' },
      ],
    },
  ];
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
  const item = (page: Page) => (
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
          .map((entry) =>
            'pages' in entry ? { ...entry, pages: entry.pages.filter(({ needs }) => can(needs)) } : entry,
          )
          .filter((entry) => ('pages' in entry ? entry.pages.length > 0 : can(entry.needs)));
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
