/** One distribution in full, with its history. */
import { List, ListItem } from '@patternfly/react-core';
import type { Distribution } from '@sower/api/distributions';
import { useActorWords } from '../api/actor-words.ts';
import { useConsole } from '../session/use-console.ts';
import { Facts } from '../ui/facts.tsx';
import { DistributionLabel } from './token-state.tsx';

export function DistributionView({ distribution }: { distribution: Distribution }) {
  const { t, exact, time } = useConsole();
  const actorWords = useActorWords();
  const binding = distribution.deviceBinding;
  return (
    <div className="sower-stack">
      <Facts
        facts={[
          [t('distribution.state'), <DistributionLabel key="state" state={distribution.state} />],
          ...(distribution.reason === undefined
            ? []
            : ([[t('distribution.reason'), distribution.reason]] as const)),
          [t('distribution.profile'), distribution.profile],
          [t('distribution.delivery'), t(`delivery.${distribution.delivery}`)],
          [t('distribution.deviceType'), distribution.deviceType],
          [
            t('distribution.binding'),
            binding.kind === 'id' ? (
              <span key="binding" className="sower-mono sower-wrap">
                {binding.deviceId}
              </span>
            ) : (
              t(`binding.${binding.kind}`)
            ),
          ],
          [
            t('distribution.enforced'),
            distribution.bindingEnforced ? t('distribution.enforcedYes') : t('distribution.enforcedNo'),
          ],
          ...(distribution.deviceId === undefined
            ? []
            : ([[t('distribution.device'), distribution.deviceId]] as const)),
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
