/** The texts of the web authenticator. What it has in common with the command line is in importing.en.ts. */
export const authenticatorEn = {
  name: 'Sower Authenticator',
  back: 'Back',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  codes: 'Codes',
  add: 'Add a token',
  settings: 'Settings',

  opening: {
    opening: 'Opening …',
    fault: {
      full: {
        title: 'No space left',
        text: "This device, or the browser's storage for this site, is full. Free some space, then try again. Nothing was changed.",
      },
      none: {
        title: 'Nothing can be stored here',
        text: 'This browser does not store data for this app, because the window is private or site data is blocked. Open the app in a normal window, or allow site data for this site. Nothing was sent.',
      },
      gone: {
        title: 'The storage cannot be read',
        text: 'The tokens cannot be read right now. Try again; if that does not help, close other tabs of this app and free some space.',
      },
    },
    lost: {
      title: 'The tokens are gone',
      text: "There were tokens here, and the browser has deleted this app's data: site data was cleared, or the device was short of space. Seeds exist nowhere else. Ask for your tokens to be distributed again.",
      ok: 'I understand',
    },
  },

  welcome: {
    title: 'No tokens yet',
    text: 'Add the token you were given: scan its QR code, or open its link on this device.',
    lock: 'Do you want a PIN or a passkey to protect your codes? Set it before the first token.',
    lockButton: 'Set a lock first',
    install: 'Install this app',
    installText: 'Once installed, it opens like any other app and works offline.',
  },

  list: {
    search: 'Search',
    nothingFound: 'No token matches “{{text}}”.',
    arrange: 'Arrange',
    arrangeDone: 'Done',
    up: 'Move {{name}} up',
    down: 'Move {{name}} down',
    open: 'Open {{name}}',
    pinNeeded: 'Asks for your PIN',
    counter: 'Counter-based',
  },

  token: {
    serial: 'Serial number',
    tokencode: 'Tokencode',
    passcode: 'Passcode',
    copy: 'Copy',
    copied: 'Copied',
    notCopied: 'The browser does not allow this app to copy.',
    next: 'Next code',
    remaining_one: '{{count}} second left',
    remaining_other: '{{count}} seconds left',
    fobHint: 'If this token has a PIN, enter the PIN before this code when you log on.',
    pinPad: 'Your PIN becomes part of the code. It is not stored.',
    pin: 'PIN',
    pinInvalid: 'The PIN of this kind of token has 4 to 8 digits.',
    showPasscode: 'Show passcode',
    withoutPin: 'I have no PIN yet: show the tokencode',
    withPin: 'Enter the PIN',
    takeNext: 'Show a new code',
    counterHint:
      'Each code can be used once. Showing a new one advances the counter, so do it only when you need a code.',
    expired: 'This token expired on {{day}}; the server will not accept it.',
    expires: 'Valid until',
    user: 'User ID',
    server: 'Server',
    imported: 'Imported',
    kind: 'Kind',
    digits_one: '{{count}} digit',
    digits_other: '{{count}} digits',
    digitsEvery: '{{digits}} digits every {{seconds}} seconds',
    nickname: 'Nickname',
    nicknameSave: 'Save nickname',
    nicknameSaved: 'The nickname is saved.',
    details: 'Details',
    remove: 'Remove token',
    removeTitle: 'Remove token {{serial}}?',
    removeText:
      'Its seed is deleted from this device and exists nowhere else. To use the token again, have it distributed again.',
    removeConfirm: 'Type the last four digits of {{serial}} to confirm',
  },

  clock: {
    behind:
      "The clock of this device is {{span}} behind the server's. Codes may be rejected. Turn on automatic date and time in the device's settings.",
    ahead:
      "The clock of this device is {{span}} ahead of the server's. Codes may be rejected. Turn on automatic date and time in the device's settings.",
    setBack:
      'The clock of this device was set back by {{span}}. Codes that were already used appear again, and the server rejects them. Check date and time in the settings of the device.',
    seconds_one: '{{count}} second',
    seconds_other: '{{count}} seconds',
    minutes_one: '{{count}} minute',
    minutes_other: '{{count}} minutes',
    hours_one: '{{count}} hour',
    hours_other: '{{count}} hours',
    days_one: '{{count}} day',
    days_other: '{{count}} days',
  },

  import: {
    scan: 'Scan QR code',
    image: 'Choose an image',
    paste: 'Paste a link',
    type: 'Type it in',
    intro: 'You were given a QR code, a link, or an address and an activation code.',
    link: 'Link',
    linkHint: 'The whole link, as it was sent to you.',
    go: 'Continue',
    url: 'CT-KIP URL',
    urlHint: 'Such as https://otp.example.com/ctkip/services/CtkipService',
    code: 'Activation code',
    codeHint: 'Spaces and dashes do not matter.',
    codeInvalid: 'An activation code has 1 to 128 characters.',
    notAPicture:
      'This file is not a picture that the browser can read. Choose a photo or a screenshot of the QR code.',
    cameraTitle: 'Hold the QR code in front of the camera',
    cameraStarting: 'Starting the camera …',
    cameraDenied:
      "This app may not use the camera. Allow it in the browser's settings for this site, or choose an image of the QR code.",
    cameraNone: 'No camera was found. Choose an image of the QR code, or paste the link.',
    cameraBusy:
      'The camera cannot be used; another app may be using it. Close that app, or choose an image of the QR code.',
  },

  review: {
    title: 'Import a token from here?',
    nothingSent: 'Nothing has been sent yet.',
    server: 'Server',
    address: 'Address',
    certificate: 'Certificate',
    certificateText:
      'Your browser connects only if it trusts the certificate of the server, and the certificate names {{host}}.',
    stored: 'What is stored',
    storedText:
      'One token: serial number, code format, user ID, address of the server, and its seed as a key that no program can read out. The activation code is not kept.',
    storedSealedText:
      'One token: serial number, code format, user ID, address of the server, and its seed, sealed behind your lock. The activation code is not kept.',
    sent: 'What is sent',
    sentText: 'The activation code, the ID of this device ({{device}}), and its class.',
    lockFirst: 'No lock is set. A PIN or passkey can only be set before the first token.',
    replaceTitle: 'Tokens from this server on this device',
    replace: 'If it is one of these, replace its seed with the new one',
    replaceHint:
      'Which token it is becomes known only once the activation code is used up. If you leave this unticked, the old seed stays and the new one is discarded.',
    import: 'Import token',
    stop: 'Stop',
    working: 'Talking to {{host}} ({{step}}) …',
    stopped: 'Stopped. The activation code may already have been used up.',
    here: 'To replace its seed with the new one, choose Replace. The token you have stays valid until the exchange is complete.',
    replaceButton: 'Replace',
    elsewhere: 'Import another way',
    storeFailed:
      'The token is ready but could not be stored, not even in part. Free some space and try again. If you leave this page, the token has to be distributed again.',
    storeAgain: 'Store it again',
    macTitle: 'The connection may be intercepted',
    failedTitle: 'The token was not imported',
  },

  done: {
    imported: 'Token {{serial}} is imported.',
    replaced: 'Token {{serial}} is replaced.',
    number: 'Comparison number',
    why: 'Compare it with the number that the server shows for this token. If they match, nobody intercepted the exchange between this device and the server. If they differ, do not use the token, and tell the administrator.',
    skip: 'No number to compare with? The token works anyway.',
    toCode: 'Show the code',
    differs: 'The numbers differ',
    dropped: 'Token {{serial}} was removed again. Someone intercepted the exchange.',
    droppedNext:
      'Do not try again from this network. Tell the administrator of the server; the token must be distributed again.',
  },

  unlock: {
    title: 'Locked',
    pin: 'PIN of this app',
    unlock: 'Unlock',
    wrong: 'This PIN is wrong.',
    wrongLeft_one: 'This PIN is wrong. After one more wrong PIN all tokens are erased.',
    wrongLeft_other: 'This PIN is wrong. After {{count}} more wrong PINs all tokens are erased.',
    wait: 'Too many wrong PINs. Try again in {{seconds}} seconds.',
    passkey: 'Unlock with passkey',
    noPasskey: 'The passkey did not open the app. Try again with the device you set it up with.',
    forgotten: 'Forgotten?',
    forgottenText:
      'The tokens cannot be opened without it. Erase everything here, and ask for your tokens to be distributed again.',
  },

  lock: {
    title: 'Lock',
    none: 'No lock. Anyone who can open this browser sees your codes.',
    isPin: 'A PIN opens the tokens.',
    isPasskey: 'A passkey opens the tokens.',
    eraseOn: 'After {{limit}} wrong PINs in a row everything is erased.',
    tooLate:
      'A lock can be set only before the first token: the seeds here are keys that no program can read, so this app cannot seal them afterwards. To use a lock, remove your tokens, set it, and ask for the tokens to be distributed again.',
    text: 'Seeds are then sealed under a key that only the PIN or passkey opens. The app locks when it is closed, and a minute after you leave it.',
    pinWarning:
      'A short PIN keeps out someone who picks up this device. It does not withstand someone who copies its storage and tries all PINs; a passkey does.',
    setPin: 'Set a PIN',
    setPasskey: 'Set a passkey',
    changeTo: 'Replace with',
    newPin: 'New PIN',
    pinAgain: 'Repeat the PIN',
    pinRule: 'Six digits or more.',
    pinsDiffer: 'The two PINs differ.',
    erase: 'Erase everything after ten wrong PINs in a row',
    present: 'Current PIN',
    confirmFirst: 'First unlock with the lock you have now.',
    remove: 'Remove the lock',
    removeText: 'Without a lock, anyone who can open this browser sees your codes.',
    removeForGood:
      'Without a lock, anyone who can open this browser sees your codes. As long as there are tokens here, no lock can be set again. To use another PIN or a passkey, replace the lock above instead.',
    failed:
      'This passkey cannot be used: it was canceled, or the device does not support secrets from passkeys (PRF). Set a PIN instead.',
    lockNow: 'Lock now',
    notPossible:
      'The lock could not be changed: another tab of this app has changed something. Open the app again.',
  },

  about: {
    title: 'About',
    device: 'Device ID',
    deviceHint: 'An administrator can bind a token to it. It was generated on this device and is not secret.',
    deviceClass: 'Device class',
    version: 'Version',
    storage: 'Storage',
    persistent: 'The browser keeps it until you delete it.',
    notPersistent:
      'The browser may delete it when space is short. Browsers keep the data of apps that are installed or used often.',
    path: 'Settings > About',
    copyDevice: 'Copy device ID',
  },

  look: {
    title: 'Language and appearance',
    language: 'Language',
    theme: 'Colors',
    auto: 'Same as the device',
    light: 'Light',
    dark: 'Dark',
  },

  move: {
    title: 'Move to a new phone',
    intro:
      'Seeds are never copied: the new phone agrees on its own seed with the server, and the old seed then stops working.',
    steps: {
      choose: 'Choose the token here. This phone then shows a QR code that approves the move.',
      scan: 'Scan the QR code with the camera of the new phone. It opens the Self-Service Console of your server; log on there, and confirm.',
      follow: 'Follow the steps there. On the new phone they lead to the app, which imports the token.',
      enter:
        'Enter the first code of the new phone. From then on the codes of this phone are rejected; remove the token here.',
    },
    which: 'Which token do you want to move?',
    show: 'Move {{name}}',
    agreed: 'Approve moving {{name}}',
    picture: 'QR code that opens the Self-Service Console',
    number: 'Number to type instead',
    numberHint:
      'On a computer: log on to the Self-Service Console, open the menu of the token, choose “Move to a New Phone”, and type this number. It changes every minute.',
    careful:
      'Do not show it to anyone. Anyone who photographs it and knows your password can take over the token.',
    hide: 'Hide',
    selfService: 'Self-Service Console',
    selfServiceHint:
      'If you cannot use it, or it says that the token cannot be moved, ask your help desk to distribute the token again.',
    fromToken: 'Move to a new phone',
  },

  erase: {
    title: 'Erase everything',
    text: 'All tokens, the lock and the device ID are deleted from this device. To use tokens again, have them distributed again.',
    button: 'Erase everything',
    confirmTitle: 'Erase everything on this device?',
    confirmLabel: 'Type {{word}} to confirm',
    word: 'erase',
  },

  update: { text: 'A new version of this app is ready.', button: 'Use it now' },
} as const;

export type AuthenticatorTexts = typeof authenticatorEn;
