/** Distributing tokens. */
export const distributionEn = {
  distribution: {
    state: 'State',
    reason: 'Reason',
    profile: 'Token profile',
    delivery: 'Delivery Method',
    deviceType: 'Device type',
    binding: 'DeviceSerialNumber',
    enforced: 'Binding',
    enforcedYes: 'Enforced',
    enforcedNo: 'Recorded; enforced when the app identifies its device',
    device: 'Activated by device',
    nickname: 'Nickname',
    by: 'Distributed by',
    expires: 'Activation code expires',
    never: 'Never',
    history: 'History',
  },
  distribute: {
    title: 'Distribute token {{serial}}',
    toToken: 'To the token',
    forWhom: 'Token {{serial}} is assigned to {{userId}}.',
    waiting: 'This token already has an activation code that can be used. Distributing again withdraws it.',
    profile: 'Select Token Profile',
    profilePlaceholder: 'Select a software token profile',
    profileMissing: 'Select a software token profile.',
    profileSays: '{{device}}: {{digits}} digits every {{interval}} seconds, {{type}}.',
    noProfiles: 'There is no software token profile yet',
    noProfilesBody:
      'A software token profile says which devices tokens are for, and how they are distributed. Add one first.',
    device: {
      label: 'DeviceSerialNumber',
      nowClass: 'Now: binds the token to the device class. Any supported {{device}} device can import it.',
      nowAny:
        'Now: no device ID is given. The device class is checked, and the device ID is learned from the device.',
      nowId: 'Now: binds the token to one device. The ID is compared as {{id}}.',
      nowIdWhenPresent: 'Now: for one device. An ID that the app sends is compared with {{id}}.',
      leave:
        'Leave the default setting: the token is bound to the device class, any supported {{device}} device.',
      clear:
        'Clear the field: the device class is verified, and the device-specific ID is obtained from the user device.',
      unenforced:
        '{{device}} apps may send neither ID nor class. They can import the token all the same, and the binding then shows as not enforced.',
      enterRequired:
        'Enter the device ID you obtained from the user: only this device can import the token. Dashes, spaces and case do not matter.',
      enterWhenPresent:
        'Enter the device ID you obtained from the user: a device that sends another ID is refused. {{device}} apps that send no ID can still import the token. Dashes, spaces and case do not matter.',
      qrAdvice: 'For delivery by QR Code a device-specific ID is recommended.',
    },
    nickname: 'Nickname',
    nicknameInApp:
      'Shown with the token in the consoles and mail, and in the app when it is given the link or scans the QR Code. At most 24 letters and digits; may be left blank.',
    nicknameNotInApp:
      'Shown with the token in the consoles and mail. The link has no place for it: {{device}} apps name the token themselves. At most 24 letters and digits; may be left blank.',
    nicknameWrong: 'Use at most 24 letters and digits, without spaces or symbols.',
    code: 'CT-KIP Activation Code',
    codeDigits: 'System-generated, 12 digits',
    codeLong: 'System-generated, 20 characters',
    codeChosen: 'Chosen by me',
    codeHelp: 'One-time: it allows one import of the token.',
    codeQr:
      'For QR Code delivery, the activation code is system-generated and cannot be changed. Only the user sees it, inside the QR Code.',
    chosenCode: 'Activation code chosen by you',
    chosenCodeHelp:
      'At least {{minimum}} letters, digits, periods and underscores; digits alone: at least {{digits}}. At least {{different}} different characters, no sequence such as 1234, and neither the user ID nor the serial number in it. Spaces and dashes do not count, and case does not matter.',
    present: 'Current seed of the token',
    presentKeep: 'Keep it until the new one is confirmed',
    presentKeepSays: 'The token keeps working until the first tokencode of the new seed is accepted.',
    presentRevoke: 'Revoke it now',
    presentRevokeSays: '{{userId}} cannot authenticate with this token until the new seed is imported.',
    certificateRefused: '{{device}} refuses certificates it does not trust: the import will fail',
    certificateAsked: 'Users of {{device}} are asked to accept an untrusted certificate',
    certificateToDo:
      'Replace the certificate with one of a trusted authority, or distribute to another device type.',
    certificateTell:
      'Tell the user to expect the question, and which fingerprint to compare; or replace the certificate with one of a trusted authority.',
    certificateHard: 'As the address answers now, no device can import',
    certificateMend: 'Fix this first; otherwise a token distributed now cannot be provisioned.',
    certificateCheck: 'Certificate and reachability check',
    certificateChecking: 'Checking the certificate …',
    certificateLink: 'View the certificate',
    whatHappens: 'What will happen',
    happensUrl:
      '{{userId}} opens the link on the device, or enters the CT-KIP URL and the activation code that you hand over; the app then agrees on a seed with this server, and no message contains the seed.',
    happensQr:
      '{{userId}} logs on to the Self-Service Console and scans the QR Code with the app; you see neither the code nor the QR Code, and nothing has to be sent.',
    happensKept: 'The current seed stays valid until the first tokencode of the new one is accepted.',
    happensRevoked: 'The current seed stops working at once.',
    save: 'Save and Distribute',
  },
  result: {
    done: 'Token {{serial}} is distributed to {{userId}}',
    left: 'Token {{serial}} is distributed to {{userId}}, but you had left the page that shows its activation code. Distribute it again to get another.',
    doneUrl: 'Hand the CT-KIP URL and the activation code over to the user.',
    doneQr: 'Give the user the instructions below.',
    notices: 'What you should know',
    handOver: 'To hand over',
    once: 'The activation code is shown only now. When you leave this page, it cannot be shown again.',
    ctkipUrl: 'CT-KIP URL',
    link: 'Link for {{device}}',
    expires: 'Expires',
    advice: {
      title: 'How to hand it over safely',
      intro: 'E-mail is not encrypted. For a more secure delivery option, do one of the following:',
      offline: 'Provide the information offline, such as by calling the user on the telephone.',
      encrypt: 'Copy the information into an e-mail that you encrypt.',
      gateway: 'Use a Simple Mail Transfer Protocol (SMTP) e-mail encryption gateway.',
      qr: 'Distribute the token using a QR Code, because no e-mail is involved.',
      after: 'Then do the following:',
      copy: 'Copy the activation code and CT-KIP URL and safely deliver them to the user.',
      instruct:
        'Instruct the user on how to import the token: install the app ({{application}}), then open the link on the device.',
      expiry:
        'Advise the user to import the token before the expiration time. If the activation code expires before it is used, you must redistribute the token and provide the CT-KIP URL and the new activation code.',
      noExpiry: 'The activation code does not expire. Withdraw it if the user does not import the token.',
    },
    qr: {
      title: 'Instructions for the user',
      intro:
        'There is no code and no QR Code here: only the user sees it, after logging on to the Self-Service Console.',
      instructions: 'Instructions',
      install: 'Install the authenticator application on the mobile device ({{application}}).',
      logOn:
        'Log on to the Self-Service Console ({{url}}) from a device other than the one on which the authenticator app is installed.',
      activate: 'In the My Authenticators section of the My Accounts page, click Activate Your Token.',
      follow: 'Follow instructions in the Activate Your Token window to activate the token.',
      download: 'The app can be downloaded from {{url}}.',
      expires:
        'The activation expires on {{time}}. After that, ask the user to log on to the Self-Service Console and scan the QR Code again, or redistribute the token.',
    },
    toUser: 'User Dashboard of {{userId}}',
    toTokens: 'To the tokens',
    leaveTitle: 'Leave this page?',
    leaveBody:
      'The activation code of token {{serial}} is shown nowhere else. Without it you have to redistribute the token.',
    leave: 'Leave',
  },
  live: {
    title: 'Status',
    stepDone: 'done: {{step}}',
    stepOpen: 'not yet: {{step}}',
    refused: 'The last attempt was refused',
    device: 'Device: {{id}}',
    now: {
      issued: 'Issued: waiting for the user to open the app.',
      opened: 'Opened: the activation code was used, and the app and the server are agreeing on a seed.',
      provisioned: 'Provisioned: the token is in the app. It is confirmed by the first tokencode.',
      confirmed: 'Confirmed: the first tokencode was accepted. The token is in use.',
      expired:
        'The activation code expired before it was used. If the token is delivered by QR code, the user can ask for another; otherwise redistribute the token.',
      withdrawn: 'The activation code was withdrawn: someone redistributed or unassigned the token.',
      failed: 'The import failed.',
    },
    will: {
      issued: 'The activation code exists.',
      opened: 'The app has sent the activation code.',
      provisioned: 'The seed is agreed on and stored.',
      confirmed: 'The first tokencode was accepted.',
    },
  },
} as const;
