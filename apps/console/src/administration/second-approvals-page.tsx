/** Administration > Second Approvals: what other administrators may do only after this one has approved it. */
import { Label } from '@patternfly/react-core';
import type { SecondApproval } from '@sower/api/second-approvals';
import { useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useActorWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Screen } from '../ui/screen.tsx';

const COLOURS = { waiting: 'orange', approved: 'green', rejected: 'red', used: 'grey' } as const;
type Deciding = { readonly row: SecondApproval; readonly how: 'approve' | 'reject' };

export function Component() {
  const { t, time } = useConsole();
  const actorWords = useActorWords();
  const [deciding, setDeciding] = useState<Deciding>();
  const approvals = useAnswer('listSecondApprovals', {}, { staleTime: 0 });
  return (
    <Screen title={t('secondApprovals.title')} intro={t('secondApprovals.intro')}>
      <Listing
        query={approvals}
        none={{ title: t('secondApprovals.none'), body: t('secondApprovals.noneBody') }}
        columns={[
          [
            t('secondApprovals.action'),
            (row) => (
              <>
                {t(`second-approval-action.${row.action}`)}
                <div>{row.title}</div>
              </>
            ),
          ],
          [t('secondApprovals.askedBy'), (row) => actorWords(row.askedBy)],
          { label: t('secondApprovals.askedAt'), cell: (row) => time(row.askedAt) },
          { label: t('secondApprovals.until'), cell: (row) => time(row.expiresAt) },
          {
            label: t('secondApprovals.state'),
            cell: (row) => (
              <>
                <Label color={COLOURS[row.state]}>{t(`secondApprovals.states.${row.state}`)}</Label>
                {row.decidedBy !== undefined && <div>{actorWords(row.decidedBy)}</div>}
              </>
            ),
          },
        ]}
        menu={(row) =>
          row.state === 'waiting' && {
            name: row.title,
            entries: (['approve', 'reject'] as const).map(
              (how) =>
                (how === 'reject' || row.mayApprove) && {
                  ...{ label: t(`secondApprovals.${how}`), onSelect: () => setDeciding({ row, how }) },
                },
            ),
          }
        }
      />
      {deciding && <DecideDialog {...deciding} onClose={() => setDeciding(undefined)} />}
    </Screen>
  );
}

function DecideDialog({ row, how, onClose }: Deciding & { onClose: () => void }) {
  const { t, api, done } = useConsole();
  const actorWords = useActorWords();
  const what = {
    action: t(`second-approval-action.${row.action}`),
    title: row.title,
    who: actorWords(row.askedBy),
  };
  return (
    <FormDialog
      title={t(`secondApprovals.${how}Title`, { title: row.title })}
      intro={<p>{t(`secondApprovals.${how}Body`, what)}</p>}
      action={t(`secondApprovals.${how}`)}
      onClose={onClose}
      onSubmit={async () => {
        const params = { id: row.id };
        if (how === 'approve') await api('approveSecondApproval', { params, body: { object: row.object } });
        else await api('rejectSecondApproval', { params });
        await done(t(`secondApprovals.${how}Done`, { title: row.title }), ['second-approvals']);
      }}
    ></FormDialog>
  );
}
