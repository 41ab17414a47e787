/**
 * A search for the document that costs a reader most: a small genetic one over the shapes XML can take, with a fixed seed.
 *
 * Cost is CPU time of this process, the least of several readings, so that other work on the machine does not count.
 */

import { repeatable } from '../../harness/randomness.ts';

/** What an element looks like. Lengths are characters, the rest are counts. */
type Shape = {
  /** Namespace declarations on each. */
  readonly declarations: number;
  readonly uriLength: number;
  readonly attributes: number;
  readonly nameLength: number;
  /** Attributes and elements have a prefix, declared on the outermost element. */
  readonly prefixed: boolean;
  /** No name is written twice. */
  readonly fresh: boolean;
  readonly text: number;
  readonly textLength: number;
};

type Genome = {
  /** How many elements stand around the others. */
  readonly depth: number;
  readonly outer: Shape;
  readonly inner: Shape;
  /** How many inner elements; what is left of the size is text. */
  readonly count: number;
  readonly filler: number;
};

/** Everything a reader has to look at twice. */
const TEXTS = [
  'x',
  '&lt;',
  '&#38;',
  '&#x00000000000026;',
  '<![CDATA[x]]>',
  '<![CDATA[]]]]>',
  '<!---->',
  '<!-- - - -->',
  '<?p?>',
  '<?p ? ? ?>',
  '\r',
  '\r\n',
  ']]',
  '\u00e9',
  '\u{1f511}',
  '<a/>',
  '<a b=""/>',
  '<a xmlns=""/>',
  '<p:a/>',
  '<a></a>',
  'AAAA',
] as const;

/** The document of a genome, of exactly `size` octets. */
function documentOf(genome: Genome, size: number): string {
  let fresh = 0;
  const name = (shape: Shape, kind: string): string => {
    fresh += shape.fresh ? 1 : 0;
    return `${shape.prefixed ? 'p:' : ''}${kind}${shape.fresh ? fresh : ''}`.padEnd(shape.nameLength, 'n');
  };
  const start = (shape: Shape, tag: string, room: number): string => {
    let text = `<${tag}`;
    for (let i = 0; i < shape.declarations && text.length < room; i += 1) {
      fresh += shape.fresh ? 1 : 0;
      text += ` xmlns:q${i}${shape.fresh ? `_${fresh}` : ''}="${'u'.padEnd(shape.uriLength, 'u')}"`;
    }
    for (let i = 0; i < shape.attributes && text.length < room; i += 1) text += ` ${name(shape, `a${i}`)}=""`;
    return text;
  };
  const { outer, inner } = genome;
  let head = `<r xmlns:p="${'v'.padEnd(Math.max(outer.uriLength, inner.uriLength), 'v')}">`;
  let tail = '</r>';
  for (let level = 1; level < genome.depth && head.length < size / 2; level += 1) {
    const tag = name(outer, 'e');
    head += `${start(outer, tag, size / 4)}>`;
    tail = `</${tag}>${tail}`;
  }
  const parts = [head];
  let left = size - head.length - tail.length;
  const put = (part: string): boolean => {
    const length = Buffer.byteLength(part);
    if (length > left) return false;
    parts.push(part);
    left -= length;
    return true;
  };
  const text = TEXTS[inner.text] as string;
  const content = text.repeat(Math.floor(inner.textLength / text.length));
  for (let i = 0; i < genome.count; i += 1) {
    const tag = name(inner, 'i');
    const opened = start(inner, tag, size / 2);
    if (!put(content === '' ? `${opened}/>` : `${opened}>${content}</${tag}>`)) break;
  }
  const filler = TEXTS[genome.filler] as string;
  while (put(filler));
  parts.push(tail, ' '.repeat(Math.max(0, left)));
  return parts.join('');
}

const COUNTS = [0, 0, 1, 2, 8, 16, 32, 64, 128, 256, 512, 1000, 4000];
const LENGTHS = [1, 2, 8, 32, 64, 128, 256, 512, 2000, 30_000];

function shape(random: () => number): Shape {
  return {
    declarations: pick(random, COUNTS),
    uriLength: pick(random, LENGTHS),
    attributes: pick(random, COUNTS),
    nameLength: pick(random, LENGTHS),
    prefixed: random() < 0.5,
    fresh: random() < 0.5,
    text: Math.floor(random() * TEXTS.length),
    textLength: random() < 0.6 ? 0 : pick(random, LENGTHS),
  };
}

function genome(random: () => number): Genome {
  return {
    depth: 1 + Math.floor(random() * 31),
    outer: shape(random),
    inner: shape(random),
    count: pick(random, [0, 1, 16, 256, 900, 990, 4000, 20_000]),
    filler: Math.floor(random() * TEXTS.length),
  };
}

const pick = <T>(random: () => number, from: readonly T[]): T =>
  from[Math.floor(random() * from.length)] as T;

/** A few genes are drawn anew, taken from another genome, or made a little larger or smaller. */
function child(random: () => number, one: Genome, other: Genome): Genome {
  const mix = <T extends object>(a: T, b: T, drawn: T): T =>
    Object.fromEntries(
      Object.entries(a).map(([gene, value]) => {
        if (typeof value === 'object')
          return [gene, mix(value, b[gene as keyof T] as object, drawn[gene as keyof T] as object)];
        const chance = random();
        if (chance < 0.12) return [gene, drawn[gene as keyof T]];
        if (chance < 0.3) return [gene, b[gene as keyof T]];
        if (chance < 0.42 && typeof value === 'number' && gene !== 'text' && gene !== 'filler') {
          return [gene, Math.max(gene === 'depth' ? 1 : 0, Math.round(value * (0.6 + random() * 0.8)))];
        }
        return [gene, value];
      }),
    ) as T;
  return mix(one, other, genome(random));
}

/** Microseconds of CPU that a task takes: the least of some readings. */
export function cpu(task: () => void, readings: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < readings; i += 1) {
    const before = process.cpuUsage();
    task();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}

/** Something to search among: how one is drawn, how two are mixed, and what it reads as. */
export type Species<G> = {
  readonly draw: (random: () => number) => G;
  readonly mix: (random: () => number, one: G, other: G) => G;
  readonly write: (genome: G, size: number) => string;
};

export const XML: Species<Genome> = { draw: genome, mix: child, write: documentOf };

/** Texts made of runs of pieces, for what is not XML. */
export function runsOf(pieces: readonly string[]): Species<readonly (readonly [string, number])[]> {
  const run = (random: () => number): [string, number] => [pick(random, pieces), pick(random, LENGTHS)];
  return {
    draw: (random) => Array.from({ length: 1 + Math.floor(random() * 4) }, () => run(random)),
    mix: (random, one, other) => {
      const mixed = one.map((gene, i) => {
        const chance = random();
        return chance < 0.2 ? run(random) : chance < 0.5 ? (other[i] ?? gene) : gene;
      });
      return random() < 0.2 ? [...mixed, run(random)] : mixed;
    },
    write: (genome, size) => {
      const once = genome
        .map(([piece, times]) => piece.repeat(times))
        .join('')
        .slice(0, size);
      return once.repeat(Math.ceil(size / once.length)).slice(0, size);
    },
  };
}

export type Found = { readonly document: string; readonly cost: number };

/** The dearest document of this size that the search comes to. */
export function worstDocument<G>(
  species: Species<G>,
  read: (document: string) => void,
  options: {
    readonly size: number;
    readonly seed: number;
    readonly generations: number;
    readonly population: number;
  },
): Found {
  const { size, seed, generations, population } = options;
  const random = repeatable(seed);
  const judge = (candidate: G): Found & { readonly genome: G } => {
    const document = species.write(candidate, size);
    return { genome: candidate, document, cost: cpu(() => read(document), 3) };
  };
  const alive = Array.from({ length: population * 4 }, () => judge(species.draw(random)));
  for (let generation = 0; ; generation += 1) {
    alive.sort((a, b) => b.cost - a.cost);
    alive.length = population;
    const [best] = alive;
    if (generation === generations && best) return best;
    const parents = [...alive];
    for (const one of parents)
      alive.push(judge(species.mix(random, one.genome, pick(random, parents).genome)));
  }
}
