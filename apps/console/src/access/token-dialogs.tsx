/** What the help desk does with a token in a window: resynchronizing it, testing it, and emergency access. */
import { type EmergencyCodes, type TestResult, whenTokenReturns } from '@sower/api/token-access';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { useOnce } from '../ui/dialogs/use-once.tsx';
import { ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { useLook } from '../ui/frame/brand.tsx';
import { Alert } from '../ui/patternfly.tsx';

type AboutToken = {
  readonly serial: string;
  /** It was done; `onClose` is also called where it was not. */
  readonly onDone?: () => void;
  readonly onClose: () => void;
};

/** Resynchronizing a token whose clock or counter is off. */
export function ResynchronizeDialog({ serial, onDone, onClose }: AboutToken) {
  const { t, api } = useConsole();
  const { values, field } = useFields({ first: '', second: '' });
  const { first, second } = values;
  return (
    <FormDialog
      title={t('access.resyncTitle', { serial })}
      intro={<p>{t('access.resyncIntro')}</p>}
      action={t('access.resync')}
      ready={first.trim() !== '' && second.trim() !== ''}
      onDone={onDone}
      onClose={onClose}
      onSubmit={() => api('resynchronizeToken', { params: { serial }, body: { first, second } })}
      said={t('access.resynced', { serial })}
    >
      <TextField label={t('access.first')} required mono {...field('first')} />
      <TextField {...helped(t, 'access.second')} required mono {...field('second')} />
    </FormDialog>
  );
}

/** Testing a token. */
export function TestDialog({ serial, onDone, onClose }: AboutToken) {
  const { t, api, refresh } = useConsole();
  const { values, set, field } = useFields({ passcode: '' });
  const { passcode } = values;
  const [result, setResult] = useState<TestResult>();
  return (
    <FormDialog
      title={t('access.testTitle', { serial })}
      intro={<p>{t('access.testIntro')}</p>}
      action={t('access.test')}
      ready={passcode !== ''}
      onDone={onDone}
      onClose={onClose}
      onSubmit={async () => {
        setResult(undefined);
        setResult(await api('testToken', { params: { serial }, body: { passcode } }));
        set({ passcode: '' });
        // It may confirm a seed, end a replacement or a lock, and is in the trail.
        await refresh();
        return 'keep';
      }}
    >
      {result && (
        <Alert
          role="status"
          variant={result.result === 'accepted' ? 'success' : 'warning'}
          title={result.detail}
        />
      )}
      <TextField {...helped(t, 'access.passcode')} type="password" required {...field('passcode')} />
    </FormDialog>
  );
}

/** Issuing emergency access. The codes are shown once, until the dialog is closed. */
export function EmergencyDialog({ serial, onDone, onClose }: AboutToken) {
  const { t, api, time, refresh } = useConsole();
  const { values, field } = useFields({
    kind: 'fixed' as 'fixed' | 'set',
    days: '',
    returns: '' as '' | (typeof whenTokenReturns)[number],
  });
  const { kind, days, returns } = values;
  const { codesByTelephone } = useLook();
  const [showCodes, once] = useOnce<EmergencyCodes>(
    (given) => ({
      title: t('access.codesTitle'),
      warning: t('access.codesOnce'),
      values: [
        {
          label: t(`access.kinds.${given.kind}`),
          value: given.codes.join('\n'),
          shown: given.codes.join('   '),
        },
      ],
      kept: t('ui.close'),
      children: (
        <>
          <p>
            {t('access.codesUntil', { until: time(given.until) })}{' '}
            {t(given.withPin ? 'access.codesWithPin' : 'access.codesWithoutPin')}
          </p>
          <p>{t(codesByTelephone ? 'telephone.desk.yes' : 'telephone.desk.no')}</p>
        </>
      ),
    }),
    onClose,
  );
  if (once) return once;
  return (
    <FormDialog
      title={t('access.giveTitle', { serial })}
      intro={<p>{t('access.giveIntro')}</p>}
      action={t('access.give')}
      onDone={onDone}
      onClose={onClose}
      onSubmit={async () => {
        const given = await api('giveEmergencyAccess', {
          params: { serial },
          body: {
            kind,
            ...(days.trim() === '' ? {} : { days: Number(days) }),
            ...(returns === '' ? {} : { whenTokenReturns: returns }),
          },
        });
        showCodes(given);
        await refresh();
        return 'keep';
      }}
    >
      <ChoiceField
        label={t('access.giveKind')}
        {...field('kind')}
        choices={inWords(['fixed', 'set'], (value) => t(`access.kinds.${value}`))}
      />
      <TextField {...helped(t, 'access.days')} type="number" {...field('days')} />
      <ChoiceField
        label={t('access.returns')}
        {...field('returns', 'whenTokenReturns')}
        none={t('access.asPolicy')}
        choices={inWords(whenTokenReturns, (value) => t(`policies.choices.${value}`))}
      />
    </FormDialog>
  );
}
