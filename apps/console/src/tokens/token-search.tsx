/** The search fields of Manage Existing. The search is in the address, so that it can be shared. */
import { ExpandableSection, Form } from '@patternfly/react-core';
import { distributionStates } from '@sower/api/distributions';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { useDraft } from '../ui/forms/use-draft.ts';
import { Button } from '../ui/patternfly.tsx';
import { DomainField } from '../users/domain-field.tsx';

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
  'distribution',
  'replacement',
  'lost',
  'securityDomain',
] as const;
export type SearchField = (typeof SEARCH_FIELDS)[number];
export type TokenSearchValues = Partial<Record<SearchField, string>>;

export function searchOf(parameters: URLSearchParams): TokenSearchValues {
  const values: TokenSearchValues = {};
  for (const field of SEARCH_FIELDS) {
    const value = parameters.get(field);
    if (value) values[field] = value;
  }
  return values;
}

const PLAIN: readonly SearchField[] = ['serial', 'userId', 'lastName', 'distribution'];

export function TokenSearch({
  values,
  assigned,
  error,
  onSearch,
}: {
  values: TokenSearchValues;
  assigned: boolean;
  /** The server's messages about the search, at its fields. */
  error: unknown;
  onSearch: (values: TokenSearchValues) => void;
}) {
  const t = useTexts();
  const [draft, setDraft, sending] = useDraft(values);
  const [more, setMore] = useState(
    Object.keys(values).some((field) => !PLAIN.includes(field as SearchField)),
  );
  const field: FieldOf = (name) => ({
    label: t(`tokens.search.${name}`),
    value: draft[name] ?? '',
    onChange: (value) => setDraft((held) => ({ ...held, [name]: value })),
    error: fieldProblem(error, name),
  });
  const submit = (chosen: TokenSearchValues): void => {
    const kept: TokenSearchValues = {};
    for (const name of SEARCH_FIELDS) {
      const value = chosen[name]?.trim();
      if (value) kept[name] = name.startsWith('serial') ? value.replace(/[\s-]/g, '') : value;
    }
    sending(kept);
    onSearch(kept);
  };
  return (
    <search aria-label={t('tokens.search.name')}>
      <Form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit(draft);
        }}
      >
        <div className="sower-filters">
          <TextField {...field('serial')} mono />
          {assigned && (
            <>
              <TextField {...field('userId')} />
              <TextField {...field('lastName')} />
            </>
          )}
          <ChoiceField
            {...field('distribution')}
            choices={[
              { value: '', label: t('ui.any') },
              { value: 'none', label: t('states.none') },
              ...distributionStates.map((state) => ({ value: state, label: t(`states.${state}`) })),
            ]}
          />
        </div>
        <ExpandableSection
          toggleText={more ? t('tokens.search.fewer') : t('tokens.search.more')}
          isExpanded={more}
          onToggle={(_, open) => setMore(open)}
          toggleId="more-search-toggle"
          contentId="more-search"
        >
          <MoreFields field={field} assigned={assigned} shown={more} />
        </ExpandableSection>
        <div className="sower-actions">
          <Button type="submit">{t('ui.search')}</Button>
          <Button
            variant="link"
            onClick={() => {
              setDraft({});
              submit({});
            }}
          >
            {t('ui.clearSearch')}
          </Button>
        </div>
      </Form>
    </search>
  );
}

type FieldOf = (name: SearchField) => {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
};

/** What is seldom looked for. */
function MoreFields({ field, assigned, shown }: { field: FieldOf; assigned: boolean; shown: boolean }) {
  const t = useTexts();
  const api = useApi();
  const enabled = useSession().can('profiles:view') && shown;
  const profiles = useQuery({
    queryKey: ['profiles', 'all'],
    queryFn: () => api('listProfiles', { query: { limit: 1000 } }),
    enabled,
  });
  const deviceTypes = useQuery({
    queryKey: ['deviceTypes'],
    queryFn: () => api('listDeviceTypes', {}),
    enabled,
  });
  const any = { value: '', label: t('ui.any') };
  const flag = (name: 'enabled' | 'lost' | 'expired', yes: string, no: string) => (
    <ChoiceField
      {...field(name)}
      choices={[any, { value: 'true', label: yes }, { value: 'false', label: no }]}
    />
  );
  return (
    <div className="sower-filters">
      <TextField {...field('serialContains')} mono />
      <TextField {...field('serialFrom')} mono />
      <TextField {...field('serialTo')} mono />
      <ChoiceField
        {...field('profile')}
        choices={[any, ...(profiles.data?.items ?? []).map(({ name }) => ({ value: name, label: name }))]}
      />
      <ChoiceField
        {...field('deviceType')}
        choices={[
          any,
          ...(deviceTypes.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <DomainField {...field('securityDomain')} none={t('ui.any')} />
      {flag('enabled', t('tokens.enabled'), t('tokens.disabled'))}
      {flag('lost', t('tokens.lost'), t('tokens.notLost'))}
      {assigned && (
        <ChoiceField
          {...field('replacement')}
          choices={[
            any,
            { value: 'replacing', label: t('tokens.replacing') },
            { value: 'replaced', label: t('tokens.replaced') },
          ]}
        />
      )}
      {flag('expired', t('tokens.expired'), t('tokens.notExpired'))}
      <TextField {...field('expiresBefore')} type="date" />
    </div>
  );
}
