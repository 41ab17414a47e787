/** Actions on one administrator, and the confirmations before them. */
import type { Administrator, AdministratorPatch } from '@sower/api/administrators';
import type { ApiClient } from '@sower/api/client';
import { useNavigate } from 'react-router';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { lastEntry, type MenuEntries } from '../ui/action-menu.tsx';
import { OneFieldDialog, useQuestion, useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { makePassword } from '../ui/forms/secret-input.tsx';
import { GrantsList } from './grants-field.tsx';
import { passwordRefusal } from './warnings.ts';

type Action = 'enable' | 'disable' | 'askNoToken' | 'forgetPasskeys' | 'delete';

export function useAdministratorActions() {
  const { t, api, userName } = useConsole();
  const navigate = useNavigate();
  const [act, asked] = useQuestion<{ what: Action; administrator: Administrator }>(
    ({ what, administrator: { userName: name, grants } }) => {
      const params = { userId: name };
      return {
        title: t(`administrators.confirm.${what}.title`, { userName: name }),
        action: t(`administrators.confirm.${what}.action`),
        danger: what === 'delete',
        ...(what === 'delete' ? { name } : {}),
        onConfirm: () => {
          if (what === 'delete') return api('deleteAdministrator', { params });
          if (what === 'forgetPasskeys') return api('forgetPasskeys', { params });
          return edit(api, name, what === 'askNoToken' ? { tokenOf: null } : { enabled: what === 'enable' });
        },
        said: t(`administrators.confirm.${what}.done`, { userName: name }),
        changes: ['administrators'],
        children: (
          <>
            <p>{t(`administrators.confirm.${what}.body`)}</p>
            {what === 'enable' && <GrantsList grants={grants} />}
          </>
        ),
      };
    },
  );
  const [fill, filling] = useWindow<{ Form: typeof MailDialog; administrator: Administrator }>(
    ({ Form, administrator }, onClose) => <Form administrator={administrator} onClose={onClose} />,
  );
  const menuFor = (administrator: Administrator, last: boolean): MenuEntries => {
    const ask = (what: Action) => () => act({ what, administrator });
    const form = (Form: typeof MailDialog) => () => fill({ Form, administrator });
    const stays = last ? t('administrators.lastSuperAdminShort') : undefined;
    return [
      {
        label: t('administrators.edit'),
        onSelect: () => navigate(`/administrators/${encodeURIComponent(administrator.userName)}`),
      },
      {
        label: t('administrators.setPassword'),
        refused: passwordRefusal(t, administrator, userName),
        onSelect: form(PasswordDialog),
      },
      { label: t('administrators.setMail'), onSelect: form(MailDialog) },
      administrator.tokenOf === undefined
        ? { label: t('administrators.askToken'), onSelect: form(TokenDialog) }
        : { label: t('administrators.confirm.askNoToken.action'), onSelect: ask('askNoToken') },
      administrator.passkeys > 0 && {
        label: t('administrators.confirm.forgetPasskeys.action'),
        onSelect: ask('forgetPasskeys'),
      },
      administrator.enabled
        ? { label: t('administrators.disable'), refused: stays, onSelect: ask('disable') }
        : { label: t('administrators.enable'), onSelect: ask('enable') },
      lastEntry(t('administrators.delete'), ask('delete'), stays),
    ];
  };
  return {
    menuFor,
    dialog: (
      <>
        {asked}
        {filling}
      </>
    ),
  };
}

type Asked = { administrator: Administrator; onClose: () => void };

/** The list may be stale; this does not overwrite what someone else changed. */
async function edit(api: ApiClient, userName: string, body: AdministratorPatch): Promise<void> {
  const { items } = await api('listAdministrators', {});
  const version = items.find((item) => item.userName === userName)?.version ?? 0;
  await api('editAdministrator', { params: { userId: userName }, body, ifMatch: version });
}

function TokenDialog({ administrator: { userName }, onClose }: Asked) {
  const { t, api } = useConsole();
  return (
    <OneFieldDialog
      title={t('administrators.askTokenTitle', { userName })}
      intro={<p>{t('administrators.askTokenBody', { userName })}</p>}
      action={t('administrators.askToken')}
      label={t('administrators.tokenOf')}
      field="tokenOf"
      onClose={onClose}
      onSubmit={(tokenOf) => edit(api, userName, { tokenOf })}
      said={t('administrators.askTokenDone', { userName })}
      changes={['administrators']}
    />
  );
}

function MailDialog({ administrator: { userName, mail = '' }, onClose }: Asked) {
  const { t, api } = useConsole();
  return (
    <OneFieldDialog
      title={t('administrators.mailTitle', { userName })}
      action={t('ui.save')}
      {...helped(t, 'administrators.mail')}
      initial={mail}
      optional
      field="mail"
      onClose={onClose}
      onSubmit={(address) => edit(api, userName, { mail: address })}
      said={t('administrators.said.mail', { userName })}
      changes={['administrators']}
    />
  );
}

function PasswordDialog({ administrator: { userName }, onClose }: Asked) {
  const { t, api } = useConsole();
  return (
    <OneFieldDialog
      title={t('administrators.passwordTitle', { userName })}
      intro={<p>{t('administrators.passwordBody', { userName })}</p>}
      action={t('administrators.passwordAction')}
      label={t('administrators.newPassword')}
      help={t('administrators.passwordHelp')}
      type="password"
      generate={makePassword}
      field="password"
      onClose={onClose}
      onSubmit={(password) => api('setPassword', { params: { userId: userName }, body: { password } })}
      said={t('administrators.said.password', { userName })}
      changes={['administrators']}
    />
  );
}
