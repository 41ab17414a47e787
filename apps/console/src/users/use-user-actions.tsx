/** Actions on one user, and the confirmations before them. */
import type { User } from '@sower/api/users';
import { useNavigate } from 'react-router';
import { nameAndId } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { lastEntry, type MenuEntries } from '../ui/action-menu.tsx';
import { useQuestion } from '../ui/dialogs/small-dialogs.tsx';
import { useGone } from '../ui/use-work.ts';
import { isBarred } from './source-card.tsx';

export function useUserActions(onDeleted?: () => void) {
  const { t, api, can, done } = useConsole();
  const navigate = useNavigate();
  const gone = useGone();
  const [ask, dialog] = useQuestion<{ what: 'disable' | 'enable' | 'delete'; user: User }>(
    ({ what, user }) => {
      const params = { userId: user.userId };
      const named = { userId: nameAndId(user) };
      return {
        title: t(`users.confirm.${what}.title`, named),
        action: t(`users.confirm.${what}.action`),
        body: t(`users.confirm.${what}.body`),
        danger: what === 'delete',
        ...(what === 'delete' ? { name: user.userId } : {}),
        onConfirm: async () => {
          if (what === 'delete') await api('deleteUser', { params });
          else {
            // The list may be stale; enabling does not overwrite what someone else changed.
            const { version } = await api('getUser', { params });
            await api('editUser', { params, body: { enabled: what === 'enable' }, ifMatch: version });
          }
          const said = t(`users.confirm.${what}.done`, named);
          if (what === 'delete' && onDeleted) {
            await gone(said);
            onDeleted();
          } else await done(said);
        },
      };
    },
  );

  const menuFor = (user: User, without?: 'view'): MenuEntries => {
    const path = `/users/${encodeURIComponent(user.userId)}`;
    const edits = can('users:edit');
    return [
      without !== 'view' && { label: t('users.dashboard'), onSelect: () => navigate(path) },
      edits && { label: t('users.edit'), onSelect: () => navigate(`${path}/edit`) },
      edits && {
        label: t(user.enabled ? 'users.disable' : 'users.enable'),
        onSelect: () => ask({ what: user.enabled ? 'disable' : 'enable', user }),
        refused: !user.enabled && isBarred(user.source) ? t('userSource.ownedDisabled') : undefined,
      },
      edits && lastEntry(t('users.delete'), () => ask({ what: 'delete', user })),
    ];
  };
  return { menuFor, dialog };
}
