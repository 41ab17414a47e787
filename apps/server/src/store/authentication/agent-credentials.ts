/** Credentials that agents share, and which agents have used each. */
import type { KeyedHash } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';

type CredentialRow = Row<'agent_credentials'>;

export function listCredentials(db: Connection): Promise<CredentialRow[]> {
  return db.selectFrom('agent_credentials').selectAll().orderBy('id').execute();
}

export function findCredentialByKey(db: Connection, keyHash: KeyedHash): Promise<CredentialRow | undefined> {
  return db.selectFrom('agent_credentials').selectAll().where('key_hash', '=', keyHash).executeTakeFirst();
}

export function findCredentialByAccessId(
  db: Connection,
  accessId: string,
): Promise<CredentialRow | undefined> {
  return db.selectFrom('agent_credentials').selectAll().where('access_id', '=', accessId).executeTakeFirst();
}

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
