/** What each permission allows: for the consoles, the command line and the API. */
export const permissionNames = {
  'permission-name': {
    'users:view': 'View users',
    'users:edit': 'Add, edit, enable, disable and delete users',
    'users:activation-window':
      'Let a user who has a token activate another without it, once: for a lost or new phone',
    'profiles:view': 'View token profiles and device types',
    'profiles:edit': 'Add, edit and delete token profiles and device types',
    'tokens:view': 'View tokens and their distributions',
    'tokens:mint': 'Mint token records',
    'tokens:assign': 'Assign tokens to users, replace them and unassign them',
    'tokens:edit':
      'Edit, enable and disable tokens, set and clear PINs, resynchronize, unlock, give emergency access',
    'tokens:distribute': 'Issue software tokens: distribute, redistribute, withdraw',
    'tokens:delete': 'Delete tokens',
    'requests:view': 'View requests for tokens',
    'requests:make': 'Request tokens, and withdraw requests, on behalf of users',
    'requests:decide': 'Approve, reject and defer requests for tokens',
    'activations:open':
      'Obtain the activation code of a QR distribution: only for a self-service portal that has authenticated the user',
    'policies:view': 'View token, lockout and emergency access policies',
    'policies:edit': 'Change token, lockout and emergency access policies',
    authenticate: 'Verify passcodes',
    'agents:view': 'View RADIUS clients and authentication agents',
    'agents:edit': 'Add, edit and delete RADIUS clients and authentication agents',
    'audit:view': 'Read the audit trail',
    'administrators:view': 'View administrators, roles and who can do what',
    'administrators:edit': "Add, edit and delete administrators and roles, within one's own permissions",
    'domains:edit': 'Add, rename and delete security domains',
    'settings:edit': 'Change deployment settings',
    'backups:make': 'Make backups, and see those that were made',
    'keys:edit': 'Create API keys, rotate the server key, replace the TLS certificate',
  },
} as const;
