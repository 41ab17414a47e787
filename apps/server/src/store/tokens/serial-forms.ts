/** Serial numbers in SQL: our own of 12 digits, and those of other makers, which have an index of their own. */
import { type RawBuilder, sql } from 'kysely';
import { isPostgresql } from '../db/database-kind.ts';
import type { Connection } from '../schema/schema.ts';

export const OWN_LENGTH = 12;

export const ownSerial = (number: number): string => String(number).padStart(OWN_LENGTH, '0');

/** As the index of migration 0090-foreign-serials defines it. */
export function isForeign(db: Connection): RawBuilder<boolean> {
  const serial = sql.ref('tokens.serial');
  return isPostgresql(db)
    ? sql`${serial} !~ '^[0-9]{12}$'`
    : sql`(length(${serial}) <> 12 or ${serial} glob '*[^0-9]*')`;
}
