/** Administrators, roles, security domains and users. */
export const people = {
  permission: {
    required: 'The permission "{{permission}}" is required.',
    'not-held': 'You cannot grant permissions that you do not have: {{permissions}}.',
    unknown: 'There is no permission "{{permission}}".',
  },
  administrator: {
    'not-found': 'There is no administrator "{{administrator}}".',
    exists: 'There is already an administrator "{{administrator}}".',
    altered:
      'The administrator {{administrator}} was changed in the database, not by the server. Delete the administrator and add them again.',
    'above-you': '{{administrator}} has more rights than you: {{role}} in {{domain}}.',
    'token-above-you':
      'An administrator with more rights than you logs on with a token of this user. Ask someone with the same rights.',
    'last-super-admin': 'No enabled Super Admin would be left. Give someone else the role first.',
    'no-confirmed-token': '{{user}} has no confirmed token. Activate a token and use it once first.',
    'token-in-use':
      'The administrator {{administrator}} logs on with a token of {{user}}. Change that first.',
  },
  role: {
    'not-found': 'There is no role "{{role}}".',
    exists: 'There is already a role "{{role}}".',
    altered: 'The role {{role}} was changed in the database, not by the server. Delete it and add another.',
    'built-in': 'Built-in roles cannot be changed. Add a role of your own.',
    'built-in-kept': 'Built-in roles cannot be deleted.',
    'in-use': 'Administrators have this role. Remove it from them first.',
    'not-found-choose': 'There is no role "{{role}}". Choose another.',
  },
  domain: {
    'not-found': 'There is no security domain "{{domain}}".',
    exists: 'There is already a security domain "{{domain}}".',
    required: 'Choose a security domain: you have no rights in the top one.',
    'too-many': 'There are already {{maximum, number}} security domains, the maximum.',
    top: 'The top security domain cannot be deleted.',
    'in-use': 'The security domain still contains {{contents}}. Move or delete them first.',
    users_one: '{{count, number}} user',
    users_other: '{{count, number}} users',
    tokens_one: '{{count, number}} token',
    tokens_other: '{{count, number}} tokens',
    domains_one: '{{count, number}} security domain',
    domains_other: '{{count, number}} security domains',
    roles_one: '{{count, number}} role assignment',
    roles_other: '{{count, number}} role assignments',
    'api-keys_one': '{{count, number}} API key',
    'api-keys_other': '{{count, number}} API keys',
    'radius-clients_one': '{{count, number}} RADIUS client',
    'radius-clients_other': '{{count, number}} RADIUS clients',
    agents_one: '{{count, number}} authentication agent',
    agents_other: '{{count, number}} authentication agents',
  },
  user: {
    'not-found': 'There is no user "{{user}}".',
    exists: 'There is already a user "{{user}}" (case is ignored).',
    'id-unusable': 'The user ID has no usable characters.',
    'move-gains':
      'You cannot move a user to a security domain in which you have more permissions: {{permissions}}.',
    disabled: 'The user is disabled. Enable the user first.',
    'just-moved': 'The user has just been moved. Reload and try again.',
    'just-deleted': 'The user has just been deleted.',
  },
} as const;
