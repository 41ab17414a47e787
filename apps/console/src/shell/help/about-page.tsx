/** About: which version runs, on what, and whose work is in it. */
import { PACKAGES } from 'virtual:licenses';
import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../../session/use-console.ts';
import { ItemTable } from '../../ui/lists/listing.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Facts, TitledCard } from '../../ui/titled-card.tsx';

/** Not by the folder they were found in. */
const BY_NAME = [...PACKAGES].sort((one, other) => (one.name < other.name ? -1 : 1));

export function Component() {
  const { t, api, can } = useConsole();
  const query = useQuery({
    queryKey: ['about'],
    queryFn: async () => {
      const [server, nodes] = await Promise.all([
        api('getServer', {}),
        can('settings:edit') ? api('listNodes', {}) : undefined,
      ]);
      return { server, nodes };
    },
  });
  return (
    <Screen title={t('about.title')} trail={[{ label: t('help.title'), to: '/help' }]}>
      <Loaded query={query}>
        {({ server, nodes }) => (
          <div className="sower-stack">
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
