/** `sower administrator`: who may log on to the console, and the roles they have. Passwords are typed at a prompt or piped in, never options. */

import type { Administrator, AdministratorInput, AdministratorPatch } from '@sower/api/administrators';
import type { ApiClient } from '@sower/api/client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { listed } from '../listing.ts';
import { findNamed } from '../lookup.ts';
import { nothingToEdit, see, unchanged, yesOption } from '../options.ts';
import { fail, type Outcome, type Result, success } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { confirmByName, readNewSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

type Grants = AdministratorInput['grants'];

const COLUMNS: readonly Column<Administrator>[] = [
  { title: 'field.userName', value: (administrator) => administrator.userName },
  { title: 'field.enabled', value: (administrator) => administrator.enabled },
  { title: 'field.roles', value: rolesOf },
  { title: 'field.logsOnWith', value: factorsOf },
  { title: 'field.created', value: (administrator) => time(administrator.createdAt) },
];

export function addAdministratorCommands(frame: Frame, program: Command): void {
  const administrator = program.command('administrator').description(t('administrator.summary'));

  addServerCommand(
    frame,
    administrator,
    'list',
    t('administrator.list.summary'),
    unchanged,
    async ({ api }) => {
      const { items, next } = await api('listAdministrators', {});
      return listed(items, { columns: COLUMNS, empty: t('administrator.list.none') }, next);
    },
  );

  addServerCommand<{ role: Grants; directoryUser?: string; mail?: string }>(
    frame,
    administrator,
    'add <username>',
    t('administrator.add.summary'),
    (command) =>
      command
        .addOption(roleOption(t('administrator.roleGiven')).makeOptionMandatory())
        .option('--directory-user <userid>', t('administrator.add.directoryUser'))
        .option('--mail <address>', t('administrator.mail')),
    async ({ api, args, options, terminal }) => {
      const { role: grants, directoryUser, mail } = options;
      const body = { userName: args[0]!, grants, ...(mail === undefined ? {} : { mail }) };
      if (directoryUser !== undefined)
        return shown(await api('addAdministrator', { body: { ...body, directoryUser } }), 'add');
      const password = await readNewSecret(terminal, 'password');
      if (!password.ok) return password;
      return shown(await api('addAdministrator', { body: { ...body, password: password.value } }), 'add');
    },
  );

  addServerCommand<{ role?: Grants; tokenOf?: string; withoutToken?: boolean; mail?: string }>(
    frame,
    administrator,
    'edit <username>',
    t('administrator.edit.summary'),
    (command) =>
      command
        .addOption(roleOption(t('administrator.roleInstead')))
        .addOption(
          new Option('--token-of <userid>', t('administrator.edit.tokenOf')).conflicts('withoutToken'),
        )
        .addOption(new Option('--without-token', t('administrator.edit.withoutToken')))
        .option('--mail <address>', t('administrator.mail')),
    async ({ api, args, options }) => {
      const { role, tokenOf, withoutToken, mail } = options;
      const body = {
        ...(role === undefined ? {} : { grants: role }),
        ...(tokenOf === undefined ? {} : { tokenOf }),
        ...(withoutToken ? { tokenOf: null } : {}),
        ...(mail === undefined ? {} : { mail }),
      };
      return Object.keys(body).length === 0
        ? nothingToEdit('sower administrator edit --help')
        : edited(api, args[0]!, body, 'edit');
    },
  );

  addLogOnCommands(frame, administrator);
}

function addLogOnCommands(frame: Frame, administrator: Command): void {
  addServerCommand(
    frame,
    administrator,
    'forget-passkeys <username>',
    t('administrator.forgetPasskeys.summary'),
    unchanged,
    async ({ api, args }) => {
      const userName = args[0]!;
      await api('forgetPasskeys', { params: { userId: userName } });
      return {
        ok: true,
        json: { userName, passkeys: 0 },
        text: t('administrator.forgetPasskeys.done', { user: printable(userName) }),
      };
    },
  );

  for (const name of ['disable', 'enable'] as const) {
    const summary = t(`administrator.${name}.summary`);
    addServerCommand(frame, administrator, `${name} <username>`, summary, unchanged, ({ api, args }) =>
      edited(api, args[0]!, { enabled: name === 'enable' }, name),
    );
  }

  addServerCommand(
    frame,
    administrator,
    'password <username>',
    t('administrator.password.summary'),
    unchanged,
    async ({ api, args, terminal }) => {
      const userName = args[0]!;
      const password = await readNewSecret(terminal, 'password');
      if (!password.ok) return password;
      await api('setPassword', { params: { userId: userName }, body: { password: password.value } });
      return {
        ok: true,
        json: { userName, passwordSet: true, mustChange: true },
        text: t('administrator.password.done', { user: printable(userName) }),
      };
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    administrator,
    'delete <username>',
    t('administrator.delete.summary'),
    yesOption,
    async ({ api, args, options, terminal }) => {
      const found = await findAdministrator(api, args[0]!);
      if (!found.ok) return found;
      const { userName } = found.value;
      const stop = await confirmByName(terminal, {
        name: userName,
        consequence: t('administrator.delete.confirm', { user: userName }),
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteAdministrator', { params: { userId: userName } });
      return {
        ok: true,
        json: { deleted: userName },
        text: t('administrator.delete.done', { user: printable(userName) }),
      };
    },
  );
}

function roleOption(what: string): Option {
  return new Option('--role <role[@domain]>', t('administrator.role', { what })).argParser(grant);
}

/** The first `@` divides: a role with one in its name goes by its id. */
function grant(text: string, earlier: Grants | undefined): Grants {
  const [role = '', ...rest] = text.split('@');
  const domain = rest.join('@');
  if (role.trim() === '' || (rest.length > 0 && domain.trim() === '')) {
    throw new InvalidArgumentError(t('administrator.roleForm'));
  }
  return [
    ...(earlier ?? []),
    { role: role.trim(), ...(rest.length === 0 ? {} : { securityDomain: domain.trim() }) },
  ];
}

async function edited(api: ApiClient, name: string, body: AdministratorPatch, done: Done): Promise<Outcome> {
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
  return fail(
    'refused',
    'not-found',
    t('administrator.notFound', { name: wanted }),
    see('sower administrator list'),
  );
}

/** As `--role` takes them. */
function rolesOf({ grants }: Administrator): string {
  return grants
    .map(({ roleName, securityDomainName, byDirectory }) => {
      const role = `${roleName}@${securityDomainName}`;
      return byDirectory ? t('administrator.byDirectory', { role }) : role;
    })
    .join(', ');
}

function factorsOf({ passkeys, tokenOf }: Administrator): string {
  if (tokenOf === undefined && passkeys === 0) return t('administrator.factor.password');
  const token = tokenOf === undefined ? undefined : t('administrator.factor.token', { user: tokenOf });
  if (passkeys === 0 && token !== undefined) return token;
  const keys = t('administrator.factor.passkeys', { count: passkeys });
  return token === undefined ? keys : t('administrator.factor.or', { one: token, other: keys });
}

type Done = 'add' | 'edit' | 'enable' | 'disable';

function shown(administrator: Administrator, done: Done): Outcome {
  const text = fields([
    [t('field.userName'), administrator.userName],
    [t('field.enabled'), administrator.enabled],
    [t('field.roles'), rolesOf(administrator)],
    [t('field.logsOnWith'), factorsOf(administrator)],
    [t('field.email'), administrator.mail],
    [t('field.password'), administrator.mustChangePassword ? t('administrator.temporary') : undefined],
    [t('field.created'), time(administrator.createdAt)],
  ]);
  return {
    ok: true,
    json: administrator,
    text: `${t(`administrator.${done}.done`, { user: printable(administrator.userName) })}\n${text}`,
  };
}
