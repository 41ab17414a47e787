/** Addresses. Each page is a part of its own, loaded when it is opened. */
import { createBrowserRouter } from 'react-router';
import { FailedPage, NoSuchPage, NothingYet } from './shell/failed-page.tsx';
import { withMainTexts } from './texts/use-texts.ts';

export function browserRouter() {
  return createBrowserRouter(
    [
      {
        path: '/',
        lazy: withMainTexts(() => import('./shell/shell.tsx')),
        HydrateFallback: NothingYet,
        ErrorBoundary: FailedPage,
        children: [
          {
            ErrorBoundary: FailedPage,
            children: [
              { index: true, lazy: () => import('./home/home-page.tsx') },
              { path: 'log-on', lazy: () => import('./session/own-log-on-page.tsx') },
              { path: 'users', lazy: () => import('./users/users-page.tsx') },
              { path: 'users/new', lazy: () => import('./users/user-form-page.tsx') },
              {
                path: 'users/import',
                lazy: () => import('./users/files/import-page.tsx'),
              },
              { path: 'users/:userId', lazy: () => import('./users/dashboard-page.tsx') },
              { path: 'users/:userId/edit', lazy: () => import('./users/user-form-page.tsx') },
              { path: 'security-domains', lazy: () => import('./domains/domains-page.tsx') },
              { path: 'tokens', lazy: () => import('./tokens/tokens-page.tsx') },
              { path: 'tokens/mint', lazy: () => import('./tokens/mint-page.tsx') },
              { path: 'tokens/statistics', lazy: () => import('./tokens/statistics-page.tsx') },
              { path: 'tokens/:serial', lazy: () => import('./tokens/token-page.tsx') },
              { path: 'tokens/:serial/edit', lazy: () => import('./tokens/edit-page.tsx') },
              { path: 'tokens/:serial/distribute', lazy: () => import('./distribute/distribute-page.tsx') },
              { path: 'profiles', lazy: () => import('./profiles/profiles-page.tsx') },
              { path: 'profiles/new', lazy: () => import('./profiles/add-page.tsx') },
              { path: 'profiles/:id', lazy: () => import('./profiles/edit-page.tsx') },
              { path: 'policies/:kind', lazy: () => import('./policies/policy-page.tsx') },
              { path: 'monitor', lazy: () => import('./access/monitor-page.tsx') },
              { path: 'reporting', lazy: () => import('./reporting/charts-page.tsx') },
              { path: 'reporting/reports', lazy: () => import('./reporting/reports-page.tsx') },
              { path: 'reporting/saved', lazy: () => import('./reporting/saved-page.tsx') },
              { path: 'reporting/reports/:report', lazy: () => import('./reporting/report-page.tsx') },
              { path: 'radius-clients', lazy: () => import('./agents/radius-clients-page.tsx') },
              { path: 'agents', lazy: () => import('./agents/agents-page.tsx') },
              { path: 'settings/:part', lazy: () => import('./setup/settings-page.tsx') },
              { path: 'mail/settings', lazy: () => import('./mail/settings-page.tsx') },
              { path: 'mail/messages', lazy: () => import('./mail/messages-page.tsx') },
              { path: 'mail/templates', lazy: () => import('./mail/templates-page.tsx') },
              { path: 'rules', lazy: () => import('./jobs/rules/rules-page.tsx') },
              { path: 'rules/new', lazy: () => import('./jobs/rules/rule-form-page.tsx') },
              { path: 'rules/:id', lazy: () => import('./jobs/rules/rule-form-page.tsx') },
              { path: 'offers', lazy: () => import('./requests/offers-page.tsx') },
              { path: 'offers/new', lazy: () => import('./requests/offer-form-page.tsx') },
              { path: 'offers/:id', lazy: () => import('./requests/offer-form-page.tsx') },
              { path: 'requests', lazy: () => import('./requests/requests-page.tsx') },
              {
                path: 'second-approvals',
                lazy: () => import('./administration/second-approvals-page.tsx'),
              },
              { path: 'requests/stand-ins', lazy: () => import('./requests/stand-ins-page.tsx') },
              { path: 'requests/:id', lazy: () => import('./requests/request-page.tsx') },
              { path: 'jobs', lazy: () => import('./jobs/jobs-page.tsx') },
              { path: 'jobs/new', lazy: () => import('./jobs/distribute-many-page.tsx') },
              { path: 'jobs/assign', lazy: () => import('./jobs/assign-many-page.tsx') },
              { path: 'jobs/:id', lazy: () => import('./jobs/job-page.tsx') },
              {
                path: 'identity-sources',
                lazy: () => import('./users/identity-sources/sources-page.tsx'),
              },
              {
                path: 'identity-sources/new',
                lazy: () => import('./users/identity-sources/source-form-page.tsx'),
              },
              {
                path: 'identity-sources/:id',
                lazy: () => import('./users/identity-sources/source-page.tsx'),
              },
              {
                path: 'identity-sources/:id/edit',
                lazy: () => import('./users/identity-sources/source-form-page.tsx'),
              },
              {
                path: 'identity-sources/:id/runs/:run',
                lazy: () => import('./users/identity-sources/run-page.tsx'),
              },
              { path: 'nodes', lazy: () => import('./setup/nodes-page.tsx') },
              { path: 'backups', lazy: () => import('./setup/backups-page.tsx') },
              { path: 'schedules', lazy: () => import('./setup/schedules-page.tsx') },
              { path: 'certificates', lazy: () => import('./certificates/certificates-page.tsx') },
              { path: 'device-types', lazy: () => import('./profiles/device-types/device-types-page.tsx') },
              { path: 'administrators', lazy: () => import('./administration/administrators-page.tsx') },
              {
                path: 'administrators/new',
                lazy: () => import('./administration/administrator-form-page.tsx'),
              },
              {
                path: 'administrators/:userName',
                lazy: () => import('./administration/administrator-form-page.tsx'),
              },
              { path: 'roles', lazy: () => import('./administration/roles-page.tsx') },
              { path: 'roles/new', lazy: () => import('./administration/role-form-page.tsx') },
              { path: 'roles/:id', lazy: () => import('./administration/role-form-page.tsx') },
              { path: 'who-can', lazy: () => import('./administration/who-can-page.tsx') },
              { path: 'api-keys', lazy: () => import('./administration/api-keys-page.tsx') },
              { path: 'audit', lazy: () => import('./administration/audit-page.tsx') },
              { path: 'server-keys', lazy: () => import('./administration/server-keys-page.tsx') },
              { path: '*', Component: NoSuchPage },
            ],
          },
        ],
      },
    ],
    { basename: '/console' },
  );
}
