/** Assigns a token to a user: the next unassigned one, or one by its serial number. */
import { typedSerial } from '@sower/api/serial';
import { useState } from 'react';
import { type Named, nameAndId } from '../api/user-name.ts';
import { useConsole } from '../session/use-console.ts';
import { TokenChoice, type WhichToken, whichIsReady } from '../tokens/token-choice.tsx';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { useDone } from '../ui/use-done.ts';

export function AssignTokenDialog({ user, onClose }: { user: Named; onClose: () => void }) {
  const { userId } = user;
  const { t, api } = useConsole();
  const done = useDone();
  const [which, setWhich] = useState<WhichToken>({ next: true, serial: '' });

  const assign = async (): Promise<string> => {
    if (which.next) return (await api('assignNextToken', { params: { userId } })).serial;
    await api('assignToken', { params: { serial: typedSerial(which.serial) }, body: { userId } });
    return typedSerial(which.serial);
  };
  return (
    <FormDialog
      title={t('dashboard.assignTitle', { userId: nameAndId(user) })}
      action={t('tokens.assignAction')}
      ready={whichIsReady(which)}
      onClose={onClose}
      onSubmit={async () => {
        const assigned = await assign();
        await done(t('tokens.said.assigned', { serial: assigned, userId: nameAndId(user) }));
      }}
    >
      <TokenChoice value={which} onChange={setWhich} path="serial" />
    </FormDialog>
  );
}
