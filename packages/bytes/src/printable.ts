/** Makes text from others safe to print in one of our lines: on a terminal, in a sentence. Not for HTML, which has its own escaping. */

/**
 * Controls (C0, DEL, C1), line and paragraph separators, bidirectional and other invisible marks, tags, noncharacters, lone surrogates. The
 * only list of them: terminal, audit trail, mail, links and names use it.
 */
export const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const asEscape = (character: string): string => {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
};

/** The text, with every character that a terminal would act on written as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, asEscape);
}

/** Besides, letters and marks that show nothing by themselves, so that two names look the same: fillers, variation selectors, joiners. */
export const UNSEEN = new RegExp(`${UNPRINTABLE.source}|\\p{Default_Ignorable_Code_Point}`, 'gu');

/** Whether each character of a name is seen where it is printed. */
export function prints(text: string): boolean {
  return text.search(UNSEEN) === -1;
}

/** For names of an earlier version: what is not seen, and what looks like a space or is one too many, as an escape such as `\u200b`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, asEscape).replace(/(?! )[\p{Zs}\u2800]|^ | (?= |$)/gu, asEscape);
}
