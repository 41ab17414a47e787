/** Every text of the app in English. Sentences about importing that the command line has too are in packages/ctkip. */
export const en = {
  name: 'Sower Authenticator',
  back: 'Back',
  cancel: 'Cancel',
  close: 'Close',
  tryAgain: 'Try again',
  codes: 'Codes',
  add: 'Add a token',
  settings: 'Settings',

  opening: {
    opening: 'Opening …',
    fault: {
      full: {
        title: 'There is no room left',
        text: 'This device, or the browser for this site, has no room left to keep anything. Free some space, then try again. Nothing was changed.',
      },
      none: {
        title: 'Nothing can be kept here',
        text: 'This browser keeps no data for this app. A private window, or a setting that blocks site data, does that. Open the app in a normal window, or allow site data for this site. Nothing was sent.',
      },
      gone: {
        title: 'The browser has taken the storage away',
        text: 'The tokens cannot be read at the moment. Try again; if it stays so, close other tabs of this app and free some space.',
      },
    },
    lost: {
      title: 'The tokens are gone',
      text: 'There were tokens here, and the browser has deleted what this app had kept: site data was cleared, or the device was short of space. Seeds exist nowhere else. Ask for your tokens to be distributed again.',
      ok: 'I understand',
    },
  },

  welcome: {
    title: 'No tokens yet',
    text: 'Add the token you were given: scan its QR code, or open its link on this device.',
    lock: 'Do you want a PIN or a passkey before your codes? Set it before the first token.',
    lockButton: 'Set a lock first',
    install: 'Install this app',
    installText: 'Installed, it opens like any other app and works without a network.',
  },

  list: {
    search: 'Search',
    nothingFound: (text: string) => `No token matches “${text}”.`,
    arrange: 'Arrange',
    arrangeDone: 'Done',
    up: (name: string) => `Move ${name} up`,
    down: (name: string) => `Move ${name} down`,
    open: (name: string) => `Open ${name}`,
    pinNeeded: 'Asks for your PIN',
    counter: 'By counter',
  },

  token: {
    serial: 'Serial number',
    tokencode: 'Tokencode',
    passcode: 'Passcode',
    copy: 'Copy',
    copied: 'Copied',
    notCopied: 'The browser does not let this app copy.',
    next: 'Next code',
    remaining: (seconds: number) => (seconds === 1 ? '1 second left' : `${seconds} seconds left`),
    fobHint: 'If you have a PIN, enter it before this code where you log on.',
    pinPad: 'Your PIN goes into the code. It is kept nowhere.',
    pin: 'PIN',
    pinInvalid: 'The PIN of such a token has 4 to 8 digits.',
    showPasscode: 'Show passcode',
    withoutPin: 'I have no PIN yet: show the tokencode',
    withPin: 'Enter the PIN',
    takeNext: 'Show a new code',
    counterHint:
      'Each code is good once. Showing a new one uses up a number, so ask for it only when you need it.',
    expired: (day: string) => `This token expired on ${day}; the server will not accept it.`,
    expires: 'Good until',
    user: 'User ID',
    server: 'Server',
    imported: 'Imported',
    kind: 'Kind',
    digits: (digits: number, seconds: number | undefined) =>
      seconds === undefined ? `${digits} digits` : `${digits} digits every ${seconds} seconds`,
    nickname: 'Nickname',
    nicknameSave: 'Save nickname',
    nicknameSaved: 'The nickname is saved.',
    details: 'Details',
    remove: 'Remove token',
    removeTitle: (serial: string) => `Remove token ${serial}?`,
    removeText:
      'Its seed is deleted from this device and exists nowhere else. To have the token again it must be distributed again.',
    removeConfirm: (serial: string) => `Type the last four digits of ${serial} to confirm`,
    removed: (serial: string) => `Token ${serial} is removed.`,
  },

  clock: {
    behind: (minutes: string) =>
      `The clock of this device is ${minutes} behind the server's. Codes may be rejected. Set it to be right by itself in the settings of the device.`,
    ahead: (minutes: string) =>
      `The clock of this device is ${minutes} ahead of the server's. Codes may be rejected. Set it to be right by itself in the settings of the device.`,
    setBack: (minutes: string) =>
      `The clock of this device was set back by ${minutes}. Codes that were used already come again, and the server rejects them. Check date and time in the settings of the device.`,
    span: (seconds: number) =>
      seconds < 90
        ? `${seconds} seconds`
        : seconds < 5400
          ? `${Math.round(seconds / 60)} minutes`
          : seconds < 129_600
            ? `${Math.round(seconds / 3600)} hours`
            : `${Math.round(seconds / 86_400)} days`,
  },

  import: {
    scan: 'Scan QR code',
    image: 'Choose an image',
    paste: 'Paste a link',
    type: 'Type it in',
    intro: 'You were given a QR code, a link, or an address and an activation code.',
    link: 'Link',
    linkHint: 'The whole link, as it was sent to you.',
    pasteButton: 'Paste from clipboard',
    go: 'Continue',
    url: 'CT-KIP URL',
    urlHint: 'Such as https://otp.example.com/ctkip/services/CtkipService',
    code: 'Activation code',
    codeHint: 'Spaces and dashes do not matter.',
    codeInvalid: 'An activation code has between 1 and 128 characters.',
    thePicture: 'the picture',
    theCamera: 'the view of the camera',
    notAPicture:
      'This file is no picture that the browser can read. Choose a photo or a screenshot of the QR code.',
    cameraTitle: 'Hold the QR code before the camera',
    cameraStarting: 'Starting the camera …',
    cameraDenied:
      'The camera may not be used. Allow it in the settings of the browser for this site, or choose an image of the QR code.',
    cameraNone: 'There is no camera here. Choose an image of the QR code, or paste the link.',
    cameraBusy:
      'The camera cannot be used; another app may have it. Close that app, or choose an image of the QR code.',
  },

  review: {
    title: 'Import a token from here?',
    nothingSent: 'Nothing has been sent yet.',
    server: 'Server',
    address: 'Address',
    certificate: 'Certificate',
    certificateText: (host: string) =>
      `Your browser sends only after it has verified a certificate for the name ${host}.`,
    stored: 'What is stored',
    storedText: (lock: 'none' | 'pin' | 'passkey') =>
      `One token: serial number, form of its codes, user ID, address of the server, and its seed ${
        lock === 'none' ? 'as a key that no program can read out' : 'sealed behind your lock'
      }. The activation code is not kept.`,
    sent: 'What is sent',
    sentText: (device: string) => `The activation code, the id of this device (${device}), and its class.`,
    lockFirst: 'No lock is set. A PIN or passkey can only be set before the first token.',
    replaceTitle: 'Tokens of this server here',
    replace: 'If it is one of these, take the new seed in its place',
    replaceHint:
      'Whether it is one of them shows only after the activation code is spent. Not ticked, the old seed stays and the new one is dropped.',
    import: 'Import token',
    stop: 'Stop',
    working: (host: string, step: number) => `Speaking with ${host} (${step}) …`,
    stopped: 'Stopped. If it was late, the activation code may be spent.',
    here: 'To take the new seed in its place, choose Replace. The token you have stays until the exchange is done.',
    replaceButton: 'Replace',
    elsewhere: 'Import another way',
    storeFailed:
      'The token is ready and could not be stored. Nothing is half stored. Make room and store it again; if you leave, ask for the token to be distributed again.',
    storeAgain: 'Store it again',
    macTitle: 'The connection may be intercepted',
    failedTitle: 'The token was not imported',
  },

  done: {
    title: (serial: string, replaced: boolean) => `Token ${serial} is ${replaced ? 'replaced' : 'imported'}.`,
    number: 'Comparison number',
    why: 'Compare it with the number that the server shows for this token. The same number means that nobody stood between this device and the server when the seed was agreed. If it differs, do not use the token, and tell the administrator.',
    skip: 'No number to compare with? The token works all the same.',
    toCode: 'Show the code',
    differs: 'The numbers differ',
    dropped: (serial: string) => `Token ${serial} is removed again. Somebody stood in between.`,
    droppedNext:
      'Do not try again from this network. Tell the administrator of the server; the token must be distributed again.',
  },

  unlock: {
    title: 'Locked',
    pin: 'PIN of this app',
    unlock: 'Unlock',
    wrong: (left: number | undefined) =>
      left === undefined
        ? 'This PIN is wrong.'
        : left === 1
          ? 'This PIN is wrong. After one more wrong PIN all tokens are erased.'
          : `This PIN is wrong. After ${left} more all tokens are erased.`,
    wait: (seconds: number) => `Too many wrong PINs. Try again in ${seconds} seconds.`,
    passkey: 'Unlock with passkey',
    noPasskey: 'The passkey did not open the app. Try again with the device you set it up with.',
    erased: 'After too many wrong PINs all tokens were erased. Ask for them to be distributed again.',
    forgotten: 'Forgotten?',
    forgottenText:
      'Nobody can open the tokens without it. Erase everything here, and ask for your tokens to be distributed again.',
  },

  lock: {
    title: 'Lock',
    none: 'No lock. Whoever can open this browser sees your codes.',
    isPin: 'A PIN opens the tokens.',
    isPasskey: 'A passkey opens the tokens.',
    eraseOn: (tries: number) => `After ${tries} wrong PINs in a row everything is erased.`,
    tooLate:
      'A lock can be set only before the first token: the seeds here are keys that no program can read, not even this one to seal them. To have a lock, remove your tokens, set it, and ask for them to be distributed again.',
    text: 'Seeds are then sealed under a key that only the PIN or passkey opens. The app locks when it is closed, and a minute after you leave it.',
    pinWarning:
      'A PIN of few digits keeps somebody out who picks up this device. It does not withstand somebody who copies its storage and computes; a passkey does.',
    setPin: 'Set a PIN',
    setPasskey: 'Set a passkey',
    changeTo: 'Replace by',
    newPin: 'New PIN',
    pinAgain: 'The same again',
    pinRule: 'Six digits or more.',
    pinsDiffer: 'The two PINs differ.',
    erase: 'Erase everything after ten wrong PINs in a row',
    present: 'Present PIN',
    confirmFirst: 'First confirm the lock you have.',
    remove: 'Remove the lock',
    removed: 'The lock is removed.',
    failed:
      'This passkey cannot be used: it was cancelled, or the device has no secret to give for it (PRF). Set a PIN instead.',
    lockNow: 'Lock now',
    notPossible:
      'The lock could not be changed: another tab of this app has changed something. Open the app again.',
  },

  about: {
    title: 'About',
    device: 'Device id',
    deviceHint: 'An administrator may bind a token to it. It was made here once and is no secret.',
    deviceClass: 'Device class',
    version: 'Version',
    storage: 'Storage',
    persistent: 'The browser keeps it until you delete it.',
    notPersistent:
      'The browser may delete it when space is short. Install the app, or use it often, and the browser keeps it.',
    path: 'Settings > About',
    copyDevice: 'Copy device id',
  },

  look: {
    title: 'Language and look',
    language: 'Language',
    theme: 'Colours',
    auto: 'As the device',
    light: 'Light',
    dark: 'Dark',
  },

  move: {
    title: 'Move to a new phone',
    intro:
      'Seeds are never copied: the new phone agrees on a seed of its own with the server, and the old one ends with it.',
    steps: [
      'Choose the token here. This phone then shows a picture, by which it agrees.',
      'Scan the picture with the camera of the new phone. It opens the Self-Service Console of your server; log on there, and confirm.',
      'Follow the steps there. On the new phone they lead to the app, which takes the token.',
      'Enter the first code of the new phone. From then on the codes of this phone are rejected; remove the token here.',
    ],
    which: 'Which token moves?',
    show: (name: string) => `Move ${name}`,
    agreed: (name: string) => `With this ${name} may move`,
    picture: 'QR code that opens the Self-Service Console',
    number: 'Number to type instead',
    numberHint:
      'On a computer: log on to the Self-Service Console, open the menu of the token, choose “Move to a New Phone”, and type this number. It changes every minute.',
    careful:
      'Show it to nobody. Whoever photographs it and knows your password can take the token in your place.',
    hide: 'Hide',
    selfService: 'Self-Service Console',
    selfServiceHint:
      'If nothing is there, or it says that the token cannot be moved, ask your help desk to distribute the token again.',
    fromToken: 'Move to a new phone',
  },

  erase: {
    title: 'Erase everything',
    text: 'All tokens, the lock and the device id are deleted from this device. To have tokens again they must be distributed again.',
    button: 'Erase everything',
    confirmTitle: 'Erase everything on this device?',
    confirmLabel: (word: string) => `Type ${word} to confirm`,
    word: 'erase',
    done: 'Everything is erased.',
  },

  update: { text: 'A new version of this app is ready.', button: 'Use it now' },
};

export type Texts = typeof en;
