/**
 * What is in a backup, before it is compressed and encrypted: lines of JSON, the same for both databases. First the head; then, for each
 * table, its columns and batches of rows; last the counts and hashes. A file without the last line was truncated.
 */

import { createHash, type Hash } from 'node:crypto';
import { jsonIn } from '@sower/api/json';
import { text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { TextError } from '../../core/outcome.ts';
import type { Snapshot, SnapshotRow, SnapshotTable } from '../../store/db/snapshot.ts';

/** Grows with every change that an earlier Sower cannot read. */
const FORMAT = 1;

/** What a restore would end anyway, or what concerns only one process or one host. */
export const LEFT_OUT: ReadonlySet<string> = new Set([
  'acme_challenges',
  'agent_results',
  'alerts',
  'attempts',
  'backups',
  'forwarded_challenges',
  'guess_reports',
  'heartbeats',
  'key_holders',
  'nodes',
  'sessions',
  'user_sessions',
]);

const givenSchema = z.object({
  id: z.string(),
  /** When the snapshot was taken, epoch milliseconds. */
  at: z.int(),
  version: z.string(),
  /** Which installation it is: the same as long as its master key. */
  installation: z.string(),
  /** The master key, encrypted by age to a recipient of its own; absent if it is kept elsewhere. */
  masterKey: z.string().optional(),
});
const headSchema = givenSchema.extend({
  sower: z.literal('backup'),
  format: z.int(),
  database: z.enum(['sqlite', 'postgresql']),
  migrations: z.array(z.string()),
});
const countSchema = z.object({ rows: z.int(), sha256: z.string() });
const endSchema = z.object({
  end: z.object({ tables: z.record(z.string(), countSchema), auditHead: z.string().nullable() }),
});
const tableSchema = z.object({ table: z.string(), columns: z.array(z.string()) });

export type GivenHead = z.infer<typeof givenSchema>;
type BackupHead = z.infer<typeof headSchema>;
type BackupEnd = z.infer<typeof endSchema>['end'];

/** What is known about a backup once all of it has been read. */
export type BackupManifest = { readonly head: BackupHead; readonly end: BackupEnd; readonly proof: string };

export const rowsOf = ({ tables }: BackupEnd): number =>
  Object.values(tables).reduce((sum, { rows }) => sum + rows, 0);

/** Known only to someone who has read the whole file, and to the server that wrote it: proves that a file was opened. */
const proofOf = (last: string): string => createHash('sha256').update(last).digest('base64url');

/** @param onRows called with the rows so far, now and then */
export async function* writeLines(
  snapshot: Snapshot,
  given: GivenHead,
  database: BackupHead['database'],
  onRows: (rows: number) => void,
  ended: (end: BackupEnd, proof: string) => void,
): AsyncGenerator<string> {
  const head: BackupHead = {
    ...given,
    sower: 'backup',
    format: FORMAT,
    database,
    migrations: [...snapshot.migrations],
  };
  yield `${JSON.stringify(head)}\n`;
  const tables: BackupEnd['tables'] = {};
  let auditHead: string | null = null;
  let all = 0;
  for (const table of snapshot.tables) {
    if (LEFT_OUT.has(table.name)) continue;
    const hash = createHash('sha256');
    let rows = 0;
    yield `${JSON.stringify({ table: table.name, columns: table.columns })}\n`;
    for await (const batch of snapshot.rows(table)) {
      if (table.name === 'installation')
        auditHead = (batch[0]?.[table.columns.indexOf('audit_head')] ?? null) as string | null;
      const line = JSON.stringify(batch);
      hash.update(line);
      rows += batch.length;
      all += batch.length;
      onRows(all);
      yield `${line}\n`;
    }
    tables[table.name] = { rows, sha256: hash.digest('base64url') };
  }
  const end: BackupEnd = { tables, auditHead };
  const last = JSON.stringify({ end });
  ended(end, proofOf(last));
  yield `${last}\n`;
}

type BackupReader = {
  /** Once, before any row. */
  readonly head: (head: BackupHead) => Promise<void> | void;
  readonly rows: (table: SnapshotTable, rows: readonly SnapshotRow[]) => Promise<void> | void;
};

/**
 * Reads all lines, and compares counts and hashes.
 * @throws TextError
 */
export async function readLines(lines: AsyncIterable<string>, reader: BackupReader): Promise<BackupManifest> {
  let head: BackupHead | undefined;
  let table: SnapshotTable | undefined;
  let hash: Hash | undefined;
  let rows = 0;
  const found: BackupEnd['tables'] = {};
  let manifest: BackupManifest | undefined;
  const closeTable = (): void => {
    if (table && hash) found[table.name] = { rows, sha256: hash.digest('base64url') };
    table = undefined;
  };
  for await (const line of lines) {
    const value = parsed(line);
    if (manifest) throw damaged();
    if (!head) {
      head = headOf(value);
      await reader.head(head);
    } else if (Array.isArray(value)) {
      if (!table || !hash) throw damaged();
      hash.update(line);
      rows += value.length;
      await reader.rows(table, value as SnapshotRow[]);
    } else if (tableSchema.safeParse(value).success) {
      closeTable();
      const { table: name, columns } = tableSchema.parse(value);
      table = { name, columns };
      hash = createHash('sha256');
      rows = 0;
    } else {
      closeTable();
      const { data } = endSchema.safeParse(value);
      if (!data) throw damaged();
      manifest = { head, end: data.end, proof: proofOf(line) };
    }
  }
  if (!manifest) throw damaged();
  if (canonical(found) !== canonical(manifest.end.tables)) throw damaged();
  return manifest;
}

const canonical = (tables: BackupEnd['tables']): string =>
  JSON.stringify(Object.entries(tables).sort(([a], [b]) => (a < b ? -1 : 1)));

export const damaged = (): TextError => new TextError(text('backup.damaged'));

function parsed(line: string): unknown {
  const value = jsonIn(line);
  if (value === undefined) throw damaged();
  return value;
}

function headOf(value: unknown): BackupHead {
  const { data } = headSchema.safeParse(value);
  if (!data) throw new TextError(text('backup.not-one'));
  if (data.format > FORMAT) throw new TextError(text('backup.newer', { version: data.version }));
  return data;
}
