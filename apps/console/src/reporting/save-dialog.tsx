/** Saves a report with its days under a name, and says to whom and when it is mailed; or changes one that is saved. */
import { daysOfReport, type ReportName } from '@sower/api/reports';
import type { SavedReport } from '@sower/api/saved-reports';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { partsOf } from '../ui/forms/parts-of.ts';

const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function SaveDialog({
  report,
  days,
  stored,
  onClose,
}: {
  report: ReportName;
  days: number | undefined;
  /** The one that is changed; undefined: a new one. */
  stored?: SavedReport;
  onClose: () => void;
}) {
  const { t, api, done } = useConsole();
  const { values, field } = useFields({
    name: stored?.name ?? '',
    recipients: stored?.recipients.join(', ') ?? '',
    chosenDays: days === undefined ? '' : String(days),
    format: stored?.format ?? ('csv' as const),
    /** `kept`: times that were set on the command line. */
    when: stored === undefined ? ('never' as const) : (timesOf(stored) ?? ('kept' as const)),
  });
  const { name, recipients, chosenDays, format, when } = values;
  const standard = daysOfReport(report);
  return (
    <FormDialog
      title={
        stored === undefined
          ? t('reporting.saveNamed', { report: t(`report-title.${report}`) })
          : t('reporting.editTitle', { name: stored.name })
      }
      action={t(stored === undefined ? 'reporting.save' : 'ui.save')}
      ready={name.trim() !== ''}
      onClose={onClose}
      onSubmit={async () => {
        const cron = when === 'kept' ? undefined : TIMES[when];
        const schedule =
          when === 'kept' || (stored?.schedule && cron === stored.schedule.cron)
            ? stored?.schedule
            : cron && { cron, timeZone: timeZone() };
        const body = {
          name,
          report,
          ...(chosenDays.trim() === '' ? {} : { days: Number(chosenDays) }),
          format,
          recipients: partsOf(recipients, /[,;\s]+/),
          ...(schedule && { schedule }),
        };
        if (stored === undefined) await api('addSavedReport', { body });
        else await api('editSavedReport', { params: { id: stored.id }, ifMatch: stored.version, body });
        await done(t('reporting.savedDone', { name }), SAVED_KEY);
      }}
    >
      <TextField label={t('reporting.name')} required {...field('name')} />
      <ChoiceField
        label={t('reporting.when')}
        {...field('when')}
        choices={[
          ...(stored?.schedule && timesOf(stored) === undefined
            ? [{ value: 'kept', label: stored.schedule.cron }]
            : []),
          ...inWords(Object.keys(TIMES) as Times[], (value) => t(`reporting.whens.${value}`)),
        ]}
      />
      <TextField {...helped(t, 'reporting.recipients')} {...field('recipients')} />
      {stored && standard !== undefined && (
        <TextField {...helped(t, 'reporting.days')} type="number" {...field('chosenDays', 'days')} />
      )}
      <ChoiceField
        label={t('reporting.format')}
        {...field('format')}
        choices={inWords(['csv', 'pdf'], (value) => value.toUpperCase())}
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
