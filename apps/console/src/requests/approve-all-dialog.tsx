/**
 * Approves many requests in one act: those that were chosen as they were shown, or all that a search finds when the dialog opens. A job does it;
 * those that could not be approved stay listed here, with the reason.
 */
import { List, ListItem } from '@patternfly/react-core';
import type { TokenRequest } from '@sower/api/requests';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { holderOf } from '../api/user-words.ts';
import { BulkFrame, useBulkJob } from '../jobs/bulk-job.tsx';
import { useConsole } from '../session/use-console.ts';
import { AreaField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Button } from '../ui/patternfly.tsx';

export type Deciding =
  | { readonly requests: readonly TokenRequest[] }
  | { readonly search: { readonly userId?: string; readonly offer?: string } };

export const isDecidable = ({ state, notDecidable }: TokenRequest): boolean =>
  state === 'pending' && notDecidable === undefined;

const PAGE = 1_000;
/** Of those that would be approved. */
const SHOWN = 10;

export function ApproveAllDialog({ deciding, onClose }: { deciding: Deciding; onClose: () => void }) {
  const { t, api } = useConsole();
  const [comment, setComment] = useState('');
  const [begun, setBegun] = useState(false);
  const found = useQuery({
    queryKey: ['requests', 'to-approve', deciding],
    queryFn: async () => {
      if ('requests' in deciding) return deciding.requests;
      const all: TokenRequest[] = [];
      for (let cursor: string | undefined, more = true; more; ) {
        const from = cursor === undefined ? {} : { cursor };
        const page = await api('listRequests', {
          query: { ...deciding.search, show: 'waiting', order: 'oldest', limit: PAGE, ...from },
        });
        all.push(...page.items.filter(isDecidable));
        cursor = page.next;
        more = cursor !== undefined;
      }
      return all;
    },
    // As they are shown here: none that is made or changed meanwhile is approved.
    staleTime: Number.POSITIVE_INFINITY,
    enabled: !begun,
    gcTime: 0,
  });
  const requests = found.data ?? [];
  const title = t('requests.approveAllTitle', { count: requests.length });
  const run = useBulkJob(
    () =>
      api('doToRequests', {
        body: { action: 'approve', comment, items: requests.map(({ id, version }) => ({ id, version })) },
      }),
    title,
  );
  const named = (id: string): string => {
    const request = requests.find((one) => one.id === id);
    return request === undefined
      ? id
      : t('requests.one', { userId: holderOf(request), offer: request.offer });
  };
  return (
    <BulkFrame
      title={title}
      run={run}
      named={named}
      onClose={onClose}
      begin={
        <Button
          onClick={() => {
            setBegun(true);
            run.begin();
          }}
          isDisabled={requests.length === 0}
        >
          {t('requests.approveAllAction', { count: requests.length })}
        </Button>
      }
    >
      <p>{t('requests.approveAllBody')}</p>
      <Loaded query={found} lines={2}>
        {() => (
          <List>
            {requests.slice(0, SHOWN).map(({ id }) => (
              <ListItem key={id}>{named(id)}</ListItem>
            ))}
            {requests.length > SHOWN && (
              <ListItem>{t('requests.andMore', { count: requests.length - SHOWN })}</ListItem>
            )}
          </List>
        )}
      </Loaded>
      <AreaField
        label={t('requests.comment')}
        rows={3}
        help={t('requests.commentHelp')}
        value={comment}
        onChange={setComment}
      />
    </BulkFrame>
  );
}
