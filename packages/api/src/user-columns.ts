/** What a file of users can have in it; apart from reading one, which a page does that needs it. */

/** What a column can be. */
export const USER_COLUMNS = [
  'userId',
  'firstName',
  'lastName',
  'email',
  'telephone',
  'securityDomain',
  'language',
  'enabled',
  'leaving',
] as const;
export type UserColumn = (typeof USER_COLUMNS)[number];
/** Names of columns in the file, by what they are. */
export type UserColumns = { readonly [Column in UserColumn]?: string };

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];
export const FILE_FORMATS = ['csv', 'json-lines'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
