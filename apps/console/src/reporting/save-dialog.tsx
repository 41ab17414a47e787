/** Saves a report with its days under a name, and says to whom and when it is mailed. */
import type { ReportName } from '@sower/api/reports';
import { useState } from 'react';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { useDone } from '../ui/use-done.ts';
import { SAVED_KEY, TIMES, type Times } from './saved.ts';

const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function SaveDialog({
  report,
  days,
  onClose,
}: {
  report: ReportName;
  days: number | undefined;
  onClose: () => void;
}) {
  const t = useTexts();
  const api = useApi();
  const done = useDone();
  const [name, setName] = useState('');
  const [format, setFormat] = useState<'csv' | 'pdf'>('csv');
  const [recipients, setRecipients] = useState('');
  const [when, setWhen] = useState<Times>('never');
  return (
    <FormDialog
      title={t('reporting.saveNamed', { report: t(`reportTitles.${report}`) })}
      action={t('reporting.save')}
      ready={name.trim() !== ''}
      fields={['name', 'recipients']}
      onClose={onClose}
      onSubmit={async () => {
        const cron = TIMES[when];
        await api('addSavedReport', {
          body: {
            name,
            report,
            ...(days === undefined ? {} : { days }),
            format,
            recipients: recipients
              .split(/[,;\s]+/)
              .map((one) => one.trim())
              .filter((one) => one !== ''),
            ...(cron === undefined ? {} : { schedule: { cron, timeZone: timeZone() } }),
          },
        });
        await done(t('reporting.savedDone', { name }), SAVED_KEY);
      }}
    >
      {(error) => (
        <>
          <TextField
            label={t('reporting.name')}
            required
            value={name}
            onChange={setName}
            error={fieldProblem(error, 'name')}
          />
          <ChoiceField
            label={t('reporting.when')}
            value={when}
            onChange={(value) => setWhen(value as Times)}
            choices={(Object.keys(TIMES) as Times[]).map((value) => ({
              value,
              label: t(`reporting.whens.${value}`),
            }))}
          />
          <TextField
            label={t('reporting.recipients')}
            help={t('reporting.recipientsHelp')}
            value={recipients}
            onChange={setRecipients}
            error={fieldProblem(error, 'recipients')}
          />
          <ChoiceField
            label={t('reporting.format')}
            value={format}
            onChange={(value) => setFormat(value as 'csv' | 'pdf')}
            choices={[
              { value: 'csv', label: 'CSV' },
              { value: 'pdf', label: 'PDF' },
            ]}
          />
        </>
      )}
    </FormDialog>
  );
}
