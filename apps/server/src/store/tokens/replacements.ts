/** Pairs of tokens: one is waiting to replace the other. Few tokens are in one, so the table stays small. */

import { sql } from 'kysely';
import { fewTexts } from '../db/parameter-rows.ts';
import { claimRow, insertRow } from '../db/rows.ts';
import type { TokenKey } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

/** @throws a unique violation if one of the two already has this part in another pair */
export const insertReplacement = (db: Connection, row: NewRow<'replacements'>) =>
  insertRow(db, 'replacements', row);

/** At most one caller ends a pair by its first use. */
export const claimReplacement = (db: Connection, tokenId: TokenKey) =>
  claimRow(db, 'replacements', { token_id: tokenId });

/** Whether someone began one, or the replacement is a token that a rule gave. */
export async function hasReplacementsOf(db: Connection, ruleId: string, createdBy: string): Promise<boolean> {
  const { rows } = await sql`select 1 from replacements p join tokens n on n.id = p.token_id
    where p.created_by = ${createdBy} or n.rule_id = ${ruleId} limit 1`.execute(db);
  return rows.length > 0;
}

export type Pair = Pick<Row<'replacements'>, 'token_id' | 'replaced_id' | 'afterwards'> & {
  readonly serial: string;
  readonly replaced_serial: string;
};

/** The pairs that these tokens are in. */
export async function listReplacements(db: Connection, tokenIds: readonly TokenKey[]): Promise<Pair[]> {
  if (tokenIds.length === 0) return [];
  return db
    .selectFrom('replacements')
    .innerJoin('tokens', 'tokens.id', 'replacements.token_id')
    .innerJoin('tokens as replaced', 'replaced.id', 'replacements.replaced_id')
    .select([
      'replacements.token_id',
      'replacements.replaced_id',
      'replacements.afterwards',
      'tokens.serial',
      'replaced.serial as replaced_serial',
    ])
    .where(({ eb, or }) =>
      or([
        eb('replacements.token_id', 'in', fewTexts(tokenIds)),
        eb('replacements.replaced_id', 'in', fewTexts(tokenIds)),
      ]),
    )
    .execute();
}
