/** Administration > API Keys. */
import { ExpandableSection, List, ListItem } from '@patternfly/react-core';
import type { ApiKey } from '@sower/api/api-keys';
import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { usePermissionWords } from '../api/permission-words.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useActorWords } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { asking, helped } from '../texts/use-texts.ts';
import { lastEntry, type MenuEntries } from '../ui/action-menu.tsx';
import { FormDialog, useQuestion } from '../ui/dialogs/small-dialogs.tsx';
import { type Making, useOnce } from '../ui/dialogs/use-once.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { PermissionPicker } from './permission-picker.tsx';
import { endsSoon } from './warnings.ts';

type Made = { readonly name: string; readonly key: string };

export function Component() {
  const { t, api, userName, time } = useConsole();
  const actorWords = useActorWords();
  const words = usePermissionWords();
  const [adding, setAdding] = useState(false);
  const [showMade, once] = useOnce<Made>(({ name, key }) => ({
    title: t('apiKeys.madeTitle', { name }),
    warning: t('apiKeys.once'),
    values: [{ label: t('apiKeys.key'), value: key }],
    kept: t('apiKeys.kept'),
  }));
  const [revoke, revoking] = useQuestion<ApiKey>(({ id, name }) => ({
    ...asking(t, 'apiKeys.revoke', { name }),
    onConfirm: () => api('deleteApiKey', { params: { id } }),
    said: t('apiKeys.revoked', { name }),
    changes: ['api-keys'],
  }));
  const [takeOver, takingOver] = useQuestion<ApiKey>(({ id, name }) => ({
    ...asking(t, 'apiKeys.takeOver', { name }),
    danger: false,
    onConfirm: () => api('takeOverApiKey', { params: { id } }),
    said: t('apiKeys.takenOver', { name }),
    changes: ['api-keys'],
  }));
  const keys = useAnswer('listApiKeys', {});
  const add = <Button onClick={() => setAdding(true)}>{t('apiKeys.add')}</Button>;
  const menuFor = (key: ApiKey): MenuEntries => [
    key.owner !== userName && { label: t('apiKeys.takeOver'), onSelect: () => takeOver(key) },
    lastEntry(t('apiKeys.revoke'), () => revoke(key)),
  ];
  return (
    <Screen title={t('apiKeys.title')} intro={t('apiKeys.intro')} actions={add}>
      <Listing
        query={keys}
        none={{ title: t('apiKeys.none'), body: t('apiKeys.noneBody'), action: add }}
        columns={[
          [t('apiKeys.name'), (key) => key.name, { width: 20 }],
          [
            t('apiKeys.permissions'),
            (key) => (
              <ExpandableSection toggleText={t('apiKeys.permissionCount', { count: key.permissions.length })}>
                <List>
                  {key.permissions.map((permission) => (
                    <ListItem key={permission}>{words(permission)}</ListItem>
                  ))}
                </List>
              </ExpandableSection>
            ),
            { width: 25 },
          ],
          {
            label: t('apiKeys.createdAt'),
            cell: (key) => (
              <>
                {time(key.createdAt)}, {actorWords(key.createdBy)}
              </>
            ),
          },
          [t('apiKeys.owner'), (key) => key.owner ?? t('apiKeys.noOwner')],
          [
            t('apiKeys.standing'),
            (key) => (
              <>
                {t(`api-key-standing.${key.standing}`)}
                {key.lacks.length > 0 && (
                  <p>{t('apiKeys.lacks', { permissions: key.lacks.map(words).join(', ') })}</p>
                )}
              </>
            ),
          ],
          {
            label: t('apiKeys.expiresAt'),
            modifier: 'nowrap',
            cell: (key) => (
              <>
                {key.expiresAt === undefined ? t('distribution.never') : time(key.expiresAt)}
                {endsSoon(key) && <p>{t('apiKeys.endsSoon')}</p>}
              </>
            ),
          },
        ]}
        menu={(key) => ({ name: key.name, entries: menuFor(key) })}
      />
      {adding && <AddKeyDialog onClose={() => setAdding(false)} onMade={showMade} />}
      {once}
      {takingOver}
      {revoking}
    </Screen>
  );
}

function AddKeyDialog({ onMade, onClose }: Making<Made>) {
  const { t, api } = useConsole();
  const queries = useQueryClient();
  const { values, field } = useFields({ name: '', expiresOn: '' });
  const { name, expiresOn } = values;
  const [permissions, setPermissions] = useState<ReadonlySet<Permission>>(new Set());
  return (
    <FormDialog
      title={t('apiKeys.add')}
      action={t('apiKeys.addAction')}
      ready={name.trim() !== '' && permissions.size > 0}
      onClose={onClose}
      onSubmit={async () => {
        const made = await api('addApiKey', {
          body: {
            name,
            permissions: PERMISSION_NAMES.filter((permission) => permissions.has(permission)),
            ...(expiresOn === '' ? {} : { expiresAt: new Date(`${expiresOn}T23:59:59`).toISOString() }),
          },
        });
        await queries.invalidateQueries({ queryKey: ['api-keys'] });
        onMade({ name: made.name, key: made.key });
      }}
    >
      <TextField {...helped(t, 'apiKeys.name')} required {...field('name')} />
      <TextField {...helped(t, 'apiKeys.expiresOn')} type="date" {...field('expiresOn', 'expiresAt')} />
      <PermissionPicker
        label={t('apiKeys.permissions')}
        path="permissions"
        chosen={permissions}
        onChange={setPermissions}
      />
    </FormDialog>
  );
}
