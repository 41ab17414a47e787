/** Edits a token profile. Tokens already distributed are not affected. */

import { Form } from '@patternfly/react-core';
import type { DeviceType } from '@sower/api/device-types';
import type { Profile } from '@sower/api/profiles';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { fieldProblem, isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { useSession } from '../session/use-session.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Changeable } from '../ui/changeable.tsx';
import { ConflictDialog } from '../ui/dialogs/conflict-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { FormEnd } from '../ui/form-end.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { PROFILE_FIELDS, ProfileFields, type ProfileValues, valuesOf } from './profile-form.tsx';

export function Component() {
  const t = useTexts();
  const api = useApi();
  const { can } = useSession();
  const { id = '' } = useParams();
  const profile = useQuery({
    queryKey: ['profile', id],
    queryFn: () => api('getProfile', { params: { id } }),
    staleTime: 0,
  });
  const deviceTypes = useQuery({ queryKey: ['deviceTypes'], queryFn: () => api('listDeviceTypes', {}) });
  return (
    <Screen
      title={t(can('profiles:edit') ? 'profiles.editTitle' : 'profiles.viewTitle', {
        name: profile.data?.name ?? '…',
      })}
      trail={[{ label: t('menu.authentication') }, { label: t('menu.profiles'), to: '/profiles' }]}
    >
      <Loaded query={deviceTypes}>
        {({ items }) => (
          <Loaded query={profile}>
            {(held) => <EditForm key={held.id} held={held} deviceTypes={items} />}
          </Loaded>
        )}
      </Loaded>
    </Screen>
  );
}

function EditForm({ held, deviceTypes }: { held: Profile; deviceTypes: readonly DeviceType[] }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notice = useNotice();
  const may = useSession().can('profiles:edit');
  const [base, setBase] = useState(held);
  const [values, setValues] = useState(() => valuesOf(held));
  const [theirs, setTheirs] = useState<Profile>();
  const deviceType = deviceTypes.find(({ id }) => id === held.deviceType);
  const params = { id: held.id };
  const saving = useMutation({
    mutationFn: ({ wish, version }: { wish: ProfileValues; version: number }) => {
      const { deviceType: _, ...patch } = wish;
      return api('editProfile', { params, body: patch, ifMatch: version });
    },
    onSuccess: async ({ name }) => {
      notice(t('profiles.said.edited', { name }));
      await queries.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[0]).startsWith('profile'),
      });
      navigate('/profiles');
    },
    onError: async (error) => {
      if (isProblem(error, 'edited-meanwhile')) setTheirs(await api('getProfile', { params }));
    },
  });
  const words = (profile: ProfileValues, field: (typeof PROFILE_FIELDS)[number]): string => {
    switch (field) {
      case 'authenticationType':
        return t(`authenticationTypes.${profile.authenticationType}`);
      case 'delivery':
        return t(`delivery.${profile.delivery}`);
      case 'algorithm':
        return t(`algorithms.${profile.algorithm}`);
      default:
        return String(profile[field]);
    }
  };
  return (
    <Form
      className="sower-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate({ wish: values, version: base.version });
      }}
    >
      {may && <Alert component="p" isInline variant="info" title={t('profiles.notChanged')} />}
      {!isProblem(saving.error, 'edited-meanwhile') && (
        <ProblemAlert error={saving.error} fields={PROFILE_FIELDS} />
      )}
      <Changeable permission="profiles:edit">
        <ProfileFields values={values} onChange={setValues} deviceType={deviceType} error={saving.error}>
          <TextField
            label={t('profiles.deviceType')}
            value={deviceType?.name ?? held.deviceType}
            onChange={() => undefined}
            disabled
            help={t('profiles.deviceTypeFixed')}
            error={fieldProblem(saving.error, 'deviceType')}
          />
        </ProfileFields>
      </Changeable>
      <FormEnd pending={saving.isPending} changeable={may} onLeave={() => navigate('/profiles')} />
      {theirs && (
        <ConflictDialog
          name={base.name}
          fields={PROFILE_FIELDS.map((field) => ({
            field,
            label: t(`profiles.${field}`),
            before: words(valuesOf(base), field),
            mine: words(values, field),
            theirs: words(valuesOf(theirs), field),
          }))}
          onClose={() => setTheirs(undefined)}
          onChosen={(mine) => {
            const merged = { ...valuesOf(theirs) } as Record<string, unknown>;
            for (const field of mine) merged[field] = values[field as keyof ProfileValues];
            const wish = merged as ProfileValues;
            setValues(wish);
            setBase(theirs);
            setTheirs(undefined);
            saving.mutate({ wish, version: theirs.version });
          }}
        />
      )}
    </Form>
  );
}
