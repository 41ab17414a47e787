/** The few assertions the portable suite needs: it runs where no test framework does. */

export type Cases = Record<string, () => void>;

export function same(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [written(actual), written(expected)];
  if (left !== right) throw new Error(`failed: ${what}\n  actual   ${left}\n  expected ${right}`);
}

export function throws(run: () => unknown, what: string): void {
  try {
    run();
  } catch (error) {
    if (error instanceof RangeError) return;
    throw error;
  }
  throw new Error(`failed: ${what}: nothing was thrown`);
}

/** Narrows a result to its success. */
export function accepted<T extends { readonly ok: boolean }>(result: T): T & { readonly ok: true } {
  if (!result.ok) throw new Error(`failed: ${written(result)}`);
  return result as T & { readonly ok: true };
}

function written(value: unknown): string {
  return String(
    JSON.stringify(value, (_, inner) => {
      if (inner instanceof Uint8Array) return `octets ${hex(inner)}`;
      if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
    }),
  );
}

export const hex = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');

export const unhex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
