/** The actions on a job that are possible now. */
import { Checkbox } from '@patternfly/react-core';
import { type Job, type JobDetail, MAX_LETTERS } from '@sower/api/jobs';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useActorWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { ConfirmDialog } from '../ui/dialogs/small-dialogs.tsx';
import { LinkButton } from '../ui/link.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { saveCsv, savePdf } from '../ui/save-file.tsx';
import { useOnward } from '../ui/use-onward.ts';
import { manyAddress } from './chosen-tokens.ts';
import { cancelWords, isKeptForStarter, mayPrint, mayUndo, rests } from './job-rules.ts';
import { useIsMine } from './start-form.tsx';

const UNDO_WORDS = { assign: 'assignMany.undoBody', 'token-import': 'tokenFiles.undoBody' } as const;

type Asked = 'cancel' | 'undo' | 'codes' | 'letters';

export function JobActions({ job }: { job: JobDetail }) {
  const { t, api, can, notice: say } = useConsole();
  const queries = useQueryClient();
  const onward = useOnward();
  const mine = useIsMine(job);
  const actorWords = useActorWords();
  const [asked, setAsked] = useState<Asked>();
  const [tell, setTell] = useState(false);
  const call = { params: { id: job.id } };
  const refresh = () => queries.invalidateQueries({ queryKey: ['jobs'] });
  const doing = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSettled: refresh,
  });
  // If the answer is lost on its way, the codes are not: they are destroyed only once it has arrived.
  const save = async (): Promise<void> => {
    saveCsv(await api('takeJobResult', { ...call, query: { codes: 'keep' } }));
    await api('takeJobResult', { ...call, query: { codes: 'destroy' } });
    await refresh();
  };
  if (!can(job.permission)) return null;
  const { state } = job;
  const resting = rests(job);
  const undoable = mayUndo(job, mine, can);
  const button = (label: string, work: () => Promise<unknown>) => (
    <Button variant="secondary" isDisabled={doing.isPending} onClick={() => doing.mutate(work)}>
      {label}
    </Button>
  );
  return (
    <>
      <ProblemAlert error={doing.error} />
      <div className="sower-actions">
        {['queued', 'running'].includes(state) && button(t('jobs.pause'), () => api('pauseJob', call))}
        {mine && job.resumable && button(t('jobs.resume'), () => api('resumeJob', call))}
        {['queued', 'running', 'waiting', 'paused'].includes(state) && (
          <Button variant="secondary" onClick={() => setAsked('cancel')}>
            {t('jobs.cancel')}
          </Button>
        )}
        {resting && mine && job.codes === 'ready' && state !== 'paused' && (
          <>
            {mayPrint(job) && <Button onClick={() => setAsked('letters')}>{t('jobs.letters')}</Button>}
            <Button variant="secondary" onClick={() => setAsked('codes')}>
              {t('jobs.codes')}
            </Button>
          </>
        )}
        {(resting || (job.action !== undefined && job.endedAt !== undefined)) &&
          job.codes === 'none' &&
          button(t('jobs.result'), save)}
        {undoable &&
          job.kind === 'distribute' &&
          button(t('jobs.remind'), async () => {
            await api('remindJob', call);
            say(t('jobs.reminded'));
          })}
        {resting && job.kind === 'distribute' && (
          <LinkButton to={manyAddress({ notActivatedOf: job.id })}>{t('jobs.again')}</LinkButton>
        )}
        {undoable && (
          <Button variant="secondary" isDanger onClick={() => setAsked('undo')}>
            {t('jobs.undo')}
          </Button>
        )}
      </div>
      {resting && isKeptForStarter(job, mine) && (
        <p>{t('jobs.codesOfStarter', { actor: actorWords(job.startedBy) })}</p>
      )}
      {resting && mine && job.codes === 'ready' && job.letters === 'too-many' && (
        <p>{t('jobs.tooManyLetters', { most: MAX_LETTERS })}</p>
      )}
      {job.codes === 'taken' && <p>{t('jobs.codesTaken')}</p>}
      {asked === 'letters' && (
        <LettersDialog job={job} onClose={() => setAsked(undefined)} onDone={refresh} />
      )}
      {asked !== undefined && asked !== 'letters' && (
        <ConfirmDialog
          title={t(`jobs.${asked}Title`, { name: job.name })}
          action={t(`jobs.${asked}`)}
          danger={asked !== 'codes'}
          onClose={() => setAsked(undefined)}
          onConfirm={async () => {
            if (asked === 'codes') return save();
            if (asked === 'cancel') await api('cancelJob', call);
            else {
              const { id } = await api('undoJob', { ...call, query: tell ? { tell: 'true' } : {} });
              onward(`/jobs/${id}`);
            }
            return refresh();
          }}
        >
          <p>
            {t(
              asked === 'undo'
                ? (UNDO_WORDS[job.kind as keyof typeof UNDO_WORDS] ?? 'jobs.undoBody')
                : asked === 'cancel'
                  ? cancelWords(job)
                  : 'jobs.codesBody',
            )}
          </p>
          {asked === 'undo' && job.kind !== 'token-import' && (
            <Checkbox
              id="undo-tell"
              label={t('jobs.undoTell')}
              isChecked={tell}
              onChange={(_, checked) => setTell(checked)}
            />
          )}
        </ConfirmDialog>
      )}
    </>
  );
}

/** Asks for the form of the letters, and hands them out once. */
function LettersDialog({
  job,
  onClose,
  onDone,
}: {
  job: Job;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}) {
  const { t, api } = useConsole();
  const [separate, setSeparate] = useState(false);
  return (
    <ConfirmDialog
      title={t('jobs.lettersTitle', { name: job.name })}
      action={t('jobs.letters')}
      danger={false}
      onClose={onClose}
      onConfirm={async () => {
        const params = { id: job.id };
        const query = { codes: 'keep' } as const;
        savePdf(await api('takeJobLetters', { params, query, body: { separate } }));
        await api('takeJobResult', { params, query: { codes: 'destroy' } });
        await onDone();
      }}
    >
      <div className="sower-stack">
        <p>{t('jobs.lettersBody')}</p>
        <Checkbox
          id="letters-separate"
          label={t('jobs.lettersSeparate')}
          isChecked={separate}
          onChange={(_, next) => setSeparate(next)}
        />
      </div>
    </ConfirmDialog>
  );
}
