/** The mail about a date on which access ends: one for each date, and none for a date that was taken back before it was sent. */
import type { UserRow } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';

export const accessReminderKey = (userRow: UserRow, leavesAt: number): string =>
  `access-ending:${userRow}:${leavesAt}`;

/** Removes it, if it no longer says what is so. @returns whether it did */
export async function withdrawAccessReminder(
  db: Connection,
  { id, lease, event, user_id: userRow, once_key: key }: Row<'mail'>,
): Promise<boolean> {
  if (event !== 'access-ending' || userRow === null) return false;
  const user = await db
    .selectFrom('users')
    .select('leaves_at')
    .where('id', '=', userRow)
    .where('left_at', 'is', null)
    .executeTakeFirst();
  if (user && user.leaves_at !== null && accessReminderKey(userRow, user.leaves_at) === key) return false;
  await db.deleteFrom('mail').where('id', '=', id).where('lease', '=', lease).execute();
  return true;
}
