/** What an administrator sees after Save and Distribute. */

import type { DeviceType } from '@sower/api/device-types';
import type { DistributeResult } from '@sower/api/distributions';
import type { Profile } from '@sower/api/profiles';
import { inGroupsOfFour } from '@sower/bytes/groups';
import type { ComponentProps } from 'react';
import type { ConsoleTexts } from '../texts/use-texts.ts';
import type { CopyField } from '../ui/copy-field.tsx';

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
