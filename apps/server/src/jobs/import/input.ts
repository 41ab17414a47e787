/** Creating an import: the file is read once, and stored row by row. What each row changes about a user is decided afterwards. */

import { userIdSchema, userNameSchema } from '@sower/api/fields';
import { USER_COLUMNS, type UserColumn } from '@sower/api/user-columns';
import { type FileRow, guessColumns, readUserFile, type UserFile } from '@sower/api/user-file';
import type { ImportUsers } from '@sower/api/user-imports';
import { printable } from '@sower/bytes/printable';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, covers, denied } from '../../core/actor.ts';
import { done, invalidAt, type Outcome } from '../../core/outcome.ts';
import { domainFor } from '../../directory/domains.ts';
import { TOP_DOMAIN } from '../../store/directory/domains.ts';
import { userIdKey } from '../../store/directory/users.ts';
import { type GivenRow, insertImportRows } from '../../store/work/user-imports.ts';
import { collectJob, inPages } from '../../work/collect.ts';
import { MAX_KEY, type StoredFields, type StoredImport } from './decide.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

/** Longer than anything that is accepted: whatever is truncated is refused anyway. */
const MAX_VALUE = 1_000;
const MAX_SUBJECT = 128;
const MAX_IGNORED = 20;

export async function importUsers(context: Context, actor: Actor, input: ImportUsers) {
  const denial = denied(actor, 'users:edit');
  if (denial) return denial;
  const file = readUserFile(input.file, input, input.columns);
  const placed = indexesOf(file, input);
  if (!placed.ok) return placed;
  const indexes = placed.value;
  const byRow = indexes.securityDomain !== undefined && !covers(actor, 'users:edit', TOP_DOMAIN.path);
  const domain =
    input.securityDomain === undefined && byRow
      ? undefined
      : await domainFor(context, actor, 'users:edit', input.securityDomain);
  if (domain && !domain.ok) return domain;
  const stored: StoredImport = {
    existing: input.existing,
    securityDomain: domain?.value.id ?? null,
    columns: USER_COLUMNS.filter((column) => indexes[column] !== undefined),
    ignored: file.columns
      .filter((_, index) => !Object.values(indexes).includes(index))
      .slice(0, MAX_IGNORED)
      .map((name) => printable(name.slice(0, MAX_SUBJECT).toWellFormed())),
  };
  return collectJob(
    context,
    actor,
    { kind: 'import', name: input.name, input: JSON.stringify(stored), phase: 'check' },
    {
      pages: inPages(file.rows()),
      insert: (trx, jobId, rows, first) =>
        insertImportRows(
          trx,
          jobId,
          rows.map((row, index) => givenRow(row, first + index, indexes)),
        ),
      field: 'file',
      ifNone: text('user-import.empty'),
    },
  );
}

type Indexes = { readonly [Column in UserColumn]?: number };

/** Where in a row each column stands. */
function indexesOf({ columns }: UserFile, input: ImportUsers): Outcome<Indexes> {
  const wanted = input.columns ?? guessColumns(columns);
  const indexes: { [Column in UserColumn]?: number } = {};
  for (const column of USER_COLUMNS) {
    const name = wanted[column];
    if (name === undefined) continue;
    const index = columns.indexOf(name);
    const shown = printable(name).slice(0, MAX_SUBJECT);
    if (index === -1) return invalidAt(`columns.${column}`, text('user-import.no-column', { column: shown }));
    if (columns.indexOf(name, index + 1) !== -1)
      return invalidAt(`columns.${column}`, text('user-import.doubled-column', { column: shown }));
    indexes[column] = index;
  }
  return indexes.userId === undefined
    ? invalidAt('columns.userId', text('user-import.no-user-id-column'))
    : done(indexes);
}

/** Of a new user, or of one whom an earlier version may have taken. Empty: no user has it, and it is not the key of another row. */
function keyOf(userId: string): string {
  const key = userIdSchema.safeParse(userId).success ? userIdKey(userId) : '';
  return key.length > MAX_KEY || (!isName(userId) && isName(key)) ? '' : key;
}

const isName = (text: string): boolean => userNameSchema.safeParse(text).success;

function givenRow({ line, cells, problem }: FileRow, position: number, indexes: Indexes): GivenRow {
  const values: { [Column in UserColumn]?: string } = {};
  let isText = true;
  for (const column of USER_COLUMNS) {
    const index = indexes[column];
    const value = index === undefined ? '' : cells[index];
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
    key: keyOf(userId),
    fields: JSON.stringify(fields),
  };
}
