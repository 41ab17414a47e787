/** `sower authenticator`: the user's side, without a screen. It needs no server but for importing. */
import { inGroupsOfFour } from '@sower/bytes/groups';
import { approvalLink } from '@sower/ctkip/authenticator/approval-link';
import { DEVICE_CLASS } from '@sower/ctkip/authenticator/device';
import { group, localCommand, YES } from '../command.ts';
import { wholeNumber } from '../options.ts';
import { fail, success } from '../outcome.ts';
import { type Column, fields, tabled } from '../terminal/output.ts';
import { confirmByName, readSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';
import { EXPORT } from './export-command.ts';
import { IMPORT } from './import.ts';
import { openToRead, openToWrite, STORE_OPTIONS } from './opening.ts';
import { chooseToken, tokenApproval, tokenCode } from './token-code.ts';
import type { TokenRecord } from './token-record.ts';
import type { StoreOptions } from './unlock.ts';

const COLUMNS: readonly Column<TokenRecord>[] = [
  { title: 'field.serial', value: (token) => token.serial },
  { title: 'field.algorithm', value: (token) => token.algorithm },
  { title: 'field.digits', value: (token) => token.digits, align: 'right' },
  {
    title: 'field.interval',
    value: (token) => (token.algorithm === 'hotp' ? undefined : token.interval),
    align: 'right',
  },
  { title: 'field.pin', value: (token) => (token.addPin ? t('authenticator.pinAdded') : undefined) },
  { title: 'field.expires', value: (token) => token.expiresOn },
  { title: 'field.userId', value: (token) => token.userId },
  { title: 'field.server', value: (token) => token.server },
];

const CODE = [
  localCommand<StoreOptions & { at?: number; pin?: boolean }>({
    usage: 'code [serial]',
    options: [
      ...STORE_OPTIONS,
      ['--at <unix>', 'authenticator.code.at', { read: wholeNumber(0, 253_402_300_799) }],
      ['--pin', 'authenticator.code.pin'],
    ],
    run: async (call) => {
      const { terminal, options } = call;
      const store = await openToRead(call);
      if (!store.ok) return store;
      const token = chooseToken(store.value?.contents ?? { deviceId: '', tokens: [] }, call.args[0]);
      if (!token.ok) return token;
      if (options.at !== undefined && token.value.algorithm === 'hotp') {
        return fail('usage', 'no-time', t('authenticator.code.noTime', { serial: token.value.serial }), {
          next: t('authenticator.code.noTimeNext'),
        });
      }
      const pin = options.pin === true ? await readSecret(terminal, 'pin') : undefined;
      if (pin !== undefined && !pin.ok) return pin;
      const now = options.at ?? terminal.now() / 1000;
      const code = await tokenCode(store.value!, token.value, {
        at: now,
        ...(pin === undefined ? {} : { pin: pin.value }),
      });
      if (!code.ok) return code;
      return {
        ok: true,
        json: code.value,
        text: code.value.code,
        notes: codeNotes(token.value, code.value, now),
      };
    },
  }),
  localCommand<StoreOptions>({
    usage: 'approve [serial]',
    options: STORE_OPTIONS,
    run: async (call) => {
      const store = await openToRead(call);
      if (!store.ok) return store;
      const token = chooseToken(store.value?.contents ?? { deviceId: '', tokens: [] }, call.args[0]);
      if (!token.ok) return token;
      const { serial, server } = token.value;
      const approval = await tokenApproval(token.value, call.terminal.now() / 1000);
      const link = approvalLink(`https://${server}`, serial, approval);
      return {
        ok: true,
        json: { serial, approval, link },
        text: fields([
          [t('field.approval'), inGroupsOfFour(approval)],
          [t('field.link'), link],
        ]),
        notes: [t('authenticator.approve.open'), t('authenticator.approve.secret')],
      };
    },
  }),
];

const RECORD = [
  localCommand<StoreOptions & { yes?: boolean }>({
    usage: 'remove <serial>',
    options: [...STORE_OPTIONS, YES],
    run: async (call) => {
      const serial = call.args[0]!;
      const store = await openToRead(call);
      if (!store.ok) return store;
      const token = chooseToken(store.value?.contents ?? { deviceId: '', tokens: [] }, serial);
      if (!token.ok) return token;
      const stop = await confirmByName(call.terminal, {
        name: serial,
        consequence: t('authenticator.remove.confirm', { serial }),
        yes: call.options.yes,
      });
      if (stop !== undefined) return stop;
      const removed = await store.value!.update((contents) =>
        success({
          contents: { ...contents, tokens: contents.tokens.filter((each) => each.serial !== serial) },
          value: serial,
        }),
      );
      if (!removed.ok) return removed;
      return {
        ok: true,
        json: { removed: serial },
        text: t('authenticator.remove.done', { serial }),
      };
    },
  }),
  localCommand<StoreOptions>({
    usage: 'about',
    options: STORE_OPTIONS,
    run: async (call) => {
      const store = await openToWrite(call.terminal, call.options);
      if (!store.ok) return store;
      const { deviceId, tokens } = store.value.contents;
      return {
        ok: true,
        json: {
          deviceId,
          deviceClass: DEVICE_CLASS,
          store: store.value.path,
          protection: store.value.protection,
          tokens: tokens.length,
        },
        text: fields([
          [t('field.deviceId'), inGroupsOfFour(deviceId)],
          [t('field.deviceClass'), DEVICE_CLASS],
          [t('field.tokens'), tokens.length],
          [t('field.storedIn'), store.value.path],
          [
            t('field.protectedBy'),
            t(
              store.value.protection === 'passphrase'
                ? 'authenticator.store.passphraseKind'
                : 'authenticator.store.keyFileKind',
            ),
          ],
        ]),
      };
    },
  }),
];

function codeNotes(token: TokenRecord, code: { kind: string; validFor?: number }, now: number): string[] {
  const day = new Date(now * 1000).toISOString().slice(0, 10);
  return [
    ...(code.validFor === undefined ? [] : [t('authenticator.code.left', { count: code.validFor })]),
    ...(token.addPin && code.kind === 'tokencode' ? [t('authenticator.code.bare')] : []),
    ...(token.expiresOn !== undefined && day > token.expiresOn
      ? [t('authenticator.code.expired', { serial: token.serial, date: token.expiresOn })]
      : []),
  ];
}

export const AUTHENTICATOR = group(
  'authenticator',
  [
    IMPORT,
    localCommand<StoreOptions>({
      usage: 'list',
      options: STORE_OPTIONS,
      columns: COLUMNS,
      run: async (call) => {
        const store = await openToRead(call);
        if (!store.ok) return store;
        const tokens = store.value?.contents.tokens ?? [];
        return {
          ok: true,
          json: { items: tokens.map(({ seed: _, ...shown }) => shown) },
          ...tabled(COLUMNS, tokens),
          notes: tokens.length === 0 ? [t('authenticator.list.none')] : [],
        };
      },
    }),
    ...CODE,
    EXPORT,
    ...RECORD,
  ],
  () => t('authenticator.protection'),
);
