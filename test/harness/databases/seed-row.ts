/** A seed that no one has used, for tests to vary. */

import type { NewSeed } from '@sower/server/store/tokens/seeds';

export const SEED_ROW: Omit<NewSeed, 'id' | 'token_id' | 'distribution_id'> = {
  ...{ state: 'pending', algorithm: 'securid', hash: 'sha1', digits: 8, interval_seconds: 60 },
  ...{ authentication_type: 'tokencode', key_id: '', sealed: '', position: -1, drift: 0 },
  ...{ last_accepted_at: null, created_at: 0 },
};
