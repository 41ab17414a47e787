/** `sower user password` and `sower user activation-window`: what administrators prepare for the Self-Service Console. */
import type { SelfServiceState } from '@sower/api/self-service';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import type { Outcome } from '../outcome.ts';
import { fields, printable, time } from '../terminal/output.ts';
import { readNewSecret } from '../terminal/prompt.ts';

export function addSelfServiceCommands(frame: Frame, user: Command): void {
  addServerCommand<{ keep?: boolean; remove?: boolean }>(
    frame,
    user,
    'password <userid>',
    'Give a user a password for the Self-Service Console, read from standard input or asked for twice; their sessions end',
    (command) =>
      command
        .option('--keep', 'the user may keep it; otherwise they choose another one at the next log-on')
        .option('--remove', 'take the password away instead'),
    async ({ api, args, options, terminal }) => {
      const userId = args[0]!;
      const params = { userId };
      if (options.remove === true) {
        await api('removeUserPassword', { params });
        return {
          ok: true,
          json: { userId, passwordSet: false },
          text: `${printable(userId)} has no password any more; their sessions have ended.`,
        };
      }
      const password = await readNewSecret(terminal, 'password');
      if (!password.ok) return password;
      const mustChange = options.keep !== true;
      await api('setUserPassword', { params, body: { password: password.value, mustChange } });
      return {
        ok: true,
        json: { userId, passwordSet: true, mustChange },
        text: `The password of ${printable(userId)} is set; their sessions have ended.${mustChange ? ' They choose another one at the next log-on.' : ''}`,
      };
    },
  );

  addServerCommand<{ close?: boolean }>(
    frame,
    user,
    'activation-window <userid>',
    'Let a user who has a token activate another one without it, once: for a lost or new phone',
    (command) => command.option('--close', 'close the window that is open'),
    async ({ api, args, options }) => {
      const params = { userId: args[0]! };
      if (options.close !== true) return shown(params.userId, await api('openActivationWindow', { params }));
      await api('closeActivationWindow', { params });
      return {
        ok: true,
        json: { userId: params.userId, open: false },
        text: `The activation window of ${printable(params.userId)} is closed.`,
      };
    },
  );
}

function shown(userId: string, state: SelfServiceState): Outcome {
  const open = state.activationWindow;
  return {
    ok: true,
    json: { userId, ...state },
    text: `The activation window of ${printable(userId)} is open.\n${fields([
      ['Until', open && time(open.expiresAt)],
      ['Opened by', open?.openedBy],
      ['Password set', state.passwordSet],
    ])}`,
    notes: state.passwordSet ? [] : [`${printable(userId)} has no password: sower user password ${userId}`],
  };
}
