import { child, escapeAttribute, escapeText, readXml } from '@sower/xml';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const refused: Record<string, string> = {
  empty: '',
  'doctype with entity': '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
  'external entity': '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
  'unknown entity': '<a>&nbsp;</a>',
  'two roots': '<a/><b/>',
  'trailing junk': '<a/>junk',
  unclosed: '<a><b></a>',
  'undeclared prefix': '<x:a/>',
  'duplicate attribute': '<a b="1" b="2"/>',
  'unquoted attribute': '<a b=1/>',
  'control character': '<a>\u0001</a>',
  'processing instruction': '<?php 1?><a/>',
  'foreign encoding': '<?xml version="1.0" encoding="UTF-16"?><a/>',
  'xml 1.1': '<?xml version="1.1"?><a/>',
  deep: '<a>'.repeat(40) + '</a>'.repeat(40),
  large: `<a>${'x'.repeat(70_000)}</a>`,
  wide: `<a>${'<b/>'.repeat(2_000)}</a>`,
};

for (const [name, document] of Object.entries(refused)) {
  test(`refuses: ${name}`, () => {
    expect(readXml(document).ok).toBe(false);
  });
}

test('refuses bytes that are not UTF-8', () => {
  expect(readXml(Uint8Array.of(0x3c, 0x61, 0xff, 0x2f, 0x3e))).toEqual({ ok: false, reason: 'not UTF-8' });
});

test('a name of Object.prototype is a name like another', () => {
  const result = readXml('<a __proto__="x" constructor="y"><toString/></a>');
  expect(result.ok && result.root.attributes.constructor).toBe('y');
  expect(result.ok && child(result.root, 'hasOwnProperty')).toBe(undefined);
});

test('whatever is written is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const result = readXml(`<a b="${escapeAttribute(text)}">${escapeText(text)}</a>`);
      if (!result.ok) throw new Error(result.reason);
      const clean = text.toWellFormed();
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters XML 1.0 cannot carry
      const expected = clean.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD');
      expect(result.root.attributes.b).toBe(expected);
      expect(result.root.text).toBe(expected);
    }),
    { seed: 4758 },
  );
});
