/** Names in figures, for the Security Console and the command line. */
export const figureNames = {
  figureNames: {
    ways: {
      radius: 'RADIUS',
      agent: 'Agents',
      rest: 'REST API',
      console: 'Security Console',
      'self-service': 'Self-Service Console',
    },
    outcomes: {
      accepted: 'Accepted',
      refused: 'Refused',
      asked: 'Asked for more',
    },
    reasons: {
      'wrong-passcode': 'Wrong passcode',
      used: 'Tokencode already used',
      'wrong-password': 'Wrong password',
      'no-user': 'No such user',
      'no-token': 'No provisioned token',
      'held-back': 'Locked or held back after wrong passcodes',
      disabled: 'User or token disabled',
      lost: 'Token marked as lost',
      expired: 'Token or password expired',
      outside: 'User not served by this client',
      emergency: 'Emergency access',
      pin: 'PIN not set',
      'given-up': 'Canceled',
      other: 'Other',
    },
    stages: {
      issued: 'Issued',
      opened: 'Opened',
      provisioned: 'Provisioned',
      confirmed: 'Confirmed',
    },
    tokens: {
      total: 'All',
      assigned: 'Assigned',
      enabled: 'Enabled',
      lost: 'Lost',
      expired: 'Expired',
    },
    mail: {
      sent: 'Sent',
      postponed: 'Tried again later',
      dead: 'Not sent',
    },
    runs: {
      done: 'Done',
      stopped: 'Stopped by its limit',
      failed: 'Failed',
    },
    nodes: {
      seen: 'Minutes seen',
      'not-ready': 'Minutes not ready',
      clock: 'Minutes with a wrong clock',
    },
  },
} as const;
