/** Letters with which tokens are handed out: what is printed on them. */
export const lettersEn = {
  title: 'Letters of {{job}}',
  /** On the letter with the address alone, and on the letter with both. */
  subject: 'Your token {{serial}}',
  codeSubject: 'The activation code of your token {{serial}}',
  greeting: 'Hello {{name}},',
  intro:
    'a token is ready for you. With it you log on by a one-time code that the app {{application}} shows.',
  codeIntro:
    'this is the activation code of your token. The address to enter with it comes in another letter.',
  stepsTitle: 'How to activate it',
  steps: {
    install: 'Install the app {{application}} on {{device}}.',
    installFrom: 'Install the app {{application}} on {{device}}: {{url}}',
    scan: 'Scan the picture with the app. If you cannot, choose to import a token and enter the address and the activation code.',
    enter: 'Choose to import a token in the app, and enter the address and the activation code.',
    enterSeparate:
      'Choose to import a token in the app, and enter the address. The activation code comes in another letter.',
    enterCode:
      'Choose to import a token in the app, and enter the address of the other letter and this code.',
  },
  address: 'Address',
  code: 'Activation code',
  picture: 'Link and activation code as a QR code',
  expires: 'The activation code works once, until {{until}}.',
  never: 'The activation code works once.',
  keep: 'Whoever has this code first gets the token: show it to nobody, and destroy the letter when the token is activated. If you did not expect this letter, tell your service desk.',
  keepAddress: 'If you did not expect this letter, tell your service desk.',
} as const;
