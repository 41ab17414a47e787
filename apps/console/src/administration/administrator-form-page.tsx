/** Administration > Administrators > Add New, and editing the roles of one. */

import { Form } from '@patternfly/react-core';
import type { Administrator } from '@sower/api/administrators';
import type { Role } from '@sower/api/roles';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { fieldProblem, isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
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
import { GrantsField, type GrantWish } from './grants-field.tsx';
import { lastSuperAdmin } from './last-super-admin.ts';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { userName } = useParams();
  const roles = useQuery({ queryKey: ['roles'], queryFn: () => api('listRoles', {}) });
  const administrators = useQuery({
    queryKey: ['administrators'],
    queryFn: () => api('listAdministrators', {}),
    enabled: userName !== undefined,
  });
  const held = administrators.data?.items.find((item) => item.userName === userName);
  if (administrators.data && userName !== undefined && !held) return <NoSuchPage />;
  return (
    <Screen
      title={
        userName === undefined ? t('administrators.addTitle') : t('administrators.editTitle', { userName })
      }
      trail={[
        { label: t('menu.administration') },
        { label: t('menu.administrators'), to: '/administrators' },
      ]}
    >
      <Loaded query={roles}>
        {({ items }) =>
          userName === undefined ? (
            <AdministratorForm roles={items} last={false} />
          ) : (
            <Loaded query={administrators}>
              {(all) =>
                held && (
                  <AdministratorForm
                    key={held.userName}
                    held={held}
                    roles={items}
                    last={lastSuperAdmin(all.items) === userName}
                  />
                )
              }
            </Loaded>
          )
        }
      </Loaded>
    </Screen>
  );
}

const wishesOf = (held: Administrator): GrantWish[] =>
  held.grants.map(({ role, securityDomain }, key) => ({
    key,
    role,
    domain: securityDomain === 'top' ? '' : securityDomain,
  }));

function AdministratorForm({
  held,
  roles,
  last,
}: {
  held?: Administrator;
  roles: readonly Role[];
  last: boolean;
}) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notice = useNotice();
  const [base, setBase] = useState(held);
  const [userName, setUserName] = useState(held?.userName ?? '');
  const [password, setPassword] = useState('');
  const [grants, setGrants] = useState<readonly GrantWish[]>(
    held ? wishesOf(held) : [{ key: 0, role: '', domain: '' }],
  );
  const [incomplete, setIncomplete] = useState(false);
  const [theirs, setTheirs] = useState<Administrator>();
  const domains = useQuery({
    queryKey: ['securityDomains'],
    queryFn: () => api('listSecurityDomains', {}),
    staleTime: 60_000,
  });
  const saving = useMutation({
    mutationFn: ({ wishes, version }: { wishes: readonly GrantWish[]; version: number }) => {
      const body = {
        grants: wishes.map(({ role, domain }) => ({
          role,
          ...(domain === '' ? {} : { securityDomain: domain }),
        })),
      };
      return base === undefined
        ? api('addAdministrator', { body: { userName, password, ...body } })
        : api('editAdministrator', { params: { userId: base.userName }, body, ifMatch: version });
    },
    onSuccess: async (saved) => {
      notice(
        t(base === undefined ? 'administrators.said.added' : 'administrators.said.edited', {
          userName: saved.userName,
        }),
      );
      await queries.invalidateQueries({ queryKey: ['administrators'] });
      navigate('/administrators');
    },
    onError: async (error) => {
      if (!base || !isProblem(error, 'edited-meanwhile')) return;
      const { items } = await api('listAdministrators', {});
      setTheirs(items.find((item) => item.userName === base.userName));
    },
  });
  const say = (wishes: readonly GrantWish[]): string =>
    wishes
      .map(({ role, domain }) =>
        t('administrators.grantSays', {
          role: roles.find(({ id }) => id === role)?.name ?? role,
          domain: domains.data?.items.find(({ id }) => id === (domain || 'top'))?.name ?? t('domains.usual'),
        }),
      )
      .join('; ') || t('administrators.noGrants');
  const shown = [
    'userName',
    'password',
    ...grants.flatMap((_, index) => [`grants.${index}.role`, `grants.${index}.securityDomain`]),
  ];
  return (
    <Form
      className="sower-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const gaps = grants.some(({ role }) => role === '');
        setIncomplete(gaps);
        if (!gaps) saving.mutate({ wishes: grants, version: base?.version ?? 0 });
      }}
    >
      {last && <Alert component="p" isInline variant="info" title={t('administrators.lastSuperAdmin')} />}
      {!theirs && <ProblemAlert error={saving.error} fields={shown} />}
      <TextField
        label={t('administrators.userName')}
        required={base === undefined}
        disabled={base !== undefined}
        value={userName}
        onChange={setUserName}
        help={t(base === undefined ? 'administrators.userNameHelp' : 'administrators.userNameFixed')}
        error={fieldProblem(saving.error, 'userName')}
      />
      {base === undefined && (
        <TextField
          label={t('administrators.password')}
          type="password"
          required
          value={password}
          onChange={setPassword}
          help={t('administrators.passwordHelp')}
          error={fieldProblem(saving.error, 'password')}
        />
      )}
      <GrantsField
        roles={roles}
        grants={grants}
        onChange={setGrants}
        incomplete={incomplete}
        error={saving.error}
      />
      <FormEnd pending={saving.isPending} onLeave={() => navigate('/administrators')} />
      {theirs && (
        <ConflictDialog
          name={theirs.userName}
          fields={[
            {
              field: 'grants',
              label: t('administrators.grants'),
              before: base ? say(wishesOf(base)) : '',
              mine: say(grants),
              theirs: say(wishesOf(theirs)),
            },
          ]}
          onClose={() => setTheirs(undefined)}
          onChosen={(mine) => {
            const wishes = mine.includes('grants') ? grants : wishesOf(theirs);
            setGrants(wishes);
            setBase(theirs);
            setTheirs(undefined);
            saving.mutate({ wishes, version: theirs.version });
          }}
        />
      )}
    </Form>
  );
}
