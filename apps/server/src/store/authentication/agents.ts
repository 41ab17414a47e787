/** Authentication agents, and the results of their attempts. Keys and attempts are stored only as keyed hashes. */
import type { KeyedHash } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export function listAgents(db: Connection): Promise<Row<'agents'>[]> {
  return db.selectFrom('agents').selectAll().orderBy('name_key').execute();
}

export function findAgent(db: Connection, id: string): Promise<Row<'agents'> | undefined> {
  return db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst();
}

export function findAgentByKey(db: Connection, keyHash: KeyedHash): Promise<Row<'agents'> | undefined> {
  return db
    .selectFrom('agents')
    .selectAll()
    .where('key_hash', '=', keyHash)
    .where('enabled', '=', 1)
    .executeTakeFirst();
}

export function insertAgent(db: Connection, row: NewRow<'agents'>): Promise<Row<'agents'>> {
  return db.insertInto('agents').values(row).returningAll().executeTakeFirstOrThrow();
}

/** @returns undefined if the row has another version by now */
export function updateAgent(
  db: Connection,
  id: string,
  version: number,
  change: Partial<
    Pick<NewRow<'agents'>, 'name' | 'name_key' | 'domain' | 'only_groups' | 'enabled' | 'key_hash'>
  >,
): Promise<Row<'agents'> | undefined> {
  return db
    .updateTable('agents')
    .set({ ...change, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .returningAll()
    .executeTakeFirst();
}

export function deleteAgent(db: Connection, id: string): Promise<Row<'agents'> | undefined> {
  return db.deleteFrom('agents').where('id', '=', id).returningAll().executeTakeFirst();
}

/**
 * An attempt ends once, and the first result stays. The exception is an acceptance: it replaces a rejection, since a copy of the same
 * answer that came second may be recorded first.
 * @returns false if it had already ended
 */
export async function claimAgentResult(
  db: Connection,
  row: NewRow<'agent_results'>,
  now: number,
): Promise<boolean> {
  await db.deleteFrom('agent_results').where('expires_at', '<', now).execute();
  const claimed = await db
    .insertInto('agent_results')
    .values(row)
    .onConflict((conflict) =>
      row.result === 'accepted'
        ? conflict
            .column('attempt_hash')
            .doUpdateSet({ result: 'accepted' })
            .where('agent_results.result', '=', 'rejected')
        : conflict.doNothing(),
    )
    .returning('attempt_hash')
    .executeTakeFirst();
  return claimed !== undefined;
}

/** Whatever the result was or will be: the attempt has ended, and is unknown from here on. */
export async function removeAgentResult(
  db: Connection,
  attemptHash: KeyedHash,
  expiresAt: number,
): Promise<void> {
  await db
    .insertInto('agent_results')
    .values({ attempt_hash: attemptHash, result: 'removed', expires_at: expiresAt })
    .onConflict((conflict) => conflict.column('attempt_hash').doUpdateSet({ result: 'removed' }))
    .execute();
}

export function findAgentResult(
  db: Connection,
  attemptHash: KeyedHash,
): Promise<Row<'agent_results'> | undefined> {
  return db
    .selectFrom('agent_results')
    .selectAll()
    .where('attempt_hash', '=', attemptHash)
    .executeTakeFirst();
}
