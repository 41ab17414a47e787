/** The certificate that mail is signed with. */
import type { MailCertificate, MailSettingsView } from '@sower/api/mail';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { asking } from '../texts/use-texts.ts';
import { useQuestion } from '../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../ui/field.tsx';
import { base64Of, FileField } from '../ui/forms/file-field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Section } from '../ui/titled-card.tsx';
import { useSaving } from '../ui/use-work.ts';
import { MailCertificateFacts } from './mail-certificate.tsx';

const KEY = ['mail', 'settings'] as const;

export function SigningSection({ view }: { view: MailSettingsView }) {
  const { t, api, done } = useConsole();
  const [file, setFile] = useState<Uint8Array>();
  const [password, setPassword] = useState('');
  const [remove, removing] = useQuestion<MailCertificate>(({ subject }) => ({
    ...asking(t, 'mailSettings.signingRemove', { subject }),
    onConfirm: () => api('removeMailSigning', {}),
    said: t('mailSettings.signingRemoved'),
    changes: KEY,
  }));
  const setting = useSaving({
    mutationFn: () =>
      api('setMailSigning', { body: { pkcs12: base64Of(file ?? new Uint8Array()), password } }),
    gcTime: 0,
    onSuccess: async () => {
      setPassword('');
      await done(t('mailSettings.signingSaved'), KEY);
    },
  });
  const { signing } = view;
  return (
    <Section id="signing" title={t('mailSettings.signing')}>
      {signing ? (
        <>
          <MailCertificateFacts certificate={signing} />
          <div className="sower-actions">
            <Button variant="secondary" isDanger onClick={() => remove(signing)}>
              {t('mailSettings.signingRemove')}
            </Button>
          </div>
        </>
      ) : (
        <p>{t('mailSettings.signingNone')}</p>
      )}
      <Form wide onSubmit={() => setting.mutate()} error={setting.error}>
        <FileField label={t('mailSettings.signingFile')} accept=".p12,.pfx" onFile={setFile} />
        <TextField
          label={t('mailSettings.signingPassword')}
          type="password"
          value={password}
          onChange={setPassword}
        />
        <FormEnd
          unguarded
          variant="secondary"
          pending={setting.isPending}
          ready={file !== undefined && file.length > 0}
          action={t('mailSettings.signingSet')}
        />
      </Form>
      {removing}
    </Section>
  );
}
