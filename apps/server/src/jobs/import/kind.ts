/**
 * The two phases of an import. Both decide by the same rules: the check records what each row would change; the work locks the users,
 * decides again and applies it. A row that would now change something else, because of changes in between, is left out.
 */

import { isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import type { Actor } from '../../core/actor.ts';
import { done } from '../../core/outcome.ts';
import { type Recorded, record } from '../../core/record.ts';
import { whyAbove } from '../../directory/roles.ts';
import { fieldNames, movedTokens } from '../../directory/users.ts';
import { newId } from '../../store/db/ids.ts';
import { domainNames, domainsByReference, holdDomains } from '../../store/directory/domains.ts';
import { userIdKey } from '../../store/directory/users.ts';
import type { UserRow } from '../../store/schema/brands.ts';
import type { Connection } from '../../store/schema/schema.ts';
import { touchTokensOf } from '../../store/tokens/tokens.ts';
import type { JobRow } from '../../store/work/jobs.ts';
import {
  type ImportFact,
  type ImportResult,
  insertNewUsers,
  listImportFacts,
  lockImportFacts,
  type NewUser,
  putImportResults,
  saveLanguages,
  updateImportedUsers,
} from '../../store/work/user-imports.ts';
import { type Batch, batchOf, type JobKind } from '../../work/runner.ts';
import { type Decided, decideRow, readImport, type StoredImport } from './decide.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

const IMPORT_NEEDS = ['users:edit'] as const;

export const importJobs = (context: Context): JobKind => ({
  needs: () => IMPORT_NEEDS,
  async prepare(actor, job) {
    const domains = await domainsByReference(context.db);
    const prepared = { actor, input: readImport(job.input), domains, now: context.now() };
    const batch = job.phase === 'check' ? check : work;
    return done((trx, locked, limit) => batch(trx, context, { ...prepared, job: locked }, limit));
  },
  end: (job) => (job.phase === 'work' ? 'done' : 'waiting'),
});

type Prepared = {
  readonly job: JobRow;
  readonly actor: Actor;
  readonly input: StoredImport;
  readonly domains: Awaited<ReturnType<typeof domainsByReference>>;
  readonly now: number;
};
type Planned = Exclude<Decided, { readonly against: Text }>;
type Row = { readonly position: number; readonly fact: ImportFact; readonly decided: Decided };

async function decide(
  trx: Connection,
  { job, actor, input, domains, now }: Prepared,
  limit: number,
): Promise<Row[]> {
  const state = job.phase === 'check' ? 'new' : 'ready';
  const slice = { jobId: job.id, state, from: job.position, limit } as const;
  if (job.phase === 'work') await lockImportFacts(trx, slice);
  const facts = await listImportFacts(trx, slice);
  const domainsBefore = facts.flatMap(({ id, domain }) => (id === null ? [] : [domain]));
  const names = await domainNames(trx, domainsBefore);
  const above = await whyAbove(trx, actor, facts, ({ id }) => id);
  return facts.map((fact) => {
    const decided = decideRow(actor, input, fact, { domains, names, now });
    const against = 'against' in decided ? undefined : above(fact);
    return { position: fact.position, fact, decided: against ? { against } : decided };
  });
}

/** What is not the actor's to see is not recorded. */
const isHidden = ({ code }: Text): boolean => code === 'import-row.taken';

function resultOf(
  job: JobRow,
  { fact, decided }: Row,
  state: ImportResult['state'],
  against: Text | null,
): ImportResult {
  const hidden = against !== null && isHidden(against);
  const planned = 'against' in decided ? undefined : decided;
  return {
    job_id: job.id,
    position: Number(fact.position),
    state,
    text: against && JSON.stringify(against),
    target: hidden ? null : fact.id,
    user_id: hidden ? null : (fact.user_id ?? planned?.person.userId ?? null),
    action: state === 'ready' || state === 'done' ? (planned?.action ?? null) : null,
    changes: state === 'ready' && planned ? JSON.stringify(planned.changes) : null,
    // What was done is with the users, and need not be here too.
    fields: state === 'done' ? null : fact.fields,
  };
}

async function check(trx: Connection, _: Context, prepared: Prepared, limit: number): Promise<Batch> {
  const { job } = prepared;
  const rows = await decide(trx, prepared, limit);
  const results = rows.map((row) =>
    'against' in row.decided
      ? resultOf(job, row, 'left-out', row.decided.against)
      : resultOf(job, row, 'ready', null),
  );
  await putImportResults(trx, results);
  const ready = results.filter(({ state }) => state === 'ready').length;
  return batchOf(job, rows, limit, { done: ready, leftOut: rows.length - ready, failed: 0 });
}

type Doing = { readonly row: Row; readonly planned: Planned; readonly id: UserRow };

async function work(trx: Connection, context: Context, prepared: Prepared, limit: number): Promise<Batch> {
  const { job, actor } = prepared;
  const rows = await decide(trx, prepared, limit);
  const results: ImportResult[] = [];
  const doing: Doing[] = [];
  const paths = rows.flatMap(({ decided }) => ('against' in decided ? [] : decided.person.domain.path));
  const domains = await holdDomains(trx, paths);
  for (const row of rows) {
    const { fact, decided } = row;
    if ('against' in decided) results.push(resultOf(job, row, stateOf(decided.against), decided.against));
    // Something else was confirmed.
    else if (decided.action !== fact.action || fact.target !== fact.id)
      results.push(resultOf(job, row, 'failed', CHANGED));
    else if (!domains.has(decided.person.domain.path))
      results.push(resultOf(job, row, 'failed', text('import-row.no-domain')));
    else doing.push({ row, planned: decided, id: fact.id ?? newId<UserRow>(context) });
  }
  const added = await addUsers(trx, context, doing);
  const did = doing.filter(({ planned, id }) => planned.action === 'change' || added.has(id));
  for (const { row } of doing.filter(({ planned, id }) => planned.action === 'add' && !added.has(id)))
    results.push({ ...resultOf(job, row, 'failed', CHANGED), user_id: null });
  const changed = did.filter(({ planned }) => planned.action === 'change');
  const columns = changed.map(({ planned, id }) => columnsOf(planned, id));
  await updateImportedUsers(trx, columns);
  const languages = did.flatMap(({ planned: { language }, id }) =>
    language ? [{ user_id: id, language }] : [],
  );
  await saveLanguages(trx, languages);
  await record(trx, context, actor, ...(await recordedOf(trx, job, did)));
  for (const { row, id } of did) results.push({ ...resultOf(job, row, 'done', null), target: id });
  await putImportResults(trx, results);
  const leftOut = results.filter(({ state }) => state === 'left-out').length;
  const failed = rows.length - did.length - leftOut;
  return batchOf(job, rows, limit, { done: did.length, leftOut, failed });
}

const CHANGED = text('import-row.changed-since-check');

/** Somebody else did the same meanwhile: nothing has failed. */
const stateOf = ({ code }: Text): 'left-out' | 'failed' =>
  code === 'import-row.unchanged' ? 'left-out' : 'failed';

/** @returns the rows that were inserted: someone else may have added a user with the same ID a moment ago */
function addUsers(trx: Connection, context: Context, doing: readonly Doing[]): Promise<Set<string>> {
  const fresh = doing
    .filter(({ planned }) => planned.action === 'add')
    .map(({ planned, id }): NewUser => {
      const { userId } = planned.person;
      return { ...columnsOf(planned, id), user_id: userId, user_id_key: userIdKey(userId) };
    });
  // Two imports that add the same users in different orders would wait for each other.
  fresh.sort((a, b) => (String(a.user_id_key) < String(b.user_id_key) ? -1 : 1));
  return insertNewUsers(trx, fresh, context.now());
}

const columnsOf = ({ person }: Planned, id: string) => ({
  id,
  first_name: person.firstName,
  last_name: person.lastName,
  last_name_key: userIdKey(person.lastName),
  email: person.email,
  email_key: userIdKey(person.email),
  telephone: person.telephone,
  enabled: person.enabled ? 1 : 0,
  disabled_by_source: person.disabledBySource ? 1 : 0,
  domain: person.domain.path,
  leaves_at: person.leavesAt,
  left_at: person.leftAt,
});

async function recordedOf(trx: Connection, job: JobRow, did: readonly Doing[]): Promise<Recorded[]> {
  const byJob = text('event.by-job', { job: job.name });
  /** One for each set of fields: each is put into words once. */
  const reasons = new Map<string, Text>();
  const reasonFor = (fields: readonly string[]): Text => {
    const key = fields.join();
    const changed = text('event.fields-changed', { fields: fieldNames(fields) });
    const reason = reasons.get(key) ?? text('event.parts', { parts: [changed, byJob] });
    reasons.set(key, reason);
    return reason;
  };
  const events: Recorded[] = [];
  for (const { row, planned, id } of did) {
    const { person, changes } = planned;
    const object = `user:${person.userId}`;
    if (changes.some(({ field }) => field === 'leaving') && person.leavesAt !== null) {
      const until = text('event.until', { time: isoTime(person.leavesAt) });
      const reason = text('event.parts', { parts: [until, byJob] });
      events.push({ action: 'user.set-leaving', object, reason });
    }
    if (planned.action === 'add') {
      events.push({ action: 'user.add', object, reason: byJob });
      continue;
    }
    const edited = changes.flatMap(({ field }) => (field === 'leaving' ? [] : [field]));
    if (edited.length > 0) events.push({ action: 'user.edit', object, reason: reasonFor(edited) });
    if (row.fact.domain === person.domain.path) continue;
    events.push(...movedTokens(await touchTokensOf(trx, id), person.domain.name, person.userId));
  }
  return events;
}
