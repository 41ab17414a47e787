/** The state of the distribution, requested every two seconds until it is final. */
import { ProgressStep, ProgressStepper } from '@patternfly/react-core';
import type { Distribution, DistributionState } from '@sower/api/distributions';
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { Alert } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { TitledCard } from '../ui/titled-card.tsx';

const STEPS = ['issued', 'opened', 'provisioned', 'confirmed'] as const;
const FINAL: readonly DistributionState[] = ['confirmed', 'expired', 'withdrawn', 'failed'];

export function LiveState({ serial, onCodeDone }: { serial: string; onCodeDone: () => void }) {
  const { t, exact } = useConsole();
  const [id, setId] = useState<string>();
  const distributions = useAnswer(
    'listDistributions',
    { params: { serial } },
    {
      also: 'live',
      staleTime: 0,
      gcTime: 0,
      refetchInterval: (query) => {
        const found = pick(query.state.data?.items, id);
        return found && FINAL.includes(found.state) ? false : 2000;
      },
    },
  );
  const distribution = pick(distributions.data?.items, id);
  // Keeps watching the distribution just made, even if someone distributes again.
  const seen = distribution?.id;
  useEffect(() => {
    if (id === undefined && seen !== undefined) setId(seen);
  }, [id, seen]);
  const state = distribution?.state;
  // What other pages have read of the token a moment ago is no longer so.
  const queries = useQueryClient();
  useEffect(() => {
    if (state === undefined) return;
    const isLive = ({ queryKey }: { queryKey: QueryKey }): boolean => queryKey.includes('live');
    void queries.invalidateQueries({ queryKey: ['tokens', serial], predicate: (query) => !isLive(query) });
  }, [state, serial, queries]);
  const codeDone = state !== undefined && state !== 'issued' && state !== 'opened';
  useEffect(() => {
    if (codeDone) onCodeDone();
  }, [codeDone, onCodeDone]);
  const reached = (step: (typeof STEPS)[number]): string | undefined =>
    distribution?.history.find((event) => event.state === step)?.at;
  const last = STEPS.findLastIndex((step) => step === state || reached(step) !== undefined);
  const ended = state === 'expired' || state === 'withdrawn' || state === 'failed';
  return (
    <TitledCard title={t('live.title')} stacked>
      <ProblemAlert error={distributions.error} onRetry={() => distributions.refetch()} />
      <p role="status" data-state={state}>
        {state === undefined ? t('ui.loading') : t(`live.now.${state}`)}
      </p>
      <ProgressStepper isVertical aria-label={t('live.title')}>
        {STEPS.map((step, index) => {
          const at = reached(step);
          const done = index <= last;
          return (
            <ProgressStep
              key={step}
              id={`step-${step}`}
              titleId={`step-${step}-title`}
              variant={done ? 'success' : 'pending'}
              isCurrent={index === last && !ended}
              aria-label={t(done ? 'live.stepDone' : 'live.stepOpen', { step: t(`states.${step}`) })}
              description={at === undefined ? t(`live.will.${step}`) : exact(at)}
            >
              {t(`states.${step}`)}
            </ProgressStep>
          );
        })}
      </ProgressStepper>
      {ended && (
        <Alert variant={state === 'failed' ? 'danger' : 'warning'} title={t(`live.now.${state}`)}>
          {distribution?.reason}
        </Alert>
      )}
      {(state === 'issued' || state === 'opened') && distribution?.reason !== undefined && (
        <Alert variant="warning" title={t('live.refused')}>
          {distribution.reason}
        </Alert>
      )}
      {distribution?.deviceId !== undefined && (
        <p className="sower-wrap">{t('live.device', { id: distribution.deviceId })}</p>
      )}
    </TitledCard>
  );
}

function pick(items: readonly Distribution[] | undefined, id: string | undefined): Distribution | undefined {
  return id === undefined ? items?.[0] : items?.find((entry) => entry.id === id);
}
