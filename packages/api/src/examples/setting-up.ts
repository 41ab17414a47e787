/** Examples: an administrator logs on and sets the server up. */
import type { Example } from './filled.ts';

const PASSWORD = 'correct horse battery staple';
const domain = { id: '{addSecurityDomain.id}' };
const profile = { id: '{addProfile.id}' };
const source = { id: '{addIdentitySource.id}' };
const run = { id: '{addIdentitySource.id}', run: '{startSourceRun.id}' };

/** From the browser's WebAuthn functions, shortened. */
const ATTESTATION = {
  id: 'u3vYIl0kQBiZK0P6pXvJ2w',
  rawId: 'u3vYIl0kQBiZK0P6pXvJ2w',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRl…', attestationObject: 'o2NmbXRkbm9uZQ…' },
};
const ASSERTION = {
  ...ATTESTATION,
  response: {
    clientDataJSON: 'eyJ0eXBlIjoid2ViYXV0aG4uZ2V0…',
    authenticatorData: 'SZYN5YgOjGh0NBcPZHZgW4…',
    signature: 'MEUCIQDZ…',
  },
};

export const SETTING_UP_EXAMPLES = {
  getServer: {},
  openSession: { body: { userName: 'admin', password: PASSWORD } },
  getSession: {},
  proveSession: { body: { password: PASSWORD } },
  getOwnLogOn: {},
  challengePasskey: {},
  addPasskey: { body: { state: '{challengePasskey.state}', name: 'Laptop', response: ATTESTATION } },
  challengePasskeyLogOn: {},
  openPasskeySession: { body: { state: '{challengePasskeyLogOn.state}', response: ASSERTION } },
  provePasskeySession: { body: { state: '{challengePasskeyLogOn.state}', response: ASSERTION } },
  listOwnSessions: {},
  endOwnSession: { params: { id: '{listOwnSessions.items.1.id}' } },
  endOtherSessions: {},
  getSetupProgress: {},

  listSecurityDomains: {},
  addSecurityDomain: { body: { name: 'Berlin' } },
  renameSecurityDomain: {
    params: domain,
    ifMatch: '{addSecurityDomain.version}',
    body: { name: 'Berlin office' },
  },
  listRoles: {},
  addRole: {
    body: {
      name: 'Night shift',
      description: 'Sees users and tokens, changes nothing',
      permissions: ['users:view', 'tokens:view'],
    },
  },
  editRole: {
    params: { id: '{addRole.id}' },
    ifMatch: '{addRole.version}',
    body: { permissions: ['users:view', 'tokens:view', 'requests:view'] },
  },
  addAdministrator: {
    body: {
      userName: 'hopper',
      password: PASSWORD,
      mail: 'hopper@example.com',
      grants: [{ role: 'help-desk', securityDomain: 'Berlin office' }],
    },
  },
  listAdministrators: {},
  editAdministrator: {
    params: { userId: 'hopper' },
    ifMatch: '{addAdministrator.version}',
    body: { grants: [{ role: 'help-desk' }] },
  },
  setPassword: { params: { userId: 'hopper' }, body: { password: 'another horse, another battery' } },
  forgetPasskeys: { params: { userId: 'hopper' }, refused: 'wrong-state' },
  whoCan: { params: { id: 'tokens:distribute' } },

  listDeviceTypes: {},
  importDeviceType: {
    body: {
      id: 'our-phones',
      name: 'Our phones',
      application: 'Sower authenticator',
      algorithms: ['securid', 'totp'],
      digits: [6, 8],
      intervals: [30, 60],
      authenticationTypes: ['pinpad', 'fob', 'tokencode'],
      deviceClass: '0d2c8f5e-6a0b-4b58-9d1c-1f0a3c1d7e42',
      dynamicSeedProvisioning: true,
      qrCode: true,
      linkTemplate:
        'https://{hostport}/authenticator#ctkip?scheme=https&url={hostport}{path}&activationCode={activationCode}&nickname={nickname}',
      binding: { assertion: 'required', idFields: ['DeviceID'], classFields: ['DeviceClass'] },
      trustedCertificateRequired: false,
    },
  },
  addProfile: { body: { name: 'Phones', deviceType: 'sower', delivery: 'qr', digits: 8, interval: 60 } },
  listProfiles: { query: { name: 'Phones' } },
  getProfile: { params: profile },
  editProfile: { params: profile, ifMatch: '{addProfile.version}', body: { codeExpiry: '3d' } },
  duplicateProfile: { params: profile, body: { name: 'Phones of visitors' } },

  addIdentitySource: {
    body: {
      name: 'Head office',
      kind: 'openldap',
      connection: {
        urls: ['ldaps://directory.example.com'],
        bindName: 'cn=sower,ou=services,dc=example,dc=com',
      },
      password: 'a password of this account only',
      search: { base: 'ou=people,dc=example,dc=com', filter: '(objectClass=inetOrgPerson)' },
      mapping: {
        key: 'entryUUID',
        userId: 'uid',
        firstName: 'givenName',
        lastName: 'sn',
        email: 'mail',
        accountStates: 'ppolicy',
      },
      enabled: true,
    },
  },
  listIdentitySources: {},
  getIdentitySource: { params: source },
  editIdentitySource: {
    params: source,
    ifMatch: '{addIdentitySource.version}',
    body: { schedule: { everyMinutes: 0 } },
  },
  testIdentitySource: { params: source, body: {} },
  startSourceRun: { params: source, body: { mode: 'full', preview: true } },
  listSourceRuns: { params: source },
  getSourceRun: { params: run },
  listSourceFindings: { params: run, query: { limit: 20 } },
  getSourceRunFile: { params: run },
  chooseForConflicts: { params: run, body: { choice: 'skip', kind: 'internal', count: 0 } },
  confirmSourceRun: { params: run, body: {}, refused: 'wrong-state' },
  cancelSourceRun: { params: run, refused: 'wrong-state' },
  listSourceChoices: { params: source },
  forgetSourceChoice: {
    params: { ...source, key: '2b8c1f0e-3f27-4b4c-a1e4-0d1b60a0e1a5' },
    refused: 'not-found',
  },
} as const satisfies Record<string, Example>;
