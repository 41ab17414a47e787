/**
 * Everything in the store that is named a claim, a redemption or an advance: of many callers at once, as many succeed as its name promises. The
 * list comes from the exports of the store, so that a new one without a race fails here.
 */
import { type OpenDatabase, openDatabase } from '@sower/server/store/db/open';
import { claimInstallation } from '@sower/server/store/operations/installation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CALLERS, claimsOfStore, type Put, putter, RACES } from '../../harness/databases/claim-races.ts';
import { type FreshDatabase, onBothDatabases } from '../../harness/databases.ts';

const ROUNDS = 6;

onBothDatabases('claims', (kind) => {
  let fresh: FreshDatabase;
  /** Two connections of their own, as two processes have. */
  let one: OpenDatabase;
  let two: OpenDatabase;
  let put: Put;

  beforeAll(async () => {
    fresh = await kind.fresh();
    [one, two] = await Promise.all([openDatabase(fresh.location), openDatabase(fresh.location)]);
    await claimInstallation(one.db, 'check', 0);
    put = await putter(one.db);
  });
  afterAll(async () => {
    await one?.close();
    await two?.close();
    await fresh?.drop();
  });

  test.each(Object.entries(RACES))('%s', async (_, { make, call, winners = 1 }) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const of = await make(put, one.db);
      const results = await Promise.all(
        Array.from({ length: CALLERS }, (__, caller) => call(caller % 2 ? one.db : two.db, of, caller)),
      );
      expect(results.reduce<number>((sum, won) => sum + Number(won), 0)).toBe(winners);
    }
  });
});

test('no claim, redemption or advance of the store is left out', async () => {
  const named = await claimsOfStore();
  expect(named.length).toBeGreaterThan(30);
  expect(named).toEqual(Object.keys(RACES).toSorted());
});
