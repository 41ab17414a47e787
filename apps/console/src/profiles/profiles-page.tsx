/** Authentication > Software Token Profiles > Manage Existing. */
import { LIMITS } from '@sower/api/limits';
import type { Profile } from '@sower/api/profiles';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { useExpiryWords } from '../distribute/expiry-field.tsx';
import { useConsole } from '../session/use-console.ts';
import { asking, helped } from '../texts/use-texts.ts';
import { lastEntry } from '../ui/action-menu.tsx';
import { OneFieldDialog, useQuestion } from '../ui/dialogs/small-dialogs.tsx';
import { Link, LinkButton } from '../ui/link.tsx';
import { pageIn } from '../ui/lists/cursor-paging.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Screen } from '../ui/screen.tsx';

export function Component() {
  const { t, api, can, done } = useConsole();
  const navigate = useNavigate();
  const expiryWords = useExpiryWords();
  const [parameters] = useSearchParams();
  const [remove, removing] = useQuestion<Profile>(({ id, name }) => ({
    ...asking(t, 'profiles.delete', { name }),
    onConfirm: () => api('deleteProfile', { params: { id } }),
    said: t('profiles.said.deleted', { name }),
    changes: ['token-profiles'],
  }));
  const [copying, setCopying] = useState<Profile>();
  const page = pageIn(parameters);
  const profiles = useAnswer('listProfiles', { query: page });
  const deviceTypes = useAnswer('listDeviceTypes', {});
  const nameOf = (deviceType: string): string =>
    deviceTypes.data?.items.find(({ id }) => id === deviceType)?.name ?? deviceType;
  const add = can('profiles:edit') && (
    <LinkButton to="/profiles/new" variant="primary">
      {t('profiles.add')}
    </LinkButton>
  );
  return (
    <Screen title={t('profiles.title')} intro={t('profiles.intro')} actions={add}>
      <Listing
        query={profiles}
        none={{ title: t('profiles.none'), body: t('profiles.noneBody'), action: add }}
        paged
        columns={[
          [
            t('profiles.name'),
            (profile) => <Link to={`/profiles/${profile.id}`}>{profile.name}</Link>,
            { width: 15 },
          ],
          { label: t('profiles.deviceType'), cell: ({ deviceType }) => nameOf(deviceType) },
          {
            label: t('profile-field.delivery.label'),
            cell: ({ delivery }) => t(`profiles.deliveryIs.${delivery}`),
          },
          {
            label: t('profiles.tokencode'),
            modifier: 'nowrap',
            cell: (profile) =>
              t('profiles.tokencodeSays', { digits: profile.digits, interval: profile.interval }),
          },
          {
            label: t('profile-field.authenticationType.label'),
            cell: (profile) => t(`authenticationTypes.${profile.authenticationType}`),
          },
          {
            label: t('profile-field.codeExpiry.label'),
            cell: (profile) => expiryWords(profile.codeExpiry),
          },
        ]}
        menu={(profile) =>
          can('profiles:edit') && {
            name: profile.name,
            entries: [
              {
                label: t('profiles.edit'),
                onSelect: () => navigate(`/profiles/${profile.id}`),
              },
              {
                label: t('profiles.duplicate'),
                onSelect: () => setCopying(profile),
              },
              lastEntry(t('profiles.delete'), () => remove(profile)),
            ],
          }
        }
      />
      {removing}
      {copying && (
        <OneFieldDialog
          title={t('profiles.duplicateTitle', { name: copying.name })}
          action={t('profiles.duplicate')}
          {...helped(t, 'profiles.name')}
          initial={t('profiles.copyOf', { name: copying.name }).slice(0, LIMITS.name)}
          field="name"
          onClose={() => setCopying(undefined)}
          onSubmit={async (name) => {
            const made = await api('duplicateProfile', { params: { id: copying.id }, body: { name } });
            await done(t('profiles.said.added', { name: made.name }), ['token-profiles']);
          }}
        />
      )}
    </Screen>
  );
}
