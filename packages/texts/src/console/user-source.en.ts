/** What a user has from a directory: English. */
export const userSourceEn = {
  userSource: {
    states: {
      active: 'Active',
      disabled: 'Disabled',
      expired: 'Expired',
      locked: 'Locked',
      gone: 'Gone',
    },
    run: 'Run',
    title: 'Source',
    in: 'In the directory',
    since: 'Since',
    entry: 'Entry',
    telephone: 'Telephone number',
    owned: 'The directory owns the name, the e-mail address and the telephone number. Change them there.',
    ownedDisabled: 'The user can be enabled here once the account is active in the directory.',
    password: 'In {{name}}: the user logs on to the Self-Service Console with the directory password',
    fromDirectory: 'Comes from {{name}}. Change it there.',
  },
} as const;
