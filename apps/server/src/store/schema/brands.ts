/**
 * Types for strings that must not be taken for one another: a row's key for the name that people type, a user's key for a token's. The compiler
 * refuses one for the other. Text that is neither is taken for any of them, so that requests, and rows that a test writes, need no cast.
 */
declare const flavor: unique symbol;
type Flavored<Name extends string> = string & { readonly [flavor]?: Name };

/** The key of a row of `users`. Not the user ID that people type: that is `users.user_id`. Tables that refer to a user call it `user_id` or `user_row`. */
export type UserRow = Flavored<'users.id'>;
/** The key of a row of `tokens`. Not the serial number. */
export type TokenKey = Flavored<'tokens.id'>;
/** A user ID as people type it: `users.user_id`. */
export type UserName = Flavored<'users.user_id'>;
/** The serial number of a token. */
export type Serial = Flavored<'tokens.serial'>;
/** A keyed hash of a secret that is never stored itself: an activation code, an API key, the ID of a session. */
export type KeyedHash = Flavored<'keyed hash'>;

/** Keys that no row has, for what takes the same work without a user or a token. */
export const NO_USER = '' as UserRow;
export const NO_TOKEN = '' as TokenKey;
/** The same, apart for each user who does not exist. */
export const decoyUser = (key: string): UserRow => `nobody ${key}` as UserRow;

/** A boolean column, as both databases store it. */
export type Flag = 0 | 1;

/** The columns of each table of things that people name and edit. */
export type NamedColumns = {
  id: string;
  name: string;
  /** In canonical form: no other has it. */
  name_key: string;
  created_at: number;
  version: number;
};

/** Undefined: the column stays as it is. */
export const changedFlag = (value: boolean | undefined): Flag | undefined =>
  value === undefined ? undefined : value ? 1 : 0;
