/** What stands in the examples for an earlier answer, filled in. */

/** JSON; `'{addUser.version}'` stands for that field of the answer to an earlier example. */
export type Example = {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly ifMatch?: unknown;
  /** Code of the problem that a new installation answers with, which lacks what the example needs. */
  readonly refused?: string;
};

export function filled<T>(part: T, answers: Readonly<Record<string, unknown>>): T {
  if (Array.isArray(part)) return part.map((each) => filled(each, answers)) as T;
  if (typeof part === 'object' && part !== null)
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, filled(each, answers)])) as T;
  const path = typeof part === 'string' ? /^\{(\w+(?:\.\w+)+)\}$/.exec(part)?.[1] : undefined;
  return path === undefined ? part : (path.split('.').reduce<unknown>(inside, answers) as T);
}

const inside = (at: unknown, key: string): unknown => (at as Record<string, unknown> | undefined)?.[key];
