/** What the user reads with a challenge. Reply-Message has no language and often a small display: English, one or two sentences. */

import { inEnglish, text } from '@sower/texts/outcomes';
import type { Challenge } from '../authentication/challenge/attempt.ts';
import { promptOf } from '../authentication/challenge/prompt.ts';

type Prompt = {
  readonly text: string;
  /** Whether the input may be visible (RFC 2869 §5.10). */
  readonly echo: boolean;
};

export const replyMessage = (challenge: Challenge): Prompt => ({
  text: inEnglish(promptOf(challenge)),
  echo: challenge.kind === 'next-tokencode' || challenge.kind === 'system-pin',
});

/** After a password. */
export const PASSCODE_PROMPT: Prompt = { text: inEnglish(text('prompt.passcode')), echo: false };
