/** What is typed into one field for several: the parts of a text between these separators, without those that are empty. */
export const partsOf = (text: string, separator: string | RegExp): string[] =>
  text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
