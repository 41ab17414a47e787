/** `sower security-domain`, `role`, `administrator` and `who-can`: who may log on to the console, where, and to do what. */
import type { Administrator, AdministratorInput } from '@sower/api/administrators';
import type { ResponseOf } from '@sower/api/operations';
import type { Role } from '@sower/api/roles';
import type { SecurityDomain } from '@sower/api/security-domains';
import { InvalidArgumentError } from 'commander';
import { group, type OptionRow } from '../command.ts';
import { act, type Finder, findNamed, listing, named, remove } from '../operations.ts';
import { notFound, permissionHelp, permissionName, permissionOption } from '../options.ts';
import { success } from '../outcome.ts';
import { type Column, fields, printable, tabled, time } from '../terminal/output.ts';
import { readNewSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

const securityDomain = named('listSecurityDomains', 'securityDomain.notFound', 'sower security-domain list');

const DOMAINS: readonly Column<ReturnType<typeof inTree>[number]>[] = [
  { title: 'field.name', value: ({ name, depth }) => '  '.repeat(depth) + name },
  'field.id',
];

export const SECURITY_DOMAIN = group('security-domain', [
  act('listSecurityDomains', {
    usage: 'list',
    columns: DOMAINS,
    done: ({ items }) => tabled(DOMAINS, inTree(items)),
  }),
  act('addSecurityDomain', {
    usage: 'add <name>',
    options: [['--parent <name>', 'securityDomain.add.parent']],
    body: ({ args: [name] }) => ({ name: name! }),
    done: ({ name }) => t('securityDomain.add.done', { domain: printable(name) }),
  }),
  act('renameSecurityDomain', {
    usage: 'rename <name> <new>',
    of: securityDomain,
    body: ({ args: [, name] }) => ({ name: name! }),
    done: ({ name }) => t('securityDomain.rename.done', { domain: printable(name) }),
  }),
  remove('deleteSecurityDomain', {
    of: securityDomain,
    confirm: ({ name }) => t('securityDomain.delete.confirm', { domain: name }),
    done: (name) => t('securityDomain.delete.done', { domain: name }),
  }),
]);

/** Each below the one it is in, by name. `depth` counts what the caller sees: who sees a part of the tree has its top at 0. */
function inTree(domains: readonly SecurityDomain[]) {
  const byPath = new Map(domains.map((domain) => [domain.path, domain]));
  return domains
    .map((domain) => {
      const above = pathsAbove(domain.path).flatMap((path) => byPath.get(path) ?? []);
      return {
        domain: { ...domain, depth: above.length },
        names: [...above, domain].map(({ name }) => name),
      };
    })
    .sort((one, other) => compareNames(one.names, other.names))
    .map(({ domain }) => domain);
}

/** `/a/b/` is below `/` and `/a/`. */
const pathsAbove = (path: string): string[] =>
  path
    .split('/')
    .slice(1, -1)
    .map(
      (_, index, ids) =>
        `/${ids
          .slice(0, index)
          .map((id) => `${id}/`)
          .join('')}`,
    );

function compareNames(one: readonly string[], other: readonly string[]): number {
  for (const [index, name] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    if (name !== against) return name < against ? -1 : 1;
  }
  return one.length - other.length;
}

const role = named('listRoles', 'role.notFound', 'sower role list');

const roleText = (done: 'add' | 'edit') => (shown: Role) => {
  const text = fields([
    [t('field.name'), shown.name],
    [t('field.id'), shown.id],
    [t('field.description'), shown.description],
    [t('field.permissions'), shown.permissions.join(' ')],
  ]);
  return `${t(`role.${done}.done`, { role: printable(shown.name) })}\n${text}`;
};

export const ROLE = group('role', [
  listing('listRoles', {
    empty: 'role.list.none',
    columns: [
      'field.name',
      'field.builtIn',
      'field.description',
      { title: 'field.permissions', value: ({ permissions }) => permissions.join(' ') },
    ],
  }),
  act('addRole', {
    usage: 'add <name>',
    options: [
      permissionOption('role.add.permission', { required: true }),
      ['--description <text>', 'role.description'],
    ],
    help: permissionHelp,
    body: ({ args: [name] }) => ({ name: name! }),
    done: roleText('add'),
  }),
  act('editRole', {
    usage: 'edit <name>',
    of: role,
    options: [
      ['--name <new>', 'role.edit.name'],
      ['--description <text>', 'role.description'],
      permissionOption('role.edit.permission'),
    ],
    help: permissionHelp,
    done: roleText('edit'),
  }),
  remove('deleteRole', {
    of: role,
    confirm: ({ name }) => t('role.delete.confirm', { role: name }),
    done: (name) => t('role.delete.done', { role: name }),
  }),
]);

const HOLDERS: readonly Column<ResponseOf<'whoCan'>['holders'][number]>[] = [
  'field.kind',
  'field.name',
  { title: 'field.role', value: (holder) => holder.role },
  { title: 'field.securityDomain', value: (holder) => holder.securityDomain },
];

export const WHO_CAN = act('whoCan', {
  usage: 'who-can <permission>',
  arguments: [{ read: permissionName }],
  help: permissionHelp,
  columns: HOLDERS,
  done: ({ permission, meaning, holders }) => {
    const head = fields([
      [t('field.permission'), permission],
      [t('field.meaning'), meaning],
    ]);
    const { text: rows, rendered } = tabled(HOLDERS, holders);
    return {
      rendered,
      text: [head, rows].filter((part) => part !== '').join('\n\n'),
      ...(holders.length === 0 ? { notes: [t('whoCan.nobody')] } : {}),
    };
  },
});

/** By name, ignoring case. */
const administrator: Finder<Administrator> = async (api, wanted) => {
  const { items } = await api('listAdministrators', {});
  const item = findNamed(items, wanted, ({ userName }) => [userName]);
  if (item === undefined) return notFound('administrator.notFound', wanted, 'sower administrator list');
  const { userName, version } = item;
  return success({ item, name: userName, params: { userId: userName }, version });
};

type Grants = AdministratorInput['grants'];

const roleOption = (
  what: 'administrator.roleGiven' | 'administrator.roleInstead',
  more: OptionRow[2],
): OptionRow => [
  '--role <role[@domain]>',
  () => t('administrator.role', { what: t(what) }),
  { to: 'grants', read: grant, ...more },
];

/** The first `@` divides: a role with one in its name goes by its id. */
function grant(text: string, earlier: Grants = []): Grants {
  const [name = '', ...rest] = text.split('@');
  const domain = rest.join('@');
  if (name.trim() === '' || (rest.length > 0 && domain.trim() === ''))
    throw new InvalidArgumentError(t('administrator.roleForm'));
  return [...earlier, { role: name.trim(), ...(rest.length === 0 ? {} : { securityDomain: domain.trim() }) }];
}

/** As `--role` takes them. */
const rolesOf = ({ grants }: Administrator): string =>
  grants
    .map(({ roleName, securityDomainName, byDirectory }) => {
      const given = `${roleName}@${securityDomainName}`;
      return byDirectory ? t('administrator.byDirectory', { role: given }) : given;
    })
    .join(', ');

function factorsOf({ passkeys, tokenOf }: Administrator): string {
  if (tokenOf === undefined && passkeys === 0) return t('administrator.factor.password');
  const token = tokenOf === undefined ? undefined : t('administrator.factor.token', { user: tokenOf });
  if (passkeys === 0 && token !== undefined) return token;
  const keys = t('administrator.factor.passkeys', { count: passkeys });
  return token === undefined ? keys : t('administrator.factor.or', { one: token, other: keys });
}

const administratorText = (done: 'add' | 'edit' | 'enable' | 'disable') => (shown: Administrator) => {
  const text = fields([
    [t('field.userName'), shown.userName],
    [t('field.enabled'), shown.enabled],
    [t('field.roles'), rolesOf(shown)],
    [t('field.logsOnWith'), factorsOf(shown)],
    [t('field.email'), shown.mail],
    [t('field.password'), shown.mustChangePassword ? t('administrator.temporary') : undefined],
    [t('field.created'), time(shown.createdAt)],
  ]);
  return `${t(`administrator.${done}.done`, { user: printable(shown.userName) })}\n${text}`;
};

export const ADMINISTRATOR = group('administrator', [
  listing('listAdministrators', {
    empty: 'administrator.list.none',
    columns: [
      'field.userName',
      'field.enabled',
      { title: 'field.roles', value: rolesOf },
      { title: 'field.logsOnWith', value: factorsOf },
      { title: 'field.created', value: ({ createdAt }) => time(createdAt) },
    ],
  }),
  act('addAdministrator', {
    usage: 'add <username>',
    options: [
      roleOption('administrator.roleGiven', { required: true }),
      ['--directory-user <userid>', 'administrator.add.directoryUser'],
      ['--mail <address>', 'administrator.mail'],
    ],
    body: ({ args: [userName] }) => ({ userName: userName! }),
    secret: [
      'password',
      async (terminal, { directoryUser }) =>
        directoryUser === undefined ? readNewSecret(terminal, 'password') : success(undefined),
    ],
    done: administratorText('add'),
  }),
  act('editAdministrator', {
    usage: 'edit <username>',
    of: administrator,
    options: [
      roleOption('administrator.roleInstead', {}),
      ['--token-of <userid>', 'administrator.edit.tokenOf', { conflicts: 'withoutToken' }],
      ['--without-token', 'administrator.edit.withoutToken', { to: 'tokenOf', is: null }],
      ['--mail <address>', 'administrator.mail'],
    ],
    done: administratorText('edit'),
  }),
  act('forgetPasskeys', {
    usage: 'forget-passkeys <username>',
    done: (_, { named: userName, name }) => ({
      json: { userName, passkeys: 0 },
      text: t('administrator.forgetPasskeys.done', { user: name }),
    }),
  }),
  ...(['disable', 'enable'] as const).map((verb) =>
    act('editAdministrator', {
      usage: `${verb} <username>`,
      of: administrator,
      body: () => ({ enabled: verb === 'enable' }),
      done: administratorText(verb),
    }),
  ),
  act('setPassword', {
    usage: 'password <username>',
    secret: ['password', (terminal) => readNewSecret(terminal, 'password')],
    done: (_, { named: userName, name }) => ({
      json: { userName, passwordSet: true, mustChange: true },
      text: t('administrator.password.done', { user: name }),
    }),
  }),
  remove('deleteAdministrator', {
    usage: 'delete <username>',
    of: administrator,
    confirm: ({ name }) => t('administrator.delete.confirm', { user: name }),
    done: (name) => t('administrator.delete.done', { user: name }),
  }),
]);
