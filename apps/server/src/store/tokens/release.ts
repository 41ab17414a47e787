/** What a token loses with its user, however they lose it: columns that are reset, and rows that are deleted. */

import { sql } from 'kysely';
import { preparedByIds } from '../db/prepared.ts';
import type { Connection, Row } from '../schema/schema.ts';

/** What the token is, and where: `distributed` follows its distributions. A new column is one of these, or is released. */
type Kept =
  | 'id'
  | 'serial'
  | 'domain'
  | 'expires_on'
  | 'created_at'
  | 'version'
  | 'distributed'
  | 'kind'
  | 'maker'
  | 'form_factor'
  | 'label'
  | 'batch';

export const RELEASED = {
  user_id: null,
  enabled: 0,
  lost: 0,
  failures: 0,
  last_failure_at: null,
  pin: null,
  pin_set_at: null,
  pin_change: 0,
  emergency_until: null,
  emergency_return: null,
  lent_until: null,
  lent_instead: null,
  rule_id: null,
} as const satisfies { readonly [C in Exclude<keyof Row<'tokens'>, Kept>]: Row<'tokens'>[C] };

/** The same, in a statement. */
export const RELEASING = sql.join(
  Object.entries(RELEASED).map(([column, value]) => sql`${sql.ref(column)} = ${sql.lit(value)}`),
);

const OWN = sql`token_id in (select v.id from v)`;
const RULES = {
  // A hardware token has no other, and the next user needs it.
  seeds: sql`token_id in (select tokens.id from v join tokens on tokens.id = v.id where tokens.kind = 'software')`,
  replacements: sql`${OWN} or replaced_id in (select v.id from v)`,
  pin_history: OWN,
  attempts: OWN,
  emergency_codes: OWN,
};
export const FORGOTTEN_WITH_HOLDER = Object.keys(RULES);
const FORGET = Object.entries(RULES).map(([table, which]) =>
  preparedByIds(sql`delete from ${sql.table(table)} where ${which}`),
);

/** @param tokenIds their live codes have been withdrawn: an activation that is on its way would store a seed after this */
export async function forgetHolders(db: Connection, tokenIds: readonly string[]): Promise<void> {
  for (const forget of FORGET) await forget(db, tokenIds);
}
