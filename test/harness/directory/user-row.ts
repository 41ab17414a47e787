/** A row of `users`, for tests that need one without an act: a user without a name, in the top domain. */
import type { NewRow } from '@sower/server/store/schema/schema';

/** @param userId also the ID of the row, unless `more` has another */
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
