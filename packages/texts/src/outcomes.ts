/**
 * The server's messages as values: a key and its values. The edge that knows the reader's language turns them into words ({@link
 * OutcomesEn} is the table, outcomes.de.ts the German one). The keys are public: the API sends them along with the words.
 */
import type { Key, Message, Translate, ValuesArgument } from './catalogue.ts';
import { translator } from './catalogue.ts';
import { type Language, PSEUDO } from './language.ts';
import { outcomesDe } from './outcomes.de.ts';
import { outcomesEn } from './outcomes.en.ts';
import { pseudoTexts } from './pseudo.ts';

export type OutcomesEn = typeof outcomesEn;
export type TextCode = Key<OutcomesEn>;
export type Text = Message<OutcomesEn>;

/** `text('token.expired', { date })`: a missing or misspelled value does not compile. */
export function text<K extends TextCode>(code: K, ...[values]: ValuesArgument<OutcomesEn, K>): Text {
  return (values === undefined ? { code } : { code, values }) as Text;
}

const TRANSLATORS: Readonly<Record<Language, Translate<OutcomesEn>>> = {
  en: translator<OutcomesEn>('en', outcomesEn),
  de: translator<OutcomesEn>('de', outcomesDe),
  [PSEUDO]: translator<OutcomesEn>(PSEUDO, pseudoTexts<OutcomesEn>(outcomesEn)),
};

export const outcomesIn = (language: Language): ((text: Text) => string) => TRANSLATORS[language];

/** For logs, the audit trail as text, and readers whose language is unknown. */
export const inEnglish: (text: Text) => string = TRANSLATORS.en;

/** A text that was stored as JSON; undefined if this version has no such text. */
export function readText(json: string): Text | undefined {
  const text: unknown = JSON.parse(json);
  return isKnown(text) ? text : undefined;
}

function isKnown(text: unknown): text is Text {
  if (typeof text !== 'object' || text === null || !('code' in text)) return false;
  const { code, values = {} } = text as { code: unknown; values?: object };
  const [group = '', ...rest] = String(code).split('.');
  const texts: object = outcomesEn[group as keyof OutcomesEn] ?? {};
  const name = rest.join('.');
  const nested = Object.values(values)
    .flatMap((value: unknown) => value)
    .filter((value) => typeof value === 'object');
  return (name in texts || `${name}_other` in texts) && nested.every(isKnown);
}
