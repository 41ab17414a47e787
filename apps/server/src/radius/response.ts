/** What is answered, before it is signed for its client. */
import type { Attribute } from '@sower/radius/packet';

export type Response = {
  readonly code: number;
  readonly attributes: readonly Attribute[];
  /** For the counters. */
  readonly outcome: 'accepted' | 'rejected' | 'challenge' | 'session' | 'status';
};
