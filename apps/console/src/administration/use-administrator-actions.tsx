/** Actions on one administrator, and the confirmations before them. */
import { List, ListItem } from '@patternfly/react-core';
import type { Administrator, AdministratorPatch } from '@sower/api/administrators';
import type { ApiClient } from '@sower/api/client';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { fieldProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import type { MenuEntry } from '../ui/action-menu.tsx';
import { ConfirmDialog } from '../ui/dialogs/confirm-dialog.tsx';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { useNotice } from '../ui/notices.tsx';

type Action = 'enable' | 'disable' | 'askNoToken' | 'forgetPasskeys' | 'delete';
type Asked = Action | 'password' | 'askToken';

export function useAdministratorActions(): {
  menuFor: (administrator: Administrator, last: boolean) => MenuEntry[];
  dialog: ReactNode;
} {
  const t = useTexts();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<{ what: Asked; administrator: Administrator }>();
  const menuFor = (administrator: Administrator, last: boolean): MenuEntry[] => {
    const ask = (what: Asked) => () => setAsked({ what, administrator });
    const stays = last ? t('administrators.lastSuperAdminShort') : undefined;
    return [
      {
        label: t('administrators.edit'),
        onSelect: () => navigate(`/administrators/${encodeURIComponent(administrator.userName)}`),
      },
      { label: t('administrators.setPassword'), onSelect: ask('password') },
      administrator.tokenOf === undefined
        ? { label: t('administrators.askToken'), onSelect: ask('askToken') }
        : { label: t('administrators.confirm.askNoToken.action'), onSelect: ask('askNoToken') },
      ...(administrator.passkeys === 0
        ? []
        : [{ label: t('administrators.confirm.forgetPasskeys.action'), onSelect: ask('forgetPasskeys') }]),
      administrator.enabled
        ? { label: t('administrators.disable'), refused: stays, onSelect: ask('disable') }
        : { label: t('administrators.enable'), onSelect: ask('enable') },
      {
        label: t('administrators.delete'),
        danger: true,
        separated: true,
        refused: stays,
        onSelect: ask('delete'),
      },
    ];
  };
  if (!asked) return { menuFor, dialog: null };
  const close = (): void => setAsked(undefined);
  const { what, administrator } = asked;
  return {
    menuFor,
    dialog:
      what === 'password' ? (
        <PasswordDialog userName={administrator.userName} onClose={close} />
      ) : what === 'askToken' ? (
        <TokenDialog userName={administrator.userName} onClose={close} />
      ) : (
        <ActionDialog what={what} administrator={administrator} onClose={close} />
      ),
  };
}

function ActionDialog({
  what,
  administrator: { userName, grants },
  onClose,
}: {
  what: Action;
  administrator: Administrator;
  onClose: () => void;
}) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  return (
    <ConfirmDialog
      title={t(`administrators.confirm.${what}.title`, { userName })}
      action={t(`administrators.confirm.${what}.action`)}
      danger={what === 'delete'}
      onClose={onClose}
      onConfirm={async () => {
        const params = { userId: userName };
        if (what === 'delete') await api('deleteAdministrator', { params });
        else if (what === 'forgetPasskeys') await api('forgetPasskeys', { params });
        else
          await edit(
            api,
            userName,
            what === 'askNoToken' ? { tokenOf: null } : { enabled: what === 'enable' },
          );
        notice(t(`administrators.confirm.${what}.done`, { userName }));
        await queries.invalidateQueries({ queryKey: ['administrators'] });
      }}
    >
      <p>{t(`administrators.confirm.${what}.body`)}</p>
      {what === 'enable' && (
        <List>
          {grants.map(({ role, roleName, securityDomain, securityDomainName }) => (
            <ListItem key={`${role} ${securityDomain}`}>
              {t('administrators.grantSays', { role: roleName, domain: securityDomainName })}
            </ListItem>
          ))}
        </List>
      )}
    </ConfirmDialog>
  );
}

/** The list may be stale; this does not overwrite what someone else changed. */
async function edit(api: ApiClient, userName: string, body: AdministratorPatch): Promise<void> {
  const { items } = await api('listAdministrators', {});
  const version = items.find((item) => item.userName === userName)?.version ?? 0;
  await api('editAdministrator', { params: { userId: userName }, body, ifMatch: version });
}

function TokenDialog({ userName, onClose }: { userName: string; onClose: () => void }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const [userId, setUserId] = useState('');
  return (
    <FormDialog
      title={t('administrators.askTokenTitle', { userName })}
      action={t('administrators.askToken')}
      intro={<p>{t('administrators.askTokenBody', { userName })}</p>}
      fields={['tokenOf']}
      ready={userId.trim() !== ''}
      onClose={onClose}
      onSubmit={async () => {
        await edit(api, userName, { tokenOf: userId.trim() });
        notice(t('administrators.askTokenDone', { userName }));
        await queries.invalidateQueries({ queryKey: ['administrators'] });
      }}
    >
      {(error) => (
        <TextField
          label={t('administrators.tokenOf')}
          required
          value={userId}
          onChange={setUserId}
          error={fieldProblem(error, 'tokenOf')}
        />
      )}
    </FormDialog>
  );
}

function PasswordDialog({ userName, onClose }: { userName: string; onClose: () => void }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const [password, setPassword] = useState('');
  return (
    <FormDialog
      title={t('administrators.passwordTitle', { userName })}
      action={t('administrators.passwordAction')}
      intro={<p>{t('administrators.passwordBody', { userName })}</p>}
      fields={['password']}
      ready={password !== ''}
      onClose={onClose}
      onSubmit={async () => {
        await api('setPassword', { params: { userId: userName }, body: { password } });
        notice(t('administrators.said.password', { userName }));
        await queries.invalidateQueries({ queryKey: ['administrators'] });
      }}
    >
      {(error) => (
        <TextField
          label={t('administrators.newPassword')}
          help={t('administrators.passwordHelp')}
          type="password"
          required
          value={password}
          onChange={setPassword}
          error={fieldProblem(error, 'password')}
        />
      )}
    </FormDialog>
  );
}
