/** The domain of authentication on both databases: modes, races, resynchronization, locks, and what the work says about who exists. */

import { DEFAULT_POLICIES } from '@sower/api/policies';
import type { EmergencyInput } from '@sower/api/token-access';
import { hotp } from '@sower/otp/hotp';
import { inEnglish, text } from '@sower/texts/outcomes';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type FreshDatabase, onBothDatabases } from '../../../../test/harness/databases.ts';
import { chanceOfMore, clearlyAlike } from '../../../../test/harness/edges/chance.ts';
import { databaseWork, workCounter } from '../../../../test/harness/edges/work.ts';
import { LONG } from '../../../../test/harness/randomness.ts';
import {
  type Person,
  person,
  play,
  random,
  TRANSITIONS,
  wrongCode,
} from '../../../../test/harness/token-modes.ts';
import type { Attempts } from '../../src/authentication/challenge/attempt.ts';
import { unlockUser } from '../../src/authentication/limits/hold-back.ts';
import { keyedMutex } from '../../src/authentication/limits/keyed-mutex.ts';
import { pinProblem } from '../../src/authentication/pin/pin-rules.ts';
import { generatePin, requireNewPin, setPin } from '../../src/authentication/pin/set-pin.ts';
import type { UserActor } from '../../src/authentication/token-access/assigned-token.ts';
import { endEmergencyAccess, giveEmergencyAccess } from '../../src/authentication/token-access/emergency.ts';
import { resynchronizeToken } from '../../src/authentication/token-access/resynchronize.ts';
import { testToken } from '../../src/authentication/token-access/test-token.ts';
import { acceptances } from '../../src/authentication/verify/acceptance.ts';
import { authenticator, MAX_WAITING } from '../../src/authentication/verify/authenticate.ts';
import { tokenMode } from '../../src/authentication/verify/foresee.ts';
import { onlyGroupsOf } from '../../src/clients/only-groups.ts';
import { replyAttributesOf } from '../../src/clients/radius-clients.ts';
import type { Actor } from '../../src/core/actor.ts';
import { Overload } from '../../src/core/outcome.ts';
import { sealing } from '../../src/keys/seal/sealing.ts';
import { keptName } from '../../src/ldap/names.ts';
import { endWhatWasLive } from '../../src/operations/backup/after-restore.ts';
import { releaseToken } from '../../src/provisioning/tokens/assign.ts';
import { moveOwnToken } from '../../src/self-service/move.ts';
import { setOwnPin } from '../../src/self-service/own-tokens.ts';
import type { SignedInUser } from '../../src/self-service/signed-in-user.ts';
import { listAudit } from '../../src/store/audit/search.ts';
import { policyReader } from '../../src/store/authentication/policies.ts';
import type { DatabaseWork } from '../../src/store/db/meter.ts';
import { type OpenDatabase, openDatabase } from '../../src/store/db/open.ts';
import { inTransaction } from '../../src/store/db/transaction.ts';
import { insertDomain, TOP_DOMAIN } from '../../src/store/directory/domains.ts';
import { findUser, userIdKey } from '../../src/store/directory/users.ts';
import { claimInstallation, settingsReader } from '../../src/store/operations/installation.ts';
import { findVerifiable, listSeeds } from '../../src/store/tokens/seeds.ts';
import { findToken } from '../../src/store/tokens/tokens.ts';

const CLIENT = { client: 'api-key:test', source: '127.0.0.1' };
const ADMINISTRATOR: Actor = {
  kind: 'administrator',
  name: 'admin',
  grants: [{ permissions: new Set(['tokens:edit']), domain: '/' }],
};

const ROUNDS_OF_COUNTING = 9;
/** Of the calls that a wrong passcode takes: texts of different lengths, rows that exist or are made up. */
const MAX_DIFFERENCE_OF_WORK = 0.05;
/** Tries of an unknown user, and as many wrong passcodes, at most; of each of the others a quarter. */
const ROUNDS_OF_TIMING = 2_000;
/** How far from 0.5 the chance may be that one takes longer than another. */
const APART = 0.15;

const holderOf = (userId: string): UserActor => ({ kind: 'user', userId });

const signedIn = (someone: Person): SignedInUser => ({
  id: someone.userRow,
  userId: someone.userId.toUpperCase(),
  firstName: '',
  method: 'passcode',
  mustChangePassword: false,
  session: '',
  sessionExpiresAt: 0,
  auditActor: { name: `user:${someone.userId}` },
});

onBothDatabases('authentication', (kind) => {
  let fresh: FreshDatabase;
  let database: OpenDatabase;
  let other: OpenDatabase;
  let attempts: Attempts;
  /** A second process on the same database. */
  let elsewhere: Attempts;
  let uses: ReturnType<typeof usesOf>;
  /** The middle of an interval, so that no test crosses into the next. */
  let clock = Math.floor(Date.now() / 60_000) * 60_000 + 20_000;
  const seal = sealing(random(32), random);
  const counted: string[] = [];
  const { counts: databaseCounts, meter } = databaseWork();

  function usesOf({ db }: OpenDatabase) {
    const now = (): number => clock;
    const monotonic = (): number => performance.now();
    const base = {
      db,
      sealing: seal,
      settings: settingsReader(db, monotonic),
      policies: policyReader(db, monotonic),
      queueMail: async () => {},
      now,
      random,
    };
    return {
      ...base,
      commit: acceptances(base),
      inTurn: keyedMutex(),
      observe: (path: string, outcome: string) => void counted.push(`${path} ${outcome}`),
    };
  }

  beforeAll(async () => {
    fresh = await kind.fresh();
    database = await openDatabase(fresh.location, { meter });
    other = await openDatabase(fresh.location);
    await claimInstallation(database.db, 'check', 0);
    await insertDomain(database.db, {
      ...TOP_DOMAIN,
      name: 'Top',
      name_key: userIdKey('Top'),
      parent_id: null,
      created_at: 0,
      version: 1,
    });
    uses = usesOf(database);
    attempts = authenticator(uses);
    elsewhere = authenticator(usesOf(other));
  });
  afterAll(async () => {
    await database.close();
    await other.close();
    await fresh.drop();
  });

  const start = async (someone: Person, passcode: string, at: Attempts = attempts) =>
    at.start({ ...CLIENT, userId: someone.userId, passcode });
  const answerTo = async (someone: Person, passcode: string): Promise<string> => {
    const step = await start(someone, passcode);
    return step.state === 'challenge' ? step.challenge.kind : step.state;
  };
  async function modeOf(someone: Person): Promise<string> {
    const rows = await findVerifiable(database.db, userIdKey(someone.userId));
    const policies = await uses.policies.current(rows[0]?.user_domain ?? '/');
    return tokenMode(uses, rows, policies, clock);
  }
  const reasons = async (object: string): Promise<string> =>
    (await listAudit(database.db, { object }, 100)).map(({ reason }) => reason).join('; ');

  describe('modes', () => {
    test.each(TRANSITIONS)('$mode: $shows -> $told', async (transition) => {
      uses.policies.forget();
      const played = await play({ db: database.db, sealing: seal, now: () => clock }, attempts, transition);
      expect(played.told).toEqual(transition.told);
      expect(await modeOf(played.person)).toBe(transition.becomes);
    });
  });

  test.each([
    { algorithm: 'totp', hash: 'sha1', digits: 6, interval_seconds: 10 },
    { algorithm: 'totp', hash: 'sha256', digits: 7, interval_seconds: 45 },
    { algorithm: 'totp', hash: 'sha512', digits: 8, interval_seconds: 600 },
    { algorithm: 'hotp', hash: 'sha256', digits: 7, interval_seconds: 60 },
  ] as const)(
    'a seed from elsewhere: $algorithm, $hash, $digits digits, $interval_seconds s',
    async (seed) => {
      const stage = { db: database.db, sealing: seal, now: () => clock };
      const someone = await person(stage, { seed: { ...seed, distribution_id: null } });
      const { hash, digits } = seed;
      const interval = seed.algorithm === 'hotp' ? 2 : Math.floor(clock / 1000 / seed.interval_seconds);
      const code = (offset: number) => hotp({ key: someone.seed, counter: interval + offset, digits, hash });
      expect(
        await answerTo(someone, hotp({ key: someone.seed, counter: interval, digits, hash: 'sha1' })),
      ).toBe(hash === 'sha1' ? 'accepted' : 'rejected');
      expect(await answerTo(someone, code(0))).toBe(hash === 'sha1' ? 'rejected' : 'accepted');
      expect(await answerTo(someone, code(0))).toBe('rejected');
      const input = { serial: someone.serial, first: code(5), second: code(6) };
      const done = await resynchronizeToken(uses, ADMINISTRATOR, input);
      expect(done.ok).toBe(true);
      const rows = await findVerifiable(database.db, userIdKey(someone.userId));
      expect(Number(rows[0]?.position)).toBe(interval + 6);
    },
  );

  test.each([10, 45, 600])(
    'after a restore no tokencode of a time step of %i s is accepted again',
    async (step) => {
      const stage = { db: database.db, sealing: seal, now: () => clock };
      const someone = await person(stage, {
        seed: { algorithm: 'totp', interval_seconds: step, distribution_id: null },
      });
      const settings = await uses.settings.current();
      const after = { since: 'backup', keepCodes: true, hotpJump: undefined } as const;
      class RollBack extends Error {}
      let position = Number.NaN;
      const whole = inTransaction(database.db, async (trx) => {
        await endWhatWasLive(trx, uses, settings, after);
        const [seed] = await listSeeds(trx, someone.tokenId);
        position = Number(seed?.position);
        // The other tests are about the database as it is.
        throw new RollBack();
      });
      await expect(whole).rejects.toThrow(RollBack);
      expect(position).toBeGreaterThan(Math.floor(clock / 1000 / step));
    },
  );

  test('one passcode, fifty at once over two processes: one is accepted; afterwards none, nor an earlier one', async () => {
    for (let round = 0; round < 10; round += 1) {
      const someone = await person({ db: database.db, sealing: seal, now: () => clock });
      const code = someone.code(0);
      const steps = await Promise.all(
        Array.from({ length: 50 }, (_, caller) => start(someone, code, caller % 2 ? attempts : elsewhere)),
      );
      expect(steps.filter(({ state }) => state === 'accepted')).toHaveLength(1);
      expect(await answerTo(someone, code)).toBe('rejected');
      expect(await answerTo(someone, someone.code(-1))).toBe('rejected');
      expect(await answerTo(someone, someone.code(1))).toBe('accepted');
    }
  });

  test('one question, fifty answers at once over two processes: one is looked at', async () => {
    for (let round = 0; round < 10; round += 1) {
      const someone = await person(
        { db: database.db, sealing: seal, now: () => clock },
        { token: { failures: 10, last_failure_at: clock - 600_000 } },
      );
      const question = await start(someone, someone.code(-1));
      if (question.state !== 'challenge') throw new Error(question.state);
      const steps = await Promise.all(
        Array.from({ length: 50 }, (_, caller) =>
          (caller % 2 ? attempts : elsewhere).answer({
            ...CLIENT,
            userId: someone.userId,
            attempt: question.attempt,
            answer: someone.code(0),
          }),
        ),
      );
      expect(steps.filter(({ state }) => state === 'accepted')).toHaveLength(1);
      expect(steps.filter(({ state }) => state === 'rejected')).toHaveLength(49);
    }
  });

  test('a question belongs to who asked it, ends after five minutes, and can be given up', async () => {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    const ask = async () => {
      const someone = await person(stage, { token: { failures: 10, last_failure_at: clock - 600_000 } });
      const question = await start(someone, someone.code(-1));
      if (question.state !== 'challenge') throw new Error(question.state);
      expect(question.attempt).toMatch(/^[\w-]{43}$/);
      expect(question.expiresAt).toBe(clock + 300_000);
      return { someone, question };
    };
    const one = await ask();
    const { userId } = one.someone;
    const attempt = one.question.attempt;
    const foreign = { client: 'radius:10.0.0.7', userId, attempt, answer: one.someone.code(0) };
    expect(await attempts.answer(foreign)).toEqual({ state: 'rejected' });
    // Somebody else's try has not spoilt it.
    expect((await attempts.answer({ ...CLIENT, ...foreign, ...CLIENT })).state).toBe('accepted');

    const two = await ask();
    clock += 300_000;
    const late = {
      ...CLIENT,
      userId: two.someone.userId,
      attempt: two.question.attempt,
      answer: two.someone.code(0),
    };
    expect(await attempts.answer(late)).toEqual({ state: 'rejected' });

    const three = await ask();
    await attempts.cancel({
      ...CLIENT,
      userId: three.someone.userId,
      attempt: three.question.attempt,
    });
    const after = {
      ...CLIENT,
      userId: three.someone.userId,
      attempt: three.question.attempt,
      answer: three.someone.code(0),
    };
    expect(await attempts.answer(after)).toEqual({ state: 'rejected' });
    expect(await attempts.answer({ ...CLIENT, userId: '', attempt: '', answer: '' })).toEqual({
      state: 'rejected',
    });
    expect(await reasons('attempt')).toContain('already answered, expired, or asked by another client');
  });

  test('who has shown a right tokencode is not stopped by the wrong passcodes of others', async () => {
    const someone = await person(
      { db: database.db, sealing: seal, now: () => clock },
      { token: { failures: 10, last_failure_at: clock - 600_000 } },
    );
    const question = await start(someone, someone.code(-1));
    if (question.state !== 'challenge') throw new Error(question.state);
    expect(await answerTo(someone, wrongCode(someone))).toBe('rejected');
    expect(await modeOf(someone)).toBe('held-back');
    const answer = {
      ...CLIENT,
      userId: someone.userId,
      attempt: question.attempt,
      answer: someone.code(0),
    };
    expect((await attempts.answer(answer)).state).toBe('accepted');
  });

  test('who can ask once only gets on by showing the tokencode after it; a right one of another client does not help', async () => {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    for (let round = 0; round < 10; round += 1) {
      const someone = await person(stage, { token: { failures: 10, last_failure_at: clock - 600_000 } });
      // The question that comes instead of a yes is a no for these.
      const ask = async (client: string, offset: number, at = attempts): Promise<string> =>
        (await at.start({ client, userId: someone.userId, passcode: someone.code(offset) })).state;
      expect(await ask('api-key:vpn', -1)).toBe('challenge');
      expect(await ask('api-key:other', 0)).toBe('challenge');
      expect(await ask('api-key:other', 0)).toBe('rejected');
      // Whichever of the copies is first: none that sees the question gone may use the tokencode up under the one that has it.
      const copies = Array.from({ length: 50 }, (_, copy) =>
        ask('api-key:vpn', 1, copy % 2 ? attempts : elsewhere),
      );
      const results = await Promise.all(copies);
      expect(results.filter((result) => result === 'accepted')).toHaveLength(1);
      expect(await modeOf(someone)).toBe('normal');
    }
  });

  test('a user locks after twenty wrong passcodes in an hour, for a minute and then twice as long, and what is tried meanwhile does not count', async () => {
    const someone = await person({ db: database.db, sealing: seal, now: () => clock });
    const wrong = wrongCode(someone);
    const lockAgain = async (): Promise<number> => {
      for (let guess = 0; guess < 200; guess += 1) {
        await answerTo(someone, wrong);
        const user = await findUser(database.db, someone.userId);
        if ((user?.locked_until ?? 0) > clock) return (user?.locked_until ?? 0) - clock;
        // The token is held back for seconds: a patient guesser waits just long enough, but for the long waits.
        clock += 5_000;
        await database.db
          .updateTable('tokens')
          .set({ failures: 1 })
          .where('id', '=', someone.tokenId)
          .execute();
      }
      throw new Error('never locked');
    };
    for (const expected of [60, 120, 240, 480, 900, 900]) {
      expect(await lockAgain()).toBe(expected * 1000);
      expect(await modeOf(someone)).toBe('locked');
      for (let guess = 0; guess < 30; guess += 1) await answerTo(someone, wrong);
      const user = await findUser(database.db, someone.userId);
      expect(user).toMatchObject({ failures: 0, locked_until: clock + expected * 1000 });
      clock += expected * 1000;
    }
    expect(await answerTo(someone, someone.code(0))).toBe('accepted');
    expect(await findUser(database.db, someone.userId)).toMatchObject({ locks: 0, locked_until: null });
    expect(await reasons(`user:${someone.userId}`)).toContain('the user is locked for another');
  });

  test('the clock of the server jumps: nobody waits for it, nothing used is accepted again, and drift is learned anew', async () => {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    const present = clock;
    const [held, locked, steady] = [await person(stage), await person(stage), await person(stage)];
    const used = steady.code(0);
    expect(await answerTo(steady, used)).toBe('accepted');
    // A year ahead: wrong passcodes there hold the one back, and lock the other.
    clock = present + 365 * 86_400_000;
    for (let guess = 0; guess < 5; guess += 1) await answerTo(held, wrongCode(held));
    expect(await modeOf(held)).toBe('held-back');
    for (let guess = 0; guess < 40 && (await modeOf(locked)) !== 'locked'; guess += 1) {
      await answerTo(locked, wrongCode(locked));
      await database.db.updateTable('tokens').set({ failures: 0 }).where('id', '=', locked.tokenId).execute();
    }
    expect(await modeOf(locked)).toBe('locked');
    expect(await answerTo(steady, used)).toBe('rejected');
    // Put right again.
    clock = present;
    for (const someone of [held, locked]) {
      expect(await modeOf(someone)).toBe('normal');
      expect(await answerTo(someone, someone.code(0))).toBe('accepted');
    }
    expect(await answerTo(steady, used)).toBe('rejected');
    expect(await answerTo(steady, steady.code(1))).toBe('accepted');
    // Minutes back and forth: what was accepted stays used, what comes later is good.
    clock = present - 120_000;
    for (const offset of [0, 1, 2, 3]) expect(await answerTo(steady, steady.code(offset))).toBe('rejected');
    clock = present + 120_000;
    expect(await answerTo(steady, steady.code(0))).toBe('accepted');
    // Another process's clock may run a little ahead: that is no jump.
    for (let guess = 0; guess < 5; guess += 1) await answerTo(steady, wrongCode(steady));
    clock -= 2_000;
    expect(await modeOf(steady)).toBe('held-back');
    clock = present;
  });

  test('ten thousand spellings of a name are one user, and one count; other names touch nobody', async () => {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    const id = Buffer.from(random(4)).toString('hex');
    const someone = await person(stage, {
      user: { user_id: `AnnemarieBartholomaeus ${id}`, user_id_key: `annemariebartholomaeus ${id}` },
    });
    const neighbour = await person(stage, {
      user: { user_id: `annemariebartholomaeus${id}`, user_id_key: `annemariebartholomaeus${id}` },
    });
    const wrong = wrongCode(someone);
    const letters = [...`annemariebartholomaeus ${id}`];
    const names = Array.from({ length: 10_000 }, (_, count) => {
      const cased = letters
        .map((letter, at) => ((count >> (at % 14)) & 1 ? letter.toUpperCase() : letter))
        .join('');
      // Blanks around the name are no part of it; one more between its words, or none, is another name.
      if (count % 10 === 0) return ' '.repeat(count % 7) + cased + '\t'.repeat(count % 3);
      return count % 4 === 1 ? cased.replace(' ', '  ') : `${cased} ${count}`;
    });
    expect(new Set(names).size).toBe(10_000);
    for (let from = 0; from < names.length; from += 200) {
      const steps = await Promise.all(
        names
          .slice(from, from + 200)
          .map((userId, at) => (at % 2 ? attempts : elsewhere).start({ ...CLIENT, userId, passcode: wrong })),
      );
      expect(steps.every(({ state }) => state === 'rejected')).toBe(true);
    }
    const user = await findUser(database.db, ` ANNEMARIEBARTHOLOMAEUS ${id.toUpperCase()}`);
    expect(user).toMatchObject({ user_id: `AnnemarieBartholomaeus ${id}` });
    // Five of them held the token back, and one at the same moment by the other process. From there on none counts.
    const { failures } = (await findToken(database.db, someone.serial)) as { failures: number };
    expect([5, 6]).toContain(failures);
    expect(user?.failures).toBe(failures);
    expect(await findToken(database.db, neighbour.serial)).toMatchObject({ failures: 0 });
    clock += 60_000;
    const spelled = { ...CLIENT, userId: ` aNNEMARIEbartholomaeus ${id} `, passcode: someone.code(0) };
    expect(await attempts.start(spelled)).toMatchObject({
      state: 'accepted',
      userId: `AnnemarieBartholomaeus ${id}`,
    });
    clock -= 60_000;
  });

  test('guesses at once are no more than guesses one after the other: the right one among them is too late', async () => {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    const someone = await person(stage);
    const wrong = wrongCode(someone);
    const guesses = [...Array.from({ length: 100 }, () => wrong), someone.code(0)];
    const steps = await Promise.all(guesses.map((guess) => start(someone, guess)));
    expect(steps.every(({ state }) => state === 'rejected')).toBe(true);
    expect(await findToken(database.db, someone.serial)).toMatchObject({ failures: 5 });
    expect(await reasons(`user:${someone.userId}`)).toContain('held back');
    // It was not used up by it.
    clock += 2_000;
    expect(await answerTo(someone, someone.code(0))).toBe('accepted');
    clock -= 2_000;
  });

  test('an empty user name selects nobody; passcodes of 0 to 10,000 characters are wrong, whatever the token', async () => {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    const counted = async (): Promise<number> => {
      const { total } = await database.db
        .selectFrom('tokens')
        .select(({ fn }) => fn.sum<number>('failures').as('total'))
        .executeTakeFirstOrThrow();
      return Number(total);
    };
    const people = [
      await person(stage),
      await person(stage, { seed: { authentication_type: 'fob' }, pin: '4711' }),
      await person(stage, { seed: { authentication_type: 'pinpad' }, pin: '4711' }),
      await person(stage, { token: { emergency_until: clock + 60_000, emergency_return: 'end' } }),
    ];
    const before = await counted();
    for (const userId of ['', ' ', '\t\n', '\u00a0', '\u0000', '%', '_', "' or 1=1 --", '\ud800']) {
      const passcode = (people[0] as Person).code(0);
      expect(await attempts.start({ ...CLIENT, userId, passcode })).toEqual({ state: 'rejected' });
    }
    expect(await counted()).toBe(before);
    for (const someone of people) {
      for (const length of [0, 1, 4, 7, 8, 9, 11, 12, 13, 16, 64, 65, 128, 1_000, 10_000]) {
        for (const character of ['0', 'x', '\u0000', '٣', '💥', '\ud800', ' ']) {
          const passcode = character.repeat(length).slice(0, length);
          expect(await answerTo(someone, passcode), `${length} times ${character}`).toBe('rejected');
        }
      }
      await database.db
        .updateTable('tokens')
        .set({ failures: 0, last_failure_at: null })
        .where('id', '=', someone.tokenId)
        .execute();
      await unlockUser(uses, ADMINISTRATOR, someone.userId);
      expect(await answerTo(someone, someone.passcode(0))).toBe('accepted');
    }
  });

  test('a counter far ahead and a clock minutes off take two tokencodes in a row: one teaches nothing, and the test of a token is no way around', async () => {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    const standing = (someone: Person) =>
      database.db
        .selectFrom('seeds')
        .select(['position', 'drift', 'last_accepted_at', 'state'])
        .where('id', '=', someone.seedId)
        .executeTakeFirstOrThrow();
    const button = await person(stage, { seed: { algorithm: 'hotp', position: 0, digits: 6 } });
    const press = (counter: number) => hotp({ key: button.seed, counter, digits: 6 });
    expect(await answerTo(button, press(3))).toBe('accepted');
    expect(await answerTo(button, press(9))).toBe('next-tokencode');
    expect(await answerTo(button, press(11))).toBe('accepted');
    expect(await answerTo(button, press(18))).toBe('next-tokencode');
    expect(await answerTo(button, press(19))).toBe('accepted');
    expect(await answerTo(button, press(30))).toBe('rejected');

    const strayed = await person(stage, { seed: { state: 'pending', last_accepted_at: null } });
    const holder = holderOf(strayed.userId);
    const show = (offset: number) =>
      testToken(uses, holder, { serial: strayed.serial, passcode: strayed.code(offset) });
    expect(await show(-4)).toMatchObject({
      value: {
        result: 'next-tokencode',
        complete: false,
        detail: text('passcode.right-but-strayed'),
      },
    });
    const { position, ...unchanged } = await standing(strayed);
    expect(unchanged).toEqual({ drift: 0, last_accepted_at: null, state: 'pending' });
    expect(position).toBeGreaterThan(0);
    expect(await show(-4)).toMatchObject({ value: { result: 'rejected' } });
    expect(await show(-3)).toMatchObject({ value: { result: 'accepted', complete: true } });
    expect(await standing(strayed)).toMatchObject({ drift: -3, last_accepted_at: clock, state: 'current' });
    expect(await answerTo(strayed, strayed.code(-2))).toBe('accepted');
    // What is not the next one is another first one.
    const distracted = await person(stage);
    expect(await answerTo(distracted, distracted.code(-5))).toBe('next-tokencode');
    expect(await answerTo(distracted, distracted.code(-2))).toBe('next-tokencode');
    expect(await answerTo(distracted, distracted.code(0))).toBe('accepted');
  });

  test('resynchronised by two successive tokencodes within 12 hours either way, and nothing is accepted twice by it', async () => {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    for (const hours of [-11, 11]) {
      const someone = await person(stage);
      const far = hours * 60;
      expect(await answerTo(someone, someone.code(far))).toBe('rejected');
      const codes = { serial: someone.serial, first: someone.code(far), second: someone.code(far + 1) };
      const results = await Promise.all(
        Array.from({ length: 50 }, () => resynchronizeToken(uses, ADMINISTRATOR, codes)),
      );
      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
      const rows = await listAudit(database.db, { object: `token:${someone.serial}` }, 100);
      const found = rows.flatMap(({ result, text }) =>
        result === 'success' ? JSON.parse(text ?? '{}') : [],
      );
      const code = hours > 0 ? 'event.clock-ahead' : 'event.clock-behind';
      expect(found).toEqual([{ code, values: { minutes: hours > 0 ? 661 : 659 } }]);
      for (const used of [far, far + 1]) expect(await answerTo(someone, someone.code(used))).toBe('rejected');
      expect(await answerTo(someone, someone.code(far + 2))).toBe('accepted');
      // The drift that was found stays, and goes on being learned from.
      clock += 600_000;
      expect(await answerTo(someone, someone.code(far + 1))).toBe('accepted');
    }
    const beyond = await person(stage);
    const codes = { serial: beyond.serial, first: beyond.code(725), second: beyond.code(726) };
    expect(await resynchronizeToken(uses, ADMINISTRATOR, codes)).toMatchObject({
      problem: 'passcode-refused',
    });
    const apart = { serial: beyond.serial, first: beyond.code(3), second: beyond.code(5) };
    expect(await resynchronizeToken(uses, ADMINISTRATOR, apart)).toMatchObject({ ok: false });
    const stranger = holderOf('somebody else');
    expect(await resynchronizeToken(uses, stranger, apart)).toMatchObject({ problem: 'not-found' });
  });

  test('a PINPad passcode is recognized in place of the bare tokencode, and is no guess', async () => {
    const someone = await person(
      { db: database.db, sealing: seal, now: () => clock },
      { seed: { authentication_type: 'pinpad' }, pin: '4711' },
    );
    const holder = holderOf(someone.userId.toUpperCase());
    const withPin = { serial: someone.serial, first: someone.passcode(-1), second: someone.passcode(0) };
    expect(await resynchronizeToken(uses, holder, withPin)).toMatchObject({
      problem: 'passcode-refused',
      detail: text('resynchronize.pin-included'),
    });
    expect(await findToken(database.db, someone.serial)).toMatchObject({ failures: 0 });
    const bare = { serial: someone.serial, first: someone.code(-1), second: someone.code(0) };
    expect(await resynchronizeToken(uses, holder, bare)).toMatchObject({ ok: true });
    expect(await answerTo(someone, someone.passcode(0))).toBe('rejected');
    const guess = { serial: someone.serial, first: wrongCode(someone), second: wrongCode(someone) };
    for (let count = 0; count < 5; count += 1) await resynchronizeToken(uses, holder, guess);
    expect(await resynchronizeToken(uses, holder, guess)).toMatchObject({ problem: 'wrong-state' });
    expect(await reasons(`token:${someone.serial}`)).toContain(
      'passcodes with the PIN instead of plain tokencodes',
    );
  });

  test('a test uses the passcode up, says what would be asked next, and tells the holder why not', async () => {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    const someone = await person(stage, { seed: { authentication_type: 'fob' }, pin: '4711' });
    const holder = holderOf(someone.userId);
    const run = async (passcode: string) => {
      const outcome = await testToken(uses, holder, { serial: someone.serial, passcode });
      if (!outcome.ok) throw new Error(outcome.detail.code);
      return `${outcome.value.result}: ${inEnglish(outcome.value.detail)}`;
    };
    expect(await run(someone.passcode(-1))).toMatch(/^accepted: .* works/);
    expect(await run(someone.passcode(-1))).toMatch(/^rejected: .* already used/);
    expect(await answerTo(someone, someone.passcode(-1))).toBe('rejected');
    expect(await run(someone.code(0))).toMatch(/^rejected: The passcode is wrong/);
    expect(await findToken(database.db, someone.serial)).toMatchObject({ failures: 1 });
    const { serial } = someone;
    expect(await requireNewPin(uses, ADMINISTRATOR, { serial, required: true })).toMatchObject({ ok: true });
    expect(await modeOf(someone)).toBe('new-pin');
    expect(await run(someone.passcode(0))).toMatch(/^accepted: .* will ask for a new PIN/);
    const plain = await person(stage);
    expect(await requireNewPin(uses, ADMINISTRATOR, { serial: plain.serial, required: true })).toMatchObject({
      problem: 'wrong-state',
    });
  });

  test('a PIN by the rules of the policy, and none of the last three again', async () => {
    const policy = { pinMinLength: 5, pinMinLetters: 1, pinExcludedWords: ['sower'], pinHistory: 3 };
    const someone = await person(
      { db: database.db, sealing: seal, now: () => clock },
      { seed: { authentication_type: 'fob' }, policy: ['Strict PINs', policy] },
    );
    uses.policies.forget();
    const set = async (pin: string): Promise<string> => {
      const outcome = await setPin(uses, ADMINISTRATOR, { serial: someone.serial, pin });
      return outcome.ok ? 'set' : inEnglish(outcome.detail);
    };
    expect(await set('ab12')).toBe('A PIN has 5 to 8 letters and digits.');
    expect(await set('12345')).toBe('A PIN needs at least one letter.');
    expect(await set('xSOWER1')).toContain('excluded word');
    expect(await set('ünïcö')).toBe('A PIN has 5 to 8 letters and digits.');
    for (const pin of ['a1111', 'a2222', 'a3333']) expect(await set(pin)).toBe('set');
    for (const pin of ['a1111', 'a2222', 'a3333']) expect(await set(pin)).toContain('used before');
    expect(await set('a4444')).toBe('set');
    expect(await set('a1111')).toBe('set');
    expect(await answerTo(someone, `a1111${someone.code(0)}`)).toBe('accepted');
  });

  test('what is generated for a token can be set, whatever the policy and the token, and can be read out', async () => {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    const shapes: [string, 'pinpad' | 'fob', Record<string, unknown>][] = [
      ['usual', 'pinpad', {}],
      ['long', 'pinpad', { pinMinLength: 8 }],
      ['short', 'fob', { pinMinLength: 4, pinMaxLength: 4 }],
      [
        'letters',
        'fob',
        { pinCharacters: 'alphanumeric', pinMinLength: 5, pinMinLetters: 3, pinMinDigits: 2 },
      ],
      ['excluded', 'fob', { pinExcludedWords: ['135', '246', '579', '802'] }],
    ];
    const every = Array.from({ length: 1000 }, (_, word) => String(word).padStart(3, '0'));
    const barred = await person(stage, {
      seed: { authentication_type: 'pinpad' },
      policy: ['Generated barred', { pinExcludedWords: every }],
    });
    uses.policies.forget();
    expect(await generatePin(uses, ADMINISTRATOR, { serial: barred.serial })).toMatchObject({
      problem: 'wrong-state',
      detail: text('pin.none-found'),
    });
    // A source of chance that is stuck ends in a refusal too, and not in a loop.
    const stuck = { ...uses, random: (length: number) => new Uint8Array(length) };
    const usual = await person(stage, { seed: { authentication_type: 'pinpad' } });
    expect((await generatePin(stuck, ADMINISTRATOR, { serial: usual.serial })).ok).toBe(false);
    for (const [name, authentication_type, policy] of shapes) {
      const { serial } = await person(stage, {
        seed: { authentication_type },
        policy: [`Generated ${name}`, policy],
      });
      uses.policies.forget();
      for (let count = 0; count < 60; count += 1) {
        const generated = await generatePin(uses, ADMINISTRATOR, { serial });
        if (!generated.ok) throw new Error(generated.detail.code);
        const { pin } = generated.value;
        expect(pin, name).not.toMatch(/(.)\1/);
        expect(await setPin(uses, ADMINISTRATOR, { serial, pin }), `${name}: ${pin}`).toMatchObject({
          ok: true,
        });
      }
    }
  });

  test('a PIN that the system has to make, and the policy allows none: a plain refusal, and the audit trail says why', async () => {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    const every = Array.from({ length: 1000 }, (_, word) => String(word).padStart(3, '0'));
    const one = (name: string, policy: Record<string, unknown>) =>
      person(stage, { seed: { authentication_type: 'fob' }, policy: [name, policy] });
    const system = await one('Words bar all, by the system', {
      pinChosenBy: 'system',
      pinExcludedWords: every,
    });
    const either = await one('Letters bar all, by either', {
      ...{ pinChosenBy: 'either', pinCharacters: 'alphanumeric' },
      ...{ pinMaxLength: 8, pinMinLetters: 5, pinMinDigits: 4 },
    });
    uses.policies.forget();
    const why = 'no PIN was found that the token policy allows';
    const lastOf = async (someone: Person) =>
      (await listAudit(database.db, { object: `user:${someone.userId}` }, 1))[0];

    expect(await start(system, system.code(0))).toEqual({ state: 'rejected' });
    expect(await lastOf(system)).toMatchObject({
      ...{ action: 'authenticate', result: 'refused' },
      reason: expect.stringContaining(`token ${system.serial}: ${why}`),
    });
    // It was right, so it is used up, and it is not a guess.
    expect(await start(system, system.code(0))).toEqual({ state: 'rejected' });
    expect((await lastOf(system))?.reason).toContain('already used');
    expect(await findToken(database.db, system.serial)).toMatchObject({ failures: 0 });
    expect(await modeOf(system)).toBe('new-pin');

    const question = await start(either, either.code(0));
    if (question.state !== 'challenge') throw new Error(question.state);
    const answer = { ...CLIENT, userId: either.userId, attempt: question.attempt, answer: '' };
    expect(await attempts.answer(answer)).toEqual({ state: 'rejected' });
    expect(await lastOf(either)).toMatchObject({
      result: 'refused',
      reason: expect.stringContaining(`token ${either.serial}: ${why}`),
    });
    expect(await findToken(database.db, either.serial)).toMatchObject({ failures: 0 });
  });

  test('a fob that becomes a PINPad token with letters in its PIN: the PIN goes before the tokencode once more, and another is asked for', async () => {
    const someone = await person(
      { db: database.db, sealing: seal, now: () => clock },
      { seed: { authentication_type: 'pinpad' }, pin: 'ab4711' },
    );
    expect(await answerTo(someone, someone.code(-1))).toBe('rejected');
    expect(await modeOf(someone)).toBe('new-pin');
    const question = await start(someone, `ab4711${someone.code(-1)}`);
    if (question.state !== 'challenge') throw new Error(question.state);
    expect(question.challenge).toMatchObject({ kind: 'new-pin', rules: { alphanumeric: false } });
    const answer = async (attempt: string, text: string) => {
      const { userId } = someone;
      const step = await attempts.answer({ ...CLIENT, userId, attempt, answer: text });
      return step.state === 'challenge' ? step : undefined;
    };
    const again = await answer(question.attempt, 'cd4712');
    expect(again?.challenge).toMatchObject({ kind: 'new-pin', refused: text('pin.pinpad-digits') });
    const set = await answer(again?.attempt ?? '', '73914');
    expect(set?.challenge.kind).toBe('passcode-with-new-pin');
    expect(await answer(set?.attempt ?? '', someone.passcode(0, '73914'))).toBe(undefined);
    expect(await answerTo(someone, someone.passcode(1, '73914'))).toBe('accepted');
    expect(await modeOf(someone)).toBe('normal');
  });

  test('a PIN that has to be changed is not changed into itself at the Self-Service Console either', async () => {
    const someone = await person(
      { db: database.db, sealing: seal, now: () => clock },
      { seed: { authentication_type: 'fob' }, pin: '4711', token: { pin_change: 1 } },
    );
    const set = async (pin: string): Promise<string> => {
      const outcome = await setOwnPin(uses, signedIn(someone), { serial: someone.serial, pin });
      return outcome.ok ? 'set' : outcome.detail.code;
    };
    expect(await set('4711')).toBe('pin.unchanged');
    expect(await modeOf(someone)).toBe('new-pin');
    expect(await set('4712')).toBe('set');
    expect(await modeOf(someone)).toBe('normal');
  });

  test('usually a PIN is none that is guessed first, and one in use stays', () => {
    const usual = DEFAULT_POLICIES.token;
    const style = { pinpad: false, digits: 8 };
    const refused = (pin: string) => {
      const problem = pinProblem(usual, style, pin);
      return problem && inEnglish(problem);
    };
    for (const pin of ['1234', '4321', '7890', '0987', '23456789', 'abcd', 'Dcba'])
      expect(refused(pin), pin).toBe('A PIN must not be a sequence such as 1234.');
    for (const pin of ['Passwor1', 'admin1', '99123450', 'xQwert1'])
      expect(refused(pin), pin).toBe('This PIN contains an excluded word.');
    for (const pin of ['2580', '1235', '1357', 'ab12', '4711']) expect(refused(pin), pin).toBe(undefined);
    expect(pinProblem({ ...usual, pinSequences: true }, style, '1234')).toBe(undefined);
  });

  describe('emergency access', () => {
    const give = async (someone: Person, input: EmergencyInput) => {
      const outcome = await giveEmergencyAccess(uses, ADMINISTRATOR, { serial: someone.serial, ...input });
      if (!outcome.ok) throw new Error(outcome.detail.code);
      return outcome.value;
    };
    const stage = () => ({ db: database.db, sealing: seal, now: () => clock });

    test('an emergency tokencode stands in for no expired token, and never where the token itself is asked for', async () => {
      const expired = await person(stage(), { token: { expires_on: '2020-01-01' } });
      const outcome = await giveEmergencyAccess(uses, ADMINISTRATOR, { serial: expired.serial, kind: 'set' });
      expect(outcome).toMatchObject({ ok: false, problem: 'wrong-state' });
      const someone = await person(stage());
      const { codes } = await give(someone, { kind: 'set' });
      const [first, second] = codes as [string, string];
      const request = { ...CLIENT, userId: someone.userId };
      expect(await attempts.start({ ...request, passcode: first, tokenOnly: true })).toEqual({
        state: 'rejected',
      });
      // It was neither used up nor counted as a guess.
      expect((await findUser(database.db, someone.userId))?.failures).toBe(0);
      expect(await attempts.start({ ...request, passcode: first })).toMatchObject({
        state: 'accepted',
        means: 'emergency',
      });
      expect(await attempts.start({ ...request, passcode: someone.code(-1) })).not.toHaveProperty('means');
      // The token ended the emergency access; given anew, it ends with the token.
      const again = await give(someone, { kind: 'set' });
      await database.db
        .updateTable('tokens')
        .set({ expires_on: '2020-01-01' })
        .where('id', '=', someone.tokenId)
        .execute();
      expect(await answerTo(someone, again.codes[0] as string)).toBe('rejected');
      expect(second).not.toBe(first);
    });

    test('a set of one-time tokencodes: each is accepted once, of fifty at once as well, and the token ends them', async () => {
      const someone = await person(stage());
      const { codes, until } = await give(someone, { kind: 'set' });
      expect(new Set(codes).size).toBe(10);
      expect(Date.parse(until)).toBe(clock + 7 * 86_400_000);
      for (const code of codes.slice(0, 5)) {
        const steps = await Promise.all(
          Array.from({ length: 50 }, (_, caller) => start(someone, code, caller % 2 ? attempts : elsewhere)),
        );
        expect(steps.filter(({ state }) => state === 'accepted')).toHaveLength(1);
        expect(await answerTo(someone, code)).toBe('rejected');
        // The forty-nine were guesses, as far as anybody can tell.
        await unlockUser(uses, ADMINISTRATOR, someone.userId);
      }
      expect(await answerTo(someone, someone.code(0))).toBe('accepted');
      expect(await answerTo(someone, codes[6] as string)).toBe('rejected');
      expect(await reasons(`token:${someone.serial}`)).toContain('the token was used again');
    });

    test('an emergency tokencode with the old PIN is rejected while an administrator requires a new one, fixed or of a set', async () => {
      for (const kind of ['fixed', 'set'] as const) {
        const someone = await person(stage(), {
          seed: { authentication_type: 'fob' },
          pin: '4711',
          token: { lost: 1 },
        });
        const { codes } = await give(someone, { kind });
        const [code = ''] = codes;
        const { serial } = someone;
        expect(await requireNewPin(uses, ADMINISTRATOR, { serial, required: true })).toMatchObject({
          ok: true,
        });
        for (let time = 0; time < 3; time += 1)
          expect(await answerTo(someone, `4711${code}`)).toBe('rejected');
        // Neither used up, nor a guess.
        expect((await findUser(database.db, someone.userId))?.failures).toBe(0);
        expect(await setPin(uses, ADMINISTRATOR, { serial, pin: '8602' })).toMatchObject({ ok: true });
        await requireNewPin(uses, ADMINISTRATOR, { serial, required: false });
        expect(await answerTo(someone, `8602${code}`)).toBe('accepted');
      }
    });

    test('a fixed tokencode goes in after the PIN until its last day, for a lost token too, and not for a disabled one', async () => {
      const someone = await person(stage(), {
        seed: { authentication_type: 'fob' },
        pin: '4711',
        token: { lost: 1 },
      });
      const { codes, withPin } = await give(someone, { kind: 'fixed', days: 2 });
      const [code = ''] = codes;
      expect([codes.length, withPin]).toEqual([1, true]);
      expect(await answerTo(someone, code)).toBe('rejected');
      expect(await answerTo(someone, `4712${code}`)).toBe('rejected');
      for (let use = 0; use < 3; use += 1) expect(await answerTo(someone, `4711${code}`)).toBe('accepted');
      expect(await findToken(database.db, someone.serial)).toMatchObject({ failures: 0 });
      const { tokenId: id } = someone;
      await database.db.updateTable('tokens').set({ enabled: 0 }).where('id', '=', id).execute();
      expect(await answerTo(someone, `4711${code}`)).toBe('rejected');
      await database.db.updateTable('tokens').set({ enabled: 1 }).where('id', '=', id).execute();
      clock += 2 * 86_400_000;
      expect(await answerTo(someone, `4711${code}`)).toBe('rejected');
    });

    test('what the token does meanwhile is as it was given out: refused until the end, or until an administrator ends it', async () => {
      for (const whenTokenReturns of ['after', 'deny'] as const) {
        const someone = await person(stage());
        const { codes } = await give(someone, { kind: 'fixed', days: 1, whenTokenReturns });
        expect(await answerTo(someone, someone.code(0))).toBe('rejected');
        expect(await answerTo(someone, codes[0] as string)).toBe('accepted');
        clock += 86_400_000;
        expect(await answerTo(someone, codes[0] as string)).toBe('rejected');
        expect(await answerTo(someone, someone.code(0))).toBe(
          whenTokenReturns === 'after' ? 'accepted' : 'rejected',
        );
        const ended = await endEmergencyAccess(uses, ADMINISTRATOR, { serial: someone.serial });
        expect(ended.ok).toBe(true);
        expect(await answerTo(someone, someone.code(1))).toBe('accepted');
      }
    });

    test('a code for a token without a seed is guessed no faster than any other, whatever else its user holds', async () => {
      const holder = await person(stage());
      const alone = await person(stage());
      const bare = await person(stage());
      const { db } = database;
      await db.deleteFrom('seeds').where('token_id', 'in', [alone.tokenId, bare.tokenId]).execute();
      const given = { user_id: holder.userRow };
      await db.updateTable('tokens').set(given).where('id', '=', bare.tokenId).execute();
      for (const [someone, { serial }] of [
        [holder, bare],
        [alone, alone],
      ] as const) {
        const [code = ''] = (await give({ ...someone, serial }, { kind: 'fixed' })).codes;
        expect(await answerTo(someone, code)).toBe('accepted');
        for (let guess = 0; guess < 8; guess += 1)
          expect(await answerTo(someone, 'no code')).toBe('rejected');
        // Five were counted; then it has to wait, and what is tried meanwhile does not count.
        expect(await answerTo(someone, code)).toBe('rejected');
        expect((await findToken(db, serial))?.failures).toBe(5);
        expect((await findUser(db, someone.userId))?.failures).toBe(5);
        clock += 60_000;
        expect(await answerTo(someone, code)).toBe('accepted');
        expect((await findToken(db, serial))?.failures).toBe(0);
      }
    });

    test('codes are kept as keyed hashes and end with the assignment', async () => {
      const someone = await person(stage());
      const { codes } = await give(someone, { kind: 'set' });
      const rows = await database.db.selectFrom('emergency_codes').selectAll().execute();
      for (const code of codes) expect(JSON.stringify(rows)).not.toContain(code);
      await database.db.transaction().execute((trx) =>
        releaseToken(trx, uses, ADMINISTRATOR, {
          id: someone.tokenId,
          serial: someone.serial,
          kind: 'software',
          holder: null,
          user_id: null,
          lent_instead: null,
        }),
      );
      const left = await database.db
        .selectFrom('emergency_codes')
        .select('id')
        .where('token_id', '=', someone.tokenId)
        .execute();
      expect(left).toEqual([]);
    });
  });

  test('a PIN of one’s own and the approval of a move are looked at in the turn of the user, as passcodes are', async () => {
    const someone = await person({ db: database.db, sealing: seal, now: () => clock });
    const turns: string[] = [];
    const inTurn = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
      turns.push(key);
      const result = await work();
      turns.push('over');
      return result;
    };
    const self = signedIn(someone);
    const { serial } = someone;
    await setOwnPin({ ...uses, inTurn }, self, { serial, pin: '73914' });
    await moveOwnToken({ ...uses, inTurn } as never, self, { serial, approval: '123456789012' });
    const turn = [userIdKey(someone.userId), 'over'];
    expect(turns).toEqual([...turn, ...turn]);
  });

  test('groups that cannot be read cost nobody a passcode, and who is accepted is so with their groups', async () => {
    const { db } = database;
    const someone = await person({ db, sealing: seal, now: () => clock });
    await db.insertInto('user_groups').values({ user_id: someone.userRow, name: 'cn=vpn' }).execute();
    const asked = () =>
      attempts.start({
        ...CLIENT,
        userId: someone.userId,
        passcode: someone.code(0),
        asksForGroups: true,
      });
    await db.schema.alterTable('user_groups').renameTo('user_groups_away').execute();
    try {
      await expect(asked()).rejects.toThrow();
    } finally {
      await db.schema.alterTable('user_groups_away').renameTo('user_groups').execute();
    }
    expect(await asked()).toMatchObject({ state: 'accepted', groups: new Set(['cn=vpn']) });
    expect(await start(someone, someone.code(1))).not.toHaveProperty('groups');
  });

  test('a group is the same whatever an earlier version escaped in its name', async () => {
    const { db } = database;
    const someone = await person({ db, sealing: seal, now: () => clock });
    const name = 'cn=<a> "b" + c,dc=example,dc=com';
    expect(keptName(name)).not.toBe(name);
    await db.insertInto('user_groups').values({ user_id: someone.userRow, name }).execute();
    const row = {
      only_groups: JSON.stringify([name]),
      reply_attributes: JSON.stringify([{ name: 'Class', value: 'x', group: name }]),
    };
    expect([onlyGroupsOf(row), replyAttributesOf(row).map(({ group }) => group)]).toEqual([
      [keptName(name)],
      [keptName(name)],
    ]);
    const passcode = someone.code(0);
    const asked = { ...CLIENT, userId: someone.userId, passcode, asksForGroups: true };
    expect(await attempts.start({ ...asked, onlyGroups: ['cn=other,dc=example,dc=com'] })).toEqual({
      state: 'rejected',
    });
    expect(await attempts.start({ ...asked, onlyGroups: onlyGroupsOf(row) })).toMatchObject({
      state: 'accepted',
      groups: new Set([keptName(name)]),
    });
  });

  test.each(['in another authentication', 'by an administrator'])(
    'a PIN that was set %s stays when an earlier question is answered',
    async (how) => {
      const stage = { db: database.db, sealing: seal, now: () => clock };
      const someone = await person(stage, { seed: { authentication_type: 'fob' } });
      const { userId, serial } = someone;
      const first = await start(someone, someone.code(-1));
      const second = await start(someone, someone.code(0));
      if (first.state !== 'challenge' || second.state !== 'challenge') throw new Error('no question');
      const answer = (attempt: string, pin: string) =>
        attempts.answer({ ...CLIENT, userId, attempt, answer: pin });
      if (how === 'by an administrator')
        expect(await setPin(uses, ADMINISTRATOR, { serial, pin: '258047' })).toMatchObject({ ok: true });
      else expect((await answer(second.attempt, '258047')).state).toBe('challenge');
      expect(await answer(first.attempt, '974031')).toEqual({ state: 'rejected' });
      expect(await answerTo(someone, `258047${someone.code(1)}`)).toBe('accepted');
    },
  );

  test('so many wait for one user, and no more: guesses at one user do not hold up everybody else', async () => {
    const gate = Promise.withResolvers<void>();
    const commit = async () => {
      await gate.promise;
      return 'done' as const;
    };
    const slow = authenticator({ ...uses, commit, inTurn: keyedMutex() });
    const show = (userId: string, more = {}) =>
      slow.start({ ...CLIENT, userId, passcode: '12345678', ...more }).then(
        ({ state }) => state,
        (error: unknown) => error instanceof Overload,
      );
    const flood = Array.from({ length: 300 }, () => show('nobody in particular'));
    const beside = [show('nobody else'), show('nobody in particular', { asked: true })];
    gate.resolve();
    const answers = await Promise.all(flood);
    expect(answers.filter((state) => state === 'rejected')).toHaveLength(MAX_WAITING + 1);
    expect(answers.filter((state) => state === true)).toHaveLength(300 - MAX_WAITING - 1);
    expect(await Promise.all(beside)).toEqual(['rejected', 'rejected']);
    expect(await show('nobody in particular')).toBe('rejected');
  });

  test('steps are counted by the kind of the client and their outcome', async () => {
    const someone = await person({ db: database.db, sealing: seal, now: () => clock });
    counted.length = 0;
    await answerTo(someone, wrongCode(someone));
    await answerTo(someone, someone.code(0));
    expect(counted).toEqual(['api-key rejected', 'api-key accepted']);
  });

  /** Refused for different reasons, of which a client may learn none. `fresh` is called before each, so that wrong ones count every time. */
  async function refusals() {
    const stage = { db: database.db, sealing: seal, now: () => clock };
    const someone = await person(stage);
    const held = await person(stage, { token: { failures: 50, last_failure_at: clock } });
    const locked = await person(stage, { user: { locks: 1, locked_until: clock + 600_000 } });
    const disabled = await person(stage, { token: { enabled: 0 } });
    const spent = await person(stage);
    expect(await answerTo(spent, spent.code(0))).toBe('accepted');
    const wrong = wrongCode(someone);
    const tries: Readonly<Record<string, (round: number) => readonly [userId: string, passcode: string]>> = {
      wrong: () => [someone.userId, wrong],
      unknown: (round) => [`nobody${round}`, wrong],
      'wrong, held back': () => [held.userId, wrong],
      used: () => [spent.userId, spent.code(0)],
      'held back': () => [held.userId, held.code(0)],
      locked: () => [locked.userId, locked.code(0)],
      disabled: () => [disabled.userId, disabled.code(0)],
    };
    const fresh = async (): Promise<void> => {
      const { tokenId, userRow } = someone;
      const none = { failures: 0, last_failure_at: null };
      await database.db.updateTable('tokens').set(none).where('id', '=', tokenId).execute();
      await database.db.updateTable('users').set({ failures: 0 }).where('id', '=', userRow).execute();
    };
    return { tries, fresh };
  }

  test('the work for an unknown user, a wrong passcode, a used one and a token held back, locked or disabled is the same', async () => {
    const { tries, fresh } = await refusals();
    const counter = workCounter();
    onTestFinished(counter.close);
    const counts = [];
    for (const [name, shown] of Object.entries(tries)) {
      const runs: { readonly calls: number; readonly database: string }[] = [];
      for (let round = 0; round < ROUNDS_OF_COUNTING; round += 1) {
        await fresh();
        const [userId, passcode] = shown(round);
        const before = { ...databaseCounts };
        counter.take();
        const { state } = await attempts.start({ ...CLIENT, userId, passcode });
        const calls = counter.take();
        expect(state, name).toBe('rejected');
        const since = (kindOfWork: DatabaseWork) => databaseCounts[kindOfWork] - before[kindOfWork];
        runs.push({
          calls,
          database: `${since('read')} reads, ${since('write')} writes, ${since('commit')} commits`,
        });
      }
      // Policies and settings are read again every few seconds, and timers fire meanwhile: the least is the work itself.
      runs.sort((a, b) => a.calls - b.calls);
      counts.push({ name, ...(runs[0] as (typeof runs)[number]) });
    }
    const [wrong] = counts as [(typeof counts)[number]];
    expect(wrong.calls).toBeGreaterThan(1_000);
    expect(counts.map(({ name, database }) => ({ name, database }))).toEqual(
      counts.map(({ name }) => ({ name, database: wrong.database })),
    );
    const share = ({ calls }: { readonly calls: number }): number => Math.abs(calls / wrong.calls - 1);
    expect(counts.filter((count) => share(count) > MAX_DIFFERENCE_OF_WORK)).toEqual([]);
  });

  // On a quiet machine: what else writes to the disk, and how fast the processor is, moves it.
  test.runIf(LONG)(
    'nor can they be told apart by the time they take',
    async () => {
      const { tries, fresh } = await refusals();
      const names = Object.keys(tries);
      const measure = async (): Promise<readonly (readonly [string, number])[]> => {
        const times = new Map(names.map((name) => [name, [] as number[]]));
        const clearly = (name: string): boolean =>
          clearlyAlike(times.get(name) as number[], times.get('wrong') as number[], APART);
        for (let round = 0; round < ROUNDS_OF_TIMING + 100; round += 1) {
          await fresh();
          // Each is now first, now last; the two that matter most come most.
          const now = names.slice(0, round % 4 === 0 ? names.length : 2);
          for (const at of now.keys()) {
            const name = now[(at + (round >> 2) + round) % now.length] as string;
            const [userId, passcode] = (tries[name] as (typeof tries)[string])(round);
            const begun = performance.now();
            const step = await attempts.start({ ...CLIENT, userId, passcode });
            // The first hundred warm the code up.
            if (round >= 100) times.get(name)?.push(performance.now() - begun);
            if (step.state !== 'rejected') throw new Error(`${name}: ${step.state}`);
          }
          if (round % 200 === 100 && round > 100 && names.every((name) => clearly(name))) break;
        }
        // The chance that one of these took longer than one of the wrong: 0.5 when they are alike. With 2,000 of each, chance alone moves it
        // by 0.01, with 500 by 0.02. What is left is some 15 microseconds beside the database, before any network: the faster the machine,
        // the further it moves the chance. With the database in memory it is 0.38.
        const wrongTimes = times.get('wrong') ?? [];
        const chances = names.map((name) => [name, chanceOfMore(times.get(name) ?? [], wrongTimes)] as const);
        console.log(
          `${kind.name}: ${chances.map(([name, chance]) => `${name} ${chance.toFixed(3)}`).join('; ')}`,
        );
        return chances;
      };
      const alike = ([, chance]: readonly [string, number]): boolean => Math.abs(chance - 0.5) < APART;
      let chances = await measure();
      // Another process that writes to the same disk can delay one kind for a while. What tells them apart by itself does so every time.
      for (let again = 0; again < 2 && !chances.every(alike); again += 1) chances = await measure();
      expect(chances.filter((chance) => !alike(chance))).toEqual([]);
    },
    600_000,
  );
});
