/** Makes text from others safe to print in one of our lines: on a terminal, in a sentence. Not for HTML, which has its own escaping. */

/**
 * Controls (C0, DEL, C1), line and paragraph separators, bidirectional and other invisible marks, lone surrogates. The only list of them:
 * terminal, audit trail, mail and links use it.
 */
export const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding these is its purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const asEscape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The text, with every character that a terminal would act on written as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, asEscape);
}
