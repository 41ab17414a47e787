/** Resources as the API answers them, for tests to vary. */
import type { Distribution } from '@sower/api/distributions';
import type { JobDetail } from '@sower/api/jobs';
import { type Profile, profileInputSchema } from '@sower/api/profiles';
import type { Token } from '@sower/api/tokens';
import type { User } from '@sower/api/users';

export const NOW = '2026-11-24T10:00:00Z';

export const PROFILE: Profile = {
  ...profileInputSchema.parse({ name: 'Android phones', deviceType: 'android', delivery: 'url' }),
  ...{ id: 'prf_1', codeExpiry: '7d', createdAt: NOW, version: 4 },
};

export const USER: User = {
  userId: 'ada',
  firstName: 'Ada',
  lastName: 'Lovelace',
  email: 'ada@example.com',
  enabled: true,
  telephone: '',
  securityDomain: 'Top domain',
  tokens: ['000100000001'],
  createdAt: NOW,
  version: 7,
};

export const DISTRIBUTION: Distribution = {
  id: 'dst_1',
  state: 'provisioned',
  profile: 'Android phones',
  deviceType: 'android',
  delivery: 'url',
  nickname: 'Work',
  deviceBinding: { kind: 'class' },
  bindingEnforced: false,
  deviceId: 'ABCDEF0123456789ABCDEF01',
  createdAt: NOW,
  createdBy: 'admin',
  expiresAt: '2026-12-01T10:00:00Z',
  history: [
    { state: 'issued', at: NOW },
    {
      state: 'provisioned',
      at: '2026-11-24T11:00:00Z',
      source: '192.0.2.7',
      deviceId: 'ABCDEF0123456789ABCDEF01',
    },
  ],
};

export const TOKEN: Token = {
  serial: '000100000001',
  kind: 'software',
  userId: 'ada',
  enabled: true,
  securityDomain: 'Top domain',
  expiresOn: '2036-11-24',
  expired: false,
  pinSet: true,
  lost: false,
  seeds: [
    {
      state: 'current',
      algorithm: 'securid',
      digits: 8,
      interval: 60,
      authenticationType: 'pinpad',
      provisionedAt: '2026-11-24T11:00:00Z',
    },
  ],
  failures: 0,
  distribution: DISTRIBUTION,
  createdAt: NOW,
  version: 2,
};

/** Of three rows, checked and waiting to be started. */
export const WAITING_JOB: JobDetail = {
  ...{ id: 'j1', kind: 'distribute', name: 'Newcomers', permission: 'tokens:distribute' },
  resumable: false,
  ...{ state: 'waiting', phase: 'check', total: 3, position: 3, done: 2, leftOut: 1, failed: 0 },
  ...{ startedBy: 'api-key:x', createdAt: '2026-06-15T12:00:00.000Z', codes: 'none' },
  ...{ reasons: [], samples: [], states: {} },
};
