/** Adding a RADIUS client, and editing one against its version. */
import { Checkbox } from '@patternfly/react-core';
import type { RadiusClient } from '@sower/api/radius-clients';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { AreaField, ChoiceField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { useNotice } from '../ui/notices.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { useRefresh } from '../ui/use-done.ts';
import { attributeLines, groupLines, readAttributes } from './reply-attributes.ts';
import { type Secret, SecretField } from './secret-field.tsx';
import { WhoseFields } from './whose-fields.tsx';

export type MadeSecret = { readonly client: RadiusClient; readonly secret: string };

const PASSWORDS = ['none', 'then-passcode', 'with-passcode'] as const;

export function RadiusClientDialog({
  client,
  onMade,
  onClose,
}: {
  /** Absent: a new one. */
  client?: RadiusClient;
  onMade: (made: MadeSecret) => void;
  onClose: () => void;
}) {
  const { t, api } = useConsole();
  const notice = useNotice();
  const refresh = useRefresh();
  const { values, field, flag } = useFields({
    name: client?.name ?? '',
    network: client?.network ?? '',
    required: client?.messageAuthenticator !== 'optional',
    password: client?.password ?? ('none' as string),
    otherNames: client?.otherNames ?? false,
    replyAttributes: attributeLines(client?.replyAttributes ?? []),
    onlyGroups: client?.onlyGroups.join('\n') ?? '',
    securityDomain: '',
    certificate: client?.certificate ?? '',
  });
  const [secret, setSecret] = useState<Secret>();
  const { name, network, required, securityDomain, certificate } = values;
  const read = readAttributes(values.replyAttributes);
  const save = async (): Promise<void> => {
    if (!read.ok) return;
    const fields = {
      name,
      network,
      messageAuthenticator: required ? ('required' as const) : ('optional' as const),
      password: values.password as RadiusClient['password'],
      otherNames: values.otherNames,
      replyAttributes: read.attributes,
      onlyGroups: groupLines(values.onlyGroups),
      ...(securityDomain === '' ? {} : { securityDomain }),
    };
    if (client) {
      await api('editRadiusClient', {
        params: { id: client.id },
        body: { ...fields, certificate },
        ifMatch: client.version,
      });
      notice(t('radiusClients.said.saved', { name }));
    } else {
      const { secret: made, ...added } = await api('addRadiusClient', {
        body: {
          ...fields,
          ...(secret === undefined ? {} : { secret }),
          ...(certificate.trim() === '' ? {} : { certificate }),
        },
      });
      if (made === undefined) notice(t('radiusClients.said.added', { name }));
      else onMade({ client: added, secret: made });
    }
    await refresh(['radiusClients']);
  };
  return (
    <FormDialog
      title={client ? t('radiusClients.editTitle', { name: client.name }) : t('radiusClients.add')}
      action={client ? t('ui.save') : t('radiusClients.addAction')}
      ready={name.trim() !== '' && network.trim() !== '' && read.ok && secret !== ''}
      onClose={onClose}
      onSubmit={save}
    >
      <TextField
        label={t('radiusClients.name')}
        help={t('radiusClients.nameHelp')}
        required
        {...field('name')}
      />
      <TextField
        label={t('radiusClients.network')}
        help={t('radiusClients.networkHelp')}
        required
        mono
        {...field('network')}
      />
      {!client && <SecretField value={secret} onChange={setSecret} />}
      <Checkbox
        id="require-message-authenticator"
        label={t('radiusClients.require')}
        description={t('radiusClients.requireHelp')}
        {...flag('required')}
      />
      {!required && (
        <Alert component="p" isInline variant="warning" title={t('radiusClients.optionalWarning')} />
      )}
      <ChoiceField
        label={t('radiusClients.password.label')}
        help={t('radiusClients.password.help')}
        choices={PASSWORDS.map((value) => ({ value, label: t(`radiusClients.password.${value}`) }))}
        {...field('password')}
      />
      {values.password !== 'none' && (
        <Checkbox
          id="other-names"
          label={t('radiusClients.otherNames')}
          description={t('radiusClients.otherNamesHelp')}
          {...flag('otherNames')}
        />
      )}
      <WhoseFields now={client?.securityDomain} field={field} />
      <AreaField
        label={t('radiusClients.attributes')}
        help={t('radiusClients.attributesHelp')}
        rows={3}
        mono
        {...field('replyAttributes')}
        {...(read.ok ? {} : { error: t('radiusClients.attributesLine', { line: read.line }) })}
      />
      <TextField
        label={t('radiusClients.certificate')}
        help={t('radiusClients.certificateHelp')}
        mono
        {...field('certificate')}
      />
    </FormDialog>
  );
}
