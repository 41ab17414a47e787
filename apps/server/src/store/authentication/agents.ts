/** Authentication agents, their shared credentials, and the results of their attempts. Keys and attempts are stored only as keyed hashes. */

import type { AgentKind } from '@sower/api/agents';
import { sql } from 'kysely';
import { actorOf } from '../audit/rows.ts';
import { countOf } from '../db/bounded-count.ts';
import { isPostgresql } from '../db/database-kind.ts';
import { changeRows, findOne, hasRow, listAll } from '../db/rows.ts';
import type { KeyedHash } from '../schema/brands.ts';
import type { Connection, NewRow } from '../schema/schema.ts';

export const listAgents = (db: Connection) => listAll(db, 'agents', 'name_key');

export const findAgentByKey = (db: Connection, keyHash: KeyedHash) =>
  findOne(db, 'agents', { key_hash: keyHash, enabled: 1 });

export const findAgentByName = (db: Connection, nameKey: string) =>
  findOne(db, 'agents', { name_key: nameKey });

/** How many registered themselves, up to `most`. */
export const countRegistered = (db: Connection, most: number) =>
  countOf(db, sql`select 1 from agents where registered_itself = 1`, most);

/** That it was there; its version stays. */
export const noteAgent = (
  db: Connection,
  id: string,
  seen: { readonly at: number; readonly userAgent: string | null },
) => changeRows(db, 'agents', { id }, { last_seen_at: seen.at, user_agent: seen.userAgent });

export const hasAgentOfKind = (db: Connection, kind: AgentKind) => hasRow(db, 'agents', { kind, enabled: 1 });

const RECENT = 100;

type Counted = { readonly actor: string; readonly steps: number; readonly refused: number };

/**
 * Of the last steps that each of them asked for: how many there are, and how many were refused. In one statement, however many agents.
 * @param actors what the audit trail calls them, before it escapes anything
 */
export async function countRecent(
  db: Connection,
  actors: readonly string[],
): Promise<ReadonlyMap<string, Omit<Counted, 'actor'>>> {
  const written = new Map(actors.map((actor) => [actorOf(actor), actor]));
  const recent = sql`(select result from audit where audit.actor = a.value order by audit.id desc limit ${RECENT}) as r`;
  const values = JSON.stringify([...written.keys()]);
  const named = isPostgresql(db)
    ? sql`jsonb_array_elements_text(cast(${values} as jsonb))`
    : sql`json_each(${values})`;
  const { rows } = await sql<Counted>`
    select a.value as actor, (select count(*) from ${recent}) as steps,
      (select count(*) from ${recent} where r.result = 'refused') as refused from ${named} as a`.execute(db);
  return new Map(
    rows.map(({ actor, steps, refused }) => [
      written.get(actor) ?? actor,
      { steps: Number(steps), refused: Number(refused) },
    ]),
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
export function listAgentsOfCredentials(db: Connection, credentialIds: readonly string[]) {
  if (credentialIds.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('agent_credential_uses')
    .innerJoin('agents', 'agents.id', 'agent_credential_uses.agent_id')
    .select(['agent_credential_uses.credential_id', 'agents.name', 'agent_credential_uses.last_used_at'])
    .where('agent_credential_uses.credential_id', 'in', [...credentialIds])
    .orderBy('agent_credential_uses.last_used_at', 'desc')
    .execute();
}
