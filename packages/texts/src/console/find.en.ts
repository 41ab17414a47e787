/** Find anything. */
export const findEn = {
  find: {
    open: 'Find anything (Ctrl+K)',
    title: 'Find anything',
    help: 'Start of a user ID, last name or e-mail address; digits of a serial number; a page',
    found: 'What was found',
    kinds: {
      users: 'Users',
      tokens: 'Tokens',
      profiles: 'Token profiles',
      radiusClients: 'RADIUS clients',
      agents: 'Authentication agents',
      pages: 'Pages',
    },
    more: 'There are more. Type more of the name to narrow them down.',
    nothing: 'Nothing was found.',
    count_one: '{{count}} result. Enter opens it.',
    count_other: '{{count}} results. Choose with the arrow keys.',
  },
} as const;
