/** Edits a token profile. Tokens already distributed are not affected. */
import type { DeviceType } from '@sower/api/device-types';
import type { Profile } from '@sower/api/profiles';
import { useParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { Changeable } from '../session/missing-permission.tsx';
import { useConsole, useSession } from '../session/use-console.ts';
import { EditConflict } from '../ui/dialogs/conflict-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { useEditing } from '../ui/forms/use-editing.ts';
import { Loaded } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useSaved } from '../ui/use-work.ts';
import { PROFILE_FIELDS, ProfileFields, type ProfileValues, valuesOf } from './profile-form.tsx';

export function Component() {
  const { t, can } = useConsole();
  const { id = '' } = useParams();
  const profile = useAnswer('getProfile', { params: { id } }, { staleTime: 0 });
  const deviceTypes = useAnswer('listDeviceTypes', {});
  return (
    <Screen
      title={t(can('profiles:edit') ? 'profiles.editTitle' : 'profiles.viewTitle', {
        name: profile.data?.name ?? '…',
      })}
    >
      <Loaded query={deviceTypes}>
        {({ items }) => (
          <Loaded query={profile}>
            {(loaded) => <EditForm key={loaded.id} stored={loaded} deviceTypes={items} />}
          </Loaded>
        )}
      </Loaded>
    </Screen>
  );
}

function EditForm({ stored, deviceTypes }: { stored: Profile; deviceTypes: readonly DeviceType[] }) {
  const { t, api } = useConsole();
  const saved = useSaved();
  const may = useSession().can('profiles:edit');
  const deviceType = deviceTypes.find(({ id }) => id === stored.deviceType);
  const params = { id: stored.id };
  const { base, values, set, error, pending, save, conflict } = useEditing({
    stored,
    draftOf: valuesOf,
    send: ({ deviceType: _, ...body }, { version }) => api('editProfile', { params, body, ifMatch: version }),
    load: () => api('getProfile', { params }),
    onSaved: ({ name }) => saved(t('profiles.said.edited', { name }), '/profiles'),
  });
  const words = (profile: ProfileValues, field: (typeof PROFILE_FIELDS)[number]): string => {
    const inWords = {
      authenticationType: t(`authenticationTypes.${profile.authenticationType}`),
      delivery: t(`delivery.${profile.delivery}`),
      algorithm: t(`algorithms.${profile.algorithm}`),
    };
    return String({ ...profile, ...inWords }[field]);
  };
  return (
    <Form
      onSubmit={save}
      intro={may && <Alert variant="info" title={t('profiles.notChanged')} />}
      error={error}
    >
      <Changeable permission="profiles:edit">
        <ProfileFields values={values} onChange={set} deviceType={deviceType} error={error}>
          <TextField
            label={t('profiles.deviceType')}
            value={deviceType?.name ?? stored.deviceType}
            onChange={() => undefined}
            disabled
            help={t('profiles.deviceTypeFixed')}
            path="deviceType"
          />
        </ProfileFields>
      </Changeable>
      <FormEnd pending={pending} changeable={may} back="/profiles" />
      <EditConflict
        conflict={conflict}
        name={base.name}
        fields={PROFILE_FIELDS}
        label={(field) =>
          t(field === 'name' || field === 'deviceType' ? `profiles.${field}` : `profile-field.${field}.label`)
        }
        words={words}
      />
    </Form>
  );
}
