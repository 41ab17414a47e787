/** A user's mail settings: language, and the certificate for encrypted mail. */
import { ActionGroup, Checkbox, Form } from '@patternfly/react-core';
import type { UserMail } from '@sower/api/mail';
import type { MailLanguage } from '@sower/api/mail-events';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { MailCertificateFacts } from '../mail/mail-certificate.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { AreaField, ChoiceField } from '../ui/field.tsx';
import { base64Of, FileField } from '../ui/file-field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

export function UserMailSection({ userId }: { userId: string }) {
  const t = useTexts();
  const api = useApi();
  const mail = useQuery({
    queryKey: ['userMail', userId],
    queryFn: () => api('getUserMail', { params: { userId } }),
    staleTime: 0,
  });
  return (
    <section aria-labelledby="user-mail" className="sower-stack sower-form">
      <h2 id="user-mail" className="pf-v6-c-title pf-m-lg">
        {t('userMail.title')}
      </h2>
      <Loaded query={mail} lines={2}>
        {(held) => <UserMailForm key={held.certificate?.fingerprint ?? ''} userId={userId} held={held} />}
      </Loaded>
    </section>
  );
}

/** PEM is text, DER is not. */
function certificateText(octets: Uint8Array): string {
  const text = new TextDecoder().decode(octets);
  return text.includes('-----BEGIN') ? text : base64Of(octets);
}

function UserMailForm({ userId, held }: { userId: string; held: UserMail }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const [language, setLanguage] = useState<MailLanguage | ''>(held.language ?? '');
  const [certificate, setCertificate] = useState('');
  const [remove, setRemove] = useState(false);
  const saving = useMutation({
    mutationFn: () =>
      api('editUserMail', {
        params: { userId },
        body: {
          language,
          ...(certificate.trim() === '' && !remove ? {} : { certificate: remove ? '' : certificate }),
        },
      }),
    onSuccess: async () => {
      notice(t('userMail.saved', { userId }));
      await queries.invalidateQueries({ queryKey: ['userMail', userId] });
    },
  });
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <ProblemAlert error={saving.error} fields={['certificate', 'language']} />
      <ChoiceField
        label={t('userMail.language')}
        value={language}
        onChange={(value) => setLanguage(value as MailLanguage | '')}
        choices={[
          { value: '', label: t('userMail.usual') },
          { value: 'en', label: 'English' },
          { value: 'de', label: 'Deutsch' },
        ]}
        error={fieldProblem(saving.error, 'language')}
      />
      {held.certificate ? (
        <>
          <MailCertificateFacts certificate={held.certificate} />
          <Checkbox
            id="user-certificate-remove"
            label={t('userMail.remove')}
            isChecked={remove}
            onChange={(_, on) => setRemove(on)}
          />
        </>
      ) : (
        <p>{t('userMail.certificateNone')}</p>
      )}
      <AreaField
        label={t('userMail.certificate')}
        rows={3}
        mono
        value={certificate}
        onChange={setCertificate}
        help={t('userMail.certificateHelp')}
        error={fieldProblem(saving.error, 'certificate')}
      />
      <FileField
        label={t('userMail.file')}
        accept=".pem,.cer,.crt,.der"
        onFile={(octets) => setCertificate(octets.length === 0 ? '' : certificateText(octets))}
      />
      <ActionGroup>
        <Button type="submit" variant="secondary" isLoading={saving.isPending} isDisabled={saving.isPending}>
          {t('ui.save')}
        </Button>
      </ActionGroup>
    </Form>
  );
}
