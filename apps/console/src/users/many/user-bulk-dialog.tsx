/** One action on many users. */
import { List, ListItem } from '@patternfly/react-core';
import type { UserBulkAction, UserSearchInput } from '@sower/api/user-bulk';
import type { User } from '@sower/api/users';
import { nameAndId } from '../../api/user-words.ts';
import { BulkDialog } from '../../jobs/bulk-dialog.tsx';
import { useConsole } from '../../session/use-console.ts';
import { useTexts } from '../../texts/use-texts.ts';
import { startOfDay } from '../../ui/times.ts';

export type UserTarget =
  | { readonly kind: 'chosen'; readonly users: readonly User[] }
  | { readonly kind: 'search'; readonly search: UserSearchInput };

const DESTROYS: ReadonlySet<UserBulkAction> = new Set(['disable', 'setLeaving', 'delete']);

export function UserBulkDialog({
  action,
  target: given,
  onClose,
}: {
  action: UserBulkAction;
  target: UserTarget;
  /** With the user IDs for which it failed, once it has run. */
  onClose: (failed: readonly string[] | undefined) => void;
}) {
  const { t, api } = useConsole();
  const target =
    given.kind === 'search' ? given : { kind: given.kind, names: given.users.map(({ userId }) => userId) };
  const label = t(`userFiles.bulk.${action}.label`);
  return (
    <BulkDialog
      title={(of) => t(`userFiles.bulk.${action}.title`, of)}
      words={{
        label,
        action: () => label,
        body: t(`userFiles.bulk.${action}.body`),
        countNone: t('userFiles.bulk.countNone'),
        countHelp: t('userFiles.bulk.typeCountHelp'),
      }}
      target={target}
      countedBy={['users', 'count', action]}
      countOf={(search) => api('countUsers', { query: { ...search, action } })}
      moves={action === 'move'}
      dated={action === 'setLeaving' ? t('leaving.lastDay') : undefined}
      deletes={action === 'delete'}
      danger={DESTROYS.has(action)}
      start={(found, securityDomain, day) =>
        api('doToUsers', {
          body: {
            action,
            ...(securityDomain === '' ? {} : { securityDomain }),
            ...(day === '' ? {} : { at: startOfDay(day, 1).toISOString() }),
            choose:
              target.kind === 'chosen'
                ? { userIds: target.names }
                : { search: target.search, asOf: found?.asOf ?? '' },
          },
        })
      }
      onClose={onClose}
    >
      {given.kind === 'chosen' && <Chosen users={given.users} />}
    </BulkDialog>
  );
}

function Chosen({ users }: { users: readonly User[] }) {
  const t = useTexts();
  return (
    <List aria-label={t('userFiles.bulk.which')} className="sower-list">
      {users.map(({ userId, firstName, lastName }) => (
        <ListItem key={userId}>{nameAndId({ userId, firstName, lastName })}</ListItem>
      ))}
    </List>
  );
}
