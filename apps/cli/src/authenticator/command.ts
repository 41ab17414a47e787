/** `sower authenticator`: the user's side, without a screen. It needs no server but for importing. */
import { approvalLink, groupedApproval } from '@sower/ctkip/authenticator/approval-link';
import { DEVICE_CLASS, groupedDeviceId } from '@sower/ctkip/authenticator/device';
import type { Command } from 'commander';
import { addCommand, type Frame } from '../command.ts';
import { wholeNumber, yesOption } from '../options.ts';
import { fail, success } from '../outcome.ts';
import { type Column, fields, table } from '../terminal/output.ts';
import { confirmByName, readSecret } from '../terminal/prompt.ts';
import { addExportCommand } from './export-command.ts';
import { addImportCommand } from './import.ts';
import { openToRead, openToWrite, storeOptions } from './opening.ts';
import { chooseToken, tokenApproval, tokenCode } from './token-code.ts';
import type { TokenRecord } from './token-record.ts';
import type { StoreOptions } from './unlock.ts';

const COLUMNS: readonly Column<TokenRecord>[] = [
  { title: 'Serial', value: (token) => token.serial },
  { title: 'Algorithm', value: (token) => token.algorithm },
  { title: 'Digits', value: (token) => token.digits, align: 'right' },
  {
    title: 'Interval',
    value: (token) => (token.algorithm === 'hotp' ? undefined : token.interval),
    align: 'right',
  },
  { title: 'PIN', value: (token) => (token.addPin ? 'added into the code' : undefined) },
  { title: 'Expires', value: (token) => token.expiresOn },
  { title: 'User ID', value: (token) => token.userId },
  { title: 'Server', value: (token) => token.server },
];

export function addAuthenticatorCommands(frame: Frame, program: Command): void {
  const authenticator = program
    .command('authenticator')
    .description('Your own tokens: import them by CT-KIP, show their codes')
    .addHelpText('after', PROTECTION_HELP);

  addImportCommand(frame, authenticator);

  addCommand<StoreOptions>(frame, authenticator, 'list', 'List your tokens', storeOptions, async (call) => {
    const store = await openToRead(call);
    if (!store.ok) return store;
    const items = (store.value?.contents.tokens ?? []).map(({ seed: _, ...shown }) => shown);
    return {
      ok: true,
      json: { items },
      text: table(COLUMNS, store.value?.contents.tokens ?? []),
      notes: items.length === 0 ? ['No tokens yet. Import one: sower authenticator import LINK'] : [],
    };
  });

  addCommand<StoreOptions & { at?: number; pin?: boolean }>(
    frame,
    authenticator,
    'code [serial]',
    'Show the tokencode, or with --pin the passcode of a PINPad token',
    (command) =>
      storeOptions(command)
        .option(
          '--at <unix>',
          'as it is at this time, in seconds since 1970',
          wholeNumber(0, 253_402_300_799),
        )
        .option('--pin', 'add the PIN (read from standard input) into the code'),
    async (call) => {
      const { terminal, options } = call;
      const store = await openToRead(call);
      if (!store.ok) return store;
      const token = chooseToken(store.value?.contents ?? { deviceId: '', tokens: [] }, call.args[0]);
      if (!token.ok) return token;
      if (options.at !== undefined && token.value.algorithm === 'hotp') {
        return fail(
          'usage',
          'no-time',
          `The codes of token ${token.value.serial} depend on a counter, not on time.`,
          {
            next: 'Leave --at out.',
          },
        );
      }
      const pin = options.pin === true ? await readSecret(terminal, 'PIN') : undefined;
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
  );

  addCommand<StoreOptions>(
    frame,
    authenticator,
    'approve [serial]',
    'Approve that a token moves to another device: a link and a number for the Self-Service Console',
    storeOptions,
    async (call) => {
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
          ['Approval', groupedApproval(approval)],
          ['Link', link],
        ]),
        notes: [
          'Open the link on the other device, or type the number at the Self-Service Console, within five minutes.',
          'Give neither to anybody: with your password they are enough to take the token.',
        ],
      };
    },
  );

  addExportCommand(frame, authenticator);

  addCommand<StoreOptions & { yes?: boolean }>(
    frame,
    authenticator,
    'remove <serial>',
    'Remove a token and its seed from this authenticator',
    (command) => yesOption(storeOptions(command)),
    async (call) => {
      const serial = call.args[0]!;
      const store = await openToRead(call);
      if (!store.ok) return store;
      const token = chooseToken(store.value?.contents ?? { deviceId: '', tokens: [] }, serial);
      if (!token.ok) return token;
      const stop = await confirmByName(call.terminal, {
        name: serial,
        consequence: `This removes token ${serial}; to have it again it must be distributed again.`,
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
        text: `Token ${serial} is removed from this authenticator.`,
      };
    },
  );

  addCommand<StoreOptions>(
    frame,
    authenticator,
    'about',
    'Show the device id and class of this authenticator',
    (command) => storeOptions(command),
    async (call) => {
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
          ['Device id', groupedDeviceId(deviceId)],
          ['Device class', DEVICE_CLASS],
          ['Tokens', tokens.length],
          ['Kept in', store.value.path],
          ['Protected by', store.value.protection === 'passphrase' ? 'a passphrase' : 'a key file'],
        ]),
      };
    },
  );
}

function codeNotes(token: TokenRecord, code: { kind: string; validFor?: number }, now: number): string[] {
  const day = new Date(now * 1000).toISOString().slice(0, 10);
  return [
    ...(code.validFor === undefined ? [] : [`Shown for another ${code.validFor} seconds.`]),
    ...(token.addPin && code.kind === 'tokencode'
      ? ['This is the tokencode. If you have a PIN, --pin makes the passcode to log on with.']
      : []),
    ...(token.expiresOn !== undefined && day > token.expiresOn
      ? [`Token ${token.serial} expired on ${token.expiresOn}; the server will not accept it.`]
      : []),
  ];
}

const PROTECTION_HELP = `
Where the tokens are kept: one file, encrypted with AES-256-GCM, for you alone (mode 600).
  A key file (the default: authenticator.key beside the tokens) keeps the seeds out of a copy of the token file alone,
  such as a backup without the key. Who can read both files has the tokens.
  A passphrase (--passphrase when the store is made) also keeps them from somebody who has copied everything.
  Neither keeps them from a program that runs as you while you use them.`;
