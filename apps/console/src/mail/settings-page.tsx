/** Setup > E-mail: how mail is sent, whether it is, and what it is signed with. */
import { Checkbox } from '@patternfly/react-core';
import { MAIL_DESTINATION, type MailSettings, type MailSettingsView } from '@sower/api/mail';
import { MAIL_LANGUAGES } from '@sower/api/mail-events';
import { LANGUAGE_NAMES } from '@sower/texts/tables/languages';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { AreaField, ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { Form, useFields } from '../ui/forms/form.tsx';
import { FieldGroup, FormEnd } from '../ui/forms/form-end.tsx';
import { numbersOf, textsOf } from '../ui/forms/numbers.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { Section } from '../ui/titled-card.tsx';
import { useSaving } from '../ui/use-work.ts';
import { SigningSection } from './signing-section.tsx';

export function Component() {
  const { t } = useConsole();
  const settings = useAnswer('getMailSettings', {}, { staleTime: 0 });
  return (
    <Screen title={t('mailSettings.title')} intro={t('mailSettings.intro')}>
      <Loaded query={settings}>
        {(view) => (
          <div className="sower-stack sower-form">
            {!view.settings.enabled && <Alert variant="info" title={t('mailSettings.off')} />}
            {/* A certificate that is set below leaves alone what is typed here. */}
            <SettingsForm key={JSON.stringify(view.settings)} view={view} />
            <TestMailSection />
            <SigningSection view={view} />
          </div>
        )}
      </Loaded>
    </Screen>
  );
}

const NUMBERS = ['port', 'codeExpiringHours', 'tokenExpiringDays', 'accessEndingDays'] as const;
type NumberField = (typeof NUMBERS)[number];
type Draft = { [K in keyof MailSettings]: K extends NumberField ? string : MailSettings[K] };

const draftOf = (settings: MailSettings): Draft => ({ ...settings, ...textsOf(settings, NUMBERS) });

function SettingsForm({ view }: { view: MailSettingsView }) {
  const { t, api, done } = useConsole();
  const fields = useFields<Values>(() => ({ ...draftOf(view.settings), password: '', clearPassword: false }));
  const saving = useSaving({
    mutationFn: () => {
      const { password, clearPassword, ...draft } = fields.values;
      return api('editMailSettings', {
        body: {
          ...draft,
          ...numbersOf(draft, NUMBERS),
          ...(password === '' && !clearPassword ? {} : { password: clearPassword ? '' : password }),
        },
        ifMatch: view.version,
      });
    },
    gcTime: 0,
    onSuccess: () => {
      fields.set({ password: '', clearPassword: false });
      return done(t('mailSettings.saved'), ['mail', 'settings']);
    },
  });
  return (
    <Form wide onSubmit={() => saving.mutate()} error={saving.error}>
      <Checkbox id="mail-enabled" label={t('mailSettings.enabled')} {...fields.flag('enabled')} />
      <ServerFields view={view} fields={fields} />
      <ContentFields fields={fields} />
      <FormEnd pending={saving.isPending} refused={saving.isError} />
    </Form>
  );
}

type Values = Draft & { password: string; clearPassword: boolean };
type Fields = ReturnType<typeof useFields<Values>>;

/** The mail server, and how one logs on to it. */
function ServerFields({ view, fields: { values, field, flag } }: { view: MailSettingsView; fields: Fields }) {
  const t = useTexts();
  const before = draftOf(view.settings);
  const again =
    view.passwordSet &&
    !values.clearPassword &&
    MAIL_DESTINATION.some((name) => values[name] !== before[name]);
  return (
    <FieldGroup id="mail-server" title={t('mailSettings.server')}>
      <TextField {...helped(t, 'mailSettings.host')} {...field('host')} />
      <TextField {...helped(t, 'mailSettings.port')} type="number" {...field('port')} />
      <ChoiceField
        label={t('mailSettings.security')}
        choices={inWords(['starttls', 'tls', 'none'], (value) => t(`mailSettings.securities.${value}`))}
        {...field('security')}
      />
      <TextField {...helped(t, 'mailSettings.user')} {...field('user')} />
      <TextField
        label={t('mailSettings.password')}
        type="password"
        disabled={values.clearPassword}
        required={again}
        help={t(
          again
            ? 'mailSettings.passwordAgain'
            : view.passwordSet
              ? 'mailSettings.passwordSet'
              : 'mailSettings.passwordNone',
        )}
        {...field('password')}
      />
      {view.passwordSet && (
        <Checkbox
          id="mail-password-clear"
          label={t('mailSettings.passwordClear')}
          {...flag('clearPassword')}
        />
      )}
      <AreaField
        label={t('mailSettings.authority')}
        rows={3}
        mono
        help={t('mailSettings.authorityHelp')}
        {...field('certificateAuthority')}
      />
    </FieldGroup>
  );
}

/** The sender of mail, its language and times, and whether it may contain activation codes. */
function ContentFields({ fields: { field } }: { fields: Fields }) {
  const t = useTexts();
  return (
    <>
      <FieldGroup id="mail-sender" title={t('mailSettings.sender')}>
        <TextField label={t('mailSettings.from')} type="email" {...field('from')} />
        <TextField label={t('mailSettings.fromName')} {...field('fromName')} />
        <TextField
          label={t('mailSettings.replyTo')}
          type="email"
          help={t('mailSettings.replyToHelp')}
          {...field('replyTo')}
        />
      </FieldGroup>
      <FieldGroup id="mail-content" title={t('mailSettings.content')}>
        <ChoiceField
          label={t('mailSettings.language')}
          choices={inWords(MAIL_LANGUAGES, (id) => LANGUAGE_NAMES[id])}
          help={t('mailSettings.languageHelp')}
          {...field('language')}
        />
        <TextField {...helped(t, 'mailSettings.timeZone')} {...field('timeZone')} />
        <TextField
          label={t('mailSettings.codeExpiringHours')}
          type="number"
          {...field('codeExpiringHours')}
        />
        <TextField
          label={t('mailSettings.tokenExpiringDays')}
          type="number"
          {...field('tokenExpiringDays')}
        />
        <TextField
          {...helped(t, 'mailSettings.accessEndingDays')}
          type="number"
          {...field('accessEndingDays')}
        />
      </FieldGroup>
      <FieldGroup id="mail-delivery" title={t('mailSettings.delivery')}>
        <ChoiceField
          label={t('mailSettings.urlDelivery')}
          choices={inWords(['never', 'encrypted', 'separate'], (value) =>
            t(`mailSettings.urlDeliveries.${value}`),
          )}
          help={t('mailSettings.urlDeliveryHelp')}
          {...field('urlDelivery')}
        />
      </FieldGroup>
    </>
  );
}

/** The test mail, with the mail server's answer. */
function TestMailSection() {
  const { t, api } = useConsole();
  const queries = useQueryClient();
  const { values, field } = useFields({ to: '' });
  const { to } = values;
  const sending = useMutation({
    mutationFn: () => api('sendTestMail', { body: { to } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['audit'] }),
  });
  return (
    <Section id="test-mail" title={t('mailSettings.test')}>
      <p>{t('mailSettings.testBody')}</p>
      <Form wide onSubmit={() => sending.mutate()} error={sending.error}>
        <TextField label={t('mailSettings.testTo')} type="email" {...field('to')} />
        <FormEnd
          unguarded
          variant="secondary"
          pending={sending.isPending}
          ready={to.trim() !== ''}
          action={t('mailSettings.testSend')}
        />
      </Form>
      {sending.data && (
        <Alert
          role="status"
          variant={sending.data.accepted ? 'success' : 'danger'}
          title={t(sending.data.accepted ? 'mailSettings.testAccepted' : 'mailSettings.testRefused')}
        >
          <span className="sower-mono sower-wrap">{sending.data.reply}</span>
        </Alert>
      )}
    </Section>
  );
}
