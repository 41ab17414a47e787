/** What the entries of a run change, counted by kind. Changes are JSON by field, so a quoted name followed by a colon is always a field. */

import { sourceChangeKinds, sourceExcessSchema } from '@sower/api/identity-sources';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { Connection } from '../schema/schema.ts';
import { storedJson } from '../schema/stored-json.ts';

const changes = (...fields: readonly string[]): RawBuilder<boolean> =>
  sql`(${sql.join(
    fields.map((field) => sql`changes like ${`%"${field}":%`}`),
    sql` or `,
  )})`;
const count = (condition: RawBuilder<unknown>) => sql`sum(case when ${condition} then 1 else 0 end)`;

const COLUMNS = [
  'added',
  'returning',
  'userIds',
  'names',
  'details',
  'groups',
  'domains',
  'conflicts',
] as const;
type CountedChanges = Record<(typeof COLUMNS)[number], number>;

/** A link is chosen for each user by an administrator, and who is gone is counted as disabled. */
export async function countChanges(db: Connection, jobId: string, sourceId: string): Promise<CountedChanges> {
  const ofUser = sql`rank is not null and target is not null and action not in ('linked', 'gone')`;
  const { rows } = await sql<Record<string, number | string | null>>`select
      ${count(sql`action = 'added' and rank is not null`)} as c0,
      ${count(sql`${ofUser} and changes like '%"enabled":[false,true]%'`)} as c1,
      ${count(sql`${ofUser} and action not in ('conflict', 'skipped') and ${changes('userId')}`)} as c2,
      ${count(sql`${ofUser} and ${changes('email', 'logOnNames', 'protectedNames')}`)} as c3,
      ${count(sql`${ofUser} and ${changes('firstName', 'lastName', 'telephone', 'language', 'certificate', 'entry')}`)} as c4,
      ${count(sql`${ofUser} and ${changes('groups')}`)} as c5,
      ${count(sql`${ofUser} and ${changes('securityDomain')}`)} as c6,
      ${count(sql`action = 'conflict' and not exists (select 1 from contested_user_ids c where c.source_id = ${sourceId}
        and c.source_key = source_entries.source_key and c.user_id_key = source_entries.user_id_key)`)} as c7
    from source_entries where job_id = ${jobId} and action is not null`.execute(db);
  return Object.fromEntries(
    COLUMNS.map((name, index) => [name, Number(rows[0]?.[`c${index}`] ?? 0)]),
  ) as CountedChanges;
}

/** Of users who stay. */
export async function listRoleChanges(
  db: Connection,
  jobId: string,
): Promise<{ readonly before: readonly string[]; readonly after: readonly string[] }[]> {
  const { rows } = await sql<{ changes: string }>`select changes from source_entries
    where job_id = ${jobId} and rank is not null and action <> 'gone' and ${changes('roles')}`.execute(db);
  return rows.map((row) => {
    const [before, after] = readRoleChange(row.changes).roles;
    return { before, after };
  });
}

/** How many entries of a run cannot become users or change one, by the reason. */
export async function countRefusals(db: Connection, jobId: string) {
  const { rows } = await sql<{ text: string | null; count: number | string }>`
    select text, count(*) as count from source_entries where job_id = ${jobId} and action = 'refused'
    group by text`.execute(db);
  return rows.map((row) => ({ text: row.text ?? '', count: Number(row.count) }));
}

/** What runs of identity sources store as JSON: of each entry, and of the run as a whole. */
const names = z.array(z.string());

export const readLogOnNames = storedJson('source_entries.log_on_names', names);
export const readProtectedNames = storedJson('source_entries.protected_names', names);
export const readGroups = storedJson('source_entries.in_groups', names);

const changesSchema = z.record(z.string(), z.tuple([z.unknown(), z.unknown()]));
/** Field, as it is, as it will be. */
export type Changes = Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
const readStoredChanges = storedJson('source_entries.changes', changesSchema);
export const readChanges = (text: string | null): Changes => (text === null ? {} : readStoredChanges(text));
const readRoleChange = storedJson('source_entries.changes', z.object({ roles: z.tuple([names, names]) }));

/** Why an entry is refused, also by a text that this version does not have. */
export const readRefusalCode = storedJson('source_entries.text', z.object({ code: z.string() }));

/** How many findings of each action. */
export const readCounts = storedJson('source_runs.counts', z.record(z.string(), z.number()));
/** How many users, by kind of change. */
export const readCountedChanges = storedJson(
  'source_runs.changes',
  z.partialRecord(z.enum(sourceChangeKinds), z.number()),
);
export const readExcesses = storedJson('source_runs.exceeds', z.array(sourceExcessSchema));
