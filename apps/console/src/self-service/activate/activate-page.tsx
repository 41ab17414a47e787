/** Activate Your Token: the window with its five steps. The progress of the phone determines which one is shown. */
import { ProgressStep, ProgressStepper } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { Link } from '../../ui/link.tsx';
import { Loading } from '../../ui/loaded.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Part } from '../part.tsx';
import { useTexts } from '../use-person.ts';
import { ConfirmStep } from './confirm-step.tsx';
import { AppStep, DoneStep, PinStep, ProveStep, Reused } from './plain-steps.tsx';
import { ScanStep } from './scan-step.tsx';
import { type Activation, onPhone, useActivation } from './use-activation.ts';

const STEPS = ['app', 'scan', 'confirm', 'pin', 'done'] as const;
type Step = (typeof STEPS)[number];

export function Component() {
  const t = useTexts();
  const { serial = '' } = useParams();
  const { watched, code, mint } = useActivation(serial);
  return (
    <Part title={t('activate.title')} above={<Link to="/">{t('toTokens')}</Link>}>
      {watched.isPending && <Loading />}
      <ProblemAlert error={watched.error} />
      {watched.data !== undefined && <Steps activation={watched.data} code={code} mint={mint} />}
    </Part>
  );
}

function Steps({
  activation,
  code,
  mint,
}: { activation: Activation } & Pick<ReturnType<typeof useActivation>, 'code' | 'mint'>) {
  const t = useTexts();
  const [chosen, setChosen] = useState<Step>('app');
  // A profile without a PIN has no such step; if one was set meanwhile, the step stays in the list.
  const [withPin, setWithPin] = useState(activation.pinNeeded);
  useEffect(() => {
    if (activation.pinNeeded) setWithPin(true);
  }, [activation.pinNeeded]);
  const { state } = activation;
  const live = state === 'issued' || state === 'opened' || state === 'expired';
  const step: Step =
    state === 'confirmed'
      ? activation.pinNeeded
        ? 'pin'
        : 'done'
      : state === 'provisioned'
        ? 'confirm'
        : chosen;
  // After a code was used and ended, the user starts over at the code.
  useEffect(() => {
    if (state === 'provisioned') setChosen('scan');
  }, [state]);
  if (activation.passcodeNeeded && (live || state === 'provisioned')) return <ProveStep />;

  const steps = STEPS.filter((name) => name !== 'pin' || withPin);
  const index = steps.indexOf(step);
  const nameOf = (each: Step): string => {
    if (each !== 'scan') return t(`activate.steps.${each}`);
    if (activation.delivery === 'url') return t('activate.steps.enter');
    return t(onPhone() ? 'activate.scan.get' : 'activate.steps.scan');
  };
  const name = nameOf(step);
  return (
    <>
      <div className="sower-steps">
        <ProgressStepper isCenterAligned aria-label={t('activate.progress')}>
          {steps.map((each, position) => {
            const done = position < index || step === 'done';
            return (
              <ProgressStep
                key={each}
                id={`step-${each}`}
                titleId={`step-${each}-title`}
                variant={done ? 'success' : position === index ? 'info' : 'pending'}
                isCurrent={position === index}
                aria-label={t(done ? 'activate.stepDone' : 'activate.stepOpen', {
                  step: nameOf(each),
                })}
              >
                {nameOf(each)}
              </ProgressStep>
            );
          })}
        </ProgressStepper>
      </div>
      <StepHeading
        key={step}
        text={t('activate.step', { number: index + 1, count: steps.length, name })}
        take={chosen !== 'app' || !live}
      />
      {activation.reusedAt !== undefined && (state === 'provisioned' || state === 'confirmed') && (
        <Reused activation={activation} confirmed={state === 'confirmed'} />
      )}
      {step === 'app' && <AppStep activation={activation} onNext={() => setChosen('scan')} />}
      {step === 'scan' && (
        <ScanStep activation={activation} code={code} mint={mint} onBack={() => setChosen('app')} />
      )}
      {step === 'confirm' && <ConfirmStep activation={activation} mint={mint} />}
      {step === 'pin' && <PinStep activation={activation} />}
      {step === 'done' && <DoneStep activation={activation} />}
    </>
  );
}

/** Takes the focus when a step begins, so that it is read out. */
function StepHeading({ text, take }: { text: string; take: boolean }) {
  return (
    <h2
      className="pf-v6-c-title pf-m-xl sower-title"
      tabIndex={-1}
      ref={(heading) => {
        if (take && heading && document.activeElement?.tagName !== 'INPUT')
          heading.focus({ preventScroll: true });
      }}
    >
      {text}
    </h2>
  );
}
