/**
 * What agents send and receive, in the format that deployed agents use: initialize, verify, status, cancel. Unknown fields are ignored,
 * since agents differ in them. Values only; the endpoint decides.
 */
import { z } from 'zod';
import { METHODS, type Method, PASSCODE } from './prompts.ts';

const text = z.string().max(1024);
/** `null` says that there is none: agents write it, as we do in the contexts that they send back. */
const ifAny = text.nullish().transform((said) => said ?? undefined);

const contextSchema = z.object({ authnAttemptId: ifAny, messageId: ifAny, inResponseTo: ifAny });

const credentialsSchema = z
  .array(
    z.object({
      methodId: ifAny,
      collectedInputs: z.array(z.object({ name: ifAny, value: text })).max(10),
    }),
  )
  .max(10);

export const initializeSchema = z.object({
  /** Which agent it is, where the key does not say so; a name that is not that of the key is refused. */
  clientId: text.nullish(),
  subjectName: z.string().max(253),
  subjectCredentials: credentialsSchema.nullish(),
  context: contextSchema.nullish(),
});
export const verifySchema = z.object({ subjectCredentials: credentialsSchema, context: contextSchema });
/** Agents name the attempt at the top level, or in a context as in verify. */
export const cancelSchema = z
  .object({
    authnAttemptId: ifAny,
    reason: text.nullish(),
    removeAttemptId: z.boolean().nullish(),
    context: contextSchema.nullish(),
  })
  .refine(
    ({ authnAttemptId, context }) => authnAttemptId !== undefined || context?.authnAttemptId !== undefined,
    {
      path: ['authnAttemptId'],
      message: 'is required',
    },
  )
  .refine(
    ({ authnAttemptId, context }) =>
      authnAttemptId === undefined ||
      context?.authnAttemptId === undefined ||
      authnAttemptId === context.authnAttemptId,
    { path: ['authnAttemptId'], message: 'names another attempt than the context' },
  );
export const statusSchema = z.object({ authnAttemptId: text, removeAttemptId: z.boolean().nullish() });
/** The published interface requires `lang`; the texts are in English. */
export const resourcesSchema = z.object({ lang: text.optional(), resourceId: text.optional() });

/** Which method was answered: as the agent says, if it is one that there is. */
export function answeredMethod(credentials: z.infer<typeof credentialsSchema>): string {
  const said = credentials[0]?.methodId;
  return METHODS.find((method) => method === said) ?? PASSCODE;
}

/** The one value that was entered; undefined if there is none, or if more than one could be meant. */
export function enteredValue(credentials: z.infer<typeof credentialsSchema>): string | undefined {
  const values = credentials.flatMap(({ collectedInputs }) => collectedInputs);
  return values.length === 1 ? values[0]?.value : undefined;
}

export type Context = {
  readonly authnAttemptId: string;
  readonly messageId: string;
  readonly inResponseTo: string | null;
};

/** An answer that ends an attempt. @param result `method`: the one that was tried; `subject`: who was accepted */
export function ended(
  context: Context,
  result: {
    readonly state: 'accepted' | 'rejected' | 'cancelled';
    readonly method?: string;
    readonly subject?: string | undefined;
  },
): object {
  const { state, method, subject } = result;
  const attributes =
    subject === undefined ? [] : [{ name: 'subjectName', value: subject, dataType: 'STRING' }];
  return answer(context, state, method === undefined ? [] : [validated(method, state, attributes)], []);
}

/**
 * An answer that asks for more, by a method.
 * @param verified the method whose answer was right and led to this challenge: some agents take one as progress only with it
 */
export function challenged(context: Context, { methodId, prompt }: Method, verified?: string): object {
  const version = {
    versionId: '1.0.0',
    methodAttributes: [],
    valueRequired: true,
    referenceId: null,
    prompt,
  };
  // There is no name for these methods; some agents read the field.
  const required = { methodId, displayName: null, priority: 100, versions: [version] };
  return answer(context, 'challenge', verified === undefined ? [] : [validated(verified, 'accepted', [])], [
    { methodSetId: null, requiredMethods: [required] },
  ]);
}

function answer(context: Context, state: State, results: readonly object[], challenges: readonly object[]) {
  const [attemptResponseCode, attemptReasonCode] = codesOf(state);
  return {
    context,
    credentialValidationResults: results,
    attemptResponseCode,
    attemptReasonCode,
    challengeMethods: { challenges },
  };
}

function validated(methodId: string, state: State, authnAttributes: readonly object[]) {
  const [methodResponseCode, methodReasonCode] = codesOf(state);
  return { methodId, methodResponseCode, methodReasonCode, authnAttributes };
}

export type State = 'accepted' | 'rejected' | 'cancelled' | 'challenge';

function codesOf(state: State): readonly [code: string, reason: string] {
  switch (state) {
    case 'accepted':
      return ['SUCCESS', 'CREDENTIAL_VERIFIED'];
    case 'challenge':
      return ['CHALLENGE', 'AUTHENTICATION_REQUIRED'];
    default:
      return ['FAIL', state === 'cancelled' ? 'CANCELLED' : 'VERIFY_ERROR'];
  }
}

/**
 * The answer to status. It has no context: agents take the messageId of a context as the one to answer next, and that is still the message
 * that carried the challenge.
 * @param attempt absent if there is no such attempt
 */
export function statusAnswer(
  state: State,
  attempt?: { readonly userId: string; readonly expiresAt: number },
): object {
  const [attemptResponseCode, attemptReasonCode] = codesOf(state);
  return {
    attemptResponseCode,
    attemptReasonCode,
    ...(attempt
      ? { subjectName: attempt.userId, attemptExpires: new Date(attempt.expiresAt).toISOString() }
      : {}),
    sessionAttributes: [],
    successfulMethods: state === 'accepted' ? [PASSCODE] : [],
  };
}
