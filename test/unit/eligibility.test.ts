/** Why something cannot be done with a token is decided by the server; the console says it before anyone asks, by a rule of its own. */
import { dayOf } from '@sower/api/time';
import { barTo, barToCode, barToToken } from '@sower/server/provisioning/tokens/eligibility';
import { expect, test } from 'vitest';
import {
  refusalOfEmergency,
  refusalToAssign,
  refusalToLend,
  refusalToReplace,
  refusalUnassigned,
} from '../../apps/console/src/access/token-refusals.ts';
import { undistributable } from '../../apps/console/src/distribute/undistributable.ts';
import type { ConsoleTexts } from '../../apps/console/src/texts/use-texts.ts';

const WORDS = {
  'not-assigned': 'tokens.why.notAssigned',
  'being-replaced': 'tokens.why.replaced',
  'is-replacement': 'tokens.why.replaces',
  'user-disabled': 'tokens.why.userDisabled',
  hardware: 'tokens.why.hardware',
  lost: 'tokens.why.lost',
  expired: 'tokens.why.expired',
  disabled: 'tokens.why.disabled',
  'at-limit': undefined,
} as const;
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 15, 12);
const t = ((key: string) => key) as unknown as ConsoleTexts;
const BOTH = [false, true];

/** Of every kind and state: as the server has it, and as the console does. */
const ALL = (['software', 'hardware'] as const).flatMap((kind) =>
  (['none', 'gone', 'disabled', 'enabled'] as const).flatMap((user) =>
    BOTH.flatMap((lost) =>
      BOTH.flatMap((expired) =>
        BOTH.map((enabled) => ({
          row: {
            holder_enabled: user === 'none' ? null : Number(user === 'enabled'),
            expires_on: dayOf(NOW + (expired ? -10 : 10) * DAY),
            ...{ kind, lost: Number(lost), enabled: Number(enabled) },
          },
          token: {
            ...(user === 'none' ? {} : { userId: 'jdoe', userState: user }),
            ...{ kind, lost, expired, enabled },
          },
        })),
      ),
    ),
  ),
);

test('of every combination, the console gives the reason of the server against an activation code', () => {
  const reasons = new Set<string | undefined>();
  for (const { row, token } of ALL) {
    const bar = barToCode(row, NOW);
    const said = undistributable(t, token);
    expect(said, JSON.stringify(token)).toBe(bar && WORDS[bar]);
    reasons.add(said);
  }
  const { 'being-replaced': _, 'is-replacement': __, ...others } = WORDS;
  expect(reasons).toEqual(new Set([undefined, ...Object.values(others)]));
});

test('the same against lending, where a token without a user is assigned to one first', () => {
  for (const { row, token } of ALL) {
    const assigned = token.userId !== undefined;
    const bar = assigned ? barToToken(row, NOW) : token.expired ? 'expired' : undefined;
    expect(refusalToLend(t, token), JSON.stringify(token)).toBe(bar && WORDS[bar]);
    expect(refusalToAssign(t, token)).toBe(token.expired ? WORDS.expired : undefined);
  }
});

test('the same against a replacement', () => {
  const pairs = [
    [undefined, {}],
    ['replaced', { replacedBy: '000000000002' }],
    ['replacing', { replaces: '000000000001' }],
  ] as const;
  for (const { row, token } of ALL)
    for (const [pair, shown] of pairs) {
      const bar = barTo({ userEnabled: row.holder_enabled, pair }, NOW);
      expect(refusalToReplace(t, { ...token, ...shown }), JSON.stringify([token, pair])).toBe(
        bar && WORDS[bar],
      );
    }
});

test('emergency access is refused as the server does, lost or not; a token without a user is neither enabled nor lost', () => {
  for (const { row, token } of ALL) {
    const bar = barToToken({ ...row, lost: 0 }, NOW);
    expect(refusalOfEmergency(t, token), JSON.stringify(token)).toBe(bar && WORDS[bar]);
    expect(refusalUnassigned(t, token)).toBe(token.userId === undefined ? WORDS['not-assigned'] : undefined);
  }
});
