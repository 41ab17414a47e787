/** The fields of an identity source, and their values, in words. */
import { useTexts } from '../../texts/use-texts.ts';
import { BOUNDS, groupsOf, rulesOf, type SourceDraft } from './source-draft.ts';

type Name = keyof SourceDraft;
type BoundName = (typeof BOUNDS)[number]['atLeast' | 'percent'];

/** What a source reads of a person. */
export const ATTRIBUTES = [
  'userId',
  'firstName',
  'lastName',
  'email',
  'telephone',
  'language',
  'certificate',
] as const;
type Attribute = (typeof ATTRIBUTES)[number];
/** What is not called as its text is. */
const OTHERS = {
  certificateAuthority: 'sources.authority',
  securityDomain: 'domains.one',
  logOn: 'sources.logOnEnabled',
  tries: 'sources.logOnTries',
  minutes: 'sources.logOnMinutes',
} as const;

export function useFieldWords() {
  const t = useTexts();
  const label = (name: Name): string => {
    const bound = BOUNDS.find(({ atLeast, percent }) => name === atLeast || name === percent);
    if (bound) {
      const change = t(`sourceRuns.changeKinds.${bound.kind}`);
      return t(name === bound.atLeast ? 'sources.stopAtLeast' : 'sources.stopPercent', { change });
    }
    const attribute = ATTRIBUTES.find((one) => one === name);
    if (attribute) return t(`sources.attributes.${attribute}`);
    const other = OTHERS[name as keyof typeof OTHERS];
    return t(other ?? `sources.${name as Exclude<Name, BoundName | Attribute | keyof typeof OTHERS>}`);
  };
  const words = (draft: SourceDraft, name: Name): string => {
    const inWords: Partial<Record<Name, string>> = {
      kind: t(`sources.kinds.${draft.kind}`),
      protection: t(`sources.protections.${draft.protection}`),
      accountStates: t(`sources.accountStatesOf.${draft.accountStates}`),
      rules: rulesOf(draft)
        .map(({ name: dn, securityDomain }) => t('sources.ruleLine', { name: dn, domain: securityDomain }))
        .join('; '),
      groups: groupsOf(draft)
        .map(({ name: dn, roles }) =>
          [dn, ...roles.map(({ role, securityDomain = '' }) => `${role} (${securityDomain})`)].join(', '),
        )
        .join('; '),
    };
    const value = inWords[name] ?? draft[name];
    return typeof value === 'boolean' ? t(value ? 'ui.yes' : 'ui.no') : value || '–';
  };
  return { label, words };
}
