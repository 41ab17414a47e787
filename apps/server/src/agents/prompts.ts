/** What agents ask users for: a method and a prompt for each challenge. Agents that translate look the prompts up by their resource id. */

import { inEnglish, type Text } from '@sower/messages/outcomes';
import type { Challenge, PinRules } from '../authentication/challenge/attempt.ts';

/** `{0}`, `{1}` … are the `promptArgs` of a prompt. */
const TEXTS = {
  PASSCODE: 'Enter your passcode',
  NEXT_TOKENCODE: 'Wait until your tokencode changes, then enter the new tokencode alone',
  NEWPIN: '{0}Choose a new PIN: {1} to {2} {3}',
  NEWPIN_OR_SYSTEM: '{0}Choose a new PIN, or enter nothing and one is made for you: {1} to {2} {3}',
  SYSTEM_GENERATED_PIN: 'Your new PIN is {0}. Remember it. Enter y to accept it, n to give up',
  PASSCODE_WITH_NEW_PIN:
    'Your PIN is set. Wait until your tokencode changes, then enter the passcode with the new PIN',
} as const;

type ResourceId = keyof typeof TEXTS;

/** The texts of all prompts, or of one. */
export const promptResources = (resourceId?: string): object[] =>
  Object.entries(TEXTS)
    .filter(([name]) => resourceId === undefined || name === resourceId)
    .map(([name, value]) => ({ name, value, dataType: 'STRING' }));

type Prompt = {
  readonly promptResourceId: ResourceId;
  readonly defaultText: string;
  readonly promptArgs: readonly string[];
  readonly formatRegex: string;
  readonly minLength: number;
  readonly maxLength: number;
  readonly sensitive: boolean;
  readonly valueBeingDefined: boolean;
};
export type Method = { readonly methodId: string; readonly prompt: Prompt };

const prompt = (
  promptResourceId: ResourceId,
  promptArgs: readonly string[] = [],
  rest: Partial<Omit<Prompt, 'promptResourceId' | 'promptArgs' | 'defaultText'>> = {},
): Prompt => ({
  promptResourceId,
  defaultText: TEXTS[promptResourceId].replaceAll(/\{(\d)\}/g, (_, index) => promptArgs[Number(index)] ?? ''),
  promptArgs,
  formatRegex: '^.*$',
  minLength: 1,
  maxLength: 64,
  sensitive: true,
  valueBeingDefined: false,
  ...rest,
});

export const PASSCODE_METHOD: Method = { methodId: 'SECURID', prompt: prompt('PASSCODE') };

/** How each challenge is put to an agent. */
export function methodOf(challenge: Challenge): Method {
  switch (challenge.kind) {
    case 'next-tokencode':
      return {
        methodId: 'SECURID_NEXT_TOKENCODE',
        prompt: prompt('NEXT_TOKENCODE', [], { formatRegex: '^[0-9]+$' }),
      };
    case 'new-pin':
      return { methodId: 'SECURID_NEWPIN', prompt: pinPrompt('NEWPIN', challenge) };
    case 'new-pin-or-system':
      return {
        methodId: 'SECURID_NEWPIN',
        prompt: { ...pinPrompt('NEWPIN_OR_SYSTEM', challenge), minLength: 0 },
      };
    case 'system-pin':
      return {
        methodId: 'SECURID_SYSTEM_GENERATED_PIN',
        prompt: prompt('SYSTEM_GENERATED_PIN', [challenge.pin], {
          maxLength: 1,
          formatRegex: '^[yn]$',
          sensitive: false,
        }),
      };
    case 'passcode-with-new-pin':
      return { methodId: 'SECURID', prompt: prompt('PASSCODE_WITH_NEW_PIN') };
  }
}

function pinPrompt(
  id: ResourceId,
  { rules, refused }: { readonly rules: PinRules; readonly refused?: Text },
): Prompt {
  const { minLength, maxLength, alphanumeric } = rules;
  const before = refused === undefined ? '' : `${inEnglish(refused)} `;
  const characters = alphanumeric ? 'letters and digits' : 'digits';
  return prompt(id, [before, String(minLength), String(maxLength), characters], {
    formatRegex: alphanumeric ? '^[A-Za-z0-9]*$' : '^[0-9]*$',
    minLength,
    maxLength,
    valueBeingDefined: true,
  });
}
