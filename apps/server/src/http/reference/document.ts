/**
 * The OpenAPI document as it is published: schemas that something refers to, each under one name, with an example for each operation.
 */

import { filled } from '@sower/api/examples/filled';
import { EXAMPLES } from '@sower/api/examples/requests';
import type { OperationName } from '@sower/api/operations';
import { REQUEST_FORM } from '../../api/openapi.ts';
import ANSWERS from './answers.json' with { type: 'json' };

export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
};
type Content = Record<string, { schema: Schema; example?: unknown }>;
export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
  example?: unknown;
};
export type DescribedOperation = {
  readonly operationId: OperationName;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly security: readonly Record<string, readonly string[]>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Record<string, { readonly description: string; readonly content?: Content }>;
};
export type OpenApiDocument = {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Record<string, Record<string, DescribedOperation>>;
  readonly components: { schemas: Record<string, Schema> } & Record<string, unknown>;
};

const REFERENCE = /"#\/components\/schemas\/([^"]+)"/g;
const referred = (part: unknown): string[] =>
  [...JSON.stringify(part).matchAll(REFERENCE)].map(([, name = '']) => name);

/** What the form of a request is called, until it is known whether the answer's differs. */
const FORM = new RegExp(`${REQUEST_FORM}$`);

export function published(document: OpenApiDocument): OpenApiDocument {
  const { schemas } = document.components;
  const used = new Set(referred(document.paths));
  for (const name of used) for (const next of referred(schemas[name])) used.add(next);

  // Of two forms one name is left, unless they differ: a request may leave out what has a default.
  const one = (part: unknown): string =>
    JSON.stringify(part).replace(REFERENCE, (_, name: string) => `"${name.replace(FORM, '')}"`);
  const differ = new Set(
    [...used].filter((name) => {
      const other = name.replace(FORM, '');
      return name !== other && used.has(other) && one(schemas[name]) !== one(schemas[other]);
    }),
  );
  for (let before = -1; before !== differ.size; ) {
    before = differ.size;
    for (const name of used)
      if (FORM.test(name) && used.has(name.replace(FORM, '')))
        if (referred(schemas[name]).some((each) => differ.has(each))) differ.add(name);
  }
  const named = (name: string): string => (differ.has(name) ? name : name.replace(FORM, ''));
  const renamed = <T>(part: T): T =>
    JSON.parse(
      JSON.stringify(part).replace(REFERENCE, (_, name: string) => `"#/components/schemas/${named(name)}"`),
    );
  const kept = new Map([...used].map((name) => [named(name), renamed(schemas[name] as Schema)]));
  const paths = renamed(document.paths);
  const sent = new Set<string>();
  for (const methods of Object.values(paths))
    for (const each of Object.values(methods)) {
      addExample(each);
      for (const content of Object.values(each.requestBody?.content ?? {})) {
        content.schema = saidOfDefaults(content.schema);
        for (const name of referred(content.schema)) sent.add(name);
      }
    }
  for (const name of sent) {
    for (const next of referred(kept.get(name))) sent.add(next);
    kept.set(name, saidOfDefaults(kept.get(name) as Schema));
  }
  return {
    ...document,
    paths,
    components: {
      ...document.components,
      schemas: Object.fromEntries([...kept].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

/**
 * What a request may leave out, with its default in words: generators of clients take `default` for a promise that the field is there, and
 * make it required.
 */
function saidOfDefaults(schema: Schema): Schema {
  const { properties, items, anyOf, oneOf, allOf } = schema;
  const optional = (name: string, field: Schema): Schema => {
    if (field.default === undefined || schema.required?.includes(name)) return saidOfDefaults(field);
    const { default: value, description, ...rest } = field;
    const words = `Default: ${JSON.stringify(value)}.`;
    return {
      ...saidOfDefaults(rest),
      description: description === undefined ? words : `${description.replace(/\.?$/, '.')} ${words}`,
    };
  };
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [name, optional(name, field)]),
      ),
    }),
    ...(items && { items: saidOfDefaults(items) }),
    ...(anyOf && { anyOf: anyOf.map(saidOfDefaults) }),
    ...(oneOf && { oneOf: oneOf.map(saidOfDefaults) }),
    ...(allOf && { allOf: allOf.map(saidOfDefaults) }),
  };
}

/** A request as it was tried, and what it was answered with. */
function addExample(operation: DescribedOperation): void {
  const { params, query, body, ifMatch } = filled(EXAMPLES[operation.operationId], ANSWERS);
  for (const parameter of operation.parameters ?? []) {
    const value =
      parameter.in === 'header'
        ? ifMatch === undefined
          ? undefined
          : `"${ifMatch}"`
        : (parameter.in === 'path' ? params : query)?.[parameter.name];
    if (value !== undefined) parameter.example = value;
  }
  const asked = operation.requestBody?.content['application/json'];
  if (asked && body !== undefined) asked.example = body;
  const answer = (ANSWERS as Readonly<Record<string, unknown>>)[operation.operationId];
  for (const [status, { content }] of Object.entries(operation.responses)) {
    const refused = EXAMPLES[operation.operationId].refused !== undefined;
    const answered = refused
      ? status === '4XX' && content?.['application/problem+json']
      : content?.['application/json'];
    if (answered && answer !== undefined) answered.example = answer;
  }
}
