/** Administration > Second Approvals: what other administrators may do only after this one has approved it. */
import { Label } from '@patternfly/react-core';
import type { SecondApproval } from '@sower/api/second-approvals';
import { useAnswer } from '../api/use-answer.ts';
import { useActorWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { useQuestion } from '../ui/dialogs/small-dialogs.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Screen } from '../ui/screen.tsx';

const COLOURS = { waiting: 'orange', approved: 'green', rejected: 'red', used: 'grey' } as const;
type Deciding = { readonly row: SecondApproval; readonly how: 'approve' | 'reject' };

export function Component() {
  const { t, api, time } = useConsole();
  const actorWords = useActorWords();
  const [decide, deciding] = useQuestion<Deciding>(
    ({ row: { id, action, title, askedBy, object }, how }) => ({
      title: t(`secondApprovals.${how}Title`, { title }),
      action: t(`secondApprovals.${how}`),
      body: t(`secondApprovals.${how}Body`, {
        action: t(`second-approval-action.${action}`),
        title,
        who: actorWords(askedBy),
      }),
      danger: false,
      onConfirm: () =>
        how === 'approve'
          ? api('approveSecondApproval', { params: { id }, body: { object } })
          : api('rejectSecondApproval', { params: { id } }),
      said: t(`secondApprovals.${how}Done`, { title }),
      changes: ['second-approvals'],
    }),
  );
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
                  ...{ label: t(`secondApprovals.${how}`), onSelect: () => decide({ row, how }) },
                },
            ),
          }
        }
      />
      {deciding}
    </Screen>
  );
}
