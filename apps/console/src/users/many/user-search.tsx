/** The search fields of Manage Existing. The search is in the address, so that it can be shared. */
import { Form } from '@patternfly/react-core';
import type { UserSearchInput } from '@sower/api/user-bulk';
import { INTERNAL_SOURCE } from '@sower/api/users';
import { useQuery } from '@tanstack/react-query';
import { fieldProblem } from '../../api/problem-words.ts';
import { useApi } from '../../api/use-api.ts';
import { useSession } from '../../session/use-session.ts';
import { useTexts } from '../../texts/use-texts.ts';
import { ChoiceField, TextField } from '../../ui/field.tsx';
import { useDraft } from '../../ui/forms/use-draft.ts';
import { Button } from '../../ui/patternfly.tsx';
import { DomainField } from '../domain-field.tsx';

const FIELDS = ['search', 'enabled', 'securityDomain', 'source'] as const;
type Values = Partial<Record<(typeof FIELDS)[number], string>>;

export function userSearchIn(parameters: URLSearchParams): UserSearchInput {
  const values: Values = {};
  for (const field of FIELDS) {
    const value = parameters.get(field);
    if (value) values[field] = value;
  }
  const { enabled, ...others } = values;
  return { ...others, ...(enabled === 'true' || enabled === 'false' ? { enabled } : {}) };
}

export function UserSearch({
  values,
  error,
  onSearch,
}: {
  values: UserSearchInput;
  /** The server's messages about the search, at its fields. */
  error: unknown;
  onSearch: (values: UserSearchInput) => void;
}) {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const [draft, setDraft, sending] = useDraft<Values>(values as Values);
  const sources = useQuery({
    queryKey: ['identitySources', 'list'],
    queryFn: () => api('listIdentitySources', {}),
    enabled: can('settings:edit'),
    staleTime: 60_000,
  });
  const field = (name: (typeof FIELDS)[number]) => ({
    value: draft[name] ?? '',
    onChange: (value: string) => setDraft((held) => ({ ...held, [name]: value })),
    error: fieldProblem(error, name),
  });
  const submit = (chosen: Values): void => {
    const parameters = new URLSearchParams();
    for (const name of FIELDS) if (chosen[name]?.trim()) parameters.set(name, chosen[name].trim());
    const next = userSearchIn(parameters);
    sending(next as Values);
    onSearch(next);
  };
  const items = sources.data?.items ?? [];
  return (
    <search aria-label={t('users.find')}>
      <Form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit(draft);
        }}
      >
        <div className="sower-filters">
          <TextField label={t('users.find')} help={t('users.findHelp')} type="search" {...field('search')} />
          <ChoiceField
            id="users-enabled"
            label={t('users.state')}
            {...field('enabled')}
            choices={[
              { value: '', label: t('ui.any') },
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
              choices={[
                { value: '', label: t('ui.any') },
                { value: INTERNAL_SOURCE, label: t('userFiles.internal') },
                ...items.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          )}
        </div>
        <div className="sower-actions">
          <Button type="submit">{t('ui.search')}</Button>
          {Object.keys(values).length > 0 && (
            <Button
              variant="link"
              onClick={() => {
                setDraft({});
                submit({});
              }}
            >
              {t('ui.clearSearch')}
            </Button>
          )}
        </div>
      </Form>
    </search>
  );
}
