/** Administration > Roles > Manage Existing: built-in and custom ones. */

import { Label } from '@patternfly/react-core';
import { LIMITS } from '@sower/api/limits';
import type { Role } from '@sower/api/roles';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { asking, helped } from '../texts/use-texts.ts';
import { lastEntry, type MenuEntry } from '../ui/action-menu.tsx';
import { OneFieldDialog, useQuestion } from '../ui/dialogs/small-dialogs.tsx';
import { Link, LinkButton } from '../ui/link.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Screen } from '../ui/screen.tsx';

export function Component() {
  const { t, api, can, count } = useConsole();
  const navigate = useNavigate();
  const [copying, setCopying] = useState<Role>();
  const [remove, removing] = useQuestion<Role>(({ id, name }) => ({
    ...asking(t, 'roles.delete', { name }),
    onConfirm: () => api('deleteRole', { params: { id } }),
    said: t('roles.said.deleted', { name }),
    changes: ['roles'],
  }));
  const roles = useAnswer('listRoles', {});
  const add = can('administrators:edit') && (
    <LinkButton to="/roles/new" variant="primary">
      {t('roles.add')}
    </LinkButton>
  );
  const menuFor = (role: Role): MenuEntry[] => [
    {
      label: t(role.builtIn ? 'roles.view' : 'roles.edit'),
      onSelect: () => navigate(`/roles/${encodeURIComponent(role.id)}`),
    },
    { label: t('roles.duplicate'), onSelect: () => setCopying(role) },
    lastEntry(t('roles.delete'), () => remove(role), role.builtIn ? t('roles.builtInShort') : undefined),
  ];
  return (
    <Screen title={t('roles.title')} intro={t('roles.intro')} actions={add}>
      <Listing
        query={roles}
        none={{ title: t('roles.none'), body: t('roles.noneBody'), action: add }}
        columns={[
          [t('roles.name'), (role) => <Link to={`/roles/${encodeURIComponent(role.id)}`}>{role.name}</Link>],
          [t('roles.description'), (role) => role.description || '–'],
          {
            label: t('roles.kind'),
            cell: (role) => (
              <Label color={role.builtIn ? 'grey' : 'blue'}>
                {t(role.builtIn ? 'roles.builtIn' : 'roles.own')}
              </Label>
            ),
          },
          {
            label: t('roles.permissions'),
            cell: (role) => count(role.permissions.length),
          },
        ]}
        menu={(role) => can('administrators:edit') && { name: role.name, entries: menuFor(role) }}
      />
      {copying && <DuplicateDialog role={copying} onClose={() => setCopying(undefined)} />}
      {removing}
    </Screen>
  );
}

function DuplicateDialog({ role, onClose }: { role: Role; onClose: () => void }) {
  const { t, api, done } = useConsole();
  return (
    <OneFieldDialog
      title={t('roles.duplicateTitle', { name: role.name })}
      action={t('roles.duplicate')}
      {...helped(t, 'roles.name')}
      initial={t('roles.copyOf', { name: role.name }).slice(0, LIMITS.name)}
      field="name"
      onClose={onClose}
      onSubmit={async (name) => {
        const { description, permissions } = role;
        const made = await api('addRole', { body: { name, description, permissions } });
        await done(t('roles.said.added', { name: made.name }), ['roles']);
      }}
    />
  );
}
