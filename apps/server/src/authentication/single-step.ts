/** Attempts of one step: a passcode is right or not, and there is never a challenge. */
import type { Attempts } from './attempt.ts';
import type { Authenticate } from './authenticate.ts';

export function singleStep(authenticate: Authenticate): Attempts {
  return {
    async start(request) {
      const result = await authenticate(request);
      if (result.result === 'rejected') return { state: 'rejected' };
      return { state: 'accepted', userId: result.userId, serial: result.serial };
    },
    answer: async () => ({ state: 'rejected' }),
    cancel: async () => {},
  };
}
