/**
 * What agents send and get, in the shape that deployed agents of the field speak: initialize, verify, status, cancel. Unknown fields are
 * ignored, as agents differ in them. Values only; the endpoint decides.
 */
import { z } from 'zod';
import type { Challenge, PinRules } from '../authentication/attempt.ts';

const text = z.string().max(1024);

const contextSchema = z.object({
  authnAttemptId: text.optional(),
  messageId: text.optional(),
  inResponseTo: text.optional(),
});

const credentialsSchema = z
  .array(
    z.object({
      methodId: text.optional(),
      collectedInputs: z.array(z.object({ name: text.optional(), value: text })).max(10),
    }),
  )
  .max(10);

export const initializeSchema = z.object({
  clientId: text,
  subjectName: z.string().max(253),
  subjectCredentials: credentialsSchema.nullish(),
  context: contextSchema.nullish(),
});
export const verifySchema = z.object({ subjectCredentials: credentialsSchema, context: contextSchema });
export const cancelSchema = z.object({ context: contextSchema });
export const statusSchema = z.object({ authnAttemptId: text });

/** The one value that was entered; undefined when there is none, or more than one that could be meant. */
export function enteredValue(credentials: z.infer<typeof credentialsSchema>): string | undefined {
  const values = credentials.flatMap(({ collectedInputs }) => collectedInputs);
  return values.length === 1 ? values[0]?.value : undefined;
}

type Prompt = {
  readonly promptResourceId: string;
  readonly defaultText: string;
  readonly formatRegex: string;
  readonly minLength: number;
  readonly maxLength: number;
  readonly sensitive: boolean;
  readonly valueBeingDefined: boolean;
};
export type Method = { readonly methodId: string; readonly prompt: Prompt };

const prompt = (
  promptResourceId: string,
  defaultText: string,
  rest: Partial<Omit<Prompt, 'promptResourceId' | 'defaultText'>> = {},
): Prompt => ({
  promptResourceId,
  defaultText,
  formatRegex: '^.*$',
  minLength: 1,
  maxLength: 64,
  sensitive: true,
  valueBeingDefined: false,
  ...rest,
});

export const PASSCODE_METHOD: Method = {
  methodId: 'SECURID',
  prompt: prompt('PASSCODE', 'Enter your passcode'),
};

/** How each challenge is put to an agent. */
export function methodOf(challenge: Challenge): Method {
  switch (challenge.kind) {
    case 'next-tokencode':
      return {
        methodId: 'SECURID_NEXT_TOKENCODE',
        prompt: prompt(
          'NEXT_TOKENCODE',
          'Wait until your tokencode changes, then enter the new tokencode alone',
          {
            formatRegex: '^[0-9]+$',
          },
        ),
      };
    case 'new-pin':
      return { methodId: 'SECURID_NEWPIN', prompt: pinPrompt(challenge, 'Choose a new PIN') };
    case 'new-pin-or-system':
      return {
        methodId: 'SECURID_NEWPIN',
        prompt: {
          ...pinPrompt(challenge, 'Choose a new PIN, or enter nothing and one is made for you'),
          minLength: 0,
        },
      };
    case 'system-pin':
      return {
        methodId: 'SECURID_SYSTEM_GENERATED_PIN',
        prompt: prompt(
          'SYSTEM_GENERATED_PIN',
          `Your new PIN is ${challenge.pin}. Remember it. Enter y to accept it, n to give up`,
          { maxLength: 1, formatRegex: '^[yn]$', sensitive: false },
        ),
      };
    case 'passcode-with-new-pin':
      return {
        methodId: 'SECURID',
        prompt: prompt(
          'PASSCODE_WITH_NEW_PIN',
          'Your PIN is set. Wait until your tokencode changes, then enter the passcode with the new PIN',
        ),
      };
  }
}

function pinPrompt(
  challenge: { readonly rules: PinRules; readonly refused?: string },
  words: string,
): Prompt {
  const { minLength, maxLength, alphanumeric } = challenge.rules;
  const before = challenge.refused === undefined ? '' : `${challenge.refused} `;
  return prompt(
    'NEWPIN',
    `${before}${words}: ${minLength} to ${maxLength} ${alphanumeric ? 'letters and digits' : 'digits'}`,
    {
      formatRegex: alphanumeric ? '^[A-Za-z0-9]*$' : '^[0-9]*$',
      minLength,
      maxLength,
      valueBeingDefined: true,
    },
  );
}

export type Context = {
  readonly authnAttemptId: string;
  readonly messageId: string;
  readonly inResponseTo: string | null;
};

/** An answer; `method` is the one that was tried, or is asked for. `subject`: who was accepted. */
export function answer(
  context: Context,
  result: {
    readonly state: 'accepted' | 'rejected' | 'cancelled';
    readonly method?: string | undefined;
    readonly subject?: string | undefined;
  },
): object;
export function answer(
  context: Context,
  result: { readonly state: 'challenge'; readonly method: Method },
): object;
export function answer(
  context: Context,
  result: {
    readonly state: string;
    readonly method?: Method | string | undefined;
    readonly subject?: string | undefined;
  },
): object {
  if (typeof result.method === 'object') {
    return {
      context,
      credentialValidationResults: [],
      attemptResponseCode: 'CHALLENGE',
      attemptReasonCode: 'AUTHENTICATION_REQUIRED',
      challengeMethods: {
        challenges: [
          {
            methodSetId: null,
            requiredMethods: [
              {
                methodId: result.method.methodId,
                priority: 100,
                versions: [
                  {
                    versionId: '1.0.0',
                    methodAttributes: [],
                    valueRequired: true,
                    referenceId: null,
                    prompt: result.method.prompt,
                  },
                ],
              },
            ],
          },
        ],
      },
    };
  }
  const accepted = result.state === 'accepted';
  const [code, reason] = accepted
    ? ['SUCCESS', 'CREDENTIAL_VERIFIED']
    : ['FAIL', result.state === 'cancelled' ? 'CANCELLED' : 'VERIFY_ERROR'];
  return {
    context,
    credentialValidationResults:
      result.method === undefined
        ? []
        : [
            {
              methodId: result.method,
              methodResponseCode: code,
              methodReasonCode: reason,
              authnAttributes:
                result.subject === undefined
                  ? []
                  : [{ name: 'subjectName', value: result.subject, dataType: 'STRING' }],
            },
          ],
    attemptResponseCode: code,
    attemptReasonCode: reason,
    challengeMethods: { challenges: [] },
  };
}
