/** What a text is, if it is JSON at all: otherwise `undefined`, which no JSON is. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Its fields, if it is a JSON object. */
export function objectIn(text: string): Record<string, unknown> | undefined {
  const value = jsonIn(text);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}
