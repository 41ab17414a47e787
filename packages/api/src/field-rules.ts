/** Rules for fields that zod has no name for. A schema gives the rule's name as its message; the server has the wording. */
export const FIELD_RULES = [
  'base64',
  'base64url',
  'color',
  'control-characters',
  'country',
  'device-type-id',
  'email',
  'fingerprint',
  'header-name',
  'host-name',
  'https-url',
  'logo',
  'host-or-address',
  'ldap-attribute',
  'ldap-url',
  'link-characters',
  'nickname',
  'old-server',
  'path-step',
  'resource-id',
  'secret-characters',
  'secret-length',
  'serial-number',
  'user-id',
  'user-name',
  'validity',
] as const;
export type FieldRule = (typeof FIELD_RULES)[number];

/** Names the rule in a schema: a misspelled one does not compile. */
export const rule = (name: FieldRule): FieldRule => name;
