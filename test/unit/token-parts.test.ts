/** A long file of tokens in parts: together they are the file, record by record and line by line, however its octets arrive. */
import { recognizeDelimiter } from '@sower/api/csv';
import { readTokenCsv } from '@sower/api/token-file';
import { EndlessRecord, type LineReading, partsOf, type TokenPart } from '@sower/api/token-parts';
import fc from 'fast-check';
import { expect, test } from 'vitest';

async function* inChunks(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}
async function collected(parts: AsyncIterable<TokenPart>): Promise<TokenPart[]> {
  const all: TokenPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
}
async function parts(text: string, reading: LineReading, size = 65_536): Promise<TokenPart[]> {
  return collected(partsOf(inChunks(text, size), reading));
}
type Row = { readonly line: number; readonly cells: object };
function rowsOf(text: string, reading: LineReading, line = 1): Row[] {
  const file = readTokenCsv(text, reading);
  if (!file.ok) throw new Error(file.missing);
  return Array.from(file.rows(), (row) => ({ line: row.line + line - 1, cells: row.cells }));
}

const note = fc.string({
  unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ' ', '\u{1f511}', '#'),
  maxLength: 400,
});
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

test.each([
  ['with a header', 'serial,seed,type,note'],
  ['by order', undefined],
])('CSV %s: the parts read as the whole', async (_, header) => {
  const long = fc.array(note, { minLength: 300, maxLength: 600 });
  await fc.assert(
    fc.asyncProperty(long, fc.integer({ min: 1_000, max: 70_000 }), async (notes, size) => {
      const rows = notes.map((text, index) =>
        header === undefined
          ? `ada,S-${index},${'00'.repeat(20)},totp,6,30,${quoted(text)}`
          : `S-${index},${'00'.repeat(20)},totp,${quoted(text)}`,
      );
      const text = [...(header === undefined ? ['# version: 2'] : [header]), ...rows, ''].join('\r\n');
      const reading: LineReading = { format: 'csv', delimiter: ',' };
      const found = await parts(text, reading, size);
      const together = found.flatMap((part) => rowsOf(part.text, reading, part.line));
      expect(together).toEqual(rowsOf(text, reading));
      for (const part of found) {
        expect(part.count).toBe(rowsOf(part.text, reading).length);
        expect(part.text.length).toBeLessThan(40_000);
      }
    }),
    // Simpler files would be looked for until the next day.
    { seed: 4758, numRuns: 20, endOnFailure: true },
  );
});

test('the parts of a file are the same each time, and a list of links is cut at its lines', async () => {
  const links = Array.from({ length: 3_000 }, (_, at) => `otpauth://totp/A:${at}?secret=GEZDGNBVGY3TQOJQ\n`);
  const text = `# links\n\n${links.join('')}`;
  const reading: LineReading = { format: 'otpauth', delimiter: ',' };
  const found = await parts(text, reading);
  expect(found.length).toBeGreaterThan(3);
  expect(await parts(text, reading, 1_000)).toEqual(found);
  expect(found.map(({ text: each }) => each).join('')).toBe(text);
  expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(3_000);
  for (const { text: each, line } of found) expect(text.split('\n')[line - 1]).toBe(each.split('\n')[0]);
});

test('a quotation mark that is never closed ends the upload, and not the memory', async () => {
  const text = `serial,seed,note\n${'S,00,x\n'.repeat(6_000)}S-X,00,"${'never closed '.repeat(100_000)}`;
  const reading: LineReading = { format: 'csv', delimiter: recognizeDelimiter(text) };
  let read = 0;
  const chunks = async function* (): AsyncGenerator<string> {
    for await (const chunk of inChunks(text, 65_536)) {
      read += chunk.length;
      yield chunk;
    }
  };
  const all = collected(partsOf(chunks(), reading));
  await expect(all).rejects.toThrow(EndlessRecord);
  await expect(all).rejects.toMatchObject({ line: 6_002 });
  expect(read).toBeLessThan(500_000);
});
