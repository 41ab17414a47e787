/** The pages of the Security Console, and people and tokens to see on them. */

import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeviceDefinition } from '@sower/api/device-types';
import { SOURCE_PRESETS } from '@sower/api/identity-sources';
import { DEFAULT_POLICIES } from '@sower/api/policies';
import { BUILT_IN_ROLES } from '@sower/api/roles';
import { newAdministrator } from '../administrator.ts';
import type { Deployment } from '../deployment.ts';

const DEVICE_TYPES = fileURLToPath(new URL('../../../apps/server/device-types', import.meta.url));

export const serialOf = (number: number): string => String(100_000_000 + number).padStart(12, '0');

export const CONSOLE_PAGES = [
  '',
  'log-on',
  'users',
  'users/new',
  'users/import',
  'users/jdoe',
  'security-domains',
  'tokens',
  'tokens?tab=unassigned',
  'tokens/mint',
  'tokens/import',
  'tokens/export',
  'tokens/statistics',
  `tokens/${serialOf(1)}`,
  `tokens/${serialOf(1)}/edit`,
  `tokens/${serialOf(3)}/distribute`,
  `tokens/${serialOf(3)}/distribute?profile=Android`,
  `tokens/${serialOf(3)}/distribute?profile=Sower_QR`,
  'profiles',
  'profiles/new',
  'radius-clients',
  'agents',
  'coexistence',
  'policies/token',
  'policies/lockout',
  'policies/emergency',
  'monitor',
  'reporting',
  'reporting?range=day',
  'reporting/reports',
  'reporting/saved',
  'reporting/reports/tokens',
  'reporting/reports/requests',
  'reporting/reports/administrators',
  'settings/tokens',
  'settings/retention',
  'mail/settings',
  'mail/templates',
  'mail/messages',
  'offers',
  'offers/new',
  'requests',
  'requests?tab=closed',
  'requests/stand-ins',
  'second-approvals',
  'users/jdoe/edit',
  'jobs',
  'jobs/new',
  'jobs/assign',
  'rules',
  'rules/new',
  'identity-sources',
  'identity-sources/new',
  'certificates',
  'nodes',
  'backups',
  'schedules',
  'device-types',
  'administrators',
  'administrators/new',
  'administrators/north',
  'roles',
  'roles/new',
  'roles/help-desk',
  'who-can?permission=tokens:distribute',
  'api-keys',
  'server-keys',
  'audit',
] as const;

/** Three users with a token each, profiles of both deliveries, tokens left over; domains, a role of one's own, an administrator below. */
export async function furnish(deployment: Deployment): Promise<void> {
  const { api } = deployment;
  const profile = { deviceType: 'sower', authenticationType: 'tokencode' } as const;
  await api('addProfile', { body: { name: 'Sower_CT_KIP', delivery: 'url', ...profile } });
  await api('addProfile', { body: { name: 'Sower_QR', delivery: 'qr', ...profile } });
  await api('addProfile', { body: { name: 'Android', deviceType: 'android', delivery: 'url' } });
  await api('requestCertificate', { body: { keyType: 'ec-p256', names: ['localhost'] } });
  await api('mintTokens', { body: { count: 20 } });
  await api('addSecurityDomain', { body: { name: 'North' } });
  await api('addSecurityDomain', { body: { name: 'Harbour', parent: 'North' } });
  await api('addSecurityDomain', { body: { name: 'South' } });
  await api('addRadiusClient', { body: { name: 'VPN gateway', network: '192.0.2.0/24' } });
  await api('addRadiusClient', {
    body: {
      name: 'Old switch',
      network: '2001:db8::7',
      messageAuthenticator: 'optional',
      securityDomain: 'North',
    },
  });
  await api('addCoexistence', {
    body: {
      ...{ name: 'Old RADIUS', servers: ['192.0.2.9:1812', '192.0.2.10:1812'], endsOn: '2099-12-31' },
      secret: 'secret-of-the-old-servers',
    },
  });
  await api('addAgent', { body: { name: 'Web portal', securityDomain: 'South' } });
  await api('addRole', {
    body: {
      name: 'Service desk',
      description: 'The first people called.',
      permissions: ['users:view', 'tokens:view'],
    },
  });
  await newAdministrator(deployment, {
    userName: 'north',
    password: 'correct horse battery',
    grants: [
      { role: 'token-distributor', securityDomain: 'North' },
      { role: 'Service desk', securityDomain: 'South' },
    ],
  });
  for (const [index, userId] of ['jdoe', 'qruser', 'other'].entries()) {
    await api('addUser', { body: { userId, lastName: 'Doe' } });
    await api('assignToken', { params: { serial: serialOf(index + 1) }, body: { userId } });
  }
  // Two offers, with a request that waits, one that is put off and one that was rejected.
  const steps = [{ name: 'Line manager' }, { name: 'Service desk' }];
  await api('addOffer', {
    body: { name: 'Token for your phone', profile: 'Sower_QR', isDefault: true, steps },
  });
  await api('addOffer', {
    body: { name: 'Token for Android', profile: 'Android', icon: 'tablet', distribution: true },
  });
  await api('addSavedReport', { body: { name: 'Newcomers', report: 'tokens' } });
  await api('addRule', { body: { name: 'Joiners', securityDomain: 'North', profile: 'Sower_QR' } });
  await api('addRule', {
    body: { name: 'Newcomers', securityDomain: 'South', profile: 'Sower_QR', enabled: true },
  });
  const { search, mapping } = SOURCE_PRESETS['active-directory'];
  await api('addIdentitySource', {
    body: {
      name: 'Active Directory',
      kind: 'active-directory',
      enabled: true,
      // Nothing listens there.
      connection: { urls: ['ldaps://localhost:1'] },
      search: { ...search, base: 'DC=example,DC=com' },
      mapping,
    },
  });
  const ask = (userId: string) =>
    api('requestToken', { body: { userId, offer: 'Token for your phone', reason: 'New phone' } });
  await ask('jdoe');
  await api('requestToken', { body: { userId: 'jdoe', offer: 'Token for Android' } });
  const later = await ask('qruser');
  await api('deferRequest', {
    params: { id: later.id },
    body: { until: new Date(Date.now() + 7 * 86_400_000).toISOString() },
    ifMatch: 1,
  });
  const refused = await ask('other');
  await api('rejectRequest', {
    params: { id: refused.id },
    body: { comment: 'Please ask your manager first.' },
    ifMatch: 1,
  });
}

/** What an administrator has named or written, one or several: also where a text of ours follows it, as in "North – The default". */
export const isNamed = (text: string): boolean =>
  text.startsWith('Hello ') ||
  text === DEFAULT_POLICIES.token.pinExcludedWords.join('\n') ||
  text
    .replace(/^– | – .*⟧$/g, '')
    .split(', ')
    // A person with the user ID behind it.
    .flatMap((name) => /^(.+) \(([^()]+)\)$/.exec(name)?.slice(1) ?? [name])
    // As the audit log has it.
    .map((name) => /^(.+) user:[\w.@-]+$/.exec(name)?.[1] ?? name)
    .every(
      (name) =>
        NAMED.has(name) ||
        /^Branch \d+$|^Head office 2[\dT:-]+$|^(?:user:)?(anna|bernd|clara)( Meier| Schulz|\.walk(@example\.com)?| Meier \w+\.walk@example\.com)$/.test(
          name,
        ),
    );
const NAMED = new Set([
  hostname(),
  ...['asking', 'asking-too', 'Another portal'],
  ...['admin', 'jdoe', 'other', 'qruser', 'sleeper', 'loser', 'barred', 'Doe'],
  ...['north', 'south', 'second', 'command line', 'localhost', 'sower@example.com'],
  ...['Top domain', 'North', 'Harbour', 'South'],
  ...['Android', 'Sower_CT_KIP', 'Sower_QR', 'With a PIN', 'Token for Android', 'Token for your phone'],
  ...[
    'Old RADIUS',
    'Old switch',
    'VPN gateway',
    'Web portal',
    'Old gateway',
    'Old portal',
    '2001:db8::7/128',
  ],
  ...[
    'Data center 1',
    'Data center 2',
    'Service desk',
    'The first people called.',
    'Line manager',
    'Our phones',
    'Newcomers',
    'Leavers',
  ],
  ...['Joiners', 'Active Directory', 'Head office'],
  ...['Colleagues', 'ivy', 'Ivy', 'ivy@example.com', 'odd', 'Odd', 'nowhere'],
  ...['New phone', 'Please ask your manager first.', 'Your token', 'nobody', 'Sower Security Console'],
  // What the walk types, and what the audit trail keeps as it is: fields, objects, kinds of keys and jobs.
  ...['x', 'RSA-2048', 'rsa-2048', 'firstName', 'lastName', 'email', 'mail', 'settings', 'disabled'],
  ...['tokens', 'users', 'assign', 'approvals.second = true', 'approvals.second = false'],
  // Roles and device types that ship have one name in all languages, as the audit trail has it.
  ...Object.values(BUILT_IN_ROLES).map(({ name }) => name),
  ...readdirSync(DEVICE_TYPES).flatMap((file) => {
    const { id, name, application } = JSON.parse(
      readFileSync(join(DEVICE_TYPES, file), 'utf8'),
    ) as DeviceDefinition;
    return [id, name, application];
  }),
]);
