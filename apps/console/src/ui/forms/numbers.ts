/** Numbers of a form: as texts while they are typed. */

/** The server says what is wrong with a text that is none. */
export const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** Those of these names, as they are sent. */
export const numbersOf = <Name extends string>(draft: Record<Name, string>, names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, numberOf(draft[name])])) as Record<Name, number>;

/** Those of these names, as they are typed. */
export const textsOf = <Name extends string>(values: Record<Name, number>, names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, String(values[name])])) as Record<Name, string>;
