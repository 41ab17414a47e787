/**
 * Who has moved: the rule of coexistence, once for rows that were read and once as a condition of SQL. A test holds one against the other.
 *
 * A user has moved who holds a token that was lost, that has ever been used here, or that is enabled and has its seed; or to whom a token was
 * once given because of passcodes that an old server accepted. A token that an administrator disabled, and that was never used here, moves no
 * one: imported tokens wait so. A new token whose seed waits for its first passcode does not either, so that the old one works until then.
 */
import { type RawBuilder, sql } from 'kysely';
import type { VerifiableRow } from '../tokens/seeds.ts';

export type MovingRow = Pick<
  VerifiableRow,
  'token_id' | 'token_enabled' | 'token_lost' | 'seed_id' | 'state' | 'last_accepted_at'
>;

/** @param rows every token of the user, with its seeds */
export const hasMoved = (rows: readonly MovingRow[]): boolean =>
  rows.some(
    (row) =>
      row.token_id !== null &&
      (row.token_lost === 1 ||
        (row.seed_id !== null &&
          (row.last_accepted_at !== null || (row.token_enabled === 1 && row.state === 'current')))),
  );

/** Of `users`. */
export const MOVED: RawBuilder<boolean> = sql<boolean>`(
  exists (select 1 from tokens left join seeds on seeds.token_id = tokens.id where tokens.user_id = users.id and (
    tokens.lost = 1 or seeds.last_accepted_at is not null or (tokens.enabled = 1 and seeds.state = 'current')))
  or exists (select 1 from coexistence_users c where c.user_key = users.user_id_key and c.lesson = 'moved'))`;
