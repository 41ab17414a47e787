/** The search fields of Manage Existing. */
import { MINUTE } from '@sower/api/time';
import type { UserSearchInput } from '@sower/api/user-bulk';
import { INTERNAL_SOURCE } from '@sower/api/users';
import { useAnswer } from '../../api/use-answer.ts';
import { DomainField } from '../../domains/domain-field.tsx';
import { useConsole } from '../../session/use-console.ts';
import { helped } from '../../texts/use-texts.ts';
import { ChoiceField, TextField } from '../../ui/field.tsx';
import { SearchForm, type SearchValues, valuesIn } from '../../ui/lists/search-form.tsx';
import { startOfDay } from '../../ui/times.ts';

const FIELDS = ['search', 'enabled', 'securityDomain', 'source', 'goneDays', 'leavesBy'] as const;
const SELDOM = ['goneDays', 'leavesBy'] as const;

const searchOf = ({ enabled, ...others }: SearchValues<(typeof FIELDS)[number]>): UserSearchInput => ({
  ...others,
  ...(enabled === 'true' || enabled === 'false' ? { enabled } : {}),
});

export const userSearchIn = (parameters: URLSearchParams): UserSearchInput =>
  searchOf(valuesIn(parameters, FIELDS));

/** As the server is to search: through the end of the day, as the browser's clock has it. */
export function criteriaOf({ leavesBy, ...others }: UserSearchInput): UserSearchInput {
  if (leavesBy === undefined) return others;
  const end = startOfDay(leavesBy, 1);
  return { ...others, leavesBy: Number.isNaN(end.getTime()) ? leavesBy : end.toISOString() };
}

export function UserSearch({
  values,
  error,
  onSearch,
}: {
  values: UserSearchInput;
  error: unknown;
  onSearch: (values: UserSearchInput) => void;
}) {
  const { t, can } = useConsole();
  const sources = useAnswer('listIdentitySources', {}, { enabled: can('settings:edit'), staleTime: MINUTE });
  const items = sources.data?.items ?? [];
  return (
    <SearchForm
      label={t('users.find')}
      names={FIELDS}
      values={values as SearchValues<(typeof FIELDS)[number]>}
      seldom={SELDOM}
      error={error}
      onSearch={(next) => onSearch(searchOf(next))}
      more={(field) => (
        <>
          <TextField {...helped(t, 'users.goneDays')} type="number" {...field('goneDays')} />
          <TextField {...helped(t, 'users.leavesBy')} type="date" {...field('leavesBy')} />
        </>
      )}
    >
      {(field) => (
        <>
          <TextField {...helped(t, 'users.find')} type="search" {...field('search')} />
          <ChoiceField
            id="users-enabled"
            label={t('users.state')}
            {...field('enabled')}
            none={t('ui.any')}
            choices={[
              { value: 'true', label: t('users.enabled') },
              { value: 'false', label: t('users.disabled') },
            ]}
          />
          <DomainField none={t('ui.any')} {...field('securityDomain')} />
          {items.length > 0 && (
            <ChoiceField
              id="users-source"
              label={t('userFiles.source')}
              {...field('source')}
              none={t('ui.any')}
              choices={[
                { value: INTERNAL_SOURCE, label: t('userFiles.internal') },
                ...items.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          )}
        </>
      )}
    </SearchForm>
  );
}
