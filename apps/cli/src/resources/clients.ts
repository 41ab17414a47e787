/**
 * `sower radius-client` and `sower agent`: what asks on behalf of users. Each is named by its name or its ID; a credential that agents share, by
 * its access ID.
 */
import type { AgentCredential } from '@sower/api/agent-credentials';
import { AGENT_KINDS, type Agent, readRealm } from '@sower/api/agents';
import type { RadiusClient } from '@sower/api/radius-clients';
import { readReplyAttribute } from '@sower/api/reply-attribute';
import { InvalidArgumentError } from 'commander';
import { command, group, type OptionRow } from '../command.ts';
import { listed } from '../listing.ts';
import { act, type Finder, findNamed, found, listing, named, remove } from '../operations.ts';
import { ALL_GROUPS, enabling, notFound, ONLY_GROUP } from '../options.ts';
import { success } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { t } from '../texts.ts';

const agent = named('listAgents', 'agent.notFound', 'sower agent list');

const withKey = (made: Agent & { key: string }) => ({
  text: fields([
    [t('field.name'), made.name],
    [t('field.usersOf'), made.securityDomain],
    [t('field.key'), made.key],
  ]),
  notes: [t(`agent.once.${made.kind}`)],
});

function realmOf(text: string): NonNullable<ReturnType<typeof readRealm>> {
  const realm = readRealm(text);
  if (!realm) throw new InvalidArgumentError(t('agent.wrongRealm', { text }));
  return realm;
}

const AGENT_OPTIONS: readonly OptionRow[] = [
  ['--network <cidr>', 'agent.network', { to: 'networks', read: (text, earlier = []) => [...earlier, text] }],
  [
    '--realm <realm=domain>',
    'agent.realm',
    { to: 'realms', read: (text, earlier = []) => [...earlier, realmOf(text)] },
  ],
  ['--right <right>', 'agent.right', { to: 'rights', read: (text, earlier = []) => [...earlier, text] }],
];

export const AGENT = group('agent', [
  listing('listAgents', {
    empty: 'agent.list.none',
    columns: [
      'field.name',
      { title: 'agent.shape', value: ({ kind }) => kind },
      { title: 'field.usersOf', value: ({ securityDomain }) => securityDomain },
      { title: 'field.state', value: ({ enabled }) => t(enabled ? 'state.enabled' : 'state.disabled') },
      {
        title: 'agent.seen',
        value: ({ lastSeenAt }) => (lastSeenAt === undefined ? t('agent.never') : time(lastSeenAt)),
      },
      { title: 'field.added', value: ({ createdAt }) => time(createdAt) },
      { title: 'field.by', value: ({ createdBy }) => createdBy },
    ],
  }),
  act('addAgent', {
    usage: 'add <name>',
    options: [
      ['--kind <kind>', 'agent.kind', { choices: AGENT_KINDS }],
      ['--security-domain <name>', 'agent.add.securityDomain'],
      ONLY_GROUP,
      ...AGENT_OPTIONS,
    ],
    body: ({ args: [name] }) => ({ name: name! }),
    done: withKey,
  }),
  act('editAgent', {
    usage: 'edit <name>',
    of: agent,
    options: [
      ['--security-domain <name>', 'agent.edit.securityDomain'],
      ONLY_GROUP,
      ALL_GROUPS,
      ...AGENT_OPTIONS,
      ['--any-network', 'agent.anyNetwork', { to: 'networks', is: [] }],
      ['--without-realms', 'agent.noRealms', { to: 'realms', is: [] }],
      ['--without-rights', 'agent.noRights', { to: 'rights', is: [] }],
      ['--name <name>', 'agent.edit.name'],
      ...enabling('agent.edit.enable', 'agent.edit.disable'),
    ],
    done: ({ name }) => t('agent.edit.done', { name: printable(name) }),
  }),
  act('changeAgentKey', { usage: 'key <name>', of: agent, done: withKey }),
  remove('deleteAgent', {
    of: agent,
    confirm: ({ name }) => t('agent.delete.confirm', { name }),
    done: (name) => t('agent.delete.done', { name }),
  }),
]);

const credential: Finder<AgentCredential> = async (api, wanted) => {
  const { items } = await api('listAgentCredentials', {});
  const item = findNamed(items, wanted, ({ accessId, id }) => [accessId, id]);
  if (item) return found({ ...item, name: item.accessId });
  return notFound('agentCredential.notFound', wanted, 'sower agent-credential list');
};
const NOTE: OptionRow = ['--note <text>', 'agentCredential.note'];

export const AGENT_CREDENTIAL = group('agent-credential', [
  listing('listAgentCredentials', {
    empty: 'agentCredential.list.none',
    columns: [
      { title: 'agentCredential.accessId', value: ({ accessId }) => accessId },
      { title: 'agentCredential.noteTitle', value: ({ note }) => note },
      {
        title: 'field.state',
        value: ({ deprecated }) => t(deprecated ? 'agentCredential.deprecated' : 'agentCredential.current'),
      },
      {
        title: 'agentCredential.usedBy',
        value: ({ usedBy }) => usedBy.map(({ agent: name }) => name).join(', '),
      },
      {
        title: 'agent.seen',
        value: ({ lastUsedAt }) => (lastUsedAt === undefined ? t('agent.never') : time(lastUsedAt)),
      },
      { title: 'field.added', value: ({ createdAt }) => time(createdAt) },
      { title: 'field.by', value: ({ createdBy }) => createdBy },
    ],
  }),
  act('addAgentCredential', {
    usage: 'add',
    options: [NOTE],
    done: ({ accessId, accessKey }) => ({
      text: fields([
        [t('agentCredential.accessId'), accessId],
        [t('agentCredential.accessKey'), accessKey],
      ]),
      notes: [t('agentCredential.once')],
    }),
  }),
  act('editAgentCredential', {
    usage: 'edit <access-id>',
    of: credential,
    options: [
      NOTE,
      ['--deprecated', 'agentCredential.edit.deprecated', { conflicts: 'current', is: true }],
      ['--current', 'agentCredential.edit.current', { to: 'deprecated', is: false }],
    ],
    done: ({ accessId }) => t('agentCredential.edit.done', { name: accessId }),
  }),
  remove('deleteAgentCredential', {
    of: credential,
    confirm: ({ name, item: { usedBy } }) =>
      t('agentCredential.delete.confirm', { name, count: usedBy.length }),
    done: (name) => t('agentCredential.delete.done', { name }),
  }),
]);

export const radiusClient = named('listRadiusClients', 'radiusClient.notFound', 'sower radius-client list');

const clientOptions = (...groups: readonly OptionRow[]): readonly OptionRow[] => [
  ['--security-domain <name>', 'radiusClient.securityDomain'],
  ...groups,
  [
    '--attribute <name=value>',
    'radiusClient.attribute',
    { to: 'replyAttributes', read: (text, earlier = []) => [...earlier, attributeOf(text)] },
  ],
  [
    '--without-message-authenticator',
    'radiusClient.withoutMessageAuthenticator',
    { to: 'messageAuthenticator', is: 'optional' },
  ],
  ['--password <how>', 'radiusClient.password', { choices: ['none', 'then-passcode', 'with-passcode'] }],
  ['--other-names', 'radiusClient.otherNames', { is: true }],
  ['--certificate <fingerprint>', 'radiusClient.certificate'],
];

function attributeOf(text: string) {
  const attribute = readReplyAttribute(text);
  if (!attribute) throw new InvalidArgumentError(t('radiusClient.attributeForm'));
  return attribute;
}

const withSecret = (done: 'add' | 'edit') => (made: RadiusClient & { secret?: string | undefined }) => ({
  text:
    made.secret === undefined
      ? t(`radiusClient.${done}.done`, { name: printable(made.name) })
      : fields([
          [t('field.name'), made.name],
          [t('field.network'), made.network],
          [t('field.secret'), made.secret],
        ]),
  notes: [
    ...(made.secret === undefined ? [] : [t('radiusClient.once')]),
    ...(made.messageAuthenticator === 'optional' ? [t('radiusClient.unsafe')] : []),
  ],
});

const secretIn = async (terminal: Terminal, options: Readonly<Record<string, unknown>>) =>
  options.secretFromInput === true ? readSecret(terminal, 'secret') : success(undefined);

const CLIENTS: readonly Column<RadiusClient>[] = [
  'field.name',
  'field.network',
  { title: 'field.usersOf', value: ({ securityDomain }) => securityDomain },
  'field.messageAuthenticator',
  { title: 'field.password', value: ({ password }) => t(`radiusClient.passwords.${password}`) },
  { title: 'field.state', value: ({ enabled }) => t(enabled ? 'state.enabled' : 'state.disabled') },
];

export const RADIUS_CLIENT = group('radius-client', [
  command({
    usage: 'list',
    columns: CLIENTS,
    run: async ({ api }) => {
      const { items, listeners, next } = await api('listRadiusClients', {});
      const shown = listed(items, { columns: CLIENTS, empty: t('radiusClient.list.none') }, next);
      if (!shown.ok) return shown;
      const addresses = listeners.map(({ kind, address }) => `${address} (${kind})`).join(', ');
      const note =
        addresses === ''
          ? t('radiusClient.list.notListening')
          : t('radiusClient.list.listening', { addresses });
      return { ...shown, notes: [...(shown.notes ?? []), note], json: { items, listeners } };
    },
  }),
  act('addRadiusClient', {
    usage: 'add <name> <network>',
    options: [
      ...clientOptions(ONLY_GROUP),
      ['--secret-from-input', 'radiusClient.add.secretFromInput', { to: null }],
    ],
    body: ({ args: [name, network] }) => ({ name: name!, network: network! }),
    secret: ['secret', secretIn],
    done: withSecret('add'),
  }),
  act('editRadiusClient', {
    usage: 'edit <name>',
    of: radiusClient,
    options: [
      ...clientOptions(ONLY_GROUP, ALL_GROUPS),
      ['--message-authenticator', 'radiusClient.edit.messageAuthenticator', { is: 'required' }],
      ['--only-user-id', 'radiusClient.onlyUserId', { to: 'otherNames', is: false }],
      ['--name <name>', 'radiusClient.edit.name'],
      ['--network <network>', 'radiusClient.edit.network'],
      ...enabling('radiusClient.edit.enable', 'radiusClient.edit.disable'),
    ],
    done: ({ name }) => t('radiusClient.edit.done', { name: printable(name) }),
  }),
  act('changeRadiusSecret', {
    usage: 'secret <name>',
    of: radiusClient,
    options: [['--secret-from-input', 'radiusClient.secret.secretFromInput', { to: null }]],
    secret: ['secret', secretIn],
    done: withSecret('edit'),
  }),
  remove('deleteRadiusClient', {
    of: radiusClient,
    confirm: ({ name }) => t('radiusClient.delete.confirm', { name }),
    done: (name) => t('radiusClient.delete.done', { name }),
  }),
]);
