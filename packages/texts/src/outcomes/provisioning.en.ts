/** Distribution, activation codes, token profiles and device types. */
export const provisioning = {
  'activation-code': {
    generated: 'With QR code delivery the server generates the activation code, and it cannot be changed.',
    taken: 'This code cannot be used. Choose another.',
    characters: 'Use only letters, digits, periods and underscores: some apps alter other characters.',
    'too-short': 'Use at least {{minimum, number}} characters, not counting spaces and dashes.',
    'digits-too-short': 'A code of digits only needs at least 12 digits.',
    repetitive: 'The code has too few different characters.',
    sequence: 'The code is a simple ascending or descending sequence.',
    'contains-user-id': 'The code contains the user ID, which is not secret.',
    'contains-serial': 'The code contains the serial number, which is not secret.',
    'none-live': 'The token has no valid activation code to withdraw.',
  },
  distribution: {
    'device-id-form': 'A device ID has 1 to 64 letters and digits.',
    'not-waiting':
      'The token is not waiting to be activated by QR code. Ask an administrator to distribute it.',
    'not-found': 'The distribution no longer exists.',
    'no-mail-with-qr': 'With QR code delivery there is nothing to mail. Leave it out.',
  },
  notice: {
    'device-recorded':
      'The binding to this device is recorded, and it is enforced if the app sends its device ID. {{deviceType}} apps that send none are accepted.',
    'class-recorded':
      'The device class is recorded, and it is enforced if the app sends it. {{deviceType}} apps that send none are accepted.',
    'no-pin':
      'No PIN is set for this token. If the token policy requires one, the user has to create it at the next use; otherwise, the tokencode alone is accepted.',
    certificate: '{{deviceType}} refuses servers whose certificate it does not trust.',
  },
  profile: {
    'not-found': 'There is no token profile "{{profile}}".',
    exists: 'There is already a token profile "{{profile}}".',
    'codes-live':
      'Activation codes made from this profile are still valid. Withdraw them, or wait until they expire.',
    offered:
      'The profile is offered to users or has open requests. Delete the offer and decide the requests first.',
    'does-not-fit': 'The profile does not fit the device type.',
    'no-dynamic-provisioning': '{{deviceType}} does not support dynamic seed provisioning.',
    'no-qr': '{{deviceType}} cannot scan QR codes.',
    'no-algorithm': '{{deviceType}} does not support the algorithm {{algorithm}}.',
    'no-digits': '{{deviceType}} cannot show {{digits}} digits.',
    'no-interval': '{{deviceType}} cannot change the tokencode every {{seconds}} seconds.',
    'no-authentication-type':
      '{{deviceType}} does not support the authentication type {{authenticationType}}.',
    'pinpad-securid': 'PINPad is for SecurID tokens. Use fob or tokencode.',
    'delivery-url': 'Dynamic Seed Provisioning (using URL)',
    'delivery-qr': 'Dynamic Seed Provisioning (using QR Code)',
  },
  'device-type': {
    'not-found': 'There is no device type "{{deviceType}}".',
    unknown: 'There is no device type "{{deviceType}}". Available: {{known}}.',
    gone: 'The device type "{{deviceType}}" no longer exists.',
    'gone-import': 'The device type "{{deviceType}}" no longer exists. Import it again.',
    'built-in': '"{{deviceType}}" is built in. Give the definition another ID.',
    'built-in-kept': '"{{deviceType}}" is built in and cannot be deleted.',
    'in-use': 'Token profiles use this device type. Delete them first.',
    'link-not-app': 'The link template is not a link to an app.',
    'link-invalid': 'The link template cannot be used: {{reason}}.',
  },
  'link-template': {
    stray: 'unmatched brace, or white space',
    control: 'control or invisible characters',
    'no-address': 'no placeholder for the address',
    'unknown-placeholder': 'unknown placeholder {{placeholder}}',
  },
} as const;
