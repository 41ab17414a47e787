/** Setup > Schedules: what the server does at set times, when next, and at which times. */
import type { Schedule } from '@sower/api/schedules';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { ItemTable } from '../ui/lists/item-table.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Screen } from '../ui/screen.tsx';
import { useDone } from '../ui/use-done.ts';
import { useScheduleWords } from './schedule-words.ts';

export function Component() {
  const { t, api, time } = useConsole();
  const wordsOf = useScheduleWords();
  const [editing, setEditing] = useState<Schedule>();
  const schedules = useQuery({
    queryKey: ['schedules'],
    queryFn: () => api('listSchedules', {}),
    staleTime: 0,
  });
  return (
    <Screen title={t('menu.schedules')} intro={t('schedules.intro')}>
      <Loaded query={schedules}>
        {({ items }) => (
          <ItemTable
            label={t('menu.schedules')}
            items={items}
            columns={[
              {
                label: t('schedules.what'),
                modifier: 'breakWord',
                cell: ({ kind }) =>
                  kind === 'report' ? (
                    <Link to="/reporting/saved">{t('schedule-kind.report')}</Link>
                  ) : (
                    t(`schedule-kind.${kind}`)
                  ),
              },
              {
                label: t('schedules.when'),
                modifier: 'breakWord',
                cell: ({ cron }) => wordsOf(cron) ?? <span className="sower-mono">{cron}</span>,
              },
              { label: t('schedules.timeZone'), modifier: 'breakWord', cell: ({ timeZone }) => timeZone },
              { label: t('schedules.next'), cell: ({ nextAt }) => time(nextAt) },
              {
                label: t('schedules.last'),
                cell: ({ lastAt }) => (lastAt === undefined ? t('schedules.never') : time(lastAt)),
              },
            ]}
            menu={(row) => ({
              name: t(`schedule-kind.${row.kind}`),
              entries: [{ label: t('schedules.edit'), onSelect: () => setEditing(row) }],
            })}
          />
        )}
      </Loaded>
      {editing && <TimesDialog row={editing} onClose={() => setEditing(undefined)} />}
    </Screen>
  );
}

function TimesDialog({ row, onClose }: { row: Schedule; onClose: () => void }) {
  const { t, api, time } = useConsole();
  const done = useDone();
  const wordsOf = useScheduleWords();
  const { values, field } = useFields({ cron: row.cron, timeZone: row.timeZone });
  const cron = values.cron.trim().replace(/\s+/g, ' ');
  const name = t(`schedule-kind.${row.kind}`);
  return (
    <FormDialog
      title={t('schedules.editTitle', { name })}
      action={t('ui.save')}
      ready={cron !== '' && values.timeZone.trim() !== ''}
      onClose={onClose}
      onSubmit={async () => {
        const { nextAt } = await api('editSchedule', {
          params: { id: row.id },
          ifMatch: row.version,
          body: { cron, timeZone: values.timeZone.trim() },
        });
        await done(t('schedules.edited', { name, time: time(nextAt) }), ['schedules']);
      }}
    >
      <TextField
        label={t('schedules.when')}
        help={
          <>
            {t('schedules.cronHelp')} {wordsOf(cron)}
          </>
        }
        required
        mono
        {...field('cron')}
      />
      <TextField
        label={t('schedules.timeZone')}
        help={t('schedules.timeZoneHelp')}
        required
        {...field('timeZone')}
      />
    </FormDialog>
  );
}
