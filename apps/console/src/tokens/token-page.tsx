/** One token: its properties, its seeds, and all its distributions. */
import { ExpandableSection, List, ListItem } from '@patternfly/react-core';
import type { Distribution } from '@sower/api/distributions';
import type { Token } from '@sower/api/tokens';
import { visible } from '@sower/bytes/printable';
import { useParams } from 'react-router';
import { TokenAccess, TokenHistory } from '../access/token-access.tsx';
import { useAnswer } from '../api/use-answer.ts';
import { holderOf, useActorWords } from '../api/user-words.ts';
import { undistributable } from '../distribute/undistributable.ts';
import { useConsole } from '../session/use-console.ts';
import { ActionMenu } from '../ui/action-menu.tsx';
import { Link, LinkButton } from '../ui/link.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Screen } from '../ui/screen.tsx';
import { Facts, monospaced, TitledCard } from '../ui/titled-card.tsx';
import { useOnward } from '../ui/use-onward.ts';
import { DistributionLabel, pairFacts, TokenStateLabels } from './token-state.tsx';
import { useTokenActions } from './use-token-actions.tsx';

export function Component() {
  const { t, can } = useConsole();
  const onward = useOnward();
  const { serial = '' } = useParams();
  const { menuFor, dialog } = useTokenActions(() => onward('/tokens?tab=unassigned'));
  const token = useAnswer('getToken', { params: { serial } });
  const data = token.data;
  return (
    <Screen
      title={t('tokens.titleOne', { serial })}
      actions={
        data && (
          <>
            {undistributable(t, data) === undefined && (
              <LinkButton to={`/tokens/${serial}/distribute`} variant="primary">
                {data.distribution ? t('tokens.redistribute') : t('tokens.distribute')}
              </LinkButton>
            )}
            <ActionMenu
              label={t('tokens.menuOf', { serial })}
              text={t('ui.actions')}
              entries={menuFor(data, ['view'])}
            />
          </>
        )
      }
    >
      <Loaded query={token}>
        {(value) => (
          <div className="sower-columns sower-tiles">
            <TitledCard title={t('tokens.token')}>
              <TokenFacts token={value} />
            </TitledCard>
            {value.userId !== undefined && (
              <TitledCard title={t('access.title')}>
                <TokenAccess token={value} userId={value.userId} />
              </TitledCard>
            )}
            <TitledCard title={t('tokens.seeds')}>
              <Seeds seeds={value.seeds} />
            </TitledCard>
            <TitledCard title={t('tokens.distributions')}>
              <Distributions serial={serial} />
            </TitledCard>
            {can('audit:view') && <TokenHistory serial={serial} />}
          </div>
        )}
      </Loaded>
      {dialog}
    </Screen>
  );
}

function TokenFacts({ token }: { token: Token }) {
  const { t, date, time } = useConsole();
  return (
    <Facts
      facts={[
        [
          t('tokens.columns.serial'),
          <span key="serial" className="sower-mono">
            {token.serial}
          </span>,
        ],
        [t('tokens.columns.kind'), t(`tokens.kinds.${token.kind}`)],
        ...(['label', 'maker', 'formFactor', 'batch'] as const).flatMap((fact): [string, string][] =>
          token[fact] === undefined ? [] : [[t(`tokens.columns.${fact}`), visible(token[fact])]],
        ),
        [
          t('tokens.columns.userId'),
          token.userId === undefined ? (
            t('tokens.nobody')
          ) : (
            <Link key="user" to={`/users/${encodeURIComponent(token.userId)}`}>
              {holderOf(token)}
            </Link>
          ),
        ],
        [t('tokens.columns.state'), <TokenStateLabels key="state" token={token} />],
        ...pairFacts(t, token),
        token.lentUntil !== undefined && [t('tokens.loan.fact'), date(token.lentUntil)],
        [t('tokens.loan.aside'), token.lentInstead],
        [t('tokens.columns.pin'), token.pinSet ? t('tokens.pinSet') : t('tokens.pinNotSet')],
        [t('tokens.columns.expiresOn'), date(token.expiresOn)],
        [t('domains.one'), token.securityDomain],
        [t('tokens.failures'), String(token.failures)],
        [t('tokens.columns.createdAt'), time(token.createdAt)],
      ]}
    />
  );
}

function Seeds({ seeds }: { seeds: Token['seeds'] }) {
  const { t, time } = useConsole();
  if (seeds.length === 0) return <p>{t('tokens.noSeed')}</p>;
  return (
    <div className="sower-stack">
      {seeds.map((seed) => (
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
              t('profile-field.authenticationType.label'),
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
  );
}

function Distributions({ serial }: { serial: string }) {
  const { t } = useConsole();
  const distributions = useAnswer('listDistributions', {
    params: { serial },
  });
  return (
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
  );
}

/** One distribution in full, with its history. */
function DistributionView({ distribution }: { distribution: Distribution }) {
  const { t, exact, time } = useConsole();
  const actorWords = useActorWords();
  const binding = distribution.deviceBinding;
  return (
    <div className="sower-stack">
      <Facts
        facts={[
          [t('distribution.state'), <DistributionLabel key="state" state={distribution.state} />],
          [t('distribution.reason'), distribution.reason],
          [t('distribution.profile'), distribution.profile],
          [t('distribution.delivery'), t(`delivery.${distribution.delivery}`)],
          [t('distribution.deviceType'), distribution.deviceType],
          [
            t('distribution.binding'),
            binding.kind === 'id' ? monospaced(binding.deviceId) : t(`binding.${binding.kind}`),
          ],
          [
            t('distribution.enforced'),
            distribution.bindingEnforced ? t('distribution.enforcedYes') : t('distribution.enforcedNo'),
          ],
          [t('distribution.device'), distribution.deviceId],
          [t('distribution.nickname'), distribution.nickname || '–'],
          [t('distribution.by'), `${actorWords(distribution.createdBy)}, ${time(distribution.createdAt)}`],
          [
            t('distribution.expires'),
            distribution.expiresAt === undefined ? t('distribution.never') : time(distribution.expiresAt),
          ],
        ]}
      />
      <List aria-label={t('distribution.history')}>
        {distribution.history.map((event) => (
          <ListItem key={`${event.at} ${event.state}`}>
            {exact(event.at)} – {t(`states.${event.state}`)}
            {event.reason === undefined ? '' : `: ${event.reason}`}
            {event.deviceId === undefined ? '' : ` (${event.deviceId})`}
            {event.source === undefined ? '' : ` [${event.source}]`}
          </ListItem>
        ))}
      </List>
    </div>
  );
}
