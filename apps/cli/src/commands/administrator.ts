/** `sower administrator`: who may log on to the console, and the roles they have. Passwords are asked for or piped in, never options. */

import type { Administrator, AdministratorInput, AdministratorPatch } from '@sower/api/administrators';
import type { ApiClient } from '@sower/api/client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { listed } from '../listing.ts';
import { findNamed } from '../lookup.ts';
import { nothingToEdit, unchanged, yesOption } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { confirmByName, readNewSecret } from '../terminal/prompt.ts';

type Grants = AdministratorInput['grants'];

const COLUMNS: readonly Column<Administrator>[] = [
  { title: 'User name', value: (administrator) => administrator.userName },
  { title: 'Enabled', value: (administrator) => administrator.enabled },
  { title: 'Roles', value: rolesOf },
  { title: 'Logs on with', value: factorsOf },
  { title: 'Created', value: (administrator) => time(administrator.createdAt) },
];

export function addAdministratorCommands(frame: Frame, program: Command): void {
  const administrator = program
    .command('administrator')
    .description('Administrators: who may log on to the console, with which roles');

  addServerCommand(frame, administrator, 'list', 'List administrators', unchanged, async ({ api }) => {
    const { items, next } = await api('listAdministrators', {});
    return listed(items, { columns: COLUMNS, empty: 'No administrators.' }, next);
  });

  addServerCommand<{ role: Grants }>(
    frame,
    administrator,
    'add <username>',
    'Add an administrator; the password is read from standard input, or asked for twice, and changed at the first logon',
    (command) => command.addOption(roleOption('a role').makeOptionMandatory()),
    async ({ api, args, options, terminal }) => {
      const password = await readNewSecret(terminal, 'password');
      if (!password.ok) return password;
      return shown(
        await api('addAdministrator', {
          body: { userName: args[0]!, password: password.value, grants: options.role },
        }),
        'added',
      );
    },
  );

  addServerCommand<{ role?: Grants; tokenOf?: string; withoutToken?: boolean }>(
    frame,
    administrator,
    'edit <username>',
    'Change the roles of an administrator, or what they log on with',
    (command) =>
      command
        .addOption(roleOption('a role, instead of all the present ones'))
        .addOption(
          new Option(
            '--token-of <userid>',
            'ask for a passcode of this user, who is the same person, after the password',
          ).conflicts('withoutToken'),
        )
        .addOption(new Option('--without-token', 'ask for no passcode, such as when the token is lost')),
    async ({ api, args, options }) => {
      const { role, tokenOf, withoutToken } = options;
      const body = {
        ...(role === undefined ? {} : { grants: role }),
        ...(tokenOf === undefined ? {} : { tokenOf }),
        ...(withoutToken ? { tokenOf: null } : {}),
      };
      return Object.keys(body).length === 0
        ? nothingToEdit('sower administrator edit --help')
        : edited(api, args[0]!, body, 'edited');
    },
  );

  addServerCommand(
    frame,
    administrator,
    'forget-passkeys <username>',
    'Remove all passkeys of an administrator who has lost them; their sessions end',
    unchanged,
    async ({ api, args }) => {
      const userName = args[0]!;
      await api('forgetPasskeys', { params: { userId: userName } });
      return {
        ok: true,
        json: { userName, passkeys: 0 },
        text: `${printable(userName)} has no passkeys any more and logs on with the password.`,
      };
    },
  );

  for (const [name, enabled, summary] of [
    ['disable', false, 'Disable an administrator: their sessions end, and they cannot log on'],
    ['enable', true, 'Enable an administrator'],
  ] as const) {
    addServerCommand(frame, administrator, `${name} <username>`, summary, unchanged, ({ api, args }) =>
      edited(api, args[0]!, { enabled }, `${name}d`),
    );
  }

  addServerCommand(
    frame,
    administrator,
    'password <username>',
    'Give an administrator a new password, read from standard input or asked for twice, to be changed at the next logon; their sessions end',
    unchanged,
    async ({ api, args, terminal }) => {
      const userName = args[0]!;
      const password = await readNewSecret(terminal, 'password');
      if (!password.ok) return password;
      await api('setPassword', { params: { userId: userName }, body: { password: password.value } });
      return {
        ok: true,
        json: { userName, passwordSet: true, mustChange: true },
        text: `The password of ${printable(userName)} is set, to be changed at the next logon; their sessions have ended.`,
      };
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    administrator,
    'delete <username>',
    'Delete an administrator',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await findAdministrator(api, args[0]!);
      if (!found.ok) return found;
      const { userName } = found.value;
      const stop = await confirmByName(terminal, {
        name: userName,
        consequence: `This deletes the administrator ${userName}; their sessions end.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteAdministrator', { params: { userId: userName } });
      return {
        ok: true,
        json: { deleted: userName },
        text: `Administrator ${printable(userName)} is deleted.`,
      };
    },
  );
}

function roleOption(what: string): Option {
  return new Option(
    '--role <role[@domain]>',
    `${what}, held in a security domain and those below (default: the top one); repeat it for more`,
  ).argParser(grant);
}

/** The first `@` divides: a role with one in its name goes by its id. */
function grant(text: string, earlier: Grants | undefined): Grants {
  const [role = '', ...rest] = text.split('@');
  const domain = rest.join('@');
  if (role.trim() === '' || (rest.length > 0 && domain.trim() === '')) {
    throw new InvalidArgumentError('Give a role, or a role and a security domain as ROLE@DOMAIN.');
  }
  return [
    ...(earlier ?? []),
    { role: role.trim(), ...(rest.length === 0 ? {} : { securityDomain: domain.trim() }) },
  ];
}

async function edited(
  api: ApiClient,
  name: string,
  body: AdministratorPatch,
  done: string,
): Promise<Outcome> {
  const found = await findAdministrator(api, name);
  if (!found.ok) return found;
  const { userName, version } = found.value;
  return shown(
    await api('editAdministrator', { params: { userId: userName }, body, ifMatch: version }),
    done,
  );
}

async function findAdministrator(api: ApiClient, wanted: string): Promise<Result<Administrator>> {
  const { items } = await api('listAdministrators', {});
  const found = findNamed(items, wanted, ({ userName }) => [userName]);
  if (found !== undefined) return success(found);
  return fail('refused', 'not-found', `There is no administrator called ${wanted}.`, {
    next: 'See: sower administrator list',
  });
}

/** As `--role` takes them. */
function rolesOf({ grants }: Administrator): string {
  return grants.map(({ roleName, securityDomainName }) => `${roleName}@${securityDomainName}`).join(', ');
}

function factorsOf({ passkeys, tokenOf }: Administrator): string {
  if (tokenOf === undefined && passkeys === 0) return 'password';
  return [
    ...(tokenOf === undefined ? [] : [`password and a passcode of ${tokenOf}`]),
    ...(passkeys === 0 ? [] : [passkeys === 1 ? 'a passkey' : `${passkeys} passkeys`]),
  ].join(', or ');
}

function shown(administrator: Administrator, done: string): Outcome {
  const text = fields([
    ['User name', administrator.userName],
    ['Enabled', administrator.enabled],
    ['Roles', rolesOf(administrator)],
    ['Logs on with', factorsOf(administrator)],
    ['Password', administrator.mustChangePassword ? 'temporary, to be changed at the next logon' : undefined],
    ['Created', time(administrator.createdAt)],
  ]);
  return {
    ok: true,
    json: administrator,
    text: `Administrator ${printable(administrator.userName)} is ${done}.\n${text}`,
  };
}
