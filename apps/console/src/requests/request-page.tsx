/** One request: its content, the decisions so far, and deciding. */
import { List, ListItem } from '@patternfly/react-core';
import type { DistributeResult } from '@sower/api/distributions';
import type { TokenRequest } from '@sower/api/requests';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { holderOf, useActorWords } from '../api/user-words.ts';
import { CodeGuard } from '../distribute/code-guard.tsx';
import { toHandOver, useHandedOver } from '../distribute/distributed.ts';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { OnceValues } from '../ui/dialogs/shown-once.tsx';
import { Link } from '../ui/link.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { Facts, TitledCard } from '../ui/titled-card.tsx';
import { type Action, DecisionDialog } from './decision-dialog.tsx';
import { RequestState } from './request-state.tsx';

export function Component() {
  const { t, refresh } = useConsole();
  const { id = '' } = useParams();
  const [action, setAction] = useState<Action>();
  /** Only here, only in memory. */
  const [distributed, setDistributed] = useState<DistributeResult>();
  const handedOver = useHandedOver((result: DistributeResult) => result, setDistributed);
  const request = useAnswer('getRequest', { params: { id } }, { staleTime: 0 });
  const data = request.data;
  return (
    <Screen
      title={data ? t('requests.one', { offer: data.offer, userId: holderOf(data) }) : t('requests.title')}
      crumb={data?.offer ?? id}
    >
      <Loaded query={request}>
        {(shown) => (
          <div className="sower-stack">
            {distributed && <Handed result={distributed} userId={holderOf(shown)} profile={shown.profile} />}
            <Actions request={shown} onChoose={setAction} />
            <div className="sower-columns sower-tiles">
              <RequestCard request={shown} />
              <HistoryCard request={shown} />
            </div>
            {action && (
              <DecisionDialog
                action={action}
                request={shown}
                onClose={() => setAction(undefined)}
                onDistributed={(result) => handedOver(result, holderOf(shown))}
                onDecided={() => refresh()}
              />
            )}
          </div>
        )}
      </Loaded>
    </Screen>
  );
}

function Actions({ request, onChoose }: { request: TokenRequest; onChoose: (action: Action) => void }) {
  const { t, can } = useConsole();
  const open = request.state === 'pending' || request.state === 'approved';
  if (!open) return null;
  const decides = can('requests:decide');
  const bars = (
    [
      ['requests.approve', decides && request.state === 'pending' && request.notDecidable],
      ['requests.distribute', can('tokens:distribute') && request.notDistributable],
      ['requests.reject', decides && request.notRejectable],
      ['requests.defer', decides && request.notRejectable],
      ['requests.cancel', can('requests:make') && request.notWithdrawable],
    ] as const
  ).flatMap(([action, bar]) => (typeof bar === 'string' ? [{ action, bar }] : []));
  return (
    <>
      {[...Map.groupBy(bars, ({ bar }) => bar)].map(([bar, barred]) => (
        <Alert
          key={bar}
          variant="info"
          title={t('requests.notNow', { actions: barred.map(({ action }) => t(action)).join(', ') })}
        >
          {bar}
        </Alert>
      ))}
      <div className="sower-actions">
        {decides && request.state === 'pending' && (
          <Button isDisabled={request.notDecidable !== undefined} onClick={() => onChoose('approve')}>
            {t('requests.approve')}
          </Button>
        )}
        {can('tokens:distribute') && request.state === 'approved' && (
          <Button isDisabled={request.notDistributable !== undefined} onClick={() => onChoose('distribute')}>
            {t('requests.distribute')}
          </Button>
        )}
        {decides && (
          <>
            <Button
              variant="secondary"
              isDanger
              isDisabled={request.notRejectable !== undefined}
              onClick={() => onChoose('reject')}
            >
              {t('requests.reject')}
            </Button>
            <Button
              variant="secondary"
              isDisabled={request.notRejectable !== undefined}
              onClick={() => onChoose('defer')}
            >
              {t('requests.defer')}
            </Button>
          </>
        )}
        {can('requests:make') && (
          <Button
            variant="link"
            isDisabled={request.notWithdrawable !== undefined}
            onClick={() => onChoose('cancel')}
          >
            {t('requests.cancel')}
          </Button>
        )}
      </div>
    </>
  );
}

function RequestCard({ request }: { request: TokenRequest }) {
  const { t, time } = useConsole();
  const actorWords = useActorWords();
  return (
    <TitledCard title={request.offer}>
      <Facts
        facts={[
          [
            t('requests.who'),
            <Link key="user" to={`/users/${encodeURIComponent(request.userId)}`}>
              {holderOf(request)}
            </Link>,
          ],
          [
            t('requests.state'),
            <div key="state">
              <RequestState request={request} />
            </div>,
          ],
          [t('requests.profile'), request.profile || '–'],
          [t('requests.nickname'), request.nickname || '–'],
          [t('requests.why'), request.reason || '–'],
          [t('requests.createdAt'), time(request.createdAt)],
          [t('requests.createdBy'), actorWords(request.createdBy)],
          request.replaces !== undefined && [
            t('requests.replaces'),
            <Link key="replaces" to={`/tokens/${request.replaces}`}>
              {request.replaces}
            </Link>,
          ],
          request.serial !== undefined && [
            t('requests.serial'),
            <Link key="serial" to={`/tokens/${request.serial}`}>
              {request.serial}
            </Link>,
          ],
        ]}
      />
    </TitledCard>
  );
}

function HistoryCard({ request }: { request: TokenRequest }) {
  const { t, exact } = useConsole();
  const actorWords = useActorWords();
  return (
    <TitledCard title={t('requests.whatHappened')}>
      {request.history.length === 0 ? (
        <p>{t('requests.nothingYet')}</p>
      ) : (
        <List isPlain>
          {request.history.map(({ decision, step, by, onBehalfOf, at, comment }) => (
            <ListItem key={`${at} ${decision}`} className="sower-wrap">
              {step !== undefined && <strong>{step}: </strong>}
              {t('requests.decisionBy', {
                decision: t(`requests.decisions.${decision}`),
                by:
                  onBehalfOf === undefined
                    ? actorWords(by)
                    : `${actorWords(by)} ${t('requests.onBehalf', { name: actorWords(onBehalfOf) })}`,
                time: exact(at),
              })}
              {comment !== '' && <div>{comment}</div>}
            </ListItem>
          ))}
        </List>
      )}
    </TitledCard>
  );
}

/** What is handed over after the distribution step. */
function Handed({ result, userId, profile }: { result: DistributeResult; userId: string; profile: string }) {
  const t = useTexts();
  const { serial, activationCode, link, ctkipUrl, mailed } = result;
  return (
    <>
      <Alert variant="success" title={t('requests.distributedTitle', { serial, userId })} />
      {activationCode !== undefined && (
        <TitledCard title={t('result.handOver')}>
          <OnceValues
            warning={mailed === undefined ? t('requests.once') : t(`handOver.mailed.${mailed}`, { userId })}
            values={toHandOver({ t, ctkipUrl, link, device: profile, activationCode })}
          />
          {mailed === undefined && <CodeGuard serial={serial} />}
        </TitledCard>
      )}
    </>
  );
}
