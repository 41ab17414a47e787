/** Administration > Roles > Add New, editing a custom role, and viewing a built-in one. */
import { Label } from '@patternfly/react-core';
import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import type { Role } from '@sower/api/roles';
import { useState } from 'react';
import { useParams } from 'react-router';
import { permissionGroups, usePermissionWords } from '../api/permission-words.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { NoSuchPage } from '../shell/failed-page.tsx';
import { helped, useTexts } from '../texts/use-texts.ts';
import { EditConflict } from '../ui/dialogs/conflict-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { useEditing } from '../ui/forms/use-editing.ts';
import { Link } from '../ui/link.tsx';
import { ItemTable } from '../ui/lists/listing.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useSaved } from '../ui/use-work.ts';
import { PermissionPicker } from './permission-picker.tsx';

export function Component() {
  const { t, can } = useConsole();
  const { id } = useParams();
  const roles = useAnswer('listRoles', {}, { enabled: id !== undefined });
  const role = roles.data?.items.find((entry) => entry.id === id);
  const fixed = role?.builtIn || !can('administrators:edit');
  if (roles.data && id !== undefined && !role) return <NoSuchPage />;
  return (
    <Screen
      title={
        id === undefined
          ? t('roles.addTitle')
          : t(fixed ? 'roles.showTitle' : 'roles.editTitle', { name: role?.name ?? '…' })
      }
    >
      {id === undefined ? (
        <RoleForm />
      ) : (
        <Loaded query={roles}>
          {() => role && (fixed ? <RoleView role={role} /> : <RoleForm key={role.id} stored={role} />)}
        </Loaded>
      )}
    </Screen>
  );
}

/** Every permission, and whether the role contains it. */
function RoleView({ role }: { role: Role }) {
  const t = useTexts();
  const words = usePermissionWords();
  return (
    <div className="sower-stack">
      {role.builtIn && <Alert variant="info" title={t('roles.builtInSays')} />}
      {role.description !== '' && <p>{role.description}</p>}
      {permissionGroups().map(([group, permissions]) => (
        <section key={group}>
          <h2 className="sower-legend">{t(`permissionGroups.${group}`)}</h2>
          <div className="sower-form">
            <ItemTable<Permission>
              label={t(`permissionGroups.${group}`)}
              breakAt="grid-md"
              sticky={false}
              items={permissions}
              keyOf={(permission) => permission}
              columns={[
                [
                  t('roles.permission'),
                  (permission) => <Link to={`/who-can?permission=${permission}`}>{words(permission)}</Link>,
                  { width: 70 },
                ],
                {
                  label: t('roles.contained'),
                  cell: (permission) => {
                    const contained = role.permissions.includes(permission);
                    return (
                      <Label color={contained ? 'green' : 'grey'}>{t(contained ? 'ui.yes' : 'ui.no')}</Label>
                    );
                  },
                },
              ]}
            />
          </div>
        </section>
      ))}
    </div>
  );
}

type Draft = { name: string; description: string; permissions: readonly Permission[] };
const FIELDS = ['name', 'description', 'permissions'] as const;
const draftOf = (stored: Role | undefined): Draft => ({
  name: stored?.name ?? '',
  description: stored?.description ?? '',
  permissions: inOrder(new Set(stored?.permissions)),
});
const inOrder = (chosen: ReadonlySet<Permission>): Permission[] =>
  PERMISSION_NAMES.filter((permission) => chosen.has(permission));

function RoleForm({ stored }: { stored?: Role }) {
  const { t, api } = useConsole();
  const saved = useSaved();
  const words = usePermissionWords();
  const [missing, setMissing] = useState(false);
  const { base, values, set, field, error, pending, save, conflict } = useEditing({
    stored,
    draftOf,
    send: (draft, against) => {
      const body = { ...draft, permissions: [...draft.permissions] };
      return against
        ? api('editRole', { params: { id: against.id }, body, ifMatch: against.version })
        : api('addRole', { body });
    },
    load: async (before) => (await api('listRoles', {})).items.find(({ id }) => id === before?.id),
    onSaved: ({ name }): Promise<void> =>
      saved(t(base === undefined ? 'roles.said.added' : 'roles.said.edited', { name }), '/roles', ['roles']),
  });
  const none = values.permissions.length === 0;
  return (
    <Form
      onSubmit={() => {
        setMissing(none);
        if (!none) save();
      }}
      intro={base !== undefined && <Alert variant="info" title={t('roles.atOnce')} />}
      error={error}
    >
      <TextField {...helped(t, 'roles.name')} required {...field('name')} />
      <TextField {...helped(t, 'roles.description')} {...field('description')} />
      <PermissionPicker
        {...helped(t, 'roles.permissions')}
        path="permissions"
        error={missing && none ? t('roles.permissionsMissing') : undefined}
        chosen={new Set(values.permissions)}
        onChange={(chosen) => set({ permissions: inOrder(chosen) })}
      />
      <FormEnd pending={pending} back="/roles" />
      <EditConflict
        conflict={conflict}
        name={base?.name ?? ''}
        fields={FIELDS}
        label={(name) => t(`roles.${name}`)}
        words={(draft, name) =>
          name === 'permissions' ? draft.permissions.map(words).join('; ') : draft[name]
        }
      />
    </Form>
  );
}
