/** Which entries of a directory become users, and what of an entry a user gets. */
import { Checkbox } from '@patternfly/react-core';
import { accountStates } from '@sower/api/identity-sources';
import { useTexts } from '../../texts/use-texts.ts';
import { ChoiceField, TextField } from '../../ui/field.tsx';
import { Group } from './connection-fields.tsx';
import type { SourceFields } from './source-fields.ts';

export function MappingFields({ fields: { text, flag } }: { fields: SourceFields }) {
  const t = useTexts();
  return (
    <>
      <Group id="source-search" title={t('sources.search')}>
        <TextField label={t('sources.base')} help={t('sources.baseHelp')} required mono {...text('base')} />
        <TextField
          label={t('sources.filter')}
          help={t('sources.filterHelp')}
          required
          mono
          {...text('filter')}
        />
        <TextField
          label={t('sources.groupBase')}
          help={t('sources.groupBaseHelp')}
          mono
          {...text('groupBase')}
        />
        <TextField
          label={t('sources.groupFilter')}
          help={t('sources.groupFilterHelp')}
          mono
          {...text('groupFilter')}
        />
      </Group>
      <Group id="source-mapping" title={t('sources.mapping')}>
        <p>{t('sources.mappingHelp')}</p>
        <TextField label={t('sources.key')} help={t('sources.keyHelp')} required mono {...text('key')} />
        <TextField label={t('sources.attributes.userId')} required mono {...text('userId')} />
        {(['firstName', 'lastName', 'email', 'telephone'] as const).map((name) => (
          <TextField key={name} label={t(`sources.attributes.${name}`)} mono {...text(name)} />
        ))}
        <TextField
          label={t('sources.attributes.language')}
          help={t('sources.languageHelp')}
          mono
          {...text('language')}
        />
        <TextField
          label={t('sources.attributes.certificate')}
          help={t('sources.certificateHelp')}
          mono
          {...text('certificate')}
        />
        <TextField
          label={t('sources.logOnNames')}
          help={t('sources.logOnNamesHelp')}
          mono
          {...text('logOnNames')}
        />
        <TextField
          label={t('sources.protectedNames')}
          help={t('sources.protectedNamesHelp')}
          mono
          {...text('protectedNames')}
        />
        <TextField
          label={t('sources.domainName')}
          help={t('sources.domainNameHelp')}
          mono
          {...text('domainName')}
        />
        <ChoiceField
          label={t('sources.accountStates')}
          choices={accountStates.map((value) => ({ value, label: t(`sources.accountStatesOf.${value}`) }))}
          {...text('accountStates')}
        />
        <TextField
          label={t('sources.groupMember')}
          help={t('sources.groupMemberHelp')}
          mono
          {...text('groupMember')}
        />
        <Checkbox id="source-nested-groups" label={t('sources.nestedGroups')} {...flag('nestedGroups')} />
      </Group>
    </>
  );
}
