/** Setup > E-mail: how mail is sent, whether it is, and what it is signed with. */
import { ActionGroup, Checkbox, Form, FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core';
import { MAIL_DESTINATION, type MailSettings, type MailSettingsView } from '@sower/api/mail';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { AreaField, ChoiceField, TextField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { SigningSection } from './signing-section.tsx';
import { TestMailSection } from './test-mail-section.tsx';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const settings = useQuery({
    queryKey: ['mailSettings'],
    queryFn: () => api('getMailSettings', {}),
    staleTime: 0,
  });
  return (
    <Screen
      title={t('mailSettings.title')}
      trail={[{ label: t('menu.setup') }, { label: t('mailMenu.group') }]}
      intro={t('mailSettings.intro')}
    >
      <Loaded query={settings}>
        {(view) => (
          <div className="sower-stack sower-form">
            {!view.settings.enabled && (
              <Alert component="p" isInline variant="info" title={t('mailSettings.off')} />
            )}
            <SettingsForm key={view.version} view={view} />
            <TestMailSection />
            <SigningSection view={view} />
          </div>
        )}
      </Loaded>
    </Screen>
  );
}

const NUMBERS = ['port', 'codeExpiringHours', 'tokenExpiringDays'] as const;
type NumberField = (typeof NUMBERS)[number];
type Draft = { [K in keyof MailSettings]: K extends NumberField ? string : MailSettings[K] };

function draftOf(settings: MailSettings): Draft {
  return {
    ...settings,
    port: String(settings.port),
    codeExpiringHours: String(settings.codeExpiringHours),
    tokenExpiringDays: String(settings.tokenExpiringDays),
  };
}

function SettingsForm({ view }: { view: MailSettingsView }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const [draft, setDraft] = useState(() => draftOf(view.settings));
  const [password, setPassword] = useState('');
  const [clearPassword, setClearPassword] = useState(false);
  const saving = useMutation({
    mutationFn: () =>
      api('editMailSettings', {
        body: {
          ...draft,
          port: Number(draft.port),
          codeExpiringHours: Number(draft.codeExpiringHours),
          tokenExpiringDays: Number(draft.tokenExpiringDays),
          ...(password === '' && !clearPassword ? {} : { password: clearPassword ? '' : password }),
        },
        ifMatch: view.version,
      }),
    gcTime: 0,
    onSuccess: async () => {
      notice(t('mailSettings.saved'));
      await queries.invalidateQueries({ queryKey: ['mailSettings'] });
    },
  });
  const before = draftOf(view.settings);
  const again =
    view.passwordSet && !clearPassword && MAIL_DESTINATION.some((name) => draft[name] !== before[name]);
  const set = <K extends keyof Draft>(name: K, value: Draft[K]): void =>
    setDraft((held) => ({ ...held, [name]: value }));
  const text = (
    name: {
      [K in keyof Draft]: Draft[K] extends string ? (string extends Draft[K] ? K : never) : never;
    }[keyof Draft],
    label: string,
    more: { help?: string; type?: 'email' | 'number' } = {},
  ) => (
    <TextField
      label={label}
      value={draft[name]}
      onChange={(value) => set(name, value)}
      error={fieldProblem(saving.error, name)}
      {...more}
    />
  );
  const group = (id: string, title: string) => ({
    header: <FormFieldGroupHeader titleText={{ text: title, id }} />,
  });
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <ProblemAlert error={saving.error} fields={[...Object.keys(draft), 'password']} />
      <Checkbox
        id="mail-enabled"
        label={t('mailSettings.enabled')}
        isChecked={draft.enabled}
        onChange={(_, on) => set('enabled', on)}
      />
      <FormFieldGroup {...group('mail-server', t('mailSettings.server'))}>
        {text('host', t('mailSettings.host'), { help: t('mailSettings.hostHelp') })}
        {text('port', t('mailSettings.port'), { help: t('mailSettings.portHelp'), type: 'number' })}
        <ChoiceField
          label={t('mailSettings.security')}
          value={draft.security}
          onChange={(value) => set('security', value as MailSettings['security'])}
          choices={(['starttls', 'tls', 'none'] as const).map((value) => ({
            value,
            label: t(`mailSettings.securities.${value}`),
          }))}
          error={fieldProblem(saving.error, 'security')}
        />
        {text('user', t('mailSettings.user'), { help: t('mailSettings.userHelp') })}
        <TextField
          label={t('mailSettings.password')}
          type="password"
          value={password}
          onChange={setPassword}
          disabled={clearPassword}
          required={again}
          help={t(
            again
              ? 'mailSettings.passwordAgain'
              : view.passwordSet
                ? 'mailSettings.passwordSet'
                : 'mailSettings.passwordNone',
          )}
          error={fieldProblem(saving.error, 'password')}
        />
        {view.passwordSet && (
          <Checkbox
            id="mail-password-clear"
            label={t('mailSettings.passwordClear')}
            isChecked={clearPassword}
            onChange={(_, on) => setClearPassword(on)}
          />
        )}
        <AreaField
          label={t('mailSettings.authority')}
          rows={3}
          mono
          value={draft.certificateAuthority}
          onChange={(value) => set('certificateAuthority', value)}
          help={t('mailSettings.authorityHelp')}
          error={fieldProblem(saving.error, 'certificateAuthority')}
        />
      </FormFieldGroup>
      <FormFieldGroup {...group('mail-sender', t('mailSettings.sender'))}>
        {text('from', t('mailSettings.from'), { type: 'email' })}
        {text('fromName', t('mailSettings.fromName'))}
        {text('replyTo', t('mailSettings.replyTo'), { type: 'email', help: t('mailSettings.replyToHelp') })}
      </FormFieldGroup>
      <FormFieldGroup {...group('mail-content', t('mailSettings.content'))}>
        <ChoiceField
          label={t('mailSettings.language')}
          value={draft.language}
          onChange={(value) => set('language', value as MailSettings['language'])}
          choices={[
            { value: 'en', label: 'English' },
            { value: 'de', label: 'Deutsch' },
          ]}
          help={t('mailSettings.languageHelp')}
          error={fieldProblem(saving.error, 'language')}
        />
        {text('timeZone', t('mailSettings.timeZone'), { help: t('mailSettings.timeZoneHelp') })}
        {text('codeExpiringHours', t('mailSettings.codeExpiringHours'), { type: 'number' })}
        {text('tokenExpiringDays', t('mailSettings.tokenExpiringDays'), { type: 'number' })}
      </FormFieldGroup>
      <FormFieldGroup {...group('mail-delivery', t('mailSettings.delivery'))}>
        <ChoiceField
          label={t('mailSettings.urlDelivery')}
          value={draft.urlDelivery}
          onChange={(value) => set('urlDelivery', value as MailSettings['urlDelivery'])}
          choices={(['never', 'encrypted', 'separate'] as const).map((value) => ({
            value,
            label: t(`mailSettings.urlDeliveries.${value}`),
          }))}
          help={t('mailSettings.urlDeliveryHelp')}
          error={fieldProblem(saving.error, 'urlDelivery')}
        />
      </FormFieldGroup>
      <ActionGroup>
        <Button type="submit" isLoading={saving.isPending} isDisabled={saving.isPending}>
          {t('ui.save')}
        </Button>
      </ActionGroup>
    </Form>
  );
}
