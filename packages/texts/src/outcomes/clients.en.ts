/** RADIUS clients and authentication agents. */
export const clients = {
  agent: {
    'not-found': 'This authentication agent was not found.',
    exists: 'There is already an authentication agent "{{agent}}". Choose another name.',
  },
  network: {
    invalid:
      '"{{network}}" is not an address or a CIDR range. Examples: 192.0.2.7, 192.0.2.0/24, 2001:db8::/32.',
    'host-bits':
      '{{network}} has address bits beyond its prefix. Enter {{range}} for the range, or the address alone.',
  },
  'radius-client': {
    'not-found': 'This RADIUS client was not found.',
    exists:
      'There is already a RADIUS client with the name "{{name}}", the network {{network}} or this certificate. Edit that one.',
    'too-many':
      'There are already {{maximum, number}} RADIUS clients, the maximum. Combine those of one network in one entry.',
    'attributes-too-long':
      'The attributes take {{octets, number}} octets, and a reply has room for {{maximum, number}}.',
    'attribute-unknown': 'There is no reply attribute "{{attribute}}".',
    'attribute-value': '{{attribute}} takes {{kind}}, not "{{value}}".',
    'attribute-too-long': '{{attribute}} takes at most {{maximum, number}} octets.',
    'attribute-empty': '{{attribute}} needs a value.',
  },
  'attribute-kind': {
    text: 'text',
    octets: 'text, or octets as 0x…',
    integer: 'a number from 0 to 4294967295',
    ipv4: 'an IPv4 address such as 192.0.2.1',
    ipv6: 'an IPv6 address such as 2001:db8::1',
    'ipv6-prefix': 'an IPv6 prefix such as 2001:db8::/64',
  },
} as const;
