/** What an administrator is shown after Save and Distribute. */
import type { DeviceType, DistributeResult, Profile } from '@sower/api/resources';

export type Distributed = { result: DistributeResult; profile: Profile; deviceType: DeviceType };
