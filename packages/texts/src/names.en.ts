/** Names of settings, policy fields, states of API keys and guarded actions, wherever people read them. */
export const settingNames = {
  organization: {
    name: { label: 'Name', help: 'Printed on letters.' },
    address: {
      label: 'Postal address',
      help: 'Printed above the address of the recipient, in the envelope window. Separate lines with semicolons.',
    },
    logo: { label: 'Logo', help: 'Printed at the top right of letters. PNG or JPEG, at most 150 kB.' },
  },
  tokens: {
    maxPerUser: { label: 'Maximum tokens per user', help: 'How many tokens a user may have.' },
    autoAssignDays: {
      label: 'Only automatically assign tokens that are valid for at least (days)',
      help: '“Assign next available token” chooses no token that expires sooner. The one that expires last is chosen first.',
    },
    lifetimeDays: {
      label: 'Lifetime of minted tokens, in days',
      help: 'For minted token records for which no expiration date is given.',
    },
  },
  provisioning: {
    host: {
      label: 'Fully qualified host name',
      help: 'Part of every link that is handed out.',
    },
    port: { label: 'Port', help: 'Part of every link that is handed out.' },
    codeExpiry: {
      label: 'Activation code expires',
      help: 'For new token profiles that do not specify it. Existing profiles keep theirs.',
    },
  },
  activation: {
    minChosenLength: {
      label: 'Minimum length of a chosen activation code',
      help: 'For activation codes chosen by an administrator.',
    },
    resendSeconds: {
      label: 'Resend replies for (seconds)',
      help: 'For how long a client that repeats its ClientNonce byte for byte gets the same reply again.',
    },
    showCode: {
      label: 'Show link and code in self-service',
      help: 'The Self-Service Console also shows the link and activation code as text, for users who cannot scan the QR code.',
    },
    windowHours: {
      label: 'Activation window (hours)',
      help: 'How long an activation window that an administrator opens for a user stays open.',
    },
    sameDevice: {
      label: 'Offer the link on the phone itself',
      help: 'The Self-Service Console offers the link to users who open it on the phone that is to get the token.',
    },
  },
  approvals: {
    second: {
      label: 'Two-person rule',
      help: 'A second administrator has to approve before the activation codes of a job are handed out, a server key or the master key is changed, or this rule is turned off.',
    },
    singleCodes: {
      label: 'Activation codes one by one, a day',
      help: 'With the two-person rule: how many activation codes one person may be shown in a day, until another administrator has to approve as many again.',
    },
  },
  retention: {
    auditDays: {
      label: 'Keep the audit trail for (days)',
      help: 'Older rows are cut off. If backups are made, they are archived beside them first.',
    },
    accountingDays: {
      label: 'Keep sessions reported by RADIUS clients for (days)',
      help: 'They are listed in the audit log, but they are not part of its chain and are not archived.',
    },
    cutUnforwarded: {
      label: 'Also cut off rows of the audit trail that were not forwarded',
      help: 'If off, a row is kept, however old, until it has arrived everywhere that it is forwarded to.',
    },
    historyDays: {
      label: 'Keep the history of distributions for (days)',
      help: 'Events of distributions that have ended, and distributions that later ones replaced.',
    },
    sentMailDays: {
      label: 'Keep sent mail for (days)',
      help: 'Only the fact that it was sent is kept: its content is deleted at once. Reminders stay until what they are about has expired.',
    },
    failedMailDays: {
      label: 'Keep failed mail for (days)',
      help: 'Only the fact that it could not be sent is kept, and why.',
    },
    requestsDays: {
      label: 'Keep requests for (days)',
      help: 'Requests that have ended, with their decisions.',
    },
    jobsDays: { label: 'Keep jobs for (days)', help: 'Jobs that have ended, with their rows.' },
    hold: {
      label: 'Legal hold',
      help: 'As long as something is entered here, such as a reference, no old rows are deleted.',
    },
  },
  alerts: {
    mail: {
      label: 'Mail about alerts',
      help: 'When an alert begins, to administrators with a mail address who may change settings.',
    },
    fewestTokens: {
      label: 'Alert when fewer tokens are left to assign than',
      help: 'Lost and expired ones do not count. 0: never.',
    },
  },
  selfService: {
    requests: {
      label: 'Users may request tokens',
      help: 'Tokens offered under Offers and Workflow, and replacements.',
    },
    rename: { label: 'Users may rename their tokens', help: 'The nickname only.' },
    changePin: {
      label: 'Users may change their PIN',
      help: 'They can always create one for a token that has none, or whose PIN must be replaced.',
    },
    replacePin: {
      label: 'Users may replace a forgotten PIN',
      help: 'With two successive tokencodes. If on, a password and the device are enough to get at what the PIN protects. If off, the help desk clears the PIN.',
    },
    move: {
      label: 'Users may move a token to a new phone',
      help: 'With approval from the old one. If off, you distribute the token again.',
    },
    resynchronise: {
      label: 'Users may resynchronize a token',
      help: 'With two successive tokencodes.',
    },
    reportLost: {
      label: 'Users may report a token as lost',
      help: 'If off, a thief can use the token until the help desk is reached.',
    },
  },
  logOn: {
    freshProofMinutes: {
      label: 'A logon counts as proof of identity for (minutes)',
      help: 'After that, administrators have to confirm their identity before they change credentials, keys, factors, roles and logon policies. The longer it is, the more an unattended screen is worth to an attacker.',
    },
    temporaryPasswordDays: {
      label: 'A temporary password is valid for (days)',
      help: 'For passwords of users and administrators that someone else set and that must be changed. After that, an administrator has to set another.',
    },
  },
  requests: {
    approverMail: {
      label: 'Mail to approvers',
      help: 'Administrators with a mail address, about requests that they can approve.',
    },
    remindDays: {
      label: 'Remind approvers after (days)',
      help: 'Again each time that many days have passed. 0: never.',
    },
    escalateDays: {
      label: 'Escalate after (days)',
      help: 'When a request has waited that long for the same approval, others who can decide on it get mail. 0: never.',
    },
    escalateTo: {
      label: 'Escalate to',
      help: 'Name of an administrator or a role. They get no further rights. Empty, or if none of them can decide: Super Admins.',
    },
  },
  verify: {
    window: {
      label: 'Window (intervals)',
      help: 'Intervals before and after the expected one in which a single tokencode is enough.',
    },
    firstUseSeconds: {
      label: 'Clock difference recognized from two tokencodes (seconds)',
      help: 'In either direction. Beyond the window, the next tokencode is required too.',
    },
    maxDriftSeconds: {
      label: 'Largest clock difference (seconds)',
      help: 'The largest difference that a device may have: learned over time, or recognized after long silence from two tokencodes.',
    },
    hotpLookAhead: {
      label: 'HOTP look-ahead',
      help: 'How many counters ahead an HOTP tokencode is recognized. Beyond the first few, the next one is required too.',
    },
    failoverHotpJump: {
      label: 'HOTP counters after a failover that can lose commits',
      help: 'They advance by this much, and users have to press as often before a tokencode is accepted. A used tokencode further ahead would be accepted again. 0: HOTP seeds are deleted, and these tokens have to be distributed again.',
    },
  },
} as const;

export const policyFields = {
  wrongBeforeNextTokencode: {
    label: 'Wrong passcodes before Next Tokencode mode',
    help: 'After this many in a row, a right passcode is not enough: the next tokencode is required too. 0: never.',
  },
  wrongBeforeHoldBack: {
    label: 'Wrong passcodes before the token is held back',
    help: 'After this many in a row, the token is held back, each time for twice as long.',
  },
  pinRequired: {
    label: 'PIN required',
    help: 'Users of fob or PINPad tokens without a PIN have to create one at the next use. If not required, the tokencode alone is accepted. Tokencode-only tokens never have a PIN.',
  },
  pinChosenBy: { label: 'A new PIN is chosen by', help: 'In New PIN mode.' },
  pinMinLength: { label: 'Minimum length', help: 'Of a PIN.' },
  pinMaxLength: {
    label: 'Maximum length',
    help: 'Of a PIN. With PINPad it is never longer than the tokencode.',
  },
  pinCharacters: {
    label: 'Characters',
    help: 'With PINPad a PIN has digits only, whatever is chosen here.',
  },
  pinMinLetters: { label: 'Minimum letters', help: 'In an alphanumeric PIN.' },
  pinMinDigits: { label: 'Minimum digits', help: 'In an alphanumeric PIN.' },
  pinExcludedWords: {
    label: 'Excluded words',
    help: 'One per line. A PIN must not contain any of them; case does not matter.',
  },
  pinSequences: { label: 'Sequences allowed', help: 'PINs such as 1234, 9876 or abcd.' },
  pinMaxAgeDays: { label: 'Days until a PIN must be changed', help: '0: never.' },
  pinHistory: {
    label: 'Earlier PINs that cannot be used again',
    help: 'How many of the last ones. 0: any can be used again.',
  },
  failures: {
    label: 'Wrong passcodes that lock a user',
    help: 'Across all tokens of the user and all channels. 0: users are never locked.',
  },
  withinMinutes: {
    label: 'Within, in minutes',
    help: 'The period in which wrong passcodes are counted.',
  },
  firstLockSeconds: {
    label: 'First lock, in seconds',
    help: 'Each further lock lasts twice as long. Locks end by themselves.',
  },
  longestLockMinutes: {
    label: 'Longest lock, in minutes',
    help: 'The longest that a stranger who fails on purpose can keep a user out.',
  },
  longestHoldBackSeconds: {
    label: 'Longest hold-back of a token, in seconds',
    help: 'After wrong passcodes in a row. The token policy says after how many it begins.',
  },
  fixedAllowed: {
    label: 'Temporary fixed tokencode',
    help: 'Can be used any number of times until it expires.',
  },
  setAllowed: { label: 'Set of one-time tokencodes', help: 'Each can be used once.' },
  lifetimeDays: {
    label: 'Lifetime, in days',
    help: 'Emergency access ends after this many days, unless another number is given when it is issued.',
  },
  setSize: { label: 'One-time tokencodes in a set', help: 'All of them are shown at once.' },
  codeLength: { label: 'Length of a code', help: 'In characters.' },
  codeCharacters: { label: 'Characters of a code', help: 'Letters that look like digits are left out.' },
  whenTokenReturns: {
    label: 'When the token comes back',
    help: 'What happens to a right tokencode of the token itself during emergency access.',
  },
} as const;

export const apiKeyStandings = {
  active: 'active',
  limited: 'limited: its owner lacks some of its permissions',
  expired: 'expired',
  'owner-disabled': 'inactive: its owner is disabled',
  'owner-deleted': 'inactive: its owner was deleted',
  'owner-may-not': 'inactive: its owner has none of its permissions',
  altered: 'inactive: it was changed in the database, not by the server',
} as const;

/** What the two-person rule guards. */
export const secondApprovalActions = {
  'job.result': 'Take the activation codes of a job',
  'token.distribute': 'Be shown more activation codes, one by one',
  'server-key.rotate': 'Generate a new server key',
  'settings.edit': 'Turn off the two-person rule',
  'master-key.rotate': 'Change the master key, from this host',
} as const;
