/** The last day of a user: through the end of that day, as the browser's clock has it. */
import type { User } from '@sower/api/users';
import { nameAndId } from '../api/user-name.ts';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { startOfDay } from '../ui/start-of-day.ts';
import { useDone } from '../ui/use-done.ts';
import { useLastDay } from './use-last-day.ts';

export function LeavingDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { userId } = user;
  const { t, api } = useConsole();
  const done = useDone();
  const lastDayOf = useLastDay();
  const { values, field } = useFields({ lastDay: '' });
  const { lastDay } = values;
  const named = { user: nameAndId(user) };
  return (
    <FormDialog
      title={t('leaving.title', named)}
      intro={<p>{t('leaving.body')}</p>}
      action={t('leaving.action')}
      ready={lastDay !== ''}
      onClose={onClose}
      onSubmit={async () => {
        const at = startOfDay(lastDay, 1).toISOString();
        await api('setLeaving', { params: { userId }, body: { at } });
        await done(t('leaving.set', { ...named, day: lastDayOf(at) }));
      }}
    >
      <TextField label={t('leaving.lastDay')} type="date" required {...field('lastDay', 'at')} />
    </FormDialog>
  );
}
