/** What may not stand in a line of ours is one list, and every place that shows the words of others goes by it. */
import { printable as forTerminal } from '@sower/bytes/printable';
import { templateDefect } from '@sower/ctkip/links';
import { expect, test } from 'vitest';
import { renderTemplate } from '../src/mail/render.ts';
import { printable as forTrail } from '../src/store/audit/rows.ts';

const UNSAFE =
  '\u0000\u0009\u000a\u001b\u007f\u0085\u00ad\u061c\u180e\u200b\u200e\u2028\u202e\u2066\u206f\ufdd0\ufeff\ufff9\ufffe\u{1ffff}\u{e0041}';

test.each([...UNSAFE])('%j is harmless on the terminal, in the trail, in mail and in a link', (character) => {
  const text = `a${character}b`;
  expect(forTerminal(text)).not.toContain(character);
  expect(forTrail(text, 100)).not.toContain(character);
  expect(renderTemplate('{{name}}', { name: text })).toBe('a b');
  expect(templateDefect(`x${character}y://{url}`)).toEqual({ kind: 'control' });
});

test('other characters stay as they are', () => {
  const text = 'Zoë 李 \u{1f511} \ufffd';
  expect([forTerminal(text), forTrail(text, 100), renderTemplate('{{name}}', { name: text })]).toEqual(
    Array(3).fill(text),
  );
});
