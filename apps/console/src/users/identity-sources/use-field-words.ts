/** The fields of an identity source, and their values, in words. */
import { useTexts } from '../../texts/use-texts.ts';
import { BOUNDS, groupsOf, rulesOf, type SourceDraft } from './source-draft.ts';

type Name = keyof SourceDraft;
type BoundName = (typeof BOUNDS)[number]['atLeast' | 'percent'];

export function useFieldWords() {
  const t = useTexts();
  const label = (name: Name): string => {
    const bound = BOUNDS.find(({ atLeast, percent }) => name === atLeast || name === percent);
    if (bound) {
      const change = t(`sourceRuns.changeKinds.${bound.kind}`);
      return t(name === bound.atLeast ? 'sources.stopAtLeast' : 'sources.stopPercent', { change });
    }
    switch (name) {
      case 'userId':
      case 'firstName':
      case 'lastName':
      case 'email':
      case 'telephone':
      case 'language':
      case 'certificate':
        return t(`sources.attributes.${name}`);
      case 'certificateAuthority':
        return t('sources.authority');
      case 'securityDomain':
        return t('domains.one');
      case 'logOn':
        return t('sources.logOnEnabled');
      case 'tries':
        return t('sources.logOnTries');
      case 'minutes':
        return t('sources.logOnMinutes');
      default:
        return t(`sources.${name as Exclude<typeof name, BoundName>}`);
    }
  };
  const words = (draft: SourceDraft, name: Name): string => {
    switch (name) {
      case 'kind':
        return t(`sources.kinds.${draft.kind}`);
      case 'protection':
        return t(`sources.protections.${draft.protection}`);
      case 'accountStates':
        return t(`sources.accountStatesOf.${draft.accountStates}`);
      case 'enabled':
      case 'nestedGroups':
      case 'logOn':
      case 'lookUp':
        return t(draft[name] ? 'ui.yes' : 'ui.no');
      case 'rules':
        return (
          rulesOf(draft)
            .map(({ name: dn, securityDomain }) =>
              t('sources.ruleLine', { name: dn, domain: securityDomain }),
            )
            .join('; ') || '–'
        );
      case 'groups':
        return (
          groupsOf(draft)
            .map(({ name: dn, roles }) =>
              [dn, ...roles.map(({ role, securityDomain = '' }) => `${role} (${securityDomain})`)].join(', '),
            )
            .join('; ') || '–'
        );
      default:
        return draft[name] || '–';
    }
  };
  return { label, words };
}
