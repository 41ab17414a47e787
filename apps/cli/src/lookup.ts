/** What a person named, looked up in what the server listed. */
import { see } from './options.ts';
import { fail, type Result, success } from './outcome.ts';
import { printable } from './terminal/output.ts';

type Named = { readonly name: string; readonly id: string };

/**
 * By its name or its ID.
 *
 * @param listed the whole list
 * @param otherwise what to say if there is none, and the command that lists what there is
 */
export async function lookUp<Item extends Named>(
  listed: Promise<{ readonly items: readonly Item[] }>,
  wanted: string,
  otherwise: { notFound(named: { name: string }): string; readonly list: string },
): Promise<Result<Item>> {
  const found = findNamed((await listed).items, wanted, ({ name, id }) => [name, id]);
  if (found !== undefined) return success(found);
  const message = otherwise.notFound({ name: printable(wanted) });
  return fail('refused', 'not-found', message, see(otherwise.list));
}

/**
 * Exactly as written, or else ignoring case: the server compares names in this way, and no two names of a kind differ only in case.
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
