/** `sower role` and `sower who-can`: named sets of permissions, and who holds one. A role is named by its name or its id. */

import type { PermissionHolders } from '@sower/api/administrators';
import type { ApiClient } from '@sower/api/client';
import type { Permission } from '@sower/api/permissions';
import type { Role } from '@sower/api/roles';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { listed } from '../listing.ts';
import { findNamed } from '../lookup.ts';
import {
  nothingToEdit,
  permissionHelp,
  permissionName,
  permissionOption,
  unchanged,
  yesOption,
} from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, table } from '../terminal/output.ts';
import { confirmByName } from '../terminal/prompt.ts';

type RoleOptions = { name?: string; description?: string; permission?: Permission[] };

const COLUMNS: readonly Column<Role>[] = [
  { title: 'Name', value: (role) => role.name },
  { title: 'Built in', value: (role) => role.builtIn },
  { title: 'Description', value: (role) => role.description },
  { title: 'Permissions', value: (role) => role.permissions.join(' ') },
];

const HOLDER_COLUMNS: readonly Column<PermissionHolders['holders'][number]>[] = [
  { title: 'Kind', value: (holder) => holder.kind },
  { title: 'Name', value: (holder) => holder.name },
  { title: 'Role', value: (holder) => holder.role },
  { title: 'Security domain', value: (holder) => holder.securityDomain },
];

export function addRoleCommands(frame: Frame, program: Command): void {
  const role = program.command('role').description('Roles: named sets of permissions for administrators');

  addServerCommand(frame, role, 'list', 'List roles', unchanged, async ({ api }) => {
    const { items, next } = await api('listRoles', {});
    return listed(items, { columns: COLUMNS, empty: 'No roles.' }, next);
  });

  addServerCommand<RoleOptions & { permission: Permission[] }>(
    frame,
    role,
    'add <name>',
    'Add a role made of permissions that you hold yourself',
    (command) =>
      permissionHelp(
        command
          .addOption(permissionOption('what it permits').makeOptionMandatory())
          .option('--description <text>', 'what it is for'),
      ),
    async ({ api, args, options }) =>
      shown(
        await api('addRole', {
          body: { name: args[0]!, permissions: options.permission, ...changes(options) },
        }),
        'added',
      ),
  );

  addServerCommand<RoleOptions>(
    frame,
    role,
    'edit <name>',
    'Edit a role; it changes at once for everybody who has it',
    (command) =>
      permissionHelp(
        command
          .option('--name <new>', 'a new name')
          .option('--description <text>', 'what it is for')
          .addOption(permissionOption('what it permits, instead of all it permitted')),
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
      return shown(await api('editRole', { params: { id }, body, ifMatch: version }), 'edited');
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    role,
    'delete <name>',
    'Delete a role that nobody has',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await findRole(api, args[0]!);
      if (!found.ok) return found;
      const { id, name } = found.value;
      const stop = await confirmByName(terminal, {
        name,
        consequence: `This deletes the role ${name}.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteRole', { params: { id } });
      return { ok: true, json: { deleted: name }, text: `Role ${printable(name)} is deleted.` };
    },
  );
}

export function addWhoCanCommand(frame: Frame, program: Command): void {
  addServerCommand(
    frame,
    program,
    'who-can <permission>',
    'Show who holds a permission, by which role, and in which security domain',
    (command) => {
      command.registeredArguments[0]?.argParser(permissionName);
      return permissionHelp(command);
    },
    async ({ api, args }) => {
      const answer = await api('whoCan', { params: { id: args[0]! } });
      const head = fields([
        ['Permission', answer.permission],
        ['Meaning', answer.meaning],
      ]);
      return {
        ok: true,
        json: answer,
        text: [head, table(HOLDER_COLUMNS, answer.holders)].filter((part) => part !== '').join('\n\n'),
        ...(answer.holders.length === 0 ? { notes: ['Nobody can.'] } : {}),
      };
    },
  );
}

function changes(options: RoleOptions) {
  return options.description === undefined ? {} : { description: options.description };
}

async function findRole(api: ApiClient, nameOrId: string): Promise<Result<Role>> {
  const { items } = await api('listRoles', {});
  const found = findNamed(items, nameOrId, ({ name, id }) => [name, id]);
  if (found !== undefined) return success(found);
  return fail('refused', 'not-found', `There is no role called ${nameOrId}.`, {
    next: 'See: sower role list',
  });
}

function shown(role: Role, done: string): Outcome {
  const text = fields([
    ['Name', role.name],
    ['Id', role.id],
    ['Description', role.description],
    ['Permissions', role.permissions.join(' ')],
  ]);
  return { ok: true, json: role, text: `Role ${printable(role.name)} is ${done}.\n${text}` };
}
