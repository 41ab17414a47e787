/**
 * Making backups. A thread reads a snapshot of the database, so no caller waits; this process only notes how far it is and how it ended. The
 * private key that opens a backup is never here.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Backup, Backups } from '@sower/api/backups';
import { judged } from '@sower/api/checks';
import { DAY, isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, type AuditActor, auditActorOf, denied, SYSTEM } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { itemFor } from '../../core/recorded.ts';
import { type Answer, saidIn, type Unworded } from '../../core/unworded.ts';
import { installationOf } from '../../keys/x509/reachability.ts';
import { isUnavailable } from '../../store/db/errors.ts';
import { newId } from '../../store/db/ids.ts';
import type { DatabaseLocation } from '../../store/db/open.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import {
  type BackupRow,
  backupAges,
  claimBackup,
  findBackup,
  forgetOldBackups,
  listBackups,
  listKept,
  updateBackup,
} from '../../store/operations/backups.ts';
import { type BackupTo, clearLeft } from './sink.ts';
import type { BackupMessage, BackupTask } from './thread.ts';

/** Configured on the host: an administrator of the console must be able neither to read backups nor to make them unreadable. */
export type BackupPlan = {
  readonly to: BackupTo;
  /** Public keys of age. */
  readonly recipients: readonly string[];
  /** How many files stay in the folder, and for how many days at most; undefined: however old. */
  readonly keep: number;
  readonly keepDays: number | undefined;
};

export type BackupContext = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'databaseNow' | 'random'> & {
  readonly backups: {
    /** Absent: this node makes none. */
    readonly plan: BackupPlan | undefined;
    readonly location: DatabaseLocation;
    readonly version: string;
    /** The master key as it is now, encrypted by age to its own recipient; undefined if there is none. */
    readonly wrapKey: (() => Promise<string>) | undefined;
    readonly onError: (error: unknown) => void;
    readonly startThread: StartThread;
    /** Those being made, so that a stop can end them. */
    readonly running: Set<RunningBackup>;
  };
};

/** What is used of a thread. */
type BackupThread = Pick<Worker, 'on' | 'once' | 'postMessage' | 'terminate'>;
type StartThread = (task: BackupTask) => BackupThread;

export const startThread: StartThread = (workerData) =>
  new Worker(new URL('./thread.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 },
  });

type RunningBackup = { readonly ended: Promise<void>; stop(): Promise<void> };

const SEEN_MILLISECONDS = 5_000;
/** To abandon what was begun. */
const STOP_MILLISECONDS = 2_000;
/** That it has ended is noted again, while the database is away, for less time than another node takes it for dead. */
const AGAIN_MILLISECONDS = 1_000;
const MAX_ATTEMPTS = 60;

export const viewBackup = (row: BackupRow): Unworded<Backup, 'detail'> => {
  const { detail } = saidIn(row.text);
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    begunAt: isoTime(row.begun_at),
    begunBy: row.begun_by,
    rows: row.rows,
    ...(row.ended_at === null ? {} : { endedAt: isoTime(row.ended_at) }),
    ...(row.size === null ? {} : { size: row.size }),
    ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
    ...(detail ? { detail } : {}),
    ...(row.verified_at === null ? {} : { verifiedAt: isoTime(row.verified_at) }),
    ...(row.removed_at === null ? {} : { removedAt: isoTime(row.removed_at) }),
  };
};

export async function showBackups(
  context: BackupContext,
  actor: Actor,
  limit: number,
): Promise<Outcome<Answer<Backups>>> {
  const denial = denied(actor, 'backups:make');
  if (denial) return denial;
  const { plan, wrapKey } = context.backups;
  const rows = await listBackups(context.db, limit);
  const { made, verified } = await backupAges(context.db, context.now());
  const late = (kind: 'backup-late' | 'backup-unverified', at: number | null): boolean =>
    plan !== undefined && (at === null || judged(kind, context.now() - at) === 'bad');
  return done({
    items: rows.map(viewBackup),
    configured: plan !== undefined,
    recipients: plan?.recipients ?? [],
    withMasterKey: wrapKey !== undefined,
    ...(made === null ? {} : { madeAt: isoTime(made) }),
    ...(verified === null ? {} : { verifiedAt: isoTime(verified) }),
    late: late('backup-late', made),
    verifyLate: late('backup-unverified', verified),
  });
}

export const showBackup = (context: BackupContext, actor: Actor, id: string): Promise<Outcome<BackupRow>> =>
  itemFor(
    actor,
    'backups:make',
    () => findBackup(context.db, id),
    () => refused('not-found', text('backup.not-found')),
  );

export async function makeBackup(context: BackupContext, actor: Actor): Promise<Outcome<BackupRow>> {
  const denial = denied(actor, 'backups:make');
  if (denial) return denial;
  return beginBackup({ ...context, now: context.databaseNow }, auditActorOf(actor));
}

/** At a set time. It continues while other schedules run. */
export async function makeDueBackup(context: BackupContext): Promise<void> {
  await beginBackup(context, SYSTEM);
}

async function beginBackup(context: BackupContext, actor: AuditActor): Promise<Outcome<BackupRow>> {
  const { plan, location, version, wrapKey } = context.backups;
  if (!plan) return refused('wrong-state', text('backup.not-configured'));
  const at = context.now();
  const id = newId(context);
  const name = `sower-${isoTime(at).replace(/[-:]|\.\d+/g, '')}-${id.slice(-8)}.age`;
  const died = JSON.stringify(text('backup.died'));
  const claimed = await inTransaction(context.db, (trx) =>
    claimBackup(trx, { id, name, begun_at: at, begun_by: actor.name }, died),
  );
  if (!claimed) return refused('in-use', text('backup.running'));
  const given = { id, at, version, installation: installationOf(context) };
  const task = { location, given, recipients: plan.recipients, to: plan.to, name };
  // If the folder cannot be read, the backup says so.
  await clearLeft(plan.to, at).catch(() => {});
  try {
    const masterKey = await wrapKey?.();
    runThread(context, actor, masterKey === undefined ? task : { ...task, given: { ...given, masterKey } });
  } catch (error) {
    // No thread will ever say so.
    await note(context, actor, task, { kind: 'failed', text: text('backup.failed'), error: String(error) });
  }
  const row = await findBackup(context.db, id);
  return row ? done(row) : refused('not-found', text('backup.not-found'));
}

function runThread(context: BackupContext, actor: AuditActor, task: BackupTask): void {
  const { onError, running } = context.backups;
  const { id } = task.given;
  const thread = context.backups.startThread(task);
  let seen = context.now();
  let result: BackupMessage | undefined;
  let stopped = false;
  thread.on('message', (message: BackupMessage) => {
    if (message.kind !== 'rows') result = message;
    else if (Math.abs(context.now() - seen) >= SEEN_MILLISECONDS) {
      seen = context.now();
      updateBackup(context.db, id, { rows: message.rows, seen_at: seen }).catch(onError);
    }
  });
  thread.on('error', (error) => {
    result = { kind: 'failed', text: text('backup.failed'), error: error.message };
  });
  const exited = new Promise((resolve) => thread.once('exit', resolve));
  const ended = exited.then(async () => {
    const how: BackupMessage =
      stopped && result?.kind !== 'done'
        ? { kind: 'failed', text: text('backup.stopped'), error: 'it was stopped' }
        : (result ?? { kind: 'failed', text: text('backup.failed'), error: 'it ended' });
    const ended_at = context.now();
    for (let attempts = 1; ; attempts += 1) {
      try {
        await note(context, actor, task, how, ended_at);
        break;
      } catch (error) {
        // A database that is away for a moment as it ends does not make one that was made one that was not, whose file no one deletes.
        if (!isUnavailable(error) || stopped || attempts === MAX_ATTEMPTS) throw error;
        await wait(AGAIN_MILLISECONDS, undefined, { ref: false });
      }
    }
    if (how.kind === 'done') await makeRoom(context);
  });
  const backup: RunningBackup = {
    ended: ended.catch(onError).finally(() => running.delete(backup)),
    async stop() {
      stopped = true;
      thread.postMessage('stop');
      await Promise.race([exited, wait(STOP_MILLISECONDS, undefined, { ref: false })]);
      await thread.terminate();
      await backup.ended;
      // The thread could not do it any more.
      if (task.to.kind === 'folder') await rm(join(task.to.folder, `${task.name}.partial`), { force: true });
    },
  };
  running.add(backup);
}

async function note(
  context: BackupContext,
  actor: AuditActor,
  { given, name }: BackupTask,
  how: BackupMessage,
  ended_at = context.now(),
): Promise<void> {
  const change =
    how.kind === 'done'
      ? {
          state: 'done' as const,
          rows: how.rows,
          size: how.size,
          sha256: how.sha256,
          proof: how.proof,
          ended_at,
        }
      : {
          state: 'failed' as const,
          text: JSON.stringify(how.kind === 'failed' ? how.text : text('backup.failed')),
          ended_at,
        };
  await inTransaction(context.db, async (trx) => {
    // Already, where only the answer was lost.
    if (Number((await findBackup(trx, given.id))?.ended_at) === ended_at) return;
    await updateBackup(trx, given.id, change);
    await record(trx, context, actor, {
      action: 'backup.make',
      object: `backup:${name}`,
      result: how.kind === 'done' ? 'success' : 'failure',
      reason:
        how.kind === 'done'
          ? text('event.backed-up', { rows: how.rows, size: how.size })
          : how.kind === 'failed'
            ? how.text
            : text('backup.failed'),
    });
  });
  if (how.kind === 'failed') context.backups.onError(new Error(`the backup failed: ${how.error}`));
}

/**
 * Deletes files that are too old or exceed the number to keep, never the latest. Files that other nodes keep elsewhere stay until those
 * nodes delete them.
 */
export async function makeRoom(context: BackupContext): Promise<void> {
  const { plan } = context.backups;
  await forgetOldBackups(context.db);
  if (plan?.to.kind !== 'folder') return;
  const oldest = plan.keepDays === undefined ? 0 : context.now() - plan.keepDays * DAY;
  const kept = await listKept(context.db, context.now());
  for (const [index, row] of kept.entries()) {
    if (index === 0 || (index < plan.keep && row.begun_at >= oldest)) continue;
    const gone = await rm(join(plan.to.folder, row.name)).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return false;
      },
    );
    if (!gone) continue;
    await updateBackup(context.db, row.id, { removed_at: context.now() });
    await record(context.db, context, SYSTEM, { action: 'backup.delete', object: `backup:${row.name}` });
  }
}

/** @param proof of having opened the file */
export async function reportVerified(context: BackupContext, actor: Actor, id: string, proof: string) {
  const found = await showBackup(context, actor, id);
  if (!found.ok) return found;
  const row = found.value;
  if (row.state !== 'done' || row.proof !== proof) return refused('wrong-state', text('backup.proof-wrong'));
  const verified_at = context.now();
  await inTransaction(context.db, async (trx) => {
    await updateBackup(trx, id, { verified_at });
    await record(trx, context, actor, { action: 'backup.verify', object: `backup:${row.name}` });
  });
  return done({ ...row, verified_at });
}
