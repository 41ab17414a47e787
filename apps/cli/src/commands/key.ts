/** `sower api-key` and `sower server-key`: what callers show to the server, and what the server shows to clients. */

import type { ApiKey } from '@sower/api/api-keys';
import type { ApiClient } from '@sower/api/client';
import type { Permission } from '@sower/api/permissions';
import type { ServerKey } from '@sower/api/server-keys';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { addDeleteCommand } from '../delete-command.ts';
import { listed } from '../listing.ts';
import {
  calendarDate,
  permissionHelp,
  permissionOption,
  securityDomainOf,
  securityDomainOption,
  see,
  unchanged,
  yesOption,
} from '../options.ts';
import { fail, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { confirmByName } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

const API_KEY_COLUMNS: readonly Column<ApiKey>[] = [
  { title: 'field.id', value: (key) => key.id },
  { title: 'field.name', value: (key) => key.name },
  { title: 'field.created', value: (key) => time(key.createdAt) },
  { title: 'field.by', value: (key) => key.createdBy },
  { title: 'field.owner', value: (key) => key.owner ?? t('output.none') },
  { title: 'field.state', value: (key) => t(`api-key-standing.${key.standing}`) },
  { title: 'field.expires', value: (key) => time(key.expiresAt) ?? t('output.never') },
  { title: 'field.securityDomain', value: (key) => key.securityDomain },
  { title: 'field.permissions', value: (key) => key.permissions.join(' ') },
];

const SERVER_KEY_COLUMNS: readonly Column<ServerKey>[] = [
  { title: 'field.id', value: (key) => key.id },
  { title: 'field.bits', value: (key) => key.bits, align: 'right' },
  { title: 'field.use', value: (key) => key.use },
  { title: 'field.created', value: (key) => time(key.createdAt) },
];

export function addApiKeyCommands(frame: Frame, program: Command): void {
  const apiKey = program.command('api-key').description(t('apiKey.summary'));

  addServerCommand<{ permission: Permission[]; expires?: string; securityDomain?: string }>(
    frame,
    apiKey,
    'add <name>',
    t('apiKey.add.summary'),
    (command) =>
      permissionHelp(
        securityDomainOption(
          command
            .addOption(permissionOption(t('apiKey.add.permission')).makeOptionMandatory())
            .option('--expires <date>', t('apiKey.add.expires'), calendarDate),
          t('apiKey.add.securityDomain'),
        ),
      ),
    async ({ api, args, options }) => {
      const made = await api('addApiKey', {
        body: {
          name: args[0]!,
          permissions: options.permission,
          ...securityDomainOf(options),
          ...(options.expires === undefined ? {} : { expiresAt: `${options.expires}T23:59:59Z` }),
        },
      });
      return {
        ok: true,
        json: made,
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
      };
    },
  );

  addRecover(apiKey);

  addServerCommand(frame, apiKey, 'list', t('apiKey.list.summary'), unchanged, async ({ api }) => {
    const { items, next } = await api('listApiKeys', {});
    return listed(items, { columns: API_KEY_COLUMNS, empty: t('apiKey.list.none') }, next);
  });

  addServerCommand<{ yes?: boolean }>(
    frame,
    apiKey,
    'take-over <id>',
    t('apiKey.takeOver.summary'),
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await keyById(api, args[0]!);
      if (!found.ok) return found;
      const { id, name } = found.value;
      const stop = await confirmByName(terminal, {
        name,
        consequence: t('apiKey.takeOver.confirm', { name }),
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      const taken = await api('takeOverApiKey', { params: { id } });
      return {
        ok: true,
        json: taken,
        text: t('apiKey.takeOver.done', {
          name: printable(taken.name),
          owner: printable(taken.owner ?? t('output.none')),
        }),
      };
    },
  );

  addDeleteCommand(frame, apiKey, {
    argument: 'id',
    summary: t('apiKey.delete.summary'),
    find: keyById,
    confirm: (name) => t('apiKey.delete.confirm', { name }),
    remove: (api, id) => api('deleteApiKey', { params: { id } }),
    done: (name) => t('apiKey.delete.done', { name }),
  });
}

async function keyById(api: ApiClient, wanted: string): Promise<Result<ApiKey>> {
  const { items } = await api('listApiKeys', {});
  const key = items.find(({ id }) => id === wanted);
  if (key !== undefined) return success(key);
  return fail('refused', 'not-found', t('apiKey.notFound', { id: wanted }), see('sower api-key list'));
}

/** Listed for the help only: the launcher hands it to the server's code, since there is no key to call a server with. */
function addRecover(apiKey: Command): void {
  apiKey
    .command('recover')
    .description(t('apiKey.recover.summary'))
    .option('--data <dir>', t('apiKey.recover.data'))
    .option('--database <url>', t('apiKey.recover.database'))
    .action((_, command: Command) => {
      command.error(t('apiKey.recover.launcher'));
    });
}

export function addServerKeyCommands(frame: Frame, program: Command): void {
  const serverKey = program.command('server-key').description(t('serverKey.summary'));

  addServerCommand(frame, serverKey, 'list', t('serverKey.list.summary'), unchanged, async ({ api }) => {
    const { items, next } = await api('listServerKeys', {});
    return listed(items, { columns: SERVER_KEY_COLUMNS, empty: t('serverKey.list.none') }, next);
  });

  addServerCommand<{ bits: string }>(
    frame,
    serverKey,
    'rotate',
    t('serverKey.rotate.summary'),
    (command) =>
      command.addOption(
        new Option('--bits <n>', t('serverKey.rotate.bits'))
          .choices(['1024', '2048', '3072', '4096'])
          .default('2048'),
      ),
    async ({ api, options, terminal }) => {
      const made = await withProgress(terminal, { message: t('serverKey.rotate.progress') }, () =>
        api('rotateServerKey', { body: { bits: Number(options.bits) as 2048 } }),
      );
      return {
        ok: true,
        json: made,
        text: t('serverKey.rotate.done', { id: printable(made.id), bits: made.bits }),
      };
    },
  );
}
