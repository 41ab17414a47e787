/** What is tested is what is shipped: no test replaces more than addresses, ports and folders in a file of packaging/ or a recipe of docs/. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { replaced, shipped } from '../../harness/documents/shipped.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

test('addresses, ports and folders may be replaced, and nothing else', () => {
  const file = 'packaging/patroni/patroni.yml';
  expect(shipped(file, { '10.1.0.': '127.3.4.', '/etc/patroni/tls': '/tmp/x/tls' })).toContain(
    'listen: 127.3.4.11:5432',
  );
  for (const [from, to] of [
    ['hostssl all all', 'host all all'],
    ['scram-sha-256', 'trust'],
    ['ssl: "on"', 'ssl: "off"'],
    ['protocol: https', 'protocol: http'],
    ['10.1.0.', 'trust'],
  ] as const)
    expect(() => shipped(file, { [from]: to })).toThrow('a test may not replace');
  expect(() =>
    shipped('packaging/patroni/pgbouncer.ini', { 'auth_type = scram-sha-256': 'auth_type = any' }),
  ).toThrow();
  // Replaced by something that is there no longer, a test would test nothing.
  expect(() => replaced('x', { '10.1.0.': '127.3.4.' })).toThrow('is not in what is shipped');
});

test('tests read what is shipped there alone, if they change it', () => {
  const reading = globSync('test/**/*.ts', { cwd: ROOT })
    .filter(
      (file) =>
        file !== 'test/alone/operations/shipped.test.ts' && file !== 'test/harness/documents/shipped.ts',
    )
    .filter((file) => {
      const text = readFileSync(ROOT + file, 'utf8');
      const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      return (
        /readFileSync|shipped\(|recipe\(/.test(code) && SHIPPED.test(code) && /\.replace(?:All)?\(/.test(code)
      );
    });
  expect(reading.map((file) => file.replaceAll('\\', '/')).sort()).toEqual(CHANGE_SOMETHING_ELSE);
});

const SHIPPED = /packaging\/|'packaging'|monitoring\/|dist\/container|operations\.md/;
/** They replace in what they have read elsewhere, or to compare. */
const CHANGE_SOMETHING_ELSE = [
  'test/alone/operations/clean-root.test.ts',
  'test/alone/operations/monitoring.test.ts',
  'test/unit/documents.test.ts',
];
