/** What the store promises by its verbs, under fifty callers at once, on both databases. */

import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DEFAULT_POLICIES } from '@sower/api/policies';
import { DEFAULT_SETTINGS } from '@sower/api/settings';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { earlierSchema } from '../../../test/harness/databases/earlier-schema.ts';
import { SEED_ROW } from '../../../test/harness/databases/seed-row.ts';
import { type DatabaseKind, type FreshDatabase, onBothDatabases } from '../../../test/harness/databases.ts';
import { userRow } from '../../../test/harness/directory/user-row.ts';
import { sealing } from '../src/keys/seal/sealing.ts';
import { openings } from '../src/provisioning/distribution/record-run.ts';
import { claimMinute } from '../src/store/audit/figures.ts';
import { insertAudit } from '../src/store/audit/rows.ts';
import { listAudit } from '../src/store/audit/search.ts';
import { storedPolicy } from '../src/store/authentication/policies.ts';
import { countUserFailures } from '../src/store/authentication/user-locks.ts';
import { isUniqueViolation } from '../src/store/db/errors.ts';
import { groupCommit } from '../src/store/db/group-commit.ts';
import { newId } from '../src/store/db/ids.ts';
import { type OpenDatabase, openDatabase } from '../src/store/db/open.ts';
import { fewTexts } from '../src/store/db/parameter-rows.ts';
import { NAMED } from '../src/store/db/prepared.ts';
import { sharedReads } from '../src/store/db/shared-reads.ts';
import { listUsers } from '../src/store/directory/user-search.ts';
import { findUser, findUserById, insertUser, lockUser } from '../src/store/directory/users.ts';
import {
  claimOpened,
  findAdmission,
  insertDistribution,
  listEvents,
  putTrigger,
  recordAttempt,
  redeemDistributions,
  redeemWithSeed,
  replaceCode,
  withdrawLive,
} from '../src/store/distribution/distributions.ts';
import { claimAcme, hastenAcme, isAcmeDue, leaveAcme } from '../src/store/keys/acme.ts';
import { findActivationWindow } from '../src/store/log-on/self-service.ts';
import {
  claimInstallation,
  claimSerials,
  findInstallation,
  findSettings,
  updateSettings,
} from '../src/store/operations/installation.ts';
import { NO_USER } from '../src/store/schema/brands.ts';
import type { Database, Row } from '../src/store/schema/schema.ts';
import { listTokens, type TokenFilter } from '../src/store/tokens/search.ts';
import {
  advanceSeeds,
  advanceSeedsWithAudit,
  claimConfirmation,
  findVerifiable,
  insertSeeds,
  listSeeds,
} from '../src/store/tokens/seeds.ts';
import {
  changeToken,
  claimNextToken,
  claimToken,
  findToken,
  insertTokens,
} from '../src/store/tokens/tokens.ts';

const ids = { now: () => Date.now(), random: (length: number) => new Uint8Array(randomBytes(length)) };
const CALLERS = 50;
const ROUNDS = 20;

test('fewTexts: the same keys, in lists of few lengths', () => {
  const lengths = new Set<number>();
  for (let count = 0; count <= 1_000; count += 1) {
    const keys = Array.from({ length: count }, (_, index) => index);
    const listed = fewTexts(new Set(keys));
    expect([...new Set(listed)]).toEqual(keys);
    lengths.add(listed.length);
  }
  expect([...lengths]).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024]);
  // SQLite takes 32,766 parameters.
  expect(fewTexts(Array.from({ length: 20_000 }, () => 0))).toHaveLength(20_000);
});

test('sharedReads: what waits is read together, each key once, and a failure is of those who waited for it', async () => {
  const asked: string[][] = [];
  const { promise: first, resolve: letGo } = Promise.withResolvers<void>();
  const read = sharedReads<{ key: string; row: number }>(
    async (keys) => {
      asked.push([...keys]);
      if (asked.length === 1) await first;
      if (keys.includes('bad')) throw new Error('gone');
      return keys.flatMap((key) => (key === 'nothing' ? [] : [1, 2].map((row) => ({ key, row }))));
    },
    ({ key }) => key,
  );
  const a = read('a');
  await new Promise(setImmediate);
  const later = ['b', 'b', 'nothing'].map(read);
  letGo();
  expect(await a).toEqual([1, 2].map((row) => ({ key: 'a', row })));
  const b = [1, 2].map((row) => ({ key: 'b', row }));
  expect(await Promise.all(later)).toEqual([b, b, []]);
  expect(asked).toEqual([['a'], ['b', 'nothing']]);
  const failed = await Promise.allSettled(['bad', 'c'].map(read));
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await read('c')).toHaveLength(2);
});

onBothDatabases('store', (kind: DatabaseKind) => {
  let fresh: FreshDatabase;
  /** Two connections of their own, as two processes have. */
  let one: OpenDatabase;
  let two: OpenDatabase;
  let serial = 500_000_000;

  beforeAll(async () => {
    fresh = await kind.fresh();
    // Both at once: migrating is claimed too.
    [one, two] = await Promise.all([openDatabase(fresh.location), openDatabase(fresh.location)]);
    await claimInstallation(one.db, 'check', 0);
  });
  afterAll(async () => {
    await one.close();
    await two.close();
    await fresh.drop();
  });

  /** Fifty callers on two connections. */
  const race = <T>(call: (db: OpenDatabase['db'], caller: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: CALLERS }, (_, caller) => call(caller % 2 ? one.db : two.db, caller)));

  async function makeUser(): Promise<string> {
    const id = newId(ids);
    await insertUser(one.db, userRow(id, { created_at: 0 }));
    return id;
  }
  async function makeToken(
    expiresOn = '2037-12-31',
    foreign?: string,
  ): Promise<{ id: string; serial: string }> {
    const id = newId(ids);
    serial += 1;
    const row = {
      id,
      serial: foreign ?? String(serial).padStart(12, '0'),
      user_id: null,
      domain: '/',
      enabled: 0 as const,
      lost: 0 as const,
    };
    await insertTokens(one.db, [
      {
        ...row,
        expires_on: expiresOn,
        pin: null,
        failures: 0,
        last_failure_at: null,
        created_at: 0,
        version: 1,
      },
    ]);
    return row;
  }
  async function makeDistribution(tokenId: string, expiresAt: number | null = null): Promise<string> {
    const id = newId(ids);
    await insertDistribution(
      one.db,
      ids,
      {
        id,
        token_id: tokenId,
        user_id: 'u',
        profile_id: 'p',
        profile_name: 'P',
        device_type: 'android',
        snapshot: '{}',
        delivery: 'url',
        code_hash: id,
        device_kind: 'class',
        device_id: null,
        nickname: '',
        created_at: 0,
        created_by: 'test',
        expires_at: expiresAt,
      },
      {},
    );
    return id;
  }
  const redemption = (distributionId: string, caller: number, at = 1_000) => ({
    distributionId,
    codeNumber: 0,
    replyHash: `hash ${caller}`,
    reply: `reply ${caller}`,
    replyUntil: 2_000,
    deviceId: caller % 3 ? `DEVICE${caller}` : undefined,
    at,
  });
  async function makeSeed(tokenId: string, state: 'current' | 'pending' = 'current'): Promise<string> {
    const id = newId(ids);
    await insertSeeds(one.db, [{ ...SEED_ROW, id, token_id: tokenId, distribution_id: 'd', state }]);
    return id;
  }

  test('claimMinute: one gets it, of each host, and a clock that was ahead stops it for some minutes only', async () => {
    const at = Date.UTC(2031, 4, 20, 12, 30);
    for (const host of ['a', 'b'])
      for (const minute of [0, 1, 3]) {
        const got = await race((db) => claimMinute(db, `node:seen:${host}`, at + minute * 60_000 + 7));
        expect(got.filter(Boolean)).toHaveLength(1);
      }
    expect(await claimMinute(one.db, 'node:seen:a', at + 120_000)).toBe(false);
    expect(await claimMinute(one.db, 'node:seen:a', at - 3_600_000)).toBe(true);
  });

  test('leaveAcme: what somebody asked for while the lease was held is due afterwards', async () => {
    const [now, later] = [1_900_000_000_000, 1_900_000_600_000];
    await one.db.updateTable('acme').set({ enabled: 1, next_at: now }).execute();
    const claim = async (lease: string, at: number) => {
      const claimed = await claimAcme(one.db, { lease, now: at, milliseconds: 1_000, byDns: true });
      if (!claimed) throw new Error('it was not due');
      return claimed;
    };
    expect(await leaveAcme(one.db, await claim('first', now), { next_at: later })).toBe(true);
    expect(await isAcmeDue(one.db, later - 1)).toBe(false);
    const second = await claim('second', later);
    expect(await hastenAcme(two.db, later + 5)).toBe(true);
    expect(await leaveAcme(one.db, second, { next_at: later + 1e9 })).toBe(true);
    expect(await isAcmeDue(one.db, later + 4)).toBe(false);
    expect(await isAcmeDue(one.db, later + 5)).toBe(true);
    expect(await leaveAcme(one.db, second, { next_at: 1 })).toBe(false);
  });

  test('claimSerials: nobody gets the same', async () => {
    const starts = await race((db) => claimSerials(db, 7));
    expect(new Set(starts).size).toBe(CALLERS);
    const sorted = starts.sort((a, b) => a - b);
    expect(sorted.every((start, index) => index === 0 || start === (sorted[index - 1] as number) + 7)).toBe(
      true,
    );
  });

  test('claimToken: one user gets an unassigned token', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [token, user] = [await makeToken(), await makeUser()];
      const got = await race((db) => claimToken(db, token.id, user));
      expect(got.filter(Boolean)).toHaveLength(1);
      expect(await findToken(one.db, token.serial)).toMatchObject({
        user_id: user,
        enabled: 1,
        holder: user,
      });
    }
  });

  test('claimNextToken: fifty at once get fifty different tokens, the longest lived first, none too old or lost', async () => {
    const users = await Promise.all(Array.from({ length: CALLERS }, () => makeUser()));
    for (let round = 0; round < 5; round += 1) {
      // No other token here is good for so long.
      const good = await Promise.all(Array.from({ length: CALLERS }, () => makeToken('2051-01-01')));
      const best = await makeToken('2052-01-01');
      const lost = await makeToken('2053-01-01');
      await changeToken(one.db, lost.id, { lost: 1 });
      await makeToken('2049-12-31');
      const wanted = { scopes: ['/'], expiresFrom: '2050-01-01' };
      expect(await claimNextToken(one.db, users[0] as string, wanted)).toMatchObject({ serial: best.serial });
      const got = await race((db, caller) => claimNextToken(db, users[caller] as string, wanted));
      expect(got.map((token) => token?.serial).toSorted()).toEqual(
        good.map((token) => token.serial).toSorted(),
      );
      expect(await claimNextToken(two.db, users[0] as string, wanted)).toBeUndefined();
      expect(await claimNextToken(two.db, users[0] as string, { ...wanted, scopes: ['/elsewhere/'] })).toBe(
        undefined,
      );
      await changeToken(one.db, lost.id, { lost: 0, user_id: users[0] as string });
    }
  });

  test('redeemDistributions: one run redeems a code, and its reply is the one kept', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const distribution = await makeDistribution((await makeToken()).id);
      const got = await race((db, caller) => redeemDistributions(db, [redemption(distribution, caller)]));
      const winners = got.flatMap((set, caller) => (set.has(distribution) ? [caller] : []));
      expect(winners).toHaveLength(1);
      const row = await findAdmission(one.db, { id: distribution });
      expect(row).toMatchObject({ state: 'provisioned', reply: `reply ${winners[0]}`, reply_until: 2_000 });
    }
  });

  test('redeemDistributions: not past the expiry, not a withdrawn one', async () => {
    const expired = await makeDistribution((await makeToken()).id, 1_000);
    const token = await makeToken();
    const withdrawn = await makeDistribution(token.id);
    expect(await withdrawLive(one.db, ids, token.id, {})).toBe(withdrawn);
    const last = await makeDistribution((await makeToken()).id, 1_001);
    const got = await redeemDistributions(
      one.db,
      [expired, withdrawn, last].map((id) => redemption(id, 1)),
    );
    expect([...got]).toEqual([last]);
  });

  test('a code that another one has replaced redeems nothing, opens no trigger, and its failures are not those of the other', async () => {
    const distribution = await makeDistribution((await makeToken()).id);
    const row = { id: distribution, state: 'issued' as const };
    expect(await replaceCode(one.db, ids, row, 'another hash', null, {})).toBe(1);
    const replaced = { distributionId: distribution, codeNumber: 0 };
    expect(await recordAttempt(one.db, ids, replaced, 1, { reason: 'late' })).toBe(false);
    const trigger = { hash: 'trigger', expiresAt: 1_000, deviceId: undefined };
    expect(await putTrigger(one.db, replaced, trigger)).toBe(false);
    expect(await findAdmission(one.db, { id: distribution })).toMatchObject({
      attempts: 0,
      trigger_hash: null,
    });
    expect(await putTrigger(one.db, { ...replaced, codeNumber: 1 }, trigger)).toBe(true);
    expect([...(await redeemDistributions(one.db, [redemption(distribution, 1)]))]).toEqual([]);
    const present = { ...redemption(distribution, 2), codeNumber: 1 };
    expect([...(await redeemDistributions(one.db, [present]))]).toEqual([distribution]);
  });

  test('one live code a token, held by the database', async () => {
    const token = await makeToken();
    const made = await Promise.allSettled(Array.from({ length: 10 }, () => makeDistribution(token.id)));
    expect(made.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of made) {
      if (result.status === 'rejected') expect(isUniqueViolation(result.reason)).toBe(true);
    }
  });

  test('claimOpened: recorded once, with one event', async () => {
    const distribution = await makeDistribution((await makeToken()).id);
    const context = { ...ids, sealing: sealing(new Uint8Array(32), ids.random) };
    const audit = {
      actor: 'client',
      action: 'ctkip.opened',
      object: 'token:one',
      result: 'success',
    } as const;
    const opening = { distributionId: distribution, codeNumber: 0, source: '192.0.2.1', audit };
    const got = await race((db) => claimOpened(db, context, [opening]));
    expect(got.filter((opened) => opened.has(distribution))).toHaveLength(1);
    const events = await listEvents(one.db, [distribution]);
    expect(events.map((event) => event.state)).toEqual(['issued', 'opened']);
  });

  test('openings: written for a run that is refused, lasts or goes on from elsewhere, and not for one that is provisioned at once', async () => {
    const context = { ...ids, db: one.db, sealing: sealing(new Uint8Array(32), ids.random) };
    const LONG = 3_600_000;
    const first = { source: '192.0.2.1' };
    const run = async (milliseconds: number, next: 'nothing' | 'refused' | { readonly source: string }) => {
      const distributionId = await makeDistribution((await makeToken()).id);
      const { begun, continued, ended } = openings(context, milliseconds);
      const admission = { distributionId, codeNumber: 0, serial: 'one', opened: false };
      // A code that another one has replaced, and two requests with the present one.
      begun({ ...admission, codeNumber: 7 }, { source: '192.0.2.9' });
      begun(admission, first);
      begun(admission, { source: '192.0.2.2' });
      if (next === 'refused') ended(admission, next);
      else if (next !== 'nothing') {
        continued(admission, next);
        ended(admission, 'provisioned');
      }
      return async () => (await listEvents(one.db, [distributionId])).map(({ source }) => source);
    };
    const provisioned = await run(20, first);
    const written = [
      await run(LONG, 'refused'),
      await run(20, 'nothing'),
      await run(LONG, { source: '::1' }),
    ];
    for (const events of written) await expect.poll(events).toEqual([null, first.source]);
    expect(await provisioned()).toEqual([null]);
  });

  test('recordAttempt: the last one ends the distribution, once', async () => {
    const distribution = await makeDistribution((await makeToken()).id);
    const got = await race((db, caller) =>
      recordAttempt(db, ids, { distributionId: distribution, codeNumber: 0 }, 10, {
        reason: `no. ${caller}`,
      }),
    );
    expect(got.filter(Boolean)).toHaveLength(1);
    expect(await findAdmission(one.db, { id: distribution })).toMatchObject({
      state: 'failed',
      attempts: 10,
    });
  });

  test('advanceSeeds: each interval once, and never back', async () => {
    const seed = await makeSeed((await makeToken()).id);
    const decided = { userRow: await makeUser(), seen: 0 };
    for (let position = 100; position < 100 + ROUNDS; position += 1) {
      const got = await race((db) =>
        advanceSeeds(db, [{ ...decided, seedId: seed, position, drift: -2, at: 5 }]),
      );
      expect(got.filter((set) => set.has(seed))).toHaveLength(1);
    }
    const back = { ...decided, seedId: seed, position: 50, drift: 0, at: 6 };
    expect((await advanceSeeds(one.db, [back])).size).toBe(0);
    const another = await makeSeed((await makeToken()).id);
    const moved = await advanceSeeds(one.db, [
      { ...decided, seedId: seed, position: 119, drift: 0, at: 6 },
      { userRow: await makeUser(), seen: 0, seedId: another, position: 0, drift: 1, at: 6 },
    ]);
    expect([...moved]).toEqual([another]);
  });

  test('countUserFailures: of fifty who saw the same counts one is counted, and an interval decided on them is not accepted', async () => {
    const failure = {
      at: 1,
      limit: 20,
      periodMilliseconds: 1,
      firstLockMilliseconds: 1,
      longestLockMilliseconds: 1,
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const userRow = await makeUser();
      const seed = await makeSeed((await makeToken()).id);
      const counted = await race((db) => countUserFailures(db, [{ ...failure, userRow, seen: 0 }]));
      expect(counted.filter((users) => users.has(userRow))).toHaveLength(1);
      const advance = { userRow, seedId: seed, drift: 0, at: 1 };
      expect((await advanceSeeds(two.db, [{ ...advance, position: 1, seen: 0 }])).size).toBe(0);
      expect((await advanceSeeds(two.db, [{ ...advance, position: 1, seen: 1 }])).size).toBe(1);
      expect((await advanceSeeds(two.db, [{ ...advance, position: 2, seen: null }])).size).toBe(1);
      // In flight on one connection, a wrong passcode keeps the right one on the other waiting.
      let counting: () => void = () => {};
      const begun = new Promise<void>((resolve) => {
        counting = resolve;
      });
      const results = await Promise.all([
        one.db.transaction().execute(async (trx) => {
          await countUserFailures(trx, [{ ...failure, userRow, seen: null }]);
          counting();
          await new Promise((resolve) => setTimeout(resolve, 5));
          return 'counted';
        }),
        begun.then(() => advanceSeeds(two.db, [{ ...advance, position: 3, seen: 1 }])),
      ]);
      expect(results).toEqual(['counted', new Set()]);
    }
  });

  test('a claim and what follows are one: the one that wins leaves rows, the others leave none', async () => {
    const context = { ...ids, sealing: sealing(new Uint8Array(32), ids.random) };
    const event = { action: 'token.edit', object: 'token:one', result: 'success' } as const;
    for (let round = 0; round < ROUNDS; round += 1) {
      const token = await makeToken();
      const distribution = await makeDistribution(token.id);
      const audited = (caller: number) => ({ ...event, actor: `${distribution} ${caller}` });
      const trail = async (): Promise<string[]> => {
        const rows = await one.db
          .selectFrom('audit')
          .innerJoin('audit_unlinked', 'audit_unlinked.audit_id', 'audit.id')
          .select('actor')
          .where('actor', 'like', `${distribution}%`)
          .orderBy('id')
          .execute();
        return rows.map(({ actor }) => actor);
      };
      await race((db, caller) =>
        claimOpened(db, context, [{ distributionId: distribution, codeNumber: 0, audit: audited(caller) }]),
      );
      expect(await trail()).toHaveLength(1);

      const seed = (caller: number) => ({
        ...SEED_ROW,
        id: `${distribution} ${caller}`,
        token_id: token.id,
        distribution_id: distribution,
      });
      const redeemed = await race((db, caller) =>
        redeemWithSeed(db, context, [
          {
            redemption: redemption(distribution, caller),
            seed: seed(caller),
            event: { distributionId: distribution, state: 'provisioned' },
            audit: audited(caller),
          },
        ]),
      );
      const winner = redeemed.findIndex((won) => won.has(distribution));
      expect(redeemed.filter((won) => won.has(distribution))).toHaveLength(1);
      expect(await listSeeds(one.db, token.id)).toMatchObject([seed(winner)]);
      expect((await listEvents(one.db, [distribution])).map(({ state }) => state)).toEqual([
        'issued',
        'opened',
        'provisioned',
      ]);
      expect((await trail()).slice(1)).toEqual([`${distribution} ${winner}`]);

      const userRow = await makeUser();
      const advanced = await race((db, caller) =>
        advanceSeedsWithAudit(db, context, [
          {
            seedId: seed(winner).id,
            userRow,
            seen: 0,
            position: 1,
            drift: 0,
            at: 1,
            audit: audited(caller),
          },
        ]),
      );
      const first = advanced.findIndex((moved) => moved.size > 0);
      expect(advanced.filter((moved) => moved.size > 0)).toHaveLength(1);
      expect((await trail()).slice(2)).toEqual([`${distribution} ${first}`]);
      const stale = { seedId: seed(winner).id, userRow, seen: 7, position: 2, drift: 0, at: 1 };
      const late = await advanceSeedsWithAudit(one.db, context, [{ ...stale, audit: audited(0) }]);
      expect(late.size).toBe(0);
      expect(await trail()).toHaveLength(3);
    }
  });

  test('a read outside a transaction does not wait for one that is running', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = one.db.transaction().execute(async (trx) => {
      await trx.updateTable('users').set({ version: 1 }).where('id', '=', 'nobody').execute();
      await held;
      return 'committed';
    });
    const read = one.db.selectFrom('users').select('id').limit(1).execute();
    expect(await Promise.race([read.then(() => 'read'), wait(20_000, 'still waits', { ref: false })])).toBe(
      'read',
    );
    release();
    expect(await running).toBe('committed');
  });

  test('groupCommit: claims answer what they can, and only the others go into the transaction', async () => {
    const inTransaction: number[][] = [];
    let fail = false;
    const call = groupCommit<number, string>(
      one.db,
      'test',
      String,
      async (_, calls) => calls.map((number) => (number % 2 ? undefined : `at once ${number}`)),
      async (_, calls) => {
        inTransaction.push([...calls]);
        if (fail) throw new Error('disk full');
        return calls.map((number) => `together ${number}`);
      },
    );
    expect(await Promise.all([1, 2, 3, 4].map(call))).toEqual([
      'together 1',
      'at once 2',
      'together 3',
      'at once 4',
    ]);
    expect(inTransaction).toEqual([[1, 3]]);
    // What was committed is not taken back from its caller when the others fail.
    fail = true;
    const results = await Promise.allSettled([1, 2].map(call));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  test('claimConfirmation: drops what was there before, once', async () => {
    const token = await makeToken();
    await makeSeed(token.id, 'current');
    const pending = await makeSeed(token.id, 'pending');
    const got = await race((db) =>
      db.transaction().execute((trx) => claimConfirmation(trx, { id: pending, tokenId: token.id })),
    );
    expect(got.filter(Boolean)).toHaveLength(1);
    expect((await listSeeds(one.db, token.id)).map(({ id, state }) => ({ id, state }))).toEqual([
      { id: pending, state: 'current' },
    ]);
  });

  test('claimConfirmation: the seed of a later distribution waits for its own first tokencode', async () => {
    const token = await makeToken();
    const first = await makeSeed(token.id, 'pending');
    const latest = await makeDistribution(token.id);
    const second = await makeSeed(token.id, 'pending');
    await one.db.updateTable('seeds').set({ distribution_id: latest }).where('id', '=', second).execute();
    const confirm = (id: string) =>
      one.db.transaction().execute((trx) => claimConfirmation(trx, { id, tokenId: token.id }));
    expect(await confirm(first)).toBe(true);
    const states = async () => (await listSeeds(one.db, token.id)).map(({ id, state }) => [id, state]);
    expect(await states()).toEqual([
      [first, 'current'],
      [second, 'pending'],
    ]);
    expect(await confirm(second)).toBe(true);
    expect(await states()).toEqual([[second, 'current']]);
  });

  test('updateSettings: the second of two editors is told', async () => {
    const { settings, version } = await findSettings(one.db);
    const got = await race((db) => updateSettings(db, settings, version));
    expect(got.filter(Boolean)).toHaveLength(1);
  });

  test('what a later version has written is left out, by a server of this one that serves on during an upgrade', async () => {
    const stored = async () => JSON.parse((await findInstallation(one.db))?.settings ?? '') as object;
    const { 'alerts.mail': __, ...before } = DEFAULT_SETTINGS;
    const written = { ...before, 'later.setting': 1 };
    await one.db
      .updateTable('installation')
      .set({ settings: JSON.stringify(written) })
      .execute();
    const { settings, version } = await findSettings(one.db);
    expect(settings).toEqual(DEFAULT_SETTINGS);
    const change = { ...settings, 'tokens.maxPerUser': 7 };
    expect(await updateSettings(one.db, change, version)).toBe(true);
    expect(await findSettings(one.db)).toEqual({ settings: change, version: version + 1 });
    // Neither more nor less than it takes, for whoever knows less or more.
    expect(await stored()).toEqual({ ...written, 'tokens.maxPerUser': 7 });
    const policy = { ...DEFAULT_POLICIES.token, pinSequences: true };
    expect(storedPolicy('token', JSON.stringify({ ...policy, laterField: true }))).toEqual(policy);
    const { pinSequences: _, ...earlier } = policy;
    expect(storedPolicy('token', JSON.stringify(earlier))).toEqual(policy);
  });

  test('groupCommit: answers each call its own, and undoes a failed group for all of it', async () => {
    const token = await makeToken();
    const seeds = await Promise.all(Array.from({ length: 30 }, () => makeSeed(token.id)));
    const userRow = await makeUser();
    let fail = false;
    const advance = groupCommit(
      one.db,
      'test',
      (call: { seedId: string; position: number }) => call.seedId,
      async () => [],
      async (trx, calls) => {
        const moved = await advanceSeeds(
          trx,
          calls.map((call) => ({ ...call, userRow, seen: null, drift: 0, at: 1 })),
        );
        if (fail) throw new Error('disk full');
        return calls.map((call) => moved.has(call.seedId));
      },
    );
    // Twice each: the second of a pair must lose, though both are asked for in one turn.
    const answers = await Promise.all([...seeds, ...seeds].map((seedId) => advance({ seedId, position: 7 })));
    expect(answers.filter(Boolean)).toHaveLength(30);
    fail = true;
    const failed = await Promise.allSettled(seeds.map((seedId) => advance({ seedId, position: 8 })));
    expect(failed.every((result) => result.status === 'rejected')).toBe(true);
    fail = false;
    expect(await Promise.all(seeds.map((seedId) => advance({ seedId, position: 8 })))).toEqual(
      seeds.map(() => true),
    );
  });

  test('a user id is one user in every spelling, and never everybody', async () => {
    const id = newId(ids);
    const person = {
      first_name: 'Ä',
      last_name: '100%_',
      email: 'a@b.example',
      last_name_key: '100%_',
      email_key: 'a@b.example',
      domain: '/',
      enabled: 1 as const,
      created_at: 0,
      version: 1,
    };
    await insertUser(one.db, { id, user_id: 'Jürgen', user_id_key: 'jürgen', ...person });
    for (const spelling of ['jürgen', 'JÜRGEN', ' Jürgen ', 'ju\u0308rgen']) {
      expect((await findUser(one.db, spelling))?.id).toBe(id);
    }
    for (const nobody of ['', ' ', '%', '_', '*']) {
      expect(await findUser(one.db, nobody)).toBe(undefined);
      if (nobody !== '' && nobody !== ' ')
        expect(await listUsers(one.db, { search: nobody, scopes: ['/'] }, 10)).toEqual([]);
    }
    expect((await listUsers(one.db, { search: '100%', scopes: ['/'] }, 10)).map((row) => row.id)).toEqual([
      id,
    ]);
    expect(await listUsers(one.db, { search: '100x', scopes: ['/'] }, 10)).toEqual([]);
  });

  test('listTokens: by the start of the serial, by range, and by state of distribution', async () => {
    const tokens = await Promise.all([makeToken(), makeToken(), makeToken()]);
    await makeDistribution((tokens[1] as { id: string }).id, 500);
    await makeDistribution((tokens[2] as { id: string }).id, 5_000);
    const serials = tokens.map((token) => token.serial).sort();
    const range = { serialFrom: serials[0], serialTo: serials.at(-1) };
    const find = async (filter: object): Promise<string[]> =>
      (await listTokens(one.db, { scopes: ['/'], ...range, ...filter }, 100, 1_000)).map((row) => row.serial);
    expect(await find({})).toEqual(serials);
    expect(await find({ distribution: 'none' })).toEqual([tokens[0]?.serial]);
    expect(await find({ distribution: 'expired' })).toEqual([tokens[1]?.serial]);
    expect(await find({ distribution: 'issued' })).toEqual([tokens[2]?.serial]);
    expect(await listTokens(one.db, { scopes: ['/'], serial: '0005' }, 2, 0)).toHaveLength(2);
    expect(await listTokens(one.db, { scopes: ['/'], serial: '9' }, 2, 0)).toHaveLength(0);
  });

  test('listTokens: the other way round, page by page, whatever is searched for', async () => {
    const tokens = await Promise.all(Array.from({ length: 12 }, () => makeToken()));
    const domain = '/elsewhere/';
    for (const [index, { id }] of tokens.entries()) {
      if (index % 3 === 0) await one.db.updateTable('tokens').set({ domain }).where('id', '=', id).execute();
      if (index % 2 === 0) await makeDistribution(id, index < 6 ? 500 : 5_000);
    }
    const serials = tokens.map(({ serial }) => serial).sort();
    for (const search of [
      {},
      { scopes: [domain] },
      { distribution: 'issued' },
      { distribution: 'expired', deviceType: 'android' },
      { expiresBefore: '2038-01-01' },
      { serialContains: serials[5]?.slice(8) },
    ]) {
      const range = { serialFrom: serials[0], serialTo: serials.at(-1) };
      const filter = { scopes: ['/'], ...range, ...search } as TokenFilter;
      const upwards = (await listTokens(one.db, filter, 100, 1_000)).map(({ serial }) => serial);
      expect(upwards.length).toBeGreaterThan(0);
      const found: string[] = [];
      let rows: { serial: string }[];
      do {
        rows = await listTokens(one.db, filter, 2, 1_000, found.at(-1), true);
        found.push(...rows.map(({ serial }) => serial));
      } while (rows.length === 2);
      expect(found, JSON.stringify(search)).toEqual(upwards.toReversed());
    }
  });

  test('listTokens: digits wherever they stand, in numbers close together and far apart', async () => {
    const minted: string[] = [];
    const mint = async (next: () => number, count: number): Promise<void> => {
      for (let times = 0; times < count; times += 1) {
        serial = next();
        minted.push((await makeToken()).serial);
      }
    };
    const check = async (): Promise<void> => {
      const [least, most] = [Math.min(...minted.map(Number)), Math.max(...minted.map(Number))];
      const range = { serialFrom: String(least).padStart(12, '0'), serialTo: String(most).padStart(12, '0') };
      const parts = ['0000', '1111', '11111', '00011', '990000', '000000000000'];
      for (const one of minted.slice(-6)) {
        parts.push(one.slice(0, 4), one.slice(3, 8), one.slice(-4), one.slice(-5), one.slice(2), one);
      }
      for (const serialContains of parts) {
        const found = await listTokens(one.db, { scopes: ['/'], ...range, serialContains }, 5_000, 0);
        expect(
          found.map((row) => row.serial),
          serialContains,
        ).toEqual(minted.filter((number) => number.includes(serialContains)).sort());
      }
    };
    const kept = serial;
    serial = 611_110_990;
    await mint(() => serial, 40);
    await check();
    // A range for each thousand numbers would be too many.
    await mint(() => 700_000_000_000 + Math.floor(Math.random() * 1e11), 20);
    await check();
    await one.db.deleteFrom('tokens').where('serial', 'in', minted).execute();
    serial = kept;
  });

  test('listTokens: serial numbers of other makers, by their beginning and by a part', async () => {
    const kept = serial;
    serial = 655_500_000;
    const own = [(await makeToken()).serial, (await makeToken()).serial];
    const foreign = ['FT655500001', 'OATH 6555-A', '6555000', '0006555000010', 'UBCC6555'];
    for (const one of foreign) await makeToken('2037-12-31', one);
    const all = [...own, ...foreign];
    const find = async (filter: object): Promise<string[]> =>
      (await listTokens(one.db, { scopes: ['/'], ...filter }, 5_000, 0)).map((row) => row.serial);
    const among = (found: readonly string[]) => found.filter((each) => all.includes(each));
    for (const part of ['655', '6555', '65550000', '0006555', 'FT65', 'H 6555', '-A', '655500001', 'CC6']) {
      const with_ = all.filter((each) => each.includes(part)).sort();
      expect(among(await find({ serialContains: part })), part).toEqual(with_);
      const beginning = all.filter((each) => each.startsWith(part)).sort();
      expect(among(await find({ serial: part })), part).toEqual(beginning);
    }
    await one.db.deleteFrom('tokens').where('serial', 'in', all).execute();
    serial = kept;
  });

  test('claimSerials: a number that a token from elsewhere has is not given out again', async () => {
    const next = await claimSerials(one.db, 1);
    const taken = String(next + 3).padStart(12, '0');
    const notOurs = `${String(next + 9).padStart(11, '0')}X`;
    await makeToken('2037-12-31', taken);
    await makeToken('2037-12-31', notOurs);
    const first = await claimSerials(one.db, 5);
    expect(first).toBeGreaterThan(next + 3);
    expect(await claimSerials(one.db, 2)).toBe(first + 5);
    await one.db.deleteFrom('tokens').where('serial', 'in', [taken, notOurs]).execute();
  });

  test('a window that an administrator opened is open still after 0015-windows-apart', async () => {
    const user_id = await makeUser();
    const before = await kind.empty();
    const first = await earlierSchema(before.location, '0014-request-replaces');
    const user = await one.db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', user_id)
      .executeTakeFirstOrThrow();
    // As far as there were columns.
    const tables = await first.introspection.getTables();
    const columns = tables.find(({ name }) => name === 'users')?.columns ?? [];
    const earlier = Object.fromEntries(
      Object.entries(user).filter(([column]) => columns.some(({ name }) => name === column)),
    ) as typeof user;
    await first.insertInto('users').values(earlier).execute();
    await sql`insert into activation_windows values (${user_id}, 1, 'administrator:a', 1000, null)`.execute(
      first,
    );
    await first.destroy();
    const after = await openDatabase(before.location);
    const opened = { opened_at: 1, opened_by: 'administrator:a', expires_at: 1000, used_for: null };
    expect(await findActivationWindow(after.db, user_id, 500)).toEqual({ user_id, only_for: '', ...opened });
    await after.close();
    await before.drop();
  });

  test('a seed is that of its distribution still after 0089-foreign-seeds', async () => {
    const before = await kind.empty();
    const first = await earlierSchema(before.location, '0081-begin-of-jobs');
    const token = `'t', '000500000001', '/', 0, 0, '2037-12-31', 0, 0, 1`;
    await sql`insert into tokens (id, serial, domain, enabled, lost, expires_on, failures, created_at, version)
      values (${sql.raw(token)})`.execute(first);
    await sql`insert into seeds (id, token_id, distribution_id, state, algorithm, digits, interval_seconds, authentication_type,
      key_id, sealed, position, drift, created_at)
      values ('s', 't', 'd', 'current', 'totp', 8, 60, 'fob', 'k', 'x', 7, 1, 0)`.execute(first);
    await first.destroy();
    const after = await openDatabase(before.location);
    const [seed] = await listSeeds(after.db, 't');
    expect(seed).toMatchObject({ distribution_id: 'd', hash: 'sha1', position: 7, drift: 1, sealed: 'x' });
    await after.db
      .insertInto('seeds')
      .values({ ...seed!, id: 's2', distribution_id: null })
      .execute();
    await after.close();
    await before.drop();
  });

  test('audit: input cannot forge a line, hide in one, or prevent one', async () => {
    const hostile = `x\r\nadmin deleted everything\u2028\u202e\u061c\u00ad\ufff9\u0000${'y'.repeat(100_000)}\ud800`;
    await insertAudit(
      one.db,
      { ...ids, sealing: sealing(ids.random(32), ids.random) },
      {
        actor: hostile,
        action: 'authenticate',
        object: 'hostile',
        result: 'refused',
        reason: hostile,
        source: hostile,
      },
    );
    const [row] = await listAudit(one.db, { object: 'hostile' }, 1);
    expect(row?.reason?.length).toBe(500);
    for (const text of [row?.actor, row?.reason, row?.source]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
      expect(text).not.toMatch(/[\u0000-\u001f\u00ad\u061c\u2028\u202e\ufff9\ud800]/);
    }
  });

  test('what is read for each passcode is compiled once, and its values never mix', async () => {
    await makeUser();
    const users = await listUsers(one.db, { scopes: ['/'] }, 2);
    const keys = users.map((user) => user.user_id_key);
    const rows = await race((db, caller) => findVerifiable(db, keys[caller % keys.length] ?? ''));
    expect(rows.map(([row]) => row?.user_row)).toEqual(
      rows.map((_, caller) => users[caller % users.length]?.id),
    );
    if (one.kind !== 'postgresql') return;
    // All of them on one connection, which has parsed it once. This asks that connection.
    const { rows: held } = await sql`${sql.raw(NAMED)}select custom_plans from pg_prepared_statements
      where statement like '%locked' || '_until%'`.execute(one.db);
    expect(held).toMatchObject([{ custom_plans: 0 }]);
  });
});

test('a key is not taken for a name, nor for the key of something else', () => {
  // For the compiler: without these errors, it would not compile.
  const mixed = (db: Database, user: Row<'users'>, token: Row<'tokens'>): unknown[] => [
    // @ts-expect-error the key of a user's row is not the user ID
    findUser(db, user.id),
    // @ts-expect-error the user ID is not the key of a row
    findUserById(db, user.user_id),
    // @ts-expect-error the key of a token is not that of a user
    lockUser(db, token.id),
    // @ts-expect-error a token has a serial number beside its key
    findToken(db, token.id),
    // @ts-expect-error tokens.user_id is the key of a row of users
    findUser(db, token.user_id ?? ''),
    findUserById(db, token.user_id ?? NO_USER),
  ];
  expect(mixed).toBeTypeOf('function');
});
