/** Reporting > Saved reports: to whom each is mailed and when, and whether the last run could. */
import type { SavedReport } from '@sower/api/saved-reports';
import { useMutation } from '@tanstack/react-query';
import { useAnswer } from '../api/use-answer.ts';
import { useActorWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { asking } from '../texts/use-texts.ts';
import { lastEntry } from '../ui/action-menu.tsx';
import { useQuestion, useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { Link } from '../ui/link.tsx';
import { ItemTable, Listing } from '../ui/lists/listing.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { SAVED_KEY, SaveDialog, timesOf } from './save-dialog.tsx';

export function Component() {
  const { t, api, time, done } = useConsole();
  const actorWords = useActorWords();
  const [edit, editing] = useWindow<SavedReport>((report, onClose) => (
    <SaveDialog report={report.report} days={report.days} stored={report} onClose={onClose} />
  ));
  const [remove, removing] = useQuestion<SavedReport>(({ id, name }) => ({
    ...asking(t, 'reporting.delete', { name }),
    danger: false,
    onConfirm: () => api('deleteSavedReport', { params: { id } }),
    said: t('reporting.deleted', { name }),
    changes: SAVED_KEY,
  }));
  const saved = useAnswer('listSavedReports', {}, { staleTime: 0 });
  const mail = useMutation({
    mutationFn: ({ id }: SavedReport) => api('mailSavedReport', { params: { id } }),
    onSuccess: ({ name }) => done(t('reporting.mailNowDone', { name }), SAVED_KEY),
  });
  const whenOf = (row: SavedReport): string => {
    const known = timesOf(row);
    return known === undefined ? (row.schedule?.cron ?? '') : t(`reporting.whens.${known}`);
  };
  const pathOf = ({ report, days }: SavedReport): string =>
    `/reporting/reports/${report}${days === undefined ? '' : `?days=${days}`}`;
  return (
    <Screen title={t('reporting.saved')} intro={t('reporting.savedIntro')}>
      <ProblemAlert error={mail.error} />
      <Listing query={saved} none={{ title: t('reporting.savedNone'), body: t('reporting.savedNoneBody') }}>
        {(items) => (
          <>
            {items.map(
              ({ id, name, detail, lastRunAt }) =>
                detail !== undefined &&
                lastRunAt !== undefined && (
                  <Alert key={id} variant="warning" title={name}>
                    {t('reporting.runProblem', { time: time(lastRunAt), reason: detail })}
                  </Alert>
                ),
            )}
            <ItemTable
              items={items}
              columns={[
                [t('reporting.name'), (row) => <Link to={pathOf(row)}>{row.name}</Link>, { width: 15 }],
                [t('reporting.report'), ({ report }) => t(`report-title.${report}`)],
                [t('reporting.when'), whenOf],
                {
                  label: t('reporting.next'),
                  cell: ({ nextAt }) => (nextAt === undefined ? '–' : time(nextAt)),
                },
                [t('reporting.recipients'), ({ recipients }) => recipients.join(', ') || '–'],
                [t('reporting.owner'), ({ owner }) => actorWords(owner)],
                {
                  label: t('reporting.lastRun'),
                  cell: ({ lastRunAt }) => (lastRunAt === undefined ? '–' : time(lastRunAt)),
                },
              ]}
              menu={(row) =>
                row.mayEdit && {
                  name: row.name,
                  entries: [
                    { label: t('reporting.edit'), onSelect: () => edit(row) },
                    {
                      label: t('reporting.mailNow'),
                      refused: row.schedule === undefined ? t('reporting.whens.never') : undefined,
                      onSelect: () => mail.mutate(row),
                    },
                    lastEntry(t('reporting.delete'), () => remove(row)),
                  ],
                }
              }
            />
          </>
        )}
      </Listing>
      {editing}
      {removing}
    </Screen>
  );
}
