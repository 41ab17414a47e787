/** `sower verify`: asks the server whether a passcode is right. The exit code is the answer. */
import type { Challenge } from '@sower/api/challenges';
import { command } from '../command.ts';
import { printable } from '../terminal/output.ts';
import { secretReader } from '../terminal/prompt.ts';
import { t } from '../texts.ts';

export const VERIFY = command<{ answer?: boolean }>({
  usage: 'verify <userid>',
  options: [['--answer', 'verify.answer']],
  run: async ({ api, args, options, terminal }) => {
    const read = secretReader(terminal);
    const passcode = await read(t('prompt.secret.passcode'));
    if (!passcode.ok) return passcode;
    const userId = args[0]!;
    const user = printable(userId);
    let answer = await api('authenticate', { body: { userId, passcode: passcode.value } });
    while (answer.result === 'challenge') {
      const { id, challenge } = answer;
      const given = options.answer === true ? await read(questionOf(challenge)) : undefined;
      if (given?.ok !== true) {
        // Otherwise the answer is the user's to give, where they log on.
        await api('cancelAuthentication', { params: { id }, query: { userId } });
        if (given !== undefined) return given;
        return {
          ok: true,
          json: { result: answer.result, challenge: challenge.kind },
          text: t('verify.challenge', { user, challenge: challenge.kind }),
          exit: 'refused',
        };
      }
      answer = await api('answerChallenge', { params: { id }, body: { userId, answer: given.value } });
    }
    const { result } = answer;
    const accepted = answer.result === 'accepted';
    return {
      ok: true,
      // What was accepted matters to a script: an emergency tokencode is worth less than a token.
      json: answer.result === 'accepted' ? { result, means: answer.means } : { result },
      text: t(accepted ? 'verify.accepted' : 'verify.rejected', { user }),
      exit: accepted ? 'done' : 'refused',
    };
  },
});

/** A PIN that the server generated is shown with its question, and nowhere else. */
function questionOf(challenge: Challenge): string {
  const { kind } = challenge;
  if (kind === 'system-pin') return t('verify.ask.system-pin', { pin: printable(challenge.pin) });
  const question = t(`verify.ask.${kind}`);
  const refused = 'refused' in challenge ? challenge.refused : undefined;
  return refused === undefined ? question : `${printable(refused)} ${question}`;
}
