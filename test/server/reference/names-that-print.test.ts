/** Names and user IDs whose characters do not all print are refused, wherever a request gives a new one; stored ones can still be shown. */

import { readdirSync, readFileSync } from 'node:fs';
import { filled } from '@sower/api/examples/filled';
import { EXAMPLES } from '@sower/api/examples/requests';
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import { roleSchema } from '@sower/api/roles';
import { userSchema } from '@sower/api/users';
import { prints } from '@sower/bytes/printable';
import RECORDED from '@sower/server/http/reference/answers.json' with { type: 'json' };
import { expect, test } from 'vitest';

const UNSEEN = ['\u0085', '\u200b', '\u202e', '\r\n', '\ufffe', '\u{1ffff}', '\ufe0f', '\u3164', '\u{e0041}'];
const NAMES =
  /^(?:name|userName|userId|firstName|lastName|telephone|application|commonName|organization\w*)$/;

/** They name what is there, which an earlier version may have taken, or an attribute of RADIUS, which is looked up in a table. */
const REFERENCES = [
  ...[
    'openSession.userName',
    'assignToken.userId',
    'startJob.name',
    'authenticate.userId',
    'answerChallenge.userId',
  ],
  ...['editRadiusClient.replyAttributes.0.name', 'requestToken.userId', 'openUserSession.userId'],
];

type Leaf = { path: string; withText: (text: string) => unknown };

function namesIn(value: unknown, path: string, rebuild: (text: unknown) => unknown): Leaf[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, held]): Leaf[] => {
    const copy = (text: unknown): unknown =>
      rebuild(
        Array.isArray(value)
          ? value.map((each, at) => (String(at) === key ? text : each))
          : { ...value, [key]: text },
      );
    const at = `${path}.${key}`;
    return typeof held === 'string' && NAMES.test(key)
      ? [{ path: at, withText: copy }]
      : namesIn(held, at, copy);
  });
}

const names = (Object.entries(OPERATIONS) as [OperationName, Operation][]).flatMap(([operation, { body }]) =>
  body === undefined
    ? []
    : namesIn(
        (filled(EXAMPLES[operation], RECORDED) as { body?: unknown }).body,
        operation,
        (text) => text,
      ).map((leaf) => ({ ...leaf, body })),
);

test('a new name with a character that does not print is refused, in every request that has one', () => {
  const taken = names.flatMap(({ path, withText, body }) =>
    UNSEEN.filter((unseen) => body.safeParse(withText(`a${unseen}b`)).success).map(
      (unseen) => `${path} ${JSON.stringify(unseen)}`,
    ),
  );
  expect([...new Set(taken.map((each) => each.split(' ')[0]))]).toEqual(REFERENCES);
  // The examples are what is looked at: they have the names of most resources.
  expect(names.length).toBeGreaterThan(25);
  expect(names.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['addUser.userId', 'addUser.firstName']),
  );
});

test('letters with joiners, marks and other scripts are names', () => {
  const body = OPERATIONS.addUser.body;
  for (const firstName of ['Zoë', '李', 'علی\u200cرضا', 'ශ්\u200dරී', 'O’Neill-Šmíd', 'Nguyễn Thị'])
    expect(body.safeParse({ userId: 'ada', firstName }).error, firstName).toBe(undefined);
  for (const firstName of ['Ada\u200c', '\u200dAda', '1\u200c2'])
    expect(body.safeParse({ userId: 'ada', firstName }).success, JSON.stringify(firstName)).toBe(false);
  expect(prints('Zoë 李 \u{1f511}')).toBe(true);
});

test('what an earlier version took can still be answered', () => {
  const old = 'a\u200bb';
  expect(userSchema.shape.userId.safeParse(old).success).toBe(true);
  expect(userSchema.shape.firstName.safeParse('a\r\nb').success).toBe(true);
  expect(roleSchema.shape.name.safeParse(old).success).toBe(true);
});

test('the consoles write names so that each character of an old one is seen', () => {
  const folder = new URL('../../../apps/console/src/', import.meta.url);
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.tsx'),
  );
  const bare = pages.flatMap((path) =>
    [
      ...readFileSync(new URL(path, folder), 'utf8').matchAll(/(?:>|\n\s+)\{[\w.?]*\b(?:userId|userName)\}/g),
    ].map(([text]) => `${path}: ${text.trim()}`),
  );
  expect(bare).toEqual([]);
  expect(pages.length).toBeGreaterThan(100);
});
