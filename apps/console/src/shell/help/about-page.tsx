/** About: which version runs, on what, and whose work is in it. */
import { PACKAGES } from 'virtual:licenses';
import { useAnswer } from '../../api/use-answer.ts';
import { useConsole } from '../../session/use-console.ts';
import { ItemTable } from '../../ui/lists/listing.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Facts, TitledCard } from '../../ui/titled-card.tsx';

/** Not by the folder they were found in. */
const BY_NAME = [...PACKAGES].sort((one, other) => (one.name < other.name ? -1 : 1));

export function Component() {
  const { t, can } = useConsole();
  const served = useAnswer('getServer', {});
  const { data: nodes, error } = useAnswer('listNodes', {}, { enabled: can('settings:edit') });
  return (
    <Screen title={t('about.title')} trail={[{ label: t('help.title'), to: '/help' }]}>
      <Loaded query={served}>
        {(server) => (
          <div className="sower-stack">
            <ProblemAlert error={error} />
            <TitledCard title={server.product}>
              <Facts
                facts={[
                  [t('about.version'), server.version],
                  [t('about.installation'), server.installation],
                  [t('about.address'), server.publicUrl],
                  ...(nodes === undefined
                    ? []
                    : ([
                        [t('about.runtime'), nodes.runtime],
                        [t('about.database'), nodes.database.version],
                        [t('about.nodes'), nodes.items.map(({ host }) => host).join(', ')],
                      ] as const)),
                  [t('about.license'), 'Apache-2.0'],
                ]}
              />
            </TitledCard>
            <ItemTable
              label={t('about.packages')}
              items={BY_NAME}
              keyOf={({ name, version }) => `${name} ${version}`}
              columns={[
                [t('about.package'), ({ name }) => name],
                { label: t('about.version'), cell: ({ version }) => version },
                { label: t('about.license'), cell: ({ license }) => license },
              ]}
            />
          </div>
        )}
      </Loaded>
    </Screen>
  );
}
