/** Authentication > Coexistence: the old RADIUS servers that users are forwarded to, and how far the move is. */
import { Label } from '@patternfly/react-core';
import { type Coexistence, type CoexistenceProgress, onceIn } from '@sower/api/coexistences';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { asking, useTexts } from '../texts/use-texts.ts';
import { lastEntry } from '../ui/action-menu.tsx';
import { useQuestion, useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { Facts, TitledCard } from '../ui/titled-card.tsx';
import { CoexistenceDialog } from './coexistence-dialog.tsx';
import { CoexistenceUsers } from './coexistence-users.tsx';

const COLORS = { on: 'green', off: 'grey', ended: 'orange' } as const;

export function Component() {
  const { t, api, can, date } = useConsole();
  const [edit, editing] = useWindow<Coexistence | undefined>((coexistence, onClose) => (
    <CoexistenceDialog coexistence={coexistence} onClose={onClose} />
  ));
  const [turn, turning] = useQuestion<Coexistence>(({ id, name, version, enabled }) => {
    const what = enabled ? 'disable' : 'enable';
    return {
      title: t(`coexistence.${what}Title`, { name }),
      action: t(`coexistence.${what}`),
      body: t(`coexistence.${what}Body`),
      onConfirm: () =>
        api('editCoexistence', { params: { id }, body: { enabled: !enabled }, ifMatch: version }),
      said: t('coexistence.saved', { name }),
    };
  });
  const [remove, removing] = useQuestion<Coexistence>(({ id, name }) => ({
    ...asking(t, 'coexistence.delete', { name }),
    onConfirm: () => api('deleteCoexistence', { params: { id } }),
    said: t('coexistence.deleted', { name }),
  }));
  const coexistences = useAnswer('listCoexistences', {});
  const progress = useAnswer('getCoexistenceProgress', {});
  const add = can('agents:edit') && <Button onClick={() => edit(undefined)}>{t('coexistence.add')}</Button>;
  const some = (coexistences.data?.items.length ?? 0) > 0;
  return (
    <Screen title={t('coexistence.title')} intro={t('coexistence.intro')} actions={add} stacked>
      <Listing
        query={coexistences}
        none={{ title: t('coexistence.none'), body: t('coexistence.noneBody'), action: add }}
        columns={[
          [t('coexistence.name'), ({ name }) => name],
          [
            t('coexistence.servers'),
            ({ servers }) =>
              servers.map((server) => (
                <div key={server} className="sower-mono">
                  {server}
                </div>
              )),
          ],
          [t('coexistence.domain'), ({ securityDomain }) => securityDomain],
          [t('coexistence.client'), ({ radiusClient }) => radiusClient?.name ?? t('coexistence.allClients')],
          { label: t('coexistence.endsOn'), cell: ({ endsOn }) => date(endsOn) },
          {
            label: t('coexistence.state'),
            cell: ({ state }) => <Label color={COLORS[state]}>{t(`coexistence.states.${state}`)}</Label>,
          },
        ]}
        menu={
          can('agents:edit')
            ? (coexistence) => ({
                name: coexistence.name,
                entries: [
                  { label: t('coexistence.edit'), onSelect: () => edit(coexistence) },
                  {
                    label: t(coexistence.enabled ? 'coexistence.disable' : 'coexistence.enable'),
                    onSelect: () => turn(coexistence),
                  },
                  lastEntry(t('coexistence.delete'), () => remove(coexistence)),
                ],
              })
            : undefined
        }
      />
      {some && (
        <>
          <TitledCard title={t('coexistence.progress')}>
            <Loaded query={progress}>{(shown) => <Progress progress={shown} />}</Loaded>
          </TitledCard>
          {can('users:view') && <CoexistenceUsers />}
        </>
      )}
      {editing}
      {turning}
      {removing}
    </Screen>
  );
}

function Progress({ progress }: { progress: CoexistenceProgress }) {
  const t = useTexts();
  const { moved, waiting, conflicts, seeds, odds } = progress;
  const oneIn = (probability: number): string => {
    const count = onceIn(probability);
    return count === undefined ? t('coexistence.noOdds') : t('coexistence.oneIn', { count });
  };
  return (
    <div className="sower-stack">
      {seeds.unassigned > seeds.most && (
        <Alert variant="warning" title={t('coexistence.tooManySeeds', { maximum: seeds.most })} />
      )}
      <Facts
        facts={[
          [t('coexistence.moves.moved'), t('coexistence.users', { count: moved })],
          [t('coexistence.moves.waiting'), t('coexistence.users', { count: waiting })],
          [t('coexistence.moves.conflict'), t('coexistence.users', { count: conflicts })],
          [t('coexistence.seeds'), t('coexistence.seedCount', { count: seeds.unassigned })],
          [t('coexistence.oddsOnce'), oneIn(odds.once)],
          [t('coexistence.oddsAll'), oneIn(odds.all)],
        ]}
      />
      <p>{t('coexistence.oddsMean', { digits: odds.digits, window: odds.window, matches: odds.matches })}</p>
    </div>
  );
}
