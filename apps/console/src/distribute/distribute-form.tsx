/** The choices before Save and Distribute, with their consequences in words. */
import type { DeviceType } from '@sower/api/device-types';
import { type DistributeInput, nicknameSchema } from '@sower/api/distributions';
import type { Profile } from '@sower/api/profiles';
import type { Token } from '@sower/api/tokens';
import { useState } from 'react';
import { useApi } from '../api/connection.ts';
import { isProblem } from '../api/problem-words.ts';
import { useAnswer } from '../api/use-answer.ts';
import { holderOf } from '../api/user-words.ts';
import { CertificateCheck } from '../certificates/certificate-check.tsx';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { RadioField, TextField } from '../ui/field.tsx';
import { Form, useFields } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { LinkButton } from '../ui/link.tsx';
import { Nothing } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useRefresh, useSaving } from '../ui/use-work.ts';
import { CodeFields } from './code-fields.tsx';
import { bindingOf, DeviceSerialNumberField } from './device-serial-number.tsx';
import { type Distributed, useHandedOver } from './distributed.ts';
import { ExpiryField } from './expiry-field.tsx';
import { ProfileChoice } from './profile-choice.tsx';

type CodeKind = 'digits' | 'long' | 'chosen';
type Input = {
  profileId: string;
  /** As it is typed; empty: any device. */
  device: string;
  nickname: string;
  codeKind: CodeKind;
  chosenCode: string;
  /** Empty: as the profile says. */
  expiry: string;
  revokeNow: boolean;
  handOver: HandOver;
};

type Given = {
  token: Token;
  profiles: readonly Profile[];
  deviceTypes: readonly DeviceType[];
  /** Preselected. */
  preselected: Profile | undefined;
  onDistributed: (distributed: Distributed) => void;
};

export function DistributeForm(given: Given) {
  const t = useTexts();
  if (given.profiles.length > 0) return <Choices {...given} />;
  return (
    <Nothing
      title={t('distribute.noProfiles')}
      body={t('distribute.noProfilesBody')}
      action={
        <LinkButton to="/profiles/new" variant="primary">
          {t('profiles.add')}
        </LinkButton>
      }
    />
  );
}

function Choices({ token, profiles, deviceTypes, preselected, onDistributed }: Given) {
  const t = useTexts();
  const profileOf = (id: string) => profiles.find((profile) => profile.id === id);
  const deviceTypeOf = (profile: Profile | undefined) =>
    deviceTypes.find((type) => type.id === profile?.deviceType);
  const { values, set, field } = useFields<Input>(() => ({
    profileId: preselected?.id ?? '',
    device: deviceTypeOf(preselected)?.deviceClass ?? '',
    nickname: '',
    codeKind: 'digits',
    chosenCode: '',
    expiry: '',
    revokeNow: false,
    handOver: 'own',
  }));
  const [profileMissing, setProfileMissing] = useState(false);
  const { revokeNow } = values;
  const profile = profileOf(values.profileId);
  const deviceType = deviceTypeOf(profile);
  const qr = profile?.delivery === 'qr';
  const { serial, seeds, distribution } = token;
  const holder = holderOf(token);
  const waiting = distribution?.state === 'issued' || distribution?.state === 'opened';
  const handedOver = useHandedOver(({ result }: Distributed) => result, onDistributed);
  const saving = useDistribute(serial, (made) => handedOver(made, holderOf(token)));
  return (
    <Form
      onSubmit={() => {
        if (profile && deviceType) saving.mutate({ input: values, profile, deviceType });
        else {
          setProfileMissing(true);
          document.getElementById('token-profile')?.focus();
        }
      }}
      intro={<p>{t('distribute.forWhom', { serial, userId: holder })}</p>}
      error={isProblem(saving.error, 'code-refused') ? undefined : saving.error}
    >
      {waiting && <Alert variant="warning" title={t('distribute.waiting')} />}
      <ProfileChoice
        id="token-profile"
        label={t('distribute.profile')}
        profiles={profiles}
        value={values.profileId}
        onChange={(profileId) => {
          // What was typed for one kind of device may not be for another.
          const untouched = values.device === (deviceType?.deviceClass ?? '');
          const device = deviceTypeOf(profileOf(profileId))?.deviceClass ?? '';
          set({ profileId, ...(untouched ? { device } : {}) });
          setProfileMissing(false);
        }}
        path="profile"
        error={profileMissing ? t('distribute.profileMissing') : undefined}
        help={
          profile &&
          t('distribute.profileSays', {
            device: deviceType?.name ?? profile.deviceType,
            digits: profile.digits,
            interval: profile.interval,
            type: t(`authenticationTypes.${profile.authenticationType}`),
          })
        }
      />
      {deviceType && <CertificateCheck deviceType={deviceType} />}
      <DeviceSerialNumberField
        {...field('device', 'deviceBinding')}
        deviceType={deviceType}
        delivery={profile?.delivery}
      />
      <TextField
        id="nickname"
        label={t('distribute.nickname')}
        {...field('nickname')}
        {...(nicknameSchema.safeParse(values.nickname).success
          ? {}
          : { error: t('distribute.nicknameWrong') })}
        help={
          deviceType &&
          (deviceType.linkTemplate.includes('{nickname}')
            ? t('distribute.nicknameInApp')
            : t('distribute.nicknameNotInApp', { device: deviceType.name }))
        }
      />
      <CodeFields
        kind={field('codeKind')}
        chosen={field('chosenCode')}
        error={saving.error}
        qr={qr}
        disabled={!profile}
      />
      {profile && <ExpiryField {...field('expiry', 'codeExpires')} asProfile={profile.codeExpiry} />}
      {profile && !qr && (
        <HandOverField
          serial={serial}
          holder={holder}
          value={values.handOver}
          onChange={(handOver) => set({ handOver })}
        />
      )}
      {seeds.length > 0 && (
        <PresentSeedField holder={holder} revokeNow={revokeNow} onChange={(now) => set({ revokeNow: now })} />
      )}
      {profile && (
        <Alert isPlain variant="info" title={t('distribute.whatHappens')}>
          {t(qr ? 'distribute.happensQr' : 'distribute.happensUrl', { userId: holder })}{' '}
          {seeds.length > 0 && t(revokeNow ? 'distribute.happensRevoked' : 'distribute.happensKept')}
        </Alert>
      )}
      <FormEnd pending={saving.isPending} action={t('distribute.save')} back={`/tokens/${serial}`} />
    </Form>
  );
}

function useDistribute(serial: string, onDistributed: (distributed: Distributed) => void) {
  const api = useApi();
  const refresh = useRefresh();
  return useSaving({
    mutationFn: async ({
      input,
      profile,
      deviceType,
    }: {
      input: Input;
      profile: Profile;
      deviceType: DeviceType;
    }): Promise<Distributed> => {
      const { device, nickname, codeKind, chosenCode, expiry, revokeNow, handOver } = input;
      const qr = profile.delivery === 'qr';
      const activationCode: DistributeInput['activationCode'] =
        codeKind === 'chosen' ? { kind: 'chosen', value: chosenCode } : { kind: codeKind };
      const result = await api('distributeToken', {
        params: { serial },
        body: {
          profile: profile.id,
          deviceBinding: bindingOf(device, deviceType.deviceClass),
          nickname,
          revokeNow,
          ...(qr ? {} : { activationCode }),
          ...(qr || handOver === 'own' ? {} : { mail: handOver }),
          ...(expiry === '' ? {} : { codeExpires: expiry }),
        },
      });
      return { result, profile, deviceType };
    },
    gcTime: 0,
    onSuccess: async (distributed) => {
      onDistributed(distributed);
      await refresh();
    },
  });
}

/** What happens to the seed that the token has now. */
function PresentSeedField({
  holder,
  revokeNow,
  onChange,
}: {
  /** By name and user ID. */
  holder: string;
  revokeNow: boolean;
  onChange: (revokeNow: boolean) => void;
}) {
  const t = useTexts();
  return (
    <RadioField
      name="present-seed"
      prefix="present"
      label={t('distribute.present')}
      value={revokeNow ? 'revoke' : 'keep'}
      onChange={(what) => onChange(what === 'revoke')}
      choices={[
        {
          value: 'keep',
          label: t('distribute.presentKeep'),
          description: t('distribute.presentKeepSays'),
        },
        {
          value: 'revoke',
          label: t('distribute.presentRevoke'),
          description: t('distribute.presentRevokeSays', { userId: holder }),
        },
      ]}
    />
  );
}

type HandOver = 'own' | 'encrypted' | 'separate';

/** How link and activation code of a URL delivery reach the user: by hand, or by mail if that is allowed and possible. */
function HandOverField({
  serial,
  holder,
  value,
  onChange,
}: {
  serial: string;
  /** By name and user ID. */
  holder: string;
  value: HandOver;
  onChange: (value: HandOver) => void;
}) {
  const { t } = useConsole();
  const options = useAnswer('getMailDeliveryOptions', { params: { serial } }, { staleTime: 0 });
  const reasonAgainst = (way: HandOver): string | undefined =>
    way === 'own' ? undefined : options.data?.[way];
  if (!options.data && options.isError)
    return <ProblemAlert error={options.error} onRetry={() => options.refetch()} />;
  // No choice: by hand.
  if (!options.data || (options.data.encrypted !== undefined && options.data.separate !== undefined))
    return null;
  return (
    <RadioField
      name="hand-over"
      label={t('handOver.title')}
      value={value}
      onChange={onChange}
      choices={(['own', 'encrypted', 'separate'] as const).map((way) => ({
        value: way,
        label: t(`handOver.${way}`),
        description: reasonAgainst(way) ?? t(`handOver.${way}Says`, { userId: holder }),
        disabled: reasonAgainst(way) !== undefined,
      }))}
    />
  );
}
