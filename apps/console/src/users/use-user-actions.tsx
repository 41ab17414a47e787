/** Actions on one user, and the confirmations before them. */
import type { User } from '@sower/api/users';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { nameAndId } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { lastEntry, type MenuEntry } from '../ui/action-menu.tsx';
import { ConfirmDialog } from '../ui/dialogs/small-dialogs.tsx';
import { useGone } from '../ui/use-work.ts';
import { isBarred } from './source-card.tsx';

export function useUserActions(onDeleted?: () => void): {
  menuFor: (user: User, without?: 'view') => MenuEntry[];
  dialog: ReactNode;
} {
  const { t, api, can, done } = useConsole();
  const navigate = useNavigate();
  const gone = useGone();
  const [asked, setAsked] = useState<{ what: 'disable' | 'enable' | 'delete'; user: User }>();

  const menuFor = (user: User, without?: 'view'): MenuEntry[] => {
    const path = `/users/${encodeURIComponent(user.userId)}`;
    return [
      ...(without === 'view' ? [] : [{ label: t('users.dashboard'), onSelect: () => navigate(path) }]),
      ...(can('users:edit')
        ? [
            { label: t('users.edit'), onSelect: () => navigate(`${path}/edit`) },
            user.enabled
              ? { label: t('users.disable'), onSelect: () => setAsked({ what: 'disable', user }) }
              : {
                  label: t('users.enable'),
                  onSelect: () => setAsked({ what: 'enable', user }),
                  refused: isBarred(user.source) ? t('userSource.ownedDisabled') : undefined,
                },
            lastEntry(t('users.delete'), () => setAsked({ what: 'delete', user })),
          ]
        : []),
    ];
  };
  if (!asked) return { menuFor, dialog: null };
  const { what, user } = asked;
  const { userId } = user;
  return {
    menuFor,
    dialog: (
      <ConfirmDialog
        title={t(`users.confirm.${what}.title`, { userId: nameAndId(user) })}
        action={t(`users.confirm.${what}.action`)}
        body={t(`users.confirm.${what}.body`)}
        danger={what === 'delete'}
        {...(what === 'delete' ? { name: userId } : {})}
        onClose={() => setAsked(undefined)}
        onConfirm={async () => {
          const params = { userId };
          if (what === 'delete') await api('deleteUser', { params });
          else {
            // The list may be stale; enabling does not overwrite what someone else changed.
            const { version } = await api('getUser', { params });
            await api('editUser', { params, body: { enabled: what === 'enable' }, ifMatch: version });
          }
          const said = t(`users.confirm.${what}.done`, { userId: nameAndId(user) });
          if (what === 'delete' && onDeleted) {
            await gone(said);
            onDeleted();
          } else await done(said);
        }}
      />
    ),
  };
}
