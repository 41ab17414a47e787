/** What the help desk does when access does not work: `sower token test, resync, require-new-pin, emergency`, `sower user unlock, activity`. */
import type { EmergencyCodes, TokenAccess, UserActivity } from '@sower/api/token-access';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { serialArgument, unchanged, wholeNumber, yesOption } from '../options.ts';
import { fail, type Outcome } from '../outcome.ts';
import { fields, printable, table, time } from '../terminal/output.ts';
import { confirmByName, readSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

type Emergency = { set?: boolean; days?: number; whenTokenReturns?: 'end' | 'after' | 'deny' };

export function addTokenAccessCommands(frame: Frame, token: Command): void {
  addServerCommand(
    frame,
    token,
    'access <serial>',
    t('token.access.summary'),
    serialArgument,
    async ({ api, args }) => access(args[0]!, await api('getTokenAccess', { params: { serial: args[0]! } })),
  );

  addServerCommand(
    frame,
    token,
    'test <serial>',
    t('token.test.summary'),
    serialArgument,
    async ({ api, args, terminal }) => {
      const passcode = await readSecret(terminal, 'passcode');
      if (!passcode.ok) return passcode;
      const result = await api('testToken', {
        params: { serial: args[0]! },
        body: { passcode: passcode.value },
      });
      return {
        ok: true,
        json: result,
        text: t('token.test.done', { result: result.result, detail: printable(result.detail) }),
        ...(result.result === 'accepted' ? {} : { exit: 'refused' as const }),
      };
    },
  );

  addServerCommand(
    frame,
    token,
    'resync <serial>',
    t('token.resync.summary'),
    serialArgument,
    async ({ api, args, terminal }) => {
      const line = await readSecret(terminal, 'two-tokencodes');
      if (!line.ok) return line;
      const [first, second, ...more] = line.value.trim().split(/\s+/);
      if (first === undefined || second === undefined || more.length > 0) {
        return fail('usage', 'two-codes', t('token.resync.two'));
      }
      const serial = args[0]!;
      await api('resynchronizeToken', { params: { serial }, body: { first, second } });
      return {
        ok: true,
        json: { serial, resynchronized: true },
        text: t('token.resync.done', { serial }),
      };
    },
  );

  addServerCommand<{ withdraw?: boolean }>(
    frame,
    token,
    'require-new-pin <serial>',
    t('token.requireNewPin.summary'),
    (command) => serialArgument(command).option('--withdraw', t('token.requireNewPin.withdraw')),
    async ({ api, args, options }) => {
      const serial = args[0]!;
      const required = options.withdraw !== true;
      await api('requireNewPin', { params: { serial }, body: { required } });
      const text = t(required ? 'token.requireNewPin.done' : 'token.requireNewPin.withdrawn', { serial });
      return { ok: true, json: { serial, required }, text };
    },
  );

  addEmergencyCommands(frame, token);
}

function addEmergencyCommands(frame: Frame, token: Command): void {
  const emergency = token.command('emergency').description(t('token.emergency.summary'));
  addServerCommand<Emergency>(
    frame,
    emergency,
    'give <serial>',
    t('token.emergency.give.summary'),
    (command) =>
      serialArgument(command)
        .option('--set', t('token.emergency.give.set'))
        .option('--days <number>', t('token.emergency.give.days'), wholeNumber(1, 365))
        .addOption(
          new Option('--when-token-returns <what>', t('token.emergency.give.whenTokenReturns')).choices([
            'end',
            'after',
            'deny',
          ]),
        ),
    async ({ api, args, options }) => {
      const serial = args[0]!;
      const { days, whenTokenReturns } = options;
      return given(
        serial,
        await api('giveEmergencyAccess', {
          params: { serial },
          body: {
            kind: options.set === true ? 'set' : 'fixed',
            ...(days === undefined ? {} : { days }),
            ...(whenTokenReturns === undefined ? {} : { whenTokenReturns }),
          },
        }),
      );
    },
  );
  addServerCommand<{ yes?: boolean }>(
    frame,
    emergency,
    'end <serial>',
    t('token.emergency.end.summary'),
    (command) => yesOption(serialArgument(command)),
    async ({ api, args, options, terminal }) => {
      const serial = args[0]!;
      const stop = await confirmByName(terminal, {
        name: serial,
        consequence: t('token.emergency.end.confirm', { serial }),
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('endEmergencyAccess', { params: { serial } });
      return {
        ok: true,
        json: { serial, ended: true },
        text: t('token.emergency.end.done', { serial }),
      };
    },
  );
}

export function addUserAccessCommands(frame: Frame, user: Command): void {
  addServerCommand(
    frame,
    user,
    'unlock <userid>',
    t('user.unlock.summary'),
    unchanged,
    async ({ api, args }) => {
      const userId = args[0]!;
      await api('unlockUser', { params: { userId } });
      return {
        ok: true,
        json: { userId, unlocked: true },
        text: t('user.unlock.done', { user: printable(userId) }),
      };
    },
  );

  addServerCommand(
    frame,
    user,
    'activity <userid>',
    t('user.activity.summary'),
    unchanged,
    async ({ api, args }) => activity(await api('getUserActivity', { params: { userId: args[0]! } })),
  );
}

function access(serial: string, view: TokenAccess): Outcome {
  const emergency = view.emergencyAccess;
  const text = fields([
    [t('field.serial'), serial],
    [t('field.mode'), view.mode],
    [t('field.acceptedAgain'), time(view.waitsUntil)],
    [t('field.newPinRequired'), view.newPinRequired],
    [t('field.pinSet'), time(view.pinSetAt)],
    [t('field.emergencyAccess'), emergency && emergencyText(emergency)],
    [t('field.whenTokenReturns'), emergency?.whenTokenReturns],
  ]);
  return { ok: true, json: view, text };
}

function emergencyText({ kind, codesLeft, until }: NonNullable<TokenAccess['emergencyAccess']>): string {
  return kind === 'fixed'
    ? t('token.access.fixed', { until: time(until)! })
    : t('token.access.set', { count: codesLeft, until: time(until)! });
}

function given(serial: string, codes: EmergencyCodes): Outcome {
  return {
    ok: true,
    json: { serial, ...codes },
    text: codes.codes.join('\n'),
    notes: [
      t('token.emergency.give.note', { until: codes.until }),
      ...(codes.withPin ? [t('token.emergency.give.withPin')] : []),
    ],
  };
}

function activity(view: UserActivity): Outcome {
  const head = fields([
    [t('field.lockedUntil'), time(view.lockedUntil)],
    [t('field.wrongPasscodes'), view.failures],
  ]);
  const rows = table(
    [
      { title: 'field.at', value: (entry) => time(entry.at) },
      { title: 'field.action', value: (entry) => entry.action },
      { title: 'field.result', value: (entry) => entry.result },
      { title: 'field.reason', value: (entry) => entry.reason },
      { title: 'field.object', value: (entry) => entry.object },
      { title: 'field.by', value: (entry) => entry.actor },
      { title: 'field.from', value: (entry) => entry.source },
    ],
    view.items,
  );
  return { ok: true, json: view, text: `${head}\n\n${rows || t('user.activity.none')}` };
}
