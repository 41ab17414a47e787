/** Setup > Nodes: the processes that serve, whether each can be trusted, and the database that they share. */
import { Label, List, ListItem } from '@patternfly/react-core';
import type { Node, NodesView } from '@sower/api/nodes';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ItemTable } from '../ui/lists/listing.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Screen } from '../ui/screen.tsx';
import { TitledCard } from '../ui/titled-card.tsx';

const REFRESH_MILLISECONDS = 10_000;

export function Component() {
  const { t } = useConsole();
  const nodes = useAnswer('listNodes', {}, { refetchInterval: REFRESH_MILLISECONDS });
  return (
    <Screen title={t('nodes.title')} intro={t('nodes.intro')}>
      <Loaded query={nodes}>
        {({ items, database }) => (
          <div className="sower-stack">
            <Processes items={items} />
            <Shared database={database} />
          </div>
        )}
      </Loaded>
    </Screen>
  );
}

function Processes({ items }: { items: readonly Node[] }) {
  const { t, time } = useConsole();
  return (
    <ItemTable
      items={items}
      columns={[
        [t('nodes.host'), ({ host }) => host],
        { label: t('nodes.process'), cell: ({ process }) => process },
        { label: t('nodes.version'), cell: ({ version }) => version },
        { label: t('nodes.startedAt'), cell: ({ startedAt }) => time(startedAt) },
        { label: t('nodes.seenAt'), cell: ({ seenAt }) => time(seenAt) },
        { label: t('nodes.clock'), cell: ({ clockAhead }) => <Clock ahead={clockAhead} /> },
        [
          t('nodes.state'),
          ({ problems }) =>
            problems.length === 0 ? <Label color="green">{t('nodes.ready')}</Label> : problems.join(' '),
        ],
      ]}
    />
  );
}

function Clock({ ahead }: { ahead: number }) {
  const t = useTexts();
  const seconds = Math.round(Math.abs(ahead));
  if (seconds === 0) return t('nodes.clockRight');
  return ahead > 0 ? t('nodes.ahead', { seconds }) : t('nodes.behind', { seconds });
}

function Shared({ database }: Pick<NodesView, 'database'>) {
  const { t, size } = useConsole();
  const { kind, replication, standbys, standbyLag, awaited } = database;
  const words = (): string => {
    if (replication === 'awaited') return t('nodes.replication.awaited', { count: standbys, names: awaited });
    if (replication === 'missing') return t('nodes.replication.missing', { names: awaited });
    return t(`nodes.replication.${replication}`);
  };
  const lagWords = ({ name, bytes, seconds }: (typeof standbyLag)[number]): string => {
    if (bytes === undefined) return t('nodes.lag.hidden', { name });
    if (bytes === 0) return t('nodes.lag.current', { name });
    return seconds === undefined
      ? t('nodes.lag.behind', { name, size: size(bytes) })
      : t('nodes.lag.took', { name, size: size(bytes), seconds });
  };
  return (
    <TitledCard title={t('nodes.database')}>
      <p>{t(`nodes.kinds.${kind}`)}</p>
      {kind === 'postgresql' && <p>{words()}</p>}
      {standbyLag.length > 0 && (
        <List>
          {standbyLag.map((standby, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two may have the same name
            <ListItem key={index}>{lagWords(standby)}</ListItem>
          ))}
        </List>
      )}
    </TitledCard>
  );
}
