/** Saved reports as administrators see them: listed, saved, deleted. One has the rights of the person who saved it last. */

import type { Permission } from '@sower/api/permissions';
import { operationOfReport, REPORT_NAMES } from '@sower/api/reports';
import type { SavedReport, SavedReportInput } from '@sower/api/saved-reports';
import { isoTime } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import { type Actor, denied } from '../core/actor.ts';
import { done, invalidAt, type Outcome, type Refused, refused, refusedAt } from '../core/outcome.ts';
import { type Edit, itemsFor, recordedRows } from '../core/recorded.ts';
import { storedReason, type Unworded } from '../core/unworded.ts';
import { starterColumns, starterId } from '../directory/starter.ts';
import { type Reachable, reachableAdministrators } from '../mail/mailed-administrators.ts';
import { newId } from '../store/db/ids.ts';
import { deleteRow, findRow } from '../store/db/rows.ts';
import { userIdKey } from '../store/directory/users.ts';
import { markOf } from '../store/keys/marks.ts';
import { listSavedReports, type SavedReportRow } from '../store/reporting/saved-reports.ts';
import type { Connection } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';
import { hastenSchedule, insertSchedule, listSchedules, type ScheduleRow } from '../store/work/due.ts';
import { nextTime } from '../work/schedules.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'onAlteredRow' | 'now' | 'databaseNow' | 'random'>;

/** What is kept as JSON; when it is mailed is among the schedules. */
type StoredReport = Omit<SavedReportInput, 'name' | 'schedule'>;
const read = storedJson(
  'saved_reports.input',
  z.object({
    report: z.enum(REPORT_NAMES),
    days: z.number().optional(),
    format: z.enum(['csv', 'pdf']),
    recipients: z.array(z.string()),
  }),
);
export const readSaved = ({ input }: Pick<SavedReportRow, 'input'>): StoredReport => read(input);

/** Asked for when it is saved, and again at each run. */
export const neededFor = ({ report }: Pick<StoredReport, 'report'>) =>
  ['audit:view', operationOfReport(report).permission] as const;

/** The permission that a recipient lacks: reading the report needs it too. */
export function lacking(actor: Actor, { report }: Pick<StoredReport, 'report'>): Permission | undefined {
  const { permission } = operationOfReport(report);
  return denied(actor, permission) && permission;
}

/** By the names that were given, each person once: administrators as they are now, or undefined where there is none to mail to. */
export async function readersOf(
  context: Context,
  names: readonly string[],
): Promise<Map<string, Reachable | undefined>> {
  const wanted = new Map(names.map((name) => [userIdKey(name), name]));
  const found = await reachableAdministrators(context, context.db, (row) => wanted.has(row.user_name_key));
  const byKey = new Map(found.map((each) => [userIdKey(each.address.name), each]));
  return new Map([...wanted].map(([key, name]) => [name, byKey.get(key)]));
}

const scheduleId = (id: string): string => `report:${id}`;
const noSuchReport = (): Refused => refused('not-found', text('saved-report.not-found'));

const mayEdit = (actor: Actor, row: SavedReportRow): boolean =>
  (row.actor_kind === actor.kind && row.actor_id === starterId(actor)) || !denied(actor, 'settings:edit');

export const showSavedReports = (context: Context, actor: Actor) =>
  itemsFor(actor, 'audit:view', async () => {
    const [rows, schedules] = await Promise.all([listSavedReports(context.db), listSchedules(context.db)]);
    return rows.map((row) => viewOf(actor, row, schedules));
  });

function viewOf(
  actor: Actor,
  row: SavedReportRow,
  schedules: readonly ScheduleRow[],
): Unworded<SavedReport, 'detail'> {
  const schedule = schedules.find(({ id }) => id === scheduleId(row.id));
  return {
    ...readSaved(row),
    id: row.id,
    name: row.name,
    ...(schedule
      ? {
          schedule: { cron: schedule.cron, timeZone: schedule.time_zone },
          nextAt: isoTime(schedule.next_at),
        }
      : {}),
    owner: row.actor_name,
    mayEdit: mayEdit(actor, row),
    ...(row.last_run_at === null ? {} : { lastRunAt: isoTime(row.last_run_at) }),
    ...storedReason(row),
    version: row.version,
  };
}

/** What is kept of a saved report, and when it is mailed, if the actor may read it. */
async function plan(
  context: Context,
  actor: Actor,
  id: string,
  { name, schedule, ...rest }: SavedReportInput,
) {
  const denial = denied(actor, ...neededFor(rest));
  if (denial) return denial;
  const starter = starterColumns(actor);
  if (!starter.ok) return starter;
  const readers = await readersOf(context, rest.recipients);
  for (const [name, reader] of readers) {
    if (!reader) return invalidAt('recipients', text('saved-report.no-mail', { name }));
    const permission = lacking(reader.actor, rest);
    if (permission)
      return invalidAt('recipients', text('saved-report.recipient-lacks', { name, permission }));
  }
  if (schedule && rest.recipients.length === 0)
    return invalidAt('recipients', text('saved-report.to-nobody'));
  const times = schedule && { cron: schedule.cron, time_zone: schedule.timeZone };
  const next = times && nextTime(times, context.databaseNow());
  if (times && next === undefined) return invalidAt('schedule.cron', text('schedule.never'));
  const row = {
    name,
    name_key: userIdKey(name),
    input: JSON.stringify({ ...rest, recipients: [...readers.keys()] } satisfies StoredReport),
    ...starter.value,
    source: actor.source ?? null,
  };
  return done({
    columns: { ...row, mark: markOf('saved_reports', context, { id, ...row }), reason: null, text: null },
    afterwards: async (trx: Connection) => {
      await deleteRow(trx, 'schedules', scheduleId(id));
      if (times)
        await insertSchedule(trx, {
          ...{ id: scheduleId(id), kind: 'report', about: id },
          ...{ ...times, next_at: next as number },
        });
    },
    ifTaken: () => refusedAt('name', 'already-exists', text('saved-report.exists', { name })),
  });
}

const reportsOf = (actor: Actor) =>
  recordedRows<'saved_reports', Unworded<SavedReport, 'detail'>>({
    table: 'saved_reports',
    notFound: noSuchReport,
    present: editable,
    object: ({ name }) => `report:${name}`,
    reason: describe,
    view: async (db, row) => viewOf(actor, row, await listSchedules(db)),
  });

export async function addSavedReport(
  context: Context,
  actor: Actor,
  input: SavedReportInput,
): Promise<Outcome<Unworded<SavedReport, 'detail'>>> {
  const id = newId(context);
  const planned = await plan(context, actor, id, input);
  if (!planned.ok) return planned;
  const { columns, ...doing } = planned.value;
  const row = { id, ...columns, created_at: context.now(), version: 1 };
  return reportsOf(actor).insert(context, actor, row, { action: 'report.add', ...doing });
}

export const editSavedReport = (
  context: Context,
  actor: Actor,
  edit: Edit<SavedReportInput>,
): Promise<Outcome<Unworded<SavedReport, 'detail'>>> =>
  reportsOf(actor).edit(context, actor, edit, 'report.edit', ({ id }, input) =>
    plan(context, actor, id, input),
  );

export const removeSavedReport = (context: Context, actor: Actor, id: string): Promise<Outcome<undefined>> =>
  reportsOf(actor).remove(context, actor, id, {
    action: 'report.delete',
    reason: describe,
    afterwards: (trx) => deleteRow(trx, 'schedules', scheduleId(id)),
  });

/** It is due now, and anyone who keeps schedules does it. */
export async function hastenSavedReport(
  context: Context,
  actor: Actor,
  id: string,
): Promise<Outcome<Unworded<SavedReport, 'detail'>>> {
  const found = await editable(context, actor, id);
  if (!found.ok) return found;
  const schedules = await listSchedules(context.db);
  if (!schedules.some((schedule) => schedule.id === scheduleId(id)))
    return refused('wrong-state', text('saved-report.not-scheduled'));
  await hastenSchedule(context.db, scheduleId(id), context.databaseNow());
  return done(viewOf(actor, found.value, await listSchedules(context.db)));
}

async function editable(
  context: Pick<Context, 'db'>,
  actor: Actor,
  id: string,
): Promise<Outcome<SavedReportRow>> {
  const denial = denied(actor, 'audit:view');
  if (denial) return denial;
  const row = await findRow(context.db, 'saved_reports', id);
  if (!row) return noSuchReport();
  // Those who administer the deployment may delete what someone who has left had saved.
  return mayEdit(actor, row) ? done(row) : (denied(actor, 'settings:edit') as Refused);
}

function describe(row: SavedReportRow): Text {
  const { report, recipients } = readSaved(row);
  return text('event.report-saved', {
    report: text(`report-title.${report}`),
    recipients: recipients.join(', ') || '–',
  });
}
