/** Reporting > Saved reports: to whom each is mailed and when, and whether the last run could. */
import type { SavedReport } from '@sower/api/saved-reports';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { ItemTable } from '../ui/item-table.tsx';
import { Listing } from '../ui/listing.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';
import { useDone } from '../ui/use-done.ts';
import { SAVED_KEY, TIMES, type Times } from './saved.ts';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const done = useDone();
  const { time } = useTimes();
  const [deleting, setDeleting] = useState<SavedReport>();
  const saved = useQuery({
    queryKey: SAVED_KEY,
    queryFn: () => api('listSavedReports', {}),
    staleTime: 0,
  });
  const mail = useMutation({
    mutationFn: ({ id }: SavedReport) => api('mailSavedReport', { params: { id } }),
    onSuccess: ({ name }) => done(t('reporting.mailNowDone', { name }), SAVED_KEY),
  });
  const whenOf = ({ schedule }: SavedReport): string => {
    const known = (Object.keys(TIMES) as Times[]).find((name) => TIMES[name] === schedule?.cron);
    return known === undefined ? (schedule?.cron ?? '') : t(`reporting.whens.${known}`);
  };
  const pathOf = ({ report, days }: SavedReport): string =>
    `/reporting/reports/${report}${days === undefined ? '' : `?days=${days}`}`;
  return (
    <Screen
      title={t('reporting.saved')}
      trail={[{ label: t('reporting.menu') }]}
      intro={t('reporting.savedIntro')}
    >
      <ProblemAlert error={mail.error} />
      <Listing query={saved} title={t('reporting.savedNone')} body={t('reporting.savedNoneBody')}>
        {(items) => (
          <>
            {items.map(
              ({ id, name, detail, lastRunAt }) =>
                detail !== undefined &&
                lastRunAt !== undefined && (
                  <Alert key={id} component="p" isInline variant="warning" title={name}>
                    {t('reporting.notMailed', { time: time(lastRunAt), reason: detail })}
                  </Alert>
                ),
            )}
            <ItemTable
              label={t('reporting.saved')}
              items={items}
              keyOf={({ id }) => id}
              columns={[
                {
                  label: t('reporting.name'),
                  modifier: 'breakWord',
                  cell: (row) => <Link to={pathOf(row)}>{row.name}</Link>,
                },
                {
                  label: t('reporting.report'),
                  modifier: 'breakWord',
                  cell: ({ report }) => t(`reportTitles.${report}`),
                },
                { label: t('reporting.when'), modifier: 'breakWord', cell: whenOf },
                {
                  label: t('reporting.next'),
                  cell: ({ nextAt }) => (nextAt === undefined ? '–' : time(nextAt)),
                },
                {
                  label: t('reporting.recipients'),
                  modifier: 'breakWord',
                  cell: ({ recipients }) => recipients.join(', ') || '–',
                },
                { label: t('reporting.owner'), modifier: 'breakWord', cell: ({ owner }) => owner },
                {
                  label: t('reporting.lastRun'),
                  cell: ({ lastRunAt }) => (lastRunAt === undefined ? '–' : time(lastRunAt)),
                },
              ]}
              actions={(row) =>
                row.mayEdit && (
                  <span className="sower-actions">
                    {row.schedule !== undefined && (
                      <Button
                        variant="secondary"
                        aria-label={t('reporting.mailNowNamed', { name: row.name })}
                        isDisabled={mail.isPending}
                        onClick={() => mail.mutate(row)}
                      >
                        {t('reporting.mailNow')}
                      </Button>
                    )}
                    <Button
                      variant="secondary"
                      aria-label={t('reporting.deleteNamed', { name: row.name })}
                      onClick={() => setDeleting(row)}
                    >
                      {t('reporting.delete')}
                    </Button>
                  </span>
                )
              }
            />
          </>
        )}
      </Listing>
      {deleting && <DeleteDialog row={deleting} onClose={() => setDeleting(undefined)} />}
    </Screen>
  );
}

function DeleteDialog({ row: { id, name }, onClose }: { row: SavedReport; onClose: () => void }) {
  const t = useTexts();
  const api = useApi();
  const done = useDone();
  return (
    <FormDialog
      title={t('reporting.deleteTitle', { name })}
      intro={<p>{t('reporting.deleteBody')}</p>}
      action={t('reporting.delete')}
      onClose={onClose}
      onSubmit={async () => {
        await api('deleteSavedReport', { params: { id } });
        await done(t('reporting.deleted', { name }), SAVED_KEY);
      }}
    >
      {() => null}
    </FormDialog>
  );
}
