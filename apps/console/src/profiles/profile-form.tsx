/** The fields of a token profile. Only what the device type can do is offered. */
import { FormGroup } from '@patternfly/react-core';
import type { DeviceType } from '@sower/api/device-types';
import { choicesOf } from '@sower/api/fields';
import { type Profile, type ProfileSettings, profileSettings } from '@sower/api/profiles';
import { renderLink } from '@sower/ctkip/links';
import { pathFor } from '@sower/ctkip/paths';
import { fieldProblem } from '../api/problem-words.ts';
import { useAnswer } from '../api/use-answer.ts';
import { ExpiryField } from '../distribute/expiry-field.tsx';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField, inWords, RadioField, TextField } from '../ui/field.tsx';
import { Alert } from '../ui/patternfly.tsx';

/** Empty `codeExpiry`: as in the settings. */
export type ProfileValues = Pick<Profile, 'name' | 'deviceType'> & ProfileSettings;
const SETTINGS = Object.keys(profileSettings) as (keyof ProfileSettings)[];
export const PROFILE_FIELDS = ['name', 'deviceType', ...SETTINGS] as const;

const valuesFrom = (read: (name: keyof ProfileSettings) => unknown) =>
  Object.fromEntries(SETTINGS.map((name) => [name, read(name)])) as ProfileSettings;

export const NEW_PROFILE: ProfileValues = {
  ...valuesFrom((name) => choicesOf(profileSettings[name]).usual),
  name: '',
  deviceType: '',
  delivery: 'qr',
  codeExpiry: '',
};

export const valuesOf = (profile: Profile): ProfileValues => ({
  name: profile.name,
  deviceType: profile.deviceType,
  ...valuesFrom((name) => profile[name]),
});

/** The same choices, as far as this device type supports them. */
export function fitted(values: ProfileValues, type: DeviceType): ProfileValues {
  const near = <T,>(wanted: T, able: readonly T[]): T =>
    able.includes(wanted) ? wanted : (able.at(-1) as T);
  return {
    ...values,
    deviceType: type.id,
    algorithm: type.algorithms.includes(values.algorithm) ? values.algorithm : type.algorithms[0]!,
    digits: near(values.digits, type.digits),
    interval: near(values.interval, type.intervals),
    authenticationType: type.authenticationTypes.includes(values.authenticationType)
      ? values.authenticationType
      : type.authenticationTypes[0]!,
    delivery: type.qrCode ? values.delivery : 'url',
  };
}

export function ProfileFields({
  values,
  onChange,
  deviceType,
  error,
  adding = false,
  children,
}: {
  values: ProfileValues;
  onChange: (values: ProfileValues) => void;
  deviceType: DeviceType | undefined;
  error: unknown;
  /** A new profile may leave the expiry to the settings. */
  adding?: boolean;
  /** The device type: chosen when adding, fixed when editing. */
  children: React.ReactNode;
}) {
  const t = useTexts();
  const set = (part: Partial<ProfileValues>): void => onChange({ ...values, ...part });
  return (
    <>
      <TextField
        id="profile-name"
        label={t('profiles.name')}
        required
        value={values.name}
        onChange={(name) => set({ name })}
        help={t('profiles.nameHelp')}
        path="name"
        error={/[&%<>]/.test(values.name) ? t('profiles.nameWrong') : undefined}
      />
      {children}
      {deviceType && (
        <>
          {(deviceType.algorithms.length > 1 || fieldProblem(error, 'algorithm') !== undefined) && (
            <ChoiceField
              label={t('profile-field.algorithm.label')}
              value={values.algorithm}
              onChange={(algorithm) => set({ algorithm: algorithm as ProfileValues['algorithm'] })}
              choices={inWords(deviceType.algorithms, (value) => t(`algorithms.${value}`))}
              path="algorithm"
            />
          )}
          <ChoiceField
            label={t('profile-field.interval.label')}
            value={String(values.interval)}
            onChange={(interval) => set({ interval: Number(interval) as 30 | 60 })}
            choices={inWords(deviceType.intervals, (value) => t('profiles.seconds', { count: value }))}
            path="interval"
          />
          <ChoiceField
            label={t('profile-field.digits.label')}
            value={String(values.digits)}
            onChange={(digits) => set({ digits: Number(digits) as 6 | 8 })}
            choices={inWords(deviceType.digits, (value) => t('profiles.digitCount', { count: value }))}
            path="digits"
          />
          <RadioField
            name="authentication-type"
            label={t('profile-field.authenticationType.label')}
            value={values.authenticationType}
            onChange={(authenticationType) => set({ authenticationType })}
            choices={deviceType.authenticationTypes.map((type) => ({
              value: type,
              label: t(`authenticationTypes.${type}`),
              description: t(`authenticationTypesSay.${type}`),
            }))}
          />
          <FieldProblem message={fieldProblem(error, 'authenticationType')} />
          <RadioField
            name="delivery"
            label={t('profile-field.delivery.label')}
            value={values.delivery}
            onChange={(delivery) => set({ delivery })}
            choices={[
              { value: 'url', label: t('delivery.url'), description: t('profiles.deliveryUrlSays') },
              {
                value: 'qr',
                label: t('delivery.qr'),
                description: deviceType.qrCode
                  ? t('profiles.deliveryQrSays')
                  : t('profiles.deliveryQrNot', { device: deviceType.name }),
                disabled: !deviceType.qrCode,
              },
            ]}
          />
          <FieldProblem message={fieldProblem(error, 'delivery')} />
          <ExpiryField
            value={values.codeExpiry}
            onChange={(codeExpiry) => set({ codeExpiry })}
            asSettings={adding}
            path="codeExpiry"
          />
          <LinkPreview deviceType={deviceType} algorithm={values.algorithm} />
        </>
      )}
    </>
  );
}

/** The error of a group of radio buttons. */
function FieldProblem({ message }: { message: string | undefined }) {
  return message === undefined ? null : <Alert isPlain variant="danger" title={message} />;
}

function LinkPreview({
  deviceType,
  algorithm,
}: {
  deviceType: DeviceType;
  algorithm: ProfileValues['algorithm'];
}) {
  const { t } = useConsole();
  // Links contain the address from the settings, which may differ from this page's.
  const server = useAnswer('getServer', {});
  const base = new URL(server.data?.ctkipUrl ?? window.location.origin).origin;
  const rendered = renderLink(deviceType.linkTemplate, {
    url: `${base}${pathFor(algorithm)}`,
    activationCode: '123456789012',
    nickname: 'Phone',
  });
  return (
    <FormGroup role="group" fieldId="link-preview" label={t('profiles.preview')}>
      <output id="link-preview" className="sower-copy-value sower-mono sower-block">
        {rendered.ok ? rendered.link : '–'}
      </output>
      <p>{t('profiles.previewHelp', { application: deviceType.application })}</p>
    </FormGroup>
  );
}
