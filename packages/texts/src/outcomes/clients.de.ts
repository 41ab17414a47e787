/** RADIUS clients and authentication agents; see clients.en.ts. */
import type { Translation } from '../catalogue.ts';
import type { clients as en } from './clients.en.ts';

export const clients: Translation<typeof en> = {
  agent: {
    'not-found': 'Dieser Authentifizierungs-Agent wurde nicht gefunden.',
    exists: 'Es gibt schon einen Authentifizierungs-Agenten „{{agent}}“. Wählen Sie einen anderen Namen.',
  },
  network: {
    invalid:
      '„{{network}}“ ist weder eine Adresse noch ein CIDR-Bereich. Beispiele: 192.0.2.7, 192.0.2.0/24, 2001:db8::/32.',
    'host-bits':
      '{{network}} nennt mehr Adresse als das Präfix. Geben Sie {{range}} für den Bereich ein oder nur die Adresse.',
  },
  'radius-client': {
    'not-found': 'Dieser RADIUS-Client wurde nicht gefunden.',
    exists:
      'Es gibt schon einen RADIUS-Client mit dem Namen „{{name}}“, dem Netz {{network}} oder diesem Zertifikat. Bearbeiten Sie diesen.',
    'too-many':
      'Es gibt schon {{maximum, number}} RADIUS-Clients; mehr sind nicht möglich. Fassen Sie die eines Netzes in einem Eintrag zusammen.',
    'attributes-too-long':
      'Die Attribute brauchen {{octets, number}} Oktette, und eine Antwort fasst {{maximum, number}}.',
    'attribute-unknown': 'Es gibt kein Antwort-Attribut „{{attribute}}“.',
    'attribute-value': '{{attribute}} nimmt {{kind}}, nicht „{{value}}“.',
    'attribute-too-long': '{{attribute}} nimmt höchstens {{maximum, number}} Oktette.',
    'attribute-empty': '{{attribute}} braucht einen Wert.',
  },
  'attribute-kind': {
    text: 'einen Text',
    octets: 'einen Text oder Oktette als 0x…',
    integer: 'eine Zahl von 0 bis 4294967295',
    ipv4: 'eine IPv4-Adresse wie 192.0.2.1',
    ipv6: 'eine IPv6-Adresse wie 2001:db8::1',
    'ipv6-prefix': 'ein IPv6-Präfix wie 2001:db8::/64',
  },
};
