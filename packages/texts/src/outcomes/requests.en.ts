/** Offers, and requests for tokens. */
import { secondApprovalActions } from '../names.en.ts';

export const requests = {
  offer: {
    'not-found': 'There is no offer "{{offer}}".',
    exists: 'There is already an offer "{{offer}}". Choose another name.',
    empty: 'The offer "{{offer}}" is no longer available. Choose another offer.',
    'url-needs-step':
      'With URL delivery someone has to hand over the link and the activation code. Add the distribution step, or offer a profile with QR code delivery.',
  },
  'token-request': {
    open: 'A request for "{{offer}}" is already open. Wait for a decision, or withdraw it.',
    'not-found': 'This request was not found.',
    'user-disabled': 'The user is disabled. Enable the user, or reject the request.',
    'not-approved': 'The request has not been approved yet.',
    'closed-distribute': 'The request is closed, so there is nothing to distribute.',
    closed: 'The request is closed.',
    approved: 'The request is approved and waits to be distributed.',
    own: 'You made this request, or it is for you. Someone else has to approve it.',
    'own-distribution': 'You made this request, or it is for you. Someone else has to distribute the token.',
    'earlier-step': 'You approved an earlier step. Each step needs a different person.',
    'own-of-other':
      'You stand in for {{administrator}}, who made this request, approved an earlier step, or is its user. Someone else has to approve it.',
    'not-your-user': 'You may not decide on requests of this user.',
    'other-role': 'The step "{{step}}" is for another role.',
    date: 'Choose a date within the next year.',
    'just-decided': 'Someone else has just decided on this request. Reload it.',
  },
  'second-approval': {
    waits:
      'Another administrator has to approve this first, in the Security Console under Administration > Second Approvals, until {{time, time}}. Then do it again.',
    rejected: '{{who}} has rejected this. It can be requested again one day after it was first requested.',
    'too-many': 'You are already waiting for {{count, number}} approvals. Have these decided first.',
    used: 'The approval has been used in the meantime. Repeat the action to ask for another one.',
    own: 'You cannot approve your own request. Another administrator has to.',
    'not-by-key': 'An API key cannot approve this. Log on to the Security Console.',
    'not-found': 'This was not found, or has expired.',
    'other-object': 'This is not what was requested. Reload the page and check again.',
    decided: 'This has already been decided.',
    'too-few':
      'The two-person rule needs at least two enabled administrators who may edit settings in the top domain. Add one first.',
    alone: 'Change this alone, without other changes: another administrator approves exactly that.',
  },
  'second-approval-action': secondApprovalActions,
  'stand-in': {
    'not-found': 'This stand-in was not found.',
    ended: 'You no longer stand in for {{administrator}}.',
    nothing: 'The administrator {{administrator}} may not decide requests, so nobody can stand in for them.',
    oneself: 'Nobody can stand in for themselves. Name someone else.',
    until: 'Choose an end that is in the future and after the beginning, within a year.',
    'too-many': 'There can be at most {{count, number}} stand-ins. End one first.',
    whose: 'Name the administrator who is away: this API key has no owner.',
  },
} as const;
