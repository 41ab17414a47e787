/**
 * Seals and hashes again, under the newest data key, what is stored under the previous one: batch by batch, each in a transaction that also
 * records where the next one begins. A value that is being changed by others is left to the next pass, so no one ever waits for two rows of
 * a batch.
 */

import { sql } from 'kysely';
import { z } from 'zod';
import type { KeyState } from '../../keys/seal/key-ring.ts';
import { SEALED } from '../../keys/seal/sealed-columns.ts';
import type { ChangingPurpose, Sealing } from '../../keys/seal/sealing.ts';
import { findAuditHead, replaceAuditHead } from '../../store/audit/chain.ts';
import { hasOneWriter } from '../../store/db/database-kind.ts';
import { type Columns, keysOf, type RowOf } from '../../store/db/parameter-rows.ts';
import { preparedBatch } from '../../store/db/prepared.ts';
import { inBatchTransaction } from '../../store/db/transaction.ts';
import { type DataKeyRow, holdDataKey, noteProgress } from '../../store/keys/data-keys.ts';
import { MARKED_TABLES } from '../../store/keys/marks.ts';
import type { Connection, Database } from '../../store/schema/schema.ts';
import { storedJson } from '../../store/schema/stored-json.ts';

type Value = string | number;
type Stored = {
  readonly table: string;
  readonly column: string;
  /** By which its rows are found and ordered. */
  readonly key: Columns;
  /** @returns undefined if it is new already */
  readonly anew: (sealing: Sealing, value: string, key: readonly Value[]) => string | undefined;
};

const TEXT = { id: 'text' } as const;
const NUMBER = { id: 'bigint' } as const;
const KEYS: Readonly<Record<string, Columns>> = {
  server_keys: NUMBER,
  transfer_keys: NUMBER,
  mail_settings: NUMBER,
  acme: NUMBER,
  installation: NUMBER,
  audit_chain: { seq: 'bigint' },
  audit_cuts: { seq: 'bigint' },
  job_rows: { job_id: 'text', position: 'bigint' },
  role_grants: { administrator_id: 'text', role_id: 'text', domain_id: 'text' },
  sessions: { id_hash: 'text' },
};
const keyOf = (table: string): Columns => KEYS[table] ?? TEXT;

const hashed = (table: string, column: string, purpose: ChangingPurpose): Stored => ({
  table,
  column,
  key: keyOf(table),
  anew: (sealing, hash) => sealing.rehash(purpose, hash),
});

const sealedAt = (table: string, column: string, aad: (...key: readonly Value[]) => string): Stored => ({
  table,
  column,
  key: keyOf(table),
  anew: (sealing, sealed, key) =>
    sealing.isNewest(sealed) ? undefined : sealing.seal(aad(...key), sealing.open(aad(...key), sealed)),
});

/** All of it. What lives for minutes only, such as attempts, is gone before the earlier data key is. */
export const STORED: readonly Stored[] = [
  ...SEALED.map(({ table, column, aad }) => sealedAt(table, column, aad)),
  sealedAt('installation', 'key_check', () => 'installation.key_check'),
  hashed('distributions', 'code_hash', 'activation-code'),
  hashed('emergency_codes', 'code_hash', 'emergency-code'),
  hashed('pin_history', 'pin_hash', 'pin-history'),
  ...MARKED_TABLES.map((table) => hashed(table, 'mark', 'row-mark')),
  hashed('audit', 'mark', 'audit-row'),
  hashed('audit_chain', 'mac', 'audit-chain'),
  hashed('audit_cuts', 'mac', 'audit-cut'),
];

const named = (columns: readonly string[], of = ''): ReturnType<typeof sql> =>
  sql.join(columns.map((column) => sql.ref(of + column)));

const statements = new Map(
  STORED.map((stored) => {
    const { table, column, key } = stored;
    const same = sql.join(
      keysOf(key).map((name) => sql`${sql.ref(`t.${name}`)} = ${sql.ref(`v.${name}`)}`),
      sql` and `,
    );
    const free = preparedBatch<{ v: Columns }, Record<string, Value>>({ v: key }, (db, { v }) =>
      sql<
        Record<string, Value>
      >`with ${v} select ${named(keysOf(key), 't.')} from v join ${sql.table(table)} as t on ${same}
        for no key update of t skip locked`.compile(db),
    );
    const columns: Columns = { ...key, was: 'text', anew: 'text' };
    const update = preparedBatch<{ v: Columns }, { one: number }>({ v: columns }, (db, { v }) =>
      sql<{ one: number }>`with ${v} update ${sql.table(table)} as t set ${sql.ref(column)} = v.anew from v
        where ${same} and ${sql.ref(`t.${column}`)} = v.was returning 1 as one`.compile(db),
    );
    return [stored, { free, update }] as const;
  }),
);

const progressSchema = z.object({
  /** Which of STORED. */
  at: z.number(),
  after: z
    .array(z.union([z.string(), z.number()]))
    .readonly()
    .nullable(),
  /** How many of this pass. */
  anew: z.number(),
  /** Of these, or skipped: there may be more. */
  seen: z.number(),
});
type Progress = Readonly<z.infer<typeof progressSchema>>;
const readStored = storedJson('data_keys.progress', progressSchema);
const START: Progress = { at: 0, after: null, anew: 0, seen: 0 };

export const readProgress = (text: string | null): Progress => (text === null ? START : readStored(text));

type Converted = 'more' | 'pass' | 'clean' | 'elsewhere';

/**
 * One batch.
 * @returns `clean` at the end of a pass that found nothing; `elsewhere` if another process does it, or it is complete
 */
export async function convertBatch(
  context: { readonly db: Database; readonly sealing: Sealing },
  id: number,
  state: KeyState,
  rows: number,
): Promise<Converted> {
  return inBatchTransaction(context.db, async (trx) => {
    const locked = await holdDataKey(trx, id, state);
    if (!locked) return 'elsewhere';
    const progress = readProgress(locked.progress);
    const stored = STORED[progress.at];
    if (!stored) return endPass(trx, context.sealing, locked, progress);
    const batch = await convert(trx, context.sealing, stored, progress.after, rows);
    await noteProgress(
      trx,
      id,
      JSON.stringify({
        at: batch.last ? progress.at + 1 : progress.at,
        after: batch.last ? null : batch.after,
        anew: progress.anew + batch.anew,
        seen: progress.seen + batch.seen,
      } satisfies Progress),
    );
    return 'more';
  });
}

async function endPass(
  trx: Connection,
  sealing: Sealing,
  locked: DataKeyRow,
  progress: Progress,
): Promise<Converted> {
  const head = await findAuditHead(trx);
  const index = head?.lastIndexOf('.') ?? -1;
  if (head !== null && index > 0) {
    const anew = sealing.rehash('audit-head', head.slice(index + 1));
    if (anew !== undefined) await replaceAuditHead(trx, head, `${head.slice(0, index)}.${anew}`);
  }
  if (progress.seen === 0) return 'clean';
  await noteProgress(trx, locked.id, JSON.stringify(START));
  return 'pass';
}

async function convert(
  trx: Connection,
  sealing: Sealing,
  stored: Stored,
  after: readonly Value[] | null,
  limit: number,
): Promise<{
  readonly last: boolean;
  readonly after: readonly Value[];
  readonly anew: number;
  readonly seen: number;
}> {
  const { table, column, key, anew } = stored;
  const columns = keysOf(key);
  const beyond = after === null ? sql`` : sql`where (${named(columns)}) > (${sql.join(after)})`;
  const { rows } = await sql<Record<string, Value | null>>`
    select ${named([...columns, column])} from ${sql.table(table)} ${beyond}
    order by ${named(columns)} limit ${limit}`.execute(trx);
  const valuesOf = (row: Record<string, Value | null>): Value[] => columns.map((name) => row[name] as Value);
  const old = rows.flatMap((row) => {
    const was = row[column];
    if (was === null || was === undefined) return [];
    const now = anew(sealing, String(was), valuesOf(row));
    return now === undefined
      ? []
      : [{ ...Object.fromEntries(columns.map((name) => [name, row[name]])), was: String(was), anew: now }];
  });
  const { free, update } = statements.get(stored) ?? {};
  let mine = old as readonly RowOf<Columns>[];
  // Anyone who holds a row may wait for another of this batch.
  if (!hasOneWriter(trx) && mine.length > 0) {
    const textOf = (row: Readonly<Record<string, unknown>>): string =>
      JSON.stringify(columns.map((name) => String(row[name])));
    const found = new Set((await free?.(trx, { v: mine }))?.map(textOf));
    mine = mine.filter((row) => found.has(textOf(row)));
  }
  const changed = await update?.(trx, { v: mine });
  return {
    last: rows.length < limit,
    after: valuesOf(rows.at(-1) ?? {}),
    anew: changed?.length ?? 0,
    seen: old.length,
  };
}
