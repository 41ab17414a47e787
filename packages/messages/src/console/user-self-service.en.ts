/** What administrators prepare for a user's self-service, in English. */
export const userSelfServiceEn = {
  userSelfService: {
    title: 'Self-Service',
    password: 'Password',
    passwordSet: 'Set',
    passwordMustChange: 'Set; the user chooses another one at the next log-on',
    passwordNone: 'None: the user cannot log on to the Self-Service Console by password',
    window: 'Activation window',
    windowOpen: 'Open until {{time}}, by {{openedBy}}',
    windowNone: 'Not open',
    windowNotNeeded: 'Not needed: the user has no confirmed token yet',
    setPassword: 'Set password',
    setPasswordTitle: 'Set the password of {{userId}}',
    setPasswordDone: 'The password of {{userId}} is set.',
    newPassword: 'Password for self-service',
    newPasswordHelp:
      'At least 15 characters. Tell it to the user by a way nobody else can read. Leave it empty to set none.',
    newPasswordKeep: 'At least 15 characters. Leave it empty to keep what is set.',
    newPasswordOnly:
      'At least 15 characters. Tell it to the user by a way nobody else can read. Their sessions end.',
    mustChange: 'Must be changed at the first log-on',
    tooShort: 'A password has at least 15 characters.',
    notSet: '{{userId}} is saved, but the password was not set: {{problem}}',
    removePassword: 'Remove password',
    removeTitle: 'Remove the password of {{userId}}?',
    removeBody:
      'The user cannot log on to the Self-Service Console by password any more, and their sessions end.',
    removeDone: 'The password of {{userId}} is removed.',
    openWindow: 'Open activation window',
    openTitle: 'Open an activation window for {{userId}}?',
    openBody:
      'The user may then activate one token without a passcode of the one they have: with the password alone. Make sure first that it is really them who asks.',
    openDone: 'The activation window of {{userId}} is open.',
    closeWindow: 'Close activation window',
    closeTitle: 'Close the activation window of {{userId}}?',
    closeBody: 'To activate another token, the user needs a passcode of the one they have again.',
    closeDone: 'The activation window of {{userId}} is closed.',
  },
} as const;
