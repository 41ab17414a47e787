/** `sower user password` and `sower user activation-window`: what administrators prepare for the Self-Service Console. */
import type { SelfServiceState } from '@sower/api/self-service';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import type { Outcome } from '../outcome.ts';
import { fields, printable, time } from '../terminal/output.ts';
import { readNewSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

export function addSelfServiceCommands(frame: Frame, user: Command): void {
  addServerCommand<{ keep?: boolean; remove?: boolean }>(
    frame,
    user,
    'password <userid>',
    t('user.password.summary'),
    (command) =>
      command.option('--keep', t('user.password.keep')).option('--remove', t('user.password.remove')),
    async ({ api, args, options, terminal }) => {
      const userId = args[0]!;
      const params = { userId };
      if (options.remove === true) {
        await api('removeUserPassword', { params });
        return {
          ok: true,
          json: { userId, passwordSet: false },
          text: t('user.password.removed', { user: printable(userId) }),
        };
      }
      const password = await readNewSecret(terminal, 'password');
      if (!password.ok) return password;
      const mustChange = options.keep !== true;
      await api('setUserPassword', { params, body: { password: password.value, mustChange } });
      return {
        ok: true,
        json: { userId, passwordSet: true, mustChange },
        text: t(mustChange ? 'user.password.mustChange' : 'user.password.done', { user: printable(userId) }),
      };
    },
  );

  addServerCommand<{ close?: boolean }>(
    frame,
    user,
    'activation-window <userid>',
    t('user.activationWindow.summary'),
    (command) => command.option('--close', t('user.activationWindow.close')),
    async ({ api, args, options }) => {
      const params = { userId: args[0]! };
      if (options.close !== true) return shown(params.userId, await api('openActivationWindow', { params }));
      await api('closeActivationWindow', { params });
      return {
        ok: true,
        json: { userId: params.userId, open: false },
        text: t('user.activationWindow.closed', { user: printable(params.userId) }),
      };
    },
  );
}

function shown(userId: string, state: SelfServiceState): Outcome {
  const open = state.activationWindow;
  return {
    ok: true,
    json: { userId, ...state },
    text: `${t('user.activationWindow.opened', { user: printable(userId) })}\n${fields([
      [t('field.until'), open && time(open.expiresAt)],
      [t('field.openedBy'), open?.openedBy],
      [t('field.passwordSet'), state.passwordSet],
    ])}`,
    notes: state.passwordSet ? [] : [t('user.activationWindow.noPassword', { user: printable(userId) })],
  };
}
