/** When a token has expired is one rule: what is listed, counted, reported and given away follows what is accepted, to the millisecond. */

import { DAY, dayOf, HOUR } from '@sower/api/time';
import { countTokensWhenDue } from '@sower/server/audit/figures/token-counts';
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { countTokens } from '@sower/server/store/reporting/statistics';
import { listTokens } from '@sower/server/store/tokens/search';
import { insertTokens, isExpired, oldestValidDay } from '@sower/server/store/tokens/tokens';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';

const TODAY = Date.parse('2026-06-10T00:00:00Z');
const DAYS = [-3, -2, -1, 0, 1].map((days) => dayOf(TODAY + days * DAY));
const TIMES = [0, 12 * HOUR - 1, 12 * HOUR, DAY - 1];

test.each(TIMES)('through its last day and half a day more: %i ms into the day', (time) => {
  const expired = DAYS.filter((day) => isExpired(day, TODAY + time));
  // divergences.md: 36 hours after the day of expiry began.
  expect(expired).toEqual(DAYS.filter((day) => Date.parse(day) + 36 * HOUR <= TODAY + time));
  expect(expired.at(-1)).toBe(dayOf(TODAY + (time < 12 * HOUR ? -2 : -1) * DAY));
});

onBothDatabases('tokens on the day they expire', (kind) => {
  let database: FreshDatabase;
  let stored: OpenDatabase;

  beforeAll(async () => {
    database = await kind.fresh();
    stored = await openDatabase(database.location);
    await insertTokens(
      stored.db,
      DAYS.map((expires_on) => ({
        ...{ id: expires_on, serial: expires_on, domain: '/', expires_on, created_at: TODAY, version: 1 },
        ...{ user_id: null, enabled: 0 as const, lost: 0 as const, pin: null },
        ...{ failures: 0, last_failure_at: null },
      })),
    );
  });
  afterAll(async () => {
    await stored.close();
    await database.drop();
  });

  test.each(TIMES)('have expired for lists and counts as well: %i ms into the day', async (time) => {
    const { db } = stored;
    const now = TODAY + time;
    const expired = DAYS.filter((day) => isExpired(day, now));
    const valid = DAYS.filter((day) => !isExpired(day, now));
    const listed = async (isListed: boolean) =>
      (await listTokens(db, { scopes: ['/'], expired: isListed }, 100, now)).map(
        ({ expires_on }) => expires_on,
      );
    expect(await listed(true)).toEqual(expired);
    expect(await listed(false)).toEqual(valid);
    expect(await countTokens(db, ['/'], now, 1)).toMatchObject({
      expired: expired.length,
      expiring: valid.filter((day) => day < dayOf(now + DAY)).length,
    });
    // Once for the cursor.
    await db.deleteFrom('figure_cursors').execute();
    for (let round = 0; round < 2; round += 1)
      await countTokensWhenDue(
        { db, now: () => now, isAlone: () => true, yieldTo: async () => {} },
        () => false,
      );
    const counted = await db
      .selectFrom('figures')
      .select('count')
      .where('kind', '=', 'token')
      .where('name', '=', 'expired')
      .where('grain', '=', 'day')
      .orderBy('at', 'desc')
      .executeTakeFirst();
    expect(Number(counted?.count)).toBe(expired.length);
    expect(oldestValidDay(now)).toBe(valid[0]);
  });
});
