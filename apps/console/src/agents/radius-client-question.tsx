/** The windows about one RADIUS client: its fields, its secret, and how it is tried out. */
import type { RadiusClient } from '@sower/api/radius-clients';
import { useId, useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import type { Making } from '../ui/dialogs/use-once.tsx';
import { AreaField, ChoiceField, FlagField, inWords, RadioField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { partsOf } from '../ui/forms/parts-of.ts';
import { Alert, Button } from '../ui/patternfly.tsx';
import { attributeLines, readAttributes } from './lines.ts';
import { WhoseFields } from './whose-fields.tsx';

export const KEY = ['radius-clients'] as const;

export function ChangeSecretDialog({
  client,
  onMade,
  onClose,
}: Making<MadeSecret> & { client: RadiusClient }) {
  const { t, api, notice, refresh } = useConsole();
  const [secret, setSecret] = useState<Secret>();
  return (
    <FormDialog
      title={t('radiusClients.changeTitle', { name: client.name })}
      intro={<p>{t('radiusClients.changeBody')}</p>}
      action={t('radiusClients.changeAction')}
      ready={secret !== ''}
      onClose={onClose}
      onSubmit={async () => {
        const changed = await api('changeRadiusSecret', {
          params: { id: client.id },
          body: secret === undefined ? {} : { secret },
        });
        if (changed.secret === undefined) notice(t('radiusClients.said.changed', { name: client.name }));
        else onMade({ client, secret: changed.secret });
        await refresh(KEY);
      }}
    >
      <SecretField value={secret} onChange={setSecret} />
    </FormDialog>
  );
}

export function TestDialog({
  client,
  address,
  onClose,
}: {
  client: RadiusClient;
  /** Where the server listens for authentication. */
  address: string;
  onClose: () => void;
}) {
  const t = useTexts();
  const port = /:(\d+)$/.exec(address)?.[1] ?? '1812';
  const command = `echo 'User-Name=USER, User-Password=PASSCODE, Message-Authenticator=0x00' | radclient -x ${window.location.hostname}:${port} auth SECRET`;
  return (
    <Dialog
      title={t('radiusClients.testTitle', { name: client.name })}
      onClose={onClose}
      buttons={<Button onClick={onClose}>{t('ui.close')}</Button>}
    >
      <p>{t('radiusClients.testBody', { network: client.network })}</p>
      <CopyField label={t('radiusClients.command')} value={command} />
      <p>{t('radiusClients.testExpect')}</p>
    </Dialog>
  );
}

export type MadeSecret = { readonly client: RadiusClient; readonly secret: string };

const PASSWORDS = ['none', 'then-passcode', 'with-passcode'] as const;

/** Adding a RADIUS client, if there is none yet, and editing one against its version. */
export function RadiusClientDialog({
  client,
  onMade,
  onClose,
}: Making<MadeSecret> & { client: RadiusClient | undefined }) {
  const { t, api, notice, refresh } = useConsole();
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
      onlyGroups: partsOf(values.onlyGroups, '\n'),
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
          secret,
          ...(certificate.trim() === '' ? {} : { certificate }),
        },
      });
      if (made === undefined) notice(t('radiusClients.said.added', { name }));
      else onMade({ client: added, secret: made });
    }
    await refresh(KEY);
  };
  return (
    <FormDialog
      title={client ? t('radiusClients.editTitle', { name: client.name }) : t('radiusClients.add')}
      action={client ? t('ui.save') : t('radiusClients.addAction')}
      ready={name.trim() !== '' && network.trim() !== '' && read.ok && secret !== ''}
      onClose={onClose}
      onSubmit={save}
    >
      <TextField {...helped(t, 'radiusClients.name')} required {...field('name')} />
      <TextField {...helped(t, 'radiusClients.network')} required mono {...field('network')} />
      {!client && <SecretField value={secret} onChange={setSecret} />}
      <FlagField
        id="require-message-authenticator"
        {...helped(t, 'radiusClients.require')}
        {...flag('required')}
      />
      {!required && <Alert variant="warning" title={t('radiusClients.optionalWarning')} />}
      <ChoiceField
        label={t('radiusClients.password.label')}
        help={t('radiusClients.password.help')}
        choices={inWords(PASSWORDS, (value) => t(`radiusClients.password.${value}`))}
        {...field('password')}
      />
      {values.password !== 'none' && (
        <FlagField id="other-names" {...helped(t, 'radiusClients.otherNames')} {...flag('otherNames')} />
      )}
      <WhoseFields now={client?.securityDomain} field={field} />
      <AreaField
        {...helped(t, 'radiusClients.attributes')}
        rows={3}
        mono
        {...field('replyAttributes')}
        {...(read.ok ? {} : { error: t('radiusClients.attributesLine', { line: read.line }) })}
      />
      <TextField {...helped(t, 'radiusClients.certificate')} mono {...field('certificate')} />
    </FormDialog>
  );
}

/** Undefined: the server generates one. */
type Secret = string | undefined;

/** The secret of a RADIUS client: generated by the server, or typed with a warning. */
function SecretField({ value, onChange }: { value: Secret; onChange: (value: Secret) => void }) {
  const t = useTexts();
  const id = useId();
  return (
    <>
      <RadioField
        name={id}
        label={t('radiusClients.secret')}
        value={value === undefined ? 'made' : 'typed'}
        onChange={(how) => onChange(how === 'made' ? undefined : '')}
        choices={[
          { value: 'made', label: t('radiusClients.secretMade') },
          { value: 'typed', label: t('radiusClients.secretTyped') },
        ]}
      />
      {value !== undefined && (
        <TextField
          label={t('radiusClients.secret')}
          help={t('radiusClients.secretTypedHelp')}
          required
          type="password"
          value={value}
          onChange={onChange}
          path="secret"
        />
      )}
    </>
  );
}
