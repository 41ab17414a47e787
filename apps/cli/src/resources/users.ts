/** `sower user`: the users who hold tokens, and what the help desk and the Self-Service Console need of them. */

import { readFileSync } from 'node:fs';
import { csvText } from '@sower/api/csv';
import { MAIL_LANGUAGES, type MailLanguage } from '@sower/api/mail-events';
import type { ResponseOf } from '@sower/api/operations';
import { EXPORT_COLUMNS, exportRow } from '@sower/api/user-file';
import { leavingSchema, USER_SORTS, type User } from '@sower/api/users';
import { command, given, group, type OptionRow } from '../command.ts';
import { makeFile, unreadableFile } from '../files.ts';
import { pagesOf } from '../listing.ts';
import { act, type Finder, listing, remove } from '../operations.ts';
import { calendarDate } from '../options.ts';
import { fail, success } from '../outcome.ts';
import { USER_BULK, USER_SEARCH } from '../porcelain/bulk.ts';
import { USER_IMPORT } from '../porcelain/user-import.ts';
import { type Column, fields, printable, tabled, time } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { readNewSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

/** `sower user export`: users as CSV that can be imported again; a page at a time, so that many take no more memory than few. */
const USER_EXPORT = command({
  usage: 'export <file>',
  options: USER_SEARCH,
  run: ({ api, args, options, terminal }) => {
    const file = args[0]!;
    const search = given(USER_SEARCH, options);
    return makeFile(file, async (append) => {
      let count = 0;
      const message = t('output.reading', { what: t('user.list.name') });
      append(csvText([EXPORT_COLUMNS]));
      await withProgress(terminal, { message }, async (progress) => {
        const read = (page: object) => api('listUsers', { query: { ...search, ...page } });
        for await (const { items } of pagesOf(read)) {
          append(csvText(items.map(exportRow)));
          count += items.length;
          progress.report(t('output.readingSoFar', { what: t('user.list.name'), count }));
        }
      });
      return { ok: true, json: { file, count }, text: t('user.export.done', { count, file }) };
    });
  },
});

const present: Finder<User> = async (api, wanted) => {
  const item = await api('getUser', { params: { userId: wanted } });
  const { userId, version } = item;
  return success({ item, name: userId, params: { userId }, version });
};

const PERSON: readonly OptionRow[] = [
  ['--first <name>', 'user.person.first', { to: 'firstName' }],
  ['--last <name>', 'user.person.last', { to: 'lastName' }],
  ['--email <address>', 'user.person.email'],
  ['--telephone <number>', 'user.person.telephone'],
  ['--security-domain <name>', 'user.person.securityDomain'],
];

const userText = (shown: User, done?: 'add' | 'edit' | 'enable' | 'disable'): string => {
  const text = fields([
    [t('field.userId'), shown.userId],
    [t('field.firstName'), shown.firstName],
    [t('field.lastName'), shown.lastName],
    [t('field.email'), shown.email],
    [t('field.telephone'), shown.telephone],
    [t('field.securityDomain'), shown.securityDomain],
    [t('field.enabled'), shown.enabled],
    [t('field.accessEnds'), time(shown.leaving?.at)],
    [t('field.tokens'), shown.tokens.join(' ')],
    [t('field.created'), time(shown.createdAt)],
  ]);
  return done === undefined ? text : `${t(`user.${done}.done`, { user: printable(shown.userId) })}\n${text}`;
};

const ACTIVITY: readonly Column<ResponseOf<'getUserActivity'>['items'][number]>[] = [
  { title: 'field.at', value: ({ at }) => time(at) },
  'field.action',
  'field.result',
  'field.reason',
  'field.object',
  { title: 'field.by', value: ({ actor }) => actor },
  { title: 'field.from', value: ({ source }) => source },
];

export const USER = group('user', [
  act('unlockUser', {
    usage: 'unlock <userid>',
    done: (_, { named: userId, name }) => ({
      json: { userId, unlocked: true },
      text: t('user.unlock.done', { user: name }),
    }),
  }),
  act('getUserActivity', {
    usage: 'activity <userid>',
    columns: ACTIVITY,
    done: ({ lockedUntil, failures, callerChecks, items }) => {
      const head = fields([
        [t('field.lockedUntil'), time(lockedUntil)],
        [t('field.wrongPasscodes'), failures],
        [t('field.callerChecks'), callerChecks?.map(printable).join('; ')],
      ]);
      const { text: rows, rendered } = tabled(ACTIVITY, items);
      return { text: `${head}\n\n${rows || t('user.activity.none')}`, rendered };
    },
  }),
  act('addUser', {
    usage: 'add <userid>',
    options: PERSON,
    body: ({ args: [userId] }) => ({ userId: userId! }),
    done: (made) => userText(made, 'add'),
  }),
  listing('listUsers', {
    reads: 'user.list.name',
    empty: 'user.list.none',
    nameOf: ({ userId }) => userId,
    options: [
      ...USER_SEARCH,
      ['--sort <field>', 'user.list.sort', { choices: USER_SORTS }],
      ['--desc', 'user.list.desc', { to: 'order', is: 'desc' }],
    ],
    columns: [
      'field.userId',
      'field.firstName',
      'field.lastName',
      'field.email',
      'field.enabled',
      { title: 'field.tokens', value: ({ tokens }) => tokens.join(' ') },
    ],
  }),
  act('getUser', {
    usage: 'show <userid>',
    done: (shown) => userText(shown),
  }),
  act('lookUpUser', {
    usage: 'directory <userid>',
    done: ({ source, askedAt, entry, differs }) =>
      fields([
        [t('field.identitySource'), source],
        [t('field.at'), time(askedAt)],
        [t('field.directoryEntry'), entry?.name ?? t('user.directory.gone')],
        [t('field.state'), entry && t(`source.state.${entry.state}`)],
        [t('field.userId'), entry?.userId],
        [t('field.firstName'), entry?.firstName],
        [t('field.lastName'), entry?.lastName],
        [t('field.email'), entry?.email],
        [t('field.telephone'), entry?.telephone],
        [t('field.passwordUntil'), time(entry?.passwordUntil)],
        [t('field.differs'), differs.join(', ') || t('output.none')],
        [t('field.why'), entry?.detail],
      ]),
  }),
  act('editUser', {
    usage: 'edit <userid>',
    of: present,
    options: [['--user-id <id>', 'user.person.userId'], ...PERSON],
    done: (edited) => userText(edited, 'edit'),
  }),
  ...(['disable', 'enable'] as const).map((verb) =>
    act('editUser', {
      usage: `${verb} <userid>`,
      of: present,
      body: () => ({ enabled: verb === 'enable' }),
      done: (edited) => userText(edited, verb),
    }),
  ),
  command<{ on?: string; undo?: boolean }>({
    usage: 'leaving <userid>',
    options: [
      ['--on <YYYY-MM-DD>', 'user.leaving.on', { read: calendarDate }],
      ['--undo', 'user.leaving.undo'],
    ],
    run: async ({ api, args, options: { on, undo } }) => {
      const userId = args[0]!;
      const params = { userId };
      const named = { user: printable(userId) };
      if ((on === undefined) === (undo !== true)) return fail('usage', 'choose-one', t('user.leaving.which'));
      if (on === undefined) {
        await api('undoLeaving', { params });
        return { ok: true, json: { userId, leaving: null }, text: t('user.leaving.undone', named) };
      }
      const at = leavingSchema.parse(on);
      await api('setLeaving', { params, body: { at } });
      return {
        ok: true,
        json: { userId, leaving: { at } },
        text: t('user.leaving.set', { ...named, time: time(at)! }),
      };
    },
  }),
  USER_IMPORT,
  USER_EXPORT,
  USER_BULK,
  command<{ language?: MailLanguage | 'default'; certificate?: string | false }>({
    usage: 'mail <userid>',
    options: [
      ['--language <language>', 'user.mail.language', { choices: [...MAIL_LANGUAGES, 'default'] }],
      ['--certificate <file>', 'user.mail.certificate'],
      ['--no-certificate', 'user.mail.noCertificate'],
    ],
    run: async ({ api, args, options: { language, certificate } }) => {
      const params = { userId: args[0]! };
      let pem: string | undefined;
      try {
        pem = certificate === false ? '' : certificate && readFileSync(certificate, 'utf8');
      } catch (error) {
        return unreadableFile(String(certificate), error);
      }
      const body = {
        ...(language === undefined ? {} : { language: language === 'default' ? ('' as const) : language }),
        ...(pem === undefined ? {} : { certificate: pem }),
      };
      const mail =
        Object.keys(body).length === 0
          ? await api('getUserMail', { params })
          : await api('editUserMail', { params, body });
      const certificateShown = mail.certificate ?? mail.source?.certificate;
      const text = fields([
        [t('field.mailLanguage'), mail.language ?? mail.source?.language ?? t('user.mail.default')],
        [t('field.certificate'), certificateShown?.subject ?? t('output.none')],
        [t('field.expires'), time(certificateShown?.validTo)],
      ]);
      return { ok: true, json: mail, text };
    },
  }),
  command<{ keep?: boolean; remove?: boolean }>({
    usage: 'password <userid>',
    options: [
      ['--keep', 'user.password.keep'],
      ['--remove', 'user.password.remove'],
    ],
    run: async ({ api, args, options, terminal }) => {
      const userId = args[0]!;
      const params = { userId };
      const named = { user: printable(userId) };
      if (options.remove === true) {
        await api('removeUserPassword', { params });
        return { ok: true, json: { userId, passwordSet: false }, text: t('user.password.removed', named) };
      }
      const password = await readNewSecret(terminal, 'password');
      if (!password.ok) return password;
      const mustChange = options.keep !== true;
      await api('setUserPassword', { params, body: { password: password.value, mustChange } });
      const text = t(mustChange ? 'user.password.mustChange' : 'user.password.done', named);
      return { ok: true, json: { userId, passwordSet: true, mustChange }, text };
    },
  }),
  command<{ close?: boolean }>({
    usage: 'activation-window <userid>',
    options: [['--close', 'user.activationWindow.close']],
    run: async ({ api, args, options }) => {
      const userId = args[0]!;
      const params = { userId };
      const named = { user: printable(userId) };
      if (options.close === true) {
        await api('closeActivationWindow', { params });
        return { ok: true, json: { userId, open: false }, text: t('user.activationWindow.closed', named) };
      }
      const state = await api('openActivationWindow', { params });
      const open = state.activationWindow;
      const facts = fields([
        [t('field.until'), open && time(open.expiresAt)],
        [t('field.openedBy'), open?.openedBy],
        [t('field.passwordSet'), state.passwordSet],
      ]);
      return {
        ok: true,
        json: { userId, ...state },
        text: `${t('user.activationWindow.opened', named)}\n${facts}`,
        notes: state.passwordSet ? [] : [t('user.activationWindow.noPassword', named)],
      };
    },
  }),
  remove('deleteUser', {
    usage: 'delete <userid>',
    of: present,
    confirm: ({ name, item: { tokens } }) =>
      tokens.length === 0
        ? t('user.delete.confirm', { user: name })
        : t('user.delete.confirmTokens', { user: name, tokens }),
    done: (name) => t('user.delete.done', { user: name }),
  }),
]);
