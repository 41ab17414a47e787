/** What was chosen for entries of a source in conflict: it holds until someone withdraws it. */
import type { IdentitySource } from '@sower/api/identity-sources';
import { visible } from '@sower/bytes/printable';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useActorWords } from '../../api/user-words.ts';
import { useConsole } from '../../session/use-console.ts';
import { ConfirmDialog } from '../../ui/dialogs/confirm-dialog.tsx';
import { ItemTable } from '../../ui/lists/item-table.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Section } from '../../ui/titled-card.tsx';

const MOST = 200;

export function ChoicesSection({ source }: { source: IdentitySource }) {
  const { t, api, can, time } = useConsole();
  const actorWords = useActorWords();
  const [asked, setAsked] = useState<{ readonly key: string; readonly userId: string }>();
  const params = { id: source.id };
  const choices = useQuery({
    queryKey: ['sources', 'choices', source.id],
    queryFn: () => api('listSourceChoices', { params, query: { limit: MOST } }),
    staleTime: 0,
  });
  const items = choices.data?.items ?? [];
  if (choices.isError) return <ProblemAlert error={choices.error} onRetry={() => choices.refetch()} />;
  if (items.length === 0) return null;
  return (
    <Section id="source-choices" title={t('sourceRuns.choice.title')}>
      <p>{t('sourceRuns.choice.body')}</p>
      {choices.data?.next !== undefined && <p>{t('sourceRuns.choice.more', { count: MOST })}</p>}
      <ItemTable
        label={t('sourceRuns.choice.title')}
        items={items}
        keyOf={({ key }) => key}
        columns={[
          {
            label: t('sourceRuns.userId'),
            width: 35,
            modifier: 'breakWord',
            cell: ({ userId, entry }) => (
              <>
                <div>{visible(userId)}</div>
                <div>{entry}</div>
              </>
            ),
          },
          {
            label: t('sourceRuns.choice.chosen'),
            modifier: 'breakWord',
            cell: ({ choice, suffix }) =>
              choice === 'qualify'
                ? t('sourceRuns.choice.qualified', { suffix: suffix ?? '' })
                : t(`sourceRuns.choice.actions.${choice}`),
          },
          {
            label: t('sourceRuns.choice.by'),
            modifier: 'breakWord',
            cell: ({ chosenBy }) => actorWords(chosenBy),
          },
          { label: t('sourceRuns.choice.at'), cell: ({ chosenAt }) => time(chosenAt) },
        ]}
        menu={
          can('users:edit')
            ? (choice) => ({
                name: choice.userId,
                entries: [{ label: t('sourceRuns.choice.actions.none'), onSelect: () => setAsked(choice) }],
              })
            : undefined
        }
      />
      {asked && (
        <ConfirmDialog
          title={t('sourceRuns.choice.titles.none', { count: 1 })}
          action={t('sourceRuns.choice.actions.none')}
          danger={false}
          onClose={() => setAsked(undefined)}
          onConfirm={() => api('forgetSourceChoice', { params: { id: source.id, key: asked.key } })}
          said={t('sourceRuns.choice.forgotten')}
          changes={['sources']}
        >
          <p className="sower-mono sower-wrap">{visible(asked.userId)}</p>
          <p>{t('sourceRuns.choice.bodies.none')}</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}
