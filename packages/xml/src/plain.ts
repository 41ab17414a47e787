/**
 * Reads the plain documents that clients send, by scanning: ASCII, elements, attributes and text, and nothing else. It leaves everything
 * else, well-formed or not, to the parser behind it (xml.ts), which reads or refuses it. What it does read, it reads as that parser does.
 */
import {
  type Building,
  type QualifiedAttribute,
  type Scope,
  unnamed,
  type XmlElement,
  type XmlLimits,
} from './element.ts';

// Only the parser normalizes line ends, resolves references, and removes comments, instructions and CDATA sections.
const NOT_PLAIN = /[^\t\n\x20-%'-~]|<!|]]>/;
const DECLARATION = /<\?xml version=(["'])1\.0\1(?: encoding=(["'])[Uu][Tt][Ff]-?8\2)?\?>/y;
const START = /<([A-Za-z_][\w.-]*)(?::([A-Za-z_][\w.-]*))?/y;
const ATTRIBUTE = /[ \t\n]+([A-Za-z_][\w.-]*)(?::([A-Za-z_][\w.-]*))?=(?:"([^"<\t\n]*)"|'([^'<\t\n]*)')/y;
const END_OF_START = /[ \t\n]*(\/?)>/y;
const END = /<\/([A-Za-z_][\w.:-]*)[ \t\n]*>/y;
const NOT_SPACE = /[^ \t\n]/;
/** What a namespace can be called here; the two of XML itself have rules of their own. */
const NAMESPACE = /^(?!http:\/\/www\.w3\.org\/(?:XML\/1998\/namespace|2000\/xmlns))[!-~]*$/;

/** @returns undefined for what is not plain, not well-formed, or beyond the limits */
export function readPlain(source: string, limits: XmlLimits): XmlElement | undefined {
  if (NOT_PLAIN.test(source)) return undefined;
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) at = pattern.lastIndex;
    return found;
  };
  match(DECLARATION);
  const open: Building[] = [];
  const names: string[] = [];
  let root: Building | undefined;
  let elements = 0;
  let attributes = 0;
  let declarations = 0;

  for (;;) {
    const next = source.indexOf('<', at);
    const text = next < 0 ? source.slice(at) : source.slice(at, next);
    const current = open.at(-1);
    if (current) current.text += text;
    else if (NOT_SPACE.test(text)) return undefined;
    if (next < 0) return current ? undefined : root;
    at = next;

    if (source.charCodeAt(at + 1) === 0x2f) {
      const end = match(END);
      if (!end || end[1] !== names.pop()) return undefined;
      open.pop();
      continue;
    }
    const start = match(START);
    if (!start || (root && !current)) return undefined;
    elements += 1;
    if (elements > limits.maxElements || open.length >= limits.maxDepth) return undefined;
    const element: Building = unnamed(current?.scope);
    const given: RegExpExecArray[] = [];
    let declared: Record<string, string> | undefined;
    for (let found = match(ATTRIBUTE); found; found = match(ATTRIBUTE)) {
      const [, prefixOrName = '', local] = found;
      const value = found[3] ?? (found[4] as string);
      attributes += 1;
      if (attributes > limits.maxAttributes || qualified(prefixOrName, local).length > limits.maxName)
        return undefined;
      if (prefixOrName !== 'xmlns') {
        given.push(found);
        continue;
      }
      declarations += 1;
      const prefix = local ?? '';
      declared ??= Object.create(null) as Record<string, string>;
      if (
        declarations > limits.maxDeclarations ||
        value.length > limits.maxNamespace ||
        !NAMESPACE.test(value) ||
        prefix in declared ||
        // Version 1.0 does not allow undeclaring a prefix, and no one declares XML's own.
        (prefix !== '' && value === '') ||
        isXmls(prefix)
      )
        return undefined;
      declared[prefix] = value;
    }
    if (declared) element.scope = { declared, outer: element.scope };
    const name = qualified(start[1] as string, start[2]);
    if (name.length > limits.maxName) return undefined;
    const namespace = resolve(element.scope, start[2] === undefined ? '' : (start[1] as string));
    if (namespace === undefined) return undefined;
    element.name = start[2] ?? (start[1] as string);
    element.namespace = namespace;
    if (given.length > 0 && !addAttributes(element, given)) return undefined;

    const end = match(END_OF_START);
    if (!end) return undefined;
    if (current) current.children.push(element);
    else root = element;
    if (end[1] === '') {
      open.push(element);
      names.push(name);
    }
  }
}

const isXmls = (prefix: string): boolean => prefix === 'xml' || prefix === 'xmlns';
const qualified = (prefixOrName: string, local: string | undefined): string =>
  local === undefined ? prefixOrName : `${prefixOrName}:${local}`;

/** @returns undefined for a prefix that is not declared in scope */
function resolve(innermost: Scope, prefix: string): string | undefined {
  if (isXmls(prefix)) return undefined;
  for (let scope: Scope | undefined = innermost; scope; scope = scope.outer) {
    const namespace = scope.declared[prefix];
    if (namespace !== undefined) return namespace;
  }
  return prefix === '' ? '' : undefined;
}

/** @returns false if two are the same, or a prefix is not declared */
function addAttributes(element: Building, given: readonly RegExpExecArray[]): boolean {
  const plain: Record<string, string> = Object.create(null);
  const others: QualifiedAttribute[] = [];
  const seen = new Set<string>();
  for (const [, prefixOrName = '', local, double, single] of given) {
    const value = double ?? (single as string);
    if (local === undefined) {
      if (prefixOrName in plain) return false;
      plain[prefixOrName] = value;
      continue;
    }
    const namespace = resolve(element.scope, prefixOrName);
    const expanded = `${namespace} ${local}`;
    if (namespace === undefined || seen.has(expanded)) return false;
    seen.add(expanded);
    others.push({ namespace, name: local, value });
  }
  if (others.length < given.length) element.attributes = plain;
  if (others.length > 0) element.qualifiedAttributes = others;
  return true;
}
