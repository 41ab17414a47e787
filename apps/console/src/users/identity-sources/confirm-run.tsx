/** To do what a preview has found; of a run that was stopped, the number of changes that exceed the bounds has to be typed. */
import type { SourceRun } from '@sower/api/identity-sources';
import { useConsole } from '../../session/use-console.ts';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/forms/form.tsx';
import { FormEnd } from '../../ui/forms/form-end.tsx';
import { isTypedAgain, useFields } from '../../ui/forms/use-fields.ts';
import { Alert } from '../../ui/patternfly.tsx';
import { useSaving } from '../../ui/use-work.ts';

export function ConfirmRun({ source, run }: { source: string; run: SourceRun }) {
  const { t, api, can, done } = useConsole();
  const { values, field } = useFields({ typed: '' });
  const { typed } = values;
  const number = run.exceeds.reduce((sum, { count }) => sum + count, 0);
  const isRight = !run.stopped || isTypedAgain(typed, String(number));
  const starting = useSaving({
    mutationFn: () =>
      api('confirmSourceRun', {
        params: { id: source, run: run.id },
        body: run.stopped ? { exceeding: number } : {},
      }),
    onSuccess: () => done(t('sourceRuns.said.started'), ['sources']),
  });
  const { added, linked, changed, moved, disabled, returning, gone } = run.counts;
  const isEmpty = added + linked + changed + moved + disabled + returning + gone === 0;
  if (isEmpty) return <Alert variant="success" title={t('sourceRuns.nothing')} />;
  if (!can('users:edit')) return null;
  return (
    <Form
      onSubmit={() => {
        if (isRight) starting.mutate();
      }}
      intro={
        <Alert
          variant={run.stopped ? 'danger' : 'info'}
          title={run.stopped ? t('sourceRuns.confirmStopTitle') : t('sourceRuns.confirmTitle')}
        >
          {run.stopped
            ? t('sourceRuns.confirmStopBody', {
                changes: run.exceeds
                  .map(({ change, count }) => `${t(`sourceRuns.changeKinds.${change}`)}: ${count}`)
                  .join(', '),
              })
            : t('sourceRuns.confirmBody')}
        </Alert>
      }
      error={starting.error}
    >
      {run.stopped && (
        <TextField
          id="run-exceeding"
          label={t('sourceRuns.confirmNumber', { count: number })}
          required
          {...field('typed', 'exceeding')}
        />
      )}
      <FormEnd
        unguarded
        variant={run.stopped ? 'danger' : 'primary'}
        pending={starting.isPending}
        ready={isRight}
        action={t('sourceRuns.confirm')}
      />
    </Form>
  );
}
