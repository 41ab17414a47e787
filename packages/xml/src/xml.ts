/**
 * XML as hostile input: a reader that refuses what the formats here never need, and an escaping writer.
 *
 * The reader knows no DTD and no entities but XML's five, ignores comments and processing instructions, and its work is linear in the size
 * of the document: everything that could multiply has a limit. It never throws on input: every refusal is a value. It does not validate
 * against a schema.
 */
import { SaxesParser } from 'saxes';
import {
  type Building,
  NO_ATTRIBUTES,
  NO_QUALIFIED,
  type Scope,
  unnamed,
  type XmlElement,
  type XmlLimits,
} from './element.ts';
import { decodeXml, type Encoding, mayDeclare } from './encoding.ts';
import { readPlain } from './plain.ts';

export type { QualifiedAttribute, Scope, XmlElement, XmlLimits } from './element.ts';

/** Ample for every CT-KIP message and for one sdtid token; a batch file needs more. */
export const DEFAULT_LIMITS: XmlLimits = {
  maxBytes: 65_536,
  maxDepth: 32,
  maxElements: 1_024,
  maxAttributes: 1_024,
  maxDeclarations: 256,
  maxName: 128,
  maxNamespace: 256,
  maxInstructions: 64,
};

export type XmlResult =
  | { readonly ok: true; readonly root: XmlElement }
  | { readonly ok: false; readonly reason: string };

class Refusal extends Error {}

/**
 * Reads a document. Octets are UTF-8 or UTF-16 (encoding.ts); a declaration that says otherwise is refused, since a disagreement hides
 * content from one of two readers. In a string there is nothing left to decode, and it may declare UTF-8.
 */
export function readXml(input: Uint8Array | string, limits: XmlLimits = DEFAULT_LIMITS): XmlResult {
  if (input.length > limits.maxBytes) return { ok: false, reason: 'document too large' };
  if (typeof input !== 'string') {
    const decoded = decodeXml(input);
    return decoded
      ? parse(decoded.text, decoded.encoding, limits)
      : { ok: false, reason: 'not UTF-8 or UTF-16' };
  }
  return input.isWellFormed() ? parse(input, 'utf-8', limits) : { ok: false, reason: 'half a character' };
}

function parse(source: string, encoding: Encoding, limits: XmlLimits): XmlResult {
  const plain = encoding === 'utf-8' ? readPlain(source, limits) : undefined;
  return plain ? { ok: true, root: plain } : parseAny(source, encoding, limits);
}

/** Reads any document with the parser. Tests compare the results of plain.ts with this. */
export function parseAny(source: string, encoding: Encoding, limits: XmlLimits): XmlResult {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const stack: Building[] = [];
  let root: Building | undefined;
  let elements = 0;
  let attributes = 0;
  let declarations = 0;
  let instructions = 0;
  /** For the current start tag: whether it has attributes, and declarations. */
  let attributed = false;
  let declares = false;
  const refuse = (reason: string): never => {
    throw new Refusal(reason);
  };

  parser.on('error', (error) => refuse(error.message));
  parser.on('doctype', () => refuse('document type declarations are not accepted'));
  parser.on('processinginstruction', () => {
    instructions += 1;
    if (instructions > limits.maxInstructions) refuse('too many processing instructions');
  });
  parser.on('xmldecl', (declaration) => {
    if (declaration.version !== undefined && declaration.version !== '1.0')
      refuse('only XML 1.0 is accepted');
    if (declaration.encoding !== undefined && !mayDeclare(encoding, declaration.encoding))
      refuse('the encoding is not the one declared');
  });
  // Limits are checked as the parser goes along, before it resolves names: that is where work would multiply.
  parser.on('opentagstart', (tag) => {
    elements += 1;
    attributed = false;
    declares = false;
    if (elements > limits.maxElements) refuse('too many elements');
    if (stack.length >= limits.maxDepth) refuse('nested too deeply');
    if (tag.name.length > limits.maxName) refuse('a name is too long');
  });
  parser.on('attribute', ({ name, prefix, value }) => {
    attributes += 1;
    attributed = true;
    if (attributes > limits.maxAttributes) refuse('too many attributes');
    if (name.length > limits.maxName) refuse('a name is too long');
    if (prefix !== 'xmlns' && name !== 'xmlns') return;
    declarations += 1;
    declares = true;
    if (declarations > limits.maxDeclarations) refuse('too many namespace declarations');
    if (value.length > limits.maxNamespace) refuse('a namespace is too long');
  });
  parser.on('opentag', (tag) => {
    const parent = stack.at(-1);
    const element = unnamed(parent?.scope);
    element.name = tag.local;
    element.namespace = tag.uri;
    // Never a copy of what is in scope around it: elements times declarations is more than linear.
    if (declares) element.scope = { declared: tag.ns, outer: element.scope };
    if (attributed) {
      for (const key in tag.attributes) {
        const { name, prefix, local, uri, value } = tag.attributes[key] as (typeof tag.attributes)[string];
        if (prefix === 'xmlns' || name === 'xmlns') continue;
        if (prefix === '') {
          if (element.attributes === NO_ATTRIBUTES) element.attributes = Object.create(null);
          element.attributes[name] = value;
        } else {
          if (element.qualifiedAttributes === NO_QUALIFIED) element.qualifiedAttributes = [];
          element.qualifiedAttributes.push({ namespace: uri, name: local, value });
        }
      }
    }
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
    // saxes reports through the handler above; anything else it throws is the document's fault too.
    return { ok: false, reason: error instanceof Error ? error.message : 'not well-formed' };
  }
  return root ? { ok: true, root } : { ok: false, reason: 'no root element' };
}

/** The value of the attribute with this name in this namespace. */
export function attribute(element: XmlElement, namespace: string, name: string): string | undefined {
  return element.qualifiedAttributes.find((one) => one.name === name && one.namespace === namespace)?.value;
}

/** The namespace that a prefix stands for at an element, to resolve QNames in values such as `xsi:type`; `''` is the default one. */
export function namespaceOf(element: XmlElement, prefix: string): string | undefined {
  for (let scope: Scope | undefined = element.scope; scope; scope = scope.outer) {
    const namespace = scope.declared[prefix];
    if (namespace !== undefined) return namespace;
  }
  return undefined;
}

/** The first child with this local name, whatever its namespace (wire formats here disagree on qualification). */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((candidate) => candidate.name === name);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** Most of what is written, such as names, numbers and Base64: nothing of it is escaped. */
const UNESCAPED = /^[ !#-%'-;=?-~]*$/;

/** Escapes character data; carriage returns survive line-end normalization. */
export function escapeText(text: string): string {
  if (UNESCAPED.test(text)) return text;
  return withoutForbidden(text).replace(/[&<>\r]/g, (character) => ESCAPES[character] as string);
}

/** Escapes an attribute value for double quotes; line feeds and tabs survive attribute normalization. */
export function escapeAttribute(value: string): string {
  if (UNESCAPED.test(value)) return value;
  return escapeText(value)
    .replace(/"/g, '&quot;')
    .replace(/[\t\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What XML 1.0 §2.2 cannot represent, including halves of characters. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly the forbidden ones
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const EVERY_FORBIDDEN = new RegExp(FORBIDDEN, 'g');

/** Whether XML 1.0 can represent a text unchanged. */
export function isXmlText(text: string): boolean {
  return !FORBIDDEN.test(text);
}

/**
 * What XML cannot represent becomes U+FFFD: a document that no reader accepts would be of no use. Use {@link isXmlText} where that matters.
 */
function withoutForbidden(text: string): string {
  return text.replace(EVERY_FORBIDDEN, '\uFFFD');
}
