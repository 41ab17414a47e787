/** The pseudo-locale: every text stays readable, and shows that it comes from the catalogue. */
import type { Texts } from './catalogue.ts';

const ACCENTED: Readonly<Record<string, string>> = Object.fromEntries(
  [...'AÅCÇDĐEÉGĜHĤIÎJĴKĶLĻNÑOÖRŔSŠTŢUÛWŴYÝZŽaåcçdđeégĝhĥiîjĵkķlļnñoörŕsštţuûwŵyýzž']
    .join('')
    .match(/../gu)
    ?.map((pair) => [pair.slice(0, 1), pair.slice(1)]) ?? [],
);

/** `Delete {{name}}` becomes `⟦Đéļéţé {{name}}⟧`: placeholders are unchanged. */
export function pseudoText(text: string): string {
  const accented = text
    .split(/(\{\{.*?\}\}|<[^>]*>)/)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(/[A-Za-z]/g, (letter) => ACCENTED[letter] ?? letter),
    )
    .join('');
  return `⟦${accented}⟧`;
}

export function pseudoTexts<T extends Texts>(texts: T): T {
  return Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [
      key,
      typeof value === 'string' ? pseudoText(value) : pseudoTexts(value),
    ]),
  ) as T;
}
