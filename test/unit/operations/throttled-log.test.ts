/** Errors that repeat leave few lines in the log. */
import { throttledLog } from '@sower/server/compose/throttled-log';
import { expect, test } from 'vitest';

test('an error that repeats is said at once, and then once a minute with how often it came; another one at once', () => {
  let now = 0;
  const lines: object[] = [];
  const log = { error: (fields: object, message: string) => void lines.push({ ...fields, message }) };
  const fail = throttledLog(log as never, () => now, 'it failed');
  const [away, full] = [new Error('away'), new Error('full')];
  for (; now < 60_000; now += 500) fail(away);
  fail(full);
  fail(away);
  now += 59_999;
  fail(away);
  now += 1;
  fail(away);
  const message = 'it failed';
  expect(lines).toEqual([
    { err: away, message },
    { err: full, message },
    { err: away, again: 119, message },
    { err: away, again: 1, message },
  ]);
});

test('what is different each time takes no more and more memory, and is said each time', () => {
  const lines: object[] = [];
  const log = { error: (fields: object) => void lines.push(fields) };
  const fail = throttledLog(log as never, () => 0, 'x');
  for (let number = 0; number < 1_000; number += 1) fail(new Error(`${number}`));
  fail(new Error('999'));
  expect(lines).toHaveLength(1_000);
});
