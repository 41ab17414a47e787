/**
 * What is read by scanning is what the parser reads, of every document: generated ones, and what is left of them after some octets were
 * changed. TEST_LONG=1 compares a million.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amount } from '../../../test/harness/randomness.ts';
import { readPlain } from '../src/plain.ts';
import { attribute, child, DEFAULT_LIMITS, parseAny, readXml, type XmlElement } from '../src/xml.ts';

const DOCUMENTS = amount({ usual: 50_000, long: 1_000_000 });
const LIMITS = {
  ...DEFAULT_LIMITS,
  maxDepth: 4,
  maxElements: 8,
  maxAttributes: 6,
  maxDeclarations: 4,
  maxName: 12,
  maxNamespace: 40,
};

const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';

/** All that callers can see of an element. */
function seen({
  name,
  namespace,
  attributes,
  qualifiedAttributes,
  scope,
  children,
  text,
}: XmlElement): unknown {
  const declared: Record<string, string>[] = [];
  for (let at: typeof scope | undefined = scope; at; at = at.outer) declared.push({ ...at.declared });
  return [name, namespace, { ...attributes }, qualifiedAttributes, declared, children.map(seen), text];
}

/** @returns whether it was plain */
function compare(document: string): boolean {
  const plain = readPlain(document, LIMITS);
  if (!plain) return false;
  const parsed = parseAny(document, 'utf-8', LIMITS);
  if (!parsed.ok) throw new Error(`${parsed.reason}: ${JSON.stringify(document)}`);
  // Compared as text: as values it would be the slowest part of a million.
  const [a, b] = [JSON.stringify(seen(plain)), JSON.stringify(seen(parsed.root))];
  if (a !== b) expect({ document, read: a }).toEqual({ document, read: b });
  return true;
}

/** One that is plain, as a rule. */
const mostly = (plain: readonly string[], odd: readonly string[]) =>
  fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...plain) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
const names = mostly(
  ['a', 'b', 'A1', '_', 'x-y.z', '__proto__', 'constructor'],
  ['xml', 'xmlns', 'abcdefghijklm', '1', ''],
);
const prefixed = fc.oneof(
  { weight: 6, arbitrary: names },
  {
    weight: 1,
    arbitrary: fc.tuple(mostly(['p', 'q'], ['xml', 'xmlns', '']), names).map((parts) => parts.join(':')),
  },
);
const values = mostly(
  ['', '1', 'urn:a', 'urn:b', 'a b', '>'],
  [' urn:a ', "'", '"', 'a\tb', ']]>', '&amp;', 'ä', '<', XML, `${XML}x`, XMLNS, 'x'.repeat(41)],
);
const spaces = mostly([' ', '\n\t '], ['', '\r']);
const attributes = fc
  .tuple(
    spaces,
    fc.oneof(prefixed, mostly(['xmlns', 'xmlns:p', 'xmlns:q'], ['xmlns:xml', 'xmlns:xmlns'])),
    mostly(['='], [' = ', '']),
    mostly(['"', "'"], ['']),
    values,
  )
  .map(([space, name, equals, quote, value]) => `${space}${name}${equals}${quote}${value}${quote}`);
const text = mostly(
  ['', 'text', ' ', '\n  ', '>', ']]'],
  ['\r\n', ']]>', '&lt;', '&x;', '<!-- c -->', '<?p i?>', '<![CDATA[<]]>', 'ö', '\u0001', '\ufffe', '\u0085'],
);
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      prefixed,
      fc.array(attributes, { maxLength: 3 }),
      spaces,
      fc.array(fc.oneof({ maxDepth: 3 }, text, tie('element')), { maxLength: 3 }),
      fc.boolean(),
    )
    .map(([name, given, space, inside, empty]) =>
      empty
        ? `<${name}${given.join('')}${space}/>`
        : `<${name}${given.join('')}>${inside.join('')}</${name}${space}>`,
    ),
}));
const heads = mostly(
  [
    '',
    '<?xml version="1.0"?>',
    "<?xml version='1.0' encoding='utf-8'?>\n",
    '<?xml version="1.0" encoding="UTF-8"?>',
  ],
  [
    '<?xml version="1.1"?>',
    '<?xml version="1.0" encoding="x"?>',
    '\ufeff',
    '\n',
    '<!DOCTYPE a>',
    '<?xml version="1.0"?><?xml version="1.0"?>',
  ],
);
const documents = fc
  .tuple(heads, element, mostly(['', '\n'], ['x', '<a/>', '</a>']))
  .map((parts) => parts.join(''));

/** Characters that mean something, put somewhere, in place of some others. */
const changes = fc.array(
  fc.tuple(
    fc.nat(),
    fc.nat({ max: 3 }),
    fc.constantFrom(
      '<',
      '>',
      '/',
      '"',
      "'",
      '=',
      ' ',
      ':',
      '&',
      '!',
      '?',
      'a',
      'p:',
      'xmlns',
      '</',
      '/>',
      ']]>',
      '\u0000',
      '',
    ),
  ),
  { minLength: 1, maxLength: 3 },
);
const changed = (document: string, edits: readonly (readonly [number, number, string])[]): string =>
  edits.reduce((before, [where, length, put]) => {
    const at = where % (before.length + 1);
    return before.slice(0, at) + put + before.slice(at + length);
  }, document);

describe('what is read by scanning', () => {
  test('is what the parser reads, and nothing that it refuses', { timeout: 60_000 + DOCUMENTS }, () => {
    let plain = 0;
    fc.assert(
      fc.property(documents, changes, (document, edits) => {
        if (compare(document)) plain += 1;
        if (compare(changed(document, edits))) plain += 1;
      }),
      { numRuns: DOCUMENTS / 2 },
    );
    // Enough of both, or it says little.
    expect(plain).toBeGreaterThan(DOCUMENTS / 20);
    expect(plain).toBeLessThan(DOCUMENTS * 0.9);
  });

  test('a message of CT-KIP is plain', () => {
    const document =
      '<?xml version="1.0" encoding="UTF-8"?><ct-kip:ClientHello xmlns:ct-kip="urn:c" xmlns:xsi="urn:x" Version="1.0">\n<SupportedKeyTypes><Algorithm>urn:k</Algorithm></SupportedKeyTypes><Extension xsi:type="ct-kip:OtherType"/></ct-kip:ClientHello>';
    const root = readPlain(document, DEFAULT_LIMITS);
    expect(root && seen(root)).toEqual(seen((readXml(document) as { root: XmlElement }).root));
    expect(root && attribute(child(root, 'Extension') as XmlElement, 'urn:x', 'type')).toBe(
      'ct-kip:OtherType',
    );
  });

  test.each([
    '<a>&lt;</a>',
    '<a>\r\n</a>',
    '<a><!-- --></a>',
    '<a xml:lang="de"/>',
    '<a b="\n"/>',
    '<a>ä</a>',
  ])('leaves to the parser what needs more: %j', (document) => {
    expect(readPlain(document, DEFAULT_LIMITS)).toBe(undefined);
    expect(readXml(document).ok).toBe(true);
  });
});
