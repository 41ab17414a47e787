/**
 * One run of a saved report: read with the rights that its owner has now, and queued for its recipients. If that is not possible, nothing
 * is mailed, and the report and the audit trail say why; the next run tries again.
 */

import { csvText } from '@sower/api/csv';
import type { MailLanguage } from '@sower/api/mail-events';
import { MOST_MAILED_ROWS } from '@sower/api/saved-reports';
import { outcomesIn, type Text, text } from '@sower/messages/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, actorName } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { record } from '../../core/record.ts';
import { starterOf } from '../../directory/starter.ts';
import type { AdministratorAddress, MailAttachment } from '../../mail/queue.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import { findAdministrator } from '../../store/tables/administrators.ts';
import { insertAudit } from '../../store/tables/audit.ts';
import { hasMark } from '../../store/tables/marks.ts';
import { findSavedReport, noteReportRun, type SavedReportRow } from '../../store/tables/saved-reports.ts';
import { userIdKey } from '../../store/tables/users.ts';
import { printReport, readReport } from './read.ts';
import { actorText } from './reports.ts';
import { neededFor, readSaved } from './saved.ts';

type Context = Pick<
  ServerContext,
  | 'db'
  | 'sealing'
  | 'onAlteredRow'
  | 'now'
  | 'random'
  | 'mailSettings'
  | 'queueMail'
  | 'drawReport'
  | 'publicUrl'
>;

export async function mailSavedReport(context: Context, id: string | null): Promise<void> {
  const row = id === null ? undefined : await findSavedReport(context.db, id);
  if (!row) return;
  const made = await make(context, row);
  if ('ended' in made) return fail(context, row, made.ended);
  const { actor, file, addresses, language } = made;
  const name = actorText(actorName(actor));
  await inTransaction(context.db, async (trx) => {
    await context.queueMail(
      trx,
      ...addresses.map((userRow) => ({
        event: 'report' as const,
        userRow,
        values: {
          report: row.name,
          time: context.now(),
          administrator: typeof name === 'string' ? name : outcomesIn(language)(name),
          consoleUrl: `${context.publicUrl}/console/reporting/saved`,
        },
        attachment: file,
      })),
    );
    await noteReportRun(trx, row.id, context.now(), null);
    await record(trx, context, actor, {
      action: 'report.mail',
      object: `report:${row.name}`,
      reason: text('event.report-mailed', { recipients: addresses.map(({ name }) => name).join(', ') }),
    });
  });
}

async function fail(context: Context, row: SavedReportRow, reason: Text): Promise<void> {
  await inTransaction(context.db, async (trx) => {
    await noteReportRun(trx, row.id, context.now(), reason);
    await insertAudit(trx, context, {
      actor: row.actor_name,
      action: 'report.mail',
      object: `report:${row.name}`,
      result: 'failure',
      reason,
    });
  });
}

type Made = {
  readonly actor: Actor;
  readonly file: MailAttachment;
  readonly addresses: readonly AdministratorAddress[];
  readonly language: MailLanguage;
};

async function make(context: Context, row: SavedReportRow): Promise<Made | { readonly ended: Text }> {
  if (!hasMark('saved_reports', context, row)) return { ended: text('saved-report.altered') };
  const saved = readSaved(row);
  const starter = await starterOf(context, row, neededFor(saved));
  if ('ended' in starter) {
    const { code, values } = starter.ended;
    const why = code === 'job.right-lost' ? 'saved-report.right-lost' : 'saved-report.owner-gone';
    return { ended: { code: why, values } as Text };
  }
  const { settings } = await context.mailSettings.current(context.db);
  if (!settings.enabled) return { ended: text('mail.not-set-up') };
  const addresses = await addressesOf(context, saved.recipients);
  if (addresses.length === 0) return { ended: text('saved-report.nobody-left') };
  const language = settings.language as MailLanguage;
  const file = await fileOf(context, starter.actor, saved, language);
  return file.ok ? { actor: starter.actor, file: file.value, addresses, language } : { ended: file.detail };
}

/** Of those who are there still. */
async function addressesOf(context: Context, names: readonly string[]): Promise<AdministratorAddress[]> {
  const rows = await Promise.all(
    names.map((name) => findAdministrator(context.db, context, userIdKey(name))),
  );
  return rows.flatMap((row) =>
    row?.enabled === 1 && row.mail ? [{ name: row.user_name, mail: row.mail }] : [],
  );
}

async function fileOf(
  context: Context,
  actor: Actor,
  { report, days, format }: ReturnType<typeof readSaved>,
  language: MailLanguage,
): Promise<Outcome<MailAttachment>> {
  const asked = {
    report,
    days,
    limit: MOST_MAILED_ROWS,
    after: undefined,
    inWords: outcomesIn(language),
  };
  if (format === 'pdf') {
    const printed = await printReport(context, actor, asked);
    if (!printed.ok) return printed;
    const { fileName = '', pdf = '' } = printed.value.document ?? {};
    return done({ fileName, type: 'application/pdf', content: pdf });
  }
  const read = await readReport(context, actor, asked);
  if (!read.ok) return read;
  const { columns, rows } = read.value;
  if (rows.length > MOST_MAILED_ROWS)
    return {
      ok: false,
      problem: 'wrong-state',
      detail: text('saved-report.too-long', { count: MOST_MAILED_ROWS }),
    };
  const csv = csvText([columns.map(({ label }) => label), ...rows.map(({ cells }) => cells)]);
  return done({
    fileName: `${report}-${new Date(context.now()).toISOString().slice(0, 10)}.csv`,
    type: 'text/csv; charset=utf-8',
    content: Buffer.from(`\ufeff${csv}`).toString('base64'),
  });
}
