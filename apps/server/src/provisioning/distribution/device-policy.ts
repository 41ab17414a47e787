/**
 * Whether the device that a client claims to be may activate this distribution.
 *
 * A binding is a policy on what the client asserts, not an attestation: a client that lies is not detected here. A mismatch is always
 * refused. The device type decides whether asserting nothing is refused.
 */

import { LIMITS } from '@sower/api/limits';
import { normalizeDeviceId } from '@sower/ctkip/provisioning-data';
import { readText, type Text, text } from '@sower/texts/outcomes';
import type { ReasonColumns } from '../../store/db/reason.ts';
import type { Admission } from './admission.ts';
import { bindingEnforced } from './snapshot.ts';

export type AssertedDevice = {
  /** Both as sent, or absent. */
  readonly deviceId?: string | undefined;
  readonly deviceClass?: string | undefined;
};

export type DeviceVerdict =
  | { readonly ok: true; readonly deviceId: string | undefined }
  | { readonly ok: false; readonly deviceId: string | undefined; readonly reason: Text };

export function judgeDevice(
  admission: Pick<Admission, 'deviceKind' | 'deviceId' | 'snapshot'>,
  asserted: AssertedDevice,
): DeviceVerdict {
  const { deviceType } = admission.snapshot;
  const required = bindingEnforced(admission.snapshot);
  const deviceId = normal(asserted.deviceId);
  const deviceClass = normal(asserted.deviceClass);
  const refuse = (reason: Text): DeviceVerdict => ({ ok: false, deviceId, reason });

  const wantedClass = normalizeDeviceId(deviceType.deviceClass);
  if (deviceClass === undefined) {
    if (required) return refuse(text('device.no-class'));
  } else if (deviceClass !== wantedClass) {
    return refuse(text('device.other-class', { sent: deviceClass, wanted: wantedClass }));
  }
  if (deviceId === undefined) {
    if (required) return refuse(text('device.no-id'));
  } else if (admission.deviceKind === 'id' && deviceId !== admission.deviceId) {
    return refuse(text('device.other-id', { sent: deviceId, wanted: admission.deviceId ?? '' }));
  }
  return { ok: true, deviceId };
}

function normal(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const id = normalizeDeviceId(value).slice(0, LIMITS.deviceId);
  return id === '' ? undefined : id;
}

/** Whether a run was refused because of the device that the client asserted, rather than for any other reason. */
export const isDeviceReason = ({ reason, text }: ReasonColumns): boolean =>
  text === null ? OF_BEFORE.test(reason ?? '') : (readText(text)?.code.startsWith('device.') ?? false);

/** Rows written before texts were stored. */
const OF_BEFORE = /^(the device (class|id) is |the client did not say its device )/;
