/** `sower user`, `administrator`, `role`, `who-can` and `security-domain` in English. */
export const peopleEn = {
  user: {
    summary: 'Users',
    person: {
      first: 'first name',
      last: 'last name',
      email: 'e-mail address',
      securityDomain: 'the security domain the user is in',
    },
    add: { summary: 'Add a user', done: 'User {{user}} is added.' },
    list: {
      summary: 'List users',
      search: 'start of the user ID, the last name or the e-mail address',
      name: 'users',
      none: 'No users found. Add one: sower user add USERID',
    },
    show: { summary: 'Show a user' },
    edit: {
      summary: 'Edit the names, the e-mail address and the security domain of a user',
      done: 'User {{user}} is edited.',
    },
    enable: { summary: 'Enable a user', done: 'User {{user}} is enabled.' },
    disable: {
      summary: 'Disable a user: no passcode of theirs is accepted',
      done: 'User {{user}} is disabled.',
    },
    delete: {
      summary: 'Delete a user; the tokens of the user become unassigned',
      confirm: 'This deletes the user {{user}}.',
      confirmTokens: 'This deletes the user {{user}} and unassigns {{tokens}}.',
      done: 'User {{user}} is deleted.',
    },
    unlock: {
      summary: 'Unlock a user who was locked after wrong passcodes',
      done: 'User {{user}} is unlocked.',
    },
    activity: {
      summary: 'Show what a user and their tokens did in the last seven days, latest first',
      none: 'Nothing in the last seven days.',
    },
    password: {
      summary:
        'Give a user a password for the Self-Service Console, read from standard input or asked for twice; their sessions end',
      keep: 'the user may keep it; otherwise they choose another one at the next logon',
      remove: 'remove the password instead',
      removed: '{{user}} no longer has a password; their sessions have ended.',
      done: 'The password of {{user}} is set; their sessions have ended.',
      mustChange:
        'The password of {{user}} is set; their sessions have ended. They choose another one at the next logon.',
    },
    activationWindow: {
      summary: 'Let a user who has a token activate another one without it, once: for a lost or new phone',
      close: 'close the window that is open',
      opened: 'The activation window of {{user}} is open.',
      closed: 'The activation window of {{user}} is closed.',
      noPassword: '{{user}} has no password: sower user password {{user}}',
    },
  },
  source: {
    summary: 'The directories that users come from',
    notFound: 'There is no identity source called {{name}}.',
    list: {
      summary: 'List the identity sources, in their order',
      none: 'No directories: users come from the internal database alone. Add one: sower source add NAME',
    },
    show: { summary: 'Show an identity source' },
    add: { summary: 'Add a directory; it is off until you switch it on' },
    edit: { summary: 'Edit an identity source; from now on its runs have your rights' },
    test: {
      summary: 'Test a directory step by step, and show ten of its entries as they would become users',
      find: 'someone to show, by any name that they log on with',
      step: {
        name: 'Host name',
        connect: 'Connection',
        tls: 'TLS',
        bind: 'Account',
        base: 'Base DN',
        filter: 'Filter',
        entries: 'Entries',
        groups: 'Groups',
      },
      state: { passed: 'passed', warning: 'warning', failed: 'failed', skipped: 'not tried' },
    },
    state: {
      active: 'active',
      disabled: 'disabled',
      expired: 'expired',
      locked: 'locked',
    },
    run: {
      summary: 'Read a directory and show what it would change; with --now, change it',
      now: 'do it at once, unless it would disable too many',
      delta: 'read only what has changed since the last run',
      progress_one: '{{count, number}} entry read',
      progress_other: '{{count, number}} entries read',
      waiting:
        'Nothing is changed yet. Look at it with sower source findings, then: sower source start NAME {{run}}',
      stopped_one:
        'Stopped: it would disable {{count, number}} user. To let it pass: sower source start NAME {{run}} --disable {{count}}',
      stopped_other:
        'Stopped: it would disable {{count, number}} users. To let it pass: sower source start NAME {{run}} --disable {{count}}',
    },
    start: {
      summary: 'Do what a run has found',
      disable: 'how many users it disables; needed if the run was stopped',
    },
    cancel: { summary: 'Cancel a run; what was done stays done' },
    runs: { summary: 'List the runs of a directory, latest first', name: 'runs', none: 'No runs yet.' },
    findings: {
      summary: 'List what a run makes of each entry, field by field',
      action: 'only these',
      out: 'write all of it to a CSV file',
      name: 'findings',
      none: 'Nothing changes.',
      written: 'Written to {{file}}.',
    },
    action: {
      added: 'Added',
      changed: 'Changed',
      moved: 'Moved',
      disabled: 'Disabled',
      returning: 'Back',
      gone: 'Gone',
      conflict: 'In conflict',
      refused: 'Refused',
    },
    onSummary: 'Switch an identity source on: scheduled runs and logons with its passwords',
    offSummary: 'Switch an identity source off',
    delete: {
      summary: 'Delete an identity source that no user comes from',
      confirm: 'This deletes the identity source {{source}}.',
    },
    option: {
      kind: 'what it is; sets the filter and the attributes',
      url: 'ldaps://HOST or ldap://HOST, tried in this order',
      base: 'DN of the subtree with the users',
      filter: 'which entries in it are users',
      bind: 'DN or UPN of the account that searches',
      password: 'read the password of that account from standard input, or ask for it',
      ca: 'file with the certificates of the authority, as PEM',
      noStartTls: 'do not require StartTLS on ldap://',
      plain: 'allow ldap:// without TLS: everyone on the way reads every password',
      securityDomain: 'the security domain that its users are put in',
      settings: 'JSON file with any of the settings, as "show --json" prints them',
    },
    added: 'Identity source {{source}} is added, and off.',
    edited: 'Identity source {{source}} is edited.',
    isOn: 'Identity source {{source}} is on.',
    isOff: 'Identity source {{source}} is off.',
    deleted: 'Identity source {{source}} is deleted.',
  },
  administrator: {
    summary: 'Administrators: who may log on to the console, with which roles',
    list: { summary: 'List administrators', none: 'No administrators.' },
    add: {
      directoryUser:
        'a user of a directory, who logs on with the password there; otherwise a password is asked for',
      summary:
        'Add an administrator; the password is read from standard input, or asked for twice, and changed at the first logon',
      done: 'Administrator {{user}} is added.',
    },
    role: '{{what}}, held in a security domain and those below (default: the top one); repeat it for more',
    roleGiven: 'a role',
    roleInstead: 'a role, instead of all the present ones',
    roleForm: 'Give a role, or a role and a security domain as ROLE@DOMAIN.',
    edit: {
      summary: 'Change the roles of an administrator, or what they log on with',
      tokenOf: 'ask for a passcode of this user, who is the same person, after the password',
      withoutToken: 'ask for no passcode, such as when the token is lost',
      done: 'Administrator {{user}} is edited.',
    },
    forgetPasskeys: {
      summary: 'Remove all passkeys of an administrator who has lost them; their sessions end',
      done: '{{user}} no longer has passkeys and logs on with the password.',
    },
    disable: {
      summary: 'Disable an administrator: their sessions end, and they cannot log on',
      done: 'Administrator {{user}} is disabled.',
    },
    enable: { summary: 'Enable an administrator', done: 'Administrator {{user}} is enabled.' },
    password: {
      summary:
        'Give an administrator a new password, read from standard input or asked for twice, to be changed at the next logon; their sessions end',
      done: 'The password of {{user}} is set, to be changed at the next logon; their sessions have ended.',
    },
    delete: {
      summary: 'Delete an administrator',
      confirm: 'This deletes the administrator {{user}}; their sessions end.',
      done: 'Administrator {{user}} is deleted.',
    },
    notFound: 'There is no administrator called {{name}}.',
    factor: {
      password: 'password',
      token: 'password and a passcode of {{user}}',
      passkeys_one: 'a passkey',
      passkeys_other: '{{count, number}} passkeys',
      or: '{{one}}, or {{other}}',
    },
    temporary: 'temporary, to be changed at the next logon',
  },
  role: {
    summary: 'Roles: named sets of permissions for administrators',
    list: { summary: 'List roles', none: 'No roles.' },
    add: {
      summary: 'Add a role made of permissions that you hold yourself',
      permission: 'what it permits',
      done: 'Role {{role}} is added.',
    },
    description: 'what it is for',
    edit: {
      summary: 'Edit a role; it changes at once for everyone who has it',
      name: 'a new name',
      permission: 'what it permits, instead of all it permitted',
      done: 'Role {{role}} is edited.',
    },
    delete: {
      summary: 'Delete a role that nobody has',
      confirm: 'This deletes the role {{role}}.',
      done: 'Role {{role}} is deleted.',
    },
    notFound: 'There is no role called {{name}}.',
  },
  whoCan: {
    summary: 'Show who holds a permission, by which role, and in which security domain',
    nobody: 'Nobody can.',
  },
  securityDomain: {
    summary: 'Security domains: the tree that users, tokens and the roles over them are in',
    list: { summary: 'List the security domains, each below the one it is in' },
    add: {
      summary: 'Add a security domain',
      parent: 'the one it is below (default: the top one)',
      done: 'Security domain {{domain}} is added.',
    },
    rename: { summary: 'Rename a security domain', done: 'Security domain {{domain}} is renamed.' },
    delete: {
      summary: 'Delete a security domain that nothing is in',
      confirm: 'This deletes the security domain {{domain}}.',
      done: 'Security domain {{domain}} is deleted.',
    },
    notFound: 'There is no security domain called {{name}}.',
  },
} as const;
