/** The choices before Save and Distribute, with their consequences in words. */
import { ActionGroup, Form, FormGroup, Radio } from '@patternfly/react-core';
import type { DeviceType } from '@sower/api/device-types';
import type { DistributeInput } from '@sower/api/distributions';
import type { Profile } from '@sower/api/profiles';
import type { Token } from '@sower/api/tokens';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { fieldProblem, isProblem, problemOf } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { CertificateCheck } from '../certificates/certificate-check.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { LinkButton } from '../ui/link-button.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { bindingOf, DeviceSerialNumberField } from './device-serial-number.tsx';
import type { Distributed } from './distributed.ts';
import { ExpiryField } from './expiry-field.tsx';
import { type HandOver, HandOverField } from './hand-over-field.tsx';

type CodeKind = 'digits' | 'long' | 'chosen';

export function DistributeForm({
  token,
  profiles,
  deviceTypes,
  wished,
  onDistributed,
}: {
  token: Token;
  profiles: readonly Profile[];
  deviceTypes: readonly DeviceType[];
  /** Preselected. */
  wished: Profile | undefined;
  onDistributed: (distributed: Distributed) => void;
}) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [profileId, setProfileId] = useState(wished?.id ?? '');
  const [device, setDevice] = useState(
    deviceTypes.find(({ id }) => id === wished?.deviceType)?.deviceClass ?? '',
  );
  const [nickname, setNickname] = useState('');
  const [codeKind, setCodeKind] = useState<CodeKind>('digits');
  const [chosenCode, setChosenCode] = useState('');
  const [expiry, setExpiry] = useState('');
  const [revokeNow, setRevokeNow] = useState(false);
  const [handOver, setHandOver] = useState<HandOver>('own');
  const [profileMissing, setProfileMissing] = useState(false);

  const deviceTypeOf = (id: string): DeviceType | undefined =>
    deviceTypes.find((type) => type.id === profiles.find((profile) => profile.id === id)?.deviceType);
  const profile = profiles.find(({ id }) => id === profileId);
  const deviceType = deviceTypeOf(profileId);
  const qr = profile?.delivery === 'qr';
  const userId = token.userId ?? '';
  const hasSeed = token.seeds.length > 0;
  const waiting = token.distribution?.state === 'issued' || token.distribution?.state === 'opened';

  const saving = useMutation({
    mutationFn: async (): Promise<Distributed> => {
      const kind: DistributeInput['activationCode'] =
        codeKind === 'chosen' ? { kind: 'chosen', value: chosenCode } : { kind: codeKind };
      const result = await api('distributeToken', {
        params: { serial: token.serial },
        body: {
          profile: profileId,
          deviceBinding: bindingOf(device, deviceType!.deviceClass),
          nickname,
          revokeNow,
          ...(qr ? {} : { activationCode: kind }),
          ...(qr || handOver === 'own' ? {} : { mail: handOver }),
          ...(expiry === '' ? {} : { codeExpires: expiry }),
        },
      });
      return { result, profile: profile!, deviceType: deviceType! };
    },
    gcTime: 0,
    onSuccess: async (distributed) => {
      onDistributed(distributed);
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    },
  });
  const codeProblem =
    fieldProblem(saving.error, 'activationCode') ??
    (isProblem(saving.error, 'code-refused') ? problemOf(saving.error)?.detail : undefined);
  const fields = ['profile', 'deviceBinding', 'nickname', 'activationCode', 'codeExpires'];

  if (profiles.length === 0) {
    return (
      <Nothing
        title={t('distribute.noProfiles')}
        body={t('distribute.noProfilesBody')}
        action={
          <LinkButton to="/profiles/new" variant="primary">
            {t('profiles.addTitle')}
          </LinkButton>
        }
      />
    );
  }
  return (
    <Form
      className="sower-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!profile) {
          setProfileMissing(true);
          document.getElementById('token-profile')?.focus();
        } else saving.mutate();
      }}
    >
      <p>{t('distribute.forWhom', { serial: token.serial, userId })}</p>
      {!isProblem(saving.error, 'code-refused') && <ProblemAlert error={saving.error} fields={fields} />}
      {waiting && <Alert component="p" isInline variant="warning" title={t('distribute.waiting')} />}
      <ChoiceField
        id="token-profile"
        label={t('distribute.profile')}
        required
        value={profileId}
        placeholder={t('distribute.profilePlaceholder')}
        onChange={(id) => {
          const before = deviceType?.deviceClass ?? '';
          if (device === before) setDevice(deviceTypeOf(id)?.deviceClass ?? '');
          setProfileId(id);
          setProfileMissing(false);
        }}
        choices={profiles.map((entry) => ({
          value: entry.id,
          label: `${entry.name} – ${entry.deliveryLabel}`,
        }))}
        error={profileMissing ? t('distribute.profileMissing') : fieldProblem(saving.error, 'profile')}
        {...(profile
          ? {
              help: t('distribute.profileSays', {
                device: deviceType?.name ?? profile.deviceType,
                digits: profile.digits,
                interval: profile.interval,
                type: t(`authenticationTypes.${profile.authenticationType}`),
              }),
            }
          : {})}
      />
      {deviceType && <CertificateCheck deviceType={deviceType} />}
      <DeviceSerialNumberField
        value={device}
        onChange={setDevice}
        deviceType={deviceType}
        delivery={profile?.delivery}
        error={fieldProblem(saving.error, 'deviceBinding')}
      />
      <TextField
        id="nickname"
        label={t('distribute.nickname')}
        value={nickname}
        onChange={setNickname}
        help={
          deviceType &&
          (deviceType.linkTemplate.includes('{nickname}')
            ? t('distribute.nicknameInApp')
            : t('distribute.nicknameNotInApp', { device: deviceType.name }))
        }
        error={
          /^[A-Za-z0-9]{0,24}$/.test(nickname)
            ? fieldProblem(saving.error, 'nickname')
            : t('distribute.nicknameWrong')
        }
      />
      <ChoiceField
        id="activation-code"
        label={t('distribute.code')}
        value={qr ? 'digits' : codeKind}
        onChange={(kind) => setCodeKind(kind as CodeKind)}
        disabled={qr || !profile}
        choices={[
          { value: 'digits', label: t('distribute.codeDigits') },
          { value: 'long', label: t('distribute.codeLong') },
          { value: 'chosen', label: t('distribute.codeChosen') },
        ]}
        error={codeKind === 'chosen' ? undefined : codeProblem}
        help={qr ? t('distribute.codeQr') : t('distribute.codeHelp')}
      />
      {codeKind === 'chosen' && !qr && (
        <TextField
          id="chosen-code"
          label={t('distribute.chosenCode')}
          required
          mono
          value={chosenCode}
          onChange={setChosenCode}
          help={t('distribute.chosenCodeHelp')}
          error={codeProblem}
        />
      )}
      {profile && (
        <ExpiryField
          value={expiry}
          onChange={setExpiry}
          asProfile={profile.codeExpiry}
          error={fieldProblem(saving.error, 'codeExpires')}
        />
      )}
      {profile && !qr && (
        <HandOverField serial={token.serial} userId={userId} value={handOver} onChange={setHandOver} />
      )}
      {hasSeed && (
        <FormGroup role="radiogroup" isStack fieldId="present-seed" label={t('distribute.present')}>
          <Radio
            id="present-keep"
            name="present-seed"
            isChecked={!revokeNow}
            onChange={() => setRevokeNow(false)}
            label={t('distribute.presentKeep')}
            description={t('distribute.presentKeepSays')}
          />
          <Radio
            id="present-revoke"
            name="present-seed"
            isChecked={revokeNow}
            onChange={() => setRevokeNow(true)}
            label={t('distribute.presentRevoke')}
            description={t('distribute.presentRevokeSays', { userId })}
          />
        </FormGroup>
      )}
      {profile && (
        <Alert component="p" isInline isPlain variant="info" title={t('distribute.whatHappens')}>
          {t(qr ? 'distribute.happensQr' : 'distribute.happensUrl', { userId })}{' '}
          {hasSeed && t(revokeNow ? 'distribute.happensRevoked' : 'distribute.happensKept')}
        </Alert>
      )}
      <ActionGroup>
        <Button type="submit" isLoading={saving.isPending} isDisabled={saving.isPending}>
          {t('distribute.save')}
        </Button>
        <Button variant="link" onClick={() => navigate(`/tokens/${token.serial}`)}>
          {t('ui.cancel')}
        </Button>
      </ActionGroup>
    </Form>
  );
}
