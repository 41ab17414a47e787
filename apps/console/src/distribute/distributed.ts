/** What an administrator sees after Save and Distribute. */
import type { DeviceType } from '@sower/api/device-types';
import type { DistributeResult } from '@sower/api/distributions';
import type { Profile } from '@sower/api/profiles';

export type Distributed = { result: DistributeResult; profile: Profile; deviceType: DeviceType };
