/**
 * The type of a catalogue, and the function that turns a key and its values into a text. The mechanism is i18next's; the types are
 * stricter: an unknown key, a missing value or a superfluous value does not compile. A catalogue is a type alone, each key with the values
 * that its text takes; generate.js makes it of the English texts.
 *
 * Texts are in i18next's format: `{{name}}` is a value, `{{n, number}}` a number formatted by Intl, `{{day, date}}` and `{{at, time}}` a
 * date (2030-01-31) and a time (RFC 3339), both in UTC, `{{findings, sentences}}` a list of whole sentences, `{{parts, parts}}` one with
 * semicolons, and the keys `rows_one` and `rows_other` are the plural forms of `rows`, selected by `count`. `{{limit.password}}` is a
 * number of @sower/api/limits, and no value. A value may itself be a text, or a list. Words are inserted as they are and never read as
 * texts; a page that writes HTML escapes as it always does.
 */
import { LIMITS } from '@sower/api/limits';
import { createInstance } from 'i18next';
import type { Language } from './language.ts';

/** The texts of an area as its file has them. */
export type Texts = { readonly [key: string]: string | Texts };

/** The keys of a catalogue, such as `token.expired`; the plural forms of one text are one key. */
export type Key<T> = keyof T & string;

/** A text of the same catalogue inside another one. Built by a typed function, so the key is not checked again. */
export type Nested = { readonly code: string; readonly values?: object | undefined };
/** What can be inserted in a text: words or a number as they are, another text, or a list, which `Intl.ListFormat` joins. */
export type Value = string | number | Nested | readonly (string | Nested)[];

/** What stands below a path: `'pin' | 'link'` if there are `prompt.secret.pin` and `prompt.secret.link`. */
export type Below<T, Path extends string> = keyof {
  [K in Key<T> as K extends `${Path}.${infer Name}` ? Name : never]: true;
};

/** The values that a text takes, by name; of several keys, those that any of them takes. */
export type Values<T, K extends keyof T> = AllOf<T[K]>;
type AllOf<V> = (V extends unknown ? (values: V) => void : never) extends (values: infer All) => void
  ? All
  : never;
/** Nothing to pass if a text has no values. */
export type ValuesArgument<T, K extends keyof T> = keyof Values<T, K> extends never
  ? []
  : [values: Values<T, K>];

type KeyWithoutValues<T> = {
  [K in Key<T>]: keyof T[K] extends never ? K : never;
}[Key<T>];

/** A text as a value: returned by code that knows what to say but not in which language. */
export type Message<T> =
  | { readonly code: KeyWithoutValues<T>; readonly values?: undefined }
  | {
      [K in Exclude<Key<T>, KeyWithoutValues<T>>]: { readonly code: K; readonly values: T[K] };
    }[Exclude<Key<T>, KeyWithoutValues<T>>];

export type Translate<T> = {
  <K extends Key<T>>(key: K, ...values: ValuesArgument<T, K>): string;
  (message: Message<T>): string;
};

/** Texts of one or more areas, by language. What the first language lacks is English, which stands beside it then. */
export type Loaded = { readonly [language: string]: readonly Texts[] };

/** @param language determines plural rules and the formats of numbers and dates */
export function translator<T>(language: Language, ...texts: readonly Loaded[]): Translate<T> {
  const resources: Resources = {};
  for (const [each, areas] of texts.flatMap((loaded) => Object.entries(loaded)))
    resources[each] = { translation: Object.assign({}, resources[each]?.translation, ...areas) };
  const limit = onFirstUse(() => limitsIn(language));
  /** Made for the first text that needs it: most have only values that go in as they are. */
  const i18next = onFirstUse(() => mechanism(language, resources, { limit: limit() }));
  const list = onFirstUse(() => new Intl.ListFormat(language));
  /** Becomes "a, b and c" unless the text specifies another format. */
  const listed = (items: string[]): string[] =>
    Object.defineProperty(items, 'toString', { value: () => list().format(items) });
  /** Texts and names of values in turn, for a text whose values all go in as they are: a thirtieth of the work of i18next. */
  const simple = new Map<string, readonly string[]>();
  const own = resources[language]?.translation;
  const simpleParts = (key: string): readonly string[] | undefined => {
    const known = simple.get(key);
    if (known) return known;
    const text = textAt(own, key);
    const parts = text?.replace(LIMIT, (_, name: string) => limit()[name] ?? '').split(/\{\{(\w+)\}\}/);
    if (parts === undefined || /\{\{|\$t\(/.test(parts.join(''))) return undefined;
    simple.set(key, parts);
    return parts;
  };
  const put = (key: string, values: Readonly<Record<string, Value>> = {}): string => {
    const parts = simpleParts(key);
    if (parts?.every((part, index) => index % 2 === 0 || values[part] !== undefined)) {
      return parts
        .map((part, index) => (index % 2 === 0 ? part : String(inWords(values[part] as Value))))
        .join('');
    }
    return i18next()(key, {
      ...('count' in values ? { count: values.count as number } : {}),
      // With this name, i18next mistakes none of them for an option.
      replace: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inWords(value)])),
    });
  };
  const inWords = (value: Value): string | number | string[] => {
    if (isList(value)) return listed(value.map(inWords).map(String));
    return typeof value === 'object' && value !== null && 'code' in value
      ? put(value.code, value.values as Record<string, Value>)
      : value;
  };
  return ((text: string | Nested, values?: Record<string, Value>) =>
    typeof text === 'string'
      ? put(text, values)
      : put(text.code, text.values as Record<string, Value> | undefined)) as Translate<T>;
}

type Resources = Record<string, { translation: object }>;

const LIMIT = /\{\{limit\.(\w+)\}\}/g;
function limitsIn(language: Language): Readonly<Record<string, string>> {
  const number = new Intl.NumberFormat(language);
  return Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [name, number.format(limit)]));
}

/** i18next: plural forms, numbers, dates and lists, and what a language lacks. */
function mechanism(
  language: Language,
  resources: Resources,
  defaultVariables: object,
): (key: string, options: object) => string {
  const i18n = createInstance();
  void i18n.init({
    lng: language,
    fallbackLng: 'en',
    resources,
    initAsync: false,
    nsSeparator: false,
    // Values are not HTML here, and may contain anything: `{{`, `$t(`, a path of this catalogue.
    interpolation: { escapeValue: false, skipOnVariables: true, defaultVariables },
  });
  const { formatter } = i18n.services;
  const inUtc = (options: Intl.DateTimeFormatOptions) => {
    const format = onFirstUse(() => new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }));
    return (value: unknown): string => format().format(new Date(String(value)));
  };
  formatter?.add('date', inUtc({ dateStyle: 'medium' }));
  formatter?.add('time', inUtc(MINUTES));
  formatter?.add('sentences', (value: unknown): string => [value].flat().join(' '));
  formatter?.add('parts', (value: unknown): string => [value].flat().join('; '));
  // Without the types of i18next's own keys, which an app may have declared for its tables.
  return i18n.t as (key: string, options: object) => string;
}

/** The text of the language itself, if there is one. */
function textAt(texts: object | undefined, key: string): string | undefined {
  let at: unknown = texts;
  for (const name of key.split('.')) at = isGroup(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return typeof at === 'string' ? at : undefined;
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** What costs much to make, and may never be needed. */
function onFirstUse<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const isList = (value: Value): value is readonly (string | Nested)[] => Array.isArray(value);

/** `dateStyle` and `timeStyle` cannot be combined with the name of the time zone. */
const MINUTES: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
};
