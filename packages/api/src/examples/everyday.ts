/** Examples: users, tokens, distributions, requests, and the passcodes that come of them. */
import type { Example } from './filled.ts';

const ada = { userId: 'ada' };
const grace = { userId: 'grace' };
/** Ada’s, and one that comes to Grace. */
const adas = { serial: '{mintTokens.serials.0}' };
const graces = { serial: '{mintTokens.serials.1}' };
const stock = { serial: '{mintTokens.serials.4}' };
const job = { id: '{distributeMany.id}' };
const importing = { id: '{importUsers.id}' };
const rule = { id: '{addRule.id}' };
const RULE = {
  name: 'Whoever joins Berlin',
  securityDomain: 'Berlin office',
  profile: 'Phones',
  tokens: 'mint',
  perDay: 50,
};
const request = { id: '{requestToken.id}' };

export const EVERYDAY_EXAMPLES = {
  addUser: {
    body: { userId: 'ada', firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' },
  },
  listUsers: { query: { search: 'ada', limit: 10 } },
  getUser: { params: ada },
  editUser: { params: ada, ifMatch: '{addUser.version}', body: { telephone: '+49 30 1234567' } },
  countUsers: { query: { enabled: 'true' } },
  doToUsers: { body: { action: 'enable', choose: { userIds: ['ada', 'grace'] } } },

  mintTokens: { body: { count: 8, expiresOn: '2036-12-31' } },
  listTokens: { query: { assigned: 'false', limit: 2 } },
  countTokens: { query: { assigned: 'false' } },
  assignToken: { params: adas, body: ada },
  assignNextToken: { params: grace },
  getToken: { params: adas },
  editToken: { params: adas, ifMatch: '{getToken.version}', body: { expiresOn: '2035-12-31' } },
  disableToken: { params: adas },
  enableToken: { params: adas },
  moveToken: { params: stock, body: { securityDomain: 'Berlin office' } },
  distributeToken: { params: adas, body: { profile: 'Phones', nickname: 'Work' } },
  getMailDeliveryOptions: { params: adas },
  addApiKey: { body: { name: 'Portal', permissions: ['activations:open'] } },
  openActivation: { params: adas },
  listDistributions: { params: adas },
  testToken: { params: adas, body: { passcode: '48210973' } },
  authenticate: { body: { userId: 'ada', passcode: '73019284' } },
  answerChallenge: {
    params: { id: 'q0Zr8cVbKpN3sXw1yTfLdA' },
    body: { userId: 'ada', answer: '59120374' },
  },
  cancelAuthentication: { params: { id: 'q0Zr8cVbKpN3sXw1yTfLdA' }, query: ada },
  resynchronizeToken: { params: adas, body: { first: '20394857', second: '66019283' } },
  setPin: { params: adas, body: { pin: '258046' } },
  generatePin: { params: adas },
  requireNewPin: { params: adas, body: { required: true } },
  clearPin: { params: adas },
  giveEmergencyAccess: { params: adas, body: { kind: 'set', days: 3 } },
  getTokenAccess: { params: adas },
  endEmergencyAccess: { params: adas },
  unlockUser: { params: ada },
  setLeaving: { params: ada, body: { at: '2036-12-31T23:00:00Z' } },
  undoLeaving: { params: ada },
  getUserActivity: { params: ada },
  getDistributionSettings: {},
  withdrawDistribution: { params: graces },
  markLost: { params: graces, body: { lost: true } },
  replaceToken: { params: graces, body: { replacement: '{mintTokens.serials.3}' } },
  lendToken: {
    params: { serial: '{mintTokens.serials.3}' },
    body: { until: '2027-01-07' },
  },
  keepToken: { params: { serial: '{mintTokens.serials.3}' } },
  unassignToken: { params: { serial: '{mintTokens.serials.3}' } },
  doToTokens: {
    body: { action: 'disable', choose: { search: { assigned: 'false' }, upTo: '{mintTokens.last}' } },
  },

  lookUpUser: { params: ada, refused: 'wrong-state' },
  getUserMail: { params: ada },
  editUserMail: { params: ada, body: { language: 'de' } },
  getSelfService: { params: ada },
  openActivationWindow: { params: ada },
  closeActivationWindow: { params: ada },
  setUserPassword: { params: ada, body: { password: 'a phrase that was given', mustChange: false } },

  distributeMany: {
    body: {
      name: 'New starters',
      profile: 'By letter',
      choose: { userIds: ['grace', 'alan'] },
      tokens: 'mint',
      codeExpires: '14d',
    },
  },
  assignMany: { body: { name: 'Spares', choose: { userIds: ['grace', 'alan'] }, again: true } },
  getJob: { params: job },
  startJob: { params: job, body: { name: 'New starters' } },
  listJobs: { query: { limit: 2 } },
  listJobRows: { params: job, query: { limit: 2 } },
  takeJobLetters: { params: job, body: { separate: false } },
  remindJob: { params: job, refused: 'wrong-state' },
  undoJob: { params: job },
  importUsers: {
    body: {
      name: 'Joiners in May',
      file: 'userId,firstName,lastName,email\nmargaret,Margaret,Hamilton,margaret@example.com\n',
    },
  },
  importTokens: {
    body: {
      name: 'Key fobs of March',
      file: 'c2VyaWFsLHNlZWQsdHlwZQpGT0ItMSwzMTMyMzMzNDM1MzYzNzM4MzkzMDMxMzIzMzM0MzUzNjM3MzgzOTMwLHRvdHAK',
      maker: 'Acme',
    },
  },
  openTokenImport: { body: { name: 'Key fobs of the year', reading: { format: 'csv' } } },
  addTokenImportPart: {
    params: { id: '{openTokenImport.id}' },
    body: {
      from: 0,
      file: 'c2VyaWFsLHNlZWQsdHlwZQpGT0ItMiwzMTMyMzMzNDM1MzYzNzM4MzkzMDMxMzIzMzM0MzUzNjM3MzgzOTMwLHRvdHAK',
    },
  },
  endTokenImport: { params: { id: '{openTokenImport.id}' }, body: { total: 1 } },
  // A small one is done before it can be paused.
  pauseJob: { params: importing, refused: 'wrong-state' },
  cancelJob: { params: importing },
  resumeJob: { params: importing },
  takeJobResult: { params: importing },
  addRule: { body: RULE },
  listRules: {},
  editRule: { params: rule, ifMatch: '{addRule.version}', body: { ...RULE, perDay: 20 } },
  previewRule: { params: rule },

  addOffer: { body: { name: 'Phone', profile: 'Phones', steps: [{ name: 'Manager' }], distribution: true } },
  listOffers: {},
  editOffer: {
    params: { id: '{addOffer.id}' },
    ifMatch: '{addOffer.version}',
    body: { description: 'For your own phone or the one of the company' },
  },
  requestToken: { body: { userId: 'grace', offer: 'Phone', reason: 'A second phone for travelling' } },
  listRequests: { query: { show: 'waiting' } },
  getRequest: { params: request },
  deferRequest: {
    params: request,
    ifMatch: '{requestToken.version}',
    body: { until: '2027-01-07T08:00:00Z', comment: 'Not before the holidays' },
  },
  approveRequest: {
    params: request,
    ifMatch: '{deferRequest.version}',
    body: { comment: 'Travels every week' },
  },
  distributeRequest: { params: request, ifMatch: '{approveRequest.version}', body: { codeExpires: '3d' } },
  rejectRequest: { params: request, ifMatch: 1, body: { comment: 'Has one already' } },
  cancelRequest: { params: request, ifMatch: 1, body: { comment: 'Asked for by mistake' } },
  decideRequests: { body: { decision: 'approve', items: [{ id: '{requestToken.id}', version: 1 }] } },
  doToRequests: { body: { action: 'approve', items: [{ id: '{requestToken.id}', version: 1 }] } },
  listSecondApprovals: {},
  approveSecondApproval: {
    params: { id: '0b1f6f0c-7f3f-4f0e' },
    body: { object: 'server-key:RSA-3072' },
    refused: 'not-permitted',
  },
  rejectSecondApproval: { params: { id: '0b1f6f0c-7f3f-4f0e' }, refused: 'not-found' },
  addStandIn: { body: { administrator: 'admin', standIn: 'hopper', until: '2027-01-07T18:00:00Z' } },
  listStandIns: {},
  endStandIn: { params: { id: '{addStandIn.id}' } },
} as const satisfies Record<string, Example>;
