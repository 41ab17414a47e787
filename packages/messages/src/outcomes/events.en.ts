/** Why something happened, or did not, as the audit trail says it: no sentences, no final period. */
export const events = {
  event: {
    'right-but-strayed': 'right, but its clock or counter is off: the next one is asked for',
    findings_one: '{{first}} {{count, number}} more finding',
    findings_other: '{{first}} {{count, number}} more findings',
    method: '{{method}}: {{reason}}',
    token: 'token {{serial}}: {{reason}}',
    'token-changed': 'the token was changed meanwhile',
    'wrong-passcode': 'wrong passcode',
    'wrong-passcode-and': 'wrong passcode, and {{reason}}',
    'tokencode-used': 'this tokencode was already used',
  },
} as const;
