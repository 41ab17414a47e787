/** A user's mail settings: language, and the certificate for encrypted mail. */
import { Checkbox } from '@patternfly/react-core';
import type { UserMail } from '@sower/api/mail';
import { MAIL_LANGUAGES, type MailLanguage } from '@sower/api/mail-events';
import { LANGUAGE_NAMES } from '@sower/texts/tables/languages';
import { useAnswer } from '../api/use-answer.ts';
import { MailCertificateFacts } from '../mail/mail-certificate.tsx';
import { useConsole } from '../session/use-console.ts';
import { AreaField, ChoiceField, inWords } from '../ui/field.tsx';
import { base64Of, FileField } from '../ui/forms/file-field.tsx';
import { Form, useFields } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Section } from '../ui/titled-card.tsx';
import { useSaving } from '../ui/use-work.ts';

export function UserMailSection({ userId }: { userId: string }) {
  const { t } = useConsole();
  const mail = useAnswer('getUserMail', { params: { userId } }, { staleTime: 0 });
  return (
    <Section id="user-mail" title={t('userMail.title')} className="sower-stack sower-form">
      <Loaded query={mail} lines={2}>
        {(loaded) => (
          <UserMailForm key={loaded.certificate?.fingerprint ?? ''} userId={userId} stored={loaded} />
        )}
      </Loaded>
    </Section>
  );
}

/** PEM is text, DER is not. */
function certificateText(octets: Uint8Array): string {
  const text = new TextDecoder().decode(octets);
  return text.includes('-----BEGIN') ? text : base64Of(octets);
}

function UserMailForm({ userId, stored }: { userId: string; stored: UserMail }) {
  const { t, api, done } = useConsole();
  const { values, set, field, flag } = useFields({
    language: (stored.language ?? '') as MailLanguage | '',
    certificate: '',
    remove: false,
  });
  const saving = useSaving({
    mutationFn: () => {
      const { language, certificate, remove } = values;
      const kept = certificate.trim() === '' && !remove;
      return api('editUserMail', {
        params: { userId },
        body: { language, ...(kept ? {} : { certificate: remove ? '' : certificate }) },
      });
    },
    onSuccess: () => done(t('userMail.saved', { userId }), ['users', userId, 'mail']),
  });
  return (
    <Form wide onSubmit={() => saving.mutate()} error={saving.error}>
      <ChoiceField
        label={t('userMail.language')}
        none={
          stored.source?.language
            ? t('userMail.ofSource', { language: LANGUAGE_NAMES[stored.source.language] })
            : t('userMail.usual')
        }
        choices={inWords(MAIL_LANGUAGES, (id) => LANGUAGE_NAMES[id])}
        {...field('language')}
      />
      {stored.certificate ? (
        <>
          <MailCertificateFacts certificate={stored.certificate} />
          <Checkbox id="user-certificate-remove" label={t('userMail.remove')} {...flag('remove')} />
        </>
      ) : stored.source?.certificate ? (
        <>
          <MailCertificateFacts certificate={stored.source.certificate} />
          <p>{t('userMail.certificateOfSource')}</p>
        </>
      ) : (
        <p>{t('userMail.certificateNone')}</p>
      )}
      <AreaField
        label={t('userMail.certificate')}
        rows={3}
        mono
        help={t('userMail.certificateHelp')}
        {...field('certificate')}
      />
      <FileField
        label={t('userMail.file')}
        accept=".pem,.cer,.crt,.der"
        onFile={(octets) => set({ certificate: octets.length === 0 ? '' : certificateText(octets) })}
      />
      <FormEnd unguarded variant="secondary" pending={saving.isPending} />
    </Form>
  );
}
