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
import { Button } from '../ui/patternfly.tsx';
import { useDraft } from '../ui/use-draft.ts';
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
  const api = useApi();
  const { can } = useSession();
  const [draft, setDraft, sending] = useDraft(values);
  const [more, setMore] = useState(
    Object.keys(values).some((field) => !PLAIN.includes(field as SearchField)),
  );
  const seesProfiles = can('profiles:view');
  const profiles = useQuery({
    queryKey: ['profiles', 'all'],
    queryFn: () => api('listProfiles', { query: { limit: 1000 } }),
    enabled: more && seesProfiles,
  });
  const deviceTypes = useQuery({
    queryKey: ['deviceTypes'],
    queryFn: () => api('listDeviceTypes', {}),
    enabled: more && seesProfiles,
  });
  const set = (field: SearchField) => (value: string) => setDraft((held) => ({ ...held, [field]: value }));
  const text = (field: SearchField) => draft[field] ?? '';
  const flag = (field: 'enabled' | 'lost' | 'expired', yes: string, no: string) => (
    <ChoiceField
      label={t(`tokens.search.${field}`)}
      value={text(field)}
      onChange={set(field)}
      choices={[
        { value: '', label: t('ui.any') },
        { value: 'true', label: yes },
        { value: 'false', label: no },
      ]}
    />
  );
  const submit = (chosen: TokenSearchValues): void => {
    const kept: TokenSearchValues = {};
    for (const field of SEARCH_FIELDS) {
      const value = chosen[field]?.trim();
      if (value) kept[field] = field.startsWith('serial') ? value.replace(/[\s-]/g, '') : value;
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
          <TextField
            label={t('tokens.search.serial')}
            value={text('serial')}
            onChange={set('serial')}
            error={fieldProblem(error, 'serial')}
            mono
          />
          {assigned && (
            <>
              <TextField
                label={t('tokens.search.userId')}
                value={text('userId')}
                onChange={set('userId')}
                error={fieldProblem(error, 'userId')}
              />
              <TextField
                label={t('tokens.search.lastName')}
                value={text('lastName')}
                onChange={set('lastName')}
                error={fieldProblem(error, 'lastName')}
              />
            </>
          )}
          <ChoiceField
            label={t('tokens.search.distribution')}
            value={text('distribution')}
            onChange={set('distribution')}
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
          <div className="sower-filters">
            <TextField
              label={t('tokens.search.serialContains')}
              value={text('serialContains')}
              onChange={set('serialContains')}
              error={fieldProblem(error, 'serialContains')}
              mono
            />
            <TextField
              label={t('tokens.search.serialFrom')}
              value={text('serialFrom')}
              onChange={set('serialFrom')}
              error={fieldProblem(error, 'serialFrom')}
              mono
            />
            <TextField
              label={t('tokens.search.serialTo')}
              value={text('serialTo')}
              onChange={set('serialTo')}
              error={fieldProblem(error, 'serialTo')}
              mono
            />
            <ChoiceField
              label={t('tokens.search.profile')}
              value={text('profile')}
              onChange={set('profile')}
              choices={[
                { value: '', label: t('ui.any') },
                ...(profiles.data?.items ?? []).map(({ name }) => ({ value: name, label: name })),
              ]}
            />
            <ChoiceField
              label={t('tokens.search.deviceType')}
              value={text('deviceType')}
              onChange={set('deviceType')}
              choices={[
                { value: '', label: t('ui.any') },
                ...(deviceTypes.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
            <DomainField
              value={text('securityDomain')}
              onChange={set('securityDomain')}
              none={t('ui.any')}
              error={fieldProblem(error, 'securityDomain')}
            />
            {flag('enabled', t('tokens.enabled'), t('tokens.disabled'))}
            {flag('lost', t('tokens.lost'), t('tokens.notLost'))}
            {assigned && (
              <ChoiceField
                label={t('tokens.search.replacement')}
                value={text('replacement')}
                onChange={set('replacement')}
                choices={[
                  { value: '', label: t('ui.any') },
                  { value: 'replacing', label: t('tokens.replacing') },
                  { value: 'replaced', label: t('tokens.replaced') },
                ]}
              />
            )}
            {flag('expired', t('tokens.expired'), t('tokens.notExpired'))}
            <TextField
              label={t('tokens.search.expiresBefore')}
              type="date"
              value={text('expiresBefore')}
              onChange={set('expiresBefore')}
              error={fieldProblem(error, 'expiresBefore')}
            />
          </div>
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
