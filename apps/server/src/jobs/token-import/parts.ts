/**
 * An import of tokens whose file comes in parts: opened, part by part sealed to its rows, and closed. A part is stored once, by how many
 * records came before it. Parts that do not go on are canceled after a while like any job that was never stored, and their seeds with it.
 */
import {
  MAX_PART_ROWS,
  MAX_TOKEN_PART,
  type OpenTokenImport,
  type TokenImportPart,
} from '@sower/api/token-imports';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done, invalidAt, type Outcome, refused, refusedAt } from '../../core/outcome.ts';
import { inBatchTransaction } from '../../store/db/transaction.ts';
import { advanceCollected, changeJobState, findJob, type JobRow } from '../../store/work/jobs.ts';
import { insertTokenRows } from '../../store/work/token-imports.ts';
import { addJob, isStarter, visibleJob } from '../../work/jobs.ts';
import { readTokenImport, type StoredTokenImport } from './decide.ts';
import { givenRow, openedFile, plannedImport } from './input.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'settings' | 'now' | 'random'>;

export async function openTokenImport(context: Context, actor: Actor, input: OpenTokenImport) {
  const planned = await plannedImport(context, actor, input);
  if (!planned.ok) return planned;
  const stored: StoredTokenImport = { ...planned.value, reading: input.reading };
  return addJob(context, actor, {
    ...{ kind: 'token-import', name: input.name, input: JSON.stringify(stored) },
    ...{ phase: 'check', state: 'collecting' },
  });
}

export async function addTokenImportPart(
  context: Context,
  actor: Actor,
  id: string,
  { from, line, file, ...how }: TokenImportPart,
): Promise<Outcome<JobRow>> {
  const open = await openImport(context, actor, id);
  if (!open.ok) return open;
  const { job, input } = open.value;
  // It arrived before, and its answer did not.
  if (from < job.total) return done(job);
  const octets = Buffer.from(file, 'base64');
  if (octets.length > MAX_TOKEN_PART)
    return invalidAt('file', text('token-file.too-long', { maximum: MAX_TOKEN_PART }));
  const records = await openedFile(context, octets, {
    ...input.reading,
    ...how,
    keysProven: from > 0,
  });
  if (!records.ok) return records;
  const rows = Array.from(records.value, (record, index) =>
    givenRow(context, input.pins, id, { ...record, line: record.line + line - 1 }, from + index),
  );
  if (from + rows.length > MAX_PART_ROWS)
    return invalidAt('file', text('job.too-many-rows', { maximum: MAX_PART_ROWS }));
  const stored = await inBatchTransaction(context.db, async (trx) => {
    const advanced = await advanceCollected(trx, id, { from, to: from + rows.length, now: context.now() });
    if (advanced) await insertTokenRows(trx, id, rows);
    return advanced;
  });
  if (stored) return done(stored);
  const now = await findJob(context.db, id);
  // The same part at the same time.
  if (now?.state === 'collecting' && from < now.total) return done(now);
  return refusedAt('from', 'wrong-state', text('token-parts.other', { total: now?.total ?? 0 }));
}

export async function endTokenImport(context: Context, actor: Actor, id: string, total: number) {
  const found = await visibleJob(context, actor, id, ['token-import'], 'steer');
  // Its answer did not arrive.
  if (found.ok && isStarter(actor, found.value) && hasBegun(found.value, total)) return found;
  const open = await openImport(context, actor, id);
  if (!open.ok) return open;
  const { job } = open.value;
  if (job.total !== total)
    return refusedAt('total', 'wrong-state', text('token-parts.other', { total: job.total }));
  const queued = await changeJobState(context.db, id, ['collecting'], {
    state: 'queued',
    since: context.now(),
  });
  return queued ? done(queued) : refused('wrong-state', text('token-parts.closed'));
}

const hasBegun = ({ state, total, input }: JobRow, wanted: number): boolean =>
  (state === 'queued' || state === 'running' || state === 'waiting') &&
  total === wanted &&
  readTokenImport(input).reading !== undefined;

type Open = {
  readonly job: JobRow;
  readonly input: StoredTokenImport & { readonly reading: NonNullable<StoredTokenImport['reading']> };
};

/** What others began is no one else's to add to: it is imported with the rights of the one who did. */
async function openImport(context: Context, actor: Actor, id: string): Promise<Outcome<Open>> {
  const found = await visibleJob(context, actor, id, ['token-import'], 'steer');
  if (!found.ok) return found;
  const job = found.value;
  if (!isStarter(actor, job)) return refused('not-permitted', text('job.own-only'));
  const input = readTokenImport(job.input);
  const { reading } = input;
  if (job.state !== 'collecting' || reading === undefined)
    return refused('wrong-state', text('token-parts.closed'));
  return done({ job, input: { ...input, reading } });
}
