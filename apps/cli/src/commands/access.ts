/** What the help desk does when access does not work: `sower token test, resync, require-new-pin, emergency`, `sower user unlock, activity`. */
import type { EmergencyCodes, TokenAccess, UserActivity } from '@sower/api/token-access';
import { type Command, Option } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { serialArgument, unchanged, wholeNumber, yesOption } from '../options.ts';
import { fail, type Outcome } from '../outcome.ts';
import { fields, printable, table, time } from '../terminal/output.ts';
import { confirmByName, readSecret } from '../terminal/prompt.ts';

type Emergency = { set?: boolean; days?: number; whenTokenReturns?: 'end' | 'after' | 'deny' };

export function addTokenAccessCommands(frame: Frame, token: Command): void {
  addServerCommand(
    frame,
    token,
    'access <serial>',
    'Show what would become of a right passcode now: mode, waits, emergency access',
    serialArgument,
    async ({ api, args }) => access(args[0]!, await api('getTokenAccess', { params: { serial: args[0]! } })),
  );

  addServerCommand(
    frame,
    token,
    'test <serial>',
    'Try a token out with the passcode on standard input; it is used up by it',
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
        text: `${result.result}: ${printable(result.detail)}`,
        ...(result.result === 'accepted' ? {} : { exit: 'refused' as const }),
      };
    },
  );

  addServerCommand(
    frame,
    token,
    'resync <serial>',
    'Find a strayed token again by two successive tokencodes without PIN, read from standard input as "CODE CODE"',
    serialArgument,
    async ({ api, args, terminal }) => {
      const line = await readSecret(terminal, 'two tokencodes, with a blank between them');
      if (!line.ok) return line;
      const [first, second, ...more] = line.value.trim().split(/\s+/);
      if (first === undefined || second === undefined || more.length > 0) {
        return fail('usage', 'two-codes', 'Give two successive tokencodes, with a blank between them.');
      }
      const serial = args[0]!;
      await api('resynchronizeToken', { params: { serial }, body: { first, second } });
      return {
        ok: true,
        json: { serial, resynchronized: true },
        text: `Token ${serial} is resynchronized. The next tokencode can be used.`,
      };
    },
  );

  addServerCommand<{ withdraw?: boolean }>(
    frame,
    token,
    'require-new-pin <serial>',
    'Have the user choose a new PIN at the next use',
    (command) => serialArgument(command).option('--withdraw', 'no longer'),
    async ({ api, args, options }) => {
      const serial = args[0]!;
      const required = options.withdraw !== true;
      await api('requireNewPin', { params: { serial }, body: { required } });
      const text = required
        ? `A new PIN will be asked for at the next use of token ${serial}.`
        : `No new PIN will be asked for at the next use of token ${serial}.`;
      return { ok: true, json: { serial, required }, text };
    },
  );

  const emergency = token
    .command('emergency')
    .description('Emergency access: tokencodes that stand in for a token');
  addServerCommand<Emergency>(
    frame,
    emergency,
    'give <serial>',
    'Give out a temporary fixed tokencode, or a set of one-time tokencodes; they are shown this once',
    (command) =>
      serialArgument(command)
        .option('--set', 'a set of one-time tokencodes instead')
        .option('--days <number>', 'days until it ends (default: as the policy says)', wholeNumber(1, 365))
        .addOption(
          new Option('--when-token-returns <what>', 'what the token itself does meanwhile').choices([
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
    'End emergency access: its codes are refused from now on',
    (command) => yesOption(serialArgument(command)),
    async ({ api, args, options, terminal }) => {
      const serial = args[0]!;
      const stop = await confirmByName(terminal, {
        name: serial,
        consequence: `The emergency tokencodes of token ${serial} will be refused.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      await api('endEmergencyAccess', { params: { serial } });
      return {
        ok: true,
        json: { serial, ended: true },
        text: `Emergency access of token ${serial} has ended.`,
      };
    },
  );
}

export function addUserAccessCommands(frame: Frame, user: Command): void {
  addServerCommand(
    frame,
    user,
    'unlock <userid>',
    'Let a user in again whom wrong passcodes keep waiting',
    unchanged,
    async ({ api, args }) => {
      const userId = args[0]!;
      await api('unlockUser', { params: { userId } });
      return { ok: true, json: { userId, unlocked: true }, text: `User ${printable(userId)} is unlocked.` };
    },
  );

  addServerCommand(
    frame,
    user,
    'activity <userid>',
    'Show what a user and their tokens did in the last seven days, latest first',
    unchanged,
    async ({ api, args }) => activity(await api('getUserActivity', { params: { userId: args[0]! } })),
  );
}

function access(serial: string, view: TokenAccess): Outcome {
  const emergency = view.emergencyAccess;
  const text = fields([
    ['Serial', serial],
    ['Mode', view.mode],
    ['Accepted again', time(view.waitsUntil)],
    ['New PIN required', view.newPinRequired],
    ['PIN set', time(view.pinSetAt)],
    [
      'Emergency access',
      emergency &&
        `${emergency.kind === 'fixed' ? 'a fixed tokencode' : `${emergency.codesLeft} one-time tokencodes`} until ${time(emergency.until)}`,
    ],
    ['When the token returns', emergency?.whenTokenReturns],
  ]);
  return { ok: true, json: view, text };
}

function given(serial: string, codes: EmergencyCodes): Outcome {
  return {
    ok: true,
    json: { serial, ...codes },
    text: codes.codes.join('\n'),
    notes: [
      `Shown this once; good until ${time(codes.until)}.${codes.withPin ? ' The PIN is entered before the code.' : ''}`,
    ],
  };
}

function activity(view: UserActivity): Outcome {
  const head = fields([
    ['Locked until', time(view.lockedUntil)],
    ['Wrong passcodes that count', view.failures],
  ]);
  const rows = table(
    [
      { title: 'At', value: (entry) => time(entry.at) },
      { title: 'Action', value: (entry) => entry.action },
      { title: 'Result', value: (entry) => entry.result },
      { title: 'Reason', value: (entry) => entry.reason },
      { title: 'Object', value: (entry) => entry.object },
      { title: 'By', value: (entry) => entry.actor },
      { title: 'From', value: (entry) => entry.source },
    ],
    view.items,
  );
  return { ok: true, json: view, text: `${head}\n\n${rows || 'Nothing in the last seven days.'}` };
}
