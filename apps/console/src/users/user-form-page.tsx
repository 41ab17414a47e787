/** Identity > Users > Add New, and editing a user. */

import { Form } from '@patternfly/react-core';
import type { User } from '@sower/api/users';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { fieldProblem, isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ConflictDialog } from '../ui/dialogs/conflict-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { FormEnd } from '../ui/form-end.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { DomainField } from './domain-field.tsx';
import { PasswordFields, passwordTooShort } from './self-service-card.tsx';
import { UserMailSection } from './user-mail-form.tsx';

const FIELDS = ['firstName', 'lastName', 'email'] as const;
type Person = Record<(typeof FIELDS)[number], string>;

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { userId } = useParams();
  const user = useQuery({
    queryKey: ['user', userId],
    queryFn: () => api('getUser', { params: { userId: userId ?? '' } }),
    enabled: userId !== undefined,
  });
  return (
    <Screen
      title={userId === undefined ? t('users.addTitle') : t('users.editTitle', { userId })}
      trail={[{ label: t('menu.identity') }, { label: t('menu.users'), to: '/users' }]}
    >
      {userId === undefined ? (
        <UserForm />
      ) : (
        <Loaded query={user}>
          {(held) => (
            <div className="sower-stack">
              <UserForm key={held.userId} held={held} />
              <UserMailSection userId={held.userId} />
            </div>
          )}
        </Loaded>
      )}
    </Screen>
  );
}

function UserForm({ held }: { held?: User }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notice = useNotice();
  const [base, setBase] = useState(held);
  const [userId, setUserId] = useState(held?.userId ?? '');
  const [person, setPerson] = useState<Person>({
    firstName: held?.firstName ?? '',
    lastName: held?.lastName ?? '',
    email: held?.email ?? '',
  });
  const [domain, setDomain] = useState('');
  const [password, setPassword] = useState('');
  const [mustChange, setMustChange] = useState(true);
  const [theirs, setTheirs] = useState<User>();
  const saving = useMutation({
    mutationFn: ({ wish, version }: { wish: Person; version: number }) =>
      base === undefined
        ? api('addUser', { body: { userId, ...wish, ...(domain === '' ? {} : { securityDomain: domain }) } })
        : api('editUser', { params: { userId: base.userId }, body: wish, ifMatch: version }),
    onSuccess: async (saved) => {
      const problem = await givePassword(saved.userId);
      if (problem !== undefined) {
        notice(t('userSelfService.notSet', { userId: saved.userId, problem }), 'danger');
      } else
        notice(t(base === undefined ? 'users.said.added' : 'users.said.edited', { userId: saved.userId }));
      await queries.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[0]).startsWith('user'),
      });
      navigate(`/users/${encodeURIComponent(saved.userId)}`);
    },
    onError: async (error) => {
      if (base && isProblem(error, 'edited-meanwhile')) {
        setTheirs(await api('getUser', { params: { userId: base.userId } }));
      }
    },
  });
  /**
   * After the rest is saved.
   * @returns why it was not set
   */
  async function givePassword(userId: string): Promise<string | undefined> {
    if (password === '') return undefined;
    try {
      await api('setUserPassword', { params: { userId }, body: { password, mustChange } });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : t('ui.failed');
    }
  }
  const set = (field: keyof Person) => (value: string) =>
    setPerson((before) => ({ ...before, [field]: value }));
  return (
    <Form
      className="sower-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (password === '' || !passwordTooShort(password))
          saving.mutate({ wish: person, version: base?.version ?? 0 });
      }}
    >
      {!isProblem(saving.error, 'edited-meanwhile') && (
        <ProblemAlert error={saving.error} fields={['userId', 'securityDomain', ...FIELDS]} />
      )}
      <TextField
        label={t('users.userId')}
        required={base === undefined}
        disabled={base !== undefined}
        value={userId}
        onChange={setUserId}
        help={base === undefined ? t('users.userIdHelp') : t('users.userIdFixed')}
        error={fieldProblem(saving.error, 'userId')}
      />
      <TextField
        label={t('users.firstName')}
        value={person.firstName}
        onChange={set('firstName')}
        error={fieldProblem(saving.error, 'firstName')}
      />
      <TextField
        label={t('users.lastName')}
        value={person.lastName}
        onChange={set('lastName')}
        error={fieldProblem(saving.error, 'lastName')}
      />
      <TextField
        label={t('users.email')}
        type="email"
        value={person.email}
        onChange={set('email')}
        error={fieldProblem(saving.error, 'email')}
      />
      {base === undefined && (
        <DomainField
          value={domain}
          onChange={setDomain}
          none={t('domains.usual')}
          error={fieldProblem(saving.error, 'securityDomain')}
        />
      )}
      <PasswordFields
        password={password}
        onPassword={setPassword}
        mustChange={mustChange}
        onMustChange={setMustChange}
        help={t(base === undefined ? 'userSelfService.newPasswordHelp' : 'userSelfService.newPasswordKeep')}
        error={undefined}
      />
      <FormEnd pending={saving.isPending} onLeave={() => navigate(-1)} />
      {theirs && (
        <ConflictDialog
          name={theirs.userId}
          fields={FIELDS.map((field) => ({
            field,
            label: t(`users.${field}`),
            before: base?.[field] ?? '',
            mine: person[field],
            theirs: theirs[field],
          }))}
          onClose={() => setTheirs(undefined)}
          onChosen={(mine) => {
            const wish: Person = {
              firstName: theirs.firstName,
              lastName: theirs.lastName,
              email: theirs.email,
            };
            for (const field of FIELDS) if (mine.includes(field)) wish[field] = person[field];
            setPerson(wish);
            setBase(theirs);
            setTheirs(undefined);
            saving.mutate({ wish, version: theirs.version });
          }}
        />
      )}
    </Form>
  );
}
