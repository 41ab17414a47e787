/** Runs of identity sources: entries as they were read, what each changes about a user, and applying this batch by batch. */

import type { EntryAction } from '@sower/api/identity-sources';
import { sql } from 'kysely';
import { FOR_EACH_ROW, isPostgresql } from '../db/database-kind.ts';
import { fewTexts, fromRows, listed, type RowOf } from '../db/parameter-rows.ts';
import { preparedBatch, preparedChange } from '../db/prepared.ts';
import { changeRows, countRows, deleteRows, findAll, findColumns, findOne, insertRow } from '../db/rows.ts';
import { PERSON } from '../directory/users.ts';
import type { UserRow } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export type RunRow = Row<'source_runs'>;
export type EntryRow = Row<'source_entries'>;

export const insertRun = (db: Connection, row: NewRow<'source_runs'>) => insertRow(db, 'source_runs', row);

export const findRun = (db: Connection, jobId: string) => findOne(db, 'source_runs', { job_id: jobId });

export const updateRun = (
  db: Connection,
  jobId: string,
  change: Partial<Omit<RunRow, 'job_id' | 'source_id'>>,
) => changeRows(db, 'source_runs', { job_id: jobId }, change);

const withJobs = (db: Connection) =>
  db
    .selectFrom('source_runs')
    .innerJoin('jobs', 'jobs.id', 'source_runs.job_id')
    .selectAll('source_runs')
    .select([
      'jobs.id',
      'jobs.state',
      'jobs.phase',
      'jobs.done',
      'jobs.left_out',
      'jobs.actor_name',
      'jobs.created_at',
      'jobs.ended_at',
      'jobs.reason',
      'jobs.text',
    ]);

/** Latest first, with their jobs. @param before ID of the last row of the previous page */
export function listRuns(db: Connection, sourceId: string, limit: number, before?: string) {
  let query = withJobs(db).where('source_id', '=', sourceId).orderBy('job_id', 'desc').limit(limit);
  if (before !== undefined) query = query.where('job_id', '<', before);
  return query.execute();
}
export type ListedRun = Awaited<ReturnType<typeof listRuns>>[number];

export function findListedRun(db: Connection, sourceId: string, jobId: string) {
  return withJobs(db)
    .where('source_id', '=', sourceId)
    .where('job_id', '=', jobId)
    .executeTakeFirst() as Promise<ListedRun | undefined>;
}

const READ = {
  job_id: 'text',
  position: 'bigint',
  source_key: 'text',
  name: 'text',
  user_id: 'text',
  user_id_key: 'text',
  first_name: 'text',
  last_name: 'text',
  email: 'text',
  telephone: 'text',
  language: 'text',
  certificate: 'text',
  log_on_names: 'text',
  protected_names: 'text',
  state: 'text',
  text: 'text',
  domain: 'text',
  in_groups: 'text',
  mark: 'text',
} as const;
/** As the directory has it. */
export type ReadEntry = Pick<EntryRow, keyof typeof READ>;

const COMPARED = {
  job_id: 'text',
  position: 'bigint',
  action: 'text',
  changes: 'text',
  claim: 'text',
  rank: 'bigint',
  circle: 'bigint',
  target: 'text',
  target_version: 'bigint',
  disables: 'bigint',
  text: 'text',
} as const;
/** What it changes about a user. */
export type ComparedEntry = Pick<EntryRow, keyof typeof COMPARED>;

export type StagedEntry = ReadEntry & ComparedEntry;
const STAGED = { ...READ, ...COMPARED } as const;
export const stageEntries = preparedChange<typeof STAGED, StagedEntry>(
  STAGED,
  sql`insert into source_entries (${listed(STAGED)}) select ${listed(STAGED, 'v')} from v`,
);

export const clearEntries = (db: Connection, jobId: string) =>
  deleteRows(db, 'source_entries', { job_id: jobId });

/** Names of entries that are staged, by their keys. */
export async function namesOfStaged(
  db: Connection,
  jobId: string,
  keys: readonly string[],
): Promise<Map<string, string>> {
  const staged = { job_id: jobId, source_key: ['in', keys] } as const;
  const rows = await findColumns(db, 'source_entries', ['source_key', 'name'], staged);
  return new Map(rows.flatMap(({ source_key, name }) => (source_key === null ? [] : [[source_key, name]])));
}

export const listUsersByKeys = (db: Connection, sourceId: string, keys: readonly string[]) =>
  findAll(db, 'users', { source_id: sourceId, source_key: ['in', keys] });

export async function listNamesOfUsers(
  db: Connection,
  ids: readonly UserRow[],
): Promise<Map<string, Row<'user_names'>[]>> {
  const rows = await findAll(db, 'user_names', { user_id: ['in', ids] }, { order: ['name_key'] });
  return Map.groupBy(rows, ({ user_id }) => user_id);
}

/** What these users have from their source for mail. */
export async function listSourceMail(
  db: Connection,
  ids: readonly UserRow[],
): Promise<Map<string, Pick<Row<'user_mail'>, 'source_language' | 'source_certificate'>>> {
  const rows = await findAll(db, 'user_mail', { user_id: ['in', ids] });
  return new Map(rows.map((row) => [row.user_id, row]));
}

const SOURCE_MAIL = { user_id: 'text', source_language: 'text', source_certificate: 'text' } as const;
export const saveSourceMail = preparedChange(
  SOURCE_MAIL,
  sql`insert into user_mail (${listed(SOURCE_MAIL)}) select ${listed(SOURCE_MAIL, 'v')} from v where true
    on conflict (user_id) do update set source_language = excluded.source_language,
      source_certificate = excluded.source_certificate`,
);

/** Which of these user IDs are taken. */
export async function listTakenIds(db: Connection, keys: readonly string[]): Promise<Set<string>> {
  const rows = await findColumns(db, 'users', ['user_id_key'], { user_id_key: ['in', keys] });
  return new Set(rows.map(({ user_id_key }) => user_id_key));
}

/**
 * PostgreSQL updates the statistics of a table about once a minute. Until then, it treats a table that was just filled as empty, and every
 * batch reads all entries before it.
 */
export async function countForPlans(db: Connection): Promise<void> {
  if (isPostgresql(db)) await sql`analyze source_entries, users, user_names, user_groups`.execute(db);
}

/** Which of these user IDs an entry of the run wants already. */
export async function listClaimed(
  db: Connection,
  jobId: string,
  keys: readonly string[],
): Promise<Set<string>> {
  const rows = await findColumns(db, 'source_entries', ['claim'], { job_id: jobId, claim: ['in', keys] });
  return new Set(rows.flatMap(({ claim }) => claim ?? []));
}

export const putCompared = preparedChange<typeof COMPARED, ComparedEntry>(
  COMPARED,
  sql`update source_entries set ${fromRows(COMPARED, 'job_id', 'position')} from v
    where source_entries.job_id = v.job_id and source_entries.position = v.position`,
);

/** Users of the source in the order of their keys, and whether a run has found them. @param after key of the last one */
export async function listUsersAfter(
  db: Connection,
  sourceId: string,
  jobId: string,
  after: string,
  limit: number,
) {
  const { rows } = await sql<Row<'users'> & { readonly found: number }>`
    select users.*, case when exists (select 1 from source_entries e
      where e.job_id = ${jobId} and e.source_key = users.source_key ${FOR_EACH_ROW}) then 1 else 0 end as found
    from users where source_id = ${sourceId} and source_key > ${after}
    order by source_key limit ${limit}`.execute(db);
  return rows;
}

/**
 * The user ID that an entry wants may belong to a user who gives it up in the same run: then the entry waits for that user. Entries that
 * wait in a circle, or for a user who keeps the ID, do not get it.
 */
export async function rankClaims(db: Connection, jobId: string): Promise<void> {
  for (let rank = 0; ; rank += 1) {
    const { rows } = await sql`
      update source_entries set rank = ${rank + 1}
      where job_id = ${jobId} and claim is not null and rank is null and exists (
        select 1 from users u join source_entries h on h.job_id = source_entries.job_id and h.target = u.id
        where u.user_id_key = source_entries.claim and h.claim is not null and h.rank = ${rank})
      returning position`.execute(db);
    if (rows.length === 0) return;
  }
}

/** Longer ones are left to administrators: all of a circle is done in one transaction. */
const MAX_IN_CIRCLE = 200;

/**
 * Users who want one another's IDs, in a circle that no one else wants an ID of: they can all have theirs, if it is done at once. Each ID
 * belongs to one user and is claimed by one entry, so from an entry one can only go on to one other.
 */
export async function rankCircles(db: Connection, jobId: string): Promise<void> {
  const { rows } = await sql<{ position: number; target: string; holder: string; others: number }>`
    select e.position, e.target, u.id as holder, case when exists (select 1 from source_entries o
      where o.job_id = e.job_id and o.user_id_key = e.claim and o.position <> e.position
      and o.action = 'conflict')
      or exists (select 1 from contested_user_ids c where c.user_id_key = e.claim and not (c.source_id = r.source_id
        and (r.mode = 'full'
          or exists (select 1 from source_entries o where o.job_id = e.job_id and o.source_key = c.source_key))))
      then 1 else 0 end as others
    from source_entries e join source_runs r on r.job_id = e.job_id join users u on u.user_id_key = e.claim
    where e.job_id = ${jobId} and e.claim is not null and e.rank is null and e.target is not null`.execute(
    db,
  );
  const byTarget = new Map(rows.map((row) => [row.target, row]));
  const seen = new Set<string>();
  for (const first of rows) {
    const circle: (typeof rows)[number][] = [];
    let at: (typeof rows)[number] | undefined = first;
    while (at && !seen.has(at.target)) {
      seen.add(at.target);
      circle.push(at);
      at = byTarget.get(at.holder);
    }
    const isClosed = at?.target === first.target && circle.length > 1;
    if (!isClosed || circle.length > MAX_IN_CIRCLE || circle.some(({ others }) => Number(others) === 1))
      continue;
    const positions = circle.map(({ position }) => Number(position));
    const members = { job_id: jobId, position: ['in', positions] } as const;
    await changeRows(db, 'source_entries', members, { rank: 0, circle: Math.min(...positions) });
  }
}

/** Those that want a user ID which no one gives up. */
export const listUnranked = (db: Connection, jobId: string, limit: number): Promise<EntryRow[]> =>
  findAll(db, 'source_entries', { job_id: jobId, claim: ['is not', null], rank: ['is', null] }, { limit });

export async function countActions(db: Connection, jobId: string): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('source_entries')
    .select(['action', ({ fn }) => fn.countAll<number>().as('count')])
    .where('job_id', '=', jobId)
    .groupBy('action')
    .execute();
  return Object.fromEntries(rows.map(({ action, count }) => [action ?? 'unchanged', Number(count)]));
}

export async function countDisables(db: Connection, jobId: string, sourceId: string) {
  const { rows } = await sql<{ disables: number; enabled: number }>`select
    (select count(*) from source_entries where job_id = ${jobId} and disables = 1) as disables,
    (select count(*) from users where source_id = ${sourceId} and enabled = 1) as enabled`.execute(db);
  return { disables: Number(rows[0]?.disables ?? 0), enabled: Number(rows[0]?.enabled ?? 0) };
}

export const countDue = (db: Connection, jobId: string) =>
  countRows(db, 'source_entries', { job_id: jobId, rank: ['is not', null], result: ['is', null] });

/** What to do next: entries of one rank, since a user ID is free only when the previous rank is done. */
export async function listDue(db: Connection, jobId: string, limit: number): Promise<EntryRow[]> {
  const due = { job_id: jobId, rank: ['is not', null], circle: ['is', null], result: ['is', null] } as const;
  const rows = await findAll(db, 'source_entries', due, { order: ['rank', 'position'], limit });
  return rows.length > 0 ? rows.filter(({ rank }) => rank === rows[0]?.rank) : listCircle(db, jobId);
}

/** The whole of the first circle that is not done. */
const listCircle = (db: Connection, jobId: string): Promise<EntryRow[]> =>
  db
    .selectFrom('source_entries')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('circle', '=', ({ selectFrom }) =>
      selectFrom('source_entries')
        .select(({ fn }) => fn.min('circle').as('circle'))
        .where('job_id', '=', jobId)
        .where('result', 'is', null),
    )
    .execute();

/** So that they can exchange their IDs: these are no one's. No user ID contains a control character. */
export const vacateUserIds = (db: Connection, ids: readonly UserRow[]) =>
  changeRows(db, 'users', { id: ['in', ids] }, { user_id_key: sql<string>`${'\u0001'} || id` });

const RESULT = { job_id: 'text', position: 'bigint', result: 'text', text: 'text' } as const;
export const putResults = preparedChange(
  RESULT,
  sql`update source_entries set result = v.result, text = coalesce(v.text, source_entries.text) from v
    where source_entries.job_id = v.job_id and source_entries.position = v.position`,
);

const ENTRY = {
  ...PERSON,
  user_id: 'text',
  user_id_key: 'text',
  source_key: 'text',
  source_name: 'text',
  source_state: 'text',
} as const;
const ADDED = { ...ENTRY, own_domain: 'text' } as const;
const insertUsers = preparedBatch(
  { v: ADDED, c: { source_id: 'text', domain: 'text', at: 'bigint' } },
  (db, { v, c }) =>
    sql`with ${v}, ${c} insert into users (${listed(ENTRY)}, source_id, source_since, domain, enabled, created_at, version)
    select ${listed(ENTRY, 'v')}, c.source_id, c.at, coalesce(v.own_domain, c.domain), 1, c.at, 1 from v, c`.compile(
      db,
    ),
);
export async function insertSourceUsers(
  db: Connection,
  rows: readonly RowOf<typeof ADDED>[],
  common: { readonly source_id: string; readonly domain: string; readonly at: number },
): Promise<void> {
  await insertUsers(db, { v: rows, c: [common] });
}

const CHANGED = {
  ...ENTRY,
  version: 'bigint',
  enabled: 'bigint',
  disabled_by_source: 'bigint',
  source_since: 'bigint',
  domain: 'text',
} as const;
const updateUsers = preparedBatch<{ v: typeof CHANGED }, { id: string }>({ v: CHANGED }, (db, { v }) =>
  sql<{ id: string }>`with ${v}
    update users set ${fromRows(CHANGED, 'id', 'version', 'source_key')}, version = users.version + 1 from v
    where users.id = v.id and users.version = v.version returning users.id`.compile(db),
);
/** @returns those that were still as they were when they were compared */
export async function updateSourceUsers(db: Connection, rows: readonly RowOf<typeof CHANGED>[]) {
  return new Set((await updateUsers(db, { v: rows })).map(({ id }) => id));
}

const LINKED = { id: 'text', source_id: 'text', source_key: 'text' } as const;
/** These users are known by an entry of a directory from now on. */
export const linkUsers = preparedChange(
  LINKED,
  sql`update users set source_id = v.source_id, source_key = v.source_key from v
    where users.id = v.id`,
);

const NAME = { user_id: 'text', name_key: 'text', protected: 'bigint', since: 'bigint' } as const;
const insertNames = preparedChange(
  NAME,
  sql`insert into user_names (${listed(NAME)}) select ${listed(NAME, 'v')} from v where true
    on conflict (name_key, user_id) do update set protected = excluded.protected`,
);
const deleteNames = preparedChange(
  { user_id: 'text', name_key: 'text' },
  sql`delete from user_names where exists (
    select 1 from v where v.user_id = user_names.user_id and v.name_key = user_names.name_key)`,
);
/**
 * All other names of these users; a name that a user had before keeps its time.
 * @returns names that another user has had for longer, or from an attribute that is protected
 */
export async function replaceNames(
  db: Connection,
  ids: readonly UserRow[],
  names: readonly RowOf<typeof NAME>[],
): Promise<{ readonly user_id: string; readonly name_key: string; readonly holder: string }[]> {
  const nameOf = (row: Pick<RowOf<typeof NAME>, 'user_id' | 'name_key'>): string =>
    `${row.user_id} ${row.name_key}`;
  const wanted = new Set(names.map(nameOf));
  const present = [...(await listNamesOfUsers(db, ids)).values()].flat();
  const gone = present.filter((row) => !wanted.has(nameOf(row)));
  await deleteNames(db, gone);
  await insertNames(db, names);
  if (names.length === 0) return [];
  const rows = await db
    .selectFrom('user_names as own')
    .innerJoin('user_names as other', (join) =>
      join.onRef('other.name_key', '=', 'own.name_key').onRef('other.user_id', '<>', 'own.user_id'),
    )
    .innerJoin('users as holder', 'holder.id', 'other.user_id')
    .select(['own.user_id', 'own.name_key', 'holder.user_id as holder'])
    .where('own.user_id', 'in', fewTexts([...new Set(names.map(({ user_id }) => user_id as UserRow))]))
    .where((eb) =>
      eb.or([
        eb('other.protected', '>', eb.ref('own.protected')),
        eb.and([
          eb('other.protected', '=', eb.ref('own.protected')),
          eb('other.since', '<=', eb.ref('own.since')),
        ]),
      ]),
    )
    .execute();
  return rows.filter((row) => wanted.has(nameOf(row)));
}

/** The findings of a run, of one action or of all. @param after position */
export function listFindings(
  db: Connection,
  jobId: string,
  action: EntryAction | undefined,
  limit: number,
  after: number,
): Promise<EntryRow[]> {
  return findAll(
    db,
    'source_entries',
    { job_id: jobId, position: ['>', after], action: action ?? ['is not', null] },
    { order: ['position'], limit },
  );
}

/** Entries without a finding are not needed once the run is over. @returns how many are forgotten now */
export async function forgetUnchanged(db: Connection, jobId: string, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from source_entries where job_id = ${jobId} and position in (
      select position from source_entries where job_id = ${jobId} and action is null limit ${limit})
    returning position`.execute(db);
  return rows.length;
}
