/** `sower user`: the users who hold tokens. */
import type { User } from '@sower/api/users';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { type ListOptions, list, listOptions } from '../listing.ts';
import { nothingToEdit, securityDomainOf, securityDomainOption, unchanged, yesOption } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { type Column, fields, printable, time } from '../terminal/output.ts';
import { confirmByName } from '../terminal/prompt.ts';
import { addUserAccessCommands } from './access.ts';
import { addSelfServiceCommands } from './self-service.ts';

type Person = { first?: string; last?: string; email?: string; securityDomain?: string };

const COLUMNS: readonly Column<User>[] = [
  { title: 'User ID', value: (user) => user.userId },
  { title: 'First name', value: (user) => user.firstName },
  { title: 'Last name', value: (user) => user.lastName },
  { title: 'E-mail', value: (user) => user.email },
  { title: 'Enabled', value: (user) => user.enabled },
  { title: 'Tokens', value: (user) => user.tokens.join(' ') },
];

export function addUserCommands(frame: Frame, program: Command): void {
  const user = program.command('user').description('Users');
  addUserAccessCommands(frame, user);

  addServerCommand<Person>(
    frame,
    user,
    'add <userid>',
    'Add a user',
    person,
    async ({ api, args, options }) =>
      shown(await api('addUser', { body: { userId: args[0]!, ...personOf(options) } }), 'added'),
  );

  addServerCommand<ListOptions & { search?: string }>(
    frame,
    user,
    'list',
    'List users',
    (command) =>
      listOptions(command).option(
        '--search <text>',
        'start of the user id, the last name or the e-mail address',
      ),
    ({ api, terminal, options }) =>
      list(
        terminal,
        options,
        { columns: COLUMNS, name: 'users', empty: 'No users found. Add one: sower user add USERID' },
        (page) =>
          api('listUsers', {
            query: { ...page, ...(options.search === undefined ? {} : { search: options.search }) },
          }),
      ),
  );

  addServerCommand(frame, user, 'show <userid>', 'Show a user', unchanged, async ({ api, args }) =>
    shown(await api('getUser', { params: { userId: args[0]! } })),
  );

  addServerCommand<Person>(
    frame,
    user,
    'edit <userid>',
    'Edit the names, the e-mail address and the security domain of a user',
    person,
    async ({ api, args, options }) => {
      const body = personOf(options);
      if (Object.keys(body).length === 0) return nothingToEdit('sower user edit --help');
      const params = { userId: args[0]! };
      const { version } = await api('getUser', { params });
      return shown(await api('editUser', { params, body, ifMatch: version }), 'edited');
    },
  );

  for (const [name, enabled, summary] of [
    ['disable', false, 'Disable a user: no passcode of theirs is accepted'],
    ['enable', true, 'Enable a user'],
  ] as const) {
    addServerCommand(frame, user, `${name} <userid>`, summary, unchanged, async ({ api, args }) => {
      const params = { userId: args[0]! };
      const { version } = await api('getUser', { params });
      return shown(await api('editUser', { params, body: { enabled }, ifMatch: version }), `${name}d`);
    });
  }

  addSelfServiceCommands(frame, user);

  addServerCommand<{ yes?: boolean }>(
    frame,
    user,
    'delete <userid>',
    'Delete a user; the tokens of the user become unassigned',
    yesOption,
    async ({ api, args, options, terminal }) => {
      const { userId, tokens } = await api('getUser', { params: { userId: args[0]! } });
      const stop = await confirmByName(terminal, {
        name: userId,
        consequence: `This deletes the user ${userId}${tokens.length === 0 ? '' : ` and unassigns ${tokens.join(', ')}`}.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteUser', { params: { userId } });
      return { ok: true, json: { deleted: userId }, text: `User ${printable(userId)} is deleted.` };
    },
  );
}

function person(command: Command): Command {
  return securityDomainOption(
    command
      .option('--first <name>', 'first name')
      .option('--last <name>', 'last name')
      .option('--email <address>', 'e-mail address'),
    'the security domain the user is in',
  );
}

function personOf(options: Person) {
  return {
    ...(options.first === undefined ? {} : { firstName: options.first }),
    ...(options.last === undefined ? {} : { lastName: options.last }),
    ...(options.email === undefined ? {} : { email: options.email }),
    ...securityDomainOf(options),
  };
}

function shown(user: User, done?: string): Outcome {
  const text = fields([
    ['User ID', user.userId],
    ['First name', user.firstName],
    ['Last name', user.lastName],
    ['E-mail', user.email],
    ['Security domain', user.securityDomain],
    ['Enabled', user.enabled],
    ['Tokens', user.tokens.join(' ')],
    ['Created', time(user.createdAt)],
  ]);
  const head = done === undefined ? '' : `User ${printable(user.userId)} is ${done}.\n`;
  return { ok: true, json: user, text: head + text };
}
