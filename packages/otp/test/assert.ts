/** The few assertions of the portable suite: they throw, and need neither a test runner nor Node. */

export type Cases = Record<string, () => void | Promise<void>>;

/** Deep equality of plain data: compared as JSON with sorted keys, bytes as hexadecimal. */
export function equal(actual: unknown, expected: unknown, what = 'value'): void {
  const [a, e] = [canonical(actual), canonical(expected)];
  if (a !== e) throw new Error(`${what}: expected ${e}, got ${a}`);
}

export function throws(action: () => unknown, what: string): void {
  try {
    action();
  } catch (error) {
    if (error instanceof RangeError) return;
    throw error;
  }
  throw new Error(`${what}: expected a RangeError`);
}

/** Narrows a result to its success. */
export function accepted<T extends { readonly ok: boolean }>(result: T): T & { readonly ok: true } {
  if (!result.ok) throw new Error(`refused: ${canonical(result)}`);
  return result as T & { readonly ok: true };
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function canonical(value: unknown): string {
  return String(
    JSON.stringify(value, (_key, item: unknown) => {
      if (item instanceof Uint8Array) return hex(item);
      if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
      return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
    }),
  );
}
