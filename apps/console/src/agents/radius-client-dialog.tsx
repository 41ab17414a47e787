/** Adding a RADIUS client, and editing one against its version. */
import { Checkbox, TextArea } from '@patternfly/react-core';
import type { RadiusClient } from '@sower/api/radius-clients';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { Field, TextField } from '../ui/field.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { DomainField } from '../users/domain-field.tsx';
import { attributeLines, readAttributes } from './reply-attributes.ts';
import { type Secret, SecretField } from './secret-field.tsx';

export type MadeSecret = { readonly client: RadiusClient; readonly secret: string };

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
  const t = useTexts();
  const api = useApi();
  const notice = useNotice();
  const queries = useQueryClient();
  const [name, setName] = useState(client?.name ?? '');
  const [network, setNetwork] = useState(client?.network ?? '');
  const [secret, setSecret] = useState<Secret>();
  const [required, setRequired] = useState(client?.messageAuthenticator !== 'optional');
  const [attributes, setAttributes] = useState(attributeLines(client?.replyAttributes ?? []));
  const [securityDomain, setSecurityDomain] = useState('');
  const [certificate, setCertificate] = useState(client?.certificate ?? '');
  const read = readAttributes(attributes);
  const save = async (): Promise<void> => {
    if (!read.ok) return;
    const fields = {
      name,
      network,
      messageAuthenticator: required ? ('required' as const) : ('optional' as const),
      replyAttributes: read.attributes,
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
    await queries.invalidateQueries({ queryKey: ['radiusClients'] });
  };
  return (
    <FormDialog
      title={client ? t('radiusClients.editTitle', { name: client.name }) : t('radiusClients.add')}
      action={client ? t('ui.save') : t('radiusClients.addAction')}
      ready={name.trim() !== '' && network.trim() !== '' && read.ok && secret !== ''}
      fields={['name', 'network', 'secret', 'replyAttributes', 'securityDomain', 'certificate']}
      onClose={onClose}
      onSubmit={save}
    >
      {(error) => (
        <>
          <TextField
            label={t('radiusClients.name')}
            help={t('radiusClients.nameHelp')}
            required
            value={name}
            onChange={setName}
            error={fieldProblem(error, 'name')}
          />
          <TextField
            label={t('radiusClients.network')}
            help={t('radiusClients.networkHelp')}
            required
            mono
            value={network}
            onChange={setNetwork}
            error={fieldProblem(error, 'network')}
          />
          {!client && (
            <SecretField value={secret} onChange={setSecret} error={fieldProblem(error, 'secret')} />
          )}
          <Checkbox
            id="require-message-authenticator"
            label={t('radiusClients.require')}
            description={t('radiusClients.requireHelp')}
            isChecked={required}
            onChange={(_, on) => setRequired(on)}
          />
          {!required && (
            <Alert component="p" isInline variant="warning" title={t('radiusClients.optionalWarning')} />
          )}
          <DomainField
            label={t('radiusClients.domain')}
            value={securityDomain}
            onChange={setSecurityDomain}
            none={
              client
                ? t('radiusClients.domainKept', { name: client.securityDomain })
                : t('radiusClients.domainAll')
            }
            error={fieldProblem(error, 'securityDomain')}
          />
          <Field
            label={t('radiusClients.attributes')}
            help={t('radiusClients.attributesHelp')}
            error={
              read.ok
                ? fieldProblem(error, 'replyAttributes')
                : t('radiusClients.attributesLine', { line: read.line })
            }
          >
            {({ id, describedBy }) => (
              <TextArea
                id={id}
                className="sower-mono"
                rows={3}
                resizeOrientation="vertical"
                spellCheck={false}
                value={attributes}
                onChange={(_, next) => setAttributes(next)}
                validated={read.ok ? 'default' : 'error'}
                aria-describedby={describedBy}
              />
            )}
          </Field>
          <TextField
            label={t('radiusClients.certificate')}
            help={t('radiusClients.certificateHelp')}
            mono
            value={certificate}
            onChange={setCertificate}
            error={fieldProblem(error, 'certificate')}
          />
        </>
      )}
    </FormDialog>
  );
}
