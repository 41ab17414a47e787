/** The fields of a policy as a form has them: text while they are being typed, checked by the one schema. */
import { DEFAULT_POLICIES, POLICY_SCHEMAS, type Policies, type PolicyKind } from '@sower/api/policies';
import { z } from 'zod';
import { numberOf } from '../ui/forms/numbers.ts';
import { partsOf } from '../ui/forms/parts-of.ts';

export type PolicyFieldName = { [K in PolicyKind]: keyof Policies[K] }[PolicyKind];
/** The choices of a field. */
export type PolicyChoice = Extract<{ [K in PolicyKind]: Policies[K][keyof Policies[K]] }[PolicyKind], string>;
type PolicyGroup = 'wrong' | 'pin' | 'rules' | 'user' | 'token' | 'given' | 'codes';

type FieldShape =
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'choice'; readonly choices: readonly PolicyChoice[] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'words' };

export type Draft = Readonly<Record<string, string>>;

const POLICY_GROUPS: Readonly<
  Record<PolicyKind, Readonly<Partial<Record<PolicyGroup, readonly PolicyFieldName[]>>>>
> = {
  token: {
    wrong: ['wrongBeforeNextTokencode', 'wrongBeforeHoldBack'],
    pin: ['pinRequired', 'pinChosenBy', 'pinMaxAgeDays', 'pinHistory'],
    rules: [
      'pinMinLength',
      'pinMaxLength',
      'pinCharacters',
      'pinMinLetters',
      'pinMinDigits',
      'pinExcludedWords',
      'pinSequences',
    ],
  },
  lockout: {
    user: ['failures', 'withinMinutes', 'firstLockSeconds', 'longestLockMinutes'],
    token: ['longestHoldBackSeconds'],
  },
  emergency: {
    given: ['fixedAllowed', 'setAllowed', 'lifetimeDays', 'whenTokenReturns'],
    codes: ['setSize', 'codeLength', 'codeCharacters'],
  },
};

/** In groups, in the order in which people read them. */
export const policyGroups = (kind: PolicyKind) =>
  Object.entries(POLICY_GROUPS[kind]) as [PolicyGroup, readonly PolicyFieldName[]][];

const schemaOf = (kind: PolicyKind, name: string): z.ZodType =>
  (POLICY_SCHEMAS[kind].shape as Record<string, z.ZodType>)[name] as z.ZodType;

export function fieldShape(kind: PolicyKind, name: string): FieldShape {
  const json = z.toJSONSchema(schemaOf(kind, name)) as {
    type?: string;
    enum?: PolicyChoice[];
    minimum?: number;
    maximum?: number;
  };
  if (json.enum) return { kind: 'choice', choices: json.enum };
  if (json.type === 'boolean') return { kind: 'flag' };
  if (json.type === 'array') return { kind: 'words' };
  return { kind: 'number', least: json.minimum ?? 0, most: json.maximum ?? Number.MAX_SAFE_INTEGER };
}

export function draftOf(policy: Policies[PolicyKind]): Draft {
  return Object.fromEntries(
    Object.entries(policy).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join('\n') : String(value),
    ]),
  );
}

const typedValue = (shape: FieldShape, text: string): unknown => {
  if (shape.kind === 'number') return numberOf(text);
  if (shape.kind === 'flag') return text === 'true';
  if (shape.kind === 'words') return partsOf(text, /[\s,]+/);
  return text;
};

export const isWrong = (kind: PolicyKind, name: string, text: string): boolean =>
  !schemaOf(kind, name).safeParse(typedValue(fieldShape(kind, name), text)).success;

/** Valid by itself but not together with another field; the server refuses the same. */
export function crossedField(
  kind: PolicyKind,
  draft: Draft,
): { readonly name: string; readonly why: 'lengths' | 'characters' | 'letters' } | undefined {
  if (kind !== 'token') return undefined;
  const number = (name: string): number => Number(draft[name]);
  if (number('pinMinLength') > number('pinMaxLength')) return { name: 'pinMinLength', why: 'lengths' };
  if (number('pinMinLetters') + number('pinMinDigits') > number('pinMaxLength')) {
    return { name: 'pinMinLetters', why: 'characters' };
  }
  return number('pinMinLetters') > 0 && draft.pinCharacters === 'numeric'
    ? { name: 'pinMinLetters', why: 'letters' }
    : undefined;
}

export function policyOf<K extends PolicyKind>(kind: K, draft: Draft): Policies[K] {
  const entries = Object.keys(DEFAULT_POLICIES[kind]).map((name) => [
    name,
    typedValue(fieldShape(kind, name), draft[name] ?? ''),
  ]);
  return POLICY_SCHEMAS[kind].parse(Object.fromEntries(entries)) as Policies[K];
}
