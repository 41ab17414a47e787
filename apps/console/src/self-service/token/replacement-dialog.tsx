/** Request Replacement: an ordinary request that names the token to replace; if nothing is offered, whom to ask. */
import { Content } from '@patternfly/react-core';
import type { OwnToken } from '@sower/api/self-service';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/use-api.ts';
import { Loading } from '../../ui/loaded.tsx';
import { AskDialog } from '../ask-dialog.tsx';
import { Box, useClose } from '../dialog-box.tsx';
import { useTexts } from '../use-texts.ts';
import { Wrong } from '../wrong.tsx';

export function Replacement({ token, onClose }: { token: OwnToken; onClose: () => void }) {
  const t = useTexts();
  const api = useApi();
  const close = useClose(onClose, 'close');
  const offers = useQuery({ queryKey: ['offers'], queryFn: () => api('listOwnOffers', {}) });
  if (offers.data !== undefined && offers.data.items.length > 0) {
    return <AskDialog offers={offers.data.items} replaces={token.serial} onClose={onClose} />;
  }
  return (
    <Box title={t('requests.replacement')} onClose={onClose} buttons={close}>
      <Wrong error={offers.error} />
      {offers.isPending && <Loading />}
      {offers.isSuccess && (
        <Content component="p">{t('requests.replacementAsk', { serial: token.serial })}</Content>
      )}
    </Box>
  );
}
