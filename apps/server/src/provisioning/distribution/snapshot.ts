/** What a distribution copies from its profile and device type: later edits of either do not affect a token already distributed. */
import type { DeviceType } from '@sower/api/device-types';
import type { Row } from '../../store/schema/schema.ts';

export type Snapshot = {
  readonly profile: string;
  readonly algorithm: Row<'token_profiles'>['algorithm'];
  readonly digits: 6 | 8;
  readonly intervalSeconds: 30 | 60;
  readonly authenticationType: Row<'token_profiles'>['authentication_type'];
  readonly codeExpiry: string;
  readonly deviceType: Pick<DeviceType, 'id' | 'name' | 'deviceClass' | 'binding' | 'linkTemplate'>;
};

export function takeSnapshot(profile: Row<'token_profiles'>, deviceType: DeviceType): Snapshot {
  const { id, name, deviceClass, binding, linkTemplate } = deviceType;
  return {
    profile: profile.name,
    algorithm: profile.algorithm,
    digits: profile.digits,
    intervalSeconds: profile.interval_seconds,
    authenticationType: profile.authentication_type,
    codeExpiry: profile.code_expiry,
    deviceType: { id, name, deviceClass, binding, linkTemplate },
  };
}

export const readSnapshot = (text: string): Snapshot => JSON.parse(text) as Snapshot;

/** Whether this device type asserts enough for a binding to be enforced rather than only recorded. */
export const bindingEnforced = (snapshot: Snapshot): boolean =>
  snapshot.deviceType.binding.assertion === 'required';

/** `never`, `12h`, `7d` in milliseconds; undefined for never. */
export function codeLifetime(expiry: string): number | undefined {
  if (expiry === 'never') return undefined;
  const hours = Number(expiry.slice(0, -1)) * (expiry.endsWith('d') ? 24 : 1);
  return hours * 3_600_000;
}
