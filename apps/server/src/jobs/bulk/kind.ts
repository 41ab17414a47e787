/**
 * One action on many tokens or users. Each row is done by the function for a single one, in a part of the batch's transaction that is undone
 * alone, so a row that is refused leaves nothing and does not stop the others. See docs/decisions/0072-bulk-actions-are-jobs.md.
 */

import type { Permission } from '@sower/api/permissions';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done, invalidAt, type Outcome } from '../../core/outcome.ts';
import { domainFor } from '../../directory/domains.ts';
import type { Connection, Row } from '../../store/schema/schema.ts';
import { storedJson } from '../../store/schema/stored-json.ts';
import { endRows } from '../../store/work/distribution-batches.ts';
import { fixMeant, insertJobRows, type JobRow, listNamedRows } from '../../store/work/jobs.ts';
import type { Rows } from '../../work/collect.ts';
import { type Batch, batchOf, collectAndDo, type JobKind } from '../../work/runner.ts';

export type BulkContext = Pick<
  ServerContext,
  | 'db'
  | 'sealing'
  | 'onAlteredRow'
  | 'settings'
  | 'mailSettings'
  | 'queueMail'
  | 'policies'
  | 'now'
  | 'databaseNow'
  | 'random'
>;
/** What is stored of the request; the rows have the tokens or users. */
type StoredBulk<Action> = {
  readonly action: Action;
  readonly securityDomain?: string | undefined;
  /** When access ends, for `setLeaving`. */
  readonly at?: string | undefined;
};
/** The function for a single one. @param context its database is the transaction of the batch */
type Act = (context: BulkContext, name: string) => Promise<Outcome<unknown>>;

type Domain = Row<'security_domains'>;

export type BulkKind<Action> = {
  readonly of: 'tokens' | 'users';
  readonly actions: readonly Action[];
  needs(action: Action): readonly Permission[];
  /** @param domain the target of `move` */
  actOf(actor: Actor, input: StoredBulk<Action>, domain: Domain | undefined): Act;
  /** For a name that nothing has, or something else by now. */
  readonly missing: (name: string) => Text;
};

export const bulkJobs = <Action extends string>(context: BulkContext, kind: BulkKind<Action>): JobKind => ({
  needs: (job) => kind.needs(inputOf(kind, job).action),
  async prepare(actor, job) {
    const input = inputOf(kind, job);
    const target = await targetOf(context, actor, kind, input);
    if (!target.ok) return target;
    const act = kind.actOf(actor, input, target.value);
    return done(async (trx, { id, position, total }, limit) => {
      const rows = await listNamedRows(trx, kind.of, { jobId: id, state: 'new', from: position, limit });
      const inBatch = { ...context, db: trx };
      return doEach(trx, { id, total }, rows, limit, async (row) => {
        const isMeant = row.present !== null && row.present === row.meant;
        const outcome = isMeant ? await act(inBatch, row.subject) : undefined;
        return outcome?.ok ? undefined : (outcome?.detail ?? kind.missing(row.subject));
      });
    });
  },
  end: () => 'done',
});

/** @param act what is done for a row; says why it was not */
export async function doEach<Each extends Pick<Row<'job_rows'>, 'position' | 'key'>>(
  trx: Connection,
  job: Pick<JobRow, 'id' | 'total'>,
  rows: readonly Each[],
  limit: number,
  act: (row: Each) => Promise<Text | undefined>,
): Promise<Batch> {
  const failures = new Map<number, Text>();
  // Two jobs about the same ones hold them in the same order.
  for (const row of rows.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const why = await act(row);
    if (why) failures.set(row.position, why);
  }
  const ended = rows.map(({ position }) => ({ position, why: failures.get(position) }));
  await endRows(trx, job.id, ended, ['done', 'failed']);
  const counts = { done: rows.length - failures.size, leftOut: 0, failed: failures.size };
  return batchOf(job, rows, limit, counts);
}

const inputOf = <Action extends string>(
  { actions }: BulkKind<Action>,
  { input }: Pick<JobRow, 'input'>,
): StoredBulk<Action> =>
  storedJson(
    'jobs.input',
    z.object({
      action: z.enum(actions),
      securityDomain: z.string().optional(),
      at: z.string().optional(),
    }),
  )(input);

async function targetOf<Action>(
  context: Pick<ServerContext, 'db'>,
  actor: Actor,
  { of }: BulkKind<Action>,
  { action, securityDomain }: StoredBulk<Action>,
): Promise<Outcome<Domain | undefined>> {
  if ((action === 'move') !== (securityDomain !== undefined))
    return invalidAt(
      'securityDomain',
      text(action === 'move' ? 'request.domain-required' : 'request.domain-only-for-move'),
    );
  if (securityDomain === undefined) return done(undefined);
  return domainFor(context, actor, `${of}:edit`, securityDomain);
}

export type Named = { readonly subject: string; readonly key: string };

/** A few are done by the time of the answer. */
export async function addBulkJob<Action extends string>(
  context: BulkContext,
  actor: Actor,
  kind: BulkKind<Action>,
  { name, ...input }: StoredBulk<Action> & { readonly name?: string | undefined },
  pages: Rows<Named>['pages'],
): Promise<Outcome<JobRow>> {
  const target = await targetOf(context, actor, kind, input);
  if (!target.ok) return target;
  // By its ID: another domain may get its name.
  const stored = target.value ? { ...input, securityDomain: target.value.id } : input;
  return collectAndDo(
    context,
    bulkJobs(context, kind),
    actor,
    { kind: kind.of, name: name ?? input.action, input: JSON.stringify(stored), phase: 'work' },
    {
      pages,
      async insert(trx, jobId, rows, first) {
        await insertJobRows(trx, jobId, rows, first);
        await fixMeant(trx, jobId, kind.of, first);
      },
      field: 'choose',
    },
  );
}
