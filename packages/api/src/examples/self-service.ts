/** Examples: a user at the Self-Service Console. */
import type { Example } from './filled.ts';

const own = { serial: '{mintTokens.serials.0}' };

export const SELF_SERVICE_EXAMPLES = {
  openUserSession: {
    body: { method: 'password', userId: 'ada', password: 'a phrase that was given' },
  },
  getUserSession: {},
  proveToken: { body: { passcode: '91827364' } },
  changeOwnPassword: { body: { present: 'a phrase that was given', password: 'a phrase of my own' } },
  getOwnMail: {},
  editOwnMail: { body: { language: 'de' } },
  listOwnUserSessions: {},
  endOwnUserSession: { params: { id: '{listOwnUserSessions.items.1.id}' } },
  endOtherUserSessions: {},
  listOwnTokens: {},
  renameOwnToken: { params: own, body: { nickname: 'Phone' } },
  testOwnToken: { params: own, body: { passcode: '55019283' } },
  getOwnPinRules: { params: own },
  setOwnPin: { params: own, body: { pin: '258046' } },
  resynchronizeOwnToken: { params: own, body: { first: '20394857', second: '66019283' } },
  replaceOwnPin: {
    params: own,
    body: { pin: '370159', first: '77201938', second: '10293847' },
  },
  getComparisonNumber: { params: own },
  watchActivation: { params: own },
  moveOwnToken: { params: own, body: { approval: '4821 0973' }, refused: 'passcode-refused' },
  openOwnActivation: { params: own },
  listOwnOffers: {},
  requestOwnToken: { body: { offer: '{addOffer.id}', reason: 'A second phone' } },
  listOwnRequests: {},
  cancelOwnRequest: { params: { id: '{requestOwnToken.id}' } },
  reportLost: { params: own },
  closeUserSession: {},
} as const satisfies Record<string, Example>;
