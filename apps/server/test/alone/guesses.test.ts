/**
 * Guesses at the passcodes of one user, a hundred at once over every way there is and over two nodes: as many are looked at as the
 * policy says, no more.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../../../test/harness/databases.ts';
import { amount } from '../../../../test/harness/randomness.ts';
import { type Person, person, random, wrongCode } from '../../../../test/harness/token-modes.ts';
import { keyedMutex } from '../../src/authentication/limits/keyed-mutex.ts';
import { giveEmergencyAccess } from '../../src/authentication/token-access/emergency.ts';
import { resynchronizeToken } from '../../src/authentication/token-access/resynchronize.ts';
import { testToken } from '../../src/authentication/token-access/test-token.ts';
import { acceptances } from '../../src/authentication/verify/acceptance.ts';
import { authenticator } from '../../src/authentication/verify/authenticate.ts';
import type { Actor } from '../../src/core/actor.ts';
import { sealing } from '../../src/keys/seal/sealing.ts';
import { policyReader } from '../../src/store/authentication/policies.ts';
import { type OpenDatabase, openDatabase } from '../../src/store/db/open.ts';
import { insertDomain, TOP_DOMAIN } from '../../src/store/directory/domains.ts';
import { findUser, userIdKey } from '../../src/store/directory/users.ts';
import { claimInstallation, settingsReader } from '../../src/store/operations/installation.ts';
import { findToken } from '../../src/store/tokens/tokens.ts';

const ROUNDS = amount({ usual: 3, long: 50 });
const GUESSES = 100;
const ADMINISTRATOR: Actor = {
  kind: 'administrator',
  name: 'admin',
  grants: [{ permissions: new Set(['tokens:edit']), domain: '/' }],
};

/** What the trail says of a passcode that was looked at, and was wrong. */
const LOOKED_AT = ['wrong passcode', 'not two successive tokencodes'];

onBothDatabases('guesses at once', (kind) => {
  let fresh: FreshDatabase;
  const opened: OpenDatabase[] = [];
  let nodes: ReturnType<typeof node>[];
  /** Stands still, so that no wait ends; in the middle of an interval. */
  let clock = Math.floor(Date.now() / 60_000) * 60_000 + 20_000;
  const seal = sealing(random(32), random);

  /** A process on the same database. */
  function node({ db }: OpenDatabase) {
    const monotonic = (): number => performance.now();
    const base = {
      db,
      sealing: seal,
      settings: settingsReader(db, monotonic),
      policies: policyReader(db, monotonic),
      queueMail: async () => {},
      now: () => clock,
      random,
    };
    const uses = { ...base, commit: acceptances(base), inTurn: keyedMutex(), observe: () => {} };
    return { uses, attempts: authenticator(uses) };
  }

  beforeAll(async () => {
    fresh = await kind.fresh();
    for (let count = 0; count < 2; count += 1) opened.push(await openDatabase(fresh.location));
    const { db } = opened[0] as OpenDatabase;
    await claimInstallation(db, 'check', 0);
    await insertDomain(db, {
      ...TOP_DOMAIN,
      name: 'Top',
      name_key: userIdKey('Top'),
      parent_id: null,
      created_at: 0,
      version: 1,
    });
    nodes = opened.map(node);
  });
  afterAll(async () => {
    for (const database of opened) await database.close();
    await fresh.drop();
  });

  const stage = () => ({ db: opened[0]?.db as OpenDatabase['db'], sealing: seal, now: () => clock });

  /** Shows a passcode by one of the ways, at one of the nodes. @returns whether it was accepted */
  async function show(someone: Person, passcode: string, caller: number): Promise<boolean> {
    const { uses, attempts } = nodes[caller % nodes.length] as ReturnType<typeof node>;
    const holder = { kind: 'user', userId: someone.userId } as const;
    const { serial, userId } = someone;
    switch ((caller >> 1) % 4) {
      case 0:
        return (await attempts.start({ client: 'radius:vpn', userId, passcode })).state === 'accepted';
      case 1:
        return (await attempts.start({ client: 'api-key:vpn', userId, passcode })).state === 'accepted';
      case 2: {
        const tested = await testToken(uses, holder, { serial, passcode });
        return tested.ok && tested.value.result === 'accepted';
      }
      default:
        // Two codes that are not successive: a wrong guess whatever the passcode is.
        return (await resynchronizeToken(uses, holder, { serial, first: passcode, second: passcode })).ok;
    }
  }

  const trail = async (someone: Person) =>
    (
      await stage()
        .db.selectFrom('audit')
        .select(['result', 'reason'])
        .where('object', 'in', [`user:${someone.userId}`, `token:${someone.serial}`])
        .execute()
    ).filter(({ reason }) => LOOKED_AT.includes(reason ?? ''));

  test(
    `${ROUNDS} rounds of ${GUESSES} wrong ones: five are looked at, then one after each wait, and from the tenth on a right one is not enough`,
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const someone = await person(stage());
        const burst = async (): Promise<void> => {
          const wrong = wrongCode(someone);
          await Promise.all(Array.from({ length: GUESSES }, (_, caller) => show(someone, wrong, caller)));
        };
        const state = async () => ({
          looked: (await trail(someone)).length,
          token: (await findToken(stage().db, someone.serial))?.failures,
          user: (await findUser(stage().db, someone.userId))?.failures,
        });
        await burst();
        expect(await state(), `round ${round}`).toEqual({ looked: 5, token: 5, user: 5 });
        // Not the right one either, by any way.
        for (let way = 0; way < 6; way += 1)
          expect(await show(someone, someone.code(0), way), `round ${round}, way ${way}`).toBe(false);
        for (let count = 6; count <= 10; count += 1) {
          clock += 1000 * 2 ** (count - 6);
          await burst();
          expect(await state(), `round ${round}`).toEqual({ looked: count, token: count, user: count });
        }
        clock += 32_000;
        const right = Array.from({ length: 8 }, (_, caller) =>
          (nodes[caller % 2] as ReturnType<typeof node>).attempts.start({
            client: `radius:${caller}`,
            userId: someone.userId,
            passcode: someone.code(0),
          }),
        );
        const states = (await Promise.all(right)).map(({ state }) => state);
        expect(states.filter((state) => state === 'challenge')).toHaveLength(1);
        expect(states.filter((state) => state === 'accepted')).toHaveLength(0);
      }
    },
    60_000 + ROUNDS * 20_000,
  );

  test(
    `${ROUNDS} rounds with the right one among ${GUESSES}: it is accepted only if it is one of the five that are looked at`,
    async () => {
      let accepted = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const someone = await person(stage());
        const wrong = wrongCode(someone);
        // By one of the ways that take a single passcode.
        const lucky = [0, 1, 2, 3, 4, 5].map((way) => way + 8 * (round % 12))[round % 6] as number;
        const results = await Promise.all(
          Array.from({ length: GUESSES }, (_, caller) =>
            show(someone, caller === lucky ? someone.code(0) : wrong, caller),
          ),
        );
        const token = await findToken(stage().db, someone.serial);
        const looked = (await trail(someone)).length;
        // Accepted, it forgets the wrong ones before it: at most four of them, and then five more.
        if (results[lucky]) {
          accepted += 1;
          expect([looked - (token?.failures ?? 0) <= 4, token?.failures]).toEqual([true, 5]);
        } else expect([looked, token?.failures]).toEqual([5, 5]);
        expect(results.filter(Boolean).length).toBe(results[lucky] ? 1 : 0);
      }
      console.log(`${kind.name}: accepted in ${accepted} of ${ROUNDS} rounds`);
    },
    60_000 + ROUNDS * 20_000,
  );

  test(
    'emergency tokencodes count in the same row',
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const someone = await person(stage());
        const given = await giveEmergencyAccess(nodes[0]?.uses as never, ADMINISTRATOR, {
          serial: someone.serial,
          kind: 'fixed',
        });
        if (!given.ok) throw new Error(given.detail.code);
        const wrong = wrongCode(someone);
        await Promise.all(Array.from({ length: GUESSES }, (_, caller) => show(someone, wrong, caller)));
        expect((await findToken(stage().db, someone.serial))?.failures).toBe(5);
        const codes = await Promise.all(
          [0, 1, 2, 3].map((way) => show(someone, given.value.codes[0] ?? '', way)),
        );
        expect(codes).toEqual([false, false, false, false]);
      }
    },
    60_000 + ROUNDS * 10_000,
  );
});
