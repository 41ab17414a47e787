/** `sower token bulk`, `sower user bulk`: one action on many, named or searched for. The server does it; anyone who watches may leave. */
import { BULK_ACTIONS, type BulkAction } from '@sower/api/bulk';
import { distributionStates } from '@sower/api/distributions';
import { tokenKinds } from '@sower/api/tokens';
import { USER_BULK_ACTIONS, type UserBulkAction } from '@sower/api/user-bulk';
import { command, given, type OptionRow, YES } from '../command.ts';
import { calendarDate, serialNumber, wholeNumber } from '../options.ts';
import { fail } from '../outcome.ts';
import { t } from '../texts.ts';
import { doToMany } from './job/many.ts';

/** Which users: also of the commands that list and export them. */
export const USER_SEARCH: readonly OptionRow[] = [
  ['--search <text>', 'user.list.search'],
  ['--security-domain <name>', 'user.list.securityDomain'],
  ['--enabled', 'user.list.enabled', { conflicts: 'disabled', is: 'true' }],
  ['--disabled', 'user.list.disabled', { to: 'enabled', is: 'false' }],
  ['--source <id>', 'user.list.source'],
  ['--gone-days <days>', 'user.list.goneDays', { read: wholeNumber(0, 3_650) }],
  ['--leaves-by <date>', 'user.list.leavesBy', { read: calendarDate }],
];

/** Which tokens, as the address has it; the server checks the values. */
export const TOKEN_SEARCH: readonly OptionRow[] = [
  ['--security-domain <name>', 'token.search.securityDomain'],
  ['--serial <start>', 'token.search.serial'],
  ['--contains <digits>', 'token.search.contains', { to: 'serialContains' }],
  ['--from <serial>', 'token.search.from', { to: 'serialFrom', read: serialNumber }],
  ['--to <serial>', 'token.search.to', { to: 'serialTo', read: serialNumber }],
  ['--user <userid>', 'token.search.user', { to: 'userId' }],
  ['--assigned', 'token.search.assigned', { conflicts: 'unassigned', is: 'true' }],
  ['--unassigned', 'token.search.unassigned', { to: 'assigned', is: 'false' }],
  ['--enabled', 'token.search.enabled', { conflicts: 'disabled', is: 'true' }],
  ['--disabled', 'token.search.disabled', { to: 'enabled', is: 'false' }],
  ['--last-name <start>', 'token.search.lastName'],
  ['--profile <name>', 'token.search.profile'],
  ['--device-type <id>', 'token.search.deviceType'],
  ['--expired', 'token.search.expired', { is: 'true' }],
  ['--lost', 'token.search.lost', { is: 'true' }],
  ['--kind <kind>', 'token.search.kind', { choices: [...tokenKinds] }],
  ['--batch <name>', 'token.search.batch'],
  ['--imported', 'token.search.imported', { is: 'true' }],
  ['--maker <name>', 'token.search.maker'],
  ['--lent', 'token.search.lent', { is: 'true' }],
  ['--expires-before <date>', 'token.search.expiresBefore', { read: calendarDate }],
  ['--distribution <state>', 'token.search.distribution', { choices: [...distributionStates, 'none'] }],
  ['--replacement <part>', 'token.search.replacement', { choices: ['replacing', 'replaced'] }],
];

type Options = { yes?: boolean; toDomain?: string };
const into = ({ toDomain }: Options) => (toDomain === undefined ? {} : { securityDomain: toDomain });

export const TOKEN_BULK = command<Options>({
  usage: 'bulk <action> [serial...]',
  arguments: [
    { choices: BULK_ACTIONS },
    { read: (text, before: readonly string[] = []) => [...before, serialNumber(text)] },
  ],
  options: [...TOKEN_SEARCH, ['--to-domain <domain>', 'token.bulk.toDomain'], YES],
  run: async (call) => {
    const { api, options, args } = call;
    const [first, ...serials] = args;
    const action = first as BulkAction;
    const search = given(TOKEN_SEARCH, options);
    if (serials.length > 0 && Object.keys(search).length > 0)
      return fail('usage', 'choose-one', t('token.bulk.chooseOne'));
    const counted =
      serials.length > 0
        ? { count: new Set(serials).size }
        : await api('countTokens', { query: { ...search, action } });
    const { count } = counted;
    const choose = 'last' in counted ? { search, upTo: counted.last ?? '' } : { serials };
    return doToMany(call, {
      count,
      consequence: t(`token.bulk.confirm.${action}`, { count }),
      none: t('token.bulk.none'),
      done: (number) => t('token.bulk.done', { count: number }),
      subject: 'serial',
      start: () => api('doToTokens', { body: { action, choose, ...into(options) } }),
    });
  },
});

export const USER_BULK = command<Options & { on?: string }>({
  usage: 'bulk <action> [userid...]',
  arguments: [{ choices: USER_BULK_ACTIONS }],
  options: [
    ...USER_SEARCH,
    ['--to-domain <domain>', 'user.bulk.toDomain'],
    ['--on <date>', 'user.bulk.on', { read: calendarDate }],
    YES,
  ],
  run: async (call) => {
    const { api, options, args } = call;
    const [first, ...userIds] = args;
    const action = first as UserBulkAction;
    const search = given(USER_SEARCH, options);
    if (userIds.length > 0 && Object.keys(search).length > 0)
      return fail('usage', 'choose-one', t('user.bulk.chooseOne'));
    const counted =
      userIds.length > 0
        ? { count: new Set(userIds).size }
        : await api('countUsers', { query: { ...search, action } });
    const { count } = counted;
    const choose = 'asOf' in counted ? { search, asOf: counted.asOf } : { userIds };
    return doToMany(call, {
      count,
      consequence: t(`user.bulk.confirm.${action}`, { count }),
      none: t('user.bulk.none'),
      done: (number) => t('user.bulk.done', { count: number }),
      subject: 'userId',
      start: () =>
        api('doToUsers', {
          body: {
            ...{ action, choose, ...into(options) },
            ...(options.on === undefined ? {} : { at: options.on }),
          },
        }),
    });
  },
});
