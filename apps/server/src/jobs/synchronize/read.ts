/**
 * Reads a directory page by page into the run, each entry with what it changes about a user. A page counts only if it follows the previous
 * one on the same connection; otherwise, everything is read again, from a server that answers. The search is complete only when the server
 * says that there is no further page.
 */

import { userNameSchema } from '@sower/api/fields';
import { type Text, text } from '@sower/texts/outcomes';
import { attributesOf, type MappedEntry, mapEntry, valueOfKey } from '../../directory/sources/entry.ts';
import { groupsIn, type Rules, readRules } from '../../directory/sources/placement.ts';
import { serverOf, settingsOf } from '../../directory/sources/settings.ts';
import { firstExpiry, type LdapConnection, type LdapEntry, type LdapPage } from '../../ldap/connection.ts';
import { failureOf, failureText } from '../../ldap/failure.ts';
import { notLess, withOneOf } from '../../ldap/filter.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { listMembersAfter } from '../../store/directory/user-groups.ts';
import { userIdKey } from '../../store/directory/users.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { type ChoiceRow, findChoices, keysOf, qualifiedId } from '../../store/sources/choices.ts';
import { noteRun, type SourceRow } from '../../store/sources/identity-sources.ts';
import {
  clearEntries,
  countForPlans,
  findRun,
  namesOfStaged,
  type ReadEntry,
  type RunRow,
  stageEntries,
  updateRun,
} from '../../store/sources/runs.ts';
import { holdJob, type JobRow } from '../../store/work/jobs.ts';
import type { RunBatch } from '../../work/runner.ts';
import { compareEntries } from './compare.ts';
import type { SynchronizeContext } from './context.ts';
import { entryMark } from './rule-roles.ts';
import { storedWatermark, type Watermark, watermarkOf } from './watermark.ts';

/** Stores what was read as rows of the run, each with what it changes about a user. */

/** @param rows follow those that are staged */
async function stage(
  context: SynchronizeContext,
  trx: Connection,
  jobId: string,
  source: SourceRow,
  rows: readonly ReadEntry[],
): Promise<void> {
  const apart = await withKeysApart(trx, jobId, rows);
  const choices = await findChoices(trx, source.id, keysOf(apart));
  const entries = qualified(context, apart, choices);
  await stageEntries(trx, await compareEntries(context, trx, jobId, source, entries, choices));
}

/** Two entries with one key are two people, and it is unclear which of them it identifies: the second is refused. */
async function withKeysApart(
  trx: Connection,
  jobId: string,
  rows: readonly ReadEntry[],
): Promise<ReadEntry[]> {
  const keys = keysOf(rows);
  const names = await namesOfStaged(trx, jobId, keys);
  return rows.flatMap((row) => {
    const name = row.source_key === null ? undefined : names.get(row.source_key);
    if (row.source_key !== null && name === undefined) names.set(row.source_key, row.name);
    if (name === undefined) return row;
    // An entry that was changed during the search may be in two pages.
    return name === row.name
      ? []
      : { ...row, source_key: null, text: JSON.stringify(text('source-entry.same-key')) };
  });
}

/** An administrator has chosen a suffix for the user IDs of some. */
function qualified(
  context: SynchronizeContext,
  rows: readonly ReadEntry[],
  choices: ReadonlyMap<string, ChoiceRow>,
): readonly ReadEntry[] {
  if (choices.size === 0) return rows;
  return rows.map((row) => {
    const choice = row.text === null ? choices.get(row.source_key ?? '') : undefined;
    const userId = qualifiedId(row.user_id, choice);
    if (userId === row.user_id) return row;
    const read = userNameSchema.safeParse(userId);
    const renamed = { ...row, user_id: userId, user_id_key: userIdKey(userId) };
    return read.success
      ? { ...renamed, mark: row.mark === null ? null : entryMark(context, renamed) }
      : {
          ...row,
          text: JSON.stringify(text('source-entry.qualified-too-long', { suffix: choice?.suffix ?? '' })),
        };
  });
}

type Reader = {
  /** Under another one somebody else may have read meanwhile. */
  readonly lease: string | null;
  readonly connection: LdapConnection;
  readonly watermark: Watermark | undefined;
  readonly rules: Rules;
  /** After a search for changes: keys of users who have joined or left a group, and are to be read too. */
  moved: string[] | undefined;
  /** The greatest seen so far. */
  changed: string;
  /** The page that is being stored, in batches. */
  page: Page | undefined;
  /** The next page, which the server makes while this one is stored. */
  ahead: Promise<LdapPage> | undefined;
  idle: NodeJS.Timeout;
};

type Reading = { readonly job: JobRow; readonly run: RunRow; readonly source: SourceRow };

type Page = {
  /** Position of its first row. */
  readonly from: number;
  readonly rows: readonly ReadEntry[];
  /** No page follows. */
  readonly ended: boolean;
};

/** How often everything is read again because a connection was lost. */
const MAX_RESTARTS = 3;
const IDLE_MILLISECONDS = 120_000;
const KEEP_LEASE_MILLISECONDS = 1_500;
/** In one filter, and in one query. */
const MAX_KEYS = 100;
const MAX_USERS = 5_000;
/** With this many rows, any query plan is fast. */
const FEW_ENTRIES = 1_000;

export type Readers = {
  /** The next page, to be stored. @returns why the run must end instead */
  next(job: JobRow, run: RunRow, source: SourceRow): Promise<RunBatch | Text>;
};

export function readers(context: SynchronizeContext): Readers {
  const open = new Map<string, Reader>();
  /** The server whose connection was lost last: it may answer again, and be lost again. */
  const died = new Map<string, string>();

  async function drop(id: string): Promise<void> {
    const reader = open.get(id);
    if (!reader) return;
    open.delete(id);
    clearTimeout(reader.idle);
    await reader.connection.close();
  }

  async function connect({ id, lease }: JobRow, run: RunRow, source: SourceRow): Promise<Reader | Text> {
    const server = serverOf(context, source);
    const connection = await context.ldapServers.connect(server, died.get(id));
    await noteRun(context.db, source.id, {
      certificate_until: (await firstExpiry(connection, server)) ?? null,
    });
    const opened = await opening(context, connection, run, source);
    if ('code' in opened) {
      await connection.close();
      return opened;
    }
    const idle = setTimeout(() => void drop(id), IDLE_MILLISECONDS);
    idle.unref();
    const nothingYet = { moved: undefined, changed: '', page: undefined, ahead: undefined };
    const reader = { lease, connection, ...opened, ...nothingYet, idle };
    open.set(id, reader);
    return reader;
  }

  async function page(job: JobRow, run: RunRow, source: SourceRow): Promise<RunBatch | Text> {
    let reader = open.get(job.id);
    if (reader && reader.lease !== job.lease) {
      await drop(job.id);
      reader = undefined;
    }
    if (!reader) {
      const opened = await connect(job, run, source);
      if ('code' in opened) return opened;
      reader = opened;
      await forgetEntries(context, job);
    }
    // Active Directory counts changes for each of its servers: what another one had says nothing here, and everything is read.
    if (run.mode === 'delta' && reader.watermark?.since === undefined)
      return async (trx, locked) => {
        await updateRun(trx, locked.id, { mode: 'full' });
        return { position: 0, ...{ done: 0, leftOut: 0, failed: 0, last: false }, again: true };
      };
    const page = await pageOf(context, reader, { job, run, source });
    if ('code' in page) return page;
    const { rows, from, ended } = page;
    reader.idle.refresh();
    const { watermark, changed, rules } = reader;
    const upTo = watermark && JSON.stringify({ ...watermark.upTo(changed), groups: rules.digest });
    return async (trx, locked, limit) => {
      const read = Number((await findRun(trx, locked.id))?.read);
      const start = read - from;
      // A few that would be left over cost a batch of their own.
      const some = rows.slice(start, rows.length - start < 1.5 * limit ? undefined : start + limit);
      await stage(context, trx, locked.id, source, some);
      const isAll = start + some.length === rows.length;
      const total = read + some.length;
      await updateRun(trx, locked.id, {
        read: total,
        ...(isAll && ended
          ? { stage: run.mode === 'full' ? 'gone' : 'claims', after: '', watermark: upTo ?? null }
          : {}),
      });
      // As soon as a wrong plan would take long, and again for what follows the last page.
      if ((read <= FEW_ENTRIES || (isAll && ended)) && total > FEW_ENTRIES) await countForPlans(trx);
      if (isAll && ended) {
        died.delete(job.id);
        void drop(job.id);
      }
      return {
        position: total,
        ...{ done: 0, leftOut: 0, failed: 0, last: false },
        ...(isAll ? { again: true } : {}),
      };
    };
  }

  return {
    async next(job, run, source) {
      // A page may take longer than the lease.
      const keep = setInterval(() => {
        void holdJob(context.db, job.id, job.lease ?? '', context.now()).catch(() => undefined);
      }, KEEP_LEASE_MILLISECONDS);
      try {
        for (let restarts = 0; ; restarts += 1) {
          try {
            const batch = await page(job, run, source);
            if (typeof batch !== 'function') await drop(job.id);
            return batch;
          } catch (error) {
            const reader = open.get(job.id);
            const failure = failureOf(error, reader?.connection.url ?? '');
            if (reader && (failure.kind === 'lost' || failure.kind === 'timeout'))
              context.ldapServers.failed(reader.connection.url);
            if (reader) died.set(job.id, reader.connection.url);
            await drop(job.id);
            // Another server may have it; if not, nothing was read, and no one counts as gone.
            const again =
              reader !== undefined && failure.kind !== 'endless' && run.restarts + restarts < MAX_RESTARTS;
            if (!again || !(await forgetEntries(context, job, { restarts: run.restarts + restarts + 1 }))) {
              died.delete(job.id);
              return text('source-run.not-read', { reason: failureText(failure) });
            }
          }
        }
      } finally {
        clearInterval(keep);
      }
    },
  };
}

/**
 * Only what one search finds is complete.
 * @returns false if another node has the run by now, and what that one has read stays
 */
const forgetEntries = (
  { db, now }: SynchronizeContext,
  job: JobRow,
  note: Partial<Pick<RunRow, 'restarts'>> = {},
): Promise<boolean> =>
  inTransaction(db, async (trx) => {
    if (!(await holdJob(trx, job.id, job.lease ?? '', now()))) return false;
    await clearEntries(trx, job.id);
    await updateRun(trx, job.id, { ...note, read: 0 });
    return true;
  });

/** What is known before the first page. A connection on which it fails is not used again. */
async function opening(
  context: SynchronizeContext,
  connection: LdapConnection,
  run: RunRow,
  source: SourceRow,
): Promise<Pick<Reader, 'watermark' | 'rules'> | Text> {
  try {
    const watermark = await watermarkOf(connection, source, run.mode, context.now());
    const rules = await readRules(connection, context.db, source, settingsOf(source), context.now());
    return 'code' in rules ? rules : { watermark, rules };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** The page that is not stored yet. */
async function pageOf(
  context: SynchronizeContext,
  reader: Reader,
  { job, run, source }: Reading,
): Promise<Page | Text> {
  const { page, watermark, rules } = reader;
  const from = page ? page.from + page.rows.length : 0;
  if (page && (page.ended || Number(run.read) < from)) return page;
  const { mapping, connection } = settingsOf(source);
  const { entries, ended } = await someEntries(context.db, reader, { run, source });
  if (watermark) reader.changed = greatest(reader.changed, entries, watermark);
  if (from + entries.length > connection.maxEntries)
    return text('source-run.too-many', { maximum: connection.maxEntries });
  const rows = entries.map((entry, index) =>
    rowOf(context, job.id, from + index, mapEntry(entry, mapping, context.now()), rules),
  );
  reader.page = { from, rows, ended };
  return reader.page;
}

/** The next page; after the last one of a search for changes, those who have joined or left a group without being changed themselves. */
async function someEntries(
  db: Connection,
  reader: Reader,
  { run, source }: Omit<Reading, 'job'>,
): Promise<{ readonly entries: readonly LdapEntry[]; readonly ended: boolean }> {
  const { search, mapping, connection } = settingsOf(source);
  const { watermark, rules } = reader;
  const attributes = [...attributesOf(mapping), ...(watermark ? [watermark.attribute] : [])];
  const isDelta = run.mode === 'delta';
  if (reader.moved !== undefined) {
    const values = reader.moved.splice(0, MAX_KEYS).flatMap((key) => valueOfKey(mapping, key) ?? []);
    const filter = withOneOf(search.filter, mapping.key, values);
    const entries = await reader.connection.search({ base: search.base, filter, attributes });
    return { entries, ended: reader.moved.length === 0 };
  }
  const filter =
    isDelta && watermark?.since !== undefined
      ? notLess(search.filter, watermark.attribute, watermark.since)
      : search.filter;
  const pageAfter = (cookie?: Buffer): Promise<LdapPage> =>
    reader.connection.page({ base: search.base, filter, attributes }, connection.pageSize, cookie);
  const page = await (reader.ahead ?? pageAfter());
  reader.ahead = page.cookie && pageAfter(page.cookie);
  // Anyone who asks for it meets its failure; no one may ask.
  reader.ahead?.catch(() => undefined);
  if (page.cookie === undefined && isDelta && groupsIn(settingsOf(source)).length > 0)
    reader.moved = await keysOfMoved(db, source, rules);
  return { entries: page.entries, ended: page.cookie === undefined && !reader.moved?.length };
}

/** Users of the source who are in other groups than when they were last compared. */
async function keysOfMoved(db: Connection, source: SourceRow, rules: Rules): Promise<string[]> {
  if (storedWatermark(source)?.groups === rules.digest) return [];
  const keys: string[] = [];
  for (let after = ''; ; ) {
    const users = await listMembersAfter(db, source.id, after, MAX_USERS);
    for (const { source_key: key, source_name, domain, in_groups } of users) {
      const entry = { name: source_name ?? '', key };
      const placed = rules.domainOf(entry) ?? domain;
      if (placed !== domain || JSON.stringify(rules.groupsOf(entry)) !== in_groups) keys.push(key);
    }
    const last = users.at(-1);
    if (!last) return keys;
    after = last.source_key;
  }
}

function greatest(before: string, entries: readonly LdapEntry[], watermark: Watermark): string {
  return entries.reduce((most, { attributes }) => {
    const value = attributes.get(watermark.attribute.toLowerCase())?.[0];
    return typeof value === 'string' && watermark.isLater(value, most) ? value : most;
  }, before);
}

function rowOf(
  context: SynchronizeContext,
  jobId: string,
  position: number,
  mapped: MappedEntry,
  rules: Rules,
): ReadEntry {
  const in_groups = JSON.stringify(rules.groupsOf(mapped));
  const row = {
    job_id: jobId,
    position,
    source_key: mapped.key ?? null,
    name: mapped.name,
    user_id: mapped.userId,
    user_id_key: userIdKey(mapped.userId),
    first_name: mapped.firstName,
    last_name: mapped.lastName,
    email: mapped.email,
    telephone: mapped.telephone,
    language: mapped.language ?? null,
    certificate: mapped.certificate ?? null,
    log_on_names: JSON.stringify(mapped.logOnNames),
    protected_names: JSON.stringify(mapped.protectedNames),
    state: mapped.state,
    text: mapped.refused ? JSON.stringify(mapped.refused) : null,
    domain: rules.domainOf(mapped),
    in_groups,
    mark: null,
  };
  return in_groups === '[]' ? row : { ...row, mark: entryMark(context, row) };
}
