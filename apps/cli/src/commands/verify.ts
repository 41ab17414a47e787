/** `sower verify`: asks the server whether a passcode is right. The exit code is the answer. */
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { unchanged } from '../options.ts';
import { printable } from '../terminal/output.ts';
import { readSecret } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

export function addVerifyCommand(frame: Frame, program: Command): void {
  addServerCommand(
    frame,
    program,
    'verify <userid>',
    t('verify.summary'),
    unchanged,
    async ({ api, args, terminal }) => {
      const passcode = await readSecret(terminal, 'passcode');
      if (!passcode.ok) return passcode;
      const userId = args[0]!;
      const answer = await api('authenticate', { body: { userId, passcode: passcode.value } });
      const { result } = answer;
      if (result === 'challenge') {
        // The answer is the user's to give, where they log on.
        await api('cancelAuthentication', { params: { id: answer.id }, query: { userId } });
        return {
          ok: true,
          json: { result, challenge: answer.challenge.kind },
          text: t('verify.challenge', { user: printable(userId), challenge: answer.challenge.kind }),
          exit: 'refused',
        };
      }
      const accepted = answer.result === 'accepted';
      return {
        ok: true,
        // What was accepted matters to a script: an emergency tokencode is worth less than a token.
        json: accepted ? { result, means: answer.means } : { result },
        text: t(accepted ? 'verify.accepted' : 'verify.rejected', { user: printable(userId) }),
        exit: accepted ? 'done' : 'refused',
      };
    },
  );
}
