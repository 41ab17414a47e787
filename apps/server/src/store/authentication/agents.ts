/** Authentication agents, their shared credentials, and the results of their attempts. Keys and attempts are stored only as keyed hashes. */

import type { AgentKind } from '@sower/api/agents';
import { type ExpressionBuilder, sql } from 'kysely';
import { changeRows, findOne, hasRow, listAll } from '../db/rows.ts';
import type { KeyedHash } from '../schema/brands.ts';
import type { Connection, NewRow, Schema } from '../schema/schema.ts';

export const listAgents = (db: Connection) => listAll(db, 'agents', 'name_key');

export const findAgentByKey = (db: Connection, keyHash: KeyedHash) =>
  findOne(db, 'agents', { key_hash: keyHash, enabled: 1 });

export const findAgentByName = (db: Connection, nameKey: string) =>
  findOne(db, 'agents', { name_key: nameKey });

/** How many registered themselves, up to `most`. */
export async function countRegistered(db: Connection, most: number): Promise<number> {
  const rows = await db
    .selectFrom('agents')
    .select('id')
    .where('registered_itself', '=', 1)
    .limit(most)
    .execute();
  return rows.length;
}

/** That it was there; its version stays. */
export const noteAgent = (
  db: Connection,
  id: string,
  seen: { readonly at: number; readonly userAgent: string | null },
) => changeRows(db, 'agents', { id }, { last_seen_at: seen.at, user_agent: seen.userAgent });

export const hasAgentOfKind = (db: Connection, kind: AgentKind) => hasRow(db, 'agents', { kind, enabled: 1 });

const RECENT = 100;

/**
 * Of the last steps that each of them asked for: how many there are, and how many were refused. In one statement, however many agents.
 * @param actorPrefix what the audit trail puts before the name of an agent
 */
export async function countRecent(
  db: Connection,
  ids: readonly string[],
  actorPrefix: string,
): Promise<ReadonlyMap<string, { readonly steps: number; readonly refused: number }>> {
  if (ids.length === 0) return new Map();
  const recent = (eb: ExpressionBuilder<Schema, 'agents'>) =>
    eb
      .selectFrom('audit')
      .select('result')
      .where('actor', '=', sql<string>`${actorPrefix} || ${eb.ref('agents.name')}`)
      .orderBy('id', 'desc')
      .limit(RECENT)
      .as('recent');
  const rows = await db
    .selectFrom('agents')
    .select((eb) => [
      'id',
      eb.selectFrom(recent(eb)).select(eb.fn.countAll<number>().as('steps')).as('steps'),
      eb
        .selectFrom(recent(eb))
        .select(eb.fn.countAll<number>().as('refused'))
        .where('recent.result', '=', 'refused')
        .as('refused'),
    ])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(
    rows.map(({ id, steps, refused }) => [id, { steps: Number(steps), refused: Number(refused) }]),
  );
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

export const findAgentResult = (db: Connection, attemptHash: KeyedHash) =>
  findOne(db, 'agent_results', { attempt_hash: attemptHash });

/** Credentials that agents share, and which agents have used each. */
export const listCredentials = (db: Connection) => listAll(db, 'agent_credentials', 'id');

export const findCredentialByKey = (db: Connection, keyHash: KeyedHash) =>
  findOne(db, 'agent_credentials', { key_hash: keyHash });

export const findCredentialByAccessId = (db: Connection, accessId: string) =>
  findOne(db, 'agent_credentials', { access_id: accessId });

/** Nothing is noted of a credential or an agent that is gone by now. */
export async function noteCredentialUse(
  db: Connection,
  use: { readonly credentialId: string; readonly agentId: string; readonly at: number },
): Promise<void> {
  await db
    .insertInto('agent_credential_uses')
    .columns(['credential_id', 'agent_id', 'last_used_at'])
    .expression((eb) =>
      eb
        .selectFrom(['agent_credentials', 'agents'])
        .select((its) => ['agent_credentials.id', 'agents.id as agent', its.val(use.at).as('at')])
        .where('agent_credentials.id', '=', use.credentialId)
        .where('agents.id', '=', use.agentId),
    )
    .onConflict((conflict) =>
      conflict.columns(['credential_id', 'agent_id']).doUpdateSet({ last_used_at: use.at }),
    )
    .execute();
}

/** The latest first. */
export function listAgentsOfCredentials(
  db: Connection,
  credentialIds: readonly string[],
): Promise<{ credential_id: string; name: string; last_used_at: number }[]> {
  if (credentialIds.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('agent_credential_uses')
    .innerJoin('agents', 'agents.id', 'agent_credential_uses.agent_id')
    .select(['agent_credential_uses.credential_id', 'agents.name', 'agent_credential_uses.last_used_at'])
    .where('agent_credential_uses.credential_id', 'in', [...credentialIds])
    .orderBy('agent_credential_uses.last_used_at', 'desc')
    .execute();
}
