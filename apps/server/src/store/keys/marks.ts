/**
 * Marks on the rows that define rights: only the holder of the master key can make them, so a row that was inserted or altered directly in
 * the database counts for nothing. A mark does not prove that the row is the latest: a row restored to an earlier state has a valid mark.
 */
import type { Sealing } from '../../keys/seal/sealing.ts';
import { insertRow } from '../db/rows.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

/** What each mark covers. What is only shown, or changes with every use, is left out. */
const COVERED = {
  administrators: [
    'id',
    'user_name',
    'user_name_key',
    'password_hash',
    'enabled',
    'token_user_id',
    'passkey_count',
    'must_change_password',
    'password_given_at',
    'source_id',
    'source_key',
    'mail',
  ],
  // The path of the domain, which is stored elsewhere: a grant must not reach further because the domain was moved.
  role_grants: ['administrator_id', 'role_id', 'domain_id', 'path', 'source_id'],
  roles: ['id', 'name', 'name_key', 'permissions'],
  api_keys: ['id', 'name', 'key_hash', 'permissions', 'domain', 'created_by', 'expires_at', 'owner_id'],
  passkeys: ['id', 'administrator_id', 'public_key'],
  sessions: [
    'id_hash',
    'administrator_id',
    'created_at',
    'expires_at',
    'proved_at',
    'second_factor',
    'by_password',
  ],
  // Whose rights it uses for its work.
  jobs: ['id', 'kind', 'input', 'about', 'actor_kind', 'actor_id'],
  distribution_rules: ['id', 'domain', 'input', 'enabled', 'actor_kind', 'actor_id'],
  // Anyone who answers for a directory decides who its people are.
  identity_sources: ['id', 'kind', 'enabled', 'domain', 'settings', 'actor_kind', 'actor_id'],
  // Whose rights it reads with, and to whom it is mailed.
  saved_reports: ['id', 'input', 'actor_kind', 'actor_id'],
  // It lets one administrator decide as another.
  stand_ins: ['id', 'administrator_id', 'stand_in_id', 'from_at', 'until_at'],
  // It lets an administrator do what one alone may not.
  second_approvals: ['id', 'action', 'object', 'person', 'expires_at', 'decision', 'decided_person'],
} as const;

type MarkedTable = keyof typeof COVERED;
export const MARKED_TABLES = Object.keys(COVERED) as readonly MarkedTable[];
type Covered<T extends MarkedTable> = Readonly<Record<(typeof COVERED)[T][number], string | number | null>>;

/** A row without a valid mark. */
export type AlteredRow = { readonly table: MarkedTable; readonly id: string };

export type Marks = {
  readonly sealing: Pick<Sealing, 'keyedHash' | 'fits'>;
  /** Called for each row without a valid mark, each time it is read. */
  readonly onAlteredRow?: ((row: AlteredRow) => void) | undefined;
};

export function markOf<T extends MarkedTable>(
  table: T,
  { sealing }: Pick<Marks, 'sealing'>,
  row: Covered<T>,
): string {
  return sealing.keyedHash('row-mark', markText(table, row));
}

function markText<T extends MarkedTable>(table: T, row: Covered<T>): string {
  // Null is left out: a column that is added later, and is null in earlier rows, leaves their marks unchanged.
  const content = COVERED[table].flatMap((column) => {
    const value = (row as Record<string, string | number | null>)[column];
    return value === null ? [] : [[column, value]];
  });
  return JSON.stringify([table, content]);
}

export function hasMark<T extends MarkedTable>(
  table: T,
  marks: Marks,
  row: Covered<T> & { readonly mark: string | null },
): boolean {
  if (marks.sealing.fits('row-mark', markText(table, row), row.mark)) return true;
  const id = COVERED[table].filter((column) => column.endsWith('id') || column === 'id_hash');
  const values = row as Record<string, string | number | null>;
  // A grant has no ID of its own; owners and holders name nothing.
  const named = id.slice(0, table === 'role_grants' ? 3 : 1);
  marks.onAlteredRow?.({ table, id: named.map((column) => values[column]).join(' ') });
  return false;
}

/** Inserts what acts with someone's rights, with its mark. */
export const insertMarked = <T extends MarkedTable>(
  db: Connection,
  table: T,
  marks: Pick<Marks, 'sealing'>,
  row: Covered<T> & NewRow<T>,
): Promise<Row<T>> => insertRow(db, table, { ...row, mark: markOf(table, marks, row) });

const MAX_REMEMBERED = 1_000;

/** A row that is read with every request is reported once. */
export function onceForEach(tell: (row: AlteredRow) => void): (row: AlteredRow) => void {
  const reported = new Set<string>();
  return (row) => {
    const key = `${row.table} ${row.id}`;
    if (reported.has(key)) return;
    if (reported.size >= MAX_REMEMBERED) reported.clear();
    reported.add(key);
    tell(row);
  };
}
