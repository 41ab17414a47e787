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
  'expiring-tokens': 'Within so many days, soonest first.',
  'never-activated': 'Assigned to a user, and no device has imported them since.',
  distributions: 'In the last days, latest first, with who distributed them and what became of it.',
  'inactive-users': 'Enabled users none of whose tokens was accepted in the last days.',
  requests: 'Made in the last days, with who decided them.',
  'failed-log-ons': 'In the last days, latest first, with the reason.',
  'lost-and-replaced': 'In the last days, latest first.',
  'policy-changes': 'In the last days, with who made them.',
  administrators: 'A row for each role in a security domain.',
} as const;
