/** A schema as a list of its fields; what they consist of folds out. */
import type { Schema } from './document.ts';
import { type Html, html, marked } from './html.ts';

export type Schemas = Readonly<Record<string, Schema>>;

/** What is further inside is on the page of schemas. */
const DEEPEST = 3;

const nameOf = (schema: Schema): string | undefined => schema.$ref?.split('/').at(-1);

const resolved = (schema: Schema, schemas: Schemas): Schema => {
  const name = nameOf(schema);
  return name === undefined ? schema : (schemas[name] ?? {});
};

const link = (name: string): Html => html`<a href="/api/docs/schemas#${name}">${name}</a>`;

/** In a few words, such as `list of Token` or `string (date-time) or null`. */
export function kindOf(schema: Schema): Html {
  const name = nameOf(schema);
  if (name !== undefined) return link(name);
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.items) return html`list of ${kindOf(schema.items)}`;
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives)
    return html`${alternatives.map((each, index) => html`${index > 0 && ' or '}${kindOf(each)}`)}`;
  const types = [schema.type ?? 'any'].flat().join(' or ');
  return html`${types}${schema.format !== undefined && ` (${schema.format})`}`;
}

function limitsOf(schema: Schema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, format } = schema;
  // Of every whole number JSON can carry.
  const bound = (value: number | undefined): number | undefined =>
    value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;
  const range = (least: number | undefined, most: number | undefined, what: string): string[] =>
    least === undefined && most === undefined
      ? []
      : [
          most === undefined
            ? `at least ${least}${what}`
            : least === undefined || (least === 0 && what !== '')
              ? `at most ${most}${what}`
              : `${least} to ${most}${what}`,
        ];
  return [
    ...range(bound(minimum), bound(maximum), ''),
    ...range(minLength, maxLength, ' characters'),
    ...range(minItems, maxItems, ' entries'),
    ...(pattern !== undefined && format === undefined && pattern.length < 60 ? [`form ${pattern}`] : []),
    ...(schema.default !== undefined ? [`default ${JSON.stringify(schema.default)}`] : []),
  ];
}

function fieldView(
  name: string,
  schema: Schema,
  schemas: Schemas,
  required: boolean,
  within: readonly string[],
): Html {
  const limits = limitsOf(schema);
  const values = schema.enum ?? schema.items?.enum;
  return html`<li>
<div class="field"><code class="name">${name}</code> <span class="kind">${kindOf(schema)}</span>${required && html` <span class="required">required</span>`}</div>
${schema.description !== undefined && html`<p>${marked(schema.description)}</p>`}
${values && html`<p class="values">${values.map((value) => html`<code>${String(value)}</code> `)}</p>`}
${limits.length > 0 && html`<p class="limits">${limits.join(' · ')}</p>`}
${inner(schema, schemas, within)}
</li>`;
}

/** Fields of what a field consists of; a schema within itself is only named. */
function inner(schema: Schema, schemas: Schemas, within: readonly string[]): Html | undefined {
  const parts = [schema, schema.items ?? {}, ...(schema.anyOf ?? schema.oneOf ?? [])];
  const shown = parts.flatMap((part) => {
    const name = nameOf(part);
    if (name !== undefined && within.includes(name)) return [];
    if (within.length > DEEPEST) return [];
    const whole = resolved(part, schemas);
    const hasFields = whole.properties !== undefined || (whole !== schema && (whole.anyOf ?? whole.oneOf));
    if (!hasFields) return [];
    const fields = fieldsView(part, schemas, within);
    return [html`<details><summary>${name ?? 'Fields'}</summary>${fields}</details>`];
  });
  return shown.length === 0 ? undefined : html`${shown}`;
}

/** @param within names of the schemas around this one */
export function fieldsView(schema: Schema, schemas: Schemas, within: readonly string[] = []): Html {
  const name = nameOf(schema);
  const whole = resolved(schema, schemas);
  const path = [...within, name ?? ''];
  const description = whole.description !== undefined && html`<p>${marked(whole.description)}</p>`;
  const fields = Object.entries(whole.properties ?? {});
  if (fields.length > 0)
    return html`${description}<ul class="fields">${fields.map(([key, each]) =>
      fieldView(key, each, schemas, whole.required?.includes(key) ?? false, path),
    )}</ul>`;
  const alternatives = whole.anyOf ?? whole.oneOf;
  if (alternatives?.some((each) => resolved(each, schemas).properties))
    return html`${description}<p>One of:</p><ol class="alternatives">${alternatives.map(
      (each) =>
        html`<li>${resolved(each, schemas).properties ? fieldsView(each, schemas, path) : kindOf(each)}</li>`,
    )}</ol>`;
  return html`${description}<p>${kindOf(whole)}${limitsOf(whole).length > 0 && ` · ${limitsOf(whole).join(' · ')}`}</p>${inner(whole, schemas, path)}`;
}
