/** Saves a report with its days under a name, and says to whom and when it is mailed; or changes one that is saved. */
import { daysOfReport, type ReportName } from '@sower/api/reports';
import type { SavedReport } from '@sower/api/saved-reports';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';

const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function SaveDialog({
  report,
  days,
  held,
  onClose,
}: {
  report: ReportName;
  days: number | undefined;
  /** The one that is changed; undefined: a new one. */
  held?: SavedReport;
  onClose: () => void;
}) {
  const { t, api, done } = useConsole();
  const { values, field } = useFields({
    name: held?.name ?? '',
    recipients: held?.recipients.join(', ') ?? '',
    chosenDays: days === undefined ? '' : String(days),
  });
  const { name, recipients, chosenDays } = values;
  const [format, setFormat] = useState<'csv' | 'pdf'>(held?.format ?? 'csv');
  /** `kept`: times that were set on the command line. */
  const [when, setWhen] = useState<Times | 'kept'>(held === undefined ? 'never' : (timesOf(held) ?? 'kept'));
  const standard = daysOfReport(report);
  return (
    <FormDialog
      title={
        held === undefined
          ? t('reporting.saveNamed', { report: t(`report-title.${report}`) })
          : t('reporting.editTitle', { name: held.name })
      }
      action={t(held === undefined ? 'reporting.save' : 'ui.save')}
      ready={name.trim() !== ''}
      onClose={onClose}
      onSubmit={async () => {
        const cron = when === 'kept' ? undefined : TIMES[when];
        const schedule =
          when === 'kept' || (held?.schedule && cron === held.schedule.cron)
            ? held?.schedule
            : cron && { cron, timeZone: timeZone() };
        const body = {
          name,
          report,
          ...(chosenDays.trim() === '' ? {} : { days: Number(chosenDays) }),
          format,
          recipients: recipients
            .split(/[,;\s]+/)
            .map((one) => one.trim())
            .filter((one) => one !== ''),
          ...(schedule && { schedule }),
        };
        if (held === undefined) await api('addSavedReport', { body });
        else await api('editSavedReport', { params: { id: held.id }, ifMatch: held.version, body });
        await done(t('reporting.savedDone', { name }), SAVED_KEY);
      }}
    >
      <TextField label={t('reporting.name')} required {...field('name')} />
      <ChoiceField
        label={t('reporting.when')}
        value={when}
        onChange={(value) => setWhen(value as Times | 'kept')}
        choices={[
          ...(held?.schedule && timesOf(held) === undefined
            ? [{ value: 'kept', label: held.schedule.cron }]
            : []),
          ...(Object.keys(TIMES) as Times[]).map((value) => ({
            value,
            label: t(`reporting.whens.${value}`),
          })),
        ]}
      />
      <TextField {...helped(t, 'reporting.recipients')} {...field('recipients')} />
      {held && standard !== undefined && (
        <TextField {...helped(t, 'reporting.days')} type="number" {...field('chosenDays', 'days')} />
      )}
      <ChoiceField
        label={t('reporting.format')}
        value={format}
        onChange={(value) => setFormat(value as 'csv' | 'pdf')}
        choices={[
          { value: 'csv', label: 'CSV' },
          { value: 'pdf', label: 'PDF' },
        ]}
      />
    </FormDialog>
  );
}

/** What the pages of saved reports share. */
export const SAVED_KEY = ['saved-reports'] as const;

/** Times that are offered; others can be chosen on the command line. */
const TIMES = {
  never: undefined,
  daily: '0 7 * * *',
  weekly: '0 7 * * 1',
  monthly: '0 7 1 * *',
} as const;
type Times = keyof typeof TIMES;

/** Undefined: others. */
export const timesOf = ({ schedule }: SavedReport): Times | undefined =>
  (Object.keys(TIMES) as Times[]).find((name) => TIMES[name] === schedule?.cron);
