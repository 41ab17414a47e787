/** `sower token`: tokens, from minting to deleting, and what the help desk does when access does not work. */

import type { Distribution } from '@sower/api/distributions';
import { LIMITS } from '@sower/api/limits';
import type { TokenAccess } from '@sower/api/token-access';
import type { Token } from '@sower/api/tokens';
import { command, group, type OptionRow } from '../command.ts';
import { act, type Finder, listing, remove } from '../operations.ts';
import { calendarDate, SERIAL, serialNumber, wholeNumber } from '../options.ts';
import { fail, success } from '../outcome.ts';
import { TOKEN_BULK, TOKEN_SEARCH } from '../porcelain/bulk.ts';
import { DISTRIBUTE } from '../porcelain/distribute.ts';
import { MAKE_TRANSFER_KEY, TOKEN_EXPORT, TRANSFER_KEY } from '../porcelain/token-export.ts';
import { TOKEN_IMPORT } from '../porcelain/token-import.ts';
import { fields, printable, table, time } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

const present: Finder<Token> = async (api, serial) => {
  const item = await api('getToken', { params: { serial } });
  return success({ item, name: serial, params: { serial }, version: item.version });
};

const distributeNext = (serial: string): string[] => [
  t('usage.next', { command: `sower token distribute ${serial} --profile NAME` }),
];

const expiryOf = ({ expired, expiresOn }: Pick<Token, 'expired' | 'expiresOn'>): string =>
  expired ? t('output.expired', { date: expiresOn }) : expiresOn;

/** The event that last happened, whatever the order of the history. */
const newestEvent = (distribution: Distribution | undefined) =>
  distribution?.history.reduce<Distribution['history'][number] | undefined>(
    (newest, event) => (newest === undefined || event.at >= newest.at ? event : newest),
    undefined,
  );

function distributionText(distribution: Distribution): string {
  const binding = distribution.deviceBinding;
  const bound =
    binding.kind === 'id'
      ? t('token.distribution.id', { deviceId: binding.deviceId })
      : t(`token.distribution.${binding.kind}`);
  const head = fields([
    [t('field.distribution'), t(`distribution-state.${distribution.state}`)],
    [t('field.reason'), distribution.reason],
    [t('field.profile'), distribution.profile],
    [t('field.deviceType'), distribution.deviceType],
    [t('field.delivery'), distribution.delivery],
    [t('field.nickname'), distribution.nickname],
    [
      t('field.deviceBinding'),
      distribution.bindingEnforced ? bound : t('token.distribution.notEnforced', { binding: bound }),
    ],
    [t('field.device'), distribution.deviceId],
    [
      t('field.made'),
      t('token.distribution.made', { at: time(distribution.createdAt)!, by: distribution.createdBy }),
    ],
    [t('field.codeExpires'), time(distribution.expiresAt) ?? t('output.never')],
  ]);
  const history = table(
    [
      { title: 'field.state', value: ({ state }) => t(`distribution-state.${state}`) },
      { title: 'field.at', value: ({ at }) => time(at) },
      { title: 'field.from', value: ({ source }) => source },
      { title: 'field.device', value: ({ deviceId }) => deviceId },
      'field.reason',
    ],
    distribution.history,
  );
  return history === '' ? head : `${head}\n\n${history}`;
}

function tokenText(shown: Token): string {
  const head = fields([
    [t('field.serial'), shown.serial],
    [t('field.kind'), t(`token.kind.${shown.kind}`)],
    [t('field.label'), shown.label],
    [t('field.maker'), shown.maker],
    [t('field.formFactor'), shown.formFactor],
    [t('field.batch'), shown.batch],
    [t('field.userId'), shown.userId ?? t('token.show.unassigned')],
    [
      t('field.userState'),
      shown.userState === undefined || shown.userState === 'enabled'
        ? undefined
        : t(`token.show.user-${shown.userState}`),
    ],
    [t('field.securityDomain'), shown.securityDomain],
    [t('field.enabled'), shown.enabled],
    [t('field.lost'), shown.lost ? t('token.show.lost') : undefined],
    [t('field.lentUntil'), shown.lentUntil],
    [t('field.lentInstead'), shown.lentInstead],
    [t('field.expires'), expiryOf(shown)],
    [t('field.pin'), t(shown.pinSet ? 'output.set' : 'output.notSet')],
    [t('field.failures'), shown.failures],
    [t('field.replaces'), shown.replaces],
    [t('field.replacedBy'), shown.replacedBy],
  ]);
  const seeds = table(
    [
      { title: 'field.seed', value: ({ state }) => t(`seed-state.${state}`) },
      'field.algorithm',
      { title: 'field.digits', value: ({ digits }) => digits, align: 'right' },
      { title: 'field.interval', value: ({ interval }) => interval, align: 'right' },
      { title: 'field.authentication', value: ({ authenticationType }) => authenticationType },
      { title: 'field.provisioned', value: ({ provisionedAt }) => time(provisionedAt) },
      { title: 'field.lastAccepted', value: ({ lastAcceptedAt }) => time(lastAcceptedAt) },
    ],
    shown.seeds,
  );
  const distribution = shown.distribution === undefined ? '' : distributionText(shown.distribution);
  return [head, seeds, distribution].filter((part) => part !== '').join('\n\n');
}

const MINT: readonly OptionRow[] = [
  ['--count <n>', 'token.mint.count', { read: wholeNumber(1, LIMITS.minted), default: 1 }],
  ['--expires <date>', 'token.mint.expires', { to: 'expiresOn', read: calendarDate }],
  ['--security-domain <name>', 'token.mint.securityDomain'],
];

/** The records, and whose they are. */
const RECORDS = [
  act('mintTokens', {
    usage: 'mint',
    options: MINT,
    progress: ({ count }: { count: number }) => t('token.mint.progress', { count }),
    done: (minted) => ({
      text: t('token.mint.done', minted),
      notes: [t('usage.next', { command: `sower token assign ${minted.first} USERID` })],
    }),
  }),
  TOKEN_IMPORT,
  TOKEN_EXPORT,
  TRANSFER_KEY,
  MAKE_TRANSFER_KEY,
  listing('listTokens', {
    reads: 'token.list.name',
    empty: 'token.list.none',
    options: [...TOKEN_SEARCH, ['--desc', 'token.list.desc', { to: 'order', is: 'desc' }]],
    columns: [
      'field.serial',
      'field.userId',
      'field.enabled',
      { title: 'field.pin', value: ({ pinSet }) => (pinSet ? t('output.set') : undefined) },
      { title: 'field.expires', value: expiryOf },
      {
        title: 'field.distribution',
        value: ({ distribution }) => distribution && t(`distribution-state.${distribution.state}`),
      },
      { title: 'field.profile', value: ({ distribution }) => distribution?.profile },
      { title: 'field.since', value: ({ distribution }) => time(newestEvent(distribution)?.at) },
    ],
  }),
  act('getToken', {
    usage: 'show <serial>',
    done: tokenText,
  }),
  act('editToken', {
    usage: 'edit <serial>',
    of: present,
    options: [
      ['--expires <date>', 'token.edit.expires', { to: 'expiresOn', read: calendarDate }],
      ['--nickname <text>', 'token.edit.nickname'],
      ['--label <text>', 'token.edit.label'],
      ['--maker <name>', 'token.edit.maker'],
      ['--form-factor <text>', 'token.edit.formFactor'],
      ['--security-domain <name>', 'token.edit.securityDomain'],
    ],
    done: tokenText,
  }),
  act('assignToken', {
    usage: 'assign <serial> <userid>',
    body: ({ args: [, userId] }) => ({ userId: userId! }),
    done: ({ kind }, { named: serial, args: [, userId] }) => ({
      text: t('token.assign.done', { serial, user: printable(userId!) }),
      notes: kind === 'hardware' ? [] : distributeNext(serial),
    }),
  }),
  act('assignNextToken', {
    usage: 'assign-next <userid>',
    done: ({ serial, userId }, { named }) => ({
      text: t('token.assign.done', { serial, user: printable(userId ?? named) }),
      notes: distributeNext(serial),
    }),
  }),
  act('unassignToken', {
    usage: 'unassign <serial>',
    confirm: ({ name }) => t('token.unassign.confirm', { serial: name }),
    done: (_, { named: serial }) => t('token.unassign.done', { serial }),
  }),
  act('lendToken', {
    usage: 'lend <serial>',
    options: [
      ['--until <date>', 'token.lend.until', { required: true, read: calendarDate }],
      ['--to <userid>', 'token.lend.to', { to: 'userId' }],
      ['--instead <serial>', 'token.lend.instead', { read: serialNumber }],
    ],
    done: ({ userId, lentUntil }, { named: serial }) =>
      t('token.lend.done', { serial, user: printable(userId ?? ''), date: lentUntil ?? '' }),
  }),
  act('keepToken', {
    usage: 'keep <serial>',
    done: (_, { named: serial }) => t('token.keep.done', { serial }),
  }),
  act('replaceToken', {
    usage: 'replace <serial>',
    options: [
      ['--by <serial>', 'token.replace.by', { to: 'replacement', read: serialNumber }],
      ['--new-pin', 'token.replace.newPin', { to: 'keepPin', is: false }],
      ['--delete-replaced', 'token.replace.deleteReplaced', { to: 'afterwards', is: 'delete' }],
    ],
    body: () => ({ keepPin: true, afterwards: 'unassign' as const }),
    done: ({ serial }, { named: replaced }) => ({
      text: t('token.replace.done', { serial, replaced }),
      notes: distributeNext(serial),
    }),
  }),
];

/** Whether a token is accepted, and in which security domain it is. */
const STATES = [
  ...(['enable', 'disable'] as const).map((verb) =>
    act(`${verb}Token`, {
      usage: `${verb} <serial>`,
      done: (_, { named: serial }) => t(`token.${verb}.done`, { serial }),
    }),
  ),
  remove('deleteToken', {
    usage: 'delete <serial>',
    confirm: ({ name }) => t('token.delete.confirm', { serial: name }),
    done: (serial) => t('token.delete.done', { serial }),
  }),
  act('moveToken', {
    usage: 'move <serial> <domain>',
    body: ({ args: [, securityDomain] }) => ({ securityDomain: securityDomain! }),
    done: ({ securityDomain }, { named: serial }) =>
      t('token.move.done', { serial, domain: printable(securityDomain) }),
  }),
  act('markLost', {
    usage: 'lost <serial>',
    options: [['--found', 'token.lost.found', { to: 'lost', is: false }]],
    body: () => ({ lost: true }),
    done: (_, { named: serial, options }) =>
      t('found' in options ? 'token.lost.doneFound' : 'token.lost.done', { serial }),
  }),
  command<{ clear?: boolean; generate?: boolean }>({
    usage: 'pin <serial>',
    arguments: SERIAL,
    options: [
      ['--clear', 'token.pin.clear', { conflicts: 'generate' }],
      ['--generate', 'token.pin.generate'],
    ],
    run: async ({ api, args, options, terminal }) => {
      const params = { serial: args[0]! };
      if (options.clear === true) {
        await api('clearPin', { params });
        return { ok: true, json: { ...params, pinSet: false }, text: t('token.pin.cleared', params) };
      }
      if (options.generate === true) {
        const { pin } = await api('generatePin', { params });
        await api('setPin', { params, body: { pin } });
        const text = t('token.pin.generated', { ...params, pin });
        return { ok: true, json: { ...params, pinSet: true, pin }, text };
      }
      const pin = await readSecret(terminal, 'pin');
      if (!pin.ok) return pin;
      await api('setPin', { params, body: { pin: pin.value } });
      return { ok: true, json: { ...params, pinSet: true }, text: t('token.pin.done', params) };
    },
  }),
];

const DISTRIBUTIONS = [
  act('openActivation', {
    usage: 'activation <serial>',
    done: ({ activationCode, link, expiresAt }) => ({
      text: fields([
        [t('field.activationCode'), activationCode],
        [t('field.link'), link],
        [t('field.codeExpires'), time(expiresAt) ?? t('output.never')],
      ]),
      notes: [t('token.distribute.once')],
    }),
  }),
  DISTRIBUTE,
  act('withdrawDistribution', {
    usage: 'withdraw <serial>',
    done: (_, { named: serial }) => t('token.withdraw.done', { serial }),
  }),
  listing('listDistributions', {
    usage: 'distributions <serial>',
    empty: (serial) => t('token.distributions.none', { serial }),
    columns: [
      { title: 'field.made', value: ({ createdAt }) => time(createdAt) },
      { title: 'field.by', value: ({ createdBy }) => createdBy },
      'field.profile',
      'field.delivery',
      { title: 'field.state', value: ({ state }) => t(`distribution-state.${state}`) },
      { title: 'field.since', value: (item) => time(newestEvent(item)?.at) },
      { title: 'field.device', value: ({ deviceId }) => deviceId },
      'field.reason',
    ],
  }),
];

const emergencyText = ({ kind, codesLeft, until }: NonNullable<TokenAccess['emergencyAccess']>): string =>
  kind === 'fixed'
    ? t('token.access.fixed', { until: time(until)! })
    : t('token.access.set', { count: codesLeft, until: time(until)! });

const EMERGENCY = group('emergency', [
  act('giveEmergencyAccess', {
    usage: 'give <serial>',
    options: [
      ['--set', 'token.emergency.give.set', { to: 'kind', is: 'set' }],
      ['--days <number>', 'token.emergency.give.days', { read: wholeNumber(1, 365) }],
      [
        '--when-token-returns <what>',
        'token.emergency.give.whenTokenReturns',
        { choices: ['end', 'after', 'deny'] },
      ],
    ],
    body: () => ({ kind: 'fixed' as const }),
    done: (codes, { named: serial }) => ({
      json: { serial, ...codes },
      text: codes.codes.join('\n'),
      notes: [
        t('token.emergency.give.note', { until: codes.until }),
        ...(codes.withPin ? [t('token.emergency.give.withPin')] : []),
      ],
    }),
  }),
  act('endEmergencyAccess', {
    usage: 'end <serial>',
    confirm: ({ name }) => t('token.emergency.end.confirm', { serial: name }),
    done: (_, { named: serial }) => ({
      json: { serial, ended: true },
      text: t('token.emergency.end.done', { serial }),
    }),
  }),
]);

const ACCESS = [
  act('getTokenAccess', {
    usage: 'access <serial>',
    done: (view, { named: serial }) => {
      const emergency = view.emergencyAccess;
      return fields([
        [t('field.serial'), serial],
        [t('field.mode'), view.mode],
        [t('field.acceptedAgain'), time(view.waitsUntil)],
        [t('field.newPinRequired'), view.newPinRequired],
        [t('field.pinSet'), time(view.pinSetAt)],
        [t('field.emergencyAccess'), emergency && emergencyText(emergency)],
        [t('field.whenTokenReturns'), emergency?.whenTokenReturns],
      ]);
    },
  }),
  act('testToken', {
    usage: 'test <serial>',
    secret: ['passcode', (terminal) => readSecret(terminal, 'passcode')],
    done: ({ result, detail }) => ({
      text: t('token.test.done', { result, detail: printable(detail) }),
      ...(result === 'accepted' ? {} : { exit: 'refused' }),
    }),
  }),
  command({
    usage: 'resync <serial>',
    arguments: SERIAL,
    run: async ({ api, args, terminal }) => {
      const line = await readSecret(terminal, 'two-tokencodes');
      if (!line.ok) return line;
      const [first, second, ...more] = line.value.trim().split(/\s+/);
      if (first === undefined || second === undefined || more.length > 0)
        return fail('usage', 'two-codes', t('token.resync.two'));
      const serial = args[0]!;
      await api('resynchronizeToken', { params: { serial }, body: { first, second } });
      return { ok: true, json: { serial, resynchronized: true }, text: t('token.resync.done', { serial }) };
    },
  }),
  act('requireNewPin', {
    usage: 'require-new-pin <serial>',
    options: [['--withdraw', 'token.requireNewPin.withdraw', { to: 'required', is: false }]],
    body: () => ({ required: true }),
    done: (_, { named: serial, options }) => {
      const required = !('withdraw' in options);
      const text = t(required ? 'token.requireNewPin.done' : 'token.requireNewPin.withdrawn', { serial });
      return { json: { serial, required }, text };
    },
  }),
  EMERGENCY,
];

export const TOKEN = group('token', [...RECORDS, ...STATES, TOKEN_BULK, ...DISTRIBUTIONS, ...ACCESS]);
