/** What an administrator sees after Save and Distribute. */
import type { DeviceType } from '@sower/api/device-types';
import type { DistributeResult } from '@sower/api/distributions';
import type { Profile } from '@sower/api/profiles';
import { inGroupsOfFour } from '@sower/bytes/groups';
import type { ComponentProps } from 'react';
import { type ConsoleTexts, useTexts } from '../texts/use-texts.ts';
import type { CopyField } from '../ui/copy-field.tsx';
import { useNotice } from '../ui/notices.tsx';
import { useIsHere } from '../ui/use-onward.ts';

export type Distributed = { result: DistributeResult; profile: Profile; deviceType: DeviceType };

/** What a user needs to import a token, with the activation code first: it alone is shown only now. */
export function toHandOver({
  t,
  activationCode,
  ctkipUrl,
  link,
  device,
  until,
}: {
  t: ConsoleTexts;
  activationCode: string | undefined;
  ctkipUrl: string;
  link: string | undefined;
  /** Its name, for a link made for it. */
  device: string;
  /** How long the code is valid, in words. */
  until?: string;
}): ComponentProps<typeof CopyField>[] {
  return [
    ...(activationCode === undefined
      ? []
      : [
          {
            label: t('distribute.code'),
            value: activationCode,
            shown: inGroupsOfFour(activationCode),
            note: until,
          },
        ]),
    { label: t('result.ctkipUrl'), value: ctkipUrl },
    ...(link === undefined ? [] : [{ label: t('result.link', { device }), value: link }]),
  ];
}

/**
 * What was distributed, with the code that is shown once: on the page that requested it, or reported as lost if that page has been left in
 * the meantime. */
export function useHandedOver<T>(
  resultOf: (made: T) => DistributeResult,
  onMade: (made: T) => void,
): (made: T, user: string) => void {
  const t = useTexts();
  const notice = useNotice();
  const isHere = useIsHere();
  /** @param user name and user ID */
  return (made, user) => {
    if (isHere()) return onMade(made);
    const { serial, activationCode } = resultOf(made);
    if (activationCode === undefined) notice(t('result.done', { serial, user }));
    else notice(t('result.left', { serial, user }), 'danger');
  };
}
