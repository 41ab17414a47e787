/** One action on many users. */
import type { UserBulkAction, UserSearchInput } from '@sower/api/user-bulk';
import type { User } from '@sower/api/users';
import { nameAndId } from '../../api/user-words.ts';
import { BulkDialog, type BulkProps } from '../../jobs/bulk-dialog.tsx';
import { useConsole } from '../../session/use-console.ts';
import { startOfDay } from '../../ui/times.ts';

const DESTROYS: ReadonlySet<UserBulkAction> = new Set(['disable', 'setLeaving', 'delete']);

export function UserBulkDialog({
  action,
  target,
  onClose,
}: BulkProps<UserBulkAction, User, UserSearchInput>) {
  const { t, api } = useConsole();
  const search = target.kind === 'search' ? target.search : {};
  const label = t(`userFiles.bulk.${action}.label`);
  return (
    <BulkDialog
      title={(of) => t(`userFiles.bulk.${action}.title`, of)}
      words={{
        label,
        action: () => label,
        body: t(`userFiles.bulk.${action}.body`),
        which: t('userFiles.bulk.which'),
        countNone: t('userFiles.bulk.countNone'),
        countHelp: t('userFiles.bulk.typeCountHelp'),
      }}
      target={target}
      keyOf={({ userId }) => userId}
      item={nameAndId}
      countedBy={['users', 'count', action]}
      countOf={(search) => api('countUsers', { query: { ...search, action } })}
      moves={action === 'move'}
      dated={action === 'setLeaving' ? t('leaving.lastDay') : undefined}
      deletes={action === 'delete'}
      danger={DESTROYS.has(action)}
      start={(userIds, found, moved, day) =>
        api('doToUsers', {
          body: {
            action,
            ...moved,
            ...(day === '' ? {} : { at: startOfDay(day, 1).toISOString() }),
            choose: userIds === undefined ? { search, asOf: found?.asOf ?? '' } : { userIds },
          },
        })
      }
      onClose={onClose}
    />
  );
}
