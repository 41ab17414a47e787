/** The transfer key of this installation: shown to be given to others, and compared with the one that a file is encrypted to. */
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { Loaded } from '../ui/loaded.tsx';

/** @param wanted false: nothing is requested, for the first request makes the key */
export function useTransferKey(wanted: boolean) {
  const api = useApi();
  return useQuery({
    queryKey: ['transferKey'],
    queryFn: () => api('showTransferKey', {}),
    enabled: wanted,
  });
}

export function TransferKeyDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const key = useTransferKey(true);
  return (
    <Dialog title={t('transferKey.title')} leave="close" onClose={onClose}>
      <Loaded query={key}>
        {({ pem, fingerprint }) => (
          <div className="sower-stack">
            <p>{t('transferKey.intro')}</p>
            <CopyField label={t('transferKey.fingerprint')} value={fingerprint} />
            <CopyField label={t('transferKey.key')} value={pem} />
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}
