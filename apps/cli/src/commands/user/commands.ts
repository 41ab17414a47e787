/** `sower user`: the users who hold tokens. */
import { USER_SORTS, type User, type UserSort } from '@sower/api/users';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { type ListOptions, list, listOptions } from '../../listing.ts';
import {
  nothingToEdit,
  securityDomainOf,
  securityDomainOption,
  unchanged,
  yesOption,
} from '../../options.ts';
import type { Outcome } from '../../outcome.ts';
import { type Column, fields, printable, time } from '../../terminal/output.ts';
import { confirmByName } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';
import { addUserAccessCommands } from '../access.ts';
import { addSelfServiceCommands } from '../self-service.ts';
import { addUserBulkCommand } from './bulk.ts';
import { addExportCommand } from './export.ts';
import { addImportCommand } from './import.ts';
import { addUserMailCommand } from './mail.ts';
import { type UserSearch, userSearchOf, userSearchOptions } from './search.ts';

type Person = {
  /** Of `edit` only. */
  userId?: string;
  first?: string;
  last?: string;
  email?: string;
  telephone?: string;
  securityDomain?: string;
};

const COLUMNS: readonly Column<User>[] = [
  { title: 'field.userId', value: (user) => user.userId },
  { title: 'field.firstName', value: (user) => user.firstName },
  { title: 'field.lastName', value: (user) => user.lastName },
  { title: 'field.email', value: (user) => user.email },
  { title: 'field.enabled', value: (user) => user.enabled },
  { title: 'field.tokens', value: (user) => user.tokens.join(' ') },
];

export function addUserCommands(frame: Frame, program: Command): void {
  const user = program.command('user').description(t('user.summary'));
  addUserAccessCommands(frame, user);

  addServerCommand<Person>(
    frame,
    user,
    'add <userid>',
    t('user.add.summary'),
    person,
    async ({ api, args, options }) =>
      shown(await api('addUser', { body: { userId: args[0]!, ...personOf(options) } }), 'add'),
  );

  addServerCommand<ListOptions & UserSearch & { sort?: UserSort; desc?: true }>(
    frame,
    user,
    'list',
    t('user.list.summary'),
    (command) =>
      userSearchOptions(listOptions(command))
        .addOption(new Option('--sort <field>', t('user.list.sort')).choices([...USER_SORTS]))
        .option('--desc', t('user.list.desc')),
    ({ api, terminal, options }) =>
      list(
        terminal,
        options,
        {
          columns: COLUMNS,
          name: t('user.list.name'),
          empty: t('user.list.none'),
          nameOf: ({ userId }) => userId,
        },
        (page) =>
          api('listUsers', {
            query: {
              ...page,
              ...userSearchOf(options),
              ...(options.sort === undefined ? {} : { sort: options.sort }),
              ...(options.desc ? { order: 'desc' } : {}),
            },
          }),
      ),
  );

  addServerCommand(frame, user, 'show <userid>', t('user.show.summary'), unchanged, async ({ api, args }) =>
    shown(await api('getUser', { params: { userId: args[0]! } })),
  );

  addServerCommand<Person>(
    frame,
    user,
    'edit <userid>',
    t('user.edit.summary'),
    (command) => person(command.option('--user-id <id>', t('user.person.userId'))),
    async ({ api, args, options }) => {
      const body = personOf(options);
      if (Object.keys(body).length === 0) return nothingToEdit('sower user edit --help');
      const params = { userId: args[0]! };
      const { version } = await api('getUser', { params });
      return shown(await api('editUser', { params, body, ifMatch: version }), 'edit');
    },
  );

  for (const name of ['disable', 'enable'] as const) {
    const summary = t(`user.${name}.summary`);
    const enabled = name === 'enable';
    addServerCommand(frame, user, `${name} <userid>`, summary, unchanged, async ({ api, args }) => {
      const params = { userId: args[0]! };
      const { version } = await api('getUser', { params });
      return shown(await api('editUser', { params, body: { enabled }, ifMatch: version }), name);
    });
  }

  addImportCommand(frame, user);
  addExportCommand(frame, user);
  addUserBulkCommand(frame, user);

  addUserMailCommand(frame, user);
  addSelfServiceCommands(frame, user);

  addServerCommand<{ yes?: boolean }>(
    frame,
    user,
    'delete <userid>',
    t('user.delete.summary'),
    yesOption,
    async ({ api, args, options, terminal }) => {
      const { userId, tokens } = await api('getUser', { params: { userId: args[0]! } });
      const stop = await confirmByName(terminal, {
        name: userId,
        consequence:
          tokens.length === 0
            ? t('user.delete.confirm', { user: userId })
            : t('user.delete.confirmTokens', { user: userId, tokens }),
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteUser', { params: { userId } });
      return {
        ok: true,
        json: { deleted: userId },
        text: t('user.delete.done', { user: printable(userId) }),
      };
    },
  );
}

function person(command: Command): Command {
  return securityDomainOption(
    command
      .option('--first <name>', t('user.person.first'))
      .option('--last <name>', t('user.person.last'))
      .option('--email <address>', t('user.person.email'))
      .option('--telephone <number>', t('user.person.telephone')),
    t('user.person.securityDomain'),
  );
}

function personOf(options: Person) {
  return {
    ...(options.userId === undefined ? {} : { userId: options.userId }),
    ...(options.first === undefined ? {} : { firstName: options.first }),
    ...(options.last === undefined ? {} : { lastName: options.last }),
    ...(options.email === undefined ? {} : { email: options.email }),
    ...(options.telephone === undefined ? {} : { telephone: options.telephone }),
    ...securityDomainOf(options),
  };
}

function shown(user: User, done?: 'add' | 'edit' | 'enable' | 'disable'): Outcome {
  const text = fields([
    [t('field.userId'), user.userId],
    [t('field.firstName'), user.firstName],
    [t('field.lastName'), user.lastName],
    [t('field.email'), user.email],
    [t('field.telephone'), user.telephone],
    [t('field.securityDomain'), user.securityDomain],
    [t('field.enabled'), user.enabled],
    [t('field.tokens'), user.tokens.join(' ')],
    [t('field.created'), time(user.createdAt)],
  ]);
  const head = done === undefined ? '' : `${t(`user.${done}.done`, { user: printable(user.userId) })}\n`;
  return { ok: true, json: user, text: head + text };
}
