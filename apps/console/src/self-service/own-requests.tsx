/** Asking for a token, and what became of what was asked for. Nothing is shown where nothing is offered. */
import { Button, Card, CardBody, CardTitle, Label } from '@patternfly/react-core';
import type { OwnRequest } from '@sower/api/requests';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../api/use-api.ts';
import { useTimes } from '../ui/times.ts';
import { AskDialog } from './ask-dialog.tsx';
import { Wrong } from './wrong.tsx';

const COLORS = {
  pending: 'blue',
  approved: 'blue',
  done: 'green',
  rejected: 'red',
  cancelled: 'grey',
} as const;

export function OwnRequests() {
  const { t } = useTranslation('selfService');
  const api = useApi();
  const [asking, setAsking] = useState(false);
  const offers = useQuery({ queryKey: ['offers'], queryFn: () => api('listOwnOffers', {}) });
  const requests = useQuery({ queryKey: ['requests'], queryFn: () => api('listOwnRequests', {}) });
  const offered = offers.data?.items ?? [];
  const made = requests.data?.items ?? [];
  return (
    <>
      <Wrong error={offers.error ?? requests.error} />
      {made.map((request) => (
        <RequestCard key={request.id} request={request} />
      ))}
      {offered.length > 0 && (
        <div>
          <Button variant="secondary" onClick={() => setAsking(true)}>
            {t('requests.ask')}
          </Button>
        </div>
      )}
      {asking && <AskDialog offers={offered} onClose={() => setAsking(false)} />}
    </>
  );
}

function RequestCard({ request }: { request: OwnRequest }) {
  const { t } = useTranslation('selfService');
  const api = useApi();
  const queries = useQueryClient();
  const { time } = useTimes();
  const withdraw = useMutation({
    mutationFn: () => api('cancelOwnRequest', { params: { id: request.id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['requests'] }),
  });
  const comment = request.history.at(-1)?.comment ?? '';
  return (
    <Card component="section" isCompact aria-labelledby={`request-${request.id}`}>
      <CardTitle component="h2" id={`request-${request.id}`}>
        {t('requests.one', { offer: request.offer })}
      </CardTitle>
      <CardBody>
        <div className="sower-stack">
          <div className="sower-actions">
            <Label color={COLORS[request.state]}>{t(`requests.states.${request.state}`)}</Label>
            <span>{time(request.createdAt)}</span>
          </div>
          {comment !== '' && <p className="sower-wrap">{comment}</p>}
          <Wrong error={withdraw.error} />
          {request.state === 'pending' && (
            <div>
              <Button
                variant="link"
                isInline
                onClick={() => withdraw.mutate()}
                isLoading={withdraw.isPending}
                isDisabled={withdraw.isPending}
              >
                {t('requests.withdraw')}
              </Button>
            </div>
          )}
        </div>
      </CardBody>
    </Card>
  );
}
