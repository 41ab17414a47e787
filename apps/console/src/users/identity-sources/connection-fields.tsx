/** Where a directory is, how the connection is protected, and with which account the server searches it. */
import { Checkbox, FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core';
import { type IdentitySource, sourceKinds } from '@sower/api/identity-sources';
import type { ReactNode } from 'react';
import { DomainField } from '../../domains/domain-field.tsx';
import { useTexts } from '../../texts/use-texts.ts';
import { AreaField, ChoiceField, TextField } from '../../ui/field.tsx';
import { Alert } from '../../ui/patternfly.tsx';
import { withKind } from './source-draft.ts';
import type { SourceFields } from './source-fields.ts';

export function Group({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <FormFieldGroup header={<FormFieldGroupHeader titleText={{ text: title, id }} />}>
      {children}
    </FormFieldGroup>
  );
}

export function ConnectionFields({
  fields: { values, set, text, flag },
  held,
  password,
}: {
  fields: SourceFields;
  /** Undefined: a new one. */
  held: IdentitySource | undefined;
  password: {
    value: string;
    onChange: (value: string) => void;
    /** The stored password is not sent to the servers given here, so it has to be typed again. */
    again: boolean;
  };
}) {
  const t = useTexts();
  const isAnonymous = values.bindName.trim() === '';
  const stored = held?.passwordSet === true;
  return (
    <>
      <TextField label={t('sources.name')} required {...text('name')} />
      <ChoiceField
        label={t('sources.kind')}
        help={t(held ? 'sources.kindFixed' : 'sources.kindHelp')}
        disabled={held !== undefined}
        choices={sourceKinds.map((kind) => ({ value: kind, label: t(`sources.kinds.${kind}`) }))}
        {...text('kind')}
        onChange={(kind) => set(withKind(values, kind as typeof values.kind))}
      />
      <DomainField byName {...(held ? {} : { none: t('domains.usual') })} {...text('securityDomain')} />
      <Checkbox id="source-enabled" label={t('sources.enabled')} {...flag('enabled')} />
      <Group id="source-connection" title={t('sources.connection')}>
        <AreaField
          label={t('sources.urls')}
          help={t('sources.urlsHelp')}
          required
          rows={2}
          mono
          {...text('urls')}
        />
        <ChoiceField
          label={t('sources.protection')}
          choices={(['tls', 'plain'] as const).map((value) => ({
            value,
            label: t(`sources.protections.${value}`),
          }))}
          {...text('protection')}
        />
        {values.protection === 'plain' && (
          <Alert component="p" isInline variant="danger" title={t('sources.plainWarning')}>
            {t('sources.plainWarningBody')}
          </Alert>
        )}
        <AreaField
          label={t('sources.authority')}
          help={t('sources.authorityHelp')}
          rows={3}
          mono
          {...text('certificateAuthority')}
        />
        <TextField
          label={t('sources.bindName')}
          help={t('sources.bindNameHelp')}
          mono
          {...text('bindName')}
        />
        <TextField
          label={t('sources.password')}
          type="password"
          disabled={isAnonymous}
          required={password.again}
          help={t(
            password.again
              ? 'sources.passwordAgain'
              : !stored
                ? 'sources.passwordNone'
                : isAnonymous
                  ? 'sources.passwordAnonymous'
                  : 'sources.passwordSet',
          )}
          value={isAnonymous ? '' : password.value}
          onChange={password.onChange}
          path="password"
        />
      </Group>
      <Group id="source-limits" title={t('sources.limits')}>
        <TextField label={t('sources.connectSeconds')} type="number" {...text('connectSeconds')} />
        <TextField label={t('sources.requestSeconds')} type="number" {...text('requestSeconds')} />
        <TextField label={t('sources.pageSize')} type="number" {...text('pageSize')} />
        <TextField
          label={t('sources.maxEntries')}
          help={t('sources.maxEntriesHelp')}
          type="number"
          {...text('maxEntries')}
        />
        <TextField label={t('sources.maxMinutes')} type="number" {...text('maxMinutes')} />
        <TextField label={t('sources.maxMegabytes')} type="number" {...text('maxMegabytes')} />
      </Group>
    </>
  );
}
