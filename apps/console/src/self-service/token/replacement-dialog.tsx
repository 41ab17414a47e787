/** Request Replacement: an ordinary request that names the token to replace; if nothing is offered, whom to ask. */
import { Content } from '@patternfly/react-core';
import type { OwnToken } from '@sower/api/self-service';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/use-api.ts';
import { Dialog } from '../../ui/dialogs/dialog.tsx';
import { Loading } from '../../ui/loaded.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { AskDialog } from '../ask-dialog.tsx';
import { useTexts } from '../use-texts.ts';

export function Replacement({ token, onClose }: { token: OwnToken; onClose: () => void }) {
  const t = useTexts();
  const api = useApi();
  const offers = useQuery({ queryKey: ['offers'], queryFn: () => api('listOwnOffers', {}) });
  if (offers.data !== undefined && offers.data.items.length > 0) {
    return <AskDialog offers={offers.data.items} replaces={token.serial} onClose={onClose} />;
  }
  return (
    <Dialog title={t('requests.replacement')} leave="close" onClose={onClose}>
      <ProblemAlert error={offers.error} />
      {offers.isPending && <Loading />}
      {offers.isSuccess && (
        <Content component="p">{t('requests.replacementAsk', { serial: token.serial })}</Content>
      )}
    </Dialog>
  );
}
