/** One action on many tokens: says what will happen to which, does it, and reports each. */
import {
  Button,
  List,
  ListItem,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Progress,
} from '@patternfly/react-core';
import type { ApiClient } from '@sower/api/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../api/use-api.ts';
import type { TokenRow } from './token-state.tsx';

export const BULK_ACTIONS = {
  enable: { needs: 'tokens:edit', run: (api, serial) => api('enableToken', { params: { serial } }) },
  disable: { needs: 'tokens:edit', run: (api, serial) => api('disableToken', { params: { serial } }) },
  unassign: { needs: 'tokens:assign', run: (api, serial) => api('unassignToken', { params: { serial } }) },
  lost: {
    needs: 'tokens:edit',
    run: (api, serial) => api('markLost', { params: { serial }, body: { lost: true } }),
  },
  clearPin: { needs: 'tokens:edit', run: (api, serial) => api('clearPin', { params: { serial } }) },
  delete: { needs: 'tokens:delete', run: (api, serial) => api('deleteToken', { params: { serial } }) },
} as const satisfies Record<
  string,
  { needs: string; run: (api: ApiClient, serial: string) => Promise<unknown> }
>;
export type BulkAction = keyof typeof BULK_ACTIONS;

type Result = { serial: string; failure?: string };

export function BulkDialog({
  action,
  tokens,
  onClose,
}: {
  action: BulkAction;
  tokens: readonly TokenRow[];
  /** With the serial numbers for which it did not work. */
  onClose: (failed: readonly string[] | undefined) => void;
}) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const [running, setRunning] = useState(false);
  const [finished, setFinished] = useState(false);
  const [results, setResults] = useState<readonly Result[]>([]);
  const run = async (): Promise<void> => {
    setRunning(true);
    for (const { serial } of tokens) {
      const result: Result = await BULK_ACTIONS[action].run(api, serial).then(
        () => ({ serial }),
        (error: unknown) => ({ serial, failure: error instanceof Error ? error.message : t('ui.failed') }),
      );
      setResults((list) => [...list, result]);
    }
    setFinished(true);
    await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
  const failed = results.filter(({ failure }) => failure !== undefined);
  const close = (): void => {
    if (running && !finished) return;
    onClose(finished ? failed.map(({ serial }) => serial) : undefined);
  };
  return (
    <Modal isOpen variant="medium" onClose={close} aria-labelledby="bulk-title" aria-describedby="bulk-body">
      <ModalHeader
        labelId="bulk-title"
        title={t(`tokens.bulk.${action}.title`, { count: tokens.length })}
        {...(action === 'enable' ? {} : { titleIconVariant: 'warning' as const })}
      />
      <ModalBody id="bulk-body">
        {!running && (
          <>
            <p>{t(`tokens.bulk.${action}.body`)}</p>
            <List aria-label={t('tokens.bulk.which')} className="sower-list">
              {tokens.map((token) => (
                <ListItem key={token.serial}>
                  <span className="sower-mono">{token.serial}</span>
                  {token.userId === undefined ? '' : ` – ${token.userId}`}
                </ListItem>
              ))}
            </List>
          </>
        )}
        {running && (
          <>
            <Progress
              value={results.length}
              max={tokens.length}
              label={`${results.length} / ${tokens.length}`}
              title={t('tokens.bulk.progress')}
              aria-label={t('tokens.bulk.progress')}
            />
            {finished && (
              <p role="status">
                {t('tokens.bulk.finished', { done: results.length - failed.length, failed: failed.length })}
              </p>
            )}
            <List aria-label={t('tokens.bulk.results')} className="sower-list">
              {results.map(({ serial, failure }) => (
                <ListItem key={serial}>
                  <span className="sower-mono">{serial}</span> – {failure ?? t('tokens.bulk.done')}
                </ListItem>
              ))}
            </List>
          </>
        )}
      </ModalBody>
      <ModalFooter>
        {!running && (
          <Button variant={action === 'enable' ? 'primary' : 'danger'} onClick={() => void run()}>
            {t(`tokens.bulk.${action}.action`, { count: tokens.length })}
          </Button>
        )}
        <Button variant={finished ? 'primary' : 'link'} onClick={close} isDisabled={running && !finished}>
          {finished ? t('ui.close') : t('ui.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
