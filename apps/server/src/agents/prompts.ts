/** What agents show to users: a method and a prompt for each challenge. Agents that translate look prompts up by resource ID. */

import { inEnglish, text } from '@sower/texts/outcomes';
import type { Challenge } from '../authentication/challenge/attempt.ts';
import { charactersOf } from '../authentication/challenge/prompt.ts';

/** `{0}`, `{1}` … are the `promptArgs` of a prompt. */
const RULES = { least: '{1}', most: '{2}', characters: '{3}' };
const TEXTS = {
  PASSCODE: inEnglish(text('prompt.passcode')),
  NEXT_TOKENCODE: inEnglish(text('prompt.next-tokencode')),
  NEWPIN: `{0}${inEnglish(text('prompt.new-pin', RULES))}`,
  NEWPIN_OR_SYSTEM: `{0}${inEnglish(text('prompt.new-pin-or-system', RULES))}`,
  SYSTEM_GENERATED_PIN: inEnglish(text('prompt.system-pin', { pin: '{0}' })),
  PASSCODE_WITH_NEW_PIN: inEnglish(text('prompt.passcode-with-new-pin')),
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

/** How each challenge is presented to an agent. */
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
  { rules, refused }: Extract<Challenge, { kind: 'new-pin' | 'new-pin-or-system' }>,
): Prompt {
  const { minLength, maxLength, alphanumeric } = rules;
  const before = refused === undefined ? '' : `${inEnglish(refused)} `;
  const characters = inEnglish(charactersOf(rules));
  return prompt(id, [before, String(minLength), String(maxLength), characters], {
    formatRegex: alphanumeric ? '^[A-Za-z0-9]*$' : '^[0-9]*$',
    minLength,
    maxLength,
    valueBeingDefined: true,
  });
}
