/** Old rows: how long each kind is kept, what would be deleted now, and deleting it at the set time. A legal hold keeps everything. */

import type { Retention, RetentionKind } from '@sower/api/retention';
import type { Settings } from '@sower/api/settings';
import { DAY, HOUR, isoTime } from '@sower/api/time';
import { text } from '@sower/texts/outcomes';
import { auditStart } from '../../audit/start.ts';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { countOldAudit } from '../../store/audit/chain.ts';
import { findForwardedEverywhere } from '../../store/audit/forwards.ts';
import { hasRow } from '../../store/db/rows.ts';
import { countOld, deleteExpired, deleteOld, type OldKind } from '../../store/operations/old-rows.ts';
import { hastenSchedule } from '../../store/work/due.ts';
import type { BackupContext } from '../backup/make.ts';
import { type CutContext, cutAudit, deleteInBatches } from './audit.ts';

type Context = BackupContext & Pick<ServerContext, 'settings'>;

/** More are not counted. */
const MAX_COUNTED = 100_000;

const DAYS = {
  audit: 'retention.auditDays',
  accounting: 'retention.accountingDays',
  history: 'retention.historyDays',
  'sent-mail': 'retention.sentMailDays',
  'failed-mail': 'retention.failedMailDays',
  requests: 'retention.requestsDays',
  jobs: 'retention.jobsDays',
} as const satisfies Record<RetentionKind, keyof Settings>;

type DeletedOld = Awaited<ReturnType<typeof deleteOld>>;

const OLD_KINDS = Object.keys(DAYS).filter((kind) => kind !== 'audit') as OldKind[];

/**
 * Audit rows are archived where backups are stored. If no node makes backups, they are deleted without an archive; otherwise, a node that
 * makes none leaves this to one that does, from the first start of that one on: its first backup may take long, or fail.
 */
async function archiveOf(context: Context): Promise<Retention['archive']> {
  if (context.backups.plan) return 'backups';
  return (await hasRow(context.db, 'schedules', { kind: 'backup' })) ? 'elsewhere' : 'none';
}

export async function showRetention(context: Context, actor: Actor): Promise<Outcome<Retention>> {
  const denial = denied(actor, 'settings:edit');
  if (denial) return denial;
  const settings = await context.settings.current();
  const beforeOf = (kind: RetentionKind): number => context.now() - settings[DAYS[kind]] * DAY;
  const audit = await countOldAudit(context.db, beforeOf('audit'), MAX_COUNTED);
  const { cuts } = await auditStart(context.db, context);
  const kinds: Retention['kinds'] = [
    {
      kind: 'audit',
      days: settings['retention.auditDays'],
      due: audit.old,
      ...(audit.oldest === null ? {} : { oldest: isoTime(audit.oldest) }),
    },
  ];
  for (const kind of OLD_KINDS)
    kinds.push({
      kind,
      days: settings[DAYS[kind]],
      due: await countOld(context.db, kind, { now: context.now(), before: beforeOf(kind) }, MAX_COUNTED),
    });
  return done({
    hold: settings['retention.hold'],
    archive: await archiveOf(context),
    kinds,
    mostCounted: MAX_COUNTED,
    cuts: cuts.slice(0, 100).map((cut) => ({
      at: isoTime(cut.cut_at),
      rows: cut.rows,
      link: cut.seq,
      from: isoTime(cut.first_at),
      to: isoTime(cut.last_at),
      ...(cut.archive === null ? {} : { archive: cut.archive }),
      ...(cut.sha256 === null ? {} : { sha256: cut.sha256 }),
    })),
  });
}

/** It is done by the node that finds it due, within seconds. */
export async function hastenRetention(context: Context, actor: Actor): Promise<Outcome<Retention>> {
  const shown = await showRetention(context, actor);
  if (!shown.ok) return shown;
  if (shown.value.hold !== '')
    return refused('wrong-state', text('retention.hold', { why: shown.value.hold }));
  await hastenSchedule(context.db, 'retention', context.databaseNow());
  await record(context.db, context, actor, { action: 'retention.run', object: 'retention' });
  return shown;
}

/**
 * If it is this late, the server was stopped, or its clock has jumped ahead. Deleting is not urgent, and what is deleted because of a wrong
 * clock is lost, so it waits for the next time.
 */
export const isTooLate = (milliseconds: number): boolean => milliseconds > 7 * DAY;

/**
 * Whether nodes that make backups should do it, since this one would skip the trail until the next time. If they are all away for this
 * long, it deletes the other kinds.
 */
export const leavesRetention = async (context: Context, late: number): Promise<boolean> =>
  late < HOUR && (await archiveOf(context)) === 'elsewhere';

/** @returns how many rows were deleted, by kind */
export async function doRetention(
  context: Context & CutContext,
  isStopping: () => boolean = () => false,
): Promise<Readonly<Record<string, number>>> {
  const gone: Record<string, number> = { expired: await deleteExpired(context.db, context.now()) };
  // Settings are read again for each batch: a hold may begin meanwhile.
  const current = (): Promise<Settings> => {
    context.settings.forget();
    return context.settings.current();
  };
  const isOver = async (): Promise<boolean> => isStopping() || (await current())['retention.hold'] !== '';
  const beforeOf = async (kind: RetentionKind): Promise<number> =>
    context.now() - (await current())[DAYS[kind]] * DAY;
  for (const kind of OLD_KINDS) {
    const age = { now: context.now(), before: await beforeOf(kind) };
    const last = await deleteInBatches<DeletedOld['next'], DeletedOld>(context, isOver, (trx, rows, from) =>
      deleteOld(trx, kind, age, rows, from),
    );
    if (!last) return gone;
    gone[kind] = last.deleted;
  }
  const before = await beforeOf('audit');
  const archive = await archiveOf(context);
  if (archive === 'elsewhere' || (await isOver())) return gone;
  // Rows that have not arrived everywhere stay, unless the setting says otherwise.
  const { 'retention.cutUnforwarded': all } = await context.settings.current();
  const most = all ? undefined : await findForwardedEverywhere(context.db);
  gone.audit = await cutAudit(context, before, context.backups.plan, isOver, most);
  return gone;
}
