/** The state of a run of an identity source: one colored word. */
import { Label } from '@patternfly/react-core';
import type { SourceRun } from '@sower/api/identity-sources';
import { STATE_COLORS } from '../../jobs/job-state.tsx';
import { useTexts } from '../../texts/use-texts.ts';

export const kindOf = ({ mode, preview }: SourceRun) => (preview ? 'preview' : mode);

export function RunState({ run }: { run: SourceRun }) {
  const t = useTexts();
  const isStopped = run.stopped && run.state === 'waiting';
  return (
    <Label color={isStopped ? 'orange' : STATE_COLORS[run.state]}>
      {isStopped
        ? t('sourceRuns.stopped')
        : run.state === 'running'
          ? t(`sourceRuns.phases.${run.phase}`)
          : t(`sourceRuns.states.${run.state}`)}
    </Label>
  );
}
