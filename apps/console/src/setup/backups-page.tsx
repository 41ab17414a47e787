/** Setup > Backups: what was made and why one failed, and starting one. Where they go, and who can read them, is decided on the server's host. */
import { Label } from '@patternfly/react-core';
import type { Backup, Backups } from '@sower/api/backups';
import { useAnswer } from '../api/use-answer.ts';
import { useActorWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { ItemTable } from '../ui/lists/listing.tsx';
import { Loaded, Nothing } from '../ui/loaded.tsx';
import { Alert, Button, withOptionNames } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { Facts, TitledCard } from '../ui/titled-card.tsx';
import { useSaving } from '../ui/use-work.ts';

const COLORS = { running: 'blue', done: 'green', failed: 'red', removed: 'grey' } as const;

export function Component() {
  const { t, api, done } = useConsole();
  const backups = useAnswer(
    'listBackups',
    {},
    {
      refetchInterval: (query) =>
        query.state.data?.items.some(({ state }) => state === 'running') ? 2_000 : 15_000,
    },
  );
  const making = useSaving(
    { mutationFn: () => api('makeBackup', {}), onSuccess: () => done(t('backups.begun'), ['backups']) },
    t('backups.make'),
  );
  const running = backups.data?.items.some(({ state }) => state === 'running') ?? false;
  return (
    <Screen
      title={t('menu.backups')}
      intro={t('backups.intro')}
      actions={
        backups.data?.configured && (
          <Button onClick={() => making.mutate()} pending={making.isPending || running}>
            {t('backups.make')}
          </Button>
        )
      }
      stacked
    >
      <ProblemAlert error={making.error} />
      <Loaded query={backups}>
        {(value) => (
          <>
            <Plan backups={value} />
            {value.items.length > 0 ? (
              <Made items={value.items} />
            ) : (
              value.configured && <Nothing title={t('backups.none')} body={t('backups.noneBody')} />
            )}
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function Plan({ backups }: { backups: Backups }) {
  const { t, time } = useConsole();
  const { configured, recipients, withMasterKey, madeAt, verifiedAt, late, verifyLate } = backups;
  const never = t('backups.never');
  return (
    <TitledCard title={t('backups.plan')} stacked>
      {!configured && (
        <Alert variant="warning" title={t('backups.notConfigured')}>
          {withOptionNames(t('setUp.says.backup'))}
        </Alert>
      )}
      {late && <Alert variant="warning" title={t('backups.late')} />}
      {verifyLate && (
        <Alert variant="warning" title={t('backups.verifyLate')}>
          {withOptionNames(t('backups.verifyHow'))}
        </Alert>
      )}
      <Facts
        facts={[
          [t('backups.madeAt'), madeAt === undefined ? never : time(madeAt)],
          [t('backups.verifiedAt'), verifiedAt === undefined ? never : time(verifiedAt)],
          ...(configured
            ? ([
                [
                  t('backups.recipients'),
                  recipients.map((key) => (
                    <div key={key} className="sower-mono">
                      {key}
                    </div>
                  )),
                ],
                [t('backups.masterKey'), t(withMasterKey ? 'backups.keyInside' : 'backups.keyElsewhere')],
              ] as const)
            : []),
        ]}
      />
    </TitledCard>
  );
}

function Made({ items }: { items: readonly Backup[] }) {
  const { t, time, count, size } = useConsole();
  const actorWords = useActorWords();
  return (
    <ItemTable
      items={items}
      columns={[
        [t('backups.name'), ({ name }) => name],
        [
          t('backups.state'),
          ({ state, removedAt, detail }) => {
            const shown = removedAt === undefined ? state : 'removed';
            return (
              <>
                <Label color={COLORS[shown]}>{t(`backup-state.${shown}`)}</Label>
                {detail !== undefined && <p>{detail}</p>}
              </>
            );
          },
        ],
        { label: t('backups.rows'), cell: ({ rows }) => count(rows) },
        {
          label: t('backups.size'),
          cell: (row) => (row.size === undefined ? '–' : size(row.size)),
        },
        { label: t('backups.begunAt'), cell: ({ begunAt }) => time(begunAt) },
        [t('backups.begunBy'), ({ begunBy }) => actorWords(begunBy)],
        {
          label: t('backups.verified'),
          cell: ({ verifiedAt }) => (verifiedAt === undefined ? '–' : time(verifiedAt)),
        },
      ]}
    />
  );
}
