/** Identity sources: directories that users come from. */
export const sources = {
  source: {
    'not-found': 'There is no such identity source. Reload the list.',
    exists: 'There is already an identity source "{{source}}".',
    altered: 'The identity source {{source}} was changed in the database, not by the server. Save it again.',
    'too-many': 'There are already {{maximum, number}} identity sources, the maximum.',
    plain:
      'With ldap:// and without StartTLS, everyone on the way reads every password. Use ldaps:// or StartTLS, or allow plain LDAP.',
    authority: 'Not a certificate. Enter the certificates of the authority as PEM.',
    'filter-syntax': 'Not an LDAP filter. Example: (objectClass=person)',
    'key-in-use':
      'Users are known by this attribute. With another one, each of them would be someone else. Add another source instead.',
    'has-users': 'Users come from this source. Delete them first.',
    'has-administrators': 'Administrators log on through this source. Change that first.',
    'other-domain': 'The users of {{source}} are in a security domain in which you cannot edit users.',
    'above-you':
      'An administrator with more rights than you logs on through {{source}}. Ask someone with the same rights.',
  },
} as const;
