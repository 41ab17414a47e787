/** What an administrator should know about API keys before they stop working. */
import type { ApiKey } from '@sower/api/api-keys';

export const SOON_DAYS = 14;

export const endsSoon = ({ standing, expiresAt }: ApiKey): boolean =>
  (standing === 'active' || standing === 'limited') &&
  expiresAt !== undefined &&
  Date.parse(expiresAt) < Date.now() + SOON_DAYS * 86_400_000;

/** Because of its owner; one that expired was meant to. */
export const stoppedByOwner = ({ standing }: ApiKey): boolean =>
  standing !== 'active' && standing !== 'expired';
