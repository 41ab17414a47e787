/** Questions after a right passcode: the same in both consoles. */
export const challengeEn = {
  challenge: {
    asked: {
      'next-tokencode':
        'The code is right, but one more is needed: wait until the display of your authenticator changes, then enter the new code alone.',
      'new-pin':
        'The code is right. Your token needs a new PIN. Choose one and remember it: from now on it is part of every passcode.',
      'new-pin-or-system':
        'The code is right. Your token needs a new PIN. Choose one and remember it, or leave the fields empty to have one generated for you.',
      'system-pin':
        'Your new PIN is shown below. Remember it: it is shown only now, and from now on it is part of every passcode.',
      'passcode-with-new-pin':
        'Your PIN is set. Wait until the display of your authenticator changes, then enter the passcode with the new PIN.',
    },
    tokencode: 'Next code',
    passcode: 'Passcode with the new PIN',
    pin: 'New PIN',
    again: 'New PIN again',
    digits: '{{least}} to {{most}} digits',
    letters: '{{least}} to {{most}} letters and digits',
    differ: 'The two PINs differ.',
    missing: 'Fill in this field.',
    goOn: 'Continue',
    take: 'I have remembered it',
    giveUp: 'Start again',
  },
} as const;
