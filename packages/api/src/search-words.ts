/**
 * How names are compared when something is searched for: without case, accents and forms of letters, so that `Muller` finds Müller. The one
 * fold of the server, which keeps what it folded, and of the consoles, which compare lists that come whole.
 */

/** Letters that Unicode does not take apart (https://unicode.org/reports/tr15/), as people without them on their keyboard write them. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ς: 'σ',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');
/** Controls and what is not seen would be a difference that a person cannot type. */
const GAP = /[\p{Cc}\p{Z}]+/gu;
const UNTYPED = /[\p{M}\p{Cf}'’ʼ‘`´]/gu;

/** @returns words with single spaces between them */
export const fold = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(UNTYPED, '')
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter)
    .replace(GAP, ' ')
    // A half of a character is none, and PostgreSQL refuses it.
    .toWellFormed()
    .trim();

/** As umlauts are written where there are none: Müller is Mueller. */
const spelled = (text: string): string =>
  fold(text.normalize('NFC').replace(/[äöüÄÖÜ]/g, (umlaut) => `${umlaut.normalize('NFD')[0]}e`));

/** The ways in which a text may be written. */
export const spellings = (text: string): readonly string[] => [...new Set([fold(text), spelled(text)])];

const TELEPHONE = /^\+?[\d\s()/.-]+$/;

/** Of a telephone number, or of a serial number that is read out in groups. */
const digitsOf = (text: string): string => text.replaceAll(/\D/g, '');

/**
 * What is wanted, each with the ways in which it may be written: all of them must be found. Digits in groups are one; a telephone number is
 * found with and without its international prefix.
 */
export function wantedWords(search: string): readonly (readonly string[])[] {
  const digits = digitsOf(search);
  if (digits.length >= 3 && TELEPHONE.test(search.trim())) {
    const national = digits.replace(/^0+/, '');
    const plain = fold(search).replaceAll(' ', '');
    return [[...new Set([digits, plain, ...(national.length >= 3 ? [national] : [])])]];
  }
  const written = search.normalize('NFC').split(GAP);
  return written.map(spellings).filter(([first]) => first !== '');
}

/** Everything that someone is found by. @returns words between spaces, so that a space begins and ends each */
export function wordsOf(given: {
  readonly userId: string;
  readonly names: readonly string[];
  readonly telephone: string;
}): string {
  const texts = [given.userId, ...given.names];
  const telephone = digitsOf(given.telephone);
  const words = [
    ...texts.map(fold),
    ...texts.map(spelled).filter((text, index) => text !== fold(texts[index]!)),
    telephone,
  ];
  return ` ${words.filter((word) => word !== '').join(' ')} `;
}

/** Of a list that comes whole: those in which each wanted word is somewhere, those first in which it begins a word. */
export function matching<T>(
  items: readonly T[],
  search: string,
  textsOf: (item: T) => readonly string[],
): T[] {
  const wanted = wantedWords(search);
  const scored = items.flatMap((item) => {
    const words = ` ${textsOf(item).flatMap(spellings).join(' ')} `;
    const scores = wanted.map((ways) =>
      Math.min(
        ...ways.map((way) =>
          words.includes(` ${way} `) ? 0 : words.includes(` ${way}`) ? 1 : words.includes(way) ? 2 : Infinity,
        ),
      ),
    );
    const score = scores.reduce((sum, each) => sum + each, 0);
    return Number.isFinite(score) ? [{ item, score }] : [];
  });
  return scored.sort((one, other) => one.score - other.score).map(({ item }) => item);
}
