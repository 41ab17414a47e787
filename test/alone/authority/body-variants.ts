/**
 * Bodies that a schema accepts: every branch of each union, every optional field by itself, every value of an enumeration. Made from the
 * schemas of the contract, so that a field which is added later is varied too. Knows nothing of what they mean.
 */
import type { z } from 'zod';

type Definition = {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly options?: readonly z.ZodType[];
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly in?: z.ZodType;
  readonly left?: z.ZodType;
  readonly right?: z.ZodType;
  readonly keyType?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly values?: readonly unknown[];
  readonly items?: readonly z.ZodType[];
  readonly getter?: () => z.ZodType;
};
const definitionOf = (schema: z.ZodType): Definition => schema._zod.def as unknown as Definition;

/** Tried in this order where a schema wants text of some form. */
const TEXTS = [
  'x1',
  'somebody@example.com',
  '000000000001',
  '25804',
  '12345678',
  'https://example.com/',
  'ldaps://directory.example.com',
  'dc=example,dc=com',
  '2098-01-01',
  '2098-01-01T00:00:00Z',
  '192.0.2.0/24',
  '192.0.2.9:1812',
  'Europe/Berlin',
  'DE',
  'de',
  'en',
  'directory.example.com',
  'a secret of twenty and more characters',
  'AAAA',
  '12:30',
  '7d',
  '0 8 * * 1',
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  'abcd0123abcd0123abcd0123abcd0123',
  '{userId}',
  '',
  'a'.repeat(64),
  '00'.repeat(20),
  '00'.repeat(32),
];
const NUMBERS = [1, 0, 2, 5, 10, 60, 100, 1024, 2048, 100_000];

/** What files may begin with, where a field is called `file`: the columns are of as much consequence as a field. */
const FILES = [
  'userId,securityDomain\nsomebody,northwest\n',
  'userId\nsomebody\n',
  '{"userId":"somebody","securityDomain":"northwest"}\n',
  'serial,deviceId\n000000000001,x\n',
];

/** How deep a schema that contains itself is followed. */
const DEEPEST = 6;

/**
 * @param own values that count for a field of this name, in place of any that the schema accepts
 * @returns bodies, the plainest first
 * @throws Error if a part of the schema accepts nothing that is known here: add a value to TEXTS or NUMBERS
 */
export function bodyVariants(
  schema: z.ZodType,
  own: Readonly<Record<string, readonly unknown[]>> = {},
): unknown[] {
  const fields: Readonly<Record<string, readonly unknown[]>> = { file: FILES, ...own };
  function some(part: z.ZodType, depth: number): unknown[] {
    const definition = definitionOf(part);
    if (depth > DEEPEST) return [];
    const inside = (inner: z.ZodType | undefined) => some(inner as z.ZodType, depth + 1);
    switch (definition.type) {
      case 'object':
        return objects(definition.shape ?? {}, depth);
      case 'union':
        return (definition.options ?? []).flatMap(inside);
      case 'optional':
      case 'default':
      case 'prefault':
      case 'nullable':
      case 'readonly':
      case 'catch':
      case 'nonoptional':
        return inside(definition.innerType);
      case 'pipe':
        return inside(definition.in);
      case 'lazy':
        return inside(definition.getter?.());
      case 'intersection':
        return inside(definition.left).flatMap((left) =>
          inside(definition.right)
            .slice(0, 1)
            .map((right) => ({ ...(left as object), ...(right as object) })),
        );
      case 'array':
        return fitting(part, [...inside(definition.element).map((each) => [each]), []], true);
      case 'tuple':
        return [(definition.items ?? []).map((item) => inside(item)[0])];
      case 'record': {
        const values = inside(definition.valueType);
        const keys = inside(definition.keyType);
        return fitting(
          part,
          [...keys.flatMap((key) => values.map((value) => ({ [String(key)]: value }))), {}],
          true,
        );
      }
      case 'enum':
        return Object.values(definition.entries ?? {});
      case 'literal':
        return [...(definition.values ?? [])];
      case 'boolean':
        return [true, false];
      case 'number':
        return fitting(part, NUMBERS);
      case 'string':
        return fitting(part, TEXTS);
      case 'null':
        return [null];
      case 'unknown':
      case 'any':
        return [{}];
      default:
        throw new Error(`no values are known for ${definition.type}`);
    }
  }

  function objects(shape: Readonly<Record<string, z.ZodType>>, depth: number): unknown[] {
    const names = Object.keys(shape);
    const valuesOf = new Map(
      names.map((name) => [name, fields[name] ?? some(shape[name] as z.ZodType, depth + 1)]),
    );
    const required = names.filter((name) => !shape[name]?.safeParse(undefined).success);
    const plain = Object.fromEntries(required.map((name) => [name, valuesOf.get(name)?.[0]]));
    const varied = names.flatMap((name) =>
      (valuesOf.get(name) ?? []).map((value) => ({ ...plain, [name]: value })),
    );
    return [plain, ...varied];
  }

  /** The first, or all, that the schema accepts. */
  function fitting(part: z.ZodType, values: readonly unknown[], all = false): unknown[] {
    const accepted = values.filter((value) => part.safeParse(value).success);
    if (accepted.length === 0) throw new Error(`nothing known fits ${JSON.stringify(definitionOf(part))}`);
    return all ? accepted : accepted.slice(0, 1);
  }

  return [...new Map(some(schema, 0).map((body) => [JSON.stringify(body), body])).values()];
}
