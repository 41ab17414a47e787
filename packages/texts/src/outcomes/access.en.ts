/** Logging on, passwords, passkeys and sessions. */
export const access = {
  'role-description': {
    'super-admin':
      'Everything in the deployment. At least one administrator has this role in the top security domain.',
    'token-administrator': 'Mints, assigns, issues, edits and deletes tokens.',
    'token-distributor': 'Assigns tokens and issues them.',
    'request-approver': 'Approves, rejects and defers requests for tokens.',
    'help-desk':
      'Looks people up, enables and disables their tokens, sets and clears PINs, resynchronizes, unlocks and gives emergency access.',
    'agent-administrator': 'Adds and edits RADIUS clients and authentication agents.',
    auditor: 'Sees everything and changes nothing.',
  },
  'log-on': {
    busy: 'Too many people are logging on right now. Try again in a moment.',
    'too-many-from-address': 'Too many failed logons from this address. Wait a minute, then try again.',
    'too-many-attempts': 'Too many failed attempts. Wait a minute, then try again.',
    'wrong-password': 'The user name or the password is wrong.',
    'wrong-credentials': 'The user ID and the password or passcode do not match.',
    'passcode-required': 'Enter the passcode that your token shows, or use a passkey.',
    'passkey-required': 'Log on with your passkey.',
    'directory-unavailable':
      'User name or password is wrong, or the directory that has the passwords cannot be reached right now. If the password is right, try again in a few minutes.',
    'directory-disabled': 'Your account is disabled. Ask your help desk.',
    'directory-expired': 'Your account has expired. Ask your help desk.',
    'directory-password-expired':
      'Your password has expired. Change it where you always do, for example at your computer, then log on here.',
    'directory-must-change':
      'You have to choose a new password first. Do it where you always do, for example at your computer, then log on here.',
    'directory-not-now': 'Your account may not log on at this time, or from here. Ask your help desk.',
    'administrator-required': 'Log on as an administrator.',
    'step-required': 'The passcode is right. Complete the next step to continue.',
  },
  /** What RADIUS and agents put to a user; often on a small display. */
  prompt: {
    passcode: 'Enter your passcode.',
    'next-tokencode': 'Wait until your tokencode changes, then enter the new tokencode alone.',
    'new-pin': 'Choose a new PIN: {{least}} to {{most}} {{characters}}.',
    'new-pin-or-system':
      'Choose a new PIN: {{least}} to {{most}} {{characters}}. Or enter nothing to have one generated.',
    'system-pin': 'Your new PIN is {{pin}}. Remember it. Enter y to accept it, n to cancel.',
    'passcode-with-new-pin':
      'Your PIN is set. Wait until your tokencode changes, then enter the passcode with the new PIN.',
    digits: 'digits',
    'letters-and-digits': 'letters and digits',
    'after-refusal': '{{sentences, sentences}}',
  },
  session: {
    ended: 'Your session has ended. Log on again.',
    'not-found': 'This session was not found. It may have expired.',
    'proof-required':
      'Confirm your identity with your passkey, or with your password and, if you have a token, its passcode.',
    'emergency-not-enough':
      'You logged on with an emergency tokencode, which is not enough for this. Log on with your password, or enter a passcode of your token.',
  },
  password: {
    'own-elsewhere': 'Change your own password under My logon, where your current password is required.',
    'in-directory': 'This password is in the directory. Change it there.',
    wrong: 'Your password is wrong.',
    'current-wrong': 'Your current password is wrong.',
    'change-required': 'Choose a new password first.',
    'too-short': 'Use at least {{minimum, number}} characters.',
    repetitive: 'The password has too few different characters.',
    'easily-guessed':
      'The password is easy to guess: it is common, or made of names, dates or patterns. A few unrelated words work well.',
    'contains-user-name': 'The password contains the user name.',
    unchanged: 'The new password must differ from the current one.',
    none: '{{user}} has no password to remove.',
    'own-none': 'You have no password. Ask your help desk for one.',
  },
  passkey: {
    'not-accepted': 'This passkey was not accepted. Try again, or use your password.',
    'not-yours': 'This passkey belongs to another administrator. Use one of your own, or your password.',
    'host-name-required':
      'Passkeys need a public URL with a host name, and this one has an IP address. Set --public-url to a name.',
    'too-many': 'You have {{held, number}} passkeys, the maximum. Remove one that you do not use.',
    'timed-out': 'That took too long. Start again.',
    answered: 'That was already answered. Start again.',
    'not-made': 'The browser did not create a passkey for this host. Start again.',
    'already-known': 'This passkey is already registered.',
    'not-found': 'This passkey was not found.',
    none: '{{administrator}} has no passkey.',
  },
  'api-key': {
    'usage-recover': `Usage: sower api-key recover [--json] [options of sower serve]

Creates a new API key for the command line and writes it to admin-api-key in the data folder. It is valid for {{days, number}} days. Earlier
ones are revoked. Run it on the server host, as the user that the server runs as, with the options and environment of sower serve.`,
    recovered:
      'A new API key is in {{file}}, valid for {{days, number}} days. Earlier keys revoked: {{revoked, number}}.',
    unknown: 'The API key is unknown or revoked.',
    expired: 'The API key has expired.',
    'owner-disabled': 'The API key is inactive: its owner is disabled.',
    'owner-gone': 'The API key is inactive: its owner was deleted.',
    'owner-without-rights': 'The API key is inactive: its owner has none of its permissions.',
    altered:
      'The API key is inactive: it was changed in the database, not by the server. Delete it and add another.',
    'administrator-required':
      'Only an administrator can own an API key. Log on to the Security Console, or use a key that has an owner.',
    'not-found': 'This API key was not found.',
  },
} as const;
