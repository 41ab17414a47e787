/** Counts whom a policy affects. */
import { sql } from 'kysely';
import type { Connection } from '../schema/schema.ts';

export type Reach = {
  readonly users: number;
  readonly tokens: number;
  readonly tokensWithPin: number;
  readonly tokensWithoutPin: number;
  readonly usersLocked: number;
  readonly tokensInEmergency: number;
};

/** @param paths of the security domains that the users are in */
export async function countReach(db: Connection, paths: readonly string[], now: number): Promise<Reach> {
  if (paths.length === 0) {
    return {
      users: 0,
      tokens: 0,
      tokensWithPin: 0,
      tokensWithoutPin: 0,
      usersLocked: 0,
      tokensInEmergency: 0,
    };
  }
  const within = sql.join(paths.map((path) => sql`${path}`));
  const { rows } = await sql<Record<keyof Reach, number>>`
    select
      (select count(*) from users where domain in (${within})) as users,
      (select count(*) from users where domain in (${within}) and locked_until > ${now}) as "usersLocked",
      count(*) as tokens,
      coalesce(sum(case when tokens.pin is not null then 1 else 0 end), 0) as "tokensWithPin",
      coalesce(sum(case when tokens.pin is null and exists (
        select 1 from seeds where seeds.token_id = tokens.id and seeds.authentication_type <> 'tokencode'
      ) then 1 else 0 end), 0) as "tokensWithoutPin",
      coalesce(sum(case when tokens.emergency_until > ${now} then 1 else 0 end), 0) as "tokensInEmergency"
    from tokens join users on users.id = tokens.user_id where users.domain in (${within})`.execute(db);
  const row = rows[0] as Record<keyof Reach, number>;
  return {
    users: Number(row.users),
    tokens: Number(row.tokens),
    tokensWithPin: Number(row.tokensWithPin),
    tokensWithoutPin: Number(row.tokensWithoutPin),
    usersLocked: Number(row.usersLocked),
    tokensInEmergency: Number(row.tokensInEmergency),
  };
}
