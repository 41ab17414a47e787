/** `sower token`: token records, their owners and PINs. Handing them out is in distribution.ts. */
import type { Token } from '@sower/api/tokens';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { type ListOptions, list, listOptions } from '../listing.ts';
import {
  calendarDate,
  securityDomainOf,
  securityDomainOption,
  serialArgument,
  serialNumber,
  unchanged,
  wholeNumber,
  yesOption,
} from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { type Column, fields, printable, table, time } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { confirmByName, readSecret } from '../terminal/prompt.ts';
import { distributionText, newestEvent } from './distribution.ts';
import { type Search, searchOf, searchOptions } from './token-search.ts';

type ListedToken = Omit<Token, 'seeds'>;

const COLUMNS: readonly Column<ListedToken>[] = [
  { title: 'Serial', value: (token) => token.serial },
  { title: 'User ID', value: (token) => token.userId },
  { title: 'Enabled', value: (token) => token.enabled },
  { title: 'PIN', value: (token) => (token.pinSet ? 'set' : undefined) },
  { title: 'Expires', value: (token) => (token.expired ? `${token.expiresOn} (expired)` : token.expiresOn) },
  { title: 'Distribution', value: (token) => token.distribution?.state },
  { title: 'Profile', value: (token) => token.distribution?.profile },
  { title: 'Since', value: (token) => time(newestEvent(token.distribution)?.at) },
];

type ReplaceOptions = { by?: string; newPin?: boolean; deleteReplaced?: boolean };

export function addTokenCommands(frame: Frame, token: Command): void {
  addRecordCommands(frame, token);
  addAssignmentCommands(frame, token);
  addStateCommands(frame, token);
}

function addRecordCommands(frame: Frame, token: Command): void {
  addServerCommand<{ count: number; expires?: string; securityDomain?: string }>(
    frame,
    token,
    'mint',
    'Mint token records; they start disabled and unassigned',
    (command) =>
      securityDomainOption(
        command
          .option('--count <n>', 'how many', wholeNumber(1, 10_000), 1)
          .option('--expires <date>', 'last day they are good, YYYY-MM-DD', calendarDate),
        'the security domain they are in',
      ),
    async ({ api, options, terminal }) => {
      const minted = await withProgress(terminal, { message: `Minting ${options.count} tokens` }, () =>
        api('mintTokens', {
          body: {
            count: options.count,
            ...(options.expires === undefined ? {} : { expiresOn: options.expires }),
            ...securityDomainOf(options),
          },
        }),
      );
      const text =
        minted.count === 1
          ? `Token ${minted.first} is minted.`
          : `${minted.count} tokens are minted, ${minted.first} to ${minted.last}.`;
      return {
        ok: true,
        json: minted,
        text,
        notes: [`Next: sower token assign ${minted.first} USERID`],
      };
    },
  );

  addServerCommand<ListOptions & Search>(
    frame,
    token,
    'list',
    'Search tokens',
    (command) => searchOptions(listOptions(command)),
    ({ api, terminal, options }) =>
      list(
        terminal,
        options,
        { columns: COLUMNS, name: 'tokens', empty: 'No tokens found. Mint some: sower token mint --count N' },
        (page) => api('listTokens', { query: { ...page, ...searchOf(options) } }),
      ),
  );

  addServerCommand(
    frame,
    token,
    'show <serial>',
    'Show a token, its latest distribution and its history',
    serialArgument,
    async ({ api, args }) => shown(await api('getToken', { params: { serial: args[0]! } })),
  );
}

function addAssignmentCommands(frame: Frame, token: Command): void {
  addServerCommand(
    frame,
    token,
    'assign <serial> <userid>',
    'Assign a token to a user; this enables it',
    serialArgument,
    async ({ api, args }) =>
      changed(
        await api('assignToken', { params: { serial: args[0]! }, body: { userId: args[1]! } }),
        `is assigned to ${printable(args[1]!)} and enabled`,
        `Next: sower token distribute ${args[0]} --profile NAME`,
      ),
  );

  addServerCommand(
    frame,
    token,
    'assign-next <userid>',
    'Assign the next available token to a user: of those that live long enough, the one that lives longest',
    unchanged,
    async ({ api, args }) => {
      const assigned = await api('assignNextToken', { params: { userId: args[0]! } });
      return changed(
        assigned,
        `is assigned to ${printable(assigned.userId ?? args[0]!)} and enabled`,
        `Next: sower token distribute ${assigned.serial} --profile NAME`,
      );
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    token,
    'unassign <serial>',
    'Unassign a token: it is disabled, its PIN, seeds and live activation code are dropped',
    (command) => yesOption(serialArgument(command)),
    async ({ api, args, options, terminal }) => {
      const serial = args[0]!;
      const stop = await confirmByName(terminal, {
        name: serial,
        consequence: `This takes token ${serial} from its user and drops its PIN and seeds.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      return changed(await api('unassignToken', { params: { serial } }), 'is unassigned and disabled');
    },
  );

  addServerCommand<ReplaceOptions>(
    frame,
    token,
    'replace <serial>',
    'Give the user another token, which takes the place of this one when its first passcode is accepted',
    (command) =>
      serialArgument(command)
        .option('--by <serial>', 'the replacement; the next unassigned token unless said', serialNumber)
        .option('--new-pin', 'begin without a PIN instead of carrying it over')
        .option('--delete-replaced', 'delete the replaced token then, instead of unassigning it'),
    async ({ api, args, options }) => {
      const replacement = await api('replaceToken', {
        params: { serial: args[0]! },
        body: {
          ...(options.by === undefined ? {} : { replacement: options.by }),
          keepPin: options.newPin !== true,
          afterwards: options.deleteReplaced === true ? 'delete' : 'unassign',
        },
      });
      return changed(
        replacement,
        `takes the place of ${args[0]} when its first passcode is accepted; until then ${args[0]} goes on`,
        `Next: sower token distribute ${replacement.serial} --profile NAME`,
      );
    },
  );
}

/** Whether it is good for anything, and where. */
function addStateCommands(frame: Frame, token: Command): void {
  for (const [name, operation, summary] of [
    ['enable', 'enableToken', 'Enable a token'],
    ['disable', 'disableToken', 'Disable a token: its codes are not accepted'],
  ] as const) {
    addServerCommand(frame, token, `${name} <serial>`, summary, serialArgument, async ({ api, args }) =>
      changed(await api(operation, { params: { serial: args[0]! } }), `is ${name}d`),
    );
  }

  addServerCommand<{ yes?: boolean }>(
    frame,
    token,
    'delete <serial>',
    'Delete an unassigned token',
    (command) => yesOption(serialArgument(command)),
    async ({ api, args, options, terminal }) => {
      const serial = args[0]!;
      const stop = await confirmByName(terminal, {
        name: serial,
        consequence: `This deletes token ${serial} and its seed for good.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteToken', { params: { serial } });
      return { ok: true, json: { deleted: serial }, text: `Token ${serial} is deleted.` };
    },
  );

  addServerCommand(
    frame,
    token,
    'move <serial> <domain>',
    'Move a token to another security domain',
    serialArgument,
    async ({ api, args }) => {
      const moved = await api('moveToken', {
        params: { serial: args[0]! },
        body: { securityDomain: args[1]! },
      });
      return changed(moved, `is in ${printable(moved.securityDomain)}`);
    },
  );

  addServerCommand<{ found?: boolean }>(
    frame,
    token,
    'lost <serial>',
    'Mark a token as lost: it verifies nothing until it is found',
    (command) => serialArgument(command).option('--found', 'it was found again'),
    async ({ api, args, options }) => {
      const params = { serial: args[0]! };
      const found = options.found === true;
      return changed(
        await api('markLost', { params, body: { lost: !found } }),
        found ? 'is not lost any more' : 'is marked as lost',
      );
    },
  );

  addServerCommand<{ clear?: boolean; yes?: boolean }>(
    frame,
    token,
    'pin <serial>',
    'Set the PIN of a token (read from standard input), or clear it',
    (command) => serialArgument(command).option('--clear', 'clear the PIN'),
    async ({ api, args, options, terminal }) => {
      const params = { serial: args[0]! };
      if (options.clear === true) {
        await api('clearPin', { params });
        return {
          ok: true,
          json: { ...params, pinSet: false },
          text: `The PIN of token ${params.serial} is cleared.`,
        };
      }
      const pin = await readSecret(terminal, 'PIN');
      if (!pin.ok) return pin;
      await api('setPin', { params, body: { pin: pin.value } });
      return {
        ok: true,
        json: { ...params, pinSet: true },
        text: `The PIN of token ${params.serial} is set.`,
      };
    },
  );
}

function changed(token: Token, what: string, next?: string): Outcome {
  return {
    ok: true,
    json: token,
    text: `Token ${token.serial} ${what}.`,
    ...(next === undefined ? {} : { notes: [next] }),
  };
}

function shown(token: Token): Outcome {
  const head = fields([
    ['Serial', token.serial],
    ['User ID', token.userId ?? '(unassigned)'],
    ['Security domain', token.securityDomain],
    ['Enabled', token.enabled],
    ['Lost', token.lost ? 'yes: it verifies nothing' : undefined],
    ['Expires', token.expired ? `${token.expiresOn} (expired)` : token.expiresOn],
    ['PIN', token.pinSet ? 'set' : 'not set'],
    ['Failures in a row', token.failures],
    ['Replaces', token.replaces],
    ['Replaced by', token.replacedBy],
  ]);
  const seeds = table(
    [
      { title: 'Seed', value: (seed) => seed.state },
      { title: 'Algorithm', value: (seed) => seed.algorithm },
      { title: 'Digits', value: (seed) => seed.digits, align: 'right' },
      { title: 'Interval', value: (seed) => seed.interval, align: 'right' },
      { title: 'Authentication', value: (seed) => seed.authenticationType },
      { title: 'Provisioned', value: (seed) => time(seed.provisionedAt) },
      { title: 'Last accepted', value: (seed) => time(seed.lastAcceptedAt) },
    ],
    token.seeds,
  );
  const distribution = token.distribution === undefined ? '' : distributionText(token.distribution);
  return {
    ok: true,
    json: token,
    text: [head, seeds, distribution].filter((part) => part !== '').join('\n\n'),
  };
}
