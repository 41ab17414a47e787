/** Rows of users and administrators, for tests that need one without an act. */
import { randomBytes } from 'node:crypto';
import { newId } from '@sower/server/store/db/ids';
import type { insertAdministrator } from '@sower/server/store/directory/administrators';
import type { NewRow } from '@sower/server/store/schema/schema';

/** A user without a name, in the top domain. @param userId also the ID of the row, unless `more` has another */
export const userRow = (userId: string, more: Partial<NewRow<'users'>> = {}): NewRow<'users'> => ({
  id: userId,
  user_id: userId,
  user_id_key: userId.toLowerCase(),
  first_name: '',
  last_name: '',
  last_name_key: '',
  email: '',
  email_key: '',
  enabled: 1,
  domain: '/',
  created_at: 1,
  version: 1,
  ...more,
});

type NewAdministrator = Parameters<typeof insertAdministrator>[2];

/** One of `administrators`: enabled, without a password or roles. */
export const administratorRow = (name: string, more: Partial<NewAdministrator> = {}): NewAdministrator => ({
  id: newId({ now: Date.now, random: (length) => new Uint8Array(randomBytes(length)) }),
  user_name: name,
  user_name_key: name,
  password_hash: '',
  must_change_password: 0,
  password_given_at: null,
  enabled: 1,
  token_user_id: null,
  passkey_count: 0,
  created_at: 1,
  version: 1,
  ...more,
});
