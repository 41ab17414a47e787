/** The first hour: what a new installation needs, in order, ticked off by facts. Hidden by choice, and back by the menu of the person. */
import { ProgressStep, ProgressStepper } from '@patternfly/react-core';
import { isTrusted } from '@sower/api/certificates';
import { SET_UP_STEPS } from '@sower/api/server';
import { useSyncExternalStore } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useCertificate } from '../certificates/use-certificate.ts';
import { useConsole, useSession } from '../session/use-console.ts';
import { chooseSetUp, onSetUpChoice, setUpChoice } from '../shell/set-up-choice.ts';
import { LinkButton } from '../ui/link.tsx';
import { Button, withOptionNames } from '../ui/patternfly.tsx';
import { TitledCard } from '../ui/titled-card.tsx';

type Step = (typeof SET_UP_STEPS)[number];

/** What the buttons of a step lead to: where it is done, and not to a list where that has to be found. */
const ACTS = {
  certificate: [['certificate', '/certificates']],
  profile: [['profile', '/profiles/new']],
  users: [
    ['directory', '/identity-sources/new'],
    ['file', '/users/import'],
    ['person', '/users/new'],
  ],
  tokens: [['tokens', '/tokens/mint']],
  provisioned: [['provisioned', '/users']],
  client: [
    ['radiusClient', '/radius-clients?add'],
    ['agent', '/agents?add'],
  ],
  mail: [['mail', '/mail/settings']],
  backup: [['backup', '/backups']],
} as const satisfies Record<Step, readonly (readonly [act: string, to: string])[]>;

export function SetUp() {
  const choice = useSyncExternalStore(onSetUpChoice, setUpChoice);
  const { can } = useSession();
  return choice === 'hidden' || !can('settings:edit') ? null : <Guide staysWhenDone={choice === 'shown'} />;
}

function Guide({ staysWhenDone }: { staysWhenDone: boolean }) {
  const { t } = useConsole();
  const certificate = useCertificate();
  // Anyone who comes back from a step finds it ticked off.
  const progress = useAnswer('getSetupProgress', {}, { staleTime: 0 });
  if (!progress.data || certificate.isPending) return null;
  const trusted = certificate.data !== undefined && isTrusted(certificate.data);
  const facts: Record<Step, boolean> = { ...progress.data, certificate: trusted };
  const open = SET_UP_STEPS.filter((step) => !facts[step]);
  const [next] = open;
  if (!next && !staysWhenDone) return null;
  return (
    <TitledCard
      title={t('setUp.title')}
      actions={
        <Button variant="link" isInline onClick={() => chooseSetUp('hidden')}>
          {t('setUp.hide')}
        </Button>
      }
      stacked
    >
      <p>{t('setUp.progress', { done: SET_UP_STEPS.length - open.length, count: SET_UP_STEPS.length })}</p>
      <ProgressStepper isVertical aria-label={t('setUp.title')}>
        {SET_UP_STEPS.map((step) => (
          <ProgressStep
            key={step}
            id={`set-up-${step}`}
            titleId={`set-up-${step}-title`}
            variant={facts[step] ? 'success' : step === next ? 'info' : 'pending'}
            isCurrent={step === next}
            aria-label={t(facts[step] ? 'setUp.done' : 'setUp.open', { step: t(`setUp.steps.${step}`) })}
            description={
              facts[step] ? undefined : (
                <div className="sower-set-up-step">
                  <span>{withOptionNames(t(`setUp.says.${step}`))}</span>
                  <span className="sower-actions">
                    {ACTS[step].map(([act, to]) => (
                      <LinkButton key={act} to={to} variant={step === next ? 'primary' : 'secondary'}>
                        {t(`setUp.acts.${act}`)}
                      </LinkButton>
                    ))}
                  </span>
                </div>
              )
            }
          >
            {t(`setUp.steps.${step}`)}
          </ProgressStep>
        ))}
      </ProgressStepper>
    </TitledCard>
  );
}
