/**
 * The children of the root of a long document, one after the other, as they stand in the text: for documents that are not read as a whole.
 *
 * Refuses what xml.ts refuses. That a document is well-formed to its end is known only when the last child has been taken: what is done with
 * those before has to wait for it. Holds no more of the document than one child.
 */
import { SaxesParser } from 'saxes';
import { decoder, type Encoding, labelOf, mayDeclare } from './encoding.ts';
import { DEFAULT_LIMITS } from './xml.ts';

export type XmlChild = {
  /** Without its prefix. */
  readonly name: string;
  /** From its start tag to its end tag. */
  readonly source: string;
  /** In which it ends, from 1. */
  readonly line: number;
};

export type XmlPiece =
  /** Start tag and end tag of the root: whatever of its children stands between them is a document. Comes first. */
  { readonly root: { readonly start: string; readonly end: string } } | { readonly child: XmlChild };

/** A document that cannot be read, or not to its end. */
export class UnreadableXml extends Error {
  /** From 1. */
  readonly line: number;
  constructor(reason: string, line: number) {
    super(reason);
    this.line = line;
  }
}

/**
 * @param octets the first ones have the byte order mark, if there is one
 * @param longest characters of a child, of the start tag of the root, and of what stands between two of them
 * @throws UnreadableXml
 */
export async function* readChildren(
  octets: AsyncIterable<Uint8Array>,
  longest: number,
): AsyncGenerator<XmlPiece, void> {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const found: XmlPiece[] = [];
  /** What is not cut off yet, and where in the document it begins. */
  let text = '';
  let begin = 0;
  let depth = 0;
  let name = '';
  let encoding: Encoding = 'utf-8';
  const refuse = (reason: string): never => {
    throw new UnreadableXml(reason, parser.line);
  };
  const cut = (): string => {
    const end = parser.position - begin;
    const source = text.slice(0, end);
    text = text.slice(end);
    begin += end;
    return source;
  };

  parser.on('error', ({ message }) => refuse(message));
  parser.on('doctype', () => refuse('document type declarations are not accepted'));
  parser.on('xmldecl', (declaration) => {
    if (declaration.version !== undefined && declaration.version !== '1.0')
      refuse('only XML 1.0 is accepted');
    if (declaration.encoding !== undefined && !mayDeclare(encoding, declaration.encoding))
      refuse('the encoding is not the one declared');
  });
  parser.on('opentagstart', (tag) => {
    if (depth >= DEFAULT_LIMITS.maxDepth) refuse('nested too deeply');
    if (tag.name.length > DEFAULT_LIMITS.maxName) refuse('a name is too long');
    if (depth > 1) return;
    // What stands before it is no part of it. A name has no `<`, and nothing behind it is read yet.
    const start = text.lastIndexOf('<', parser.position - begin - 1);
    text = text.slice(start);
    begin += start;
  });
  parser.on('opentag', (tag) => {
    if (depth === 0) found.push({ root: { start: cut(), end: tag.isSelfClosing ? '' : `</${tag.name}>` } });
    else if (depth === 1) name = tag.local;
    depth += 1;
  });
  parser.on('closetag', () => {
    depth -= 1;
    if (depth === 1) found.push({ child: { name, source: cut(), line: parser.line } });
  });

  const write = (chunk: string): void => {
    text += chunk;
    parser.write(chunk);
    if (text.length > longest) refuse('a part of the document is too long');
  };
  let decoding: TextDecoder | undefined;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined
        ? (decoding?.decode() ?? '')
        : (decoding?.decode(chunk, { stream: true }) ?? '');
    } catch {
      return refuse('not UTF-8 or UTF-16');
    }
  };
  for await (const chunk of octets) {
    if (!decoding) {
      const { label, encoding: seen } = labelOf(chunk);
      decoding = decoder(label);
      encoding = seen;
    }
    const decoded = decode(chunk);
    for (let at = 0; at < decoded.length; at += SLICE) {
      write(decoded.slice(at, at + SLICE));
      yield* found.splice(0);
    }
  }
  write(decode());
  parser.close();
  yield* found;
}

/** Characters that are read at once: by so many more than allowed a part may be before that is noticed. */
const SLICE = 16_384;
