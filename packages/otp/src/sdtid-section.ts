/**
 * The bytes that the MACs of an sdtid file cover: a section flattened into padded lines.
 *
 * The padding repeats what is plainly a bug of the original software; files in the field depend on every byte.
 */

/** The parts of an element that are used; those of the XML reader fit. */
export type SdtidElement = {
  readonly name: string;
  readonly text: string;
  readonly children: readonly SdtidElement[];
};

const BLOCK = 16;

/**
 * data(section): for each leaf in document order, except names ending in `MAC`, a line `Path.To.Name value` and a line feed, followed by
 * padding. The path starts with the name of the section itself; values are used raw.
 */
export function sectionData(section: SdtidElement): Uint8Array {
  const lines = leafLines(section, section.name);
  const buffer = new Uint8Array(lines.reduce((size, line) => size + line.bytes.length + BLOCK, 0));
  let position = 0;
  let padding = 0;
  for (const { bytes, empty } of lines) {
    // A short line starts over at the block boundary, on top of the padding before it; not so for an empty value.
    if (!empty && bytes.length + padding <= BLOCK) position -= position % BLOCK;
    buffer.set(bytes, position);
    buffer.fill(0, position + bytes.length, position + bytes.length + padding);
    position += bytes.length + padding;
    padding = position % BLOCK || BLOCK;
  }
  return buffer.slice(0, position);
}

type Line = { readonly bytes: Uint8Array; readonly empty: boolean };

function leafLines(element: SdtidElement, path: string): Line[] {
  if (element.children.length > 0) {
    return element.children.flatMap((child) => leafLines(child, `${path}.${child.name}`));
  }
  if (element.name.endsWith('MAC')) return [];
  const empty = element.text === '';
  const value = empty ? `</${element.name}>` : element.text;
  return [{ bytes: new TextEncoder().encode(`${path} ${value}\n`), empty }];
}
