/** Runs of sources without a server process: the job is done here, by one node or by several. */
import type { EntryAction, SourceInput, SourceRun } from '@sower/api/identity-sources';
import { worded } from '@sower/server/core/unworded';
import { addSource } from '@sower/server/directory/sources/sources';
import { changesOf } from '@sower/server/jobs/synchronize/apply';
import { synchronizeJobs } from '@sower/server/jobs/synchronize/kind';
import { confirmRun, startRun, viewRun } from '@sower/server/jobs/synchronize/runs';
import { type EntryRow, findListedRun, listFindings } from '@sower/server/store/sources/runs';
import { type JobKinds, workOnJob } from '@sower/server/work/runner';
import { inEnglish } from '@sower/texts/outcomes';
import { done, type SourceContext } from './source.ts';

export const kindsOf = (context: SourceContext): JobKinds =>
  ({ synchronize: synchronizeJobs(context) }) as Partial<JobKinds> as JobKinds;

export const addedSource = async (context: SourceContext, input: SourceInput): Promise<string> =>
  done(await addSource(context, context.chief, input)).id;

/** Works until there is nothing to do. */
export async function workAll(context: SourceContext, kinds: JobKinds = kindsOf(context)): Promise<void> {
  while (await workOnJob(context, kinds, undefined, 'synchronize'));
}

export async function shownRun(context: SourceContext, id: string, run: string) {
  const row = await findListedRun(context.db, id, run);
  if (!row) throw new Error('no such run');
  return worded<SourceRun>(viewRun(row), inEnglish);
}

/** Starts a run and works on it. */
export async function ran(
  context: SourceContext,
  id: string,
  options: { readonly mode?: 'full' | 'delta'; readonly preview?: boolean } = {},
) {
  const { mode = 'full', preview = false } = options;
  const { job_id } = done(await startRun(context, context.chief, { id, mode, preview }));
  await workAll(context);
  return shownRun(context, id, job_id);
}

export async function confirmed(context: SourceContext, id: string, run: string, exceeding?: number) {
  done(await confirmRun(context, context.chief, { id, run, exceeding }));
  await workAll(context);
  return shownRun(context, id, run);
}

export async function findings(
  context: SourceContext,
  run: string,
  action?: EntryAction,
): Promise<EntryRow[]> {
  const all: EntryRow[] = [];
  for (let after = -1; ; ) {
    const page = await listFindings(context.db, run, action, 1000, after);
    all.push(...page);
    const last = page.at(-1);
    if (!last) return all;
    after = Number(last.position);
  }
}

export const said = (row: EntryRow): string =>
  `${row.action} ${row.user_id}${row.changes === null ? '' : ` ${Object.keys(changesOf(row)).sort().join(',')}`}`;

/** Users as they are, without what every change touches. */
export async function usersNow(context: SourceContext) {
  const rows = await context.db
    .selectFrom('users')
    .select([
      'id',
      'user_id',
      'first_name',
      'last_name',
      'email',
      'telephone',
      'enabled',
      'source_key',
      'source_name',
      'source_state',
      'disabled_by_source',
      'version',
    ])
    .where('source_id', 'is not', null)
    .orderBy('id')
    .execute();
  const names = await context.db.selectFrom('user_names').selectAll().orderBy('name_key').execute();
  return rows.map((row) => ({
    ...row,
    names: names.filter(({ user_id }) => user_id === row.id).map(({ name_key }) => name_key),
  }));
}
