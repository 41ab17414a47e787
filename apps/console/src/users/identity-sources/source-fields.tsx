/** The fields of an identity source, group by group, but for those that form lists (group-fields.tsx). */
import { Checkbox } from '@patternfly/react-core';
import { accountStates, type IdentitySource, sourceKinds } from '@sower/api/identity-sources';
import { DomainField } from '../../domains/domain-field.tsx';
import { helped, useTexts } from '../../texts/use-texts.ts';
import { AreaField, ChoiceField, FlagField, inWords, TextField } from '../../ui/field.tsx';
import { FieldGroup } from '../../ui/forms/form-end.tsx';
import { Alert } from '../../ui/patternfly.tsx';
import { BOUNDS, type SourceDraft, withKind } from './source-draft.ts';

/** What each group is given: the values, and for each input what it needs. */
export type SourceFields = {
  readonly values: SourceDraft;
  readonly set: (part: Partial<SourceDraft>) => void;
  readonly flag: (name: 'enabled' | 'nestedGroups' | 'logOn' | 'lookUp') => {
    isChecked: boolean;
    onChange: (event: unknown, on: boolean) => void;
  };
  readonly text: (name: Exclude<keyof SourceDraft, 'enabled' | 'nestedGroups' | 'logOn' | 'lookUp'>) => {
    value: string;
    onChange: (value: string) => void;
    path: string;
  };
};

/** Where a directory is, how the connection is protected, and with which account the server searches it. */
export function ConnectionFields({
  fields: { values, set, text, flag },
  stored,
  password,
}: {
  fields: SourceFields;
  /** Undefined: a new one. */
  stored: IdentitySource | undefined;
  password: {
    value: string;
    onChange: (value: string) => void;
    /** The stored password is not sent to the servers given here, so it has to be typed again. */
    again: boolean;
  };
}) {
  const t = useTexts();
  const isAnonymous = values.bindName.trim() === '';
  const hasPassword = stored?.passwordSet === true;
  return (
    <>
      <TextField label={t('sources.name')} required {...text('name')} />
      <ChoiceField
        label={t('sources.kind')}
        help={t(stored ? 'sources.kindFixed' : 'sources.kindHelp')}
        disabled={stored !== undefined}
        choices={inWords(sourceKinds, (kind) => t(`sources.kinds.${kind}`))}
        {...text('kind')}
        onChange={(kind) => set(withKind(values, kind as typeof values.kind))}
      />
      <DomainField byName {...(stored ? {} : { none: t('domains.usual') })} {...text('securityDomain')} />
      <Checkbox id="source-enabled" label={t('sources.enabled')} {...flag('enabled')} />
      <FieldGroup id="source-connection" title={t('sources.connection')}>
        <AreaField {...helped(t, 'sources.urls')} required rows={2} mono {...text('urls')} />
        <ChoiceField
          label={t('sources.protection')}
          choices={inWords(['tls', 'plain'], (value) => t(`sources.protections.${value}`))}
          {...text('protection')}
        />
        {values.protection === 'plain' && (
          <Alert variant="danger" title={t('sources.plainWarning')}>
            {t('sources.plainWarningBody')}
          </Alert>
        )}
        <AreaField {...helped(t, 'sources.authority')} rows={3} mono {...text('certificateAuthority')} />
        <TextField {...helped(t, 'sources.bindName')} mono {...text('bindName')} />
        <TextField
          label={t('sources.password')}
          type="password"
          disabled={isAnonymous}
          required={password.again}
          help={t(
            password.again
              ? 'sources.passwordAgain'
              : !hasPassword
                ? 'sources.passwordNone'
                : isAnonymous
                  ? 'sources.passwordAnonymous'
                  : 'sources.passwordSet',
          )}
          value={isAnonymous ? '' : password.value}
          onChange={password.onChange}
          path="password"
        />
      </FieldGroup>
      <FieldGroup id="source-limits" title={t('sources.limits')}>
        <TextField label={t('sources.connectSeconds')} type="number" {...text('connectSeconds')} />
        <TextField label={t('sources.requestSeconds')} type="number" {...text('requestSeconds')} />
        <TextField label={t('sources.pageSize')} type="number" {...text('pageSize')} />
        <TextField {...helped(t, 'sources.maxEntries')} type="number" {...text('maxEntries')} />
        <TextField label={t('sources.maxMinutes')} type="number" {...text('maxMinutes')} />
        <TextField label={t('sources.maxMegabytes')} type="number" {...text('maxMegabytes')} />
      </FieldGroup>
    </>
  );
}

/** Which entries of a directory become users, and what of an entry a user gets. */
export function MappingFields({ fields: { text, flag } }: { fields: SourceFields }) {
  const t = useTexts();
  return (
    <>
      <FieldGroup id="source-search" title={t('sources.search')}>
        <TextField {...helped(t, 'sources.base')} required mono {...text('base')} />
        <TextField {...helped(t, 'sources.filter')} required mono {...text('filter')} />
        <TextField {...helped(t, 'sources.groupBase')} mono {...text('groupBase')} />
        <TextField {...helped(t, 'sources.groupFilter')} mono {...text('groupFilter')} />
      </FieldGroup>
      <FieldGroup id="source-mapping" title={t('sources.mapping')}>
        <p>{t('sources.mappingHelp')}</p>
        <TextField {...helped(t, 'sources.key')} required mono {...text('key')} />
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
        <TextField {...helped(t, 'sources.logOnNames')} mono {...text('logOnNames')} />
        <TextField {...helped(t, 'sources.protectedNames')} mono {...text('protectedNames')} />
        <TextField {...helped(t, 'sources.domainName')} mono {...text('domainName')} />
        <ChoiceField
          label={t('sources.accountStates')}
          choices={inWords(accountStates, (value) => t(`sources.accountStatesOf.${value}`))}
          {...text('accountStates')}
        />
        <TextField {...helped(t, 'sources.groupMember')} mono {...text('groupMember')} />
        <Checkbox id="source-nested-groups" label={t('sources.nestedGroups')} {...flag('nestedGroups')} />
      </FieldGroup>
    </>
  );
}

/** When a directory is read, when a run stops, and whether its users log on with its passwords. */
export function FollowingFields({ fields: { text, flag } }: { fields: SourceFields }) {
  const t = useTexts();
  return (
    <>
      <FieldGroup id="source-schedule" title={t('sources.schedule')}>
        <TextField {...helped(t, 'sources.everyMinutes')} type="number" {...text('everyMinutes')} />
        <TextField {...helped(t, 'sources.fullEveryHours')} type="number" {...text('fullEveryHours')} />
      </FieldGroup>
      <FieldGroup id="source-stop" title={t('sources.stop')}>
        <p>{t('sources.stopHelp')}</p>
        {BOUNDS.map(({ kind, atLeast, percent }) => (
          <div key={kind} className="sower-pair">
            <TextField
              label={t('sources.stopAtLeast', { change: t(`sourceRuns.changeKinds.${kind}`) })}
              type="number"
              {...text(atLeast)}
            />
            <TextField
              label={t('sources.stopPercent', { change: t(`sourceRuns.changeKinds.${kind}`) })}
              type="number"
              {...text(percent)}
            />
          </div>
        ))}
      </FieldGroup>
      <FieldGroup id="source-notify" title={t('sources.told')}>
        <TextField {...helped(t, 'sources.notify')} {...text('notify')} />
      </FieldGroup>
      <FieldGroup id="source-log-on" title={t('sources.logOn')}>
        <Checkbox id="source-log-on-enabled" label={t('sources.logOnEnabled')} {...flag('logOn')} />
        <TextField {...helped(t, 'sources.logOnTries')} type="number" {...text('tries')} />
        <TextField label={t('sources.logOnMinutes')} type="number" {...text('minutes')} />
        <FlagField id="source-look-up" {...helped(t, 'sources.lookUp')} {...flag('lookUp')} />
      </FieldGroup>
    </>
  );
}
