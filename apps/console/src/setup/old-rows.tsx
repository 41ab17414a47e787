/** What would be deleted now because it was kept long enough, and deleting it. */
import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../session/use-console.ts';
import { Facts } from '../ui/facts.tsx';
import { useSaving } from '../ui/forms/use-saving.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useDone } from '../ui/use-done.ts';

export function OldRows() {
  const { t, api, time } = useConsole();
  const done = useDone();
  const retention = useQuery({
    queryKey: ['retention'],
    queryFn: () => api('showRetention', {}),
    staleTime: 0,
  });
  const running = useSaving(
    {
      mutationFn: () => api('runRetention', {}),
      onSuccess: () => done(t('settings.oldRows.begun'), ['retention']),
    },
    t('settings.oldRows.run'),
  );
  return (
    <Loaded query={retention}>
      {({ kinds, mostCounted, hold, archive, cuts: [cut] }) => (
        <>
          <Facts
            facts={kinds.map(({ kind, due }) => [
              t(`settings.oldRows.kinds.${kind}`),
              t(due >= mostCounted ? 'settings.oldRows.dueMost' : 'settings.oldRows.due', { count: due }),
            ])}
          />
          <p>{t(`settings.oldRows.archive.${archive}`)}</p>
          {cut && <p>{t('settings.oldRows.cut', { count: cut.rows, at: time(cut.at) })}</p>}
          {hold !== '' && (
            <Alert component="p" isInline variant="info" title={t('settings.oldRows.hold')}>
              {hold}
            </Alert>
          )}
          <ProblemAlert error={running.error} />
          <div className="sower-actions">
            <Button
              variant="secondary"
              onClick={() => running.mutate()}
              pending={running.isPending}
              isDisabled={hold !== '' || kinds.every(({ due }) => due === 0)}
            >
              {t('settings.oldRows.run')}
            </Button>
          </div>
        </>
      )}
    </Loaded>
  );
}
