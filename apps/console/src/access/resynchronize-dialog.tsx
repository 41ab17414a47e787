/** Resynchronizing a token whose clock or counter is off. */
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/use-fields.ts';

export function ResynchronizeDialog({ serial, onClose }: { serial: string; onClose: () => void }) {
  const { t, api } = useConsole();
  const { values, field } = useFields({ first: '', second: '' });
  const { first, second } = values;
  return (
    <FormDialog
      title={t('access.resyncTitle', { serial })}
      intro={<p>{t('access.resyncIntro')}</p>}
      action={t('access.resync')}
      ready={first.trim() !== '' && second.trim() !== ''}
      onClose={onClose}
      onSubmit={() => api('resynchronizeToken', { params: { serial }, body: { first, second } })}
      said={t('access.resynced', { serial })}
    >
      <TextField label={t('access.first')} required mono {...field('first')} />
      <TextField
        label={t('access.second')}
        help={t('access.secondHelp')}
        required
        mono
        {...field('second')}
      />
    </FormDialog>
  );
}
