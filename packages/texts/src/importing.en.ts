/** Texts about importing a token, for both authenticators: the web app and the command line. */
export const importingEn = {
  link: {
    empty: {
      message: 'There is nothing here to import from.',
      next: 'Copy the whole link you were given, or the address of the server.',
    },
    'too-long': {
      message: 'This is too long to be a link.',
      next: 'Copy the link alone, without the text around it.',
    },
    'not-https': {
      unnamed: 'This is not an https address. Nothing was sent.',
      message: '{{host}} uses http, which would send the activation code unencrypted. Nothing was sent.',
      next: 'Only https is used with other machines. Ask the sender for an https link.',
    },
    'user-information': {
      message:
        'The address in this link has a user name before the host, as deceptive links do. Nothing was sent.',
      next: 'Ask the sender whether the link is genuine.',
    },
    ambiguous: {
      message:
        'This link gives a value twice or contains characters that no address has, so different programs could read it differently. Nothing was sent.',
      next: 'Ask for a new link.',
    },
    'no-address': {
      message: 'This link does not name a server.',
      next: 'Copy the whole link, or type the address and the activation code.',
    },
    'code-too-long': {
      message: 'The activation code in this link is too long to be valid.',
      next: 'Copy the whole link again, or type the address and the activation code.',
    },
    ctf: {
      message:
        'This is a token in compressed form (CTF), with its seed inside. This authenticator agrees on seeds with the server instead.',
      next: 'Ask for the token to be distributed by CT-KIP (dynamic seed provisioning).',
    },
    otpauth: {
      message:
        'This is a key for another kind of authenticator (otpauth), with the secret inside, and not a CT-KIP link.',
      next: 'Ask for the token to be distributed by CT-KIP (dynamic seed provisioning).',
    },
    'not-a-link': {
      message: 'This is neither a CT-KIP link nor an address.',
      next: 'Copy the whole link, or enter the address, such as https://otp.example.com/ctkip/services/CtkipService, and the code separately.',
    },
  },
  noQrCode: {
    file: 'No QR code can be read in {{file}}.',
    picture: 'No QR code can be read in the picture.',
    camera: 'No QR code can be read in the camera image.',
    next: 'Crop the picture to the QR code with a white margin around it.',
  },
  severalQrCodes: {
    file: 'There are several QR codes in {{file}}, and nothing says which one to use.',
    picture: 'There are several QR codes in the picture, and nothing says which one to use.',
    camera: 'There are several QR codes in the camera image, and nothing says which one to use.',
    next: 'Show only the one you were given, or crop the picture to it.',
  },
  codeMissing: 'The activation code is missing.',
  mac: {
    message:
      'The MAC of the reply is wrong. Someone may be intercepting the connection between this device and {{host}}. Nothing was stored.',
    next: 'Do not try again from this network. Tell the administrator of the server; the token must be distributed again.',
  },
  addressRefused: 'The address {{address}} is refused.',
  unavailable: '{{host}} is unavailable (HTTP {{status}}).',
  unreachable: {
    offline: '{{host}} cannot be reached: this device is offline.',
    slow: '{{host}} cannot be reached: no complete reply within {{seconds}} seconds.',
    large: '{{host}} cannot be reached: its reply is longer than {{kib}} KiB.',
    unknown:
      '{{host}} cannot be reached: it does not answer, its certificate is not trusted here, or it does not accept authenticators from this address.',
  },
  notSpent: 'Check the address and the connection. The activation code has not been used up.',
  maybeSpent:
    'The activation code may have been used up. If it is not accepted again, ask for the token to be distributed again.',
  refused: 'The server refused: {{detail}}',
  codeNotValid: 'The server refused: the activation code is not valid.',
  codeRefused:
    'Is the activation code right, unused and not expired, and is the token meant for this device ({{about}})? If so, ask for the token to be distributed again.',
  status: 'The server ended the exchange with the status {{status}}.',
  accessDenied: 'Is the token meant for this device? See: {{about}}',
  askAdministrator: 'Ask the administrator of the server; its audit trail says why.',
  tooManyAttempts:
    '{{host}} has received too many wrong activation codes from this address; wait a few minutes.',
  redirected:
    '{{host}} redirects to another address, and redirects are not followed. Enter that address yourself if you trust it.',
  noService: 'There is no CT-KIP service at {{address}}.',
  notCtkip: 'The reply of {{host}} is not CT-KIP: {{detail}}. Is the address right?',
  http: '{{host}} replied with HTTP {{status}}: {{detail}}.',
  weakKey: '{{detail}}: it has fewer than 1024 bits.',
  broken: 'CT-KIP failed after {{stage}}: {{detail}}.',
  unusable:
    'The server generated a token that this authenticator cannot use: {{keyType}}, serial number {{serial}}, {{digits}} digits every {{interval}} seconds, {{format}}.',
  alreadyHere: 'Token {{serial}} is already here. The activation code has not been used up.',
  keptOld: {
    message:
      'Token {{serial}} is already here and was left as it is. The activation code is used up, and the new seed was discarded.',
    next: 'The seed you have remains valid. To replace it, ask for the token to be distributed again.',
  },
} as const;

export type ImportingTexts = typeof importingEn;
