/** `sower radius-client`, `agent`, `api-key` and `server-key` in English. */
import { apiKeyStandings } from '../names.en.ts';

export const clientsEn = {
  radiusClient: {
    summary: 'RADIUS clients: VPN gateways and hosts that may send RADIUS requests',
    list: {
      summary: 'List RADIUS clients',
      none: 'No RADIUS clients.',
      notListening: 'The server does not answer RADIUS: start it with --radius.',
      listening: 'The server answers RADIUS on {{addresses}}.',
    },
    securityDomain: 'the security domain whose users it serves, with those below (default: the top one)',
    attribute:
      'sent with every acceptance, such as Filter-Id=vpn, or "[Guests] Filter-Id=guest" for users of that security domain, or "<cn=vpn,dc=example> Filter-Id=vpn" for members of that group; repeat it',
    attributeForm: 'Give an attribute as NAME=VALUE, such as Filter-Id=vpn.',
    withoutMessageAuthenticator: 'accept requests without it: for old equipment only, and unsafe',
    password:
      'how it sends the password of a user: none, then-passcode (the password first, then the passcode as the answer to a challenge) or with-passcode (both in one field)',
    passwords: { none: 'none', 'then-passcode': 'then passcode', 'with-passcode': 'with passcode' },
    otherNames:
      'accept names that the identity source protects, not only the user ID: for clients that let in the User-Name of the answer',
    onlyUserId: 'accept the user ID alone again',
    certificate: 'RadSec: SHA-256 fingerprint of the certificate it presents',
    add: {
      summary: 'Add a RADIUS client by address or CIDR range; a secret is generated and shown once',
      secretFromInput: 'read the secret from standard input instead of generating one',
      done: 'RADIUS client {{name}} is added.',
    },
    edit: {
      summary: 'Edit a RADIUS client',
      messageAuthenticator: 'require it again',
      name: 'another name',
      network: 'another address or CIDR range',
      enable: 'answer its requests',
      disable: 'do not answer its requests',
      done: 'RADIUS client {{name}} is saved.',
    },
    secret: {
      summary: 'Give a RADIUS client a new secret; the old one stops working within seconds',
      secretFromInput: 'read it from standard input instead of generating one',
    },
    delete: {
      summary: 'Delete a RADIUS client',
      confirm: 'This deletes the RADIUS client {{name}}; the server no longer answers it.',
      done: 'RADIUS client {{name}} is deleted.',
    },
    notFound: 'There is no RADIUS client called {{name}}.',
    once: 'The secret is shown only once. Enter it at the client.',
    unsafe:
      'Requests without Message-Authenticator are accepted: on a network with others, a rejection can be forged into an acceptance (CVE-2024-3596).',
  },
  agent: {
    summary:
      'Authentication agents: programs that verify passcodes, each with its own key (POST /mfa/v1_1/authn)',
    list: { summary: 'List authentication agents', none: 'No authentication agents.' },
    add: {
      summary: 'Add an authentication agent; its key is shown once',
      securityDomain: 'the security domain whose users it serves, with those below (default: the top one)',
    },
    edit: {
      summary: 'Edit an authentication agent',
      securityDomain: 'the security domain whose users it serves, with those below',
      name: 'another name',
      enable: 'answer its requests',
      disable: 'refuse its requests',
      done: 'Authentication agent {{name}} is saved.',
    },
    key: { summary: 'Give an authentication agent a new key; the old one stops working within seconds' },
    delete: {
      summary: 'Delete an authentication agent',
      confirm: 'This deletes the authentication agent {{name}}; it is refused from now on.',
      done: 'Authentication agent {{name}} is deleted.',
    },
    notFound: 'There is no authentication agent called {{name}}.',
    once: 'The key is shown only once. The agent sends it in the header client-key.',
  },
  state: { enabled: 'enabled', disabled: 'disabled' },
  apiKey: {
    summary: 'API keys: who may call the server, and for what',
    add: {
      summary: 'Add an API key; it is shown once',
      permission: 'what it may do',
      expires: 'last day it is valid, YYYY-MM-DD',
      securityDomain: 'the security domain it applies to, with those below (default: the top one)',
      once: 'The key is shown only once. Use it as SOWER_API_KEY, or after "Authorization: Bearer".',
    },
    recover: {
      summary:
        'On the server host: create a new API key for the command line, if admin-api-key is lost or has expired',
      data: 'data folder',
      database: 'as for sower serve',
      launcher: 'Start this with the launcher: sower api-key recover',
    },
    list: { summary: 'List API keys', none: 'No API keys.' },
    takeOver: {
      summary:
        'Transfer an API key to the owner of the key that you use; from then on it may do at most what that owner may',
      confirm: 'The API key {{name}} changes its owner: the roles of the new one limit what it may do.',
      done: 'API key {{name}} belongs to {{owner}} now.',
    },
    delete: {
      summary: 'Revoke an API key',
      confirm: 'This revokes the API key {{name}}; its callers are refused at once.',
      done: 'API key {{name}} is revoked.',
    },
    notFound: 'There is no API key with the ID {{id}}.',
    standing: apiKeyStandings,
  },
  serverKey: {
    summary: 'The RSA keys of the CT-KIP server',
    list: { summary: 'List the keys', none: 'No keys.' },
    rotate: {
      summary:
        'Generate a new key and use it from now on; exchanges in progress can still finish with the old ones',
      bits: 'size; 1024 is for old clients only and is weak',
      progress: 'Generating a key',
      done: 'Key {{id}} of {{bits}} bits is in use.',
    },
  },
} as const;
