/** Actions on one administrator, and the confirmations before them. */
import type { Administrator, AdministratorPatch } from '@sower/api/administrators';
import type { ApiClient } from '@sower/api/client';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { useConsole, useSession } from '../session/use-console.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { lastEntry, type MenuEntries } from '../ui/action-menu.tsx';
import { ConfirmDialog, OneFieldDialog } from '../ui/dialogs/small-dialogs.tsx';
import { makePassword } from '../ui/forms/secret-input.tsx';
import { GrantsList } from './grants-field.tsx';
import { passwordRefusal } from './warnings.ts';

type Action = 'enable' | 'disable' | 'askNoToken' | 'forgetPasskeys' | 'delete';
type Asked = Action | 'password' | 'askToken' | 'mail';

export function useAdministratorActions(): {
  menuFor: (administrator: Administrator, last: boolean) => MenuEntries;
  dialog: ReactNode;
} {
  const t = useTexts();
  const { userName } = useSession();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<{ what: Asked; administrator: Administrator }>();
  const menuFor = (administrator: Administrator, last: boolean): MenuEntries => {
    const ask = (what: Asked) => () => setAsked({ what, administrator });
    const stays = last ? t('administrators.lastSuperAdminShort') : undefined;
    return [
      {
        label: t('administrators.edit'),
        onSelect: () => navigate(`/administrators/${encodeURIComponent(administrator.userName)}`),
      },
      {
        label: t('administrators.setPassword'),
        refused: passwordRefusal(t, administrator, userName),
        onSelect: ask('password'),
      },
      { label: t('administrators.setMail'), onSelect: ask('mail') },
      administrator.tokenOf === undefined
        ? { label: t('administrators.askToken'), onSelect: ask('askToken') }
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
      ) : what === 'mail' ? (
        <MailDialog administrator={administrator} onClose={close} />
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
  const { t, api, done } = useConsole();
  return (
    <ConfirmDialog
      title={t(`administrators.confirm.${what}.title`, { userName })}
      action={t(`administrators.confirm.${what}.action`)}
      danger={what === 'delete'}
      {...(what === 'delete' ? { name: userName } : {})}
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
        await done(t(`administrators.confirm.${what}.done`, { userName }), ['administrators']);
      }}
    >
      <p>{t(`administrators.confirm.${what}.body`)}</p>
      {what === 'enable' && <GrantsList grants={grants} />}
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

function MailDialog({
  administrator: { userName, mail = '' },
  onClose,
}: {
  administrator: Administrator;
  onClose: () => void;
}) {
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

function PasswordDialog({ userName, onClose }: { userName: string; onClose: () => void }) {
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
