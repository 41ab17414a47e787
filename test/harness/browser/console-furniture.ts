/** More of everything than {@link furnish} has: so that there is something in every state that a page of the Security Console tells apart. */

import type { JobDetail } from '@sower/api/jobs';
import { adminPassword, newAdministrator } from '../administrator.ts';
import { provisioned, tokencode } from '../authenticator.ts';
import { makeAuthority } from '../authority.ts';
import type { Deployment } from '../deployment.ts';
import { jobEnded, jobSettled } from '../jobs/ended.ts';
import { openssl } from '../mail/smime.ts';
import { selfServiceClient } from '../self-service-client.ts';
import { CONSOLE_PAGES, furnish, serialOf } from './console-pages.ts';

const PASSWORD = 'correct horse battery';

/** @returns the paths of all pages, those of one thing among them */
export async function furnishEverything(deployment: Deployment): Promise<readonly string[]> {
  await furnish(deployment);
  const { api } = deployment;
  const profile = { deviceType: 'sower', authenticationType: 'fob', delivery: 'url' } as const;
  await api('addProfile', { body: { name: 'With a PIN', ...profile } });

  // The first token works, has a PIN and emergency access; the second waits; the fourth is lost, the fifth disabled.
  const first = { serial: serialOf(1) };
  const given = await api('distributeToken', { params: first, body: { profile: 'With a PIN' } });
  const token = await provisioned(deployment, given);
  await api('setPin', { params: first, body: { pin: '2580' } });
  await api('authenticate', { body: { userId: 'jdoe', passcode: `2580${tokencode(token)}` } });
  await api('distributeToken', { params: { serial: serialOf(2) }, body: { profile: 'Sower_QR' } });
  for (const [index, userId] of ['sleeper', 'loser', 'barred'].entries()) {
    await api('addUser', { body: { userId, lastName: 'Doe' } });
    if (index > 0) await api('assignToken', { params: { serial: serialOf(index + 3) }, body: { userId } });
  }
  await api('editUser', { params: { userId: 'sleeper' }, body: { enabled: false }, ifMatch: 1 });
  await api('markLost', { params: { serial: serialOf(4) }, body: { lost: true } });
  await api('disableToken', { params: { serial: serialOf(5) } });
  await api('setUserPassword', { params: { userId: 'jdoe' }, body: { password: PASSWORD } });
  await api('setUserPassword', { params: { userId: 'qruser' }, body: { password: PASSWORD } });

  const grants = [{ role: 'help-desk' }];
  await newAdministrator(deployment, { userName: 'south', password: PASSWORD, grants });
  await api('editAdministrator', {
    params: { userId: 'north' },
    body: { tokenOf: 'jdoe' },
    ifMatch: await versionOf(deployment, 'north'),
  });
  await api('editAdministrator', {
    params: { userId: 'south' },
    body: { enabled: false },
    ifMatch: await versionOf(deployment, 'south'),
  });

  const { id: agent, version } = await api('addAgent', { body: { name: 'Old portal' } });
  await api('addAgentCredential', { body: { note: 'Data center 1' } });
  await api('editAgent', { params: { id: agent }, body: { enabled: false }, ifMatch: version });
  const radius = await api('addRadiusClient', { body: { name: 'Old gateway', network: '192.0.2.7' } });
  await api('editRadiusClient', {
    params: { id: radius.id },
    body: { enabled: false },
    ifMatch: radius.version,
  });
  for (let number = 1; number <= 12; number += 1) {
    await api('addSecurityDomain', { body: { name: `Branch ${number}` } });
  }
  const lockout = await api('getPolicy', { params: { kind: 'lockout', domain: 'top' } });
  await api('editLockoutPolicy', { params: { domain: 'top' }, body: {}, ifMatch: lockout.version });

  const { items } = await api('listDeviceTypes', {});
  const { imported: _, version: __, ...android } = items.find(({ id }) => id === 'android')!;
  await api('importDeviceType', { body: { ...android, id: 'our-phones', name: 'Our phones' } });

  const authority = await makeAuthority();
  for (let made = 0; made < 2; made += 1) {
    const leaf = await authority.issue();
    await api('addCertificate', { body: { kind: 'pem', chain: authority.chain(leaf), key: leaf.keyPem } });
  }
  // The browsers of the tests know this server by its own.
  await api('useCertificate', { params: { id: 'own' } });
  const ssl = openssl();
  ssl.make('sower', 'sower@example.com');
  await api('setMailSigning', {
    body: { pkcs12: ssl.pkcs12('sower', 'x').toString('base64'), password: 'x' },
  });
  ssl.remove();
  await api('editMailTemplate', {
    params: { event: 'token-ready', language: 'en' },
    body: { subject: 'Your token', body: 'Hello {{name}}, here it is.' },
  });

  // Two that can be approved in one act, one that was, and jobs: one done, with codes; one that waits to be started.
  await api('requestToken', { body: { userId: 'other', offer: 'Token for your phone' } });
  const { items: requests } = await api('listRequests', { query: { show: 'waiting' } });
  const ofAndroid = requests.find(({ offer }) => offer === 'Token for Android')!;
  for (let step = 0; step < ofAndroid.steps.length; step += 1) {
    await api('approveRequest', {
      params: { id: ofAndroid.id },
      body: {},
      ifMatch: ofAndroid.version + step,
    });
  }
  // Whoever has begun a job is who gets its codes.
  const admin = selfServiceClient(deployment).api;
  await admin('openSession', { body: { userName: 'admin', password: await adminPassword(deployment) } });
  const many = async (name: string): Promise<JobDetail> => {
    const choose = { userIds: ['jdoe', 'other', 'nobody'] };
    const { id } = await admin('distributeMany', { body: { name, profile: 'Sower_CT_KIP', choose } });
    return jobSettled(api, id);
  };
  const done = await many('Newcomers');
  await admin('startJob', { params: { id: done.id }, body: { name: done.name } });
  await jobEnded(api, done.id);
  const waiting = await many('Leavers');
  const file = 'userId,lastName,email\njdoe,Doe,\nivy,Ivy,ivy@example.com\nodd,Odd,nowhere\n';
  const { id: imported } = await admin('importUsers', {
    body: { name: 'Colleagues', file, existing: 'update' },
  });
  await jobSettled(api, imported);

  await api('addStandIn', {
    body: {
      administrator: 'admin',
      standIn: 'north',
      until: new Date(Date.now() + 14 * 86_400_000).toISOString(),
    },
  });

  // What another administrator asked for while the two-person rule was on.
  const grantsOfAll = [{ role: 'super-admin' }];
  await newAdministrator(deployment, { userName: 'second', password: PASSWORD, grants: grantsOfAll });
  const second = selfServiceClient(deployment).api;
  await second('openSession', { body: { userName: 'second', password: PASSWORD } });
  for (const on of [true, false]) {
    const { version: ifMatch } = await api('getSettings', {});
    await api('editSettings', { body: { 'approvals.second': on }, ifMatch });
    if (on) await second('rotateServerKey', { body: { bits: 2048 } }).catch(() => {});
  }

  const ids = async (name: 'listProfiles' | 'listOffers' | 'listRules'): Promise<string[]> =>
    (await api(name, {} as never)).items.map(({ id }) => id);
  const { items: closed } = await api('listRequests', { query: { show: 'closed' } });
  const { items: deferred } = await api('listRequests', { query: { show: 'deferred' } });
  const one = async (kind: string, list: readonly string[]) => list.map((id) => `${kind}/${id}`);
  return [
    ...CONSOLE_PAGES,
    'no-such-page',
    `tokens/${serialOf(2)}`,
    `tokens/${serialOf(4)}`,
    `tokens/${serialOf(4)}/distribute`,
    'requests?tab=deferred',
    'tokens?serial=999',
    'users?search=nobody',
    ...(await one('profiles', (await ids('listProfiles')).slice(0, 2))),
    ...(await one('offers', (await ids('listOffers')).slice(0, 1))),
    ...(await one('rules', await ids('listRules'))),
    ...(await one(
      'requests',
      [...requests, ...deferred, ...closed].map(({ id }) => id),
    )),
    ...(await one('jobs', [done.id, waiting.id])),
  ];
}

async function versionOf({ api }: Deployment, userName: string): Promise<number> {
  const { items } = await api('listAdministrators', {});
  return items.find((item) => item.userName === userName)?.version ?? 0;
}
