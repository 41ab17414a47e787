/**
 * XML as hostile input: a reader that refuses what the formats here never need, and an escaping writer.
 *
 * The reader knows no DTD, no entities but XML's five, no processing instruction but the declaration, and stops at a size and a
 * depth. It never throws on input: every refusal is a value. It does not validate against a schema.
 */
import { SaxesParser } from 'saxes';

/** One element. `name` is the local name, `text` the concatenated character data directly inside it, untrimmed. */
export type XmlElement = {
  readonly name: string;
  /** Namespace URI, `''` when the element is in none. */
  readonly namespace: string;
  /** Attributes by local name; on a clash of namespaces the unprefixed one wins. Namespace declarations are left out. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Namespace prefixes in force here, to resolve QNames in values such as `xsi:type`. */
  readonly prefixes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
};

export type XmlLimits = {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxElements: number;
};

/** Ample for every message of CT-KIP and for one sdtid token; a batch file asks for more. */
export const DEFAULT_LIMITS: XmlLimits = { maxBytes: 65_536, maxDepth: 32, maxElements: 1_024 };

export type XmlResult =
  | { readonly ok: true; readonly root: XmlElement }
  | { readonly ok: false; readonly reason: string };

class Refusal extends Error {}

type Building = {
  name: string;
  namespace: string;
  attributes: Record<string, string>;
  prefixes: Record<string, string>;
  children: Building[];
  text: string;
};

/**
 * Reads a document. Bytes must be UTF-8 (a byte order mark is allowed); a declaration naming another encoding is refused,
 * since decoding has already happened by then and a disagreement hides content from one of the two readers.
 */
export function readXml(input: Uint8Array | string, limits: XmlLimits = DEFAULT_LIMITS): XmlResult {
  let source: string;
  if (typeof input === 'string') {
    if (input.length > limits.maxBytes) return { ok: false, reason: 'document too large' };
    source = input;
  } else {
    if (input.length > limits.maxBytes) return { ok: false, reason: 'document too large' };
    try {
      source = new TextDecoder('utf-8', { fatal: true }).decode(input);
    } catch {
      return { ok: false, reason: 'not UTF-8' };
    }
  }

  const parser = new SaxesParser({ xmlns: true, position: false });
  const stack: Building[] = [];
  let root: Building | undefined;
  let elements = 0;
  const refuse = (reason: string): never => {
    throw new Refusal(reason);
  };

  parser.on('error', (error) => refuse(error.message));
  parser.on('doctype', () => refuse('document type declarations are not accepted'));
  parser.on('processinginstruction', () => refuse('processing instructions are not accepted'));
  parser.on('xmldecl', (declaration) => {
    if (declaration.version !== undefined && declaration.version !== '1.0')
      refuse('only XML 1.0 is accepted');
    if (declaration.encoding !== undefined && declaration.encoding.toLowerCase() !== 'utf-8') {
      refuse('only UTF-8 is accepted');
    }
  });
  parser.on('opentag', (tag) => {
    elements += 1;
    if (elements > limits.maxElements) refuse('too many elements');
    if (stack.length >= limits.maxDepth) refuse('nested too deeply');
    const parent = stack.at(-1);
    const attributes: Record<string, string> = Object.create(null);
    for (const attribute of Object.values(tag.attributes)) {
      if (attribute.prefix === 'xmlns' || attribute.name === 'xmlns') continue;
      if (attribute.prefix === '' || !(attribute.local in attributes))
        attributes[attribute.local] = attribute.value;
    }
    // Sharing the parent's map where nothing is declared keeps memory linear in the document.
    const prefixes =
      Object.keys(tag.ns ?? {}).length === 0 && parent
        ? parent.prefixes
        : Object.assign(Object.create(null), parent?.prefixes, tag.ns);
    const element: Building = {
      name: tag.local,
      namespace: tag.uri,
      attributes,
      prefixes,
      children: [],
      text: '',
    };
    if (parent) parent.children.push(element);
    else root = element;
    stack.push(element);
  });
  parser.on('closetag', () => {
    stack.pop();
  });
  const characters = (text: string): void => {
    const current = stack.at(-1);
    if (current) current.text += text;
  };
  parser.on('text', characters);
  parser.on('cdata', characters);

  try {
    parser.write(source).close();
  } catch (error) {
    // saxes reports through the handler above; anything else it throws is as much the document's fault.
    return { ok: false, reason: error instanceof Error ? error.message : 'not well-formed' };
  }
  return root ? { ok: true, root } : { ok: false, reason: 'no root element' };
}

/** The first child with this local name, whatever its namespace (wire formats here disagree on qualification). */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((candidate) => candidate.name === name);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** Escapes character data; a carriage return survives line-end normalisation. */
export function escapeText(text: string): string {
  return withoutForbidden(text).replace(/[&<>\r]/g, (character) => ESCAPES[character] as string);
}

/** Escapes an attribute value written in double quotes; line feeds and tabs survive attribute normalisation. */
export function escapeAttribute(value: string): string {
  return escapeText(value)
    .replace(/"/g, '&quot;')
    .replace(/[\t\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Characters XML 1.0 cannot carry at all become U+FFFD: a document that no reader takes would help nobody. */
function withoutForbidden(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly the ones XML 1.0 §2.2 forbids
    /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g,
    '\uFFFD',
  );
}
