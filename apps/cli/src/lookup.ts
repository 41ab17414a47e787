/** What a person named, looked up in what the server listed. */

/**
 * Exactly as written, else in other capitals: the server takes names so, and no two of a kind differ in their capitals alone.
 *
 * @param namesOf all an item may be called by, such as its name and its id
 */
export function findNamed<Item>(
  items: readonly Item[],
  wanted: string,
  namesOf: (item: Item) => readonly string[],
): Item | undefined {
  const folded = fold(wanted);
  return (
    items.find((item) => namesOf(item).includes(wanted)) ??
    items.find((item) => namesOf(item).some((name) => fold(name) === folded))
  );
}

const fold = (name: string): string => name.trim().normalize('NFKC').toLowerCase();
