/** Where one is logged on: the same in both consoles. */
export const ownSessionsEn = {
  sessions: {
    title: 'Where you are logged on',
    body: 'End a session that you do not recognize, and change your password then.',
    browser: 'Browser',
    source: 'Address',
    opened: 'Logged on',
    lastUsed: 'Last used',
    current: 'This one',
    unknown: 'Unknown',
    end: 'End',
    endNamed: 'End the session of {{browser}} of {{at}}',
    endOthers: 'End all others',
    ended: 'The session is ended.',
    othersEnded: 'All other sessions are ended.',
  },
} as const;
