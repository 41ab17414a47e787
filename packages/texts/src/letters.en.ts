/** The text of letters that deliver tokens. */
export const lettersEn = {
  title: 'Letters for {{job}}',
  /** On the letter with the address alone, and on the letter with both. */
  subject: 'Your token {{serial}}',
  codeSubject: 'The activation code of your token {{serial}}',
  greeting: 'Hello {{name}},',
  intro:
    'A token is ready for you. With it you log on using a one-time code, which the app {{application}} shows.',
  codeIntro:
    'This is the activation code of your token. The address to enter with it comes in a separate letter.',
  stepsTitle: 'How to activate it',
  steps: {
    install: 'Install the app {{application}} on {{device}}.',
    installFrom: 'Install the app {{application}} on {{device}}: {{url}}',
    scan: 'Scan the QR code with the app. If you cannot, choose to import a token, and enter the address and the activation code.',
    enter: 'In the app, choose to import a token, and enter the address and the activation code.',
    enterSeparate:
      'In the app, choose to import a token, and enter the address. The activation code comes in a separate letter.',
    enterCode:
      'In the app, choose to import a token, and enter the address from the other letter and this code.',
  },
  address: 'Address',
  code: 'Activation code',
  picture: 'Link and activation code as a QR code',
  expires: 'The activation code works once, until {{until}}.',
  never: 'The activation code works once.',
  keep: 'The first person to use this code gets the token. Show it to nobody, and destroy this letter once the token is activated. If you did not expect this letter, tell your help desk.',
  keepAddress: 'If you did not expect this letter, tell your help desk.',
} as const;
