/** The rows of an import that were left out or failed as a file: with their lines and reasons, and in columns that can be imported again. */

import { csvText } from '@sower/api/csv';
import { readText, type Text } from '@sower/texts/outcomes';
import type { Connection } from '../../store/schema/schema.ts';
import type { JobRow } from '../../store/work/jobs.ts';
import { listRefusedRows } from '../../store/work/user-imports.ts';
import { readFields, readImport, type StoredFields } from './decide.ts';

const PAGE = 1_000;

/** @param list a page of the rows, from a position */
export async function csvInPages<Each extends { readonly position: number }>(
  head: readonly string[],
  list: (from: number) => Promise<readonly Each[]>,
  cellsOf: (row: Each) => readonly string[],
): Promise<string> {
  const parts = [csvText([head])];
  for (let from = 0; ; ) {
    const rows = await list(from);
    const last = rows.at(-1);
    if (!last) return parts.join('');
    from = last.position + 1;
    parts.push(csvText(rows.map(cellsOf)));
  }
}

export async function refusedRowsFile(
  db: Connection,
  job: JobRow,
  inWords: (text: Text) => string,
): Promise<string> {
  const { columns } = readImport(job.input);
  const listed = (from: number) => listRefusedRows(db, job.id, PAGE, from);
  return csvInPages(['line', 'state', 'reason', ...columns], listed, ({ line, state, text, fields }) => {
    const reason = text === null ? undefined : readText(text);
    const { values }: Pick<StoredFields, 'values'> = fields === null ? { values: {} } : readFields(fields);
    return [
      String(line ?? ''),
      state,
      reason ? inWords(reason) : '',
      ...columns.map((column) => values[column] ?? ''),
    ];
  });
}
