/** The search fields of Manage Existing. */
import { distributionStates } from '@sower/api/distributions';
import { tokenKinds } from '@sower/api/tokens';
import { useAnswer } from '../api/use-answer.ts';
import { DomainField } from '../domains/domain-field.tsx';
import { SEARCH_FIELDS, type SearchField } from '../jobs/search-words.tsx';
import { useConsole, useSession } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { type FieldOf, SearchForm, type SearchValues } from '../ui/lists/search-form.tsx';

export type TokenSearchValues = SearchValues<SearchField>;

const PLAIN: readonly SearchField[] = ['serial', 'userId', 'lastName', 'distribution'];

export function TokenSearch({
  values,
  assigned,
  error,
  onSearch,
}: {
  values: TokenSearchValues;
  assigned: boolean;
  error: unknown;
  onSearch: (values: TokenSearchValues) => void;
}) {
  const t = useTexts();
  const labelled =
    (field: FieldOf<SearchField>): Labelled =>
    (name) => ({ label: t(`tokens.search.${name}`), ...field(name) });
  return (
    <SearchForm
      label={t('tokens.search.name')}
      names={SEARCH_FIELDS}
      seldom={SEARCH_FIELDS.filter((name) => !PLAIN.includes(name))}
      values={values}
      error={error}
      onSearch={onSearch}
      more={(field, shown) => <MoreFields field={labelled(field)} assigned={assigned} shown={shown} />}
    >
      {(field) => {
        const given = labelled(field);
        return (
          <>
            <TextField {...given('serial')} mono />
            {assigned && (
              <>
                <TextField {...given('userId')} />
                <TextField {...given('lastName')} />
              </>
            )}
            <ChoiceField
              {...given('distribution')}
              none={t('ui.any')}
              choices={[
                { value: 'none', label: t('states.none') },
                ...inWords(distributionStates, (state) => t(`states.${state}`)),
              ]}
            />
          </>
        );
      }}
    </SearchForm>
  );
}

type Labelled = (name: SearchField) => ReturnType<FieldOf<SearchField>> & { label: string };

/** What is seldom looked for. */
function MoreFields({ field, assigned, shown }: { field: Labelled; assigned: boolean; shown: boolean }) {
  const { t } = useConsole();
  const enabled = useSession().can('profiles:view') && shown;
  const profiles = useAnswer('listProfiles', { query: { limit: 1000 } }, { enabled });
  const deviceTypes = useAnswer('listDeviceTypes', {}, { enabled });
  const none = t('ui.any');
  const flag = (name: 'enabled' | 'lost' | 'expired' | 'imported' | 'lent', yes: string, no: string) => (
    <ChoiceField
      {...field(name)}
      none={none}
      choices={[
        { value: 'true', label: yes },
        { value: 'false', label: no },
      ]}
    />
  );
  return (
    <>
      <TextField {...field('serialContains')} mono />
      <TextField {...field('serialFrom')} mono />
      <TextField {...field('serialTo')} mono />
      <ChoiceField
        {...field('profile')}
        none={none}
        choices={(profiles.data?.items ?? []).map(({ name }) => ({ value: name, label: name }))}
      />
      <ChoiceField
        {...field('deviceType')}
        none={none}
        choices={(deviceTypes.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
      <DomainField {...field('securityDomain')} none={none} />
      {flag('enabled', t('tokens.enabled'), t('tokens.disabled'))}
      {flag('lost', t('tokens.lost'), t('tokens.notLost'))}
      {assigned && (
        <ChoiceField
          {...field('replacement')}
          none={none}
          choices={[
            { value: 'replacing', label: t('tokens.replacing') },
            { value: 'replaced', label: t('tokens.replaced') },
          ]}
        />
      )}
      {flag('expired', t('tokens.expired'), t('tokens.notExpired'))}
      <TextField {...field('expiresBefore')} type="date" />
      <ChoiceField
        {...field('kind')}
        none={none}
        choices={inWords(tokenKinds, (kind) => t(`tokens.kinds.${kind}`))}
      />
      <TextField {...field('maker')} />
      {assigned && flag('lent', t('tokens.loan.state'), t('tokens.loan.notLent'))}
      {flag('imported', t('ui.yes'), t('ui.no'))}
      <TextField {...field('batch')} />
    </>
  );
}
