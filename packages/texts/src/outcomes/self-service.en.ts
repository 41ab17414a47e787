/** What the Self-Service Console says to users. */
export const selfService = {
  'self-service': {
    changed: 'This has just changed, perhaps in another window. Reload and try again.',
    off: 'This is turned off here. Ask your help desk.',
    'no-window': 'No activation window is open for this user. Reload and try again.',
    'link-from-administrator':
      'This token is activated with a link and a code from your administrator. If they no longer work, ask for new ones.',
    'code-used': 'This code was used, or your administrator withdrew it. Reload and try again.',
    'cannot-move':
      'This token cannot be moved here. Ask your help desk to distribute it to you again for the other device.',
    'approval-invalid':
      'This approval is wrong, already used, or too old. Show a new one on the device that has the token.',
    'delivery-changed':
      'Tokens like this one are now distributed in another way. Ask your help desk to distribute it to you again.',
    'reported-lost': 'You reported this token as lost. If you have found it, tell your help desk.',
    'token-disabled': 'This token is disabled. Ask your help desk to enable it.',
    'token-expired': 'This token has expired. Ask your help desk for another.',
    'passcode-first':
      'Enter a passcode of the token you have. If you no longer have it, ask your administrator to open an activation window.',
    'not-distributed': 'This token has not been distributed to you yet. Ask your help desk for it.',
    'not-activated': 'No app has activated this token yet. Scan the QR code first.',
    'passcode-for-pin':
      'Enter a passcode of your token first. If you have forgotten your PIN, ask your help desk to clear it.',
  },
} as const;
