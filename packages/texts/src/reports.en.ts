/** What reports are called and say, for the server's answers, the Security Console and the command line. */
export const reportTitles = {
  tokens: 'Tokens by state and owner',
  'expiring-tokens': 'Tokens that expire',
  'never-activated': 'Tokens that were never activated',
  distributions: 'Tokens distributed, and by whom',
  'inactive-users': 'Users who have not logged on',
  requests: 'Requests and decisions',
  'failed-log-ons': 'Failed logons by user and client',
  'lost-and-replaced': 'Lost and replaced tokens',
  'policy-changes': 'Changes of policies, settings and roles',
  administrators: 'Administrators and what they may do',
} as const;

export const reportSays = {
  tokens: 'Every token with its user, its state and its last day.',
  'expiring-tokens': 'Tokens whose last day is near, soonest first.',
  'never-activated': 'Tokens that were assigned to a user, but that no device has imported since.',
  distributions: 'Who distributed a token to whom, latest first, and whether it was imported.',
  'inactive-users': 'Enabled users who have used none of their tokens for a while.',
  requests: 'Who requested a token, and who decided what.',
  'failed-log-ons': 'Each refused logon with its reason, latest first.',
  'lost-and-replaced': 'Tokens reported as lost or replaced by another, latest first.',
  'policy-changes': 'What was changed, and by whom.',
  administrators: 'Each administrator with each role, where it applies and what it allows.',
} as const;
