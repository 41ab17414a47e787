/** The transfer key of this installation: made, shown to be given to others, replaced, and compared with the one that a file is encrypted to. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/connection.ts';
import { isProblem } from '../api/problem-words.ts';
import { useConsole } from '../session/use-console.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { ConfirmDialog } from '../ui/dialogs/small-dialogs.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useSaving } from '../ui/use-work.ts';

/** Null: there is none yet. */
export function useTransferKey(wanted: boolean) {
  const api = useApi();
  return useQuery({
    queryKey: ['transfer-key'],
    queryFn: () =>
      api('showTransferKey', {}).catch((error) => {
        if (isProblem(error, 'not-found')) return null;
        throw error;
      }),
    enabled: wanted,
  });
}

export function TransferKeyDialog({ onClose }: { onClose: () => void }) {
  const { t, api, can, done } = useConsole();
  const [replacing, setReplacing] = useState(false);
  const key = useTransferKey(true);
  const made = key.data;
  const make = async (body: { replaces?: string }): Promise<void> => {
    await api('makeTransferKey', { body });
    await done(t('transferKey.made'), ['transfer-key']);
  };
  const first = useSaving({ mutationFn: () => make({}) }, t('transferKey.make'));
  if (replacing && made)
    return (
      <ConfirmDialog
        title={t('transferKey.replace')}
        action={t('transferKey.replace')}
        body={t('transferKey.replaceBody')}
        onConfirm={() => make({ replaces: made.fingerprint })}
        onClose={() => setReplacing(false)}
      />
    );
  return (
    <Dialog
      title={t('transferKey.title')}
      leave="close"
      onClose={onClose}
      buttons={
        !can('keys:edit') || made === undefined ? null : made === null ? (
          <Button work={first}>{t('transferKey.make')}</Button>
        ) : (
          <Button variant="danger" onClick={() => setReplacing(true)}>
            {t('transferKey.replace')}
          </Button>
        )
      }
    >
      <ProblemAlert error={first.error} />
      <Loaded query={key}>
        {(own) =>
          own === null ? (
            <p>{t('transferKey.none')}</p>
          ) : (
            <div className="sower-stack">
              <p>{t('transferKey.intro')}</p>
              <CopyField label={t('transferKey.fingerprint')} value={own.fingerprint} />
              <CopyField label={t('transferKey.key')} value={own.pem} />
            </div>
          )
        }
      </Loaded>
    </Dialog>
  );
}
