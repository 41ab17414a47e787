/** The checker of histories, on histories that are known to be right or wrong. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeHistories, type Operation, step } from '../../simulation/histories.ts';

const asked = (
  position: number,
  began: number,
  ended?: number,
  answer?: Operation['answer'],
  key = 'token',
): Operation => ({
  ...{ key, position, began, what: `interval ${position}` },
  ...(ended === undefined || answer === undefined ? {} : { ended, answer }),
});
const unexplained = (...history: Operation[]) =>
  judgeHistories(history).unexplained.map(({ history: shortest }) => shortest.map(({ began }) => began));

test.each<readonly [string, readonly Operation[]]>([
  ['one is accepted, the same is rejected', [asked(5, 0, 1, 'accepted'), asked(5, 2, 3, 'rejected')]],
  [
    'of two at once, the one that was answered later is accepted',
    [asked(5, 0, 3, 'accepted'), asked(5, 1, 2, 'rejected')],
  ],
  ['a lost answer explains a rejection', [asked(5, 0), asked(5, 2, 3, 'rejected')]],
  ['a lost answer did not happen', [asked(5, 0), asked(5, 2, 3, 'accepted')]],
  ['a lost answer happens long after', [asked(6, 0), asked(5, 2, 3, 'accepted'), asked(6, 4, 5, 'rejected')]],
  [
    'an earlier interval after a later one is rejected',
    [asked(6, 0, 1, 'accepted'), asked(5, 2, 3, 'rejected')],
  ],
  [
    'tokens have nothing to do with each other',
    [asked(5, 0, 1, 'accepted'), asked(5, 2, 3, 'accepted', 'other')],
  ],
])('explained: %s', (_, history) => {
  expect(judgeHistories(history)).toEqual({
    ...{ operations: history.length, unexplained: [] },
    keys: new Set(history.map(({ key }) => key)).size,
  });
});

test.each<readonly [string, readonly Operation[], readonly number[]]>([
  ['an interval accepted twice', [asked(5, 0, 1, 'accepted'), asked(5, 2, 3, 'accepted')], [0, 2]],
  ['twice, by two at once', [asked(5, 0, 2, 'accepted'), asked(5, 1, 3, 'accepted')], [0, 1]],
  ['an earlier interval after a later one', [asked(6, 0, 1, 'accepted'), asked(5, 2, 3, 'accepted')], [0, 2]],
  ['rejected, though no one had used it', [asked(5, 0, 1, 'rejected')], [0]],
  ['rejected before the lost request began', [asked(5, 0, 1, 'rejected'), asked(5, 2)], [0]],
  [
    'accepted, lost in a failover, and accepted again: without what it does not need',
    [
      asked(4, 0, 1, 'accepted'),
      asked(4, 2, 3, 'rejected'),
      asked(5, 4, 5, 'accepted'),
      asked(5, 6, 7, 'rejected'),
      asked(5, 8, 9, 'accepted'),
      asked(6, 10, 11, 'accepted'),
    ],
    [0, 4, 8],
  ],
])('not explained: %s', (_, history, shortest) => {
  expect(unexplained(...history)).toEqual([shortest]);
});

test('every history of a token that works is explained, and not if one acceptance is made a rejection or doubled', () => {
  const requests = fc.array(
    fc.record({ position: fc.nat(5), wait: fc.nat(10), takes: fc.nat(20), lost: fc.nat(9) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(requests, (some) => {
      let [time, position] = [0, -1];
      const happening = some
        .map(({ wait, takes, ...request }) => {
          time += wait;
          return { ...request, began: time, at: time + takes / 2, ended: time + takes };
        })
        .sort((a, b) => a.at - b.at);
      const history = happening.map(({ position: shown, began, ended, lost }) => {
        const answer =
          step(position, { position: shown, answer: 'accepted' }) === undefined ? 'rejected' : 'accepted';
        position = Math.max(position, shown);
        return lost === 0 ? asked(shown, began) : asked(shown, began, ended, answer);
      });
      expect(judgeHistories(history).unexplained).toEqual([]);
      const accepted = history.find(({ answer }) => answer === 'accepted');
      if (!accepted) return;
      const doubled = [...history, asked(accepted.position, time + 100, time + 101, 'accepted')];
      expect(judgeHistories(doubled).unexplained).toHaveLength(1);
      const fresh = [...history, asked(6, time + 100, time + 101, 'rejected')];
      expect(judgeHistories(fresh).unexplained).toHaveLength(1);
    }),
  );
});

test('a hundred requests at once are judged in a moment', () => {
  const history = Array.from({ length: 100 }, (_, number) =>
    asked(5, number / 100, 1_000 + number, number === 57 ? 'accepted' : 'rejected'),
  );
  const begun = process.cpuUsage();
  expect(judgeHistories(history).unexplained).toEqual([]);
  // In microseconds of processor time.
  expect(process.cpuUsage(begun).user).toBeLessThan(5_000_000);
});
