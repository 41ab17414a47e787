/** Administration > Provisioning. */
import { Flex } from '@patternfly/react-core';
import type { TokenRequest } from '@sower/api/requests';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { holderOf } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { AreaField, ChoiceField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { Link, LinkButton } from '../ui/link.tsx';
import { keptSize, pageIn } from '../ui/lists/cursor-paging.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { SearchForm, type SearchValues, valuesIn } from '../ui/lists/search-form.tsx';
import { useChosen } from '../ui/lists/use-chosen.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { TabBar } from '../ui/tab-bar.tsx';
import { ApproveAllDialog, type Deciding, isDecidable } from './approve-all-dialog.tsx';
import { RequestState } from './request-state.tsx';

const SEARCHED = ['userId', 'offer'] as const;
const TABS = ['waiting', 'deferred', 'closed'] as const;

export function Component() {
  const { t, can, time } = useConsole();
  const [parameters, setParameters] = useSearchParams();
  const [making, setMaking] = useState(false);
  /** As they were shown: the list may change meanwhile. */
  const [deciding, setDeciding] = useState<Deciding>();
  const page = pageIn(parameters);
  const order = parameters.get('order') === 'oldest' ? 'oldest' : 'latest';
  const show = TABS.find((tab) => tab === parameters.get('tab')) ?? 'waiting';
  const search = valuesIn(parameters, SEARCHED);
  const requests = useAnswer(
    'listRequests',
    {
      query: { show, order, ...search, ...page },
    },
    { refetchInterval: 15_000 },
  );
  const decidable =
    show === 'waiting' && can('requests:decide') ? (requests.data?.items ?? []).filter(isDecidable) : [];
  const { whole, chosen, choosing, said } = useChosen<TokenRequest>({
    of: { show, search },
    shown: decidable,
    keyOf: ({ id }) => id,
    label: (request) => t('requests.choose', { userId: holderOf(request), offer: request.offer }),
    words: {
      page: (count) => t('requests.pageChosen', { count }),
      whole: t('requests.wholeChosen'),
      chooseWhole: t('requests.chooseWhole'),
    },
  });
  const toApprove = chosen.length > 0 ? chosen : decidable;
  /** Whatever else narrows the list down stays. */
  const go = (next: { tab?: string; order?: string; search?: SearchValues<(typeof SEARCHED)[number]> }) =>
    setParameters({
      tab: next.tab ?? show,
      ...((next.order ?? order) === 'oldest' ? { order: 'oldest' } : {}),
      ...(next.search ?? search),
      ...keptSize(parameters),
    });
  const make = can('requests:make') && (
    <Button variant="secondary" onClick={() => setMaking(true)}>
      {t('requests.make')}
    </Button>
  );
  return (
    <Screen
      title={t('requests.title')}
      intro={t('requests.intro')}
      actions={
        <>
          {make}
          {can('requests:decide') && <LinkButton to="/requests/stand-ins">{t('standIns.open')}</LinkButton>}
        </>
      }
    >
      <TabBar
        label={t('requests.tabsName')}
        tabs={TABS}
        nameOf={(tab) => t(`requests.tabs.${tab}`)}
        shown={show}
        onShow={(tab) => go({ tab })}
      >
        <SearchForm
          label={t('requests.title')}
          names={SEARCHED}
          values={search}
          error={requests.error}
          onSearch={(values) => go({ search: values })}
        >
          {(field) => (
            <>
              <TextField label={t('requests.user')} {...field('userId')} />
              <TextField label={t('requests.offer')} {...field('offer')} />
            </>
          )}
        </SearchForm>
        <Flex>
          <Button
            variant="link"
            isInline
            onClick={() => go({ order: order === 'latest' ? 'oldest' : 'latest' })}
          >
            {t(order === 'latest' ? 'requests.oldestFirst' : 'requests.latestFirst')}
          </Button>
          {(decidable.length > 1 || whole) && (
            <>
              <Button
                variant="secondary"
                onClick={() => setDeciding(whole ? { search } : { requests: toApprove })}
              >
                {whole
                  ? t('requests.approveFound')
                  : t(chosen.length > 0 ? 'requests.approveChosen' : 'requests.approveAll', {
                      count: toApprove.length,
                    })}
              </Button>
              {said}
            </>
          )}
        </Flex>
        <Listing
          query={requests}
          none={{ title: t(`requests.none.${show}`), body: t('requests.noneBody'), action: make }}
          paged
          choosing={decidable.length > 1 ? choosing : undefined}
          columns={[
            [
              t('requests.who'),
              (request) => (
                <Link to={`/users/${encodeURIComponent(request.userId)}`}>{holderOf(request)}</Link>
              ),
            ],
            [
              t('requests.offer'),
              (request) => (
                <Link
                  to={`/requests/${request.id}`}
                  aria-label={t('requests.view', {
                    offer: request.offer,
                    userId: holderOf(request),
                  })}
                >
                  {request.offer}
                </Link>
              ),
            ],
            {
              label: t('requests.state'),
              cell: (request) => <RequestState request={request} />,
            },
            { label: t('requests.createdAt'), cell: (request) => time(request.createdAt) },
          ]}
        />
      </TabBar>
      {deciding && <ApproveAllDialog deciding={deciding} onClose={() => setDeciding(undefined)} />}
      {making && <MakeRequestDialog onClose={() => setMaking(false)} />}
    </Screen>
  );
}

/** Requesting a token on behalf of a user. */
function MakeRequestDialog({ onClose }: { onClose: () => void }) {
  const { t, api } = useConsole();
  const { values, field } = useFields({ userId: '', nickname: '', reason: '' });
  const { userId, nickname, reason } = values;
  const [chosen, setChosen] = useState<string>();
  const offers = useAnswer('listOffers', {});
  const open = (offers.data?.items ?? []).filter(({ enabled }) => enabled);
  const offer = chosen ?? (open.find(({ isDefault }) => isDefault) ?? open[0])?.id ?? '';
  return (
    <FormDialog
      title={t('requests.makeTitle')}
      action={t('requests.makeAction')}
      ready={userId.trim() !== '' && offer !== ''}
      onClose={onClose}
      onSubmit={() => api('requestToken', { body: { userId, offer, nickname, reason } })}
      said={t('requests.made', { userId })}
      changes={['requests']}
    >
      {offers.isSuccess && open.length === 0 ? (
        <Alert variant="warning" title={t('requests.noOffers')} />
      ) : (
        <>
          <ProblemAlert error={offers.error} onRetry={() => offers.refetch()} />
          <TextField label={t('requests.user')} required {...field('userId')} />
          <ChoiceField
            label={t('requests.offer')}
            required
            value={offer}
            onChange={setChosen}
            choices={open.map(({ id, name }) => ({ value: id, label: name }))}
            path="offer"
          />
          <TextField {...helped(t, 'requests.nickname')} {...field('nickname')} />
          <AreaField label={t('requests.why')} rows={2} {...field('reason')} />
        </>
      )}
    </FormDialog>
  );
}
