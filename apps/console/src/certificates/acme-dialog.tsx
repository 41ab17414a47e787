/** Whether and where the server orders its certificates. */
import { Checkbox } from '@patternfly/react-core';
import { type Acme, acmeChallenges } from '@sower/api/acme';
import { certificateKeyTypes } from '@sower/api/certificates';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { AreaField, ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/use-fields.ts';

export function AcmeDialog({ acme, onClose }: { acme: Acme; onClose: () => void }) {
  const { t, api, done } = useConsole();
  const { values, field, flag } = useFields(() => ({
    ...acme.settings,
    enabled: true,
    names: acme.settings.names.join('\n'),
    bindingKey: '',
    ...(acme.state === 'off' ? {} : { enabled: acme.settings.enabled }),
  }));
  return (
    <FormDialog
      title={t('certificates.acme.formTitle')}
      action={t('certificates.acme.save')}
      onClose={onClose}
      onSubmit={async () => {
        const { names, bindingKey, ...rest } = values;
        const kept = bindingKey === '' && rest.bindingKeyId !== '';
        await api('editAcme', {
          body: {
            ...rest,
            names: names.split(/[\s,;]+/).filter(Boolean),
            ...(kept ? {} : { bindingKey }),
          },
          ifMatch: acme.version,
        });
        await done(t('certificates.acme.saved'));
      }}
    >
      <Checkbox id="acme-enabled" label={t('certificates.acme.enabled')} {...flag('enabled')} />
      <TextField {...helped(t, 'certificates.acme.directory')} required mono {...field('directory')} />
      <Checkbox id="acme-terms" label={t('certificates.acme.termsAgreed')} {...flag('termsAgreed')} />
      <ChoiceField
        {...helped(t, 'certificates.acme.challenge')}
        choices={inWords(acmeChallenges, (value) => t(`certificates.acme.challenges.${value}`))}
        {...field('challenge')}
      />
      <AreaField {...helped(t, 'certificates.acme.names')} rows={2} mono {...field('names')} />
      <ChoiceField
        label={t('certificates.request.keyType')}
        choices={inWords(certificateKeyTypes, (value) => t(`certificates.request.keyTypes.${value}`))}
        {...field('keyType')}
      />
      <TextField {...helped(t, 'certificates.acme.contact')} type="email" {...field('contact')} />
      <AreaField {...helped(t, 'certificates.acme.authority')} rows={3} mono {...field('authority')} />
      <TextField {...helped(t, 'certificates.acme.bindingKeyId')} mono {...field('bindingKeyId')} />
      <TextField
        label={t('certificates.acme.bindingKey')}
        type="password"
        {...(acme.bindingKeySet ? { help: t('certificates.acme.bindingKeyKept') } : {})}
        {...field('bindingKey')}
        path="bindingKey"
      />
    </FormDialog>
  );
}
