/** A user by name: people know each other by that, and not by user IDs. */
import { visible } from '@sower/bytes/printable';

export type Named = { readonly userId: string; readonly firstName?: string; readonly lastName?: string };

/** The name, or the user ID of someone who has none. */
export const nameOf = ({ userId, firstName = '', lastName = '' }: Named): string =>
  visible(`${firstName} ${lastName}`.trim() || userId);

/** The name with the user ID: several people have one name. */
export const nameAndId = (user: Named): string => {
  const [name, userId] = [nameOf(user), visible(user.userId)];
  return name === userId ? userId : `${name} (${userId})`;
};

/** The user of a token or of a request by name and user ID; empty: no one has it. */
export const holderOf = ({
  userId = '',
  userName = '',
}: {
  readonly userId?: string | undefined;
  readonly userName?: string | undefined;
}): string => nameAndId({ userId, lastName: userName });
