/** Administration > Provisioning. */

import { Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { pageSize } from '../ui/cursor-paging.tsx';
import { ItemTable } from '../ui/item-table.tsx';
import { Listing } from '../ui/listing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { isRefresh } from '../ui/refresh.ts';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';
import { MakeRequestDialog } from './make-request-dialog.tsx';
import { RequestState } from './request-state.tsx';

const TABS = ['waiting', 'deferred', 'closed'] as const;

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const { time } = useTimes();
  const [parameters, setParameters] = useSearchParams();
  const [making, setMaking] = useState(false);
  const limit = pageSize(parameters);
  const cursor = parameters.get('cursor') ?? undefined;
  const show = TABS.find((tab) => tab === parameters.get('tab')) ?? 'waiting';
  const requests = useQuery({
    queryKey: ['requests', show, limit, cursor],
    queryFn: (context) =>
      api('listRequests', {
        query: { show, limit, ...(cursor === undefined ? {} : { cursor }) },
        quiet: isRefresh(context),
      }),
    refetchInterval: 15_000,
  });
  const make = can('requests:make') && (
    <Button variant="secondary" onClick={() => setMaking(true)}>
      {t('requests.make')}
    </Button>
  );
  return (
    <Screen
      title={t('requests.title')}
      trail={[{ label: t('menu.administration') }]}
      intro={t('requests.intro')}
      actions={make}
    >
      <Tabs
        activeKey={show}
        aria-label={t('requests.tabsName')}
        onSelect={(_, key) => setParameters({ tab: String(key) })}
      >
        {TABS.map((tab) => (
          <Tab
            key={tab}
            eventKey={tab}
            title={<TabTitleText>{t(`requests.tabs.${tab}`)}</TabTitleText>}
            aria-label={t(`requests.tabs.${tab}`)}
          >
            {tab === show && (
              <div className="sower-tab">
                <Listing
                  query={requests}
                  title={t(`requests.none.${show}`)}
                  body={t('requests.noneBody')}
                  action={make}
                  paged
                >
                  {(items) => (
                    <ItemTable
                      label={t('requests.title')}
                      items={items}
                      keyOf={(request) => request.id}
                      columns={[
                        {
                          label: t('requests.user'),
                          modifier: 'breakWord',
                          cell: (request) => request.userId,
                        },
                        {
                          label: t('requests.offer'),
                          modifier: 'breakWord',
                          cell: (request) => (
                            <Link
                              to={`/requests/${request.id}`}
                              aria-label={t('requests.view', {
                                offer: request.offer,
                                userId: request.userId,
                              })}
                            >
                              {request.offer}
                            </Link>
                          ),
                        },
                        {
                          label: t('requests.state'),
                          cell: (request) => <RequestState request={request} />,
                        },
                        { label: t('requests.createdAt'), cell: (request) => time(request.createdAt) },
                      ]}
                    />
                  )}
                </Listing>
              </div>
            )}
          </Tab>
        ))}
      </Tabs>
      {making && <MakeRequestDialog onClose={() => setMaking(false)} />}
    </Screen>
  );
}
