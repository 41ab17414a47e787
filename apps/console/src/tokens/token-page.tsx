/** One token: its properties, its seeds, and all its distributions. */
import { Card, CardBody, CardTitle, ExpandableSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from 'react-router';
import { TokenAccess } from '../access/token-access.tsx';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Facts } from '../ui/facts.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';
import { DistributionView } from './distribution-view.tsx';
import { pairFacts } from './pair-facts.tsx';
import { TokenStateLabels } from './token-state.tsx';
import { useTokenActions } from './use-token-actions.tsx';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const navigate = useNavigate();
  const { can } = useSession();
  const { serial = '' } = useParams();
  const { date, time } = useTimes();
  const { menuFor, dialog } = useTokenActions(() => navigate('/tokens?tab=unassigned'));
  const token = useQuery({
    queryKey: ['token', serial],
    queryFn: () => api('getToken', { params: { serial } }),
  });
  const distributions = useQuery({
    queryKey: ['token', serial, 'distributions'],
    queryFn: () => api('listDistributions', { params: { serial } }),
  });
  const held = token.data;
  return (
    <Screen
      title={t('tokens.titleOne', { serial })}
      trail={[{ label: t('menu.authentication') }, { label: t('menu.tokens'), to: '/tokens' }]}
      actions={
        held && (
          <>
            {can('tokens:distribute') && held.userId !== undefined && held.enabled && !held.lost && (
              <LinkButton to={`/tokens/${serial}/distribute`} variant="primary">
                {held.distribution ? t('tokens.redistribute') : t('tokens.distribute')}
              </LinkButton>
            )}
            <ActionMenu
              label={t('tokens.menuOf', { serial })}
              text={t('ui.actions')}
              entries={menuFor(held, ['view'])}
            />
          </>
        )
      }
    >
      <div className="sower-columns">
        <Card component="section">
          <CardTitle component="h2">{t('tokens.token')}</CardTitle>
          <CardBody>
            <Loaded query={token}>
              {(value) => (
                <Facts
                  facts={[
                    [
                      t('tokens.columns.serial'),
                      <span key="serial" className="sower-mono">
                        {value.serial}
                      </span>,
                    ],
                    [
                      t('tokens.columns.userId'),
                      value.userId === undefined ? (
                        t('tokens.nobody')
                      ) : (
                        <Link key="user" to={`/users/${encodeURIComponent(value.userId)}`}>
                          {value.userId}
                        </Link>
                      ),
                    ],
                    [t('tokens.columns.state'), <TokenStateLabels key="state" token={value} />],
                    ...pairFacts(t, value),
                    [t('tokens.columns.pin'), value.pinSet ? t('tokens.pinSet') : t('tokens.pinNotSet')],
                    [t('tokens.columns.expiresOn'), date(value.expiresOn)],
                    [t('domains.one'), value.securityDomain],
                    [t('tokens.failures'), String(value.failures)],
                    [t('tokens.columns.createdAt'), time(value.createdAt)],
                  ]}
                />
              )}
            </Loaded>
          </CardBody>
        </Card>
        {token.data?.userId !== undefined && (
          <Card component="section">
            <CardTitle component="h2">{t('access.title')}</CardTitle>
            <CardBody>
              <TokenAccess serial={token.data.serial} userId={token.data.userId} />
            </CardBody>
          </Card>
        )}
        <Card component="section">
          <CardTitle component="h2">{t('tokens.seeds')}</CardTitle>
          <CardBody>
            <Loaded query={token}>
              {(value) =>
                value.seeds.length === 0 ? (
                  <p>{t('tokens.noSeed')}</p>
                ) : (
                  <div className="sower-stack">
                    {value.seeds.map((seed) => (
                      <Facts
                        key={`${seed.state}${seed.provisionedAt}`}
                        facts={[
                          [t('tokens.seed.state'), t(`tokens.seed.${seed.state}`)],
                          [
                            t('tokens.seed.kind'),
                            t('tokens.seed.kindSays', {
                              algorithm: t(`algorithms.${seed.algorithm}`),
                              digits: seed.digits,
                              interval: seed.interval,
                            }),
                          ],
                          [
                            t('profiles.authenticationType'),
                            t(`authenticationTypes.${seed.authenticationType}`),
                          ],
                          [t('tokens.seed.provisionedAt'), time(seed.provisionedAt)],
                          [
                            t('tokens.seed.lastAcceptedAt'),
                            seed.lastAcceptedAt === undefined ? '–' : time(seed.lastAcceptedAt),
                          ],
                        ]}
                      />
                    ))}
                  </div>
                )
              }
            </Loaded>
          </CardBody>
        </Card>
        <Card component="section">
          <CardTitle component="h2">{t('tokens.distributions')}</CardTitle>
          <CardBody>
            <Loaded query={distributions}>
              {({ items: [latest, ...earlier] }) =>
                latest === undefined ? (
                  <p>{t('tokens.neverDistributed')}</p>
                ) : (
                  <div className="sower-stack">
                    <DistributionView distribution={latest} />
                    {earlier.length > 0 && (
                      <ExpandableSection toggleText={t('tokens.earlier', { count: earlier.length })}>
                        <div className="sower-stack">
                          {earlier.map((distribution) => (
                            <DistributionView key={distribution.id} distribution={distribution} />
                          ))}
                        </div>
                      </ExpandableSection>
                    )}
                  </div>
                )
              }
            </Loaded>
          </CardBody>
        </Card>
      </div>
      {dialog}
    </Screen>
  );
}
