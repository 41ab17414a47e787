/** What a distribution copies from its profile and device type: later edits of either do not affect a token already distributed. */

import { algorithms, authenticationTypes, type DeviceType } from '@sower/api/device-types';
import { HOUR } from '@sower/api/time';
import { z } from 'zod';
import type { Row } from '../../store/schema/schema.ts';
import { storedJson } from '../../store/schema/stored-json.ts';

const stored = z.object({
  profile: z.string(),
  algorithm: z.enum(algorithms),
  digits: z.union([z.literal(6), z.literal(8)]),
  intervalSeconds: z.union([z.literal(30), z.literal(60)]),
  authenticationType: z.enum(authenticationTypes),
  codeExpiry: z.string(),
  deviceType: z.object({
    id: z.string(),
    name: z.string(),
    deviceClass: z.string(),
    binding: z.object({
      assertion: z.enum(['required', 'when-present']),
      idFields: z.array(z.string()),
      classFields: z.array(z.string()),
    }),
    linkTemplate: z.string(),
  }),
});
export type Snapshot = Readonly<z.infer<typeof stored>>;

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

export const readSnapshot: (text: string) => Snapshot = storedJson('distributions.snapshot', stored);

/** Whether this device type asserts enough for a binding to be enforced rather than only recorded. */
export const bindingEnforced = (snapshot: Snapshot): boolean =>
  snapshot.deviceType.binding.assertion === 'required';

/** @param expiry `never`, `12h`, `7d` @returns epoch milliseconds; null for never */
export function codeExpiresAt(expiry: string, now: number): number | null {
  if (expiry === 'never') return null;
  const hours = Number(expiry.slice(0, -1)) * (expiry.endsWith('d') ? 24 : 1);
  return now + hours * HOUR;
}
