/** Which versions of PostgreSQL are supported, and for how long: as long as PostgreSQL itself supports them. */
import { sql } from 'kysely';
import type { Connection } from '../../schema/schema.ts';

/** https://www.postgresql.org/support/versioning/: the day of the last corrections. */
export const SUPPORTED_POSTGRESQL: Readonly<Record<number, string>> = {
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
};

/** @returns as the server calls itself, such as `17.12`, and its major version */
export async function readPostgresqlVersion(
  db: Connection,
): Promise<{ readonly name: string; readonly major: number }> {
  const { rows } = await sql<{ number: number; name: string }>`
    select current_setting('server_version_num')::int as number,
      split_part(current_setting('server_version'), ' ', 1) as name`.execute(db);
  const { number, name } = rows[0] as (typeof rows)[0];
  return { name, major: Math.floor(Number(number) / 10_000) };
}
