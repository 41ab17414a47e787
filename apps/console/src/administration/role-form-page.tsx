/** Administration > Roles > Add New, editing a custom role, and viewing a built-in one. */

import { Form, Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { PERMISSION_NAMES, type Permission } from '@sower/api/permissions';
import type { Role } from '@sower/api/roles';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { permissionGroups, usePermissionWords } from '../api/permission-words.ts';
import { fieldProblem, isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { NoSuchPage } from '../shell/failed-page.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { ConflictDialog } from '../ui/dialogs/conflict-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { FormEnd } from '../ui/form-end.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { PermissionPicker } from './permission-picker.tsx';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const { id } = useParams();
  const roles = useQuery({
    queryKey: ['roles'],
    queryFn: () => api('listRoles', {}),
    enabled: id !== undefined,
  });
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
      trail={[{ label: t('menu.administration') }, { label: t('menu.roles'), to: '/roles' }]}
    >
      {id === undefined ? (
        <RoleForm />
      ) : (
        <Loaded query={roles}>
          {() => role && (fixed ? <RoleView role={role} /> : <RoleForm key={role.id} held={role} />)}
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
      {role.builtIn && <Alert component="p" isInline variant="info" title={t('roles.builtInSays')} />}
      {role.description !== '' && <p>{role.description}</p>}
      {permissionGroups().map(([group, permissions]) => (
        <section key={group}>
          <h2 className="sower-legend">{t(`permissionGroups.${group}`)}</h2>
          <Table
            aria-label={t(`permissionGroups.${group}`)}
            variant="compact"
            gridBreakPoint="grid-md"
            className="sower-form"
          >
            <Thead>
              <Tr>
                <Th width={70}>{t('roles.permission')}</Th>
                <Th>{t('roles.contained')}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {permissions.map((permission) => {
                const contained = role.permissions.includes(permission);
                return (
                  <Tr key={permission}>
                    <Td dataLabel={t('roles.permission')} modifier="breakWord">
                      <Link to={`/who-can?permission=${permission}`}>{words(permission)}</Link>
                    </Td>
                    <Td dataLabel={t('roles.contained')}>
                      <Label color={contained ? 'green' : 'grey'}>{t(contained ? 'ui.yes' : 'ui.no')}</Label>
                    </Td>
                  </Tr>
                );
              })}
            </Tbody>
          </Table>
        </section>
      ))}
    </div>
  );
}

type Wish = { name: string; description: string; permissions: Permission[] };
const FIELDS = ['name', 'description', 'permissions'] as const;

function RoleForm({ held }: { held?: Role }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notice = useNotice();
  const words = usePermissionWords();
  const [base, setBase] = useState(held);
  const [name, setName] = useState(held?.name ?? '');
  const [description, setDescription] = useState(held?.description ?? '');
  const [chosen, setChosen] = useState<ReadonlySet<Permission>>(new Set(held?.permissions ?? []));
  const [missing, setMissing] = useState(false);
  const [theirs, setTheirs] = useState<Role>();
  const saving = useMutation({
    mutationFn: ({ wish, version }: { wish: Wish; version: number }) =>
      base === undefined
        ? api('addRole', { body: wish })
        : api('editRole', { params: { id: base.id }, body: wish, ifMatch: version }),
    onSuccess: async (saved) => {
      notice(t(base === undefined ? 'roles.said.added' : 'roles.said.edited', { name: saved.name }));
      await queries.invalidateQueries({ queryKey: ['roles'] });
      navigate('/roles');
    },
    onError: async (error) => {
      if (!base || !isProblem(error, 'edited-meanwhile')) return;
      const { items } = await api('listRoles', {});
      setTheirs(items.find(({ id }) => id === base.id));
    },
  });
  const wish: Wish = {
    name,
    description,
    permissions: PERMISSION_NAMES.filter((permission) => chosen.has(permission)),
  };
  const say = (permissions: readonly Permission[]): string => permissions.map(words).join('; ');
  const sayOf = (role: Role | undefined): string =>
    say(PERMISSION_NAMES.filter((permission) => role?.permissions.includes(permission)));
  return (
    <Form
      className="sower-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(wish.permissions.length === 0);
        if (wish.permissions.length > 0) saving.mutate({ wish, version: base?.version ?? 0 });
      }}
    >
      {base !== undefined && <Alert component="p" isInline variant="info" title={t('roles.atOnce')} />}
      {!theirs && <ProblemAlert error={saving.error} fields={FIELDS} />}
      <TextField
        label={t('roles.name')}
        help={t('roles.nameHelp')}
        required
        value={name}
        onChange={setName}
        error={fieldProblem(saving.error, 'name')}
      />
      <TextField
        label={t('roles.description')}
        help={t('roles.descriptionHelp')}
        value={description}
        onChange={setDescription}
        error={fieldProblem(saving.error, 'description')}
      />
      <PermissionPicker
        label={t('roles.permissions')}
        help={t('roles.permissionsHelp')}
        error={
          missing && chosen.size === 0
            ? t('roles.permissionsMissing')
            : fieldProblem(saving.error, 'permissions')
        }
        chosen={chosen}
        onChange={setChosen}
      />
      <FormEnd pending={saving.isPending} onLeave={() => navigate('/roles')} />
      {theirs && (
        <ConflictDialog
          name={theirs.name}
          fields={[
            {
              field: 'name',
              label: t('roles.name'),
              before: base?.name ?? '',
              mine: name,
              theirs: theirs.name,
            },
            {
              field: 'description',
              label: t('roles.description'),
              before: base?.description ?? '',
              mine: description,
              theirs: theirs.description,
            },
            {
              field: 'permissions',
              label: t('roles.permissions'),
              before: sayOf(base),
              mine: say(wish.permissions),
              theirs: sayOf(theirs),
            },
          ]}
          onClose={() => setTheirs(undefined)}
          onChosen={(mine) => {
            const merged: Wish = {
              name: mine.includes('name') ? name : theirs.name,
              description: mine.includes('description') ? description : theirs.description,
              permissions: mine.includes('permissions') ? wish.permissions : theirs.permissions,
            };
            setName(merged.name);
            setDescription(merged.description);
            setChosen(new Set(merged.permissions));
            setBase(theirs);
            setTheirs(undefined);
            saving.mutate({ wish: merged, version: theirs.version });
          }}
        />
      )}
    </Form>
  );
}
