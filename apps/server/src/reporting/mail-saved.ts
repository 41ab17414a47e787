/**
 * One run of a saved report: read for each recipient, with the rights that both its owner and the recipient have now, and queued. Who may
 * not read it any more is left out. If nothing can be mailed, the report and the audit trail say why; the next run tries again.
 */

import { csvText } from '@sower/api/csv';
import type { MailLanguage } from '@sower/api/mail-events';
import { operationOfReport } from '@sower/api/reports';
import { MAX_MAILED_ROWS } from '@sower/api/saved-reports';
import { dayOf } from '@sower/api/time';
import { outcomesIn, type Text, text } from '@sower/texts/outcomes';
import type { ServerContext } from '../context.ts';
import { type Actor, actorName } from '../core/actor.ts';
import { done, type Outcome } from '../core/outcome.ts';
import { record } from '../core/record.ts';
import { starterOf } from '../directory/starter.ts';
import type { AdministratorAddress, MailAttachment } from '../mail/queue.ts';
import { findRow } from '../store/db/rows.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { hasMark } from '../store/keys/marks.ts';
import { noteReportRun, type SavedReportRow } from '../store/reporting/saved-reports.ts';
import { printReport, reachOf, readReport } from './read.ts';
import { actorText } from './reports.ts';
import { lacking, neededFor, readersOf, readSaved } from './saved.ts';

type Context = Pick<
  ServerContext,
  | 'db'
  | 'sealing'
  | 'onAlteredRow'
  | 'now'
  | 'databaseNow'
  | 'random'
  | 'mailSettings'
  | 'queueMail'
  | 'drawReport'
  | 'publicUrl'
>;

export async function mailSavedReport(context: Context, id: string | null): Promise<void> {
  const row = id === null ? undefined : await findRow(context.db, 'saved_reports', id);
  if (!row) return;
  const made = await make(context, row);
  if ('ended' in made) return fail(context, row, made.ended);
  const { actor, letters, leftOut, language } = made;
  const name = actorText(actorName(actor));
  await inTransaction(context.db, async (trx) => {
    await context.queueMail(
      trx,
      ...letters.map(({ address, file }) => ({
        event: 'report' as const,
        userRow: address,
        values: {
          report: row.name,
          time: context.now(),
          administrator: typeof name === 'string' ? name : outcomesIn(language)(name),
          consoleUrl: `${context.publicUrl}/console/reporting/saved`,
        },
        attachment: file,
      })),
    );
    await noteReportRun(trx, row.id, context.now(), leftOut);
    await record(trx, context, actor, {
      action: 'report.mail',
      object: `report:${row.name}`,
      reason: text('event.report-mailed', {
        recipients: letters.map(({ address }) => address.name).join(', '),
      }),
    });
  });
}

async function fail(context: Context, row: SavedReportRow, reason: Text): Promise<void> {
  await inTransaction(context.db, async (trx) => {
    await noteReportRun(trx, row.id, context.now(), reason);
    const starter = { name: row.actor_name };
    await record(trx, context, starter, {
      action: 'report.mail',
      object: `report:${row.name}`,
      result: 'failure',
      reason,
    });
  });
}

type Made = {
  readonly actor: Actor;
  readonly letters: readonly { readonly address: AdministratorAddress; readonly file: MailAttachment }[];
  /** Recipients who do not get it, and why. */
  readonly leftOut: Text | null;
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
  const language = settings.language as MailLanguage;
  const readers = await readersOf(context, saved.recipients);
  // Those who may see the same get the same file.
  const files = new Map<string, Promise<Outcome<MailAttachment>>>();
  const letters: { address: AdministratorAddress; file: MailAttachment }[] = [];
  const withoutFile = new Map<string, Text>();
  for (const [name, reader] of readers) {
    if (!reader || lacking(reader.actor, saved)) continue;
    const { permission } = operationOfReport(saved.report);
    const reach = reachOf(starter.actor, reader.actor, permission);
    if (reach.scopes.length === 0) continue;
    const key = JSON.stringify(reach);
    const made =
      files.get(key) ?? fileOf(context, starter.actor, { ...saved, reader: reader.actor }, language);
    files.set(key, made);
    const file = await made;
    if (file.ok) letters.push({ address: reader.address, file: file.value });
    else withoutFile.set(name, file.detail);
  }
  const [reason] = withoutFile.values();
  if (letters.length === 0) return { ended: reason ?? text('saved-report.nobody-left') };
  const reached = new Set(letters.map(({ address }) => address));
  const missed = [...readers].flatMap(([name, reader]) =>
    (reader && reached.has(reader.address)) || withoutFile.has(name) ? [] : [name],
  );
  const findings = [
    ...(missed.length > 0 ? [text('saved-report.left-out', { names: missed.join(', ') })] : []),
    ...(reason
      ? [text('saved-report.without-file', { names: [...withoutFile.keys()].join(', '), reason })]
      : []),
  ];
  const leftOut = findings.length > 0 ? text('saved-report.not-to-all', { findings }) : null;
  return { actor: starter.actor, letters, leftOut, language };
}

async function fileOf(
  context: Context,
  actor: Actor,
  { report, days, format, reader }: ReturnType<typeof readSaved> & { readonly reader: Actor },
  language: MailLanguage,
): Promise<Outcome<MailAttachment>> {
  const asked = {
    report,
    days,
    limit: MAX_MAILED_ROWS,
    after: undefined,
    inWords: outcomesIn(language),
    reader,
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
  if (rows.length > MAX_MAILED_ROWS)
    return {
      ok: false,
      problem: 'wrong-state',
      detail: text('saved-report.too-long', { count: MAX_MAILED_ROWS }),
    };
  const csv = csvText([columns.map(({ label }) => label), ...rows.map(({ cells }) => cells)]);
  return done({
    fileName: `${report}-${dayOf(context.now())}.csv`,
    type: 'text/csv; charset=utf-8',
    content: Buffer.from(`\ufeff${csv}`).toString('base64'),
  });
}
