/** What agents show to users: a method and a prompt for each challenge. Agents that translate look prompts up by resource ID. */

import type { Settings } from '@sower/api/settings';
import { inEnglish, text } from '@sower/texts/outcomes';
import type { Challenge } from '../authentication/challenge/attempt.ts';
import { charactersOf } from '../authentication/challenge/question.ts';

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

type Name = keyof typeof TEXTS;
/** By which ID agents look up each prompt: a setting, since deployed agents differ in what they know. */
const IDS = {
  PASSCODE: 'agents.promptPasscode',
  NEXT_TOKENCODE: 'agents.promptNextTokencode',
  NEWPIN: 'agents.promptNewPin',
  NEWPIN_OR_SYSTEM: 'agents.promptNewPinOrSystem',
  SYSTEM_GENERATED_PIN: 'agents.promptSystemPin',
  PASSCODE_WITH_NEW_PIN: 'agents.promptPasscodeWithNewPin',
} as const satisfies Record<Name, keyof Settings>;

type Prompt = {
  readonly promptResourceId: string;
  readonly defaultText: string;
  readonly promptArgs: readonly string[];
  readonly formatRegex: string;
  readonly minLength: number;
  readonly maxLength: number;
  readonly sensitive: boolean;
  readonly valueBeingDefined: boolean;
};
export const METHODS = [
  'SECURID',
  'SECURID_NEXT_TOKENCODE',
  'SECURID_NEWPIN',
  'SECURID_SYSTEM_GENERATED_PIN',
] as const;
export type Method = { readonly methodId: (typeof METHODS)[number]; readonly prompt: Prompt };
export const PASSCODE: Method['methodId'] = 'SECURID';

export type Prompts = {
  readonly passcode: Method;
  /** How each challenge is presented to an agent. */
  methodOf(challenge: Challenge): Method;
  /** The texts of all prompts, or of one. */
  resources(resourceId?: string): object[];
};

export function promptsWith(settings: Pick<Settings, (typeof IDS)[Name]>): Prompts {
  const prompt = (
    name: Name,
    promptArgs: readonly string[] = [],
    rest: Partial<Omit<Prompt, 'promptResourceId' | 'promptArgs' | 'defaultText'>> = {},
  ): Prompt => ({
    promptResourceId: settings[IDS[name]],
    defaultText: TEXTS[name].replaceAll(/\{(\d)\}/g, (_, index) => promptArgs[Number(index)] ?? ''),
    promptArgs,
    formatRegex: '^.*$',
    minLength: 1,
    maxLength: 64,
    sensitive: true,
    valueBeingDefined: false,
    ...rest,
  });

  const pinPrompt = (
    name: Name,
    { rules, refused }: Extract<Challenge, { kind: 'new-pin' | 'new-pin-or-system' }>,
  ): Prompt => {
    const { minLength, maxLength, alphanumeric } = rules;
    const before = refused === undefined ? '' : `${inEnglish(refused)} `;
    const characters = inEnglish(charactersOf(rules));
    return prompt(name, [before, String(minLength), String(maxLength), characters], {
      formatRegex: alphanumeric ? '^[A-Za-z0-9]*$' : '^[0-9]*$',
      minLength,
      maxLength,
      valueBeingDefined: true,
    });
  };

  return {
    passcode: { methodId: PASSCODE, prompt: prompt('PASSCODE') },

    methodOf(challenge) {
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
          return { methodId: PASSCODE, prompt: prompt('PASSCODE_WITH_NEW_PIN') };
      }
    },

    resources: (resourceId) =>
      (Object.keys(TEXTS) as Name[])
        .map((name) => ({ name: settings[IDS[name]], value: TEXTS[name], dataType: 'STRING' }))
        .filter(({ name }) => resourceId === undefined || name === resourceId),
  };
}
