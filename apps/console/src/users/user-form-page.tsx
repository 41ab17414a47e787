/** Identity > Users > Add New, and editing a user. */
import { emailSchema, newUserIdSchema } from '@sower/api/fields';
import type { User } from '@sower/api/users';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { nameAndId } from '../api/user-words.ts';
import { DomainField } from '../domains/domain-field.tsx';
import { useConsole } from '../session/use-console.ts';
import { EditConflict } from '../ui/dialogs/conflict-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { useEditing } from '../ui/forms/use-editing.ts';
import { Loaded } from '../ui/loaded.tsx';
import { useErrorSentence } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { useOnward } from '../ui/use-onward.ts';
import { PasswordFields, passwordTooShort } from './self-service-card.tsx';
import { UserMailSection } from './user-mail-form.tsx';

const FIELDS = ['firstName', 'lastName', 'email', 'telephone'] as const;
type Draft = Record<(typeof FIELDS)[number] | 'userId' | 'securityDomain' | 'password', string> & {
  mustChange: boolean;
};

const draftOf = (stored: User | undefined): Draft => ({
  userId: stored?.userId ?? '',
  firstName: stored?.firstName ?? '',
  lastName: stored?.lastName ?? '',
  email: stored?.email ?? '',
  telephone: stored?.telephone ?? '',
  securityDomain: '',
  password: '',
  mustChange: true,
});

export function Component() {
  const { t } = useConsole();
  const { userId } = useParams();
  const user = useAnswer('getUser', { params: { userId: userId ?? '' } }, { enabled: userId !== undefined });
  return (
    <Screen
      title={
        userId === undefined
          ? t('users.addTitle')
          : t('users.editTitle', { userId: user.data ? nameAndId(user.data) : userId })
      }
    >
      {userId === undefined ? (
        <UserForm />
      ) : (
        <Loaded query={user}>
          {(loaded) => (
            <div className="sower-stack">
              <UserForm key={loaded.userId} stored={loaded} />
              <UserMailSection userId={loaded.userId} />
            </div>
          )}
        </Loaded>
      )}
    </Screen>
  );
}

function UserForm({ stored }: { stored?: User }) {
  const { t, api, notice, refresh } = useConsole();
  const onward = useOnward();
  const sentence = useErrorSentence();
  /**
   * After the rest is saved.
   * @returns why it was not set
   */
  async function givePassword(userId: string, { password, mustChange }: Draft): Promise<string | undefined> {
    if (password === '') return undefined;
    try {
      await api('setUserPassword', { params: { userId }, body: { password, mustChange } });
      return undefined;
    } catch (error) {
      return sentence(error);
    }
  }
  const { base, values, set, field, error, pending, save, conflict } = useEditing({
    stored,
    draftOf,
    send: ({ userId, securityDomain, firstName, lastName, email, telephone }, against) => {
      const person = { firstName, lastName, email, telephone };
      if (against) {
        const renamed = userId.trim() === against.userId ? {} : { userId };
        return api('editUser', {
          params: { userId: against.userId },
          body: { ...renamed, ...person },
          ifMatch: against.version,
        });
      }
      const domain = securityDomain === '' ? {} : { securityDomain };
      return api('addUser', { body: { userId, ...person, ...domain } });
    },
    load: (before) => api('getUser', { params: { userId: before?.userId ?? '' } }),
    onSaved: async ({ userId }, draft) => {
      const problem = await givePassword(userId, draft);
      if (problem !== undefined) notice(t('userSelfService.notSet', { userId, problem }), 'danger');
      else notice(t(base === undefined ? 'users.said.added' : 'users.said.edited', { userId }));
      await refresh();
      onward(`/users/${encodeURIComponent(userId)}`);
    },
  });
  const adding = base === undefined;
  /** Nothing was sent, because of the password: what the server would say of the rest is said here, at the same time. */
  const [heldBack, setHeldBack] = useState(false);
  const passwordWrong = values.password !== '' && passwordTooShort(values.password);
  const alsoWrong = heldBack && passwordWrong;
  const idWrong =
    alsoWrong && values.userId !== base?.userId && !newUserIdSchema.safeParse(values.userId).success;
  const emailWrong = alsoWrong && !emailSchema.safeParse(values.email).success;
  const source = base?.source;
  const owned = source ? { disabled: true, help: t('userSource.fromDirectory', { name: source.name }) } : {};
  return (
    <Form
      onSubmit={() => {
        setHeldBack(passwordWrong);
        if (!passwordWrong) save();
      }}
      error={error}
    >
      <TextField
        label={t('users.userId')}
        required
        help={t(adding ? 'users.userIdHelp' : 'users.userIdChange')}
        {...owned}
        {...field('userId')}
        {...(idWrong ? { error: t('users.userIdRule') } : {})}
      />
      <TextField label={t('users.firstName')} {...owned} {...field('firstName')} />
      <TextField label={t('users.lastName')} {...owned} {...field('lastName')} />
      <TextField
        label={t('users.email')}
        type="email"
        {...owned}
        {...field('email')}
        {...(emailWrong ? { error: t('users.emailRule') } : {})}
      />
      <TextField label={t('users.telephone')} {...owned} {...field('telephone')} />
      {adding && <DomainField none={t('domains.usual')} {...field('securityDomain')} />}
      {!source && (
        <PasswordFields
          password={values.password}
          onPassword={(password) => set({ password })}
          mustChange={values.mustChange}
          onMustChange={(mustChange) => set({ mustChange })}
          help={t(adding ? 'userSelfService.newPasswordHelp' : 'userSelfService.newPasswordKeep')}
        />
      )}
      <FormEnd pending={pending} back={-1} />
      <EditConflict
        conflict={conflict}
        name={base?.userId ?? values.userId}
        fields={FIELDS}
        label={(name) => t(`users.${name}`)}
        words={(draft, name) => draft[name]}
      />
    </Form>
  );
}
