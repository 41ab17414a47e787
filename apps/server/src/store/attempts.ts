/** Authentications that wait for an answer, each a row that expires. */
import type { ExpressionBuilder } from 'kysely';
import type { Connection, NewRow, Row, Schema } from './schema.ts';

/** Adds them, and takes away what has expired. */
export async function insertAttempts(
  db: Connection,
  rows: readonly NewRow<'attempts'>[],
  now: number,
): Promise<void> {
  if (rows.length === 0) return;
  await db.deleteFrom('attempts').where('expires_at', '<=', now).execute();
  await db
    .insertInto('attempts')
    .values([...rows])
    .execute();
}

/** The question, for one answer only: at most one caller ever gets it, and only who asked for it. */
export function claimAttempt(
  db: Connection,
  attempt: { readonly idHash: string; readonly asker: string; readonly now: number },
): Promise<Row<'attempts'> | undefined> {
  return db
    .deleteFrom('attempts')
    .where('id_hash', '=', attempt.idHash)
    .where('asker', '=', attempt.asker)
    .where('expires_at', '>', attempt.now)
    .returningAll()
    .executeTakeFirst();
}

/** A tokencode that may answer a question for it: shown by asking anew, by who can show one passcode at a time. */
export type ShownAnew = {
  readonly tokenId: string;
  readonly asker: string;
  readonly position: number;
  readonly now: number;
};

/** The question that it answers. */
const answeredBy = (shown: ShownAnew) => (eb: ExpressionBuilder<Schema, 'attempts'>) =>
  eb.and([
    eb('token_id', '=', shown.tokenId),
    eb('asker', '=', shown.asker),
    eb('challenge', '=', 'next-tokencode'),
    eb('position', '<', shown.position),
    eb('expires_at', '>', shown.now),
  ]);

/** Whether there is such a question. It is claimed with the tokencode, not before: a copy that found it gone would use the tokencode up. */
export async function findNextTokencode(db: Connection, shown: ShownAnew): Promise<boolean> {
  const row = await db
    .selectFrom('attempts')
    .select('id_hash')
    .where(answeredBy(shown))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** At most one caller gets it. */
export async function claimNextTokencode(db: Connection, shown: ShownAnew): Promise<boolean> {
  const rows = await db.deleteFrom('attempts').where(answeredBy(shown)).returning('id_hash').execute();
  return rows.length > 0;
}

export async function deleteAttemptsOf(db: Connection, tokenId: string): Promise<void> {
  await db.deleteFrom('attempts').where('token_id', '=', tokenId).execute();
}
