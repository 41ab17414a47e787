/** Asking for a token, and what became of what was asked for. Nothing is shown where nothing is offered. */
import {
  Button,
  Card,
  CardBody,
  CardTitle,
  Form,
  FormGroup,
  Label,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Radio,
} from '@patternfly/react-core';
import type { OwnOffer, OwnRequest } from '@sower/api/requests';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { TextField } from '../ui/field.tsx';
import { useNotice } from '../ui/notices.tsx';
import { useTimes } from '../ui/times.ts';
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

function AskDialog({ offers, onClose }: { offers: readonly OwnOffer[]; onClose: () => void }) {
  const { t } = useTranslation('selfService');
  const { t: ui } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const [offer, setOffer] = useState(offers[0]?.id ?? '');
  const [reason, setReason] = useState('');
  const ask = useMutation({
    mutationFn: () => api('requestOwnToken', { body: { offer, reason } }),
    onSuccess: async () => {
      notice(t('requests.sent'));
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      onClose();
    },
  });
  const open = isProblem(ask.error, 'already-exists');
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="ask-title" aria-describedby="ask-body">
      <ModalHeader title={t('requests.ask')} labelId="ask-title" />
      <ModalBody id="ask-body">
        <Form
          id="ask"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            ask.mutate();
          }}
        >
          {open ? <p role="alert">{t('requests.openAlready')}</p> : <Wrong error={ask.error} />}
          <FormGroup role="radiogroup" fieldId="ask-offer" label={t('requests.which')} isStack>
            {offers.map(({ id, name, description }) => (
              <Radio
                key={id}
                id={`offer-${id}`}
                name="ask-offer"
                label={name}
                description={description}
                isChecked={offer === id}
                onChange={() => setOffer(id)}
              />
            ))}
          </FormGroup>
          <TextField
            label={t('requests.reason')}
            help={t('requests.reasonHelp')}
            value={reason}
            onChange={setReason}
          />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="ask" isLoading={ask.isPending} isDisabled={ask.isPending}>
          {t('requests.submit')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {ui('ui.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
