/** What processes tell each other of guesses: wrong passwords at one host count at the others, and the table names no account. */
import { randomBytes } from 'node:crypto';
import { text } from '@sower/texts/outcomes';
import { expect, test } from 'vitest';
import { onBothDatabases } from '../../../test/harness/databases.ts';
import { openedDatabase } from '../../../test/harness/deployed.ts';
import { guessLimit } from '../src/core/guess-limit.ts';
import { done, refused } from '../src/core/outcome.ts';
import { sealing } from '../src/keys/seal/sealing.ts';
import { accountLevels, limitedLogOn } from '../src/log-on/log-on-limit.ts';
import { watchGuesses } from '../src/provisioning/distribution/guess-watch.ts';

const BURST = 4;
const random = (length: number) => new Uint8Array(randomBytes(length));
const seal = sealing(random(32), random);
const WRONG = refused('log-on-failed', text('log-on.wrong-password'));
const RIGHT = done('in');

onBothDatabases('guesses in several processes', (kind) => {
  const { stored: open } = openedDatabase(kind.fresh);

  /** A process. Its clock stands still: no token comes back, and one that waits waits. */
  function host() {
    const timing = {
      ...{ burst: BURST, refillMilliseconds: 1_000, now: () => 0 },
      sleep: () => new Promise<void>(() => {}),
    };
    const limits = {
      codeLimit: guessLimit(timing),
      logOnLimit: guessLimit(timing),
      accountLimit: guessLimit({ ...timing, levelsOf: accountLevels({ sealing: seal }) }),
    };
    const watch = watchGuesses(
      {
        ...limits,
        ...{ db: open.db, now: Date.now, random, sealing: seal, monotonic: () => 0 },
        trail: { stop: async () => {} },
      },
      () => {},
    );
    const logOn = (source: string, name: string, outcome: typeof WRONG | typeof RIGHT) =>
      Promise.race([
        limitedLogOn(
          { ...limits, sealing: seal },
          { source, logOnName: { kind: 'administrator', name }, marks: [] },
          async () => outcome,
        ).then((answer) => (answer.ok ? answer.value : answer.problem)),
        new Promise<string>((resolve) => setImmediate(() => setImmediate(() => resolve('waits')))),
      ]);
    return { ...limits, ...watch, logOn };
  }

  test('wrong passwords for an account, and from an address, count at the other host', async () => {
    const [one, two] = [host(), host()];
    // One account from many networks, then one network against many accounts.
    for (let n = 0; n < BURST; n += 1) {
      expect(await one.logOn(`192.0.${n}.1`, 'grace', WRONG)).toBe('log-on-failed');
      expect(await one.logOn('203.0.113.7', `nobody-${n}`, WRONG)).toBe('log-on-failed');
    }
    await one.round();
    const rows = await open.db.selectFrom('guess_reports').selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(rows[0]?.missing).toContain('203.0.113.7');
    expect(rows[0]?.missing).not.toMatch(/grace|nobody|administrator/);
    await two.round();
    expect(await two.logOn('198.51.100.1', 'grace', RIGHT)).toBe('waits');
    expect(await two.logOn('203.0.113.7', 'ada', RIGHT)).toBe('waits');
    expect(await two.logOn('198.51.100.1', 'ada', RIGHT)).toBe('in');
    // It is no wrong activation code.
    expect(two.codeLimit.from('203.0.113.7').turnsAway()).toBe(false);
    expect(two.codeLimit.share(9)).toEqual([]);

    // What it said ends with it.
    await one.leave();
    await two.round();
    expect(await two.logOn('198.51.100.2', 'grace', RIGHT)).toBe('in');
  });

  test('counts of a process of an earlier version are wrong activation codes', async () => {
    const node = host();
    await open.db
      .insertInto('guess_reports')
      .values({ node: 'earlier', at: 1, missing: JSON.stringify([['198.51.100.9', BURST]]) })
      .execute();
    await node.round();
    const guard = node.codeLimit.guard('198.51.100.9', async () => ({ wrong: false, value: 'looked at' }));
    const waits = new Promise<string>((resolve) => setImmediate(() => resolve('waits')));
    expect(await Promise.race([guard, waits])).toBe('waits');
    expect(await node.logOn('198.51.100.9', 'ada', RIGHT)).toBe('in');
    await open.db.deleteFrom('guess_reports').execute();
  });
});
