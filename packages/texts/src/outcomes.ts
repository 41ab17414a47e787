/**
 * The server's messages as values: a key and its values. The edge that knows the reader's language turns them into words. The keys are
 * public: the API sends them along with the words.
 */
import type { Key, Message, Texts, ValuesArgument } from './catalogue.ts';
import type { Language } from './language.ts';
import { translatorsOf } from './table.ts';
import { type Catalogue, table } from './tables/outcomes.ts';

export type TextCode = Key<Catalogue>;
export type Text = Message<Catalogue>;

/** `text('token.expired', { date })`: a missing or misspelled value does not compile. */
export function text<K extends TextCode>(code: K, ...[values]: ValuesArgument<Catalogue, K>): Text {
  return (values === undefined ? { code } : { code, values }) as Text;
}

export const outcomesIn: (language: Language) => (text: Text) => string = translatorsOf<Catalogue>(table);

/** For logs, the audit trail as text, and readers whose language is unknown. */
export const inEnglish: (text: Text) => string = outcomesIn('en');

/** A text that was stored as JSON; undefined if this version has no such text. */
export function readText(json: string): Text | undefined {
  const text: unknown = JSON.parse(json);
  return isText(text) ? text : undefined;
}

const pathsOf = (texts: Texts, path = ''): string[] =>
  Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'string' ? [path + name] : pathsOf(text, `${path}${name}.`),
  );
/** Set when it is first needed. */
let paths: ReadonlySet<string> | undefined;

/** Whether it is one that this version has. */
export function isText(text: unknown): text is Text {
  if (typeof text !== 'object' || text === null || !('code' in text)) return false;
  const { code, values = {} } = text as { code: unknown; values?: object };
  paths ??= new Set(table.en.en.flatMap((texts) => pathsOf(texts)));
  const nested = Object.values(values)
    .flatMap((value: unknown) => value)
    .filter((value) => typeof value === 'object');
  return (paths.has(String(code)) || paths.has(`${code}_other`)) && nested.every(isText);
}
