/** Who has moved from an old server: the rule for rows and the rule for lists say the same, on both databases; and the odds on the page. */

import { atLeastOnce, oddsOfFalseMatch, onceIn } from '@sower/api/coexistences';
import { hasMoved, MOVED, type MovingRow } from '@sower/server/store/authentication/coexistences';
import { openDatabase } from '@sower/server/store/db/open';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { onBothDatabases } from '../../harness/databases.ts';

const FLAGS = [0, 1] as const;
const SEEDS = [
  { seed_id: null, state: null, last_accepted_at: null },
  ...(['current', 'pending'] as const).flatMap((state) =>
    [null, 5].map((last_accepted_at) => ({ seed_id: 'seed', state, last_accepted_at })),
  ),
];
const TOKENS = FLAGS.flatMap((token_enabled) =>
  FLAGS.flatMap((token_lost) => SEEDS.map((seed) => ({ token_enabled, token_lost, ...seed }))),
);

onBothDatabases('who has moved', (kind) => {
  test('the rule for rows and the condition of SQL agree on every kind of token', async () => {
    const fresh = await kind.fresh();
    const { db, close } = await openDatabase(fresh.location);
    try {
      const found: unknown[] = [];
      for (const token of TOKENS) {
        const row = { token_id: 'token', ...token } as MovingRow;
        const { rows } = await sql<{ moved: number | boolean }>`
          with users as (select 'user' as id, 'user' as user_id_key),
            tokens as (select 'token' as id, 'user' as user_id, cast(${token.token_enabled} as bigint) as enabled,
              cast(${token.token_lost} as bigint) as lost),
            seeds as (select 'token' as token_id, cast(${token.state} as text) as state,
              cast(${token.last_accepted_at} as bigint) as last_accepted_at where cast(${token.seed_id} as text) is not null)
          select ${MOVED} as moved from users`.execute(db);
        found.push([token, hasMoved([row]), Boolean(rows[0]?.moved)]);
      }
      expect(found).toEqual(TOKENS.map((token) => [token, isExpected(token), isExpected(token)]));
    } finally {
      await close();
      await fresh.drop();
    }
  });
});

/** As docs/radius.md has it. */
const isExpected = ({
  token_enabled,
  token_lost,
  seed_id,
  state,
  last_accepted_at,
}: (typeof TOKENS)[number]) =>
  token_lost === 1 ||
  (seed_id !== null && (last_accepted_at !== null || (token_enabled === 1 && state === 'current')));

test('a user without tokens has not moved', () => {
  expect(hasMoved([])).toBe(false);
});

test('the odds of a false match: of the documentation, by counting, and of none', () => {
  const of = { digits: 6, window: 3, matches: 2, seeds: 5_000 };
  expect(oddsOfFalseMatch(of)).toBeCloseTo(4.5e-8, 10);
  // One digit, one interval, one match, two seeds: 1 - 0.9 * 0.9.
  expect(oddsOfFalseMatch({ digits: 1, window: 1, matches: 1, seeds: 2 })).toBeCloseTo(0.19, 12);
  expect(oddsOfFalseMatch({ ...of, seeds: 0 })).toBe(0);
  expect(oddsOfFalseMatch({ ...of, digits: 8, seeds: 1 })).toBeCloseTo(9e-16, 18);
  expect(atLeastOnce(1e-9, 1_000)).toBeCloseTo(1e-6, 9);
  expect([9e-12, 0.3, 1, 0].map(onceIn)).toEqual([110_000_000_000, 3, 1, undefined]);
});
