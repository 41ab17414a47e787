/** Setup > Schedules: what the server does at set times, when next, and at which times. */

import type { Schedule } from '@sower/api/schedules';
import { DAY } from '@sower/api/time';
import { useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { useLanguage } from '../texts/language.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { Link } from '../ui/link.tsx';
import { ItemTable } from '../ui/lists/listing.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';

export function Component() {
  const { t, time } = useConsole();
  const wordsOf = useScheduleWords();
  const [editing, setEditing] = useState<Schedule>();
  const schedules = useAnswer('listSchedules', {}, { staleTime: 0 });
  return (
    <Screen title={t('menu.schedules')} intro={t('schedules.intro')}>
      <Loaded query={schedules}>
        {({ items }) => (
          <>
            {items.map(
              ({ id, kind, failingSince }) =>
                failingSince !== undefined && (
                  <Alert key={id} variant="warning" title={t(`schedule-kind.${kind}`)}>
                    {t('schedules.failing', { time: time(failingSince) })}
                  </Alert>
                ),
            )}
            <ItemTable
              items={items}
              columns={[
                [
                  t('schedules.what'),
                  ({ kind }) =>
                    kind === 'report' ? (
                      <Link to="/reporting/saved">{t('schedule-kind.report')}</Link>
                    ) : (
                      t(`schedule-kind.${kind}`)
                    ),
                ],
                [
                  t('schedules.when'),
                  ({ cron }) => wordsOf(cron) ?? <span className="sower-mono">{cron}</span>,
                ],
                [t('schedules.timeZone'), ({ timeZone }) => timeZone],
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
          </>
        )}
      </Loaded>
      {editing && <TimesDialog row={editing} onClose={() => setEditing(undefined)} />}
    </Screen>
  );
}

function TimesDialog({ row, onClose }: { row: Schedule; onClose: () => void }) {
  const { t, api, time, done } = useConsole();
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
      <TextField {...helped(t, 'schedules.timeZone')} required {...field('timeZone')} />
    </FormDialog>
  );
}

const NUMBER = /^\d{1,2}$/;
/** A Sunday. */
const SUNDAY = Date.UTC(2026, 0, 4);

/** The times of a schedule in words, as far as they are simple; undefined for others, which are shown as they are written. */
function useScheduleWords(): (cron: string) => string | undefined {
  const t = useTexts();
  const language = useLanguage();
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone: 'UTC' });
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  return (cron) => {
    const [minute = '', hour = '', day = '', month = '', week = ''] = cron.split(' ');
    if (month !== '*') return undefined;
    const isDaily = day === '*' && week === '*';
    if (isDaily && hour === '*') {
      if (minute === '*') return t('schedules.times.minutes', { count: 1 });
      const every = /^\*\/(\d{1,2})$/.exec(minute)?.[1];
      // Of 7 minutes, the last before the full hour are fewer.
      if (every !== undefined && 60 % Number(every) === 0)
        return t('schedules.times.minutes', { count: Number(every) });
      if (minute === '0') return t('schedules.times.hour');
      return NUMBER.test(minute) ? t('schedules.times.hourly', { count: Number(minute) }) : undefined;
    }
    if (!NUMBER.test(minute) || !NUMBER.test(hour)) return undefined;
    const time = clock.format(Date.UTC(2026, 0, 1, Number(hour), Number(minute)));
    if (isDaily) return t('schedules.times.daily', { time });
    if (day === '*' && week === '1-5') return t('schedules.times.workdays', { time });
    if (day === '*' && /^[0-7]$/.test(week))
      return t('schedules.times.weekly', {
        day: weekday.format(SUNDAY + Number(week) * DAY),
        time,
      });
    if (NUMBER.test(day) && week === '*') return t('schedules.times.monthly', { day: Number(day), time });
    return undefined;
  };
}
