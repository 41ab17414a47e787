/** What a user reads at a challenge where the client shows the words that it is sent, as over RADIUS and from agents. */

import { type Text, text } from '@sower/texts/outcomes';
import type { Challenge, PinRules } from './attempt.ts';

export function promptOf(challenge: Challenge): Text {
  switch (challenge.kind) {
    case 'new-pin':
    case 'new-pin-or-system': {
      const prompt = text(`prompt.${challenge.kind}`, rulesOf(challenge.rules));
      return challenge.refused === undefined
        ? prompt
        : text('prompt.after-refusal', { sentences: [challenge.refused, prompt] });
    }
    case 'system-pin':
      return text('prompt.system-pin', { pin: challenge.pin });
    default:
      return text(`prompt.${challenge.kind}`);
  }
}

const rulesOf = (rules: PinRules) => ({
  least: rules.minLength,
  most: rules.maxLength,
  characters: charactersOf(rules),
});

export const charactersOf = ({ alphanumeric }: PinRules): Text =>
  text(alphanumeric ? 'prompt.letters-and-digits' : 'prompt.digits');
