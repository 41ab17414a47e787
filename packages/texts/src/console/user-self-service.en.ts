/** What administrators set up for a user's self-service, in English. */
export const userSelfServiceEn = {
  userSelfService: {
    title: 'Self-Service',
    password: 'Password',
    passwordSet: 'Set',
    passwordMustChange: 'Set; the user must choose another at the next logon',
    passwordNone: 'None: the user cannot log on to the Self-Service Console with a password',
    window: 'Activation window',
    windowOpen: 'Open until {{time}}, by {{openedBy}}',
    windowNone: 'Not open',
    windowNotNeeded: 'Not needed: the user has no confirmed token yet',
    setPassword: 'Set password',
    setPasswordTitle: 'Set the password of {{userId}}',
    setPasswordDone: 'The password of {{userId}} is set.',
    newPassword: 'Password for self-service',
    newPasswordHelp:
      'At least 15 characters. Give it to the user over a channel that nobody else can read. Leave blank to set none.',
    newPasswordKeep: 'At least 15 characters. Leave blank to keep the current one.',
    newPasswordOnly:
      'At least 15 characters. Give it to the user over a channel that nobody else can read. Their sessions end.',
    mustChange: 'Must be changed at the first logon',
    tooShort: 'A password must have at least 15 characters.',
    notSet: '{{userId}} is saved, but the password was not set: {{problem}}',
    removePassword: 'Remove password',
    removeTitle: 'Remove the password of {{userId}}?',
    removeBody:
      'The user can no longer log on to the Self-Service Console with a password, and their sessions end.',
    removeDone: 'The password of {{userId}} is removed.',
    openWindow: 'Open activation window',
    openTitle: 'Open an activation window for {{userId}}?',
    openBody:
      'The user may then activate one token without a passcode of the one they have: with the password alone. First make sure that it is really the user who is asking.',
    openDone: 'The activation window of {{userId}} is open.',
    closeWindow: 'Close activation window',
    closeTitle: 'Close the activation window of {{userId}}?',
    closeBody: 'To activate another token, the user then needs a passcode of the current one again.',
    closeDone: 'The activation window of {{userId}} is closed.',
  },
} as const;
