/** Administration > Administrators > Add New, and editing the roles of one. */

import type { Administrator } from '@sower/api/administrators';
import type { Role } from '@sower/api/roles';
import { MINUTE } from '@sower/api/time';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { NoSuchPage } from '../shell/failed-page.tsx';
import { EditConflict } from '../ui/dialogs/conflict-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { makePassword } from '../ui/forms/secret-input.tsx';
import { useEditing } from '../ui/forms/use-editing.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useSaved } from '../ui/use-work.ts';
import { type GrantInput, GrantsField } from './grants-field.tsx';
import { lastSuperAdmin } from './warnings.ts';

export function Component() {
  const { t } = useConsole();
  const { userName } = useParams();
  const roles = useAnswer('listRoles', {});
  const administrators = useAnswer('listAdministrators', {}, { enabled: userName !== undefined });
  const administrator = administrators.data?.items.find((item) => item.userName === userName);
  if (administrators.data && userName !== undefined && !administrator) return <NoSuchPage />;
  return (
    <Screen
      title={
        userName === undefined ? t('administrators.addTitle') : t('administrators.editTitle', { userName })
      }
    >
      <Loaded query={roles}>
        {({ items }) =>
          userName === undefined ? (
            <AdministratorForm roles={items} last={false} />
          ) : (
            <Loaded query={administrators}>
              {(all) =>
                administrator && (
                  <AdministratorForm
                    key={administrator.userName}
                    stored={administrator}
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

const grantsOf = (stored: Administrator): GrantInput[] =>
  // What groups of a directory give is not changed here.
  stored.grants
    .filter(({ byDirectory }) => !byDirectory)
    .map(({ role, securityDomain }, key) => ({
      key,
      role,
      domain: securityDomain === 'top' ? '' : securityDomain,
    }));

type Draft = { userName: string; password: string; grants: readonly GrantInput[] };
const draftOf = (stored: Administrator | undefined): Draft => ({
  userName: stored?.userName ?? '',
  password: '',
  grants: stored ? grantsOf(stored) : [{ key: 0, role: '', domain: '' }],
});

function AdministratorForm({
  stored,
  roles,
  last,
}: {
  stored?: Administrator;
  roles: readonly Role[];
  last: boolean;
}) {
  const { t, api } = useConsole();
  const saved = useSaved();
  const [incomplete, setIncomplete] = useState(false);
  const domains = useAnswer('listSecurityDomains', {}, { staleTime: MINUTE });
  const { base, values, set, field, error, pending, changed, save, conflict } = useEditing({
    stored,
    draftOf,
    send: ({ userName, password, grants }, against) => {
      const body = {
        grants: grants.map(({ role, domain }) => ({
          role,
          ...(domain === '' ? {} : { securityDomain: domain }),
        })),
      };
      return against
        ? api('editAdministrator', { params: { userId: userName }, body, ifMatch: against.version })
        : api('addAdministrator', { body: { userName, password, ...body } });
    },
    load: async (before) =>
      (await api('listAdministrators', {})).items.find(({ userName }) => userName === before?.userName),
    onSaved: ({ userName }): Promise<void> => {
      const said = base === undefined ? 'administrators.said.added' : 'administrators.said.edited';
      return saved(t(said, { userName }), '/administrators', ['administrators']);
    },
  });
  const { grants } = values;
  const say = (grants: readonly GrantInput[]): string =>
    grants
      .map(({ role, domain }) =>
        t('administrators.grantSays', {
          role: roles.find(({ id }) => id === role)?.name ?? role,
          domain: domains.data?.items.find(({ id }) => id === (domain || 'top'))?.name ?? t('domains.usual'),
        }),
      )
      .join('; ') || t('administrators.noGrants');
  return (
    <Form
      onSubmit={() => {
        const gaps = grants.some(({ role }) => role === '');
        setIncomplete(gaps);
        if (!gaps) save();
      }}
      intro={last && <Alert variant="info" title={t('administrators.lastSuperAdmin')} />}
      error={error}
    >
      <TextField
        label={t('administrators.userName')}
        required={base === undefined}
        disabled={base !== undefined}
        help={t(base === undefined ? 'administrators.userNameHelp' : 'administrators.userNameFixed')}
        {...field('userName')}
      />
      {base === undefined && (
        <TextField
          label={t('administrators.password')}
          type="password"
          required
          help={t('administrators.passwordHelp')}
          onGenerate={() => set({ password: makePassword() })}
          {...field('password')}
        />
      )}
      <GrantsField
        roles={roles}
        grants={grants}
        onChange={(grants) => set({ grants })}
        incomplete={incomplete}
      />
      <FormEnd pending={pending} changed={changed} back="/administrators" />
      <EditConflict
        conflict={conflict}
        name={values.userName}
        fields={['grants']}
        label={() => t('administrators.grants')}
        words={(draft) => say(draft.grants)}
      />
    </Form>
  );
}
