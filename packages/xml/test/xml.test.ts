import {
  attribute,
  child,
  DEFAULT_LIMITS,
  escapeAttribute,
  escapeText,
  isXmlText,
  namespaceOf,
  readXml,
} from '@sower/xml';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function utf16(text: string, little: boolean): Uint8Array {
  const octets = new Uint8Array(text.length * 2);
  const view = new DataView(octets.buffer);
  for (let i = 0; i < text.length; i += 1) view.setUint16(i * 2, text.charCodeAt(i), little);
  return octets;
}

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
  'a processing instruction without a target': '<a><? b?></a>',
  'a processing instruction that is called as the declaration': '<a><?XML b?></a>',
  'a declaration after something else': '<!-- --><?xml version="1.0"?><a/>',
  'a processing instruction without an end': '<a/><?b >',
  'a comment with two hyphens': '<a><!-- -- --></a>',
  'a doctype after a processing instruction': '<?b?><!DOCTYPE a><a/>',
  'half a character': '<a>\ud800</a>',
  'half a character that a parser would join to what follows': '<a>\ud800A</a>',
  'two byte order marks': '\ufeff\ufeff<a/>',
  'a byte order mark after white space': ' \ufeff<a/>',
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

const many = (count: number, part: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => part(i)).join('');

/** Each as large as it may be, and one more. */
const limits: Record<string, (over: 0 | 1) => string> = {
  elements: (over) => `<a>${'<b/>'.repeat(DEFAULT_LIMITS.maxElements - 1 + over)}</a>`,
  depth: (over) => `${'<a>'.repeat(32 + over)}${'</a>'.repeat(32 + over)}`,
  'attributes of one element': (over) => `<a${many(1_024 + over, (i) => ` b${i}=""`)}/>`,
  'attributes of all elements': (over) => `<a>${'<b c="" d=""/>'.repeat(512)}${'<b c=""/>'.repeat(over)}</a>`,
  'declarations of one element': (over) => `<a${many(256 + over, (i) => ` xmlns:b${i}="c"`)}/>`,
  'declarations of all elements': (over) => `<a>${'<b xmlns="c"/>'.repeat(256 + over)}</a>`,
  'the name of an element': (over) => `<${'a'.repeat(128 + over)}/>`,
  'the name of an attribute': (over) => `<a ${'b'.repeat(128 + over)}=""/>`,
  'a prefix': (over) => `<a xmlns:${'b'.repeat(122 + over)}="c"/>`,
  'a namespace': (over) => `<a xmlns="${'b'.repeat(256 + over)}"/>`,
  'processing instructions': (over) => `<a/>${'<?b?>'.repeat(64 + over)}`,
  octets: (over) => `<a>${'x'.repeat(65_536 - 7 + over)}</a>`,
};

for (const [name, document] of Object.entries(limits)) {
  test(`has a limit, and reads to it: ${name}`, () => {
    expect(readXml(utf8(document(0)))).toMatchObject({ ok: true });
    expect(readXml(utf8(document(1)))).toMatchObject({ ok: false });
  });
}

test('refuses bytes that are not UTF-8', () => {
  expect(readXml(Uint8Array.of(0x3c, 0x61, 0xff, 0x2f, 0x3e))).toMatchObject({ ok: false });
  expect(readXml(utf8('<a/>'))).toMatchObject({ ok: true });
});

describe('encodings', () => {
  const text = (octets: Uint8Array): string => {
    const result = readXml(octets);
    return result.ok ? result.root.text : `refused: ${result.reason}`;
  };
  const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>ä\u{1f511}</a>`;

  test('UTF-8 with a byte order mark or without', () => {
    expect(text(utf8('<a>ä\u{1f511}</a>'))).toBe('ä\u{1f511}');
    expect(text(utf8('\ufeff<a>ä\u{1f511}</a>'))).toBe('ä\u{1f511}');
    expect(text(utf8('\ufeff\ufeff<a/>'))).toMatch(/^refused/);
    expect(text(utf8('<a>\ufeffb</a>'))).toBe('\ufeffb');
  });

  test.each([true, false])('UTF-16 with its byte order mark, little-endian: %s', (little) => {
    const wide = (document: string) => utf16(document, little);
    expect(text(wide('\ufeff<a>ä\u{1f511}</a>'))).toBe('ä\u{1f511}');
    expect(text(wide(`\ufeff${declared('UTF-16')}`))).toBe('ä\u{1f511}');
    expect(text(wide(`\ufeff${declared('utf-16')}`))).toBe('ä\u{1f511}');
    // XML 1.0 §4.3.3: the mark is a must.
    expect(text(wide('<a>b</a>'))).toMatch(/^refused/);
    expect(text(wide(declared('UTF-16')))).toMatch(/^refused/);
    expect(text(wide('\ufeff\ufeff<a/>'))).toMatch(/^refused/);
    for (const other of ['UTF-8', 'UTF8', 'UTF-16LE', 'UTF-16BE', 'UTF-32', 'ISO-10646-UCS-2']) {
      expect(text(wide(`\ufeff${declared(other)}`))).toMatch(/^refused: the encoding/);
    }
    expect(text(wide('\ufeff<a>\ud800</a>'))).toMatch(/^refused/);
    expect(text(wide('\ufeff<a>\ud800A</a>'))).toMatch(/^refused/);
    expect(text(wide('\ufeff<a>\udc00</a>'))).toMatch(/^refused/);
    const whole = wide('\ufeff<a>b</a>');
    for (const odd of [whole.subarray(0, -1), Uint8Array.of(...whole, 0x20), whole.subarray(0, 3)]) {
      expect(text(odd)).toMatch(/^refused/);
    }
    expect(text(whole)).toBe('b');
  });

  test('a declaration has to be true', () => {
    for (const name of ['UTF-8', 'utf-8', 'UTF8', 'utf8'])
      expect(text(utf8(declared(name)))).toBe('ä\u{1f511}');
    for (const name of ['UTF-16', 'UTF-16LE', 'ISO-8859-1', 'US-ASCII', 'UTF-7', 'UTF_8', 'x']) {
      expect(text(utf8(declared(name)))).toMatch(/^refused: the encoding/);
    }
    expect(text(utf8(`\ufeff${declared('UTF-16')}`))).toMatch(/^refused/);
  });
});

test('comments and processing instructions stand wherever XML allows them, and say nothing', () => {
  const document = `<?xml version="1.0"?><?a?><!-- b --><c><?d e="f" ?>g<!-- <h/> -->i<?j <k> ?><l/></c><!----><?m ??><?n ]]> ?>`;
  const result = readXml(document);
  expect(result).toMatchObject({ ok: true, root: { name: 'c', text: 'gi', children: [{ name: 'l' }] } });
});

test('attributes are told apart by namespace, and only unprefixed ones are in none', () => {
  const result = readXml('<a xmlns="d" xmlns:p="n" xmlns:q="m" b="0" p:b="1" q:b="2" p:c="3"><e/></a>');
  if (!result.ok) throw new Error(result.reason);
  const { root } = result;
  expect({ ...root.attributes }).toEqual({ b: '0' });
  expect([attribute(root, 'n', 'b'), attribute(root, 'm', 'b'), attribute(root, 'n', 'c')]).toEqual([
    '1',
    '2',
    '3',
  ]);
  expect([attribute(root, 'd', 'b'), attribute(root, '', 'b'), attribute(root, 'm', 'c')]).toEqual(
    Array(3).fill(undefined),
  );
  const [inner] = root.children;
  expect({ ...inner?.attributes }).toEqual({});
  expect(attribute(inner as typeof root, 'n', 'b')).toBe(undefined);
});

test('two attributes of one name by two prefixes of one namespace are refused', () => {
  expect(readXml('<a xmlns:p="n" xmlns:q="n" p:b="1" q:b="2"/>').ok).toBe(false);
});

test('a prefix means what the nearest declaration says', () => {
  const result = readXml('<a xmlns="0" xmlns:p="1"><b/><c xmlns:p="2" xmlns=""><d xmlns:q="3"/></c><e/></a>');
  if (!result.ok) throw new Error(result.reason);
  const [b, c, e] = result.root.children as [typeof result.root, typeof result.root, typeof result.root];
  const d = c.children[0] as typeof result.root;
  expect([result.root, b, c, d, e].map((one) => namespaceOf(one, 'p'))).toEqual(['1', '1', '2', '2', '1']);
  expect([result.root, b, c, d, e].map((one) => namespaceOf(one, ''))).toEqual(['0', '0', '', '', '0']);
  expect([c, d, e].map((one) => namespaceOf(one, 'q'))).toEqual([undefined, '3', undefined]);
  for (const name of ['__proto__', 'constructor', 'r']) expect(namespaceOf(d, name)).toBe(undefined);
});

test('what XML can carry', () => {
  for (const text of ['', 'a\t\r\n', '\u{1f511}', '\ufffd', '\u0085']) expect(isXmlText(text)).toBe(true);
  for (const text of ['\u0000', '\u000b', '\ufffe', '\uffff', '\ud800', '\udc00a'])
    expect(isXmlText(text)).toBe(false);
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
