/** The entries of the menu. page-needs.ts says who is offered which page. */
import type { ConsoleTexts, WordedPage } from '../texts/use-texts.ts';
import type { Trail } from '../ui/frame/trail.ts';

export type MenuPage = { readonly label: string; readonly to: WordedPage };
type Section = {
  readonly label: string;
  /** Where its breadcrumb leads, if anywhere: its list. */
  readonly list?: WordedPage;
  readonly pages: readonly MenuPage[];
};
/** An entry of the first level. */
type Group = {
  readonly id: string;
  readonly label: string;
  readonly entries: readonly (MenuPage | Section)[];
};

/** Open until someone closes them: what a help desk goes to all day. With the others closed, all of it is on a screen of 900 pixels. */
export const OPEN_AT_FIRST: readonly string[] = ['identity', 'authentication'];

export function menuOf(t: ConsoleTexts): readonly Group[] {
  /** A list, and the page to add to it. */
  const listed = (label: string, list: '/users' | '/profiles' | '/administrators' | '/roles'): Section => ({
    ...{ label, list },
    pages: [
      { label: t('menu.manageExisting'), to: list },
      { label: t('menu.addNew'), to: `${list}/new` },
    ],
  });
  return [
    {
      id: 'identity',
      label: t('menu.identity'),
      entries: [
        listed(t('menu.users'), '/users'),
        { label: t('menu.securityDomains'), to: '/security-domains' },
      ],
    },
    {
      id: 'authentication',
      label: t('menu.authentication'),
      entries: [
        {
          label: t('menu.tokens'),
          list: '/tokens',
          pages: [
            { label: t('menu.manageExisting'), to: '/tokens' },
            { label: t('menu.mint'), to: '/tokens/mint' },
            { label: t('tokenFiles.menu'), to: '/tokens/import' },
            { label: t('tokenExport.title'), to: '/tokens/export' },
            { label: t('assignMany.menu'), to: '/jobs/assign' },
            { label: t('distributeMany.menu'), to: '/jobs/new' },
            { label: t('rules.title'), to: '/rules' },
            { label: t('menu.statistics'), to: '/tokens/statistics' },
          ],
        },
        listed(t('menu.profiles'), '/profiles'),
        {
          label: t('menu.policies'),
          pages: [
            { label: t('menu.tokenPolicies'), to: '/policies/token' },
            { label: t('menu.lockoutPolicies'), to: '/policies/lockout' },
            { label: t('menu.emergencyAccess'), to: '/policies/emergency' },
          ],
        },
        { label: t('menu.monitor'), to: '/monitor' },
        { label: t('menu.radiusClients'), to: '/radius-clients' },
        { label: t('menu.coexistence'), to: '/coexistence' },
        { label: t('menu.agents'), to: '/agents' },
      ],
    },
    {
      id: 'reporting',
      label: t('reporting.menu'),
      entries: [
        { label: t('reporting.charts'), to: '/reporting' },
        { label: t('reporting.reports'), to: '/reporting/reports' },
        { label: t('reporting.saved'), to: '/reporting/saved' },
      ],
    },
    {
      id: 'setup',
      label: t('menu.setup'),
      entries: [
        {
          label: t('menu.systemSettings'),
          pages: [
            { label: t('menu.settingsTokens'), to: '/settings/tokens' },
            { label: t('menu.settingsRetention'), to: '/settings/retention' },
          ],
        },
        { label: t('menu.sources'), to: '/identity-sources' },
        { label: t('requestMenu.offers'), to: '/offers' },
        {
          label: t('mailMenu.group'),
          pages: [
            { label: t('mailMenu.settings'), to: '/mail/settings' },
            { label: t('mailMenu.templates'), to: '/mail/templates' },
            { label: t('mailMenu.messages'), to: '/mail/messages' },
          ],
        },
        { label: t('menu.certificates'), to: '/certificates' },
        { label: t('menu.nodes'), to: '/nodes' },
        { label: t('menu.backups'), to: '/backups' },
        { label: t('menu.schedules'), to: '/schedules' },
        { label: t('menu.deviceTypes'), to: '/device-types' },
      ],
    },
    {
      id: 'administration',
      label: t('menu.administration'),
      entries: [
        { label: t('jobs.title'), to: '/jobs' },
        { label: t('requestMenu.provisioning'), to: '/requests' },
        { label: t('secondApprovals.title'), to: '/second-approvals' },
        listed(t('menu.administrators'), '/administrators'),
        listed(t('menu.roles'), '/roles'),
        { label: t('menu.whoCan'), to: '/who-can' },
        { label: t('menu.apiKeys'), to: '/api-keys' },
        { label: t('menu.audit'), to: '/audit' },
        { label: t('menu.serverKeys'), to: '/server-keys' },
      ],
    },
  ];
}

type Placed = MenuPage & { readonly section?: Section; readonly group: string };

/** Every page of the menu, with where it is. */
export const pagesOf = (t: ConsoleTexts): readonly Placed[] =>
  menuOf(t).flatMap(({ label: group, entries }) =>
    entries.flatMap((entry): readonly Placed[] =>
      'pages' in entry
        ? entry.pages.map((page) => ({ ...page, section: entry, group }))
        : [{ ...entry, group }],
    ),
  );

/** The page with the longest path that leads to this one. */
export const pageAt = (t: ConsoleTexts, pathname: string): Placed | undefined =>
  pagesOf(t)
    .filter(({ to }) => `${pathname}/`.startsWith(`${to}/`))
    .toSorted((one, other) => other.to.length - one.to.length)[0];

/** The breadcrumbs before that of a page: as the menu leads to it, or to the page whose address its own begins with. */
export function trailOf(t: ConsoleTexts, pathname: string): Trail {
  const at = pathname.replace(/\/$/, '');
  const page = pageAt(t, at);
  if (page === undefined) return { before: [] };
  const group = { label: page.group };
  if (page.section === undefined) return { before: page.to === at ? [group] : [group, page] };
  const { label, list } = page.section;
  // The list of a section is called by what is done there: its title names the section already.
  if (list === at) return { before: [group, { label }], here: page.label };
  return { before: [group, { label, ...(list === undefined ? {} : { to: list }) }] };
}
