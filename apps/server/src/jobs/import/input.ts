/** Creating an import: the file is read once, and stored row by row. What each row makes of a user is decided afterwards. */

import { setImmediate as othersTurn } from 'node:timers/promises';
import { MAX_JOB_ROWS } from '@sower/api/jobs';
import { USER_COLUMNS, type UserColumn } from '@sower/api/user-columns';
import { type FileRow, guessColumns, readUserFile, type UserFile } from '@sower/api/user-file';
import type { ImportUsers } from '@sower/api/user-imports';
import { printable } from '@sower/bytes/printable';
import { text } from '@sower/messages/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers } from '../../core/actor.ts';
import { done, type Outcome, refusedAt } from '../../core/outcome.ts';
import { domainFor } from '../../directory/domains.ts';
import { inBatchTransaction } from '../../store/db/transaction.ts';
import { TOP_DOMAIN } from '../../store/tables/domains.ts';
import { changeJobState, type JobRow } from '../../store/tables/jobs.ts';
import { type GivenRow, insertImportRows } from '../../store/tables/user-imports.ts';
import { addJob } from '../jobs.ts';
import { type StoredFields, type StoredImport, userIdOf } from './decide.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

const PAGE = 500;
/** Longer than anything that is accepted: what is cut is refused anyway. */
const MAX_VALUE = 1_000;
const MAX_SUBJECT = 128;

export async function importUsers(
  context: Context,
  actor: Actor,
  input: ImportUsers,
): Promise<Outcome<JobRow>> {
  const file = readUserFile(input.file, input, input.columns);
  const placed = placesOf(file, input);
  if (!placed.ok) return placed;
  const places = placed.value;
  const byRow = places.securityDomain !== undefined && !covers(actor, 'users:edit', TOP_DOMAIN.path);
  const domain =
    input.securityDomain === undefined && byRow
      ? undefined
      : await domainFor(context, actor, 'users:edit', input.securityDomain);
  if (domain && !domain.ok) return domain;
  const stored: StoredImport = {
    existing: input.existing,
    securityDomain: domain?.value.id ?? null,
    columns: USER_COLUMNS.filter((column) => places[column] !== undefined),
  };
  const added = await addJob(context, actor, {
    kind: 'import',
    name: input.name,
    input: JSON.stringify(stored),
    state: 'collecting',
    phase: 'check',
  });
  if (!added.ok) return added;
  const job = added.value;
  const give = async (reason: ReturnType<typeof text>) => {
    await changeJobState(context.db, job.id, ['collecting'], {
      state: 'cancelled',
      reason,
      endedAt: context.now(),
    });
    return refusedAt('file', 'invalid-request', reason);
  };
  let total = 0;
  for (const rows of inPages(file)) {
    const first = total;
    total += rows.length;
    if (total > MAX_JOB_ROWS) return give(text('job.too-many-rows', { maximum: MAX_JOB_ROWS }));
    await inBatchTransaction(context.db, (trx) =>
      insertImportRows(
        trx,
        job.id,
        rows.map((row, index) => givenRow(row, first + index, places)),
      ),
    );
    // SQLite answers synchronously: a long file would block every other caller.
    await othersTurn();
  }
  if (total === 0) return give(text('user-import.empty'));
  const queued = await changeJobState(context.db, job.id, ['collecting'], { state: 'queued' }, { total });
  return done(queued ?? job);
}

type Places = { readonly [Column in UserColumn]?: number };

/** Where in a row each column stands. */
function placesOf({ columns }: UserFile, input: ImportUsers): Outcome<Places> {
  const wanted = input.columns ?? guessColumns(columns);
  const places: { [Column in UserColumn]?: number } = {};
  for (const column of USER_COLUMNS) {
    const name = wanted[column];
    if (name === undefined) continue;
    const place = columns.indexOf(name);
    const shown = printable(name).slice(0, MAX_SUBJECT);
    if (place === -1)
      return refusedAt(
        `columns.${column}`,
        'invalid-request',
        text('user-import.no-column', { column: shown }),
      );
    if (columns.indexOf(name, place + 1) !== -1)
      return refusedAt(
        `columns.${column}`,
        'invalid-request',
        text('user-import.doubled-column', { column: shown }),
      );
    places[column] = place;
  }
  return places.userId === undefined
    ? refusedAt('columns.userId', 'invalid-request', text('user-import.no-user-id-column'))
    : done(places);
}

function* inPages(file: UserFile): Generator<FileRow[]> {
  let page: FileRow[] = [];
  for (const row of file.rows()) {
    page.push(row);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function givenRow({ line, cells, problem }: FileRow, position: number, places: Places): GivenRow {
  const values: { [Column in UserColumn]?: string } = {};
  let isText = true;
  for (const column of USER_COLUMNS) {
    const place = places[column];
    const value = place === undefined ? '' : cells[place];
    if (value === undefined) isText = false;
    else if (value !== '') values[column] = value.slice(0, MAX_VALUE).toWellFormed();
  }
  const why = problem ?? (isText ? undefined : 'not-text');
  const fields: StoredFields = { values, ...(why ? { problem: why } : {}) };
  const userId = values.userId ?? '';
  return {
    position,
    line,
    subject: printable(userId.slice(0, MAX_SUBJECT).toWellFormed()),
    key: userIdOf(userId)?.key ?? '',
    fields: JSON.stringify(fields),
  };
}
