/** Identity sources: directories that users come from. */
export const sources = {
  source: {
    'not-found': 'There is no such identity source. Reload the list.',
    exists: 'There is already an identity source "{{source}}".',
    altered: 'The identity source {{source}} was changed in the database, not by the server. Save it again.',
    'too-many': 'There are already {{maximum, number}} identity sources, the maximum.',
    plain:
      'With ldap:// and without StartTLS, anyone on the network path can read every password. Use ldaps:// or StartTLS, or allow plain LDAP.',
    authority: 'Not a certificate. Enter the certificates of the authority as PEM.',
    'filter-syntax': 'Not an LDAP filter. Example: (objectClass=person)',
    'placement-name': 'Not a distinguished name. Example: cn=finance,ou=groups,dc=example,dc=com',
    'key-in-use':
      'Users are identified by this attribute. With another one, each of them would count as someone else. Add another source instead.',
    'has-users': 'Users come from this source. Delete them first.',
    'has-administrators': 'Administrators log on through this source. Change that first.',
    'password-for-other-server':
      'The stored bind password was entered for other servers or another kind of protection. Enter it again, or remove it.',
    'other-domain': 'The users of {{source}} are in a security domain in which you cannot edit users.',
    'above-you':
      'An administrator with more rights than you logs on through {{source}}. Ask someone who has those rights too.',
  },
  'source-test': {
    'no-server': 'No server could be used, so this was not tried.',
    addresses: 'The name has these addresses: {{addresses}}.',
    reached: 'The server listens.',
    trusted: 'The connection is protected, and the certificate is trusted and names this host.',
    plain: 'The connection is not protected: anyone on the network path can read every password.',
    anonymous: 'No account for searching is set. Most directories show little to anonymous clients.',
    bound: 'Logged on as {{name}}.',
    base: '{{base}} exists.',
    nobody:
      'The filter finds no entries below the base DN. Check both, and whether the account may read there.',
    found_one: 'The filter finds one entry, and the directory returns it.',
    found_other: 'The filter finds {{count, number}} entries, and the directory returns them all.',
    'counted-part_one':
      'The filter finds at least one entry. The directory is slow, so whether it returns them all was not tried to the end.',
    'counted-part_other':
      'The filter finds at least {{count, number}} entries. It takes long to read them all, so whether the directory returns them was not tried to the end.',
    mapped_one: 'The entry can become a user.',
    mapped_other: 'All {{count, number}} of them can become users.',
    'some-refused_one': '{{count, number}} of them cannot become a user. The reason is next to it.',
    'some-refused_other': '{{count, number}} of them cannot become users. The reasons are next to them.',
    'not-found':
      'No entry, or more than one, has the name "{{name}}" in the attributes that users log on with.',
    'no-groups': 'No attribute for members of groups is set.',
    groups_one: '{{name}} is in {{count, number}} group.',
    groups_other: '{{name}} is in {{count, number}} groups.',
  },
  'source-failure': {
    name: 'The host name has no address. Check the spelling and the DNS of this host. ({{detail}})',
    unreachable:
      'Nothing answers at this address and port. Check the port, the firewall and whether the directory runs. ({{detail}})',
    timeout: 'The server did not answer in time. Check the firewall, or allow more seconds. ({{detail}})',
    certificate:
      'The certificate of the server is not trusted, or has expired. Enter the certificate of its authority. ({{detail}})',
    'certificate-name':
      'The certificate is for another host. Use the name that is in it, or give the server a certificate with this name. ({{detail}})',
    tls: 'The server offers no TLS here, or only versions that are too weak. Use ldaps:// on port 636, or ldap:// with StartTLS. ({{detail}})',
    bind: 'The directory does not accept the bind name and its password. Enter both again. ({{detail}})',
    'strong-auth': 'The directory requires a protected connection. Use ldaps:// or StartTLS. ({{detail}})',
    base: 'The base DN does not exist, or the account may not see it. ({{detail}})',
    'dn-syntax': 'This is not a distinguished name. Example: ou=people,dc=example,dc=com ({{detail}})',
    access: 'The account may not do this in the directory. Give it read access. ({{detail}})',
    'size-limit':
      'The directory returns only some of the entries. Raise its size limit for this account, or allow paging. ({{detail}})',
    'time-limit': 'The directory gave up searching. Index the attributes of the filter there. ({{detail}})',
    endless:
      'The directory did not come to an end: too long, too much, or pages without entries. Check it, narrow the filter, or raise the limits of the source. ({{detail}})',
    lost: 'The connection ended in the middle of an answer. ({{detail}})',
    resting:
      'The servers of this directory failed a moment ago. Sower will try them again soon. ({{detail}})',
    protocol: 'The directory sent an unexpected answer: {{detail}}',
  },
  'source-run': {
    'not-found': 'This run was not found.',
    running: 'A run of {{source}} is in progress. Wait for it, or cancel it.',
    'source-changed': 'The settings of the source were changed meanwhile. Start another run.',
    'no-watermark': 'There is no earlier run to continue from. Start a full run.',
    'not-read':
      'The directory could not be read completely, so nothing was changed and nobody was disabled. {{reason}}',
    empty:
      'The directory returned no entries at all, which is not treated as everyone having left. Nobody was disabled. Check the base DN, the filter and what the account may read.',
    'no-group':
      'The group {{name}} could not be found, so nobody was moved, and nothing was changed. Check the groups and the rules of the source.',
    'no-domain':
      'The security domain of the rule for {{name}} no longer exists. Nothing was changed. Change the rules of the source.',
    'too-many':
      'The directory has more than {{maximum, number}} entries. Narrow the filter, or raise the limit of the source. Nothing was changed.',
    stopped_one:
      'It would disable {{count, number}} of {{users, number}} users, more than {{percent}} %. Nothing is changed until someone confirms the number.',
    stopped_other:
      'It would disable {{count, number}} of {{users, number}} users, more than {{percent}} %. Nothing is changed until someone confirms the number.',
    bounds:
      'For {{users, number}} enabled users, it would make more changes than the source allows: {{changes}}. Nothing is changed until someone confirms the number.',
    'all-refused_one':
      'The only entry that was read was refused. Nothing was changed. Look at the findings, the mapping and what the account may read.',
    'all-refused_other':
      'All {{count, number}} entries that were read were refused. Nothing was changed. Look at the mapping, the filter and what the account may read.',
    confirm_one: 'One change exceeds the bounds of the source. To start the run anyway, enter this number.',
    confirm_other:
      '{{count, number}} changes exceed the bounds of the source. To start the run anyway, enter this number.',
    confirmed_one: 'confirmed, disables {{count, number}} user; {{exceeding, number}} changes exceed bounds',
    confirmed_other:
      'confirmed, disables {{count, number}} users; {{exceeding, number}} changes exceed bounds',
    conflicts_one:
      '{{count}} user ID belongs to someone else. No user is accepted by it until someone chooses what happens to the entry.',
    conflicts_other:
      '{{count, number}} user IDs belong to someone else. No user is accepted by them until someone chooses what happens to the entries.',
    'not-waiting': 'This run is not waiting to be started.',
    stale: 'This preview is more than an hour old. Make another one.',
    'paused-long':
      'This run was paused for more than an hour, and the directory may have changed. Cancel it, and start another one.',
    ended: 'This run has ended.',
  },
  'source-change': {
    disabled_one: '{{count, number}} user disabled',
    disabled_other: '{{count, number}} users disabled',
    returning_one: '{{count, number}} user enabled again',
    returning_other: '{{count, number}} users enabled again',
    added_one: '{{count, number}} user added',
    added_other: '{{count, number}} users added',
    userIds_one: '{{count, number}} user ID changed',
    userIds_other: '{{count, number}} user IDs changed',
    names_one: 'mail address or logon names of {{count, number}} user',
    names_other: 'mail address or logon names of {{count, number}} users',
    details_one: 'name, telephone number or entry of {{count, number}} user',
    details_other: 'name, telephone number or entry of {{count, number}} users',
    groups_one: 'groups of {{count, number}} user',
    groups_other: 'groups of {{count, number}} users',
    domains_one: '{{count, number}} user moved to another security domain',
    domains_other: '{{count, number}} users moved to another security domain',
    roles_one: 'a role for {{count, number}} user',
    roles_other: 'roles for {{count, number}} users',
    rolesLost_one: 'a role lost by {{count, number}} user',
    rolesLost_other: 'roles lost by {{count, number}} users',
    conflicts_one: '{{count, number}} user ID put in conflict',
    conflicts_other: '{{count, number}} user IDs put in conflict',
  },
  'client-group': {
    'not-kept':
      'No identity source records the members of {{name}}. Add the group to the source, under Groups, and run the source.',
  },
  'source-choice': {
    'numbers-or-kind': 'Name findings by their numbers, or choose all conflicts of one kind, but not both.',
    suffix: 'A qualified user ID needs a suffix, such as @example.com; other choices take none.',
    'no-conflict': 'There is nothing to choose for one of these entries. Reload the list.',
    count_one: 'There is now {{count, number}} conflict of this kind. Look at the list again.',
    count_other: 'There are now {{count, number}} conflicts of this kind. Look at the list again.',
    'not-linkable':
      'An entry can be linked only to a user of the internal database, or to one who is gone from their directory.',
    promised: 'This user is already going to be linked to another entry.',
    'other-domain': 'The user who has this user ID is in a security domain in which you cannot edit users.',
    'not-found': 'Nothing is chosen for this entry. Reload the list.',
  },
  'source-action': {
    added: 'added',
    linked: 'linked',
    changed: 'changed',
    moved: 'moved',
    disabled: 'disabled',
    returning: 'back',
    gone: 'gone',
    conflict: 'conflict',
    skipped: 'left out',
    refused: 'refused',
  },
  'source-entry': {
    'same-key': 'Another entry has the same key. Which of them is the user is unclear.',
    'user-id-taken':
      'Another user has this user ID and keeps it. Choose what to do with this entry, or change one of the two user IDs.',
    'user-id-twice':
      'Another entry of this directory gets the same user ID. Choose what to do with this entry, or change one of the two user IDs.',
    'link-other-id':
      'This entry was to be linked to the user {{user}}, but its user ID has changed since. Choose again.',
    'link-taken': 'The user to whom this entry was to be linked now comes from a directory. Choose again.',
    'link-right-lost':
      '{{name}}, who chose to link this entry, may no longer edit this user. Someone who may has to choose again.',
    'not-moved':
      'A rule puts this user in another security domain, and the administrator who last saved the source may not move the user there.',
    'roles-not-held':
      'A group gives this administrator a role that the administrator who last saved the source does not hold. It is not granted.',
    'roles-above':
      'A group gives a role to this administrator, who has more rights than the administrator who last saved the source. It is not granted.',
    'administrator-exists':
      'A group makes this user an administrator, but there is another administrator of this name. Delete that one, or give this user another user ID in the directory.',
    'qualified-too-long': 'With {{suffix}} appended, the user ID is too long.',
    disabled: 'Disabled in the directory. The user is added once enabled there.',
    expired: 'Expired in the directory. The user is added once the account is extended there.',
    'changed-meanwhile': 'Changed since the preview. The next run checks it again.',
    'no-key': 'The entry has no usable value of {{attribute}}, which identifies it.',
    'no-user-id': 'The entry has no {{attribute}}, so the user would have no user ID.',
    'many-user-ids': 'The entry has several values of {{attribute}}. Which one is the user ID is unclear.',
    'bad-user-id':
      'The value of {{attribute}} cannot be a user ID: it is too long, or has invisible characters.',
    'no-state':
      'The account that searches may not read {{attribute}}, so whether this user is disabled is unknown.',
  },
} as const;
