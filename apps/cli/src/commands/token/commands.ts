/** `sower token`: token records, their owners and PINs. Handing them out is in distribution.ts. */
import type { Token } from '@sower/api/tokens';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { type ListOptions, list, listOptions } from '../../listing.ts';
import {
  calendarDate,
  nothingToEdit,
  securityDomainOf,
  securityDomainOption,
  serialArgument,
  serialNumber,
  unchanged,
  wholeNumber,
  yesOption,
} from '../../options.ts';
import type { Outcome } from '../../outcome.ts';
import { type Column, fields, printable, table, time } from '../../terminal/output.ts';
import { withProgress } from '../../terminal/progress.ts';
import { confirmByName, readSecret } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';
import { distributionText, newestEvent } from '../distribution.ts';
import { type Search, searchOf, searchOptions } from './search.ts';

type ListedToken = Omit<Token, 'seeds'>;

const COLUMNS: readonly Column<ListedToken>[] = [
  { title: 'field.serial', value: (token) => token.serial },
  { title: 'field.userId', value: (token) => token.userId },
  { title: 'field.enabled', value: (token) => token.enabled },
  { title: 'field.pin', value: (token) => (token.pinSet ? t('output.set') : undefined) },
  {
    title: 'field.expires',
    value: (token) => expiryOf(token),
  },
  { title: 'field.distribution', value: (token) => token.distribution?.state },
  { title: 'field.profile', value: (token) => token.distribution?.profile },
  { title: 'field.since', value: (token) => time(newestEvent(token.distribution)?.at) },
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
    t('token.mint.summary'),
    (command) =>
      securityDomainOption(
        command
          .option('--count <n>', t('token.mint.count'), wholeNumber(1, 10_000), 1)
          .option('--expires <date>', t('token.mint.expires'), calendarDate),
        t('token.mint.securityDomain'),
      ),
    async ({ api, options, terminal }) => {
      const minted = await withProgress(
        terminal,
        { message: t('token.mint.progress', { count: options.count }) },
        () =>
          api('mintTokens', {
            body: {
              count: options.count,
              ...(options.expires === undefined ? {} : { expiresOn: options.expires }),
              ...securityDomainOf(options),
            },
          }),
      );
      return {
        ok: true,
        json: minted,
        text: t('token.mint.done', minted),
        notes: [t('usage.next', { command: `sower token assign ${minted.first} USERID` })],
      };
    },
  );

  addServerCommand<ListOptions & Search & { desc?: true }>(
    frame,
    token,
    'list',
    t('token.list.summary'),
    (command) => searchOptions(listOptions(command)).option('--desc', t('token.list.desc')),
    ({ api, terminal, options }) =>
      list(
        terminal,
        options,
        { columns: COLUMNS, name: t('token.list.name'), empty: t('token.list.none') },
        (page) =>
          api('listTokens', {
            query: {
              ...page,
              ...searchOf(options),
              ...(options.desc ? { order: 'desc' } : {}),
            },
          }),
      ),
  );

  addServerCommand(
    frame,
    token,
    'show <serial>',
    t('token.show.summary'),
    serialArgument,
    async ({ api, args }) => shown(await api('getToken', { params: { serial: args[0]! } })),
  );

  addServerCommand<{ expires?: string; nickname?: string; securityDomain?: string }>(
    frame,
    token,
    'edit <serial>',
    t('token.edit.summary'),
    (command) =>
      securityDomainOption(
        serialArgument(command)
          .option('--expires <date>', t('token.edit.expires'), calendarDate)
          .option('--nickname <text>', t('token.edit.nickname')),
        t('token.edit.securityDomain'),
      ),
    async ({ api, args, options }) => {
      const params = { serial: args[0]! };
      const body = {
        ...(options.expires === undefined ? {} : { expiresOn: options.expires }),
        ...(options.nickname === undefined ? {} : { nickname: options.nickname }),
        ...securityDomainOf(options),
      };
      if (Object.keys(body).length === 0) return nothingToEdit('sower token edit --help');
      const { version } = await api('getToken', { params });
      return shown(await api('editToken', { params, body, ifMatch: version }));
    },
  );
}

function addAssignmentCommands(frame: Frame, token: Command): void {
  addServerCommand(
    frame,
    token,
    'assign <serial> <userid>',
    t('token.assign.summary'),
    serialArgument,
    async ({ api, args }) =>
      changed(
        await api('assignToken', { params: { serial: args[0]! }, body: { userId: args[1]! } }),
        t('token.assign.done', { serial: args[0]!, user: printable(args[1]!) }),
        distributeNext(args[0]!),
      ),
  );

  addServerCommand(
    frame,
    token,
    'assign-next <userid>',
    t('token.assignNext.summary'),
    unchanged,
    async ({ api, args }) => {
      const assigned = await api('assignNextToken', { params: { userId: args[0]! } });
      return changed(
        assigned,
        t('token.assign.done', { serial: assigned.serial, user: printable(assigned.userId ?? args[0]!) }),
        distributeNext(assigned.serial),
      );
    },
  );

  addServerCommand<{ yes?: boolean }>(
    frame,
    token,
    'unassign <serial>',
    t('token.unassign.summary'),
    (command) => yesOption(serialArgument(command)),
    async ({ api, args, options, terminal }) => {
      const serial = args[0]!;
      const stop = await confirmByName(terminal, {
        name: serial,
        consequence: t('token.unassign.confirm', { serial }),
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      return changed(
        await api('unassignToken', { params: { serial } }),
        t('token.unassign.done', { serial }),
      );
    },
  );

  addServerCommand<ReplaceOptions>(
    frame,
    token,
    'replace <serial>',
    t('token.replace.summary'),
    (command) =>
      serialArgument(command)
        .option('--by <serial>', t('token.replace.by'), serialNumber)
        .option('--new-pin', t('token.replace.newPin'))
        .option('--delete-replaced', t('token.replace.deleteReplaced')),
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
        t('token.replace.done', { serial: replacement.serial, replaced: args[0]! }),
        distributeNext(replacement.serial),
      );
    },
  );
}

/** Whether a token is accepted, and in which security domain it is. */
function addStateCommands(frame: Frame, token: Command): void {
  for (const name of ['enable', 'disable'] as const) {
    const summary = t(`token.${name}.summary`);
    addServerCommand(frame, token, `${name} <serial>`, summary, serialArgument, async ({ api, args }) => {
      const params = { serial: args[0]! };
      return changed(await api(`${name}Token`, { params }), t(`token.${name}.done`, params));
    });
  }

  addServerCommand<{ yes?: boolean }>(
    frame,
    token,
    'delete <serial>',
    t('token.delete.summary'),
    (command) => yesOption(serialArgument(command)),
    async ({ api, args, options, terminal }) => {
      const serial = args[0]!;
      const stop = await confirmByName(terminal, {
        name: serial,
        consequence: t('token.delete.confirm', { serial }),
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('deleteToken', { params: { serial } });
      return { ok: true, json: { deleted: serial }, text: t('token.delete.done', { serial }) };
    },
  );

  addServerCommand(
    frame,
    token,
    'move <serial> <domain>',
    t('token.move.summary'),
    serialArgument,
    async ({ api, args }) => {
      const moved = await api('moveToken', {
        params: { serial: args[0]! },
        body: { securityDomain: args[1]! },
      });
      return changed(
        moved,
        t('token.move.done', { serial: args[0]!, domain: printable(moved.securityDomain) }),
      );
    },
  );

  addServerCommand<{ found?: boolean }>(
    frame,
    token,
    'lost <serial>',
    t('token.lost.summary'),
    (command) => serialArgument(command).option('--found', t('token.lost.found')),
    async ({ api, args, options }) => {
      const params = { serial: args[0]! };
      const found = options.found === true;
      return changed(
        await api('markLost', { params, body: { lost: !found } }),
        t(found ? 'token.lost.doneFound' : 'token.lost.done', params),
      );
    },
  );

  addServerCommand<{ clear?: boolean; yes?: boolean }>(
    frame,
    token,
    'pin <serial>',
    t('token.pin.summary'),
    (command) => serialArgument(command).option('--clear', t('token.pin.clear')),
    async ({ api, args, options, terminal }) => {
      const params = { serial: args[0]! };
      if (options.clear === true) {
        await api('clearPin', { params });
        return {
          ok: true,
          json: { ...params, pinSet: false },
          text: t('token.pin.cleared', params),
        };
      }
      const pin = await readSecret(terminal, 'pin');
      if (!pin.ok) return pin;
      await api('setPin', { params, body: { pin: pin.value } });
      return {
        ok: true,
        json: { ...params, pinSet: true },
        text: t('token.pin.done', params),
      };
    },
  );
}

function changed(token: Token, text: string, next?: string): Outcome {
  return { ok: true, json: token, text, ...(next === undefined ? {} : { notes: [next] }) };
}

const distributeNext = (serial: string): string =>
  t('usage.next', { command: `sower token distribute ${serial} --profile NAME` });

const expiryOf = ({ expired, expiresOn }: ListedToken): string =>
  expired ? t('output.expired', { date: expiresOn }) : expiresOn;

function shown(token: Token): Outcome {
  const head = fields([
    [t('field.serial'), token.serial],
    [t('field.userId'), token.userId ?? t('token.show.unassigned')],
    [t('field.securityDomain'), token.securityDomain],
    [t('field.enabled'), token.enabled],
    [t('field.lost'), token.lost ? t('token.show.lost') : undefined],
    [t('field.expires'), expiryOf(token)],
    [t('field.pin'), t(token.pinSet ? 'output.set' : 'output.notSet')],
    [t('field.failures'), token.failures],
    [t('field.replaces'), token.replaces],
    [t('field.replacedBy'), token.replacedBy],
  ]);
  const seeds = table(
    [
      { title: 'field.seed', value: (seed) => seed.state },
      { title: 'field.algorithm', value: (seed) => seed.algorithm },
      { title: 'field.digits', value: (seed) => seed.digits, align: 'right' },
      { title: 'field.interval', value: (seed) => seed.interval, align: 'right' },
      { title: 'field.authentication', value: (seed) => seed.authenticationType },
      { title: 'field.provisioned', value: (seed) => time(seed.provisionedAt) },
      { title: 'field.lastAccepted', value: (seed) => time(seed.lastAcceptedAt) },
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
