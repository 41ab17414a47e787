/** Requesting a token, and the state of requests. Nothing is shown if nothing is offered. */
import { Card, CardBody, CardTitle, ExpandableSection, Label } from '@patternfly/react-core';
import type { OwnRequest } from '@sower/api/requests';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '../api/connection.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useTimes } from '../ui/times.ts';
import { Facts, wrapped } from '../ui/titled-card.tsx';
import { AskDialog } from './ask-dialog.tsx';
import { useTexts } from './use-person.ts';

const COLORS = {
  pending: 'blue',
  approved: 'blue',
  done: 'green',
  rejected: 'red',
  cancelled: 'grey',
} as const;

export function OwnRequests() {
  const t = useTexts();
  const [asking, setAsking] = useState(false);
  const offers = useAnswer('listOwnOffers', {});
  const requests = useAnswer('listOwnRequests', {});
  const offered = offers.data?.items ?? [];
  // Open requests first, then the last answer; the others are history.
  const waits = ({ state }: OwnRequest): boolean => state === 'pending' || state === 'approved';
  const all = requests.data?.items ?? [];
  const made = [...all.filter(waits), ...all.filter((request) => !waits(request))];
  const shown = all.filter(waits).length + 1;
  return (
    <>
      <ProblemAlert error={offers.error ?? requests.error} />
      {made.slice(0, shown).map((request) => (
        <RequestCard key={request.id} request={request} />
      ))}
      {made.length > shown && (
        <ExpandableSection toggleText={t('requests.earlier', { count: made.length - shown })}>
          <div className="sower-stack">
            {made.slice(shown).map((request) => (
              <RequestCard key={request.id} request={request} />
            ))}
          </div>
        </ExpandableSection>
      )}
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
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const { day, time } = useTimes();
  const withdraw = useMutation({
    mutationFn: () => api('cancelOwnRequest', { params: { id: request.id } }),
    // Also where it was decided in the meantime, and cannot be withdrawn.
    onSettled: () => queries.invalidateQueries({ queryKey: ['self-service', 'requests'] }),
  });
  const { state, step, approvals, deferredUntil, serial, reason, nickname } = request;
  const comment = request.history.at(-1)?.comment ?? '';
  const facts: [string, ReactNode][] = [[t('requests.askedAt'), time(request.createdAt)]];
  if (reason !== '') facts.push([t('requests.yourReason'), wrapped(reason)]);
  if (nickname !== '') facts.push([t('requests.nickname'), nickname]);
  if (state === 'pending' && approvals > 1) {
    facts.push([t('requests.approvals'), t('requests.approvalsOf', { step, count: approvals })]);
  }
  if (state === 'pending' && deferredUntil !== undefined) {
    facts.push([t('requests.deferred'), day(deferredUntil)]);
  }
  if (comment !== '') facts.push([t('requests.answer'), wrapped(comment)]);
  if (request.replaces !== undefined) facts.push([t('requests.inPlaceOf'), request.replaces]);
  if (serial !== undefined) facts.push([t('tokens.serial'), serial]);
  return (
    <Card component="section" isCompact aria-labelledby={`request-${request.id}`}>
      <CardTitle component="h2" id={`request-${request.id}`}>
        {t('requests.one', { offer: request.offer })}
      </CardTitle>
      <CardBody>
        <div className="sower-stack">
          <div>
            <Label color={COLORS[request.state]}>{t(`requests.states.${request.state}`)}</Label>
          </div>
          <Facts facts={facts} />
          <ProblemAlert error={withdraw.error} />
          {(state === 'pending' || state === 'approved') && (
            <div>
              <Button variant="link" isInline work={withdraw}>
                {t('requests.withdraw')}
              </Button>
            </div>
          )}
        </div>
      </CardBody>
    </Card>
  );
}
