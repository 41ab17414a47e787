/** The state of a run of an identity source: one colored word. */
import { Label } from '@patternfly/react-core';
import type { SourceRun } from '@sower/api/identity-sources';
import { useTexts } from '../../texts/use-texts.ts';

const COLORS = {
  queued: 'grey',
  running: 'blue',
  waiting: 'purple',
  paused: 'orange',
  cancelled: 'grey',
  done: 'green',
  failed: 'red',
} as const satisfies Record<SourceRun['state'], string>;

/** A node is working on it, or about to. */
export const isOpen = ({ state }: SourceRun): boolean => state === 'queued' || state === 'running';

export const kindOf = ({ mode, preview }: SourceRun) => (preview ? 'preview' : mode);

export function RunState({ run }: { run: SourceRun }) {
  const t = useTexts();
  const isStopped = run.stopped && run.state === 'waiting';
  return (
    <Label color={isStopped ? 'orange' : COLORS[run.state]}>
      {isStopped
        ? t('sourceRuns.stopped')
        : run.state === 'running'
          ? t(`sourceRuns.phases.${run.phase}`)
          : t(`sourceRuns.states.${run.state}`)}
    </Label>
  );
}
