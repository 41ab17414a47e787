/** `sower api-key` and `sower server-key`: what callers show to the server, and what the server shows to clients. */

import type { ApiKey } from '@sower/api/api-keys';
import type { ApiClient } from '@sower/api/client';
import type { Permission } from '@sower/api/permissions';
import type { ServerKey } from '@sower/api/server-keys';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { listed } from '../listing.ts';
import {
  calendarDate,
  permissionHelp,
  permissionOption,
  securityDomainOf,
  securityDomainOption,
  unchanged,
  yesOption,
} from '../options.ts';
import { fail, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { confirmByName } from '../terminal/prompt.ts';

const STANDINGS: Readonly<Record<ApiKey['standing'], string>> = {
  active: 'active',
  limited: 'limited: its owner may not do all of it',
  expired: 'expired',
  'owner-disabled': 'inactive: its owner is disabled',
  'owner-deleted': 'inactive: its owner was deleted',
  'owner-may-not': 'inactive: its owner may do none of it',
  altered: 'inactive: it was changed in the database, not by the server',
};

const API_KEY_COLUMNS: readonly Column<ApiKey>[] = [
  { title: 'Id', value: (key) => key.id },
  { title: 'Name', value: (key) => key.name },
  { title: 'Created', value: (key) => time(key.createdAt) },
  { title: 'By', value: (key) => key.createdBy },
  { title: 'Owner', value: (key) => key.owner ?? 'none' },
  { title: 'State', value: (key) => STANDINGS[key.standing] },
  { title: 'Expires', value: (key) => time(key.expiresAt) ?? 'never' },
  { title: 'Security domain', value: (key) => key.securityDomain },
  { title: 'Permissions', value: (key) => key.permissions.join(' ') },
];

const SERVER_KEY_COLUMNS: readonly Column<ServerKey>[] = [
  { title: 'Id', value: (key) => key.id },
  { title: 'Bits', value: (key) => key.bits, align: 'right' },
  { title: 'Use', value: (key) => key.use },
  { title: 'Created', value: (key) => time(key.createdAt) },
];

export function addApiKeyCommands(frame: Frame, program: Command): void {
  const apiKey = program.command('api-key').description('API keys: who may call the server, and for what');

  addServerCommand<{ permission: Permission[]; expires?: string; securityDomain?: string }>(
    frame,
    apiKey,
    'add <name>',
    'Make an API key; it is shown once',
    (command) =>
      permissionHelp(
        securityDomainOption(
          command
            .addOption(permissionOption('what it may do').makeOptionMandatory())
            .option('--expires <date>', 'last day it is good, YYYY-MM-DD', calendarDate),
          'where it may do it, with what is below (default: the top one)',
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
          ['Name', made.name],
          ['Id', made.id],
          ['Key', made.key],
          ['Security domain', made.securityDomain],
          ['Permissions', made.permissions.join(' ')],
          ['Owner', made.owner ?? 'none'],
          ['Expires', time(made.expiresAt) ?? 'never'],
        ]),
        notes: ['The key is shown this once. Use it as SOWER_API_KEY, or after "Authorization: Bearer".'],
      };
    },
  );

  addRecover(apiKey);

  addServerCommand(frame, apiKey, 'list', 'List API keys', unchanged, async ({ api }) => {
    const { items, next } = await api('listApiKeys', {});
    return listed(items, { columns: API_KEY_COLUMNS, empty: 'No API keys.' }, next);
  });

  addServerCommand<{ yes?: boolean }>(
    frame,
    apiKey,
    'take-over <id>',
    'Have an API key belong to the owner of the one that you use: it may do at most what that owner may',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await keyById(api, args[0]!);
      if (!found.ok) return found;
      const { id, name } = found.value;
      const stop = await confirmByName(terminal, {
        name,
        consequence: `The API key ${name} changes its owner: the roles of the new one bound what it may do.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      const taken = await api('takeOverApiKey', { params: { id } });
      return {
        ok: true,
        json: taken,
        text: `API key ${printable(taken.name)} belongs to ${printable(taken.owner ?? 'nobody')} now.`,
      };
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    apiKey,
    'delete <id>',
    'Revoke an API key',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await keyById(api, args[0]!);
      if (!found.ok) return found;
      const key = found.value;
      const stop = await confirmByName(terminal, {
        name: key.name,
        consequence: `This revokes the API key ${key.name}; its callers are refused at once.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteApiKey', { params: { id: key.id } });
      return { ok: true, json: { deleted: key.id }, text: `API key ${printable(key.name)} is revoked.` };
    },
  );
}

async function keyById(api: ApiClient, wanted: string): Promise<Result<ApiKey>> {
  const { items } = await api('listApiKeys', {});
  const key = items.find(({ id }) => id === wanted);
  if (key !== undefined) return success(key);
  return fail('refused', 'not-found', `There is no API key with the id ${wanted}.`, {
    next: 'See: sower api-key list',
  });
}

/** Listed for the help only: the launcher hands it to the server's code, since there is no key to call a server with. */
function addRecover(apiKey: Command): void {
  apiKey
    .command('recover')
    .description(
      'On the server host: make the command line another key when admin-api-key is lost or expires',
    )
    .option('--data <dir>', 'data folder')
    .option('--database <url>', 'as for sower serve')
    .action((_, command: Command) => {
      command.error('api-key recover is started by the launcher: sower api-key recover');
    });
}

export function addServerKeyCommands(frame: Frame, program: Command): void {
  const serverKey = program.command('server-key').description('The RSA keys of the CT-KIP server');

  addServerCommand(frame, serverKey, 'list', 'List the keys', unchanged, async ({ api }) => {
    const { items, next } = await api('listServerKeys', {});
    return listed(items, { columns: SERVER_KEY_COLUMNS, empty: 'No keys.' }, next);
  });

  addServerCommand<{ bits: string }>(
    frame,
    serverKey,
    'rotate',
    'Make a new key and use it from now on; the old ones still open nonces in flight',
    (command) =>
      command.addOption(
        new Option('--bits <n>', 'size; 1024 is for old clients only and is weak')
          .choices(['1024', '2048', '3072', '4096'])
          .default('2048'),
      ),
    async ({ api, options, terminal }) => {
      const made = await withProgress(terminal, { message: 'Making a key' }, () =>
        api('rotateServerKey', { body: { bits: Number(options.bits) as 2048 } }),
      );
      return { ok: true, json: made, text: `Key ${printable(made.id)} of ${made.bits} bits is in use.` };
    },
  );
}
