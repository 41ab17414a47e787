/**
 * The result of a distribution as a file. With activation codes only once: the sealed codes are destroyed in the same transaction, or, for
 * anyone who wants to be sure of the file first, when they say that it has arrived.
 */

import { type CodesAfterwards, factsOf } from '@sower/api/jobs';
import { type Text, text } from '@sower/texts/outcomes';
import { type Actor, auditActorOf, scopesOf } from '../../core/actor.ts';
import { done, type Outcome, refused } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { allOrNothing } from '../../core/transaction.ts';
import { whyAbove } from '../../directory/roles.ts';
import { secondApprovalOf, useSecondApproval } from '../../directory/second-approval.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import type { Connection } from '../../store/schema/schema.ts';
import {
  claimCodes,
  destroySealed,
  findJob,
  type JobRow,
  listDoubtfulCodes,
  listJobRows,
} from '../../store/work/jobs.ts';
import { isStarter, viewJobRow, visibleJob } from '../../work/jobs.ts';
import { permissionToControl } from '../../work/rights.ts';
import { csvInPages, refusedRowsFile } from '../import/result.ts';
import { readSealedCode, type SealedCode } from './distribute.ts';
import type { DistributionContext } from './plan.ts';

type ResultFile = { readonly fileName: string; readonly csv: string };
const PAGE = 1_000;
const COLUMNS = ['number', 'subject', 'userId', 'serial', 'state', 'reason', 'distribution'];
const CODE_COLUMNS = ['activationCode', 'link', 'url'];

export async function takeResult(
  context: DistributionContext,
  actor: Actor,
  { id, codes }: { readonly id: string; readonly codes?: CodesAfterwards | undefined },
  inWords: (text: Text) => string,
): Promise<Outcome<ResultFile>> {
  const found = await visibleJob(context, actor, id, undefined, 'steer');
  if (!found.ok) return found;
  const job = found.value;
  const fileName = fileNameOf(job, 'csv');
  const nothing = done({ fileName, csv: '' });
  if (codes === 'destroy' && job.codes === 'none') return nothing;
  if (job.kind === 'import') return done({ fileName, csv: await refusedRowsFile(context.db, job, inWords) });
  if (!factsOf(job.kind).result) return refused('wrong-state', text('job.other-kind'));
  if (job.codes === 'none') return done({ fileName, csv: await fileOf(context.db, context, job, inWords) });
  return takeCodes(context, actor, job, codes, async (withheld) =>
    codes === 'destroy'
      ? nothing
      : done({ fileName, csv: await fileOf(context.db, context, job, inWords, withheld) }),
  );
}

export const fileNameOf = ({ name }: Pick<JobRow, 'name'>, kind: 'csv' | 'pdf'): string =>
  `${name.replace(/[^\p{L}\p{N}]+/gu, '-')}.${kind}`;

/** By position: which codes are not handed out, and why. */
export type Withheld = ReadonlyMap<number, Text>;

/**
 * After a token was distributed, users may move and rights may be lost: anyone who then got a code could activate the token of a user outside
 * their scope.
 */
async function withheldFrom(context: DistributionContext, actor: Actor, job: JobRow): Promise<Withheld> {
  const permission = permissionToControl(job);
  const withheld = new Map<number, Text>();
  const doubtful = await listDoubtfulCodes(context.db, job.id, scopesOf(actor, permission));
  const above = await whyAbove(context.db, actor, doubtful, ({ user_row }) => user_row);
  for (const row of doubtful) {
    const why = row.within === 1 ? above(row) : text('job-row.another-domain');
    if (why) withheld.set(row.position, why);
  }
  return withheld;
}

/** For the person who made the job, once it has ended, and once. @param make the file with the codes in it */
export async function takeCodes<File>(
  context: DistributionContext,
  actor: Actor,
  job: JobRow,
  codes: CodesAfterwards | undefined,
  make: (withheld: Withheld) => Promise<Outcome<File>>,
): Promise<Outcome<File>> {
  if (!isStarter(actor, job)) return refused('not-permitted', text('job.own-only'));
  if (!['done', 'cancelled', 'failed'].includes(job.state))
    return refused('wrong-state', text('job.not-ended'));
  if (job.codes === 'taken') return refused('wrong-state', text('job.codes-taken'));
  // In its current state: a resumed job could have codes without an approval.
  const object = `job:${job.id}:${job.ended_at}`;
  const what = { action: 'job.result', object, title: job.name } as const;
  const asked = await secondApprovalOf(context, auditActorOf(actor), what);
  if (!asked.ok) return asked;
  // Before the transaction: on SQLite everyone else would wait while a hundred thousand codes are opened.
  const file = await make(await withheldFrom(context, actor, job));
  if (!file.ok) return file;
  return allOrNothing(context.db, async (trx) => {
    if (codes === 'keep') {
      // An approval is for one file, however often it has to be sent until it arrives.
      const present = await findJob(trx, job.id);
      if (present?.codes !== 'ready' || present.ended_at !== job.ended_at)
        return refused('wrong-state', text('job.wrong-state'));
    } else {
      const used = await useSecondApproval(trx, context, auditActorOf(actor), what, asked.value);
      if (used) return used;
      if (!(await claimCodes(trx, job))) return refused('wrong-state', text('job.wrong-state'));
      await destroySealed(trx, job.id);
    }
    await record(trx, context, actor, {
      action: 'job.result',
      object: `job:${job.name}`,
      ...(codes === undefined
        ? {}
        : { reason: text(codes === 'keep' ? 'event.codes-kept' : 'event.codes-arrived') }),
    });
    return file;
  });
}

function fileOf(
  db: Connection,
  context: DistributionContext,
  job: JobRow,
  inWords: (text: Text) => string,
  /** Absent: without the codes. */
  withheld?: Withheld,
): Promise<string> {
  const head = withheld ? [...COLUMNS, ...CODE_COLUMNS] : COLUMNS;
  const listed = (from: number) => listJobRows(db, job.id, {}, PAGE, from);
  return csvInPages(head, listed, (row) => {
    const view = viewJobRow(row, context.now());
    const withheldFor = withheld?.get(row.position);
    const why = withheldFor ?? view.detail ?? '';
    const cells = [
      String(view.number),
      view.subject,
      view.userId ?? '',
      view.serial ?? '',
      view.state,
      typeof why === 'string' ? why : inWords(why),
      view.distribution ?? '',
    ];
    return withheld
      ? [...cells, ...codeOf(context, job.id, withheldFor ? { ...row, sealed: null } : row)]
      : cells;
  });
}

function codeOf(
  context: Pick<DistributionContext, 'sealing'>,
  jobId: string,
  row: { readonly position: number; readonly sealed: string | null },
): string[] {
  if (row.sealed === null) return ['', '', ''];
  const { code, link, url } = openCode(context, jobId, { ...row, sealed: row.sealed });
  return [code, link, url];
}

export function openCode(
  { sealing }: Pick<DistributionContext, 'sealing'>,
  jobId: string,
  { position, sealed }: { readonly position: number; readonly sealed: string },
): SealedCode {
  return readSealedCode(
    Buffer.from(sealing.open(aadOf('job_rows.sealed', jobId, position), sealed)).toString(),
  );
}
