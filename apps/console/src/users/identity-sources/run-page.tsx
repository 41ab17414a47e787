/** One run of an identity source: how far it is, what it finds, and what to do about it. */
import { type IdentitySource, type SourceRun, sourceChangeKinds } from '@sower/api/identity-sources';
import { conflictKinds } from '@sower/api/source-conflicts';
import { useParams } from 'react-router';
import { useAnswer } from '../../api/use-answer.ts';
import { useActorWords } from '../../api/user-words.ts';
import { isOpen, Standing } from '../../jobs/job-state.tsx';
import { useConsole } from '../../session/use-console.ts';
import { asking } from '../../texts/use-texts.ts';
import { useQuestion, useWindow } from '../../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../../ui/field.tsx';
import { Form, useFields } from '../../ui/forms/form.tsx';
import { FormEnd } from '../../ui/forms/form-end.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Alert, Button } from '../../ui/patternfly.tsx';
import { SaveButton, saveCsv } from '../../ui/save-file.tsx';
import { Screen } from '../../ui/screen.tsx';
import { isTypedAgain } from '../../ui/times.ts';
import { Facts, TitledCard } from '../../ui/titled-card.tsx';
import { useRefresh, useSaving } from '../../ui/use-work.ts';
import { type Asked, ChooseDialog } from './choose-dialog.tsx';
import { RunFindings } from './run-findings.tsx';
import { kindOf, RunState } from './run-state.tsx';

export function Component() {
  const { t, time } = useConsole();
  const { id = '', run = '' } = useParams();
  const source = useAnswer('getIdentitySource', { params: { id } });
  const query = useAnswer(
    'getSourceRun',
    { params: { id, run } },
    { staleTime: 0, refetchInterval: ({ state: { data } }) => (data && !isOpen(data) ? 15_000 : 1_000) },
  );
  const data = source.data;
  const name = data?.name ?? '…';
  return (
    <Screen
      title={t('sourceRuns.view', { name })}
      crumb={query.data ? time(query.data.createdAt) : t('sourceRuns.facts')}
      within={{ label: name, to: `/identity-sources/${id}` }}
    >
      <Loaded query={query}>
        {(shown) => (
          <div className="sower-stack">
            <Standing of={shown} mild="warning">
              <RunState run={shown} />
            </Standing>
            {shown.state === 'waiting' && <ConfirmRun source={id} run={shown} />}
            <RunActions source={id} run={shown} />
            <RunCard run={shown} />
            {shown.counts.conflict > 0 && data && <Conflicts source={data} run={shown} />}
            {shown.state !== 'queued' && shown.phase !== 'read' && data && (
              <RunFindings source={data} run={shown} />
            )}
          </div>
        )}
      </Loaded>
    </Screen>
  );
}

function RunCard({ run }: { run: SourceRun }) {
  const { t, time, count } = useConsole();
  const actorWords = useActorWords();
  return (
    <TitledCard title={t('sourceRuns.facts')}>
      <Facts
        facts={[
          [t('sourceRuns.kind'), t(`sourceRuns.kinds.${kindOf(run)}`)],
          [t('sourceRuns.read'), count(run.read)],
          [t('sourceRuns.disables'), count(run.disables)],
          ...sourceChangeKinds.flatMap((kind) => {
            const number = run.changes[kind] ?? 0;
            return number === 0 || kind === 'disabled'
              ? []
              : [[t(`sourceRuns.changeKinds.${kind}`), count(number)] as const];
          }),
          ...(run.phase === 'work'
            ? [
                [t('sourceRuns.done'), count(run.done)] as const,
                [t('sourceRuns.leftOut'), count(run.leftOut)] as const,
              ]
            : []),
          [t('sourceRuns.startedBy'), actorWords(run.startedBy)],
          [t('sourceRuns.start'), time(run.createdAt)],
          run.endedAt !== undefined && [t('sourceRuns.end'), time(run.endedAt)],
        ]}
      />
    </TitledCard>
  );
}

function RunActions({ source, run }: { source: string; run: SourceRun }) {
  const { t, api, can } = useConsole();
  const refresh = useRefresh();
  const params = { id: source, run: run.id };
  const [cancel, canceling] = useQuestion<void>(() => ({
    ...asking(t, 'sourceRuns.cancel'),
    onConfirm: () => api('cancelSourceRun', { params }),
    said: t('sourceRuns.said.canceled'),
    changes: ['identity-sources'],
  }));
  const save = async () => {
    saveCsv(await api('getSourceRunFile', { params }));
    await refresh(['audit']);
  };
  const canCancel = can('users:edit') && ['queued', 'running', 'waiting', 'paused'].includes(run.state);
  return (
    <>
      <div className="sower-actions">
        {!isOpen(run) && <SaveButton label={t('sourceRuns.file')} save={save} />}
        {canCancel && (
          <Button variant="secondary" onClick={() => cancel()}>
            {t('sourceRuns.cancel')}
          </Button>
        )}
      </div>
      {canceling}
    </>
  );
}

/** Conflicts of a run: how many of each kind, and what can be chosen for all of one kind. */
function Conflicts({ source, run }: { source: IdentitySource; run: SourceRun }) {
  const { t, can } = useConsole();
  const [choose, choosing] = useWindow<Asked>((asked, onClose) => (
    <ChooseDialog source={source} run={run} asked={asked} onClose={onClose} />
  ));
  const kinds = conflictKinds.flatMap((kind) => {
    const count = run.conflicts?.[kind] ?? 0;
    return count === 0 ? [] : [{ kind, count }];
  });
  return (
    <Alert variant="warning" title={t('sourceRuns.conflictsTitle')}>
      <p>{t('sourceRuns.conflictsBody')}</p>
      {can('users:edit') &&
        kinds.map(({ kind, count }) => (
          <div key={kind} data-conflicts={kind}>
            <p>{t(`sourceRuns.choice.kinds.${kind}`, { count })}</p>
            <div className="sower-actions">
              {(['link', 'qualify', 'skip'] as const)
                .filter((choice) => choice !== 'link' || kind === 'internal' || kind === 'gone')
                .map((choice) => (
                  <Button
                    key={choice}
                    variant="secondary"
                    size="sm"
                    onClick={() => choose({ choice, which: { kind, count } })}
                  >
                    {t(`sourceRuns.choice.all.${choice}`)}
                  </Button>
                ))}
            </div>
          </div>
        ))}
      {choosing}
    </Alert>
  );
}

/** To do what a preview has found; of a run that was stopped, the number of changes that exceed the bounds has to be typed. */
function ConfirmRun({ source, run }: { source: string; run: SourceRun }) {
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
    onSuccess: () => done(t('sourceRuns.said.started'), ['identity-sources']),
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
