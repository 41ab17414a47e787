/** What the Security Console and the command line call settings, fields of policies and the standing of API keys. */
export const settingNames = {
  organization: {
    name: { label: 'Name', help: 'Stands on letters.' },
    address: {
      label: 'Postal address',
      help: 'Stands above the address of the recipient, in the window. Separate its lines by semicolons.',
    },
    logo: { label: 'Logo', help: 'Stands at the top right of letters. PNG or JPEG, at most 150 kB.' },
  },
  tokens: {
    maxPerUser: { label: 'Maximum tokens per user', help: 'How many tokens a user may hold.' },
    autoAssignDays: {
      label: 'Only automatically assign tokens that do not expire for so many days',
      help: '“Assign next available token” gives out no token that expires sooner; the one that lives longest goes first.',
    },
    lifetimeDays: {
      label: 'Lifetime of minted tokens, in days',
      help: 'Expiry of minted token records that name none.',
    },
  },
  provisioning: {
    host: {
      label: 'Fully qualified host name',
      help: 'Stands in every link that is handed out.',
    },
    port: { label: 'Port', help: 'Stands in every link that is handed out.' },
    codeExpiry: {
      label: 'Activation code expires',
      help: 'For token profiles that are added without saying it; existing profiles keep theirs.',
    },
  },
  activation: {
    minChosenLength: {
      label: 'Least length of a chosen activation code',
      help: 'For activation codes chosen by an administrator.',
    },
    resendSeconds: {
      label: 'Resend the reply for, in seconds',
      help: 'For how long the reply to a repeated, byte-identical ClientNonce is sent again.',
    },
    showCode: {
      label: 'Show link and code in self-service',
      help: 'Whether the Self-Service Console also shows link and activation code as text to those who cannot scan the QR code.',
    },
    windowHours: {
      label: 'Activation window, in hours',
      help: 'For how long an activation window that an administrator opens for a user stays open.',
    },
    sameDevice: {
      label: 'Offer the link on the phone itself',
      help: 'Whether the Self-Service Console offers the link to who opens it on the phone that is to take the token.',
    },
  },
  selfService: {
    requests: {
      label: 'Users may ask for tokens',
      help: 'Those that are offered under Offers and Workflow, and replacements.',
    },
    rename: { label: 'Users may rename their tokens', help: 'The nickname only.' },
    changePin: {
      label: 'Users may change their PIN',
      help: 'Creating one for a token that has none, or has to have another, is always theirs.',
    },
    replacePin: {
      label: 'Users may replace a forgotten PIN',
      help: 'By two successive tokencodes. Then a password and the device are enough for what the PIN protects; if not, the help desk clears it.',
    },
    move: {
      label: 'Users may move a token to a new phone',
      help: 'By the consent of the old one. If not, you distribute it again.',
    },
    resynchronise: {
      label: 'Users may resynchronize a token',
      help: 'By two successive tokencodes.',
    },
    reportLost: {
      label: 'Users may report a token as lost',
      help: 'If not, a thief has until somebody answers the telephone.',
    },
  },
  logOn: {
    freshProofMinutes: {
      label: 'A log-on counts as proof for (minutes)',
      help: 'Afterwards administrators prove again that it is them before they change credentials, keys, factors, roles and log-on policies. More makes a screen left open worth more.',
    },
    temporaryPasswordDays: {
      label: 'A temporary password is good for (days)',
      help: 'For passwords of users and administrators that someone else set and that must be changed. Afterwards an administrator sets another.',
    },
  },
  verify: {
    window: {
      label: 'Window, in intervals',
      help: 'Intervals before and after the expected one of which one tokencode is enough.',
    },
    firstUseSeconds: {
      label: 'Clock difference found with two tokencodes, in seconds',
      help: 'Either way. Beyond the window, the next tokencode is asked for as well.',
    },
    maxDriftSeconds: {
      label: 'Largest clock difference, in seconds',
      help: 'Largest difference a device may have, learned, or found after long silence with two tokencodes.',
    },
    hotpLookAhead: {
      label: 'HOTP look-ahead',
      help: 'Counters ahead at which an HOTP tokencode is found. Beyond the first few, the next one is asked for as well.',
    },
  },
} as const;

export const policyFields = {
  wrongBeforeNextTokencode: {
    label: 'Wrong passcodes before Next Tokencode mode',
    help: 'After so many in a row a right passcode is not enough: the next tokencode is asked for as well. 0: never.',
  },
  wrongBeforeHoldBack: {
    label: 'Wrong passcodes before the token is held back',
    help: 'After so many in a row the token waits, each time twice as long.',
  },
  pinRequired: {
    label: 'PIN required',
    help: 'A fob or PINPad token without a PIN asks for one at the next use. If not required, it takes the bare tokencode. Tokencode-only tokens never have a PIN.',
  },
  pinChosenBy: { label: 'A new PIN is made by', help: 'In New PIN mode.' },
  pinMinLength: { label: 'Least length', help: 'Of a PIN.' },
  pinMaxLength: {
    label: 'Greatest length',
    help: 'Of a PIN. With PINPad it is never longer than the tokencode.',
  },
  pinCharacters: {
    label: 'Characters',
    help: 'With PINPad a PIN has digits only, whatever is chosen here.',
  },
  pinMinLetters: { label: 'Letters at least', help: 'In an alphanumeric PIN.' },
  pinMinDigits: { label: 'Digits at least', help: 'In an alphanumeric PIN.' },
  pinExcludedWords: {
    label: 'Excluded words',
    help: 'One a line. None of them may stand in a PIN; case does not matter.',
  },
  pinMaxAgeDays: { label: 'PIN has to be changed after, in days', help: '0: never.' },
  pinHistory: {
    label: 'Earlier PINs that cannot be used again',
    help: 'So many of the last ones. 0: any can be used again.',
  },
  failures: {
    label: 'Wrong passcodes that lock a user',
    help: 'Over all tokens and ways of the user. 0: users are never locked.',
  },
  withinMinutes: { label: 'Within, in minutes', help: 'The period in which they count.' },
  firstLockSeconds: {
    label: 'First lock, in seconds',
    help: 'Each next lock lasts twice as long, and ends by itself.',
  },
  longestLockMinutes: {
    label: 'Longest lock, in minutes',
    help: 'So long a stranger who fails on purpose can keep somebody out.',
  },
  longestHoldBackSeconds: {
    label: 'Longest hold-back of a token, in seconds',
    help: 'After wrong passcodes in a row; the token policy says after how many it begins.',
  },
  fixedAllowed: {
    label: 'Temporary fixed tokencode',
    help: 'Good any number of times until it ends.',
  },
  setAllowed: { label: 'Set of one-time tokencodes', help: 'Each is good once.' },
  lifetimeDays: {
    label: 'Lifetime, in days',
    help: 'After which emergency access ends by itself, unless another number is given with it.',
  },
  setSize: { label: 'One-time tokencodes in a set', help: 'As many are shown at once.' },
  codeLength: { label: 'Length of a code', help: 'In characters.' },
  codeCharacters: { label: 'Characters of a code', help: 'Letters that look like digits are left out.' },
  whenTokenReturns: {
    label: 'When the token comes back',
    help: 'What a right tokencode of the token itself does meanwhile.',
  },
} as const;

export const apiKeyStandings = {
  active: 'active',
  limited: 'limited: its owner may not do all of it',
  expired: 'expired',
  'owner-disabled': 'inactive: its owner is disabled',
  'owner-deleted': 'inactive: its owner was deleted',
  'owner-may-not': 'inactive: its owner may do none of it',
  altered: 'inactive: it was changed in the database, not by the server',
} as const;
