/** What is asked after a right passcode, in English: the same in both consoles. */
export const challengeEn = {
  challenge: {
    asked: {
      'next-tokencode':
        'The code is right. After wrong tries one more is needed: wait until the display of your authenticator changes, then enter the new code alone.',
      'new-pin':
        'The code is right. Your token needs a new PIN. Choose one and remember it: from now on it belongs to every passcode.',
      'new-pin-or-system':
        'The code is right. Your token needs a new PIN. Choose one and remember it, or leave the fields empty to have one made for you.',
      'system-pin':
        'Your new PIN stands below. Remember it: it is shown this once, and from now on it belongs to every passcode.',
      'passcode-with-new-pin':
        'Your PIN is set. Wait until the display of your authenticator changes, then enter the passcode with the new PIN.',
    },
    tokencode: 'Next code',
    passcode: 'Passcode with the new PIN',
    pin: 'New PIN',
    again: 'New PIN again',
    digits: '{{least}} to {{most}} digits',
    letters: '{{least}} to {{most}} letters and digits',
    differ: 'The two are not the same.',
    missing: 'Fill in this field.',
    goOn: 'Go on',
    take: 'I have remembered it',
    giveUp: 'Start again',
  },
} as const;
