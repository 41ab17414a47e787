/** DeviceSerialNumber and its three uses. */
import { List, ListItem } from '@patternfly/react-core';
import type { DeviceType } from '@sower/api/device-types';
import type { DeviceBinding } from '@sower/api/distributions';
import { normalizeDeviceId } from '@sower/ctkip/provisioning-data';
import { useTexts } from '../texts/use-texts.ts';
import { TextField } from '../ui/field.tsx';

export function bindingOf(typed: string, deviceClass: string): DeviceBinding {
  const id = normalizeDeviceId(typed);
  if (typed.trim() === '') return { kind: 'any' };
  if (id !== '' && id === normalizeDeviceId(deviceClass)) return { kind: 'class' };
  return { kind: 'id', deviceId: typed.trim() };
}

export function DeviceSerialNumberField({
  value,
  onChange,
  deviceType,
  delivery,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  deviceType: DeviceType | undefined;
  delivery: 'url' | 'qr' | undefined;
  error?: string | undefined;
}) {
  const t = useTexts();
  const binding = deviceType ? bindingOf(value, deviceType.deviceClass) : undefined;
  const device = deviceType?.name ?? '';
  /** Otherwise, a device that does not identify itself is admitted. */
  const strict = deviceType?.binding.assertion === 'required';
  return (
    <TextField
      id="device-serial-number"
      label={t('distribute.device.label')}
      value={value}
      onChange={onChange}
      disabled={!deviceType}
      error={error}
      mono
      help={
        deviceType && (
          <>
            <strong>
              {binding?.kind === 'class' && t('distribute.device.nowClass', { device })}
              {binding?.kind === 'any' && t('distribute.device.nowAny')}
              {binding?.kind === 'id' &&
                t(`distribute.device.${strict ? 'nowId' : 'nowIdWhenPresent'}`, {
                  id: normalizeDeviceId(value) || '–',
                })}
            </strong>
            <List>
              <ListItem>{t('distribute.device.leave', { device })}</ListItem>
              <ListItem>{t('distribute.device.clear')}</ListItem>
              <ListItem>
                {strict
                  ? t('distribute.device.enterRequired')
                  : t('distribute.device.enterWhenPresent', { device })}
              </ListItem>
            </List>
            {!strict && <p>{t('distribute.device.unenforced', { device })}</p>}
            {delivery === 'qr' && binding?.kind !== 'id' && <p>{t('distribute.device.qrAdvice')}</p>}
          </>
        )
      }
    />
  );
}
