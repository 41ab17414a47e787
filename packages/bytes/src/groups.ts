/** Codes and numbers as people read them out, compare them and type them. */

/** `123456789012` as `1234 5678 9012`. What the text already separates is left as it is: a code that someone chose has its own groups. */
export function inGroupsOfFour(text: string): string {
  return /^[0-9A-Za-z·]+$/.test(text) ? text.replace(/(.{4})(?=.)/g, '$1 ') : text;
}

/** A comparison number: `957936704` as `957 936 704`. */
export const inGroupsOfThree = (digits: string): string => digits.replace(/(...)(?=.)/g, '$1 ');
