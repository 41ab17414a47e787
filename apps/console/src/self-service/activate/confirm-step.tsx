/** The phone has the token: what happened, the number to compare, and the first code, which confirms it. */
import { Card, CardBody, CardTitle, Content } from '@patternfly/react-core';
import CheckCircleIcon from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { inGroupsOfThree } from '@sower/bytes/groups';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/connection.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/forms/form.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Submit } from '../part.tsx';
import { Resynchronize } from '../token/troubleshoot-dialog.tsx';
import { usePerson, useTexts } from '../use-person.ts';
import type { Activation, useActivation } from './use-activation.ts';

export function ConfirmStep({
  activation,
  mint,
}: {
  activation: Activation;
  mint: ReturnType<typeof useActivation>['mint'];
}) {
  const t = useTexts();
  const restart = (
    <Button variant="secondary" work={mint}>
      {t('activate.confirm.restart')}
    </Button>
  );
  const byQr = activation.delivery === 'qr';
  return (
    <>
      <ul className="sower-happened">
        {([byQr ? 'scanned' : 'entered', 'agreed'] as const).map((what) => (
          <li key={what}>
            <CheckCircleIcon color="var(--pf-t--global--icon--color--status--success--default)" />
            {t(`activate.confirm.${what}`)}
          </li>
        ))}
      </ul>
      <Comparison serial={activation.serial} />
      <FirstCode activation={activation} />
      <ProblemAlert error={mint.error} />
      <Content component="p">{t(byQr ? 'activate.confirm.noToken' : 'activate.confirm.noTokenUrl')}</Content>
      {byQr && <div>{restart}</div>}
    </>
  );
}

function Comparison({ serial }: { serial: string }) {
  const t = useTexts();
  const comparison = useAnswer(
    'getComparisonNumber',
    { params: { serial } },
    { gcTime: 0, refetchOnWindowFocus: false },
  );
  return (
    <Card component="section">
      <CardTitle component="h3">{t('activate.confirm.compareTitle')}</CardTitle>
      <CardBody>
        <div className="sower-stack">
          <ProblemAlert error={comparison.error} />
          <output className="sower-comparison" aria-live="polite">
            {comparison.data === undefined
              ? t('activate.confirm.computing')
              : inGroupsOfThree(comparison.data.number)}
          </output>
          <p>{t('activate.confirm.compare')}</p>
          <p>{t('activate.confirm.compareNone')}</p>
        </div>
      </CardBody>
    </Card>
  );
}

function FirstCode({ activation }: { activation: Activation }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const [passcode, setPasscode] = useState('');
  const [missing, setMissing] = useState(false);
  const { serial, digits, pinSet, authenticationType } = activation;
  const [refusals, setRefusals] = useState(0);
  const [resynchronizing, setResynchronizing] = useState(false);
  const { switchedOff } = usePerson().session;
  const check = useMutation({
    mutationFn: () => api('testOwnToken', { params: { serial }, body: { passcode } }),
    onSuccess: async ({ result }) => {
      setPasscode('');
      if (result === 'rejected') setRefusals((count) => count + 1);
      await queries.invalidateQueries();
    },
  });
  const result = check.data?.result;
  const error = missing
    ? t('activate.confirm.missing')
    : result === 'rejected'
      ? t('activate.confirm.rejected', { serial })
      : result === 'next-tokencode'
        ? check.data?.detail
        : undefined;
  return (
    <>
      <Form
        wide
        onSubmit={() => {
          setMissing(passcode.trim() === '');
          if (passcode.trim() !== '') check.mutate();
        }}
        error={check.error}
      >
        <TextField
          label={t(
            pinSet && authenticationType === 'fob'
              ? 'activate.confirm.labelWithPin'
              : pinSet && authenticationType === 'pinpad'
                ? 'activate.confirm.labelPinpad'
                : 'activate.confirm.label',
          )}
          value={passcode}
          onChange={setPasscode}
          mono
          required
          help={t('activate.confirm.help', { digits })}
          error={error}
        />
        <Submit work={check}>{t('activate.confirm.submit')}</Submit>
      </Form>
      {refusals > 1 && !switchedOff.includes('resynchronise') && (
        <div className="sower-stack">
          <p>{t('troubleshoot.stillRejected')}</p>
          <div>
            <Button variant="secondary" onClick={() => setResynchronizing(true)}>
              {t('resynchronise.title')}
            </Button>
          </div>
        </div>
      )}
      {resynchronizing && <Resynchronize token={activation} onClose={() => setResynchronizing(false)} />}
    </>
  );
}
