/** Users of the deployment: add, edit, delete. */
import type { User, UserInput, UserPatch } from '@sower/api/resources';
import type { Floor } from '../floor.ts';
import { done, type Outcome, refused, undoable } from '../outcome.ts';
import { releaseToken } from '../provisioning/assign.ts';
import { isoTime } from '../provisioning/distribution-view.ts';
import { editedMeanwhile } from '../provisioning/profile.ts';
import { type AuditEvent, insertAudit } from '../store/audit.ts';
import { newId } from '../store/ids.ts';
import type { Connection, Row } from '../store/schema.ts';
import { listTokensOf } from '../store/tokens.ts';
import { deleteUser, findUser, insertUser, updateUser, userIdKey } from '../store/users.ts';
import { isUniqueViolation } from '../store/violation.ts';
import { type Actor, actorName, denied } from './actor.ts';

type Uses = Pick<Floor, 'db' | 'now' | 'random'>;

export async function viewUsers(db: Connection, rows: readonly Row<'users'>[]): Promise<User[]> {
  const tokens = Map.groupBy(
    await listTokensOf(
      db,
      rows.map((row) => row.id),
    ),
    (token) => token.user_id,
  );
  return rows.map((row) => ({
    userId: row.user_id,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    enabled: row.enabled === 1,
    tokens: (tokens.get(row.id) ?? []).map((token) => token.serial),
    createdAt: isoTime(row.created_at),
    version: row.version,
  }));
}

export async function showUser(db: Connection, userId: string): Promise<Outcome<User>> {
  const row = await findUser(db, userId);
  const [view] = row ? await viewUsers(db, [row]) : [];
  return view ? done(view) : noSuchUser(userId);
}

export async function addUser(uses: Uses, actor: Actor, input: UserInput): Promise<Outcome<User>> {
  const denial = denied(actor, 'users:edit');
  if (denial) return denial;
  const key = userIdKey(input.userId);
  // Folding may leave nothing of an exotic id, and an empty key must never stand for anybody.
  if (key === '') return refused('invalid-request', 'The user id has no usable characters.');
  try {
    return await uses.db.transaction().execute(async (trx) => {
      const row = await insertUser(trx, {
        id: newId(uses),
        user_id: input.userId,
        user_id_key: key,
        first_name: input.firstName,
        last_name: input.lastName,
        email: input.email,
        enabled: 1,
        created_at: uses.now(),
        version: 1,
      });
      await insertAudit(trx, uses, event(actor, 'user.add', row.user_id));
      const [view] = await viewUsers(trx, [row]);
      return done(view as User);
    });
  } catch (error) {
    if (isUniqueViolation(error)) {
      return refused('already-exists', `There is a user "${input.userId}" already (case does not matter).`);
    }
    throw error;
  }
}

export async function editUser(
  uses: Uses,
  actor: Actor,
  input: { readonly userId: string; readonly version: number; readonly change: UserPatch },
): Promise<Outcome<User>> {
  const denial = denied(actor, 'users:edit');
  if (denial) return denial;
  const present = await findUser(uses.db, input.userId);
  if (!present) return noSuchUser(input.userId);
  const { firstName, lastName, email, enabled } = input.change;
  return uses.db.transaction().execute(async (trx) => {
    const row = await updateUser(trx, present.id, input.version, {
      first_name: firstName ?? present.first_name,
      last_name: lastName ?? present.last_name,
      email: email ?? present.email,
      enabled: enabled === undefined ? present.enabled : enabled ? 1 : 0,
    });
    if (!row) return editedMeanwhile(present.version);
    const changed = Object.keys(input.change).join(', ');
    await insertAudit(trx, uses, { ...event(actor, 'user.edit', row.user_id), reason: changed });
    const [view] = await viewUsers(trx, [row]);
    return done(view as User);
  });
}

export async function removeUser(uses: Uses, actor: Actor, userId: string): Promise<Outcome<undefined>> {
  const denial = denied(actor, 'users:edit');
  if (denial) return denial;
  const present = await findUser(uses.db, userId);
  if (!present) return noSuchUser(userId);
  return undoable(() =>
    uses.db.transaction().execute(async (trx) => {
      for (const token of await listTokensOf(trx, [present.id])) {
        await releaseToken(trx, uses, actor, { ...token, holder: present.user_id });
      }
      await deleteUser(trx, present.id);
      await insertAudit(trx, uses, event(actor, 'user.delete', present.user_id));
      return undefined;
    }),
  );
}

export const noSuchUser = (userId: string) => refused('not-found', `There is no user "${userId}".`);

function event(actor: Actor, action: 'user.add' | 'user.edit' | 'user.delete', userId: string): AuditEvent {
  return {
    actor: actorName(actor),
    action,
    object: `user:${userId}`,
    result: 'success',
    source: actor.source,
  };
}
