/** The few assertions the portable suite needs: it runs where no test framework does. */

export type Cases = Record<string, () => void | Promise<void>>;

export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`failed: ${what}`);
}

/** Equality of plain values, octet strings included. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [written(actual), written(expected)];
  if (left !== right) throw new Error(`failed: ${what}\n  actual   ${left}\n  expected ${right}`);
}

export function different(actual: unknown, other: unknown, what: string): void {
  if (written(actual) === written(other)) throw new Error(`failed: ${what}: both ${written(actual)}`);
}

function written(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (inner instanceof Uint8Array) return `octets ${hex(inner)}`;
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export function hex(octets: Uint8Array): string {
  return [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}

export function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
}

/** A repeatable generator: never for keys. */
export function counter(seed: number): (length: number) => Uint8Array {
  let state = seed;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
}
