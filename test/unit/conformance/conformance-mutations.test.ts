/** That each requirement with a test has a fault for it to find, and that each fault can still be made. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutated, mutations, ROOT } from './mutate-conformance.ts';

const MUTATIONS = mutations();
const rows = [
  ...readFileSync(join(ROOT, 'docs/conformance.md'), 'utf8').matchAll(
    /^\| (§[\d.]+|App\. [A-D][\d.]*) \| \w+ \| ([^|]+) \| ([^|]+) \|$/gm,
  ),
].map(([, section, requirement, shown]) => ({ name: `${section} ${requirement}`, shown: shown as string }));

test('every requirement with a test has a fault, and the others say why they have none', () => {
  expect(rows.length).toBeGreaterThan(100);
  const covered = new Set(MUTATIONS.flatMap(({ requirements }) => requirements));
  const tested = rows.filter(({ shown }) => shown.includes('.ts)')).map(({ name }) => name);
  expect(tested.filter((name) => !covered.has(name))).toEqual([]);
  expect([...covered].filter((name) => !tested.includes(name))).toEqual([]);
  const silent = rows.filter(
    ({ shown }) => !/\.ts\)|^(Not applicable|Departs|By design|Not ours)\b.*: ./.test(shown),
  );
  expect(silent).toEqual([]);
});

test('each fault is at one place of its file and changes it', () => {
  for (const mutation of MUTATIONS) {
    const source = readFileSync(join(ROOT, mutation.file), 'utf8');
    expect(source.split(mutation.find).length - 1, `${mutation.file}: ${mutation.find}`).toBe(1);
    expect(mutated(source, mutation)).not.toBe(source);
  }
});

test('the test that is to find it is one that the requirement names', () => {
  for (const { requirements, test: named } of MUTATIONS) {
    for (const name of requirements) {
      const shown = rows.find((row) => row.name === name)?.shown ?? '';
      expect(shown, name).toContain(`[${named[1]}](../${named[0]})`);
    }
  }
});
