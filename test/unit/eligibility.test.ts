/** Why a token cannot be distributed is decided by the server; the console says it before anyone asks, by a rule of its own. */
import { dayOf } from '@sower/api/time';
import { barToCode } from '@sower/server/provisioning/tokens/eligibility';
import { expect, test } from 'vitest';
import { undistributable } from '../../apps/console/src/distribute/undistributable.ts';
import type { ConsoleTexts } from '../../apps/console/src/texts/use-texts.ts';

const WORDS = {
  'not-assigned': 'tokens.why.notAssigned',
  'user-disabled': 'tokens.why.userDisabled',
  hardware: 'tokens.why.hardware',
  lost: 'tokens.why.lost',
  expired: 'tokens.why.expired',
  disabled: 'tokens.why.disabled',
} as const;
const DAY = 86_400_000;

test('of every combination, the console gives the reason of the server', () => {
  const now = Date.UTC(2026, 5, 15, 12);
  const t = ((key: string) => key) as unknown as ConsoleTexts;
  const both = [false, true];
  const reasons = new Set<string | undefined>();
  for (const kind of ['software', 'hardware'] as const)
    for (const user of ['none', 'gone', 'disabled', 'enabled'] as const)
      for (const lost of both)
        for (const expired of both)
          for (const enabled of both) {
            const bar = barToCode(
              {
                holder_enabled: user === 'none' ? null : Number(user === 'enabled'),
                expires_on: dayOf(now + (expired ? -10 : 10) * DAY),
                ...{ kind, lost: Number(lost), enabled: Number(enabled) },
              },
              now,
            );
            const said = undistributable(t, {
              ...(user === 'none' ? {} : { userId: 'jdoe', userState: user }),
              ...{ kind, lost, expired, enabled },
            });
            const what = JSON.stringify({ kind, user, lost, expired, enabled });
            expect(said, what).toBe(bar && WORDS[bar]);
            reasons.add(said);
          }
  expect(reasons).toEqual(new Set([undefined, ...Object.values(WORDS)]));
});
