/** What is wrong with a field, as a sentence: zod's findings in words for people. Messages written in a schema stay as they are. */

export type Finding = {
  /** zod's code. */
  readonly keyword: string;
  readonly message?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
};

const KINDS: Readonly<Record<string, string>> = {
  string: 'This has to be text.',
  number: 'This has to be a number.',
  int: 'This has to be a whole number.',
  boolean: 'This has to be true or false.',
  array: 'This has to be a list.',
  object: 'This has to be an object.',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'This is not an e-mail address.',
  datetime: 'This is not a time such as 2030-01-31T12:00:00Z.',
  date: 'This is not a date such as 2030-01-31.',
  url: 'This is not an address that can be used here.',
  guid: 'This is not a GUID.',
  uuid: 'This is not a UUID.',
};

export function findingInWords({ keyword, message = '', params }: Finding): string {
  // Messages of a schema are sentences; those of the library end without a period.
  if (message.endsWith('.')) return message;
  const { origin, minimum, maximum, expected, format, values, keys } = params;
  switch (keyword) {
    case 'invalid_type':
      if (message.endsWith('received undefined')) return 'This is needed.';
      return KINDS[String(expected)] ?? 'This has not the form that is asked for.';
    case 'too_small':
      if (origin === 'string' || origin === 'array') {
        if (Number(minimum) === 1) return 'This is needed.';
        return origin === 'string'
          ? `At least ${minimum} characters are needed.`
          : `At least ${minimum} entries are needed.`;
      }
      return `The least value is ${minimum}.`;
    case 'too_big':
      if (origin === 'string') return `At most ${maximum} characters are allowed.`;
      if (origin === 'array') return `At most ${maximum} entries are allowed.`;
      return `The greatest value is ${maximum}.`;
    case 'invalid_format':
      return FORMATS[String(format)] ?? 'This has not the form that is asked for.';
    case 'invalid_value':
      return `This has to be one of: ${(values as unknown[]).join(', ')}.`;
    case 'unrecognized_keys':
      return `There is no such field: ${(keys as string[]).join(', ')}.`;
    default:
      return 'This has not the form that is asked for.';
  }
}
