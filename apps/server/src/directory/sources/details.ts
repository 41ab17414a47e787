/** What an entry of a directory says of its user beside the row of the user: kept alike by a run and by a log-on that comes before it. */

import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { AuditActor } from '../../core/actor.ts';
import { record } from '../../core/record.ts';
import { replaceGroups } from '../../store/directory/user-groups.ts';
import { foldWords } from '../../store/directory/user-words.ts';
import type { UserRow } from '../../store/schema/brands.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { replaceNames, saveSourceMail } from '../../store/sources/runs.ts';

/** Undefined: as it was. */
export type EntryDetails = {
  readonly user: UserRow;
  readonly userId: string;
  /** Has nothing yet that could be replaced. */
  readonly isNew: boolean;
  readonly names: { readonly all: readonly string[]; readonly protected: readonly string[] } | undefined;
  readonly groups: readonly string[] | undefined;
  /** What is set here stays, and precedes it. */
  readonly mail: { readonly language: string | null; readonly certificate: string | null } | undefined;
};

/** Of users who have just been written. A name that another user has had for longer stays with that user, and the trail of both says so. */
export async function keepDetails(
  trx: Connection,
  context: Pick<ServerContext, 'sealing' | 'now' | 'random'>,
  by: AuditActor,
  entries: readonly EntryDetails[],
): Promise<void> {
  const since = context.now();
  const usersOf = (some: readonly EntryDetails[]): UserRow[] => some.map(({ user }) => user);
  const known = (some: readonly EntryDetails[]): UserRow[] => usersOf(some.filter(({ isNew }) => !isNew));
  const named = entries.filter(({ names }) => names !== undefined);
  const shared = await replaceNames(
    trx,
    known(named),
    named.flatMap(({ user, names }) =>
      (names?.all ?? []).map((name) => ({
        user_id: user,
        name_key: name,
        protected: names?.protected.includes(name) ? 1 : 0,
        since,
      })),
    ),
  );
  await foldWords(trx, usersOf(entries));
  const userIds = new Map<string, string>(named.map(({ user, userId }) => [user, userId]));
  await record(
    trx,
    context,
    by,
    ...shared.flatMap(({ user_id, name_key, holder }) => {
      const names = { name: name_key, user: userIds.get(user_id) ?? '', holder };
      return [names.user, holder].map((user) => ({
        action: 'user.edit' as const,
        object: `user:${user}`,
        result: 'refused' as const,
        reason: text('event.name-held', names),
      }));
    }),
  );
  const grouped = entries.filter(({ groups }) => groups !== undefined);
  await replaceGroups(
    trx,
    known(grouped),
    grouped.flatMap(({ user, groups = [] }) => groups.map((name) => ({ user_id: user, name }))),
  );
  await saveSourceMail(
    trx,
    entries.flatMap(({ user, isNew, mail }) =>
      mail === undefined || (isNew && mail.language === null && mail.certificate === null)
        ? []
        : [{ user_id: user, source_language: mail.language, source_certificate: mail.certificate }],
    ),
  );
}
