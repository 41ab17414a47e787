/** One token of a user, with its actions. */
import { Card, CardBody, CardHeader, CardTitle } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { TokenAccess } from '../access/token-access.tsx';
import { useConsole } from '../session/use-console.ts';
import { DistributionLabel, pairFacts, TokenStateLabels } from '../tokens/token-state.tsx';
import { useTokenActions } from '../tokens/use-token-actions.tsx';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { LinkButton } from '../ui/patternfly.tsx';
import { Facts } from '../ui/titled-card.tsx';

export function UserToken({ serial }: { serial: string }) {
  const { t, api, can, date, time } = useConsole();
  const { menuFor, dialog } = useTokenActions();
  const token = useQuery({
    queryKey: ['token', serial],
    queryFn: () => api('getToken', { params: { serial } }),
  });
  const held = token.data;
  return (
    <Card component="section">
      <CardHeader
        {...(held
          ? {
              actions: {
                actions: (
                  <ActionMenu label={t('tokens.menuOf', { serial })} entries={menuFor(held, ['assign'])} />
                ),
                hasNoOffset: true,
              },
            }
          : {})}
      >
        <CardTitle component="h2">
          {t('tokens.token')}{' '}
          <Link to={`/tokens/${serial}`} className="sower-mono">
            {serial}
          </Link>
        </CardTitle>
      </CardHeader>
      <CardBody>
        <Loaded query={token}>
          {(value) => {
            const current = value.seeds.find(({ state }) => state === 'current');
            return (
              <div className="sower-stack">
                <Facts
                  facts={[
                    [t('tokens.columns.state'), <TokenStateLabels key="state" token={value} />],
                    ...pairFacts(t, value),
                    [
                      t('tokens.columns.distribution'),
                      <DistributionLabel key="distribution" state={value.distribution?.state} />,
                    ],
                    [t('tokens.columns.profile'), value.distribution?.profile ?? '–'],
                    [t('tokens.columns.pin'), value.pinSet ? t('tokens.pinSet') : t('tokens.pinNotSet')],
                    [
                      t('tokens.seed.lastAcceptedAt'),
                      current?.lastAcceptedAt === undefined ? '–' : time(current.lastAcceptedAt),
                    ],
                    [t('tokens.failures'), String(value.failures)],
                    [t('tokens.columns.expiresOn'), date(value.expiresOn)],
                  ]}
                />
                {value.userId !== undefined && <TokenAccess token={value} userId={value.userId} />}
                {can('tokens:distribute') &&
                  value.kind === 'software' &&
                  value.enabled &&
                  !value.lost &&
                  !value.expired && (
                    <div className="sower-actions">
                      <LinkButton to={`/tokens/${serial}/distribute`} variant="primary">
                        {value.distribution ? t('tokens.redistribute') : t('tokens.distribute')}
                      </LinkButton>
                    </div>
                  )}
              </div>
            );
          }}
        </Loaded>
      </CardBody>
      {dialog}
    </Card>
  );
}
