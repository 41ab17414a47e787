/** `sower role` and `sower who-can`: named sets of permissions, and who holds one. A role is named by its name or its id. */

import type { PermissionHolders } from '@sower/api/administrators';
import type { ApiClient } from '@sower/api/client';
import type { Permission } from '@sower/api/permissions';
import type { Role } from '@sower/api/roles';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { addDeleteCommand } from '../delete-command.ts';
import { listed } from '../listing.ts';
import { lookUp } from '../lookup.ts';
import { nothingToEdit, permissionHelp, permissionName, permissionOption, unchanged } from '../options.ts';
import type { Outcome, Result } from '../outcome.ts';
import { type Column, fields, printable, table } from '../terminal/output.ts';
import { t } from '../texts.ts';

type RoleOptions = { name?: string; description?: string; permission?: Permission[] };

const COLUMNS: readonly Column<Role>[] = [
  { title: 'field.name', value: (role) => role.name },
  { title: 'field.builtIn', value: (role) => role.builtIn },
  { title: 'field.description', value: (role) => role.description },
  { title: 'field.permissions', value: (role) => role.permissions.join(' ') },
];

const HOLDER_COLUMNS: readonly Column<PermissionHolders['holders'][number]>[] = [
  { title: 'field.kind', value: (holder) => holder.kind },
  { title: 'field.name', value: (holder) => holder.name },
  { title: 'field.role', value: (holder) => holder.role },
  { title: 'field.securityDomain', value: (holder) => holder.securityDomain },
];

export function addRoleCommands(frame: Frame, program: Command): void {
  const role = program.command('role').description(t('role.summary'));

  addServerCommand(frame, role, 'list', t('role.list.summary'), unchanged, async ({ api }) => {
    const { items, next } = await api('listRoles', {});
    return listed(items, { columns: COLUMNS, empty: t('role.list.none') }, next);
  });

  addServerCommand<RoleOptions & { permission: Permission[] }>(
    frame,
    role,
    'add <name>',
    t('role.add.summary'),
    (command) =>
      permissionHelp(
        command
          .addOption(permissionOption(t('role.add.permission')).makeOptionMandatory())
          .option('--description <text>', t('role.description')),
      ),
    async ({ api, args, options }) =>
      shown(
        await api('addRole', {
          body: { name: args[0]!, permissions: options.permission, ...changes(options) },
        }),
        'add',
      ),
  );

  addServerCommand<RoleOptions>(
    frame,
    role,
    'edit <name>',
    t('role.edit.summary'),
    (command) =>
      permissionHelp(
        command
          .option('--name <new>', t('role.edit.name'))
          .option('--description <text>', t('role.description'))
          .addOption(permissionOption(t('role.edit.permission'))),
      ),
    async ({ api, args, options }) => {
      const body = {
        ...changes(options),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.permission === undefined ? {} : { permissions: options.permission }),
      };
      if (Object.keys(body).length === 0) return nothingToEdit('sower role edit --help');
      const found = await findRole(api, args[0]!);
      if (!found.ok) return found;
      const { id, version } = found.value;
      return shown(await api('editRole', { params: { id }, body, ifMatch: version }), 'edit');
    },
  );

  addDeleteCommand(frame, role, {
    summary: t('role.delete.summary'),
    find: findRole,
    confirm: (name) => t('role.delete.confirm', { role: name }),
    remove: (api, id) => api('deleteRole', { params: { id } }),
    done: (name) => t('role.delete.done', { role: name }),
  });
}

export function addWhoCanCommand(frame: Frame, program: Command): void {
  addServerCommand(
    frame,
    program,
    'who-can <permission>',
    t('whoCan.summary'),
    (command) => {
      command.registeredArguments[0]?.argParser(permissionName);
      return permissionHelp(command);
    },
    async ({ api, args }) => {
      const answer = await api('whoCan', { params: { id: args[0]! } });
      const head = fields([
        [t('field.permission'), answer.permission],
        [t('field.meaning'), answer.meaning],
      ]);
      return {
        ok: true,
        json: answer,
        text: [head, table(HOLDER_COLUMNS, answer.holders)].filter((part) => part !== '').join('\n\n'),
        ...(answer.holders.length === 0 ? { notes: [t('whoCan.nobody')] } : {}),
      };
    },
  );
}

function changes(options: RoleOptions) {
  return options.description === undefined ? {} : { description: options.description };
}

const findRole = (api: ApiClient, nameOrId: string): Promise<Result<Role>> =>
  lookUp(api('listRoles', {}), nameOrId, {
    notFound: (named) => t('role.notFound', named),
    list: 'sower role list',
  });

function shown(role: Role, done: 'add' | 'edit'): Outcome {
  const text = fields([
    [t('field.name'), role.name],
    [t('field.id'), role.id],
    [t('field.description'), role.description],
    [t('field.permissions'), role.permissions.join(' ')],
  ]);
  return { ok: true, json: role, text: `${t(`role.${done}.done`, { role: printable(role.name) })}\n${text}` };
}
