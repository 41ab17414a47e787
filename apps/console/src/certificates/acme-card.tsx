/** Certificates that the server orders itself: the state of the order, and ordering one now. */
import { Checkbox } from '@patternfly/react-core';
import { type Acme, acmeChallenges } from '@sower/api/acme';
import { certificateKeyTypes } from '@sower/api/certificates';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { asking, helped } from '../texts/use-texts.ts';
import { FormDialog, useQuestion, useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { AreaField, ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { partsOf } from '../ui/forms/parts-of.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Facts, TitledCard, wrapped } from '../ui/titled-card.tsx';

const WORKING_MILLISECONDS = 5_000;

export function AcmeCard() {
  const { t, api } = useConsole();
  const [edit, editing] = useWindow<Acme>((acme, onClose) => <AcmeDialog acme={acme} onClose={onClose} />);
  const [order, ordering] = useQuestion<void>(() => ({
    ...asking(t, 'certificates.acme.order'),
    onConfirm: () => api('orderCertificate', {}),
    said: t('certificates.acme.ordered'),
  }));
  const acme = useAnswer(
    'getAcme',
    {},
    { refetchInterval: ({ state }) => (state.data?.state === 'ordering' ? WORKING_MILLISECONDS : false) },
  );
  const off = acme.data?.state === 'off';
  return (
    <TitledCard title={t('certificates.acme.title')}>
      <Loaded query={acme}>
        {(seen) => (
          <div className="sower-stack">
            <p>{t('certificates.acme.body')}</p>
            {seen.failure !== undefined && (
              <Alert variant="warning" title={t('certificates.acme.states.failing')}>
                {seen.failure}
              </Alert>
            )}
            <AcmeFacts acme={seen} />
            <div className="sower-actions">
              <Button variant="secondary" onClick={() => edit(seen)}>
                {t(off ? 'certificates.acme.turnOn' : 'certificates.acme.edit')}
              </Button>
              {!off && (
                <Button variant="secondary" onClick={() => order()}>
                  {t('certificates.acme.order')}
                </Button>
              )}
            </div>
          </div>
        )}
      </Loaded>
      {editing}
      {ordering}
    </TitledCard>
  );
}

function AcmeFacts({ acme }: { acme: Acme }) {
  const { t, time } = useConsole();
  const { state, settings, orderedNames, renewAt, nextAt, failedAt } = acme;
  return (
    <Facts
      facts={[
        [t('certificates.acme.state'), t(`certificates.acme.states.${state}`)],
        ...(state === 'off'
          ? []
          : ([
              [t('certificates.acme.directory'), wrapped(settings.directory)],
              [t('certificates.acme.orderedNames'), orderedNames.join(', ')],
              [t('certificates.acme.renewAt'), renewAt === undefined ? '–' : time(renewAt)],
              [t('certificates.acme.nextAt'), nextAt === undefined ? '–' : time(nextAt)],
            ] as const)),
        failedAt !== undefined && [t('certificates.acme.failedAt'), time(failedAt)],
      ]}
    />
  );
}

/** Whether and where the server orders its certificates. */
function AcmeDialog({ acme, onClose }: { acme: Acme; onClose: () => void }) {
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
            names: partsOf(names, /[\s,;]+/),
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
