import type { Texts } from './src/catalogue.ts';

type Areas = { readonly [area: string]: Texts };
export const TABLES: {
  readonly [table: string]: { readonly areas: readonly string[]; readonly atHand: string };
};
export function readLanguages(folder?: string): { readonly [language: string]: Areas };
export function leavesOf(texts: Texts): [path: string, text: string][];
export function differences(
  english: Texts,
  texts: Texts | undefined,
): Record<'missing' | 'superfluous' | 'values', string[]>;
export function generate(folder?: string): void;
