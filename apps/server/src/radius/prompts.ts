/** What the user reads at a challenge. Reply-Message has no language and often a small display: English, one or two sentences. */

import { inEnglish, type Text } from '@sower/messages/outcomes';
import type { Challenge, PinRules } from '../authentication/challenge/attempt.ts';

export type Prompt = {
  readonly text: string;
  /** Whether what is typed may be seen (RFC 2869 §5.10). */
  readonly echo: boolean;
};

export function promptOf(challenge: Challenge): Prompt {
  switch (challenge.kind) {
    case 'next-tokencode':
      return { text: 'Wait until your tokencode changes, then enter the new tokencode alone.', echo: true };
    case 'new-pin':
      return {
        text: `${before(challenge.refused)}Choose a new PIN: ${rulesText(challenge.rules)}.`,
        echo: false,
      };
    case 'new-pin-or-system':
      return {
        text: `${before(challenge.refused)}Choose a new PIN: ${rulesText(challenge.rules)}. Or enter nothing and one is made for you.`,
        echo: false,
      };
    case 'system-pin':
      return {
        text: `Your new PIN is ${challenge.pin}. Remember it. Enter y to accept it, n to give up.`,
        echo: true,
      };
    case 'passcode-with-new-pin':
      return {
        text: 'Your PIN is set. Wait until your tokencode changes, then enter the passcode with the new PIN.',
        echo: false,
      };
  }
}

/** What was wrong with the PIN before. */
const before = (refused: Text | undefined): string => (refused === undefined ? '' : `${inEnglish(refused)} `);

const rulesText = ({ minLength, maxLength, alphanumeric }: PinRules): string =>
  `${minLength} to ${maxLength} ${alphanumeric ? 'letters and digits' : 'digits'}`;
