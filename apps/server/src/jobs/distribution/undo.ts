/** Undoing a distribution where no one has activated the tokens, and reminding those who have not started: jobs about that distribution. */

import { MINUTE } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { type Actor, covers, denied } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { type Recorded, record } from '../../core/record.ts';
import { whyAbove } from '../../directory/roles.ts';
import type { MailNotice } from '../../mail/queue.ts';
import { distributionMail } from '../../provisioning/distribution/distribute.ts';
import { holdDomains } from '../../store/directory/domains.ts';
import { distributionState } from '../../store/distribution/distributions.ts';
import { NO_TOKEN, NO_USER } from '../../store/schema/brands.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { storedJson } from '../../store/schema/stored-json.ts';
import { oldestValidDay } from '../../store/tokens/tokens.ts';
import {
  deleteTokens,
  endRows,
  type Handed,
  listHanded,
  listTakingCode,
  lockHanded,
  restoreAssigned,
  returnToStock,
  takeBackDistributions,
} from '../../store/work/distribution-batches.ts';
import { hasJobAboutSince, hasOpenJobAbout, type JobRow, lockJob } from '../../store/work/jobs.ts';
import { addJob, isStarter, undoneBy, visibleJob } from '../../work/jobs.ts';
import { isOfTokenFile, permissionsToUndo, UNDOABLE } from '../../work/rights.ts';
import { type Batch, batchOf, type JobKind } from '../../work/runner.ts';
import { tokenImportUndo } from '../token-import/kind.ts';
import { isActivated, readGiving, readInput } from './input.ts';
import { type DistributionContext, planOf } from './plan.ts';

const neededFor = permissionsToUndo;

/** A reminder that was requested twice is sent once, also if the first job is over by then. */
const REMINDER_MILLISECONDS = 600_000;

const ABOUT = { undo: UNDOABLE, remind: ['distribute'] } as const;

const readAll = storedJson('jobs.input', z.looseObject({}));
const readTell = storedJson('jobs.input', z.object({ tell: z.boolean().default(false) }));

/**
 * @param kind what to do about it
 * @param tell users whose token is taken back get mail
 */
export async function addJobAbout(
  context: DistributionContext,
  actor: Actor,
  id: string,
  kind: 'undo' | 'remind',
  tell = false,
): Promise<Outcome<JobRow>> {
  const denial = denied(actor, 'tokens:distribute');
  if (denial && (kind === 'remind' || (denied(actor, 'tokens:assign') && denied(actor, 'tokens:delete'))))
    return denial;
  const found = await visibleJob(context, actor, id, ABOUT[kind], 'steer');
  if (!found.ok) return found;
  const about = found.value;
  if (!isStarter(actor, about) && about.codes === 'ready')
    return refused('not-permitted', text('job.own-only'));
  const lacking = denied(actor, ...neededFor(about));
  if (lacking) return lacking;
  // A job that is still running would undo the effect of the undo.
  if (about.phase === 'check' || !['done', 'cancelled', 'failed', 'paused'].includes(about.state))
    return refused('wrong-state', text('job.not-ended'));
  if ((kind === 'remind' || tell) && !(await context.mailSettings.current(context.db)).settings.enabled)
    return refused('wrong-state', text('mail.not-set-up'));
  const job = {
    kind,
    name: about.name,
    input: tell ? JSON.stringify({ ...readAll(about.input), tell }) : about.input,
    about: about.id,
    state: 'queued',
    phase: 'work',
    total: about.total,
  } as const;
  return addJob(context, actor, job, async (trx) => {
    await lockJob(trx, about.id);
    if (await hasOpenJobAbout(trx, about.id, kind)) return refused('in-use', text('job.under-way'));
    const lately = context.now() - REMINDER_MILLISECONDS;
    return kind === 'remind' && (await hasJobAboutSince(trx, about.id, kind, lately))
      ? refused('in-use', text('job.reminded', { minutes: REMINDER_MILLISECONDS / MINUTE }))
      : undefined;
  });
}

type Run = (trx: Connection, actor: Actor, job: JobRow, rows: readonly Handed[]) => Promise<Counts>;
type Counts = Pick<Batch, 'done' | 'leftOut' | 'failed'>;

const about =
  (run: (context: DistributionContext, job: JobRow) => Promise<Outcome<Run>>) =>
  (context: DistributionContext): JobKind => ({
    needs: neededFor,
    prepare: async (actor, job) => {
      const prepared = await run(context, job);
      if (!prepared.ok) return prepared;
      return done(async (trx, locked, limit) => {
        const slice = { jobId: locked.about ?? '', from: locked.position, limit };
        await lockHanded(trx, slice);
        const rows = await listHanded(trx, slice);
        return batchOf(job, rows, limit, await prepared.value(trx, actor, locked, rows));
      });
    },
    end: () => 'done',
  });

/** Why it stays with its user. */
function keptFor(actor: Actor, job: JobRow, row: Handed, replaces: boolean): Text | undefined {
  if (row.domain === null || row.holder_row !== row.user_row) return text('job-row.changed-since');
  if (row.distribution_id === null) {
    if (row.used === 1 || row.tended === 1) return text('job-row.used-since');
  } else {
    if (row.state === null || row.latest !== 1) return text('job-row.changed-since');
    if (isActivated(row.state)) return text('job-row.activated');
    // A token that was the user's before stays with them whatever was done with it; another would be taken away with that.
    if (row.origin !== 'held' && row.tended === 1) return text('job-row.used-since');
    // The replaced token was taken away by hand: the user would be left with none.
    if (replaces && row.replacing === 0) return text('job-row.changed-since');
  }
  const { domain } = row;
  if (neededFor(job).some((permission) => !covers(actor, permission, domain)))
    return text('job-row.another-domain');
  return undefined;
}

const undoGiving = about(async (context, job) => {
  const found = await undoneBy(context.db, job);
  if (!found.ok) return found;
  const earlier = found.value;
  const { tell } = readTell(job.input);
  const replaces = readGiving(earlier).replace !== undefined;
  return done(async (trx, actor, _, rows) => {
    const above = await whyAbove(trx, actor, rows, ({ holder_row }) => holder_row);
    const judged = rows.map((row) => ({ ...row, why: keptFor(actor, job, row, replaces) ?? above(row) }));
    const back = judged.filter(({ why }) => why === undefined);
    const idsOf = (origin: Handed['origin']): string[] =>
      back.flatMap((row) => (row.origin === origin && row.token_id !== null ? [row.token_id] : []));
    if (back.length > 0) {
      const reason = text('event.job-undone', { job: job.name });
      await takeBackDistributions(trx, context, back, reason, actor.source);
      await restoreAssigned(trx, idsOf('held'), earlier);
      const stock = back.filter(({ origin }) => origin === 'stock');
      const domains = stock.flatMap(({ domain_before }) => domain_before ?? []);
      await holdDomains(trx, domains);
      if (stock.length > 0) await returnToStock(trx, stock);
      const minted = idsOf('mint');
      if (minted.length > 0) await deleteTokens(trx, minted);
      await record(trx, context, actor, ...back.flatMap((row) => undone(reason, row)));
      if (tell) await context.queueMail(trx, ...back.flatMap(withdrawnMail));
    }
    await endRows(trx, earlier.id, judged, ['undone', 'kept']);
    return { done: back.length, leftOut: judged.length - back.length, failed: 0 };
  });
});

/** An undo of an import of tokens deletes, any other takes back. */
export function undoJobs(context: DistributionContext): JobKind {
  const giving = undoGiving(context);
  const imported = tokenImportUndo(context);
  return {
    ...giving,
    prepare: (actor, job) => (isOfTokenFile(job) ? imported(actor, job) : giving.prepare(actor, job)),
  };
}

const withdrawnMail = ({ user_row, serial }: Handed): MailNotice[] =>
  user_row === null
    ? []
    : [{ event: 'token-withdrawn', userRow: user_row, values: { serial: serial ?? '' }, bulk: true }];

function undone(reason: Text, row: Handed): Recorded[] {
  const object = `token:${row.serial}`;
  const unassigned = {
    action: 'token.unassign',
    object,
    reason: text('event.from', { name: row.user_id ?? '' }),
  } as const;
  if (row.distribution_id === null) return [unassigned];
  const withdrawn = { action: 'token.withdraw', object, reason } as const;
  if (row.origin === 'mint') return [withdrawn, { action: 'token.delete', object, reason }];
  return row.origin === 'stock' ? [withdrawn, unassigned] : [withdrawn];
}

export const remindJobs = about(async (context, job) => {
  const plan = await planOf(context, { ...readInput(job), mail: undefined });
  if (!plan.ok) return plan;
  return done(async (trx, actor, _, rows) => {
    const now = context.now();
    const ids = rows.flatMap(({ token_id }) => token_id ?? []);
    const taking = await listTakingCode(trx, ids, oldestValidDay(now));
    const waiting = rows.filter(({ state, expires_at, latest, domain, token_id }) => {
      const live =
        state !== null && ['issued', 'opened'].includes(distributionState({ state, expires_at }, now));
      const usable = live && latest === 1 && taking.has(token_id ?? NO_TOKEN);
      return usable && domain !== null && covers(actor, 'tokens:distribute', domain);
    });
    // Says again that the token is ready: the code itself was given only once.
    const notices = waiting.flatMap((row) => {
      const holder = { user_id: row.user_row ?? NO_USER, holder: row.user_id ?? '', pin: null };
      const token = { id: row.token_id ?? NO_TOKEN, serial: row.serial ?? '', ...holder };
      const plain = distributionMail(
        { ...plan.value, token, expiresAt: row.expires_at },
        undefined,
        row.distribution_id ?? '',
        job.id,
      );
      return plain.map((notice) => ({ ...notice, bulk: true as const }));
    });
    await context.queueMail(trx, ...notices);
    return { done: waiting.length, leftOut: rows.length - waiting.length, failed: 0 };
  });
});
