/** Actions on one token: the entries of its context menu, and the confirmations before them. */
import type { ResponseOf } from '@sower/api/operations';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import type { MenuEntry } from '../ui/action-menu.tsx';
import { ConfirmDialog } from '../ui/dialogs/confirm-dialog.tsx';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { useNotice } from '../ui/notices.tsx';
import { ReplaceDialog } from './replace-dialog.tsx';
import type { TokenRow } from './token-state.tsx';
import { UserPicker } from './user-picker.tsx';

type Asked =
  | 'assign'
  | 'unassign'
  | 'disable'
  | 'lost'
  | 'setPin'
  | 'clearPin'
  | 'delete'
  | 'withdraw'
  | 'replace';

export function useTokenActions(onDeleted?: () => void): {
  menuFor: (token: TokenRow, without?: readonly string[]) => MenuEntry[];
  dialog: ReactNode;
} {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const notice = useNotice();
  const [asked, setAsked] = useState<{ what: Asked; token: TokenRow }>();
  const [chosenUser, setChosenUser] = useState('');
  const [pin, setPin] = useState('');

  const refresh = () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  const after = async (said: string): Promise<void> => {
    notice(said);
    await refresh();
  };
  const quick = (work: Promise<ResponseOf<'getToken'>>, said: string): void => {
    work.then(
      () => after(said),
      (error: unknown) => notice(error instanceof Error ? error.message : t('ui.failed'), 'danger'),
    );
  };
  const ask = (what: Asked, token: TokenRow) => () => {
    setChosenUser('');
    setPin('');
    setAsked({ what, token });
  };

  const menuFor = (token: TokenRow, without: readonly string[] = []): MenuEntry[] => {
    const { serial } = token;
    const params = { serial };
    const assigned = token.userId !== undefined;
    const unassignedReason = assigned ? undefined : t('tokens.why.notAssigned');
    const distributable = !assigned
      ? t('tokens.why.notAssigned')
      : token.lost
        ? t('tokens.why.lost')
        : !token.enabled
          ? t('tokens.why.disabled')
          : token.expired
            ? t('tokens.why.expired')
            : undefined;
    const waiting = token.distribution?.state === 'issued' || token.distribution?.state === 'opened';
    const entries: (MenuEntry & { id: string; show: boolean })[] = [
      { id: 'view', show: true, label: t('tokens.view'), onSelect: () => navigate(`/tokens/${serial}`) },
      {
        id: 'edit',
        show: can('tokens:edit'),
        label: t('tokens.edit'),
        onSelect: () => navigate(`/tokens/${serial}/edit`),
      },
      {
        id: 'assign',
        show: can('tokens:assign') && !assigned,
        label: t('tokens.assign'),
        onSelect: ask('assign', token),
      },
      {
        id: 'unassign',
        show: can('tokens:assign') && assigned,
        label: t('tokens.unassign'),
        onSelect: ask('unassign', token),
      },
      {
        id: 'enable',
        show: can('tokens:edit') && !token.enabled,
        label: t('tokens.enable'),
        onSelect: () => quick(api('enableToken', { params }), t('tokens.said.enabled', { serial })),
      },
      {
        id: 'disable',
        show: can('tokens:edit') && token.enabled,
        label: t('tokens.disable'),
        onSelect: ask('disable', token),
      },
      {
        id: 'distribute',
        show: can('tokens:distribute'),
        label: token.distribution === undefined ? t('tokens.distribute') : t('tokens.redistribute'),
        refused: distributable,
        separated: true,
        onSelect: () => navigate(`/tokens/${serial}/distribute`),
      },
      {
        id: 'replace',
        show: can('tokens:assign') && assigned,
        label: t('tokens.replace'),
        refused:
          token.replacedBy !== undefined
            ? t('tokens.why.replaced', { serial: token.replacedBy })
            : token.replaces !== undefined
              ? t('tokens.why.replaces', { serial: token.replaces })
              : undefined,
        onSelect: ask('replace', token),
      },
      {
        id: 'withdraw',
        show: can('tokens:distribute') && waiting,
        label: t('tokens.withdraw'),
        onSelect: ask('withdraw', token),
      },
      {
        id: 'lost',
        show: can('tokens:edit') && !token.lost,
        label: t('tokens.markLost'),
        separated: true,
        onSelect: ask('lost', token),
      },
      {
        id: 'found',
        show: can('tokens:edit') && token.lost,
        label: t('tokens.markFound'),
        separated: true,
        onSelect: () =>
          quick(api('markLost', { params, body: { lost: false } }), t('tokens.said.found', { serial })),
      },
      {
        id: 'setPin',
        show: can('tokens:edit'),
        label: t('tokens.setPin'),
        refused: unassignedReason,
        onSelect: ask('setPin', token),
      },
      {
        id: 'clearPin',
        show: can('tokens:edit'),
        label: t('tokens.clearPin'),
        refused: token.pinSet ? undefined : t('tokens.why.noPin'),
        onSelect: ask('clearPin', token),
      },
      {
        id: 'delete',
        show: can('tokens:delete'),
        label: t('tokens.delete'),
        danger: true,
        separated: true,
        refused: assigned ? t('tokens.why.assigned') : undefined,
        onSelect: ask('delete', token),
      },
    ];
    return entries
      .filter((entry) => entry.show && !without.includes(entry.id))
      .map(({ id: _, show: __, ...entry }) => entry);
  };

  if (!asked) return { menuFor, dialog: null };
  const { token } = asked;
  const { serial } = token;
  const params = { serial };
  const close = (): void => setAsked(undefined);
  const holder = token.userId ?? '';

  if (asked.what === 'assign') {
    return {
      menuFor,
      dialog: (
        <FormDialog
          title={t('tokens.assignTitle', { serial })}
          action={t('tokens.assignAction')}
          ready={chosenUser !== ''}
          fields={['userId']}
          onClose={close}
          onSubmit={async () => {
            await api('assignToken', { params, body: { userId: chosenUser } });
            await after(t('tokens.said.assigned', { serial, userId: chosenUser }));
          }}
        >
          {(error) => (
            <UserPicker value={chosenUser} onChange={setChosenUser} error={fieldProblem(error, 'userId')} />
          )}
        </FormDialog>
      ),
    };
  }
  if (asked.what === 'replace') {
    return { menuFor, dialog: <ReplaceDialog token={token} onClose={close} onReplaced={after} /> };
  }
  if (asked.what === 'setPin') {
    return {
      menuFor,
      dialog: (
        <FormDialog
          title={t('tokens.setPinTitle', { serial })}
          action={t('tokens.setPin')}
          ready={pin !== ''}
          fields={['pin']}
          onClose={close}
          onSubmit={async () => {
            await api('setPin', { params, body: { pin } });
            await after(t('tokens.said.pinSet', { serial }));
          }}
        >
          {(error) => (
            <TextField
              label={t('tokens.newPin')}
              help={t('tokens.newPinHelp', { holder })}
              type="password"
              required
              value={pin}
              onChange={setPin}
              error={fieldProblem(error, 'pin')}
            />
          )}
        </FormDialog>
      ),
    };
  }
  const questions = {
    unassign: { work: () => api('unassignToken', { params }), said: t('tokens.said.unassigned', { serial }) },
    disable: { work: () => api('disableToken', { params }), said: t('tokens.said.disabled', { serial }) },
    lost: {
      work: () => api('markLost', { params, body: { lost: true } }),
      said: t('tokens.said.lost', { serial }),
    },
    clearPin: { work: () => api('clearPin', { params }), said: t('tokens.said.pinCleared', { serial }) },
    withdraw: {
      work: () => api('withdrawDistribution', { params }),
      said: t('tokens.said.withdrawn', { serial }),
    },
    delete: { work: () => api('deleteToken', { params }), said: t('tokens.said.deleted', { serial }) },
  } as const;
  const what = asked.what;
  const question = questions[what];
  return {
    menuFor,
    dialog: (
      <ConfirmDialog
        title={t(`tokens.confirm.${what}.title`, { serial })}
        action={t(`tokens.confirm.${what}.action`)}
        danger={what !== 'disable'}
        onClose={close}
        onConfirm={async () => {
          await question.work();
          if (what === 'delete' && onDeleted) {
            notice(question.said);
            onDeleted();
          } else await after(question.said);
        }}
      >
        <p>
          {holder === ''
            ? t(`tokens.confirm.${what}.body`)
            : t(`tokens.confirm.${what}.bodyHeld`, { userId: holder })}
        </p>
      </ConfirmDialog>
    ),
  };
}
