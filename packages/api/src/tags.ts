/** What the operations are sorted by, in the API's document and on its pages. */
import type { Operation } from './operation.ts';

/** In the order in which they are read. */
export const TAGS = {
  tokens: 'Token records: minting, assigning, PINs, distributing, and what the help desk does with a token.',
  users: 'Users, one or many of them, with their passwords, mail and windows for activation.',
  'token-profiles': 'Token profiles: the settings by which one kind of software token is distributed.',
  'device-types':
    'Device types: what an authenticator platform can do, and the links that open it. Built in, or imported.',
  jobs: 'Long-running work of the server: distributions and assignments to many, actions on many, imports of users and of tokens.',
  'distribution-settings': 'The settings that matter to whoever distributes tokens.',
  'distribution-rules': 'Rules that give tokens to users automatically.',
  offers: 'Token profiles that users may request, with the approvals each needs.',
  requests: 'Requests of users for tokens, and the decisions about them.',
  'second-approvals': 'The two-person rule: what is waiting for a second administrator.',
  'stand-ins': 'Who decides requests while an administrator is away.',
  authentications: 'Checking passcodes, and answering the questions that follow one.',
  'radius-clients': 'RADIUS clients: what may send RADIUS requests.',
  agents: 'Programs that may use the agent API.',
  'agent-credentials': 'Credentials that agents of the agent API share.',
  coexistences: 'Old RADIUS servers that users are forwarded to until they have moved.',
  'coexistence-progress': 'How far the move from old RADIUS servers is.',
  'coexistence-users': 'Users who have moved from old RADIUS servers, wait or conflict.',
  policies: 'PIN, lockout and emergency access policies of security domains.',
  'security-domains': 'The tree that users, tokens and rights are in.',
  'identity-sources': 'Directories that users come from: settings, runs, conflicts.',
  administrators: 'Who may log on to the Security Console, and with which roles.',
  roles: 'Roles, and who holds a permission.',
  'api-keys': 'Keys with which programs use this API.',
  session: 'An administrator’s own logon: opening and ending sessions, passkeys, password.',
  'self-service':
    'What users do for themselves. These operations accept the session of a user and nothing else.',
  mail: 'How mail is sent, its templates, and what was sent.',
  statistics: 'Figures over time: logons, distributions, tokens, clients.',
  reports: 'Reports for auditors, with the rights of whoever asks.',
  'saved-reports':
    'Reports saved under a name, and mailed to administrators at set times with the rights of their owner.',
  audit: 'The audit trail, its chain, and where it is forwarded to.',
  alerts: 'What needs attention now.',
  nodes: 'The server processes, and the database that they share.',
  certificates: 'TLS certificates of the server, and ordering them by ACME.',
  'server-keys': 'The RSA keys that authenticators encrypt to.',
  'transfer-key': 'The key that other installations encrypt tokens for this one to.',
  settings: 'Settings of the deployment.',
  schedules: 'What the server does at set times.',
  retention: 'How long old rows are kept.',
  backups: 'Backups that were made, and whether they were verified.',
  server: 'What anyone may know about the server, and how far it is set up.',
} as const;

export type Tag = keyof typeof TAGS;

/** Of those whose path begins otherwise. */
const ELSEWHERE: Readonly<Record<string, Tag>> = {
  acme: 'certificates',
  certificate: 'certificates',
  permissions: 'roles',
  'user-bulk': 'users',
};

export function tagOf({ path }: Operation): Tag {
  const first = path.split('/')[1] ?? '';
  return ELSEWHERE[first] ?? (first as Tag);
}
