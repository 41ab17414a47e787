import { eachInTurn, pagesOf } from '@sower/server/core/each';
import { expect, test } from 'vitest';

const upTo = (last: number) =>
  pagesOf<number>(async (after = 0) => [after + 1, after + 2].filter((n) => n <= last));

test('all pages are worked on, each row once, however many of them fail', async () => {
  const seen: number[] = [];
  const work = async (n: number): Promise<void> => {
    seen.push(n);
    if (n < 4) throw new Error(`row ${n}`);
  };
  await expect(eachInTurn(upTo(5), work)).rejects.toThrow('row 1');
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

test('a database that cannot be used ends it; a row that is locked does not', async () => {
  const seen: number[] = [];
  const failing = (code: string) => async (n: number) => {
    seen.push(n);
    throw Object.assign(new Error(code), { code, severity: 'ERROR' });
  };
  await expect(eachInTurn(upTo(3), failing('55P03'))).rejects.toThrow('55P03');
  await expect(eachInTurn(upTo(3), failing('25006'))).rejects.toThrow('25006');
  expect(seen).toEqual([1, 2, 3, 1]);
});

test('what stops in between leaves the rest', async () => {
  const seen: number[] = [];
  await eachInTurn(
    upTo(5),
    async (n) => seen.push(n),
    () => seen.length === 2,
  );
  expect(seen).toEqual([1, 2]);
});
