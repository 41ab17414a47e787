/** A search for tokens in words, so that someone who acts on all of it sees what that is. */

import type { TokenSearchInput } from '@sower/api/bulk';
import { MINUTE } from '@sower/api/time';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { Facts } from '../ui/titled-card.tsx';

export const SEARCH_FIELDS = [
  'serial',
  'serialContains',
  'serialFrom',
  'serialTo',
  'userId',
  'lastName',
  'profile',
  'deviceType',
  'enabled',
  'expired',
  'expiresBefore',
  'kind',
  'batch',
  'imported',
  'maker',
  'lent',
  'distribution',
  'replacement',
  'lost',
  'securityDomain',
] as const;
export type SearchField = (typeof SEARCH_FIELDS)[number];

export function SearchWords({ search }: { search: TokenSearchInput }) {
  const { t } = useConsole();
  const values = search as Partial<Record<SearchField, string>>;
  const words = (field: SearchField, value: string): string => {
    if (field === 'distribution') return t(`states.${value as 'none'}`);
    if (field === 'kind') return t(`tokens.kinds.${value as 'hardware'}`);
    if (field === 'replacement') return t(`tokens.${value as 'replacing'}`);
    if (value === 'true') return t('ui.yes');
    if (value === 'false') return t('ui.no');
    return value;
  };
  const domains = useAnswer(
    'listSecurityDomains',
    {},
    { enabled: values.securityDomain !== undefined, staleTime: MINUTE },
  );
  const domain = domains.data?.items.find(({ id }) => id === values.securityDomain)?.name;
  const given = SEARCH_FIELDS.flatMap((field) => {
    const value = values[field];
    return value === undefined || field === 'securityDomain' ? [] : [[field, value] as const];
  });
  return (
    <Facts
      facts={[
        [t('tokens.bulk.tab'), t(`tokens.tabs.${search.assigned === 'true' ? 'assigned' : 'unassigned'}`)],
        ...given.map(([field, value]) => [t(`tokens.search.${field}`), words(field, value)] as const),
        values.securityDomain !== undefined && [t('domains.one'), domain ?? values.securityDomain],
      ]}
    />
  );
}
