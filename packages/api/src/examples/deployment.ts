/** Examples: clients, policies, mail, certificates, the audit trail; and at last what is deleted. */
import type { Example } from './filled.ts';

const radiusClient = { id: '{addRadiusClient.id}' };
const agent = { id: '{addAgent.id}' };
const credential = { id: '{addAgentCredential.id}' };
const coexistence = { id: '{addCoexistence.id}' };
const saved = { id: '{addSavedReport.id}' };
const domain = { domain: '{addSecurityDomain.id}' };
const template = { event: 'window-opened', language: 'en' };
const WORDS = {
  subject: 'Activate your token',
  body: 'Hello {{firstName}},\n\nyou can activate your token now.\n',
};
const CERTIFICATE = {
  kind: 'pem',
  chain: '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ…\n-----END CERTIFICATE-----\n',
};
const PKCS12 = 'MIIKPwIBAzCCCfUGCSqGSIb3DQEHAaCCCeYEggni';

export const DEPLOYMENT_EXAMPLES = {
  addRadiusClient: { body: { name: 'VPN gateway', network: '192.0.2.7' } },
  listRadiusClients: {},
  editRadiusClient: {
    params: radiusClient,
    ifMatch: '{addRadiusClient.version}',
    body: { replyAttributes: [{ name: 'Filter-Id', value: 'staff' }] },
  },
  changeRadiusSecret: { params: radiusClient, ifMatch: '{editRadiusClient.version}', body: {} },
  addAgent: { body: { name: 'Intranet' } },
  listAgents: {},
  editAgent: { params: agent, ifMatch: '{addAgent.version}', body: { name: 'Intranet log-on' } },
  changeAgentKey: { params: agent, ifMatch: '{editAgent.version}' },
  addAgentCredential: { body: { note: 'Data center 2' } },
  listAgentCredentials: {},
  editAgentCredential: {
    params: credential,
    ifMatch: '{addAgentCredential.version}',
    body: { deprecated: true },
  },

  addCoexistence: {
    body: {
      name: 'Old RADIUS',
      servers: ['192.0.2.9:1812', '192.0.2.10:1812'],
      secret: 'secret-of-the-old-servers',
      endsOn: '2027-06-30',
    },
  },
  listCoexistences: {},
  editCoexistence: {
    params: coexistence,
    ifMatch: '{addCoexistence.version}',
    body: { enabled: true },
  },
  getCoexistenceProgress: {},
  listCoexistenceUsers: { query: { move: 'waiting' } },

  listPolicies: { params: { kind: 'token' } },
  getPolicy: { params: { kind: 'token', domain: 'top' } },
  getPolicyReach: { params: { kind: 'token', ...domain } },
  editTokenPolicy: { params: domain, ifMatch: 0, body: { pinRequired: true, pinMinLength: 6 } },
  editLockoutPolicy: { params: domain, ifMatch: 0, body: { failures: 10, withinMinutes: 30 } },
  editEmergencyPolicy: { params: domain, ifMatch: 0, body: { lifetimeDays: 2, setSize: 5 } },
  removePolicy: { params: { kind: 'emergency', ...domain } },

  getStatistics: { query: { expiringDays: 30 } },
  getLogOnFigures: { query: { range: 'week' } },
  getDistributionFigures: { query: { range: 'month' } },
  getTokenFigures: { query: { range: 'month' } },
  getClientFigures: { query: { range: 'week' } },
  getHealthFigures: { query: { range: 'day' } },
  getTokenReport: { params: { report: 'expiring-tokens' }, query: { days: 90, limit: 2 } },
  getUserReport: { params: { report: 'inactive-users' }, query: { days: 180, limit: 2 } },
  getRequestReport: { params: { report: 'requests' }, query: { limit: 2 } },
  getAuditReport: { params: { report: 'policy-changes' }, query: { days: 30, limit: 2 } },
  getAdministratorReport: { params: { report: 'administrators' }, query: { limit: 2 } },

  addSavedReport: {
    body: {
      name: 'Expiring every Monday',
      report: 'expiring-tokens',
      days: 30,
      recipients: ['hopper'],
      schedule: { cron: '0 7 * * 1', timeZone: 'Europe/Berlin' },
    },
  },
  listSavedReports: {},
  editSavedReport: {
    params: saved,
    ifMatch: '{addSavedReport.version}',
    body: {
      name: 'Expiring every Monday',
      report: 'expiring-tokens',
      days: 60,
      format: 'pdf',
      recipients: ['hopper'],
      schedule: { cron: '0 7 * * 1', timeZone: 'Europe/Berlin' },
    },
  },
  mailSavedReport: { params: saved },

  listAlerts: {},
  listAudit: { query: { action: 'token.distribute', limit: 2 } },
  verifyAudit: {},
  getAuditEnd: {},
  exportAudit: { query: { after: 0, limit: 2 } },
  listAuditForwarding: {},
  listNodes: {},

  getCertificate: {},
  requestCertificate: { body: { names: ['otp.example.com'], organization: 'Example' } },
  listCertificates: {},
  checkCertificate: { body: CERTIFICATE },
  addCertificate: { body: CERTIFICATE },
  useCertificate: { params: { id: '{addCertificate.id}' } },
  revokeCertificate: {
    params: { id: '{addCertificate.id}' },
    body: { reason: 'superseded' },
    refused: 'wrong-state',
  },
  getAcme: {},
  editAcme: {
    ifMatch: '{getAcme.version}',
    body: {
      directory: 'https://acme.example.com/directory',
      contact: 'operations@example.com',
      termsAgreed: true,
      names: ['otp.example.com'],
    },
  },
  orderCertificate: { refused: 'wrong-state' },

  getSettings: {},
  editSettings: {
    ifMatch: '{getSettings.version}',
    body: { 'tokens.maxPerUser': 2, 'organization.name': 'Example' },
  },
  checkAddress: { body: { host: 'otp.example.com', port: 443 } },
  getMailSettings: {},
  editMailSettings: {
    ifMatch: '{getMailSettings.version}',
    body: { enabled: true, host: 'mail.example.com', port: 587, from: 'sower@example.com' },
  },
  sendTestMail: { body: { to: 'operations@example.com' } },
  setMailSigning: {
    ifMatch: '{editMailSettings.version}',
    body: { pkcs12: PKCS12, password: 'of this file' },
    refused: 'certificate-refused',
  },
  removeMailSigning: { ifMatch: '{editMailSettings.version}' },
  listMailTemplates: {},
  previewMailTemplate: { params: template, body: WORDS },
  editMailTemplate: { params: template, body: WORDS },
  resetMailTemplate: { params: template, body: {} },
  listMail: { query: { state: 'sent', limit: 10 } },
  resendMail: { params: { id: '0b1f6f0c-7f3f-4f0e' }, refused: 'not-found' },

  listSchedules: {},
  editSchedule: {
    params: { id: 'clean-up' },
    ifMatch: '{listSchedules.items.0.version}',
    body: { cron: '30 3 * * *', timeZone: 'Europe/Berlin' },
  },
  showRetention: {},
  runRetention: {},
  listBackups: {},
  makeBackup: { refused: 'wrong-state' },
  showBackup: { params: { id: '0b1f6f0c-7f3f-4f0e' }, refused: 'not-found' },
  reportVerified: {
    params: { id: '0b1f6f0c-7f3f-4f0e' },
    body: { proof: 'what `sower backup verify` printed' },
    refused: 'not-found',
  },
  listApiKeys: {},
  takeOverApiKey: { params: { id: '{addApiKey.id}' } },
  listServerKeys: {},
  makeTransferKey: { body: {} },
  showTransferKey: {},
  exportTokens: { body: { choose: { batch: 'Key fobs of March' } } },
  rotateServerKey: { body: { bits: 2048 } },
} as const satisfies Record<string, Example>;

export const ENDING_EXAMPLES = {
  removeUserPassword: { params: { userId: 'ada' } },
  deleteToken: { params: { serial: '{mintTokens.serials.5}' } },
  deleteUser: { params: { userId: 'alan' } },
  deleteRule: { params: { id: '{addRule.id}' } },
  deleteOffer: { params: { id: '{addOffer.id}' } },
  deleteProfile: { params: { id: '{duplicateProfile.id}' } },
  deleteDeviceType: { params: { id: 'our-phones' } },
  deleteIdentitySource: { params: { id: '{addIdentitySource.id}' } },
  deleteSavedReport: { params: saved },
  deleteRadiusClient: { params: radiusClient },
  deleteAgent: { params: agent },
  deleteAgentCredential: { params: credential },
  deleteCoexistence: { params: coexistence },
  deleteCertificate: { params: { id: '{requestCertificate.id}' } },
  deleteApiKey: { params: { id: '{addApiKey.id}' } },
  deleteAdministrator: { params: { userId: 'hopper' } },
  deleteRole: { params: { id: '{addRole.id}' } },
  deleteSecurityDomain: { params: { id: '{addSecurityDomain.id}' } },
  removePasskey: { params: { id: '{addPasskey.id}' } },
  setOwnPassword: {
    body: { password: 'correct horse battery staple', newPassword: 'a longer phrase of my own' },
  },
  closeSession: {},
} as const satisfies Record<string, Example>;
