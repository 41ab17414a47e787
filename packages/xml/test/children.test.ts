/** A document child by child: what comes is what the reader of whole documents sees, however the octets arrive, and what it refuses is refused. */
import { readXml, type XmlElement } from '@sower/xml';
import { readChildren, UnreadableXml, type XmlPiece } from '@sower/xml/children';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const LONGEST = 20_000;

async function* inChunks(octets: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size);
}
async function collected(octets: Uint8Array, size = 65_536): Promise<XmlPiece[]> {
  const pieces: XmlPiece[] = [];
  for await (const piece of readChildren(inChunks(octets, size), LONGEST)) pieces.push(piece);
  return pieces;
}
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
function utf16(text: string): Uint8Array {
  const octets = new Uint8Array(text.length * 2 + 2);
  const view = new DataView(octets.buffer);
  view.setUint16(0, 0xfeff, true);
  for (let at = 0; at < text.length; at += 1) view.setUint16(2 * at + 2, text.charCodeAt(at), true);
  return octets;
}

/** Name, namespace, attributes, text and children: all that a reader uses. */
const plain = ({ name, namespace, attributes, text, children }: XmlElement): unknown => [
  name,
  namespace,
  { ...attributes },
  text,
  children.map(plain),
];
function childrenOf(document: Uint8Array | string): unknown[] {
  const read = readXml(document);
  if (!read.ok) throw new Error(read.reason);
  return read.root.children.map(plain);
}
/** Each child read by itself, in the root's tags. */
function together(pieces: readonly XmlPiece[]): unknown[] {
  const [first, ...rest] = pieces;
  if (!first || !('root' in first)) throw new Error('no root');
  return rest.flatMap((piece) =>
    'child' in piece ? childrenOf(first.root.start + piece.child.source + first.root.end) : [],
  );
}

const child = fc.constantFrom(
  '<TKN/>',
  '<TKN a="&gt;<>\'" >1</TKN>'.replace('<>', '&lt;>'),
  '<b:TKN xmlns:c="u"><c:x>\u{1f511} \u00e4</c:x></b:TKN >',
  '<x><![CDATA[</x><y>]]></x>',
  '<x>\r\n a\rb <!-- </x> <z> --> <?p </x> ?> &#x41;&amp;</x>',
  '<long-name-of-an-element a="1"\r\n b=\'2\'><in/><in>\u20ac</in></long-name-of-an-element>',
);
const between = fc.constantFrom('', '\r\n', ' text ', '<!-- <TKN> -->', '<?p <TKN?>', '<![CDATA[<TKN>]]>');

test('the children are those of the document, however its octets arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(between, child), { maxLength: 30 }),
      between,
      fc.integer({ min: 2, max: 90 }),
      fc.boolean(),
      async (children, last, size, wide) => {
        const text = `<?xml version="1.0"?>\r\n<!-- <root> --><b:root xmlns="d" xmlns:b='b' c=">">${children.flat().join('')}${last}</b:root>\n`;
        const octets = wide ? utf16(text) : utf8(text);
        const pieces = await collected(octets, size);
        expect(together(pieces)).toEqual(childrenOf(octets));
        expect(pieces).toHaveLength(children.length + 1);
        // Nothing of what stands between them.
        for (const piece of pieces)
          expect('root' in piece ? piece.root.start : piece.child.source).toMatch(/^<[^!?][\s\S]*>$/);
      },
    ),
    { seed: 4758, numRuns: 300 },
  );
});

const WHOLE = '<r><a>1</a><a>2</a></r>';
test.each([
  ['cut in a child', '<r><a>1</a><a>2</'],
  ['cut between children', '<r><a>1</a>'],
  ['cut in the last tag', '<r><a>1</a></r'],
  ['a second root', `${WHOLE}<r/>`],
  ['text behind it', `${WHOLE} more`],
  ['a document type', `<!DOCTYPE r [<!ENTITY x "y">]>${WHOLE}`],
  ['an entity in the middle', '<r><a>1</a><a>&x;</a></r>'],
  ['a document type in the middle', '<r><a>1</a><!DOCTYPE r><a>2</a></r>'],
  ['tags that cross', '<r><a>1</a><a><b></a></b></r>'],
  ['an undeclared prefix', '<r><a>1</a><x:a/></r>'],
  ['another encoding', `<?xml version="1.0" encoding="UTF-16"?>${WHOLE}`],
  ['XML 1.1', `<?xml version="1.1"?>${WHOLE}`],
  ['deep', `<r><a>1</a>${'<b>'.repeat(40)}${'</b>'.repeat(40)}</r>`],
  ['a long name', `<r><${'a'.repeat(200)}/></r>`],
  ['nothing', ' '],
])('refuses: %s', async (_, text) => {
  expect(readXml(text).ok).toBe(false);
  for (const size of [2, 7, 65_536]) await expect(collected(utf8(text), size)).rejects.toThrow(UnreadableXml);
});

test('refuses octets that are not of its encoding, half a character at the end among them', async () => {
  const octets = utf8('<r><a>\u20ac</a></r>');
  await expect(collected(octets.map((octet) => (octet === 0x82 ? 0xff : octet)))).rejects.toThrow(
    'not UTF-8',
  );
  await expect(collected(octets.subarray(0, 8))).rejects.toThrow('not UTF-8');
});

test.each([
  ['a child', '<r><a>1</a><a>', 'x'],
  ['a comment', '<r><a>1</a><!--', 'x'],
  ['white space', '<r><a>1</a>', ' '],
  ['a start tag', '<r', ' '],
  ['an attribute', '<r><a b="', 'x'],
  ['what stands before the root', '', '\n'],
])('does not read on in %s that does not end, and says where', async (_, begin, more) => {
  let read = 0;
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    yield utf8(`${begin}${more}${more}`);
    for (; read < 1_000_000; read += 1_000) yield utf8(more.repeat(1_000));
  };
  const all = (async () => {
    for await (const _piece of readChildren(endless(), LONGEST));
  })();
  await expect(all).rejects.toThrow('too long');
  expect(read).toBeLessThan(100_000);
});

test('says in which line it is not well-formed', async () => {
  await expect(collected(utf8('<r>\n<a/>\r\n<b></a>\n</r>'))).rejects.toMatchObject({ line: 3 });
});
