/** What is wrong with a field, as a text: from zod's issues, and from the rules named in the API's schemas. */
import { FIELD_RULES, type FieldRule } from '@sower/api/field-rules';
import { type Text, text } from '@sower/texts/outcomes';

export type Finding = {
  /** zod's code. */
  readonly keyword: string;
  readonly message?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
};

const KINDS: Readonly<Record<string, Text>> = {
  string: text('field.text'),
  number: text('field.number'),
  int: text('field.whole-number'),
  boolean: text('field.boolean'),
  array: text('field.list'),
  object: text('field.object'),
};

const FORMATS: Readonly<Record<string, Text>> = {
  email: text('field.email'),
  datetime: text('field.time'),
  date: text('field.date'),
  url: text('field.url'),
  guid: text('field.guid'),
  uuid: text('field.uuid'),
};

const isRule = (message: string): message is FieldRule => FIELD_RULES.includes(message as FieldRule);

export function fieldText({ keyword, message = '', params }: Finding): Text {
  if (isRule(message)) return text(`field.${message}`);
  const { origin, expected, format, values, keys } = params;
  const minimum = Number(params.minimum);
  const maximum = Number(params.maximum);
  switch (keyword) {
    case 'invalid_type':
      if (message.endsWith('received undefined')) return text('field.required');
      return KINDS[String(expected)] ?? text('field.format');
    case 'too_small':
      if (origin === 'string' || origin === 'array') {
        if (minimum === 1) return text('field.required');
        return origin === 'string'
          ? text('field.too-short', { minimum })
          : text('field.too-few', { minimum });
      }
      return text('field.too-small', { minimum });
    case 'too_big':
      if (origin === 'string') return text('field.too-long', { maximum });
      if (origin === 'array') return text('field.too-many', { maximum });
      return text('field.too-large', { maximum });
    case 'invalid_format':
      return FORMATS[String(format)] ?? text('field.format');
    case 'invalid_value':
      return text('field.one-of', { values: (values as unknown[]).map(String) });
    case 'unrecognized_keys':
      return text('field.unknown', { fields: keys as string[] });
    default:
      return text('field.format');
  }
}
