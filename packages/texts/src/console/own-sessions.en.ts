/** One's own sessions: the same in both consoles. */
export const ownSessionsEn = {
  sessions: {
    title: 'Where you are logged on',
    body: 'If you do not recognize a session, end it and change your password.',
    browser: 'Browser',
    source: 'Address',
    opened: 'Logged on',
    lastUsed: 'Last used',
    current: 'This session',
    unknown: 'Unknown',
    end: 'End',
    endNamed: 'End the session in {{browser}} from {{at}}',
    endOthers: 'End all others',
    ended: 'The session is ended.',
    othersEnded: 'All other sessions are ended.',
    stillLoggedOn:
      'The server did not confirm that you are logged off. You may still be logged on: log off again before you leave.',
  },
} as const;
