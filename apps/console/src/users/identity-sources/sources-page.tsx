/** Setup > Identity Sources. */
import { Label } from '@patternfly/react-core';
import type { IdentitySource } from '@sower/api/identity-sources';
import { useNavigate } from 'react-router';
import { useAnswer } from '../../api/use-answer.ts';
import { useConsole } from '../../session/use-console.ts';
import { useTexts } from '../../texts/use-texts.ts';
import { lastEntry, type MenuEntries } from '../../ui/action-menu.tsx';
import { useQuestion } from '../../ui/dialogs/small-dialogs.tsx';
import { Link, LinkButton } from '../../ui/link.tsx';
import { ItemTable, Listing } from '../../ui/lists/listing.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAtOnce } from '../../ui/use-work.ts';
import { RunState } from './run-state.tsx';

export function Component() {
  const { t, api } = useConsole();
  const navigate = useNavigate();
  const atOnce = useAtOnce();
  const [ask, asked] = useQuestion<AskedOfSource>(({ what, source: { id, name, version } }) => ({
    title: t(`sources.confirm.${what}.title`, { name }),
    action: t(`sources.${ACTIONS[what]}`),
    body: t(`sources.confirm.${what}.body`),
    danger: what === 'delete',
    ...(what === 'delete' ? { name } : {}),
    onConfirm: () =>
      what === 'delete'
        ? api('deleteIdentitySource', { params: { id } })
        : api('editIdentitySource', { params: { id }, body: { enabled: what === 'on' }, ifMatch: version }),
    said: t(`sources.confirm.${what}.done`, { name }),
    changes: ['identity-sources'],
  }));
  const sources = useAnswer('listIdentitySources', {});
  const add = (
    <LinkButton to="/identity-sources/new" variant="primary">
      {t('sources.add')}
    </LinkButton>
  );
  const moveTo = ({ id, version }: IdentitySource, position: number) =>
    api('editIdentitySource', { params: { id }, body: { position }, ifMatch: version });
  const swap = async (one: IdentitySource, other: IdentitySource): Promise<void> => {
    await moveTo(one, other.position);
    await moveTo(other, one.position);
  };
  const menuFor = (source: IdentitySource, items: readonly IdentitySource[]): MenuEntries => {
    const at = items.indexOf(source);
    const path = `/identity-sources/${source.id}`;
    const move = (label: string, other: IdentitySource | undefined) =>
      other !== undefined && {
        ...{ label, onSelect: () => atOnce(swap(source, other), t('sources.said.moved')) },
      };
    return [
      { label: t('sources.test'), onSelect: () => navigate(path, { state: { test: true } }) },
      { label: t('sources.edit'), onSelect: () => navigate(`${path}/edit`) },
      move(t('sources.moveUp'), items[at - 1]),
      move(t('sources.moveDown'), items[at + 1]),
      source.enabled
        ? { label: t('sources.switchOff'), onSelect: () => ask({ what: 'off', source }) }
        : { label: t('sources.switchOn'), onSelect: () => ask({ what: 'on', source }) },
      lastEntry(t('sources.delete'), () => ask({ what: 'delete', source })),
    ];
  };
  return (
    <Screen title={t('sources.title')} intro={t('sources.intro')} actions={add}>
      <Listing query={sources} none={{ title: t('sources.none'), body: t('sources.noneBody'), action: add }}>
        {(items) => (
          <ItemTable
            items={items}
            columns={[
              {
                label: t('sources.order'),
                cell: (source) => t('sources.place', { position: items.indexOf(source) + 1 }),
              },
              [t('sources.name'), ({ id, name }) => <Link to={`/identity-sources/${id}`}>{name}</Link>],
              { label: t('sources.kind'), cell: ({ kind }) => t(`sources.kinds.${kind}`) },
              [
                t('sources.servers'),
                ({ connection }) =>
                  connection.urls.map((url) => (
                    <div key={url} className="sower-mono">
                      {url}
                    </div>
                  )),
              ],
              { label: t('sources.users'), cell: (source) => <SourceUsers source={source} /> },
              { label: t('sourceRuns.lastRun'), cell: (source) => <LastRun source={source} /> },
              { label: t('sources.state'), cell: (source) => <SourceState source={source} /> },
            ]}
            menu={(source) => ({ name: source.name, entries: menuFor(source, items) })}
          />
        )}
      </Listing>
      {asked}
    </Screen>
  );
}

function LastRun({ source: { id, goodAt, late } }: { source: IdentitySource }) {
  const { t, time } = useConsole();
  const runs = useAnswer('listSourceRuns', { params: { id }, query: { limit: 1 } });
  const last = runs.data?.items[0];
  if (runs.isError) return '–';
  if (last === undefined) return runs.isPending ? '…' : t('sourceRuns.never');
  return (
    <>
      <div>
        <Link to={`/identity-sources/${id}/runs/${last.id}`}>{time(last.endedAt ?? last.createdAt)}</Link>
      </div>
      <RunState run={last} />
      {late && (
        <div>
          {goodAt === undefined ? t('sources.lateNever') : t('sources.lateSince', { time: time(goodAt) })}
        </div>
      )}
    </>
  );
}

export function SourceState({ source: { enabled } }: { source: IdentitySource }) {
  const t = useTexts();
  return <Label color={enabled ? 'green' : 'grey'}>{t(enabled ? 'sources.on' : 'sources.off')}</Label>;
}

export function SourceUsers({ source: { users } }: { source: IdentitySource }) {
  const { t, count } = useConsole();
  return users.disabled + users.gone === 0 ? count(users.all) : t('sources.usersOf', users);
}

type AskedOfSource = { readonly what: 'on' | 'off' | 'delete'; readonly source: IdentitySource };

const ACTIONS = { on: 'switchOn', off: 'switchOff', delete: 'delete' } as const;
