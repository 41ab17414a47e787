/** `sower api-key` and `sower server-key`: what callers show to the server, and what the server shows to clients. */
import type { ApiKey } from '@sower/api/api-keys';
import { group, launched } from '../command.ts';
import { act, type Finder, found, listing, remove } from '../operations.ts';
import { calendarDate, permissionHelp, permissionOption, see } from '../options.ts';
import { fail } from '../outcome.ts';
import { fields, printable, time } from '../terminal/output.ts';
import { t } from '../texts.ts';

/** By its ID alone: several may have one name. */
const apiKey: Finder<ApiKey> = async (api, wanted) => {
  const { items } = await api('listApiKeys', {});
  const key = items.find(({ id }) => id === wanted);
  if (key !== undefined) return found(key);
  return fail('refused', 'not-found', t('apiKey.notFound', { id: wanted }), see('sower api-key list'));
};

export const API_KEY = group('api-key', [
  act('addApiKey', {
    usage: 'add <name>',
    options: [
      permissionOption('apiKey.add.permission', { required: true }),
      [
        '--expires <date>',
        'apiKey.add.expires',
        { read: calendarDate, to: 'expiresAt', as: (day: string) => `${day}T23:59:59Z` },
      ],
      ['--security-domain <name>', 'apiKey.add.securityDomain'],
    ],
    help: permissionHelp,
    body: ({ args: [name] }) => ({ name: name! }),
    done: (made) => ({
      text: fields([
        [t('field.name'), made.name],
        [t('field.id'), made.id],
        [t('field.key'), made.key],
        [t('field.securityDomain'), made.securityDomain],
        [t('field.permissions'), made.permissions.join(' ')],
        [t('field.owner'), made.owner ?? t('output.none')],
        [t('field.expires'), time(made.expiresAt) ?? t('output.never')],
      ]),
      notes: [t('apiKey.add.once')],
    }),
  }),
  // There is no key to call a server with.
  launched('recover', 'apiKey.recover.launcher', [
    ['--data <dir>', 'apiKey.recover.data'],
    ['--database <url>', 'apiKey.recover.database'],
  ]),
  listing('listApiKeys', {
    empty: 'apiKey.list.none',
    columns: [
      'field.id',
      'field.name',
      { title: 'field.created', value: ({ createdAt }) => time(createdAt) },
      { title: 'field.by', value: ({ createdBy }) => createdBy },
      { title: 'field.owner', value: ({ owner }) => owner ?? t('output.none') },
      { title: 'field.state', value: ({ standing }) => t(`api-key-standing.${standing}`) },
      { title: 'field.expires', value: ({ expiresAt }) => time(expiresAt) ?? t('output.never') },
      'field.securityDomain',
      { title: 'field.permissions', value: ({ permissions }) => permissions.join(' ') },
    ],
  }),
  act('takeOverApiKey', {
    usage: 'take-over <id>',
    of: apiKey,
    confirm: ({ name }) => t('apiKey.takeOver.confirm', { name }),
    done: ({ name, owner }) =>
      t('apiKey.takeOver.done', { name: printable(name), owner: printable(owner ?? t('output.none')) }),
  }),
  remove('deleteApiKey', {
    usage: 'delete <id>',
    of: apiKey,
    confirm: ({ name }) => t('apiKey.delete.confirm', { name }),
    deleted: ({ id }) => id,
    done: (name) => t('apiKey.delete.done', { name }),
  }),
]);

export const SERVER_KEY = group('server-key', [
  listing('listServerKeys', {
    empty: 'serverKey.list.none',
    columns: [
      'field.id',
      { title: 'field.bits', value: ({ bits }) => bits, align: 'right' },
      'field.use',
      { title: 'field.created', value: ({ createdAt }) => time(createdAt) },
    ],
  }),
  act('rotateServerKey', {
    usage: 'rotate',
    options: [
      [
        '--bits <n>',
        'serverKey.rotate.bits',
        { choices: ['1024', '2048', '3072', '4096'], default: '2048', as: Number },
      ],
    ],
    progress: () => t('serverKey.rotate.progress'),
    done: ({ id, bits }) => t('serverKey.rotate.done', { id: printable(id), bits }),
  }),
]);
