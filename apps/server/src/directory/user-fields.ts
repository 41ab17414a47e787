/** The names of a user's fields, for the audit trail: shown in the reader's language. */
import { type Text, text } from '@sower/texts/outcomes';

const FIELDS = [
  ...(['userId', 'firstName', 'lastName', 'email', 'telephone', 'language', 'enabled'] as const),
  ...([
    'certificate',
    'securityDomain',
    'logOnNames',
    'protectedNames',
    'entry',
    'state',
    'groups',
    'roles',
  ] as const),
];

/** @param fields those of a user, as the API names them; others stay as they are */
export const fieldNames = (fields: readonly string[]): (Text | string)[] =>
  fields.map((field) => {
    const known = FIELDS.find((name) => name === field);
    return known === undefined ? field : text(`user-field.${known}`);
  });
